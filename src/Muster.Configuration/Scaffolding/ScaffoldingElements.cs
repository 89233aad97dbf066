using System.Collections.Frozen;
using Muster.Configuration.Jobs;

namespace Muster.Configuration.Scaffolding;

/// <summary>The scaffolding elements of the format with their attributes and children (scaffoldings.md, The scaffoldings).</summary>
public static class ScaffoldingElements
{
    public const string ConnectorIncremental = "CreateConnectorSynchroIncremental";
    public const string ConnectorComplete = "CreateConnectorSynchroComplete";
    public const string AgentIncremental = "CreateAgentSynchroIncremental";
    public const string AgentComplete = "CreateAgentSynchroComplete";
    public const string Initialization = "CreateInitializationJob";
    public const string ConnectorsJobs = "CreateConnectorsJobs";
    public const string CleanDatabase = "CleanDatabaseJob";

    private static readonly AttributeShape ConnectorIdentifier = AttributeShape.Reference("ConnectorIdentifier", "Connector") with { IsRequired = true };

    private static readonly ElementShape AddTask = new("AddTask")
    {
        Attributes =
        [
            Task("Task"), Task("TaskToCompareWith"), AttributeShape.Boolean("Before"), AttributeShape.Boolean("After"),
            AttributeShape.Integer("Occurence"), AttributeShape.Integer("CopyOccurence"),
        ],
    };

    private static readonly ElementShape CronTabExpression = new("CronTabExpression")
    {
        IsSingle = true,
        Attributes = [AttributeShape.Text("CronTab") with { IsRequired = true }, AttributeShape.Enumeration("CronTimeZone", "UTC", "ServerTime")],
    };

    private static readonly ElementShape FulfillInternalWorkflowsPath = new("FulfillInternalWorkflowsPath")
    {
        Attributes = [ConnectorIdentifier, AttributeShape.Text("Path") with { IsRequired = true }],
    };

    private static readonly ElementShape LinkDependTask = new("LinkDependTask")
    {
        Attributes =
        [
            Task("Task"), Task("DependOn"), AttributeShape.Integer("ChildOccurence"), AttributeShape.Integer("ParentOccurence"),
        ],
    };

    private static readonly ElementShape OpenIdIdentifier = new("OpenIdIdentifier")
    {
        IsSingle = true,
        Attributes = [AttributeShape.Text("Identifier") with { IsRequired = true }],
    };

    private static readonly ElementShape Configuration = new("Configuration")
    {
        IsSingle = true,
        Attributes = [AttributeShape.Text("Path") with { IsRequired = true }],
    };

    private static readonly ElementShape DoNotCreateJob = Flag("DoNotCreateJob");
    private static readonly ElementShape FormatProperties = Flag("FormatPropertiesInResource");
    private static readonly ElementShape NoProvisioning = Flag("NoProvisioning");
    private static readonly ElementShape NoSynchronization = Flag("NoSynchronization");

    private static readonly ElementShape[] OfSynchronizations =
        [AddTask, CronTabExpression, DoNotCreateJob, FulfillInternalWorkflowsPath, LinkDependTask, OpenIdIdentifier];

    private static readonly FrozenDictionary<string, ElementShape> ByName = new ElementShape[]
    {
        OneConnector(ConnectorIncremental),
        OneConnector(ConnectorComplete),
        OneAgent(AgentIncremental, [.. OfSynchronizations], AttributeShape.Boolean("IncludeFullExtracts")),
        OneAgent(AgentComplete, [.. OfSynchronizations, FormatProperties]),
        OneAgent(
            Initialization,
            [
                AddTask, DoNotCreateJob, FormatProperties, OpenIdIdentifier, Configuration, OfConnector("NoConnectorProvisioning"),
                OfConnector("NoConnectorSynchronization"), OfConnector("NotUsed"), OfConnector("PrincipalDataConnector"),
            ]),
        new(ConnectorsJobs),
        new(CleanDatabase),
    }.ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>
    /// Scaffoldings that make access rules, by element name (rolemodel.md 9.4): read over until access control is built.
    /// </summary>
    public static IReadOnlySet<string> AccessControl { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "JobAdministrationAccessControlRules", "TaskAdministrationAccessControlRules", "JobTaskAdministrationAccessControlRules",
        "RunJobAdministrationAccessControlRules", "RunJobRepairAdministrationAccessControlRules", "RunJobNotificationAccessControlRules",
        "RunJobRepairNotificationAccessControlRules", "GetJobLogAdministrationAccessControlRules",
        "TaskInstanceAdministrationAccessControlRules", "SynchronizationAccessControlRules", "ProvisioningAccessControlRules",
        "ResourceTypeMappingControlRules", "PendingAssignedResourceTypesAccessControlRules", "ResourceChangesViewAccessControlRules",
        "WorkflowFulfillmentControlRules",
    };

    /// <summary>The seven job scaffoldings, sorted by name.</summary>
    public static IReadOnlyList<ElementShape> Elements { get; } = [.. ByName.Values.OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>The job scaffolding of a name; null for any other element.</summary>
    public static ElementShape? Find(string elementName) => ByName.GetValueOrDefault(elementName);

    /// <summary>True for the elements that the scaffolding expansion takes out of a configuration.</summary>
    public static bool IsScaffolding(string elementName) => ByName.ContainsKey(elementName) || AccessControl.Contains(elementName);

    private static ElementShape OneConnector(string name) => new(name)
    {
        HasDisplayNames = true,
        Attributes =
        [
            AttributeShape.Reference("Connector", "Connector") with { IsRequired = true },
            AttributeShape.Text("JobIdentifier"), AttributeShape.Boolean("OldAlgorithm"),
        ],
        Children = [.. OfSynchronizations, NoProvisioning, NoSynchronization],
    };

    private static ElementShape OneAgent(string name, ElementShape[] children, params AttributeShape[] own) => new(name)
    {
        HasDisplayNames = true,
        Attributes =
        [
            AttributeShape.Reference("Agent", "Agent"), AttributeShape.Text("JobIdentifier"), AttributeShape.Boolean("OldAlgorithm"), .. own,
        ],
        Children = children,
    };

    private static ElementShape OfConnector(string name) => new(name) { Attributes = [ConnectorIdentifier] };

    private static ElementShape Flag(string name) => new(name) { IsSingle = true };

    private static AttributeShape Task(string name) => AttributeShape.Reference(name, "Task") with { IsRequired = true };
}
