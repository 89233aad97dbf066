using Muster.Configuration.Jobs;
using Muster.Jobs.Graph;

namespace Muster.Jobs.Running;

/// <summary>Which locks a task holds while it runs (the table of jobs.md 7.2).</summary>
public static class TaskLocks
{
    public static IReadOnlyList<LockRequest> Of(JobTask task)
    {
        var locks = new List<LockRequest> { Exclusive($"task:{task.Identifier}"), Shared("configuration") };
        var connectors = ConnectorScope.Of(task).Select(c => c.Identifier).ToList();
        switch (task)
        {
            case ExportTask export:
                // Exports of different connections of one connector may run together.
                locks.AddRange(connectors.Select(c => Shared($"connector:{c}:collect")));
                locks.Add(Exclusive($"connection:{export.Connection?.Identifier ?? export.Identifier}"));
                break;
            case PrepareSynchronizationTask:
                locks.AddRange(connectors.Select(c => Exclusive($"connector:{c}:collect")));
                break;
            case SynchronizeTask:
                locks.Add(Shared("repository"));
                locks.AddRange(connectors.Select(c => Exclusive($"connector:{c}:synchronization")));
                break;
            case SetRecentlyModifiedFlagTask:
                locks.Add(Shared("repository"));
                locks.Add(Exclusive("flag"));
                break;
            case UpdateEntityPropertyExpressionsTask:
                locks.Add(Exclusive("expressions"));
                break;
            case ComputeCorrelationKeysTask:
                locks.Add(Exclusive("correlation"));
                break;
            case UpdateClassificationTask:
                locks.Add(Exclusive("classification"));
                break;
            case ComputeRiskScoresTask:
                locks.Add(Exclusive("risks"));
                break;
            case BuildRoleModelTask:
            case ComputeRoleModelTask:
                locks.Add(Exclusive("policy"));
                break;
            case SetInternalUserProfilesTask:
                locks.Add(Exclusive("profiles"));
                break;
            case GenerateProvisioningOrdersTask:
                locks.AddRange(connectors.Select(c => Exclusive($"orders:{c}")));
                break;
            case FulfillTask:
                locks.Add(Shared("repository"));
                locks.AddRange(connectors.Select(c => Exclusive($"orders:{c}")));
                break;
            default:
                break;
        }

        return locks;
    }

    private static LockRequest Shared(string name) => new(name, true);

    private static LockRequest Exclusive(string name) => new(name, false);
}
