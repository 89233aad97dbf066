using Muster.Configuration.Work;
using Muster.Jobs.Leases;

namespace Muster.Jobs.Tasks;

/// <summary>CloseInterruptedInstancesTask: ends what killed processes left in progress (jobs.md 7.7).</summary>
public sealed class CloseInterruptedInstancesTaskHandler(JobLeases leases) : ITaskHandler
{
    public string Kind => "CloseInterruptedInstancesTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var closed = leases.RecoverInterrupted(cancellationToken);
        context.Reporter.Count("instancesClosed", closed);
        return Task.FromResult(closed > 0 ? TaskResult.Done : TaskResult.NothingToDo);
    }
}
