using System.Text.Json.Nodes;

namespace Muster.Configuration.Exchange;

/// <summary>What an order does to one target resource (synchronization.md 12.2).</summary>
public enum OrderChangeType
{
    None,
    Added,
    Modified,
    Deleted,
}

/// <summary>One provisioning order as it stands in an order file (synchronization.md 12.2).</summary>
public sealed record ProvisioningOrder
{
    public required Guid Id { get; init; }

    public required long AssignedResourceTypeId { get; init; }

    public required OrderChangeType ChangeType { get; init; }

    public required string ResourceType { get; init; }

    /// <summary>Connector of the target entity type.</summary>
    public required string Connector { get; init; }

    /// <summary>The source resource: <c>Id</c>, <c>InternalDisplayName</c>, scalar properties, mono-valued navigations as objects.</summary>
    public required JsonObject Owner { get; init; }

    /// <summary>The current target resource, same shape; null for <see cref="OrderChangeType.Added"/>.</summary>
    public JsonObject? Resource { get; init; }

    /// <summary>
    /// By property: the new value in internal form (string or null), a reference object for a mono-valued navigation, and arrays of
    /// references under <c>&lt;property&gt;_add</c> and <c>&lt;property&gt;_remove</c> for multi-valued ones. A reference holds <c>Id</c>
    /// and the scalar properties of the target. A file is an object of <c>FileName</c>, <c>MimeType</c>, <c>Sha256</c> and <c>Data</c> (base64).
    /// </summary>
    public required JsonObject Changes { get; init; }

    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    public DateTimeOffset Timestamp { get; init; }

    public DateTimeOffset? StartDate { get; init; }

    public DateTimeOffset? EndDate { get; init; }
}

/// <summary>How one order ended.</summary>
/// <param name="Executed">False: errored.</param>
/// <param name="Message">The reason of an error, without secrets.</param>
/// <param name="Keys">By property of the target: identifiers that the system gave (DN, GUID).</param>
public sealed record OrderResult(
    Guid OrderId,
    bool Executed,
    string? Message,
    IReadOnlyDictionary<string, string> Keys,
    DateTimeOffset ExecutedAt);
