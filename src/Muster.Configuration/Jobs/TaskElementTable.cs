using static Muster.Configuration.Jobs.AttributeShape;

namespace Muster.Configuration.Jobs;

/// <summary>The table behind <see cref="TaskElements"/>: one line per attribute list of jobs.md 4 and 5.</summary>
internal static class TaskElementTable
{
    private static readonly ElementShape DependsOn = new("TaskDependsOnTask")
    {
        Attributes = [Reference("ParentTask", "Task") with { IsRequired = true }],
    };

    /// <summary><c>Identifier</c> is an alias of <c>EntityType</c> that both guides write (jobs.md 2.8).</summary>
    private static readonly ElementShape EntityTypes = new("TaskEntityType")
    {
        Attributes = [Reference("EntityType", "EntityType"), Reference("Identifier", "EntityType")],
    };

    private static readonly ElementShape ResourceTypes = new("TaskResourceType")
    {
        Attributes = [Reference("ResourceType", "ResourceType"), Reference("Identifier", "ResourceType")],
    };

    private static readonly AttributeShape Connector = Reference("Connector", "Connector");
    private static readonly AttributeShape Connection = Reference("Connection", "Connection");
    private static readonly AttributeShape PreparationTypes = Enumeration("Type", "None", "Changes", "ActiveDirectory");

    public static IEnumerable<TaskElement> All() => [.. ServerTasks(), .. AgentTasks(), .. OtherTasks()];

    private static IEnumerable<TaskElement> AgentTasks() =>
    [
        Known(TaskSide.Agent, "ExportTask", [Connection, Connector, Boolean("ContinueOnError"), Boolean("IgnoreCookieFile"), Boolean("InitMode")]),
        Known(TaskSide.Agent, "PrepareSynchronizationTask",
            [Required(Connector), Enumeration("SynchronizationMode", "Initial", "Complete", "Incremental"), PreparationTypes, Text("ColumnName"),
                Text("WorkingDirectory")]),
        Known(TaskSide.Either, "FulfillTask",
            [Integer("BatchSize"), Connection, Connector, Boolean("ContinueOnError"), Boolean("Dirty"), Boolean("IgnoreHistorization"),
                Boolean("InitMode"), Text("WorkflowJsonPath")],
            ResourceTypes),
    ];

    private static IEnumerable<TaskElement> ServerTasks() =>
    [
        Known(TaskSide.Server, "SynchronizeTask",
            [Required(Connector), Boolean("DoNotDeleteChanges"), Boolean("ForceSynchronization"), Boolean("Orphans"), PreparationTypes]),
        Known(TaskSide.Server, "SetRecentlyModifiedFlagTask", []),
        Known(TaskSide.Server, "UpdateEntityPropertyExpressionsTask",
            [Boolean("AllEntityType"), Integer("BatchSelectSize"), Integer("BatchUpdateSize"), Boolean("Dirty")], EntityTypes),
        Known(TaskSide.Server, "ComputeCorrelationKeysTask", [Boolean("AllEntityType"), Integer("BatchSize"), Boolean("Dirty")], EntityTypes),
        Known(TaskSide.Server, "ComputeRoleModelTask",
            [Integer("BatchInsertSize"), Integer("BatchSelectSize"), Boolean("BlockAllResourceTypeProvisioning"), Boolean("BlockProvisioning"),
                Boolean("Dirty"), Boolean("IgnoreHistorization"), Boolean("InitMode"), Text("LdifFilePath"), Boolean("UseLdif")],
            EntityTypes),
        Known(TaskSide.Server, "GenerateProvisioningOrdersTask",
            [Integer("BatchInsertSize"), Integer("BatchSelectSize"), Connector, Boolean("ForceProvisioning"), Boolean("FormatPropertiesInResource")],
            ResourceTypes),
        Known(TaskSide.Server, "UpdateClassificationTask", [Integer("BatchSize"), Boolean("Dirty")], EntityTypes),
        Known(TaskSide.Server, "SetInternalUserProfilesTask", [Integer("BatchInsertSize"), Integer("BatchSelectSize")], EntityTypes, ResourceTypes),
        Known(TaskSide.Server, "CloseInterruptedInstancesTask", []),
    ];

