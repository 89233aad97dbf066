using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;

namespace Muster.Jobs.Tasks;

/// <summary>What handlers read from a task's settings alike.</summary>
internal static class TaskSettings
{
    public static Connector ConnectorOf(JobTask task) =>
        task.Connector ?? throw new TaskFailedException($"The task '{task.Identifier}' names no connector. Give it one with the attribute Connector.");

    /// <summary>The resource types of an order task: those that it lists, else all whose targets belong to its connector.</summary>
    public static IReadOnlyList<ResourceType> ResourceTypesOf(JobTask task, ConfigurationModel model) =>
        task.ResourceTypes.Count > 0
            ? task.ResourceTypes
            : [.. model.ResourceTypes.Where(r => task.Connector is not null && r.TargetEntityType.Connector == task.Connector)];
}
