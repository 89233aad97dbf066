using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Repository.Resources;

namespace Muster.Policy.Orders;

/// <summary>The JSON of orders (synchronization.md 12.2): ids are texts, values are in internal form.</summary>
public static class OrderDocuments
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Compact = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The documented member of <c>ProvisioningOrdersList</c>, with our additional members.</summary>
    public static JsonObject ToDocument(ProvisioningOrder order, ResourceType type)
    {
        var document = new JsonObject
        {
            ["Id"] = order.Id.ToString(),
            ["AssignedResourceTypeId"] = order.AssignedResourceTypeId.ToString(CultureInfo.InvariantCulture),
            ["ChangeType"] = order.ChangeType.ToString(),
            ["Timestamp"] = Instant(order.Timestamp),
            ["Connector"] = order.Connector,
            ["Owner"] = order.Owner.DeepClone(),
            ["ResourceType"] = new JsonObject
            {
                ["Identifier"] = type.Identifier,
                ["SourceEntityType"] = new JsonObject { ["Identifier"] = type.SourceEntityType.Identifier },
                ["TargetEntityType"] = new JsonObject { ["Identifier"] = type.TargetEntityType.Identifier },
            },
            ["Changes"] = order.Changes.DeepClone(),
        };
        if (order.Resource is { } resource)
        {
            document["Resource"] = resource.DeepClone();
        }

        if (order.Arguments.Count > 0)
        {
            document["Arguments"] = new JsonObject(order.Arguments.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
        }

        if (order.StartDate is { } start)
        {
            document["StartDate"] = Instant(start);
        }

        if (order.EndDate is { } end)
        {
            document["EndDate"] = Instant(end);
        }

        return document;
    }

    public static string ToText(JsonObject document) => document.ToJsonString(Compact);

    /// <summary>The file of several orders.</summary>
    public static string ToFile(IEnumerable<string> documents) =>
        new JsonObject { ["ProvisioningOrdersList"] = new JsonArray([.. documents.Select(d => JsonNode.Parse(d))]) }.ToJsonString(Indented);

    /// <summary>The order that a stored document holds.</summary>
    public static ProvisioningOrder FromText(string text)
    {
        var document = JsonNode.Parse(text)!.AsObject();
        return new ProvisioningOrder
        {
            Id = Guid.Parse((string)document["Id"]!),
            AssignedResourceTypeId = long.Parse((string)document["AssignedResourceTypeId"]!, CultureInfo.InvariantCulture),
            ChangeType = Enum.Parse<OrderChangeType>((string)document["ChangeType"]!),
            ResourceType = (string)document["ResourceType"]!["Identifier"]!,
            Connector = (string)document["Connector"]!,
            Owner = document["Owner"]!.DeepClone().AsObject(),
            Resource = document["Resource"]?.DeepClone().AsObject(),
            Changes = document["Changes"]!.DeepClone().AsObject(),
            Arguments = document["Arguments"]?.AsObject().ToDictionary(a => a.Key, a => (string)a.Value!) ?? [],
            Timestamp = Parse(document["Timestamp"])!.Value,
            StartDate = Parse(document["StartDate"]),
            EndDate = Parse(document["EndDate"]),
        };
    }

    /// <summary>A resource with its scalars, and its mono-valued navigations as references.</summary>
    public static JsonObject Describe(StoredResource resource)
    {
        var document = Reference(resource);
        foreach (var navigation in resource.EntityType.Navigations.Where(n => n.Kind == PropertyKind.MonoNavigation))
        {
            document[navigation.Identifier] = resource.Targets(navigation) is [var target, ..] ? Reference(target) : null;
        }

        return document;
    }

    /// <summary>Id, display name and scalar properties.</summary>
    public static JsonObject Reference(StoredResource resource)
    {
        var document = new JsonObject
        {
            ["Id"] = resource.Id.ToString(CultureInfo.InvariantCulture),
            ["InternalDisplayName"] = resource.DisplayName,
        };
        foreach (var scalar in resource.EntityType.Scalars)
        {
            document[scalar.Identifier] = resource.GetScalar(scalar);
        }

        return document;
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Parse(JsonNode? node) =>
        node is null ? null : DateTimeOffset.Parse((string)node!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
