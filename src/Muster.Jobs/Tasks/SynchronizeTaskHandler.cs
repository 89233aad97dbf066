using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Synchronization;

namespace Muster.Jobs.Tasks;

/// <summary>SynchronizeTask (jobs.md 4.3), and the synchronization validation of a resume (jobs.md 8.3).</summary>
public sealed class SynchronizeTaskHandler(Synchronizer synchronizer) : ITaskHandler
{
    public string Kind => "SynchronizeTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (SynchronizeTask)context.Task;
        var request = new SynchronizeRequest
        {
            Connector = TaskSettings.ConnectorOf(task),
            DoNotDeleteChanges = task.DoNotDeleteChanges,
            Force = task.ForceSynchronization,
            Orphans = task.Orphans,
            JobInstance = context.JobInstance,
        };
        return context.IsApproved
            ? synchronizer.ResumeAsync(request, context.Reporter, cancellationToken)
            : synchronizer.SynchronizeAsync(request, context.Reporter, cancellationToken);
    }
}
