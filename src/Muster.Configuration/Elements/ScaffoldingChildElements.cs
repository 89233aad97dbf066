using Muster.Configuration.Jobs;

namespace Muster.Configuration.Elements;

[Element("AddTask", "Puts an existing task into the job.", Key = [], MayRepeat = true)]
public sealed record AddTaskElement : ElementRecord
{
    [Field("The task.", Required = true)]
    public string Task { get; init; } = "";

    [Field("The task beside which it is put.", Required = true)]
    public string TaskToCompareWith { get; init; } = "";

    [Field("True to put it before.")]
    public bool Before { get; init; }

    [Field("True to put it behind.")]
    public bool After { get; init; }

    [Field("Which occurrence of TaskToCompareWith; 0 is the first.")]
    public int Occurence { get; init; }

    [Field("Which occurrence of Task is copied; 0 is the first.")]
    public int CopyOccurence { get; init; }
}

[Element("CronTabExpression", "The schedule of the job.", Key = [])]
public sealed record CronTabExpressionElement : ElementRecord
{
    [Field("Schedule of five fields, or six with seconds first.", Required = true)]
    public string CronTab { get; init; } = "";

    [Field("Zone of the schedule.")]
    public CronTimeZone CronTimeZone { get; init; }
}

[Element("DoNotCreateJob", "Makes the tasks without the job.", Key = [])]
public sealed record DoNotCreateJobElement : ElementRecord;

[Element("FulfillInternalWorkflowsPath", "The file that tells which workflows do the orders of a connector.", Key = ["ConnectorIdentifier"])]
public sealed record FulfillInternalWorkflowsPathElement : ElementRecord
{
    [Field("The connector.", Required = true, Refers = typeof(ConnectorElement))]
    public string ConnectorIdentifier { get; init; } = "";

    [Field("The file.", Required = true)]
    public string Path { get; init; } = "";
}

[Element("FormatPropertiesInResource", "Writes formatted properties into orders.", Key = [])]
public sealed record FormatPropertiesInResourceElement : ElementRecord;

[Element("LinkDependTask", "A further dependency.", Key = [], MayRepeat = true)]
public sealed record LinkDependTaskElement : ElementRecord
{
    [Field("The task that waits.", Required = true)]
    public string Task { get; init; } = "";

    [Field("The task that it waits for.", Required = true)]
    public string DependOn { get; init; } = "";

    [Field("Which occurrence of Task; 0 is the first.")]
    public int ChildOccurence { get; init; }

    [Field("Which occurrence of DependOn; 0 is the first.")]
    public int ParentOccurence { get; init; }
}

[Element("NoProvisioning", "Leaves orders and fulfilment out.", Key = [])]
public sealed record NoProvisioningElement : ElementRecord;

[Element("NoSynchronization", "Leaves the synchronization out.", Key = [])]
public sealed record NoSynchronizationElement : ElementRecord;

[Element("OpenIdIdentifier", "The client as which agents sign in.", Key = [])]
public sealed record OpenIdIdentifierElement : ElementRecord
{
    [Field("The client.", Required = true)]
    public string Identifier { get; init; } = "";
}

/// <summary>A child of a scaffolding that names a connector.</summary>
public abstract record ConnectorChoiceElement : ElementRecord
{
    [Field("The connector.", Required = true, Refers = typeof(ConnectorElement))]
    public string ConnectorIdentifier { get; init; } = "";
}

[Element("NoConnectorProvisioning", "Leaves a connector out of orders and fulfilment.", Key = ["ConnectorIdentifier"])]
public sealed record NoConnectorProvisioningElement : ConnectorChoiceElement;

[Element("NoConnectorSynchronization", "Leaves a connector out of the synchronization.", Key = ["ConnectorIdentifier"])]
public sealed record NoConnectorSynchronizationElement : ConnectorChoiceElement;

[Element("NotUsed", "Leaves a connector out.", Key = ["ConnectorIdentifier"])]
public sealed record NotUsedElement : ConnectorChoiceElement;

[Element("PrincipalDataConnector", "Names a connector that holds the data of record.", Key = ["ConnectorIdentifier"])]
public sealed record PrincipalDataConnectorElement : ConnectorChoiceElement;

[Element("Configuration", "Deploys a configuration in the middle of the job.", Key = [])]
public sealed record ConfigurationChildElement : ElementRecord
{
    [Field("The directory.", Required = true)]
    public string Path { get; init; } = "";
}
