using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Configuration.Values;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Says which orders must have ended before another begins, so that several run side by side and each entry sees its orders in their sequence:
/// an order changes its own entry, and needs the entries above it and those that it refers to as they are.
/// </summary>
internal sealed class OrderTurns
{
    private readonly Dictionary<string, Task> _lastChange = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Task>> _uses = new(StringComparer.Ordinal);

    /// <summary>Registers the next order of the sequence and gives what it waits for.</summary>
    /// <param name="changed">The names of the order's own entry, before and after.</param>
    public Task Before(ProvisioningOrder order, IReadOnlyCollection<DistinguishedName> changed, Task end)
    {
        var waits = new List<Task>();
        var changes = changed.Select(n => n.Normalized).Concat(IdsOf(order.Resource)).ToHashSet(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in changed)
        {
            for (var above = name.Parent; !above.IsRoot; above = above.Parent)
            {
                used.Add(above.Normalized);
            }
        }

        Mentioned(order.Changes, used);
        used.ExceptWith(changes);
        foreach (var key in changes)
        {
            Add(waits, _lastChange.GetValueOrDefault(key));
            waits.AddRange(_uses.GetValueOrDefault(key) ?? []);
            _uses.Remove(key);
            _lastChange[key] = end;
        }

        foreach (var key in used)
        {
            Add(waits, _lastChange.GetValueOrDefault(key));
            if (!_uses.TryGetValue(key, out var users))
            {
                _uses[key] = users = [];
            }

            users.RemoveAll(u => u.IsCompleted);
            users.Add(end);
        }

        waits.RemoveAll(w => w.IsCompleted);
        return waits.Count == 0 ? Task.CompletedTask : Task.WhenAll(waits);
    }

    private static void Add(List<Task> waits, Task? task)
    {
        if (task is not null)
        {
            waits.Add(task);
        }
    }

    private static IEnumerable<string> IdsOf(JsonObject? resource) =>
        resource?["Id"] is JsonValue id ? [$"#{id.ToJsonString().Trim('"')}"] : [];

    /// <summary>Every text that is a name, and the identifier of every resource that is referred to.</summary>
    private static void Mentioned(JsonNode? node, HashSet<string> keys)
    {
        switch (node)
        {
            case JsonObject reference:
                keys.UnionWith(IdsOf(reference));
                foreach (var (_, value) in reference)
                {
                    Mentioned(value, keys);
                }

                break;
            case JsonArray list:
                foreach (var element in list)
                {
                    Mentioned(element, keys);
                }

                break;
            case JsonValue value when value.TryGetValue<string>(out var text) && text.Contains('=', StringComparison.Ordinal)
                && DistinguishedName.TryParse(text, out var name):
                keys.Add(name.Normalized);
                break;
        }
    }
}
