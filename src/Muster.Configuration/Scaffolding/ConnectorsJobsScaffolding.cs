using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>
/// Makes, for every connector, the single tasks behind its page and a virtual job of them (scaffoldings.md, CreateConnectorsJobs). A task
/// that would have nothing to work on (no export, no rule) is left out.
/// </summary>
internal sealed class ConnectorsJobsScaffolding(TaskFactory factory, SourceConfiguration configuration)
{
    /// <summary>For all connectors, or those of the factory's agent if it has one.</summary>
    public IEnumerable<ConfigurationElement> Make() =>
        configuration.Connectors.Where(c => factory.Agent is null || c.Agent == factory.Agent).SelectMany(Make);

    private List<ConfigurationElement> Make(SourceConnector connector)
    {
        var scope = new JobScope(configuration, [new ScopedConnector(connector, true, true)]);
        List<ConfigurationElement> tasks =
        [
            .. Synchronization(connector), .. Computations(connector, scope), .. Provisioning(connector, scope), .. Rest(connector, scope),
        ];
        var job = factory.Element("Job")
            .Set("Identifier", $"{connector.Identifier}_VirtualJob")
            .Set("DisplayName_L1", $"ZZ Connectors/{SourceConfiguration.NameOf(connector.Element, 1)}")
            .Set("DisplayName_L2", $"ZZ Connectors/{SourceConfiguration.NameOf(connector.Element, 2)}")
            .Set("Agent", connector.Agent)
            .Set("IsConnectorJob", "true")
            .Set("UserStartDenied", "true");
        foreach (var task in tasks)
        {
            job.Add(factory.Element("Step").Set("Identifier", task["Identifier"]));
        }

        return [.. tasks, job];
    }

    private List<ConfigurationElement> Synchronization(SourceConnector connector)
    {
        if (connector.Exports.Count == 0)
        {
            return [];
        }

        var type = SynchronizationJobScaffolding.TypeFor(connector, false);
        // One task exports one connection: the first has the documented identifier, further ones are told apart by their connection.
        var exports = connector.Exports.Select((connection, index) =>
            factory.WithAgent(
                    Task("ExportTask", connector, index == 0 ? "ConnectorExport" : $"ConnectorExport_{connection}", TaskTitles.Export(connector)),
                    connector.Agent)
                .Set("Connector", connector.Identifier)
                .Set("Connection", connection)
                .Set("IgnoreCookieFile", "true"));
        var prepare = factory.WithAgent(
                Task("PrepareSynchronizationTask", connector, "ConnectorPrepareSynchronization", TaskTitles.Prepare(connector, type)), connector.Agent)
            .Set("Connector", connector.Identifier)
            .Set("SynchronizationMode", "Complete")
            .Set("Type", TaskFactory.TextOf(type));
        var synchronize = Task("SynchronizeTask", connector, "ConnectorSynchronization", TaskTitles.Synchronize(connector, type))
            .Set("Connector", connector.Identifier)
            .Set("Type", TaskFactory.TextOf(type));
        return [.. exports, prepare, synchronize];
    }

    private IEnumerable<ConfigurationElement> Computations(SourceConnector connector, JobScope scope) =>
    [
        .. Over(scope.ComputedEntityTypes, "UpdateEntityPropertyExpressionsTask", connector, "ConnectorExpression", TaskTitles.UpdateExpressions),
        .. Over(scope.CorrelatedEntityTypes, "ComputeCorrelationKeysTask", connector, "ConnectorCorrelation", TaskTitles.CorrelationKeys),
        .. Over(scope.SourceEntityTypes, "ComputeRoleModelTask", connector, "ConnectorPolicy", TaskTitles.RoleModel),
    ];

    private IEnumerable<ConfigurationElement> Provisioning(SourceConnector connector, JobScope scope)
    {
        if (scope.ResourceTypes.Count == 0)
        {
            return [];
        }

        var orders = Task("GenerateProvisioningOrdersTask", connector, "ConnectorGenerateOrders", TaskTitles.GenerateOrders([connector]));
        var fulfill = factory.WithAgent(
            Task("FulfillTask", connector, "ConnectorFulfillment", TaskTitles.Fulfill([connector])), connector.Agent);
        return [factory.OverResourceTypes(orders, scope.ResourceTypes), factory.OverResourceTypes(fulfill, scope.ResourceTypes)];
    }

    private IEnumerable<ConfigurationElement> Rest(SourceConnector connector, JobScope scope) =>
    [
        .. Over(scope.ClassifiedEntityTypes, "UpdateClassificationTask", connector, "ConnectorClassification", TaskTitles.Classification),
        Task("BuildRoleModelTask", connector, "ConnectorBuildRoleModel", TaskTitles.BuildRoleModel).Set("Connector", connector.Identifier),
        factory.WithAgent(
            Task("RefreshSchemaTask", connector, "ConnectorRefreshSchema", TaskTitles.RefreshSchema(connector)), connector.Agent)
            .Set("Connector", connector.Identifier),
    ];

    private IEnumerable<ConfigurationElement> Over(
        IReadOnlyList<string> entityTypes, string name, SourceConnector connector, string suffix, Title title) =>
        entityTypes.Count == 0 ? [] : [factory.OverEntityTypes(Task(name, connector, suffix, title), entityTypes)];

    private ConfigurationElement Task(string name, SourceConnector connector, string suffix, Title title) =>
        factory.Task(name, $"{connector.Identifier}_{suffix}", title);
}
