using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Policy.Classification;

namespace Muster.Jobs.Tasks;

/// <summary>UpdateClassificationTask (jobs.md 4.10).</summary>
public sealed class UpdateClassificationTaskHandler(Lazy<ClassificationComputation> computation) : ITaskHandler
{
    public string Kind => "UpdateClassificationTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (UpdateClassificationTask)context.Task;
        return Task.FromResult(computation.Value.Run(
            new ClassificationRequest(task.EntityTypes, task.Dirty, task.BatchSize), context.Reporter, cancellationToken));
    }
}
