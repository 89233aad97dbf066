using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Jobs.Graph;

/// <summary>Which connectors tasks work for, and in which mode a job runs a connector's chain.</summary>
public static class ConnectorScope
{
    /// <summary>
    /// The connectors of a task: its own, that of its connection, and those of the target entity types of its resource types; for order
    /// tasks only, because computations are over entity types.
    /// </summary>
    public static IReadOnlyList<Connector> Of(JobTask task)
    {
        var connectors = new List<Connector?> { task.Connector, ConnectionOf(task)?.Connector };
        if (task is GenerateProvisioningOrdersTask or FulfillTask)
        {
            connectors.AddRange(task.ResourceTypes.Select(r => r.TargetEntityType.Connector));
        }

        return [.. connectors.OfType<Connector>().Distinct().OrderBy(c => c.Identifier, StringComparer.Ordinal)];
    }

    /// <summary>The three tasks of a connector's synchronization, which a threshold's block leaves out (jobs.md 8.2).</summary>
    public static bool IsChainTask(JobTask task) => task is ExportTask or PrepareSynchronizationTask or SynchronizeTask;

    /// <summary>
    /// True if the job runs the connector's chain for changes only (jobs.md 8.2): the preparation says so, or the job is incremental.
    /// </summary>
    public static bool IsIncremental(Job job, Connector connector) =>
        job.IsIncremental
        || job.Steps.Any(s => s.Task is PrepareSynchronizationTask { SynchronizationMode: SynchronizationMode.Incremental } prepare
            && prepare.Connector == connector);

    private static Connection? ConnectionOf(JobTask task) => task switch
    {
        ExportTask export => export.Connection,
        FulfillTask fulfill => fulfill.Connection,
        _ => null,
    };
}
