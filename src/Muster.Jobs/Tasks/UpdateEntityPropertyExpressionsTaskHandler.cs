using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Policy.Properties;

namespace Muster.Jobs.Tasks;

/// <summary>UpdateEntityPropertyExpressionsTask (jobs.md 4.5).</summary>
public sealed class UpdateEntityPropertyExpressionsTaskHandler(ConfigurationModel model, Lazy<PropertyComputation> computation) : ITaskHandler
{
    public string Kind => "UpdateEntityPropertyExpressionsTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (UpdateEntityPropertyExpressionsTask)context.Task;
        var request = new PropertyComputationRequest(
            task.AllEntityType ? model.EntityTypes : task.EntityTypes, task.Dirty, task.BatchSelectSize, context.JobInstance);
        return Task.FromResult(computation.Value.Run(request, context.Reporter, cancellationToken));
    }
}
