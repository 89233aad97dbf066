namespace Muster.Configuration.Jobs;

/// <summary>Cleanses extracts and hands a delivery to the server (jobs.md 4.2).</summary>
public sealed record PrepareSynchronizationTask : JobTask
{
    public override string Kind => "PrepareSynchronizationTask";

    public SynchronizationMode SynchronizationMode { get; init; }

    public PreparationType Type { get; init; }

    public string? ColumnName { get; init; }

    public string? WorkingDirectory { get; init; }
}
