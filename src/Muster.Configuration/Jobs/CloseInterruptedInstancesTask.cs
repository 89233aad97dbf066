namespace Muster.Configuration.Jobs;

/// <summary>
/// Closes job and task instances that were left in progress by a process that no longer runs (jobs.md 7.7). Ours: what the job of
/// <c>CleanDatabaseJob</c> consists of.
/// </summary>
public sealed record CloseInterruptedInstancesTask : JobTask
{
    public override string Kind => "CloseInterruptedInstancesTask";
}
