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

    /// <summary>
    /// The same export as a complete one, because the source has lost the watermark (asks.md, the two decisions); what was written so far is
    /// thrown away. Throws <see cref="TaskFailedException"/> if the connector's OnWatermarkLost is Stop.
    /// </summary>
    /// <param name="because">The end of a sentence; the outcome must carry it too.</param>
    public ExportRequest Healed(string because, ITaskReporter reporter)
    {
        ArgumentNullException.ThrowIfNull(because);
        ArgumentNullException.ThrowIfNull(reporter);
        if (Connection.Connector.OnWatermarkLost == WatermarkLost.Stop)
        {
            throw new TaskFailedException(
                $"The changes of connection '{Connection.Identifier}' cannot be followed: {because.TrimEnd('.')}. The OnWatermarkLost of its connector '{Connection.Connector.Identifier}' is Stop: run a complete job for it.");
        }

        reporter.Message($"The export of '{Connection.Identifier}' is complete instead of incremental: {because.TrimEnd('.')}.");
        Output.Restart();
        return this with { Complete = true, HealedBecause = because };
    }
}

/// <summary>How an export ended.</summary>
public sealed record ExportOutcome
{
    /// <summary>The export was not run, because a setting that it needs is not given: nothing is written.</summary>
    public static ExportOutcome NotRun { get; } = new() { Ran = false, Content = ExtractContent.Full };

    public bool Ran { get; init; } = true;

    public required ExtractContent Content { get; init; }

    /// <summary>Why everything was read although only changes were asked for; null if it was not so. See <see cref="ExportRequest.Healed"/>.</summary>
    public string? HealedBecause { get; init; }

    /// <summary>Watermark files in <c>ExportCookies</c>, each ending in <c>.pending</c>.</summary>
    public IReadOnlyList<string> PendingWatermarks { get; init; } = [];
}
