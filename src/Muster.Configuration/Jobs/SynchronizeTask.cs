namespace Muster.Configuration.Jobs;

/// <summary>Applies the waiting deliveries of a connector (jobs.md 4.3).</summary>
public sealed record SynchronizeTask : JobTask
{
    public override string Kind => "SynchronizeTask";

    public PreparationType Type { get; init; }

    public bool DoNotDeleteChanges { get; init; }

    public bool ForceSynchronization { get; init; }

    public bool Orphans { get; init; }
}
