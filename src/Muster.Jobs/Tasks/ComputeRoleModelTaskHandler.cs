using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Policy.RoleModel;

namespace Muster.Jobs.Tasks;

/// <summary>ComputeRoleModelTask (jobs.md 4.7).</summary>
public sealed class ComputeRoleModelTaskHandler(
    AppliedExports exports, ConfigurationModel model, Lazy<RoleModelComputation> computation) : ITaskHandler
{
    public string Kind => "ComputeRoleModelTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (ComputeRoleModelTask)context.Task;
        if (task.UseLdif)
        {
            throw new TaskFailedException($"not supported yet: UseLdif of the task '{task.Identifier}'. Remove the attribute; a later version simulates.");
        }

        var request = new RoleModelRequest
        {
            EntityTypes = task.EntityTypes,
            IsDirty = task.Dirty,
            BlockProvisioning = task.BlockProvisioning,
            BlockAllResourceTypeProvisioning = task.BlockAllResourceTypeProvisioning,

            // Of this job first, then of any.
            OtherBlocks = RoleModelBlocks.Of([context.Job, .. model.Jobs]),
            IgnoreHistorization = task.IgnoreHistorization,
            BatchSize = task.BatchSelectSize,
            LastAppliedExport = exports.StartedAt(),
        };
        return Task.FromResult(computation.Value.Run(request, context.Reporter, cancellationToken));
    }
}
