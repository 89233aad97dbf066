using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Export;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Contract;

/// <summary>
/// The reading side of a connector: writes what a managed system holds, or what changed in it, as extract files (synchronization.md 7).
/// One object serves all connections of its package and has no state of its own.
/// </summary>
public interface IExport
{
    /// <summary>The settings that a connection of this package may have; others are reported with the nearest of these.</summary>
    IReadOnlyCollection<string> SettingNames { get; }

    /// <summary>
    /// Reads the system and writes rows through <see cref="ExportRequest.Output"/>. Anything but a complete, sound read must throw
    /// <see cref="TaskFailedException"/>: files of a read that did not end well are thrown away, and nothing is derived from them.
    /// </summary>
    Task<ExportOutcome> ExportAsync(ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken);
}

/// <summary>What one export is asked to do.</summary>
public sealed record ExportRequest
{
    public required Connection Connection { get; init; }

    public required ConnectionSettings Settings { get; init; }

    /// <summary>Where files are made; nothing is visible before the whole export has ended well.</summary>
    public required ExtractOutput Output { get; init; }

    /// <summary>True: read everything and leave the watermark aside (but write a fresh one). False: changes, if the system can tell them.</summary>
    public required bool Complete { get; init; }

    /// <summary>An initialization: whatever source exists is read completely.</summary>
    public bool Initial { get; init; }

    /// <summary>Why an incremental chain is read completely; null if it is not.</summary>
    public string? HealedBecause { get; init; }

    public required AgentFolders Folders { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The tables of the connector's mappings that this connection feeds.</summary>
    public required ConnectionTables Tables { get; init; }
}

/// <summary>How an export ended.</summary>
public sealed record ExportOutcome
{
    /// <summary>The export was not run, because a setting that it needs is not given: nothing is written.</summary>
    public static ExportOutcome NotRun { get; } = new() { Ran = false, Content = ExtractContent.Full };

    public bool Ran { get; init; } = true;

    public required ExtractContent Content { get; init; }

    /// <summary>Watermark files in <c>ExportCookies</c>, each ending in <c>.pending</c>.</summary>
    public IReadOnlyList<string> PendingWatermarks { get; init; } = [];
}
