using System.Collections.Concurrent;
using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Repository.Resources;

namespace Muster.Policy.RoleModel;

/// <summary>
/// Keys of dimension values and of their ancestors, loaded level by level for the values that occur. A hierarchy that runs in a circle
/// ends where it meets itself. May be asked while it prepares itself for others.
/// </summary>
internal sealed class DimensionKeyCache(ResourceReader reader) : IDimensionKeys
{
    private const int MaximumFlat = 10_000;

    private readonly ConcurrentDictionary<(Dimension, long), Node> _nodes = [];
    private readonly ConcurrentDictionary<(Dimension, long), IReadOnlySet<string>> _inherited = [];

    /// <summary>Of values of dimensions without hierarchy, which are asked about for every rule.</summary>
    private readonly ConcurrentDictionary<(EntityType, long), IReadOnlySet<string>> _flat = [];

    private sealed record Node(IReadOnlySet<string> Keys, long? Parent);

    public IReadOnlySet<string> Own(Dimension dimension, IResource value) =>
        _nodes.TryGetValue((dimension, value.Id), out var node) ? node.Keys
        : _flat.TryGetValue((dimension.EntityType, value.Id), out var keys) ? keys
        : _flat[(dimension.EntityType, value.Id)] = KeysOf(dimension.EntityType, value);

    public IReadOnlySet<string> Inherited(Dimension dimension, IResource value)
    {
        if (!_inherited.TryGetValue((dimension, value.Id), out var keys))
        {
            var all = new HashSet<string>(Own(dimension, value), StringComparer.Ordinal);
            var seen = new HashSet<long>();
            long? current = value.Id;
            while (current is { } id && seen.Add(id) && _nodes.TryGetValue((dimension, id), out var node))
            {
                all.UnionWith(node.Keys);
                current = node.Parent;
            }

            _inherited[(dimension, value.Id)] = keys = all;
        }

        return keys;
    }

    /// <summary>Loads the ancestors of all values of hierarchical dimensions that occur in the contexts.</summary>
    public void Prepare(IEnumerable<OwnerContext> contexts)
    {
        if (_flat.Count > MaximumFlat)
        {
            _flat.Clear();
        }

        var values = contexts.SelectMany(c => c.Values)
            .Where(v => v.Key is { IsHierarchical: true, ParentProperty: not null })
            .SelectMany(v => v.Value.Select(r => (Dimension: v.Key, r.Id)))
            .ToLookup(v => v.Dimension, v => v.Id);
        foreach (var dimension in values)
        {
            Load(dimension.Key, dimension);
        }
    }

    private void Load(Dimension dimension, IEnumerable<long> values)
    {
        var type = dimension.EntityType;
        var parent = dimension.ParentProperty!;
        var paths = ReadPaths.KeysOf(type).Append(parent).Select(p => new ReadPath(type, [p])).ToList();
        var missing = values.Where(id => !_nodes.ContainsKey((dimension, id))).Distinct().ToList();
        while (missing.Count > 0)
        {
            var next = new HashSet<long>();
            foreach (var resource in reader.Load(type, missing, paths))
            {
                var above = resource.GetOne(parent)?.Id;
                _nodes[(dimension, resource.Id)] = new Node(KeysOf(type, resource), above);
                if (above is { } id && !_nodes.ContainsKey((dimension, id)))
                {
                    next.Add(id);
                }
            }

            missing = [.. next.Where(id => !_nodes.ContainsKey((dimension, id)))];
        }
    }

    private static HashSet<string> KeysOf(EntityType type, IResource value) =>
        ReadPaths.KeysOf(type).Select(value.GetScalar).OfType<string>().ToHashSet(StringComparer.Ordinal);
}
