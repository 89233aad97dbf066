using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Repository.Files;
using Muster.Repository.Resources;

namespace Muster.Policy.Orders;

/// <summary>The JSON of orders (synchronization.md 12.2): ids are texts, values are in internal form.</summary>
public static class OrderDocuments
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonWriterOptions Indented = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>The documented member of <c>ProvisioningOrdersList</c>, with our additional members.</summary>
    public static string ToText(ProvisioningOrder order, ResourceType type)
    {
        var buffer = new ArrayBufferWriter<byte>(2_048);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            Write(json, order, type);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the file of several orders, one after the other.</summary>
    /// <param name="files">Where the contents of files are.</param>
    public static void WriteFile(Stream file, IEnumerable<string> documents, FileStore files)
    {
        using var json = new Utf8JsonWriter(file, Indented);
        json.WriteStartObject();
        json.WriteStartArray("ProvisioningOrdersList");
        foreach (var text in documents)
        {
            WriteWithFiles(json, text, files);
            json.Flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>One order at a time is in memory with its files.</summary>
    private static void WriteWithFiles(Utf8JsonWriter json, string text, FileStore files)
    {
        if (text.Contains("\"Sha256\"", StringComparison.Ordinal) && JsonNode.Parse(text) is JsonObject order && order["Changes"] is JsonObject changes)
        {
            OrderedFiles.Fill(changes, files);
            order.WriteTo(json);
            return;
        }

        using var document = JsonDocument.Parse(text);
        document.RootElement.WriteTo(json);
    }

    private static void Write(Utf8JsonWriter json, ProvisioningOrder order, ResourceType type)
    {
        json.WriteStartObject();
        json.WriteString("Id", order.Id);
        json.WriteString("AssignedResourceTypeId", order.AssignedResourceTypeId.ToString(CultureInfo.InvariantCulture));
        json.WriteString("ChangeType", order.ChangeType.ToString());
        json.WriteString("Timestamp", Instant(order.Timestamp));
        json.WriteString("Connector", order.Connector);
        Member("Owner", order.Owner);
        json.WriteStartObject("ResourceType");
        json.WriteString("Identifier", type.Identifier);
        Identifier("SourceEntityType", type.SourceEntityType);
        Identifier("TargetEntityType", type.TargetEntityType);
        json.WriteEndObject();
        Member("Changes", order.Changes);
        Member("Resource", order.Resource);
        if (order.Arguments.Count > 0)
        {
            json.WriteStartObject("Arguments");
            foreach (var (name, value) in order.Arguments)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        OptionalInstant("StartDate", order.StartDate);
        OptionalInstant("EndDate", order.EndDate);
        json.WriteEndObject();

        void Identifier(string name, EntityType entityType)
        {
            json.WriteStartObject(name);
            json.WriteString("Identifier", entityType.Identifier);
            json.WriteEndObject();
        }

        void Member(string name, JsonObject? value)
        {
            if (value is not null)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        void OptionalInstant(string name, DateTimeOffset? value)
        {
            if (value is { } instant)
            {
                json.WriteString(name, Instant(instant));
            }
        }
    }

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
            Owner = Detach(document, "Owner")!,
            Resource = Detach(document, "Resource"),
            Changes = Detach(document, "Changes")!,
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

    private static JsonObject? Detach(JsonObject document, string name) => document.Remove(name, out var member) ? member?.AsObject() : null;

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Parse(JsonNode? node) =>
        node is null ? null : DateTimeOffset.Parse((string)node!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
