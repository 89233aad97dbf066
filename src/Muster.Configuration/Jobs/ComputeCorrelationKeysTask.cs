namespace Muster.Configuration.Jobs;

/// <summary>Computes the keys by which resources are matched (jobs.md 4.6).</summary>
public sealed record ComputeCorrelationKeysTask : JobTask
{
    public override string Kind => "ComputeCorrelationKeysTask";

    public bool AllEntityType { get; init; }

    public bool Dirty { get; init; }

    public int BatchSize { get; init; }
}
