using Muster.Configuration.Jobs;
using Muster.Jobs.Graph;
using Muster.Repository;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Running;

/// <summary>Job instances that wait for a person (jobs.md 8.2, 8.3).</summary>
public static class BlockedInstances
{
    /// <summary>The newest blocked instance with a blocked task for the connector; null if there is none.</summary>
    public static JobInstance? Find(RepositoryTransaction transaction, string connector) =>
        new JobStore(transaction).InState(JobState.Blocked).LastOrDefault(i => i.Tasks.Any(t => IsBlockedFor(t, connector)));

    /// <summary>
    /// Takes back the connector's blocked tasks of an instance; when none is left that is blocked, the instance is cancelled. Returns the
    /// instance as it is then.
    /// </summary>
    public static JobInstance Discard(RepositoryTransaction transaction, JobInstance instance, string connector, string message, DateTimeOffset now) =>
        Withdraw(transaction, instance, t => IsBlockedFor(t, connector), message, now);

    /// <summary>
    /// After a job instance: what older instances held back is superseded where a complete preparation was accepted for the connector, or
    /// where the same orders were generated anew. A later resume of it is refused.
    /// </summary>
    internal static void Supersede(
        RepositoryTransaction transaction, Job job, JobInstance instance, Func<TaskInstance, JobTask?> definitionOf, DateTimeOffset now)
    {
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        var generated = new HashSet<string>(StringComparer.Ordinal);
        foreach (var task in instance.Tasks.Where(t => t.Replaces is null))
        {
            var definition = definitionOf(task);
            if (definition is PrepareSynchronizationTask { Connector: { } connector }
                && task is { State: TaskState.Completed, Processed: true }
                && !ConnectorScope.IsIncremental(job, connector))
            {
                replaced.Add(connector.Identifier);
            }
            else if (definition is GenerateProvisioningOrdersTask && task.State is TaskState.Completed or TaskState.Warning or TaskState.Blocked)
            {
                generated.Add(task.Identifier);
            }
        }

        if (replaced.Count == 0 && generated.Count == 0)
        {
            return;
        }

        foreach (var blocked in new JobStore(transaction).InState(JobState.Blocked).Where(i => i.Id != instance.Id))
        {
            Withdraw(
                transaction,
                blocked,
                t => t.State == TaskState.Blocked && (t.Kind == "SynchronizeTask"
                    ? t.Connectors.Any(replaced.Contains)
                    : generated.Contains(t.Identifier)),
                $"Superseded by job instance {instance.Id} of job '{instance.Job}'.",
                now);
        }
    }

    private static bool IsBlockedFor(TaskInstance task, string connector) =>
        task.State == TaskState.Blocked && task.Connectors.Contains(connector, StringComparer.Ordinal);

    private static JobInstance Withdraw(
        RepositoryTransaction transaction, JobInstance instance, Func<TaskInstance, bool> isWithdrawn, string message, DateTimeOffset now)
    {
        var withdrawn = instance.Tasks.Where(isWithdrawn).ToDictionary(t => t.Ordinal, t => t with { State = TaskState.Cancelled, Error = message });
        if (withdrawn.Count == 0)
        {
            return instance;
        }

        var tasks = instance.Tasks.Select(t => withdrawn.GetValueOrDefault(t.Ordinal, t)).ToList();
        var changed = instance with { Tasks = tasks };
        if (!tasks.Exists(t => t.State == TaskState.Blocked))
        {
            changed = changed with { State = JobState.Cancelled, EndedAt = now, Message = message };
        }

        var store = new JobStore(transaction);
        store.Save(instance.Id, withdrawn.Values);
        store.Update(changed);
        return changed;
    }
}
