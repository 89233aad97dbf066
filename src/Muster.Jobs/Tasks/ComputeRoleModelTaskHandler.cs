using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Policy.RoleModel;
using Muster.Repository;
using Muster.Repository.Synchronization;

namespace Muster.Jobs.Tasks;

/// <summary>ComputeRoleModelTask (jobs.md 4.7).</summary>
public sealed class ComputeRoleModelTaskHandler(
    RepositoryDatabase database, ConfigurationModel model, Lazy<RoleModelComputation> computation) : ITaskHandler
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
            IgnoreHistorization = task.IgnoreHistorization,
            BatchSize = task.BatchSelectSize,
            LastAppliedExport = LastAppliedExports(),
        };
        return Task.FromResult(computation.Value.Run(request, context.Reporter, cancellationToken));
    }

    /// <summary>By connector: the start of the oldest export in the delivery that was applied last.</summary>
    private Dictionary<string, DateTime> LastAppliedExports()
    {
        using var transaction = database.BeginRead();
        var deliveries = new DeliveryStore(transaction);
        var exports = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        foreach (var connector in model.Connectors)
        {
            if (deliveries.State(connector.Identifier).LastApplied is { } applied
                && deliveries.Find(applied)?.Manifest is { ExportStartedAt.Count: > 0 } manifest)
            {
                exports.Add(connector.Identifier, manifest.ExportStartedAt.Values.Min().UtcDateTime);
            }
        }

        return exports;
    }
}
