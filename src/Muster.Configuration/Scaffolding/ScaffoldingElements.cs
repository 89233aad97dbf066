namespace Muster.Configuration.Scaffolding;

/// <summary>Names of the scaffolding elements of the format; their attributes and children are those of their element records.</summary>
public static class ScaffoldingElements
{
    public const string ConnectorIncremental = "CreateConnectorSynchroIncremental";
    public const string ConnectorComplete = "CreateConnectorSynchroComplete";
    public const string AgentIncremental = "CreateAgentSynchroIncremental";
    public const string AgentComplete = "CreateAgentSynchroComplete";
    public const string Initialization = "CreateInitializationJob";
    public const string ConnectorsJobs = "CreateConnectorsJobs";
    public const string CleanDatabase = "CleanDatabaseJob";

    /// <summary>The seven job scaffoldings (scaffoldings.md, The scaffoldings).</summary>
    public static IReadOnlySet<string> Jobs { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        ConnectorIncremental, ConnectorComplete, AgentIncremental, AgentComplete, Initialization, ConnectorsJobs, CleanDatabase,
    };

    /// <summary>Scaffoldings that make access control rules (rolemodel.md 9.4).</summary>
    public static IReadOnlySet<string> AccessControl { get; } = AccessRulesScaffolding.Names.ToHashSet(StringComparer.Ordinal);

    /// <summary>True for the elements that <see cref="ScaffoldingExpander"/> takes out of a configuration.</summary>
    public static bool IsScaffolding(string elementName) => Jobs.Contains(elementName) || AccessControl.Contains(elementName);
}
