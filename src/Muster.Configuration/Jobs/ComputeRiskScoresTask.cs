namespace Muster.Configuration.Jobs;

/// <summary>Brings the risks of each owner together into a score (jobs.md 5, rolemodel.md 5.8).</summary>
public sealed record ComputeRiskScoresTask : JobTask
{
    public override string Kind => "ComputeRiskScoresTask";

    public bool Dirty { get; init; }

    public int BatchSize { get; init; }
}
