namespace Muster.Configuration.Jobs;

/// <summary>Gives unowned resources a resource type (jobs.md 4.10).</summary>
public sealed record UpdateClassificationTask : JobTask
{
    public override string Kind => "UpdateClassificationTask";

    public bool Dirty { get; init; }

    public int BatchSize { get; init; }
}
