using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Files;
using Muster.Repository.Resources;

namespace Muster.Policy.Orders;

/// <summary>
/// Files in orders (synchronization.md 12.2): <c>{ "FileName", "MimeType", "Data" }</c>. A stored order refers to the content by its SHA-256, and
/// <c>Data</c> is filled in for whoever executes it: contents are kept once, and pages of orders stay small.
/// </summary>
internal sealed class OrderedFiles
{
    private const string Reference = "Sha256";
    private const string Data = "Data";

    private readonly Dictionary<string, EntityProperty> _properties;
    private readonly IReadOnlyDictionary<string, StoredFile> _files;

    /// <param name="values">All values that the orders carry.</param>
    public OrderedFiles(RepositoryTransaction transaction, ResourceType type, IEnumerable<AssignedResourceScalar> values)
    {
        _properties = type.ScalarRules.Select(r => r.Property).Where(p => p.Kind == PropertyKind.Binary).Distinct().ToDictionary(p => p.Identifier);
        var references = _properties.Count == 0 ? [] : values.Where(v => _properties.ContainsKey(v.Property)).Select(v => v.PolicyValue).OfType<string>().ToList();
        _files = references.Count == 0 ? new Dictionary<string, StoredFile>() : new FileStore(transaction).Find(references);
    }

    /// <summary>The property, if it holds a file.</summary>
    public EntityProperty? Find(string property) => _properties.GetValueOrDefault(property);

    /// <summary>A file as a stored order tells it; null for none. Its name is the owner's key and the property.</summary>
    public JsonObject? Describe(EntityProperty property, string? reference, StoredResource? owner)
    {
        if (reference is null)
        {
            return null;
        }

        var key = owner?.EntityType.IdentityProperty is { Kind: PropertyKind.Scalar } identity ? owner.GetScalar(identity) : owner?.DisplayName;
        return new JsonObject
        {
            ["FileName"] = FileStore.NameOf(key, property),
            ["MimeType"] = _files.GetValueOrDefault(reference)?.MimeType ?? MimeType.Unknown,
            [Reference] = reference,
        };
    }

    /// <summary>The references of the files among the changes of an order.</summary>
    public static IReadOnlyList<string> Of(JsonObject changes) => [.. changes.Select(c => ReferenceOf(c.Value)).OfType<string>().Distinct()];

    /// <summary>The reference of a changed file; null if the change is none, or takes the file away.</summary>
    public static string? ReferenceOf(JsonNode? change) =>
        change is JsonObject file && !file.ContainsKey("Id") && file[Reference] is JsonValue value && value.TryGetValue<string>(out var reference) ? reference : null;

    /// <summary>Puts the contents into the changes of an order.</summary>
    public static void Fill(JsonObject changes, FileStore files)
    {
        foreach (var file in changes.Select(c => c.Value).OfType<JsonObject>())
        {
            if (ReferenceOf(file) is { } reference && files.Read(reference) is { } content)
            {
                file[Data] = Convert.ToBase64String(content);
            }
        }
    }

    /// <summary>The first orders whose contents together stay below a number of octets; at least one.</summary>
    public static IReadOnlyList<ProvisioningOrder> Fitting(IReadOnlyList<ProvisioningOrder> orders, FileStore files, long octets)
    {
        var references = orders.Select(o => Of(o.Changes)).ToList();
        var all = references.SelectMany(r => r).Distinct().ToList();
        if (all.Count == 0)
        {
            return orders;
        }

        var known = files.Find(all);
        var count = 0;
        for (; count < orders.Count; count++)
        {
            octets -= references[count].Sum(r => known.GetValueOrDefault(r)?.Length ?? 0);
            if (octets < 0 && count > 0)
            {
                break;
            }
        }

        return [.. orders.Take(count)];
    }
}
