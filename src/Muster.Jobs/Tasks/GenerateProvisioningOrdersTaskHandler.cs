using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Policy.Orders;

namespace Muster.Jobs.Tasks;

/// <summary>GenerateProvisioningOrdersTask (jobs.md 4.8), and the forced generation of a resume (jobs.md 8.3).</summary>
public sealed class GenerateProvisioningOrdersTaskHandler(ConfigurationModel model, Lazy<OrderGeneration> generation) : ITaskHandler
{
    public string Kind => "GenerateProvisioningOrdersTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (GenerateProvisioningOrdersTask)context.Task;
        var request = new OrderGenerationRequest
        {
            ResourceTypes = TaskSettings.ResourceTypesOf(task, model),
            IgnoresThresholds = task.ForceProvisioning || context.IsApproved,
            OrdersPerFile = task.BatchInsertSize,
            BatchSize = task.BatchSelectSize,
        };
        return Task.FromResult(generation.Value.Run(request, context.Reporter, cancellationToken));
    }
}
