using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Configuration.Elements;

/// <summary>What all tasks share (jobs.md 3).</summary>
public abstract record TaskElement : ElementRecord
{
    [Field("Unique among tasks; made from the job where it is absent.")]
    public string? Identifier { get; init; }

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Tasks of one level run at the same time; -1 is a level of its own.")]
    public int Level { get; init; } = -1;

    [Children("Tasks whose outcome decides whether this one starts.")]
    public IReadOnlyList<TaskDependsOnTaskElement> DependsOn { get; init; } = [];
}

[Element("ExportTask", "Reads one connection of a managed system into files.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record ExportTaskElement : TaskElement
{
    [Field("Agent that runs it.", Required = true, Refers = typeof(AgentElement))]
    public string Agent { get; init; } = "";

    [Field("Client as which the agent signs in to the server.", Required = true)]
    public string OpenIdClient { get; init; } = "";

    [Field("The connection.", Refers = typeof(ConnectionElement))]
    public string? Connection { get; init; }

    [Field("The connector.", Refers = typeof(ConnectorElement))]
    public string? Connector { get; init; }

    [Field("True if an error does not stop the job.")]
    public bool ContinueOnError { get; init; }

    [Field("True to read everything although the source can give changes.")]
    public bool IgnoreCookieFile { get; init; }

    [Field("Left over from older versions; without effect.")]
    public bool InitMode { get; init; }
}

[Element("PrepareSynchronizationTask", "Turns extracts into a delivery.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement), Aliases = ["PrepareSynchronizationChangesTask", "PrepareSynchronizationActiveDirectoryTask"])]
public sealed record PrepareSynchronizationTaskElement : TaskElement
{
    [Field("Agent that runs it.", Required = true, Refers = typeof(AgentElement))]
    public string Agent { get; init; } = "";

    [Field("Client as which the agent signs in to the server.", Required = true)]
    public string OpenIdClient { get; init; } = "";

    [Field("The connector.", Required = true, Refers = typeof(ConnectorElement))]
    public string Connector { get; init; } = "";

    [Field("Mode of the chain; may be absent where Type is Changes.")]
    public SynchronizationMode? SynchronizationMode { get; init; }

    [Field("How the sources are read.")]
    public PreparationType Type { get; init; }

    [Field("Column that holds the command in change lists.")]
    public string? ColumnName { get; init; }

    [Field("Path of the working directory.")]
    public string? WorkingDirectory { get; init; }
}

[Element("SynchronizeTask", "Applies the waiting deliveries of a connector.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement), Aliases = ["SynchronizeChangesTask", "SynchronizeActiveDirectoryTask", "SynchronizationADDirSync"])]
public sealed record SynchronizeTaskElement : TaskElement
{
    [Field("The connector.", Required = true, Refers = typeof(ConnectorElement))]
    public string Connector { get; init; } = "";

    [Field("How the sources are read.")]
    public PreparationType Type { get; init; }

    [Field("True to keep the change lists for SetRecentlyModifiedFlagTask.")]
    public bool DoNotDeleteChanges { get; init; }

    [Field("True to ignore thresholds.")]
    public bool ForceSynchronization { get; init; }

    [Field("True to save links without target in a file.")]
    public bool Orphans { get; init; }
}

[Element("SetRecentlyModifiedFlagTask", "Turns change lists into recently modified resources.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record SetRecentlyModifiedFlagTaskElement : TaskElement
{

}

[Element("UpdateEntityPropertyExpressionsTask", "Computes computed properties.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record UpdateEntityPropertyExpressionsTaskElement : TaskElement
{
    [Field("True for all entity types.")]
    public bool AllEntityType { get; init; }

    [Field("True for recently modified resources only.")]
    public bool Dirty { get; init; }

    [Field("Resources read at a time; 0 is the default of Muster.")]
    public int BatchSelectSize { get; init; }

    [Field("Rows written at a time; 0 is the default of Muster.")]
    public int BatchUpdateSize { get; init; }

    [Children("The entity types that it works on.")]
    public IReadOnlyList<TaskEntityTypeElement> EntityTypes { get; init; } = [];
}

[Element("ComputeCorrelationKeysTask", "Computes the keys by which resources are matched.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record ComputeCorrelationKeysTaskElement : TaskElement
{
    [Field("True for all entity types.")]
    public bool AllEntityType { get; init; }

    [Field("True for recently modified resources only.")]
    public bool Dirty { get; init; }

    [Field("Resources at a time; 0 is the default of Muster.")]
    public int BatchSize { get; init; }

    [Children("The entity types that it works on.")]
    public IReadOnlyList<TaskEntityTypeElement> EntityTypes { get; init; } = [];
}

[Element("ComputeRoleModelTask", "Evaluates the policy for owners.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record ComputeRoleModelTaskElement : TaskElement
{
    [Field("True for recently modified resources only.")]
    public bool Dirty { get; init; }

    [Field("Resources read at a time; 0 is the default of Muster.")]
    public int BatchSelectSize { get; init; }

    [Field("Rows written at a time; 0 is the default of Muster.")]
    public int BatchInsertSize { get; init; }

    [Field("True if the orders of this run need a review.")]
    public bool BlockProvisioning { get; init; }

    [Field("True if all orders need a review, whatever the resource types say.")]
    public bool BlockAllResourceTypeProvisioning { get; init; }

    [Field("True to write no history.", Aliases = ["InitMode"])]
    public bool IgnoreHistorization { get; init; }

    [Field("True to simulate into a file.")]
    public bool UseLdif { get; init; }

    [Field("File of the simulation.")]
    public string? LdifFilePath { get; init; }

    [Children("The entity types that it works on.")]
    public IReadOnlyList<TaskEntityTypeElement> EntityTypes { get; init; } = [];
}

[Element("GenerateProvisioningOrdersTask", "Writes orders for what is pending.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record GenerateProvisioningOrdersTaskElement : TaskElement
{
    [Field("The connector.", Refers = typeof(ConnectorElement))]
    public string? Connector { get; init; }

    [Field("True to ignore thresholds.")]
    public bool ForceProvisioning { get; init; }

    [Field("Resources read at a time; 0 is the default of Muster.")]
    public int BatchSelectSize { get; init; }

    [Field("Rows written at a time; 0 is the default of Muster.")]
    public int BatchInsertSize { get; init; }

    [Field("True to write formatted properties.")]
    public bool FormatPropertiesInResource { get; init; }

    [Children("The resource types that it works on.")]
    public IReadOnlyList<TaskResourceTypeElement> ResourceTypes { get; init; } = [];
}

[Element("FulfillTask", "Applies orders to the managed system.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record FulfillTaskElement : TaskElement
{
    [Field("Agent that runs it; absent: the server.", Refers = typeof(AgentElement))]
    public string? Agent { get; init; }

    [Field("Client as which the agent signs in to the server.")]
    public string? OpenIdClient { get; init; }

    [Field("The connector.", Refers = typeof(ConnectorElement))]
    public string? Connector { get; init; }

    [Field("The connection.", Refers = typeof(ConnectionElement))]
    public string? Connection { get; init; }

    [Field("True if an error does not stop the job.")]
    public bool ContinueOnError { get; init; }

    [Field("True for recently modified resources only.")]
    public bool Dirty { get; init; }

    [Field("Resources at a time; 0 is the default of Muster.")]
    public int BatchSize { get; init; }

    [Field("True to write no history.", Aliases = ["InitMode"])]
    public bool IgnoreHistorization { get; init; }

    [Field("File that tells which workflows do the orders.")]
    public string? FulfillInternalWorkflowsPath { get; init; }

    [Children("The resource types that it works on.")]
    public IReadOnlyList<TaskResourceTypeElement> ResourceTypes { get; init; } = [];
}

[Element("UpdateClassificationTask", "Gives resources without owner a resource type.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record UpdateClassificationTaskElement : TaskElement
{
    [Field("True for recently modified resources only.")]
    public bool Dirty { get; init; }

    [Field("Resources at a time; 0 is the default of Muster.")]
    public int BatchSize { get; init; }

    [Children("The entity types that it works on.")]
    public IReadOnlyList<TaskEntityTypeElement> EntityTypes { get; init; } = [];
}

[Element("SetInternalUserProfilesTask", "Gives profiles by rule.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record SetInternalUserProfilesTaskElement : TaskElement
{
    [Field("Resources read at a time; 0 is the default of Muster.")]
    public int BatchSelectSize { get; init; }

    [Field("Rows written at a time; 0 is the default of Muster.")]
    public int BatchInsertSize { get; init; }

    [Children("The entity types that it works on.")]
    public IReadOnlyList<TaskEntityTypeElement> EntityTypes { get; init; } = [];

    [Children("The resource types that it works on.")]
    public IReadOnlyList<TaskResourceTypeElement> ResourceTypes { get; init; } = [];
}

[Element("TaskEntityType", "An entity type that a task works on.", Key = ["EntityType"], MayRepeat = true)]
public sealed record TaskEntityTypeElement : ElementRecord
{
    [Field("The entity type.", Required = true, Refers = typeof(EntityTypeElement), Aliases = ["Identifier"])]
    public string EntityType { get; init; } = "";
}

[Element("TaskResourceType", "A resource type that a task works on.", Key = ["ResourceType"], MayRepeat = true)]
public sealed record TaskResourceTypeElement : ElementRecord
{
    [Field("The resource type.", Required = true, Refers = typeof(ResourceTypeElement), Aliases = ["Identifier"])]
    public string ResourceType { get; init; } = "";
}

[Element("TaskDependsOnTask", "A task whose outcome decides whether this one starts.", Key = ["ParentTask"], MayRepeat = true)]
public sealed record TaskDependsOnTaskElement : ElementRecord
{
    [Field("The other task.", Required = true, Refers = typeof(TaskElement))]
    public string ParentTask { get; init; } = "";
}

[Element("CloseInterruptedInstancesTask", "Closes job and task instances that were left in progress (an addition of Muster).", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record CloseInterruptedInstancesTaskElement : TaskElement;
