using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Preparation;

/// <summary>What one PrepareSynchronization has to do (synchronization.md 8.1, jobs.md 4.2).</summary>
public sealed record PreparationRequest
{
    /// <summary>Octets: 16 MiB, more than photos and certificates need.</summary>
    public const int DefaultMaximumFileLength = 16 << 20;

    /// <summary>Octets of the longest file that rows of 64 MiB have room for, as base64 beside other values.</summary>
    public const int GreatestFileLength = 40 << 20;

    public required Connector Connector { get; init; }

    /// <summary>An incremental request may become a complete one, if the export says so or the chain is broken; never the other way.</summary>
    public required SynchronizationMode Mode { get; init; }

    public PreparationType Type { get; init; }

    /// <summary>Name of the command column; null for <c>command</c>.</summary>
    public string? ColumnName { get; init; }

    /// <summary>Octets of the longest file (property of type Binary) that is taken; the row of a longer one is set aside.</summary>
    public int MaximumFileLength { get; init; } = DefaultMaximumFileLength;

    /// <summary>Folder of the prepared files in the work folder; null for <c>Collect</c>. Snapshots stand in <c>Collect</c> in any case.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>An incremental run leaves the whole cleansed extract too (<c>&lt;Mapping&gt;.sorted.csv</c>), not only what has changed: it takes as long as a complete one.</summary>
    public bool KeepFiles { get; init; }
}
