using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Policy.CorrelationKeys;

namespace Muster.Jobs.Tasks;

/// <summary>ComputeCorrelationKeysTask (jobs.md 4.6).</summary>
public sealed class ComputeCorrelationKeysTaskHandler(ConfigurationModel model, Lazy<CorrelationKeyComputation> computation) : ITaskHandler
{
    public string Kind => "ComputeCorrelationKeysTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (ComputeCorrelationKeysTask)context.Task;
        var request = new CorrelationKeyRequest(task.AllEntityType ? model.EntityTypes : task.EntityTypes, task.Dirty, task.BatchSize);
        return Task.FromResult(computation.Value.Run(request, context.Reporter, cancellationToken));
    }
}
