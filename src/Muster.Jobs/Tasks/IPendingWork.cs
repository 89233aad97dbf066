using Muster.Configuration.Jobs;

namespace Muster.Jobs.Tasks;

/// <summary>
/// Asks the store whether something waits for a task that no parent of this run has made: left by another job, a deployment, a
/// fulfilment, or an interrupted run. No job can make another job miss a change (architecture.md).
/// </summary>
public interface IPendingWork
{
    /// <summary>What waits, as the end of the sentence <c>Started although no parent changed anything, because …</c>; null if nothing does.</summary>
    string? WaitingFor(JobTask task);
}

/// <summary>Which connectors wait for a person to decide on a blocked delivery (jobs.md 8.2).</summary>
public interface IBlockedConnectors
{
    bool IsBlocked(string connector);
}
