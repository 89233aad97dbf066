namespace Muster.Configuration.Jobs;

/// <summary>Computes computed properties (jobs.md 4.5).</summary>
public sealed record UpdateEntityPropertyExpressionsTask : JobTask
{
    public override string Kind => "UpdateEntityPropertyExpressionsTask";

    public bool AllEntityType { get; init; }

    public bool Dirty { get; init; }

    public int BatchSelectSize { get; init; }

    public int BatchUpdateSize { get; init; }
}