    private static IEnumerable<TaskElement> OtherTasks() =>
    [
        Other(TaskSide.Agent, "ActivityInstanceActorTask", []),
        Other(TaskSide.Agent, "CreateDatabaseViewsTask", []),
        Other(TaskSide.Agent, "InvokeApiTask",
            [Required(Text("ApiUrl")), Required(Enumeration("HttpCommand", "Get", "Put", "Post", "Delete")), Text("Body")]),
        Other(TaskSide.Agent, "InvokeAspectsTask", [Text("OutputPath")]),
        Other(TaskSide.Agent, "RefreshSchemaTask", [Connector, Connection]),
        Other(TaskSide.Either, "InvokeExpressionTask", [Text("InputPath"), Boolean("ContinueOnError")]),
        Other(TaskSide.Either, "InvokeSqlCommandTask",
            [Text("DatabaseIdentifier"), Text("Provider"), Text("ProviderAssemblyQualifiedName"), Text("SQLCommand"), Text("SQLInputFile"),
                Text("OutputPath"), Text("Encoding"), Boolean("IsNotAQuery"), Text("IsolationLevel"), Integer("Timeout"),
                Boolean("ContinueOnError")]),
        Other(TaskSide.Server, "BuildRoleModelTask", [Connector]),
        Other(TaskSide.Server, "ComputeRiskScoresTask", [Integer("BatchSize"), Boolean("Dirty")], EntityTypes),
        Other(TaskSide.Server, "DeployConfigurationTask",
            [Required(Text("ConfigurationDirectory")), Text("GeneratedCodeNamespace"), Text("GeneratedCodePath"), Text("GeneratedFile")]),
        Other(TaskSide.Server, "GetRoleMiningTask", [Boolean("AllEntities"), Boolean("IsSimulated")], EntityTypes),
        Other(TaskSide.Server, "MaintainIndexesTask",
            [Boolean("AllIndexes"), Boolean("ContinueOnError"), Boolean("NoNormalizationCheck"), Boolean("Offline"), Integer("PageCount"),
                Integer("RebuildThreshold"), Integer("ReorganizeThreshold"), Integer("UpdateStatsThreshold")]),
        Other(TaskSide.Server, "ManageConfigurationIndexesTask", []),
        Other(TaskSide.Server, "ProcessAccessCertificationItemsTask", []),
        Other(TaskSide.Server, "ResetValidFromTask", []),
        Other(TaskSide.Server, "SavePreExistingAccessRightsTask",
            [Text("AssignedResourceTypeSQL"), Text("AssignedResourceScalarSQL"), Text("AssignedResourceNavigationSQL")]),
        Other(TaskSide.Server, "SendAccessCertificationNotificationTask", []),
        Other(TaskSide.Server, "SendNotificationsTask", [Integer("BatchSize")], EntityTypes),
        Other(TaskSide.Server, "SendRoleModelNotificationsTask", [], EntityTypes),
        Other(TaskSide.Server, "SetAccessCertificationReviewerTask", []),
        Other(TaskSide.Server, "UpdateAccessCertificationCampaignTask", []),
        Other(TaskSide.Server, "UpdateParametersContextDisplayNamesTask", []),
    ];

    private static TaskElement Known(TaskSide side, string name, AttributeShape[] attributes, params ElementShape[] children) =>
        new(ShapeOf(side, name, attributes, children), side, true);

    private static TaskElement Other(TaskSide side, string name, AttributeShape[] attributes, params ElementShape[] children) =>
        new(ShapeOf(side, name, attributes, children), side, false);

    private static ElementShape ShapeOf(TaskSide side, string name, AttributeShape[] attributes, ElementShape[] children)
    {
        var isAgentNeeded = side == TaskSide.Agent;
        AttributeShape[] agent = side == TaskSide.Server
            ? []
            :
            [
                Reference("Agent", "Agent") with { IsRequired = isAgentNeeded },
                Text("OpenIdClient") with { IsRequired = isAgentNeeded },
            ];
        return new ElementShape(name)
        {
            HasDisplayNames = true,
            IsDisplayNameRequired = true,
            Attributes = [Text("Identifier"), .. agent, .. attributes, Integer("Level")],
            Children = [DependsOn, .. children],
        };
    }

    private static AttributeShape Required(AttributeShape attribute) => attribute with { IsRequired = true };
}
