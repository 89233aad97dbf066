using Muster.Configuration.Model;

namespace Muster.Configuration.Jobs;

/// <summary>Executes orders in a managed system (jobs.md 4.9).</summary>
public sealed record FulfillTask : JobTask
{
    public override string Kind => "FulfillTask";

    public Connection? Connection { get; init; }

    public bool Dirty { get; init; }

    public bool IgnoreHistorization { get; init; }

    public int BatchSize { get; init; }

    /// <summary>The file of workflow configuration of a connector that is fulfilled by workflows (synchronization.md 15.8); null otherwise.</summary>
    public string? FulfillInternalWorkflowsPath { get; init; }
}
