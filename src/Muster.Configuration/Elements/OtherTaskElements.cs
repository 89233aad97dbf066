namespace Muster.Configuration.Elements;

[Element("ActivityInstanceActorTask", "Computes the actors of workflows again.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record ActivityInstanceActorTaskElement : TaskElement
{
    [Field("Agent that runs it.", Required = true, Refers = typeof(AgentElement))]
    public string Agent { get; init; } = "";

    [Field("Client as which the agent signs in to the server.", Required = true)]
    public string OpenIdClient { get; init; } = "";
}

[Element("CreateDatabaseViewsTask", "Makes one view per entity type.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record CreateDatabaseViewsTaskElement : TaskElement
{
    [Field("Agent that runs it.", Required = true, Refers = typeof(AgentElement))]
    public string Agent { get; init; } = "";

    [Field("Client as which the agent signs in to the server.", Required = true)]
    public string OpenIdClient { get; init; } = "";
}

[Element("InvokeApiTask", "Calls an interface of the server.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record InvokeApiTaskElement : TaskElement
{
    [Field("Agent that runs it.", Required = true, Refers = typeof(AgentElement))]
    public string Agent { get; init; } = "";

    [Field("Client as which the agent signs in to the server.", Required = true)]
    public string OpenIdClient { get; init; } = "";

    [Field("Relative address.", Required = true)]
    public string ApiUrl { get; init; } = "";

    [Field("Method.", Required = true)]
    public HttpCommand HttpCommand { get; init; }

    [Field("Body of the call.")]
    public string? Body { get; init; }
}

[Element("InvokeAspectsTask", "Runs the scripts of workflow aspects.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record InvokeAspectsTaskElement : TaskElement
{
    [Field("Agent that runs it.", Required = true, Refers = typeof(AgentElement))]
    public string Agent { get; init; } = "";

    [Field("Client as which the agent signs in to the server.", Required = true)]
    public string OpenIdClient { get; init; } = "";

    [Field("Where results go.")]
    public string? OutputPath { get; init; }
}

[Element("InvokeExpressionTask", "Runs a script.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record InvokeExpressionTaskElement : TaskElement
{
    [Field("Agent that runs it; absent: the server.", Refers = typeof(AgentElement))]
    public string? Agent { get; init; }

    [Field("Client as which the agent signs in to the server.")]
    public string? OpenIdClient { get; init; }

    [Field("True if an error does not stop the job.")]
    public bool ContinueOnError { get; init; }

    [Field("Path of the script.")]
    public string? InputPath { get; init; }
}

[Element("InvokeSqlCommandTask", "Runs SQL.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record InvokeSqlCommandTaskElement : TaskElement
{
    [Field("Agent that runs it; absent: the server.", Refers = typeof(AgentElement))]
    public string? Agent { get; init; }

    [Field("Client as which the agent signs in to the server.")]
    public string? OpenIdClient { get; init; }

    [Field("True if an error does not stop the job.")]
    public bool ContinueOnError { get; init; }

    [Field("Connection string in the settings of the agent.")]
    public string? DatabaseIdentifier { get; init; }

    [Field("Provider of the database.")]
    public string? Provider { get; init; }

    [Field("Class of the provider.")]
    public string? ProviderAssemblyQualifiedName { get; init; }

    [Field("The statement.")]
    public string? SQLCommand { get; init; }

    [Field("File of the statement.")]
    public string? SQLInputFile { get; init; }

    [Field("Where results go.")]
    public string? OutputPath { get; init; }

    [Field("Encoding of the results.")]
    public string? Encoding { get; init; }

    [Field("True if there are no results.")]
    public bool IsNotAQuery { get; init; }

    [Field("Isolation of the transaction.")]
    public string? IsolationLevel { get; init; }

    [Field("Seconds; 0 is the default.")]
    public int Timeout { get; init; }
}

[Element("BuildRoleModelTask", "Applies role mappings: makes and removes the roles, categories and rules of values that came and went.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record BuildRoleModelTaskElement : TaskElement
{
    [Field("The connector whose resource types' mappings are applied; absent: all mappings.", Refers = typeof(ConnectorElement))]
    public string? Connector { get; init; }
}

[Element("ComputeRiskScoresTask", "Computes risk scores.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record ComputeRiskScoresTaskElement : TaskElement
{
    [Field("Resources at a time; 0 is the default of Muster.")]
    public int BatchSize { get; init; }

    [Field("True for recently modified resources only.")]
    public bool Dirty { get; init; }

    [Children("The entity types that it works on.")]
    public IReadOnlyList<TaskEntityTypeElement> EntityTypes { get; init; } = [];
}

[Element("DeployConfigurationTask", "Deploys a configuration.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record DeployConfigurationTaskElement : TaskElement
{
    [Field("The directory.", Required = true)]
    public string ConfigurationDirectory { get; init; } = "";

    [Field("Namespace of generated code.")]
    public string? GeneratedCodeNamespace { get; init; }

    [Field("Path of generated code.")]
    public string? GeneratedCodePath { get; init; }

    [Field("File of what scaffoldings make.")]
    public string? GeneratedFile { get; init; }
}

[Element("GetRoleMiningTask", "Proposes rules from what people have.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record GetRoleMiningTaskElement : TaskElement
{
    [Field("True for all entity types.")]
    public bool AllEntities { get; init; }

    [Field("True to write nothing.")]
    public bool IsSimulated { get; init; }

    [Children("The entity types that it works on.")]
    public IReadOnlyList<TaskEntityTypeElement> EntityTypes { get; init; } = [];
}

[Element("MaintainIndexesTask", "Maintains indexes and statistics.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record MaintainIndexesTaskElement : TaskElement
{
    [Field("True if an error does not stop the job.")]
    public bool ContinueOnError { get; init; }

    [Field("True for all indexes.")]
    public bool AllIndexes { get; init; }

    [Field("True to leave the check of consistency out.")]
    public bool NoNormalizationCheck { get; init; }

    [Field("True to do it offline.")]
    public bool Offline { get; init; }

    [Field("Least pages of an index; 0 is 1000.")]
    public int PageCount { get; init; }

    [Field("Fragmentation from which an index is rebuilt; 0 is 30.")]
    public int RebuildThreshold { get; init; }

    [Field("Fragmentation from which an index is reorganised; 0 is 5.")]
    public int ReorganizeThreshold { get; init; }

    [Field("Changes from which statistics are renewed; 0 is 10 percent.")]
    public int UpdateStatsThreshold { get; init; }
}

[Element("ManageConfigurationIndexesTask", "Makes the indexes that the configuration asks for.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record ManageConfigurationIndexesTaskElement : TaskElement
{

}

[Element("ProcessAccessCertificationItemsTask", "Applies decisions of access certification.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record ProcessAccessCertificationItemsTaskElement : TaskElement
{

}

[Element("ResetValidFromTask", "Starts the history.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record ResetValidFromTaskElement : TaskElement
{

}

[Element("SavePreExistingAccessRightsTask", "Takes what is found in the systems as existing rights.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record SavePreExistingAccessRightsTaskElement : TaskElement
{
    [Field("Condition on resource types.")]
    public string? AssignedResourceTypeSQL { get; init; }

    [Field("Condition on scalars.")]
    public string? AssignedResourceScalarSQL { get; init; }

    [Field("Condition on navigations.")]
    public string? AssignedResourceNavigationSQL { get; init; }
}

[Element("SendAccessCertificationNotificationTask", "Mails who has items to certify.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record SendAccessCertificationNotificationTaskElement : TaskElement
{

}

[Element("SendNotificationsTask", "Sends notifications.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record SendNotificationsTaskElement : TaskElement
{
    [Field("Resources at a time; 0 is the default of Muster.")]
    public int BatchSize { get; init; }

    [Children("The entity types that it works on.")]
    public IReadOnlyList<TaskEntityTypeElement> EntityTypes { get; init; } = [];
}

[Element("SendRoleModelNotificationsTask", "Reminds reviewers.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record SendRoleModelNotificationsTaskElement : TaskElement
{
    [Children("The entity types that it works on.")]
    public IReadOnlyList<TaskEntityTypeElement> EntityTypes { get; init; } = [];
}

[Element("SetAccessCertificationReviewerTask", "Gives items to reviewers.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record SetAccessCertificationReviewerTaskElement : TaskElement
{

}

[Element("UpdateAccessCertificationCampaignTask", "Starts and ends campaigns.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record UpdateAccessCertificationCampaignTaskElement : TaskElement
{

}

[Element("UpdateParametersContextDisplayNamesTask", "Renews the names of parameter contexts.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record UpdateParametersContextDisplayNamesTaskElement : TaskElement
{

}

[Element("RefreshSchemaTask", "Reads the schema of a managed system.", IsTopLevel = true, IdentifierSpace = typeof(TaskElement))]
public sealed record RefreshSchemaTaskElement : TaskElement
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
}
