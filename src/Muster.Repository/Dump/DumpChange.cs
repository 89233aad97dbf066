using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Repository.Dump;

/// <summary>A member of a line that differs; null where there was or is none.</summary>
public sealed record MemberDifference(string Member, string? Before, string? After);

/// <summary>One thing that two dumps tell differently: a resource, a link, an assignment. One side is null where it is only in the other.</summary>
public sealed record DumpChange(JsonObject? Before, JsonObject? After)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The members that say which thing a line is about; the first member of a line is its kind.</summary>
    private static readonly Dictionary<string, string[]> IdentifyingMembers = new(StringComparer.Ordinal)
    {
        ["resource"] = ["key"],
        ["link"] = ["key1", "key2"],
        ["correlationKey"] = ["entityType", "key"],
        ["assignedSingleRole"] = ["owner"],
        ["assignedResourceType"] = ["owner", "target"],
        ["assignedProfile"] = ["user", "dimensions"],
    };

    /// <summary>What the line is about: <c>resource</c>, <c>link</c>, <c>assignedSingleRole</c>, …</summary>
    public string Kind => KindOf(Content);

    /// <summary>The entity type, association, role or resource type.</summary>
    public string Subject => Text(Content[Kind]) ?? "";

    /// <summary>Kind, subject and keys: the same for both sides.</summary>
    public string Identity => IdentityOf(Content);

    /// <summary>The line as it stands, else as it stood.</summary>
    public JsonObject Content => After ?? Before!;

    /// <summary>What the two sides tell differently; for a line that only one side has, all that it tells beyond its identity.</summary>
    public IReadOnlyList<MemberDifference> Differences()
    {
        var before = Flatten(Before);
        var after = Flatten(After);
        return
        [
            .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
                .Select(name => new MemberDifference(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)))
                .Where(d => d.Before != d.After),
        ];
    }

    /// <summary>
    /// See <see cref="Identity"/>. An assignment is told by its owner, or where nobody owns the target, by the target: an account that is
    /// about to be created has no key yet.
    /// </summary>
    internal static string IdentityOf(JsonObject line)
    {
        var kind = KindOf(line);
        var members = IdentifyingMembers.GetValueOrDefault(kind, []);
        var keys = kind == "assignedResourceType" ? members.Where(m => line[m] is not null).Take(1) : members;
        return string.Join(' ', [kind, Text(line[kind]), .. keys.Select(m => $"{m}={Text(line[m])}")]);
    }

    private static string KindOf(JsonObject line) => line.First().Key;

    private static Dictionary<string, string?> Flatten(JsonObject? line)
    {
        var members = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (line is null)
        {
            return members;
        }

        var kind = KindOf(line);
        var identifying = IdentifyingMembers.GetValueOrDefault(kind, []);
        foreach (var (name, value) in line)
        {
            if (value is JsonObject values)
            {
                foreach (var (property, text) in values)
                {
                    members[property] = Text(text);
                }
            }
            else if (value is JsonArray items)
            {
                foreach (var byProperty in items.OfType<JsonObject>().GroupBy(i => Text(i["Property"])))
                {
                    members[$"{name}.{byProperty.Key}"] = string.Join(" ", byProperty.Select(WithoutProperty));
                }
            }
            else if (name != kind && (kind == "assignedResourceType" || !identifying.Contains(name)))
            {
                members[name] = Text(value);
            }
        }

        return members;
    }

    private static string WithoutProperty(JsonObject item) =>
        "{" + string.Join(", ", item.Where(m => m.Key != "Property" && m.Value is not null).Select(m => $"{m.Key}: {Text(m.Value)}")) + "}";

    private static string? Text(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => node.ToJsonString(Readable),
    };
}
