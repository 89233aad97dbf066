namespace Muster.Configuration.Jobs;

/// <summary>Starts the history: the first version of each resource is valid since the beginning of time (jobs.md 5).</summary>
public sealed record ResetValidFromTask : JobTask
{
    public override string Kind => "ResetValidFromTask";
}
