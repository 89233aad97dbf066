using Muster.Configuration.Model;

namespace Muster.Configuration.Elements;

/// <summary>What the scaffoldings of jobs share (scaffoldings.md). The elements that they make are checked after expansion.</summary>
public abstract record JobScaffoldingElement : ElementRecord
{
    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Identifier of the job that it makes.")]
    public string? JobIdentifier { get; init; }

    [Field("Of older versions; without effect.")]
    public bool OldAlgorithm { get; init; }

    [Children("Existing tasks to put into the job.")]
    public IReadOnlyList<AddTaskElement> AddTasks { get; init; } = [];

    [Children("Makes the tasks without the job.", AtMostOne = true)]
    public IReadOnlyList<DoNotCreateJobElement> DoNotCreateJob { get; init; } = [];

    [Children("The client as which agents sign in.", AtMostOne = true)]
    public IReadOnlyList<OpenIdIdentifierElement> OpenIdIdentifier { get; init; } = [];
}

/// <summary>What the scaffoldings of synchronization jobs share.</summary>
public abstract record SynchroScaffoldingElement : JobScaffoldingElement
{
    [Children("The schedule of the job.", AtMostOne = true)]
    public IReadOnlyList<CronTabExpressionElement> CronTabExpression { get; init; } = [];

    [Children("Files that tell which workflows do the orders of a connector.")]
    public IReadOnlyList<FulfillInternalWorkflowsPathElement> FulfillInternalWorkflowsPaths { get; init; } = [];

    [Children("Further dependencies.")]
    public IReadOnlyList<LinkDependTaskElement> LinkDependTasks { get; init; } = [];
}

/// <summary>What the scaffoldings for one connector share.</summary>
public abstract record ConnectorSynchroScaffoldingElement : SynchroScaffoldingElement
{
    [Field("The connector.", Required = true, Refers = typeof(ConnectorElement))]
    public string Connector { get; init; } = "";

    [Children("Leaves orders and fulfilment out.", AtMostOne = true)]
    public IReadOnlyList<NoProvisioningElement> NoProvisioning { get; init; } = [];

    [Children("Leaves the synchronization out.", AtMostOne = true)]
    public IReadOnlyList<NoSynchronizationElement> NoSynchronization { get; init; } = [];
}

[Element("CreateConnectorSynchroIncremental", "Makes one incremental job for one connector.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record CreateConnectorSynchroIncrementalElement : ConnectorSynchroScaffoldingElement;

[Element("CreateConnectorSynchroComplete", "Makes one complete job for one connector.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record CreateConnectorSynchroCompleteElement : ConnectorSynchroScaffoldingElement;

/// <summary>What the scaffoldings for all connectors of an agent share.</summary>
public abstract record AgentSynchroScaffoldingElement : SynchroScaffoldingElement
{
    [Field("The agent; absent: the only one.", Refers = typeof(AgentElement))]
    public string? Agent { get; init; }

    [Children("Connectors that are left out of orders and fulfilment.")]
    public IReadOnlyList<NoConnectorProvisioningElement> NoConnectorProvisioning { get; init; } = [];

    [Children("Connectors that are left out of the synchronization.")]
    public IReadOnlyList<NoConnectorSynchronizationElement> NoConnectorSynchronization { get; init; } = [];

    [Children("Connectors that are left out.")]
    public IReadOnlyList<NotUsedElement> NotUsed { get; init; } = [];
}

[Element("CreateAgentSynchroIncremental", "Makes one incremental job for all connectors of an agent.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record CreateAgentSynchroIncrementalElement : AgentSynchroScaffoldingElement
{
    [Field("True to take connectors that only give full extracts too (an addition of Muster).")]
    public bool IncludeFullExtracts { get; init; }
}

[Element("CreateAgentSynchroComplete", "Makes one complete job for all connectors of an agent.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record CreateAgentSynchroCompleteElement : AgentSynchroScaffoldingElement
{
    [Children("Writes formatted properties into orders.", AtMostOne = true)]
    public IReadOnlyList<FormatPropertiesInResourceElement> FormatPropertiesInResource { get; init; } = [];
}

[Element("CreateInitializationJob", "Makes the job of an agent's first load.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record CreateInitializationJobElement : JobScaffoldingElement
{
    [Field("The agent; absent: the only one.", Refers = typeof(AgentElement))]
    public string? Agent { get; init; }

    [Children("Writes formatted properties into orders.", AtMostOne = true)]
    public IReadOnlyList<FormatPropertiesInResourceElement> FormatPropertiesInResource { get; init; } = [];

    [Children("Connectors that are left out of orders and fulfilment.")]
    public IReadOnlyList<NoConnectorProvisioningElement> NoConnectorProvisioning { get; init; } = [];

    [Children("Connectors that are left out of the synchronization.")]
    public IReadOnlyList<NoConnectorSynchronizationElement> NoConnectorSynchronization { get; init; } = [];

    [Children("Connectors that are left out.")]
    public IReadOnlyList<NotUsedElement> NotUsed { get; init; } = [];

    [Children("Connectors that hold the data of record.")]
    public IReadOnlyList<PrincipalDataConnectorElement> PrincipalDataConnectors { get; init; } = [];

    [Children("Deploys a configuration in the middle of the job.", AtMostOne = true)]
    public IReadOnlyList<ConfigurationChildElement> Configuration { get; init; } = [];
}

[Element("CreateConnectorsJobs", "Makes the tasks behind the page of every connector.", IsTopLevel = true, Key = [])]
public sealed record CreateConnectorsJobsElement : ElementRecord
{
    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("The agent.", Refers = typeof(AgentElement))]
    public string? Agent { get; init; }

    [Children("The client as which agents sign in.", AtMostOne = true)]
    public IReadOnlyList<OpenIdIdentifierElement> OpenIdIdentifier { get; init; } = [];
}

[Element("CleanDatabaseJob", "Makes a job that closes instances left in progress.", IsTopLevel = true, Key = [])]
public sealed record CleanDatabaseJobElement : ElementRecord
{
    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Identifier of the job that it makes.")]
    public string? JobIdentifier { get; init; }

    [Field("The agent.", Refers = typeof(AgentElement))]
    public string? Agent { get; init; }

    [Children("The schedule of the job.", AtMostOne = true)]
    public IReadOnlyList<CronTabExpressionElement> CronTabExpression { get; init; } = [];

    [Children("The client as which agents sign in.", AtMostOne = true)]
    public IReadOnlyList<OpenIdIdentifierElement> OpenIdIdentifier { get; init; } = [];
}
