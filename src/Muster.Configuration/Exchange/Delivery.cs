using System.Text.Json;
using Muster.Configuration.Jobs;

namespace Muster.Configuration.Exchange;

/// <summary>What one preparation hands to the server (architecture.md, "Deliveries, watermarks, and applying once").</summary>
public sealed record DeliveryManifest
{
    public required Guid Id { get; init; }

    public required string Connector { get; init; }

    public required SynchronizationMode Mode { get; init; }

    public required PreparationType Type { get; init; }

    /// <summary>The delivery that an incremental one builds on; null for initial and complete ones.</summary>
    public Guid? BuildsOn { get; init; }

    /// <summary>By connection: when its export started; older than an accepted one is refused.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> ExportStartedAt { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>Why a chain that was asked for as incremental is complete; null otherwise.</summary>
    public string? HealedBecause { get; init; }

    public IReadOnlyList<DeliveryFile> Files { get; init; } = [];

    public string ToJson() => JsonSerializer.Serialize(this, ExchangeJson.Options);

    public static DeliveryManifest FromJson(string json) =>
        JsonSerializer.Deserialize<DeliveryManifest>(json, ExchangeJson.Options) ?? throw new JsonException("The manifest is empty.");
}

/// <summary>What the rows of a delivered file are.</summary>
public enum DeliveryFileKind
{
    /// <summary>All rows of an entity type mapping, sorted by primary key.</summary>
    Entities,

    /// <summary>Changed rows of an entity type mapping, first column <c>command</c>, sorted by primary key.</summary>
    EntityChanges,

    /// <summary>All rows of an association mapping: two columns, <see cref="DeliveryFile.Columns"/> are Column1 and Column2.</summary>
    Links,

    /// <summary>Changed rows of an association mapping, first column <c>command</c>.</summary>
    LinkChanges,
}

/// <summary>
/// One file of a delivery. CSV, UTF-8 without BOM, <c>,</c>, RFC 4180, <c>\n</c>, header first. Entity files have one column per mapped
/// property, named by the <em>property</em> (not the source column), in canonical internal form (synchronization.md 6.1); link files have
/// the columns <c>key1</c> and <c>key2</c>.
/// </summary>
/// <param name="Name">File name in the delivery's folder, made by us.</param>
/// <param name="Mapping">Identifier of the entity type or association.</param>
/// <param name="Columns">The header without <c>command</c>. A mapped property that is absent was not exported: leave it untouched.</param>
/// <param name="ParkedKeys">
/// Row identities whose rows were rejected in this extract: they are neither changed nor, in a full file, taken as deleted. An identity is the
/// primary key, the owner's key for links with a mono-valued end, and <c>key1</c>, U+0000, <c>key2</c> for other links.
/// </param>
/// <param name="HoldDeletions">A rejected row's key could not be read: no deletion may be derived from this full file.</param>
public sealed record DeliveryFile(
    string Name,
    DeliveryFileKind Kind,
    string Mapping,
    IReadOnlyList<string> Columns,
    long Rows,
    string Sha256,
    IReadOnlyList<string> ParkedKeys,
    bool HoldDeletions);

/// <summary>The server's answer to an offered delivery.</summary>
public sealed record DeliveryAnswer
{
    public bool Accepted { get; init; }

    /// <summary>For a person, with what to do; null if accepted.</summary>
    public string? RefusedBecause { get; init; }
}

/// <summary>What the server knows of a connector's chain; the agent compares it with its own snapshot before it reads the source.</summary>
public sealed record ConnectorChain
{
    /// <summary>The delivery accepted last; null if there is none.</summary>
    public Guid? LastAccepted { get; init; }

    /// <summary>Not null: only a complete delivery will be accepted, and why (one was discarded, …).</summary>
    public string? CompleteRequiredBecause { get; init; }
}
