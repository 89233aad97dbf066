using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Configuration.Jobs;

namespace Muster.Configuration.Exchange;

/// <summary>What the files of an export hold.</summary>
public enum ExtractContent
{
    /// <summary>All entries.</summary>
    Full,

    /// <summary>Only changes, with a command column.</summary>
    Changes,
}

/// <summary>
/// Stands beside the files of an export as <c>ExportOutput/&lt;connection&gt;.export.json</c> (synchronization.md 7.0): it carries the
/// chain's mode from where the source is read to the preparation, and guards against files edited by hand or left by a failed export.
/// </summary>
public sealed record ExportManifest
{
    public required string Connection { get; init; }

    /// <summary>Never <see cref="SynchronizationMode.Initial"/>: an initial chain's export is complete.</summary>
    public required SynchronizationMode Mode { get; init; }

    public required ExtractContent Content { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Why a chain that was asked for as incremental is complete (a lost watermark, a gap); null otherwise.</summary>
    public string? HealedBecause { get; init; }

    public IReadOnlyList<ExportedFile> Files { get; init; } = [];

    /// <summary>Watermark files (<c>….pending</c> in <c>ExportCookies</c>) that become current when the server has accepted the delivery.</summary>
    public IReadOnlyList<string> PendingWatermarks { get; init; } = [];

    public static string FileNameOf(string connection) => $"{connection}.export.json";

    public string ToJson() => JsonSerializer.Serialize(this, ExchangeJson.Options);

    public static ExportManifest FromJson(string json) =>
        JsonSerializer.Deserialize<ExportManifest>(json, ExchangeJson.Options) ?? throw new JsonException("The manifest is empty.");
}

/// <summary>One file of an export.</summary>
/// <param name="Name">File name with extension, in <c>ExportOutput</c>.</param>
/// <param name="Rows">Rows without the header.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record ExportedFile(string Name, long Rows, string Sha256);

/// <summary>How exchange documents are written: camelCase, enumerations by name, indented.</summary>
public static class ExchangeJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };
}
