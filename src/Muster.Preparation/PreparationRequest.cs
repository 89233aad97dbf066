using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Preparation;

/// <summary>What one PrepareSynchronization has to do (synchronization.md 8.1, jobs.md 4.2).</summary>
public sealed record PreparationRequest
{
    public required Connector Connector { get; init; }

    /// <summary>An incremental request may become a complete one, if the export says so or the chain is broken; never the other way.</summary>
    public required SynchronizationMode Mode { get; init; }

    public PreparationType Type { get; init; }

    /// <summary>Name of the command column; null for <c>command</c>.</summary>
    public string? ColumnName { get; init; }

    /// <summary>Folder of the prepared files in the work folder; null for <c>Collect</c>. Snapshots stand in <c>Collect</c> in any case.</summary>
    public string? WorkingDirectory { get; init; }
}
