using System.Globalization;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>Makes the tasks of the first load (scaffoldings.md, CreateInitializationJob).</summary>
internal sealed class InitializationJobScaffolding(
    GeneratedJob job, TaskFactory factory, SourceConfiguration configuration, JobScope scope)
{
    public void Fill()
    {
        job.AddLevel(factory.WithAgent(factory.JobTask("CreateDatabaseViewsTask", "CreateDatabaseViews", TaskTitles.DatabaseViews)));
        AddSynchronization();
        var rounds = AddRounds();
        AddEverything(rounds + 1);
        AddEnd();
    }

    private void AddSynchronization()
    {
        var synchronized = scope.Synchronized.ToList();
        var preparations = synchronized.ToDictionary(c => c.Identifier, Prepare);
        job.AddLevel(synchronized.SelectMany(c => c.Exports.Select(e => Export(c, e))));
        job.AddLevel(synchronized.Select(c => preparations[c.Identifier]));
        job.AddLevel(synchronized.Select(c => Synchronize(c, preparations[c.Identifier])));
    }

    private ConfigurationElement Export(SourceConnector connector, string connection)
    {
        var task = factory.JobTask("ExportTask", $"Export_{connector.Identifier}_Complete_{connection}", TaskTitles.Export(connector));
        return factory.WithAgent(task, connector.Agent)
            .Set("Connector", connector.Identifier)
            .Set("Connection", connection)
            .Set("IgnoreCookieFile", "true")
            .Set("InitMode", "true");
    }

    private ConfigurationElement Prepare(SourceConnector connector)
    {
        var type = SynchronizationJobScaffolding.TypeFor(connector, false);
        var task = factory.JobTask(
            "PrepareSynchronizationTask", $"PrepareSynchronization{TaskFactory.TextOf(type)}_{connector.Identifier}_Initial",
            TaskTitles.Prepare(connector, type));
        return factory.WithAgent(task, connector.Agent)
            .Set("Connector", connector.Identifier)
            .Set("SynchronizationMode", "Initial")
            .Set("Type", TaskFactory.TextOf(type));
    }

    private ConfigurationElement Synchronize(SourceConnector connector, ConfigurationElement preparation)
    {
        var type = SynchronizationJobScaffolding.TypeFor(connector, false);
        var task = factory.JobTask(
                "SynchronizeTask", $"Synchronize{TaskFactory.TextOf(type)}_{connector.Identifier}_ForceSynchronization",
                TaskTitles.Synchronize(connector, type))
            .Set("Connector", connector.Identifier)
            .Set("Type", TaskFactory.TextOf(type))
            .Set("ForceSynchronization", "true");
        return factory.DependsOn(task, [preparation]);
    }

    /// <summary>Provisions the data of record, once per dependency depth among its resource types; returns the number of rounds.</summary>
    private int AddRounds()
    {
        var principals = job.Scaffolding.Children.Where(c => c.Name == "PrincipalDataConnector").Select(c => c["ConnectorIdentifier"]).ToHashSet();
        var principal = scope.Only(c => principals.Contains(c.Identifier));
        var resourceTypes = principal.ProvisionedResourceTypes;
        var rounds = resourceTypes.Count == 0 ? 0 : new ResourceTypeDepth(configuration, resourceTypes).Maximum;
        for (var round = 1; round <= rounds; round++)
        {
            var number = round.ToString(CultureInfo.InvariantCulture);
            AddExpressions(principal.ComputedEntityTypes, number);
            AddCorrelationKeys(principal.CorrelatedEntityTypes, number);
            AddRoleModel(principal.SourceEntityTypes, number, t => t.Set("BlockProvisioning", "false").Set("IgnoreHistorization", "true"));
            AddProvisioning(principal, resourceTypes, number);
        }

        return rounds;
    }

    private void AddProvisioning(JobScope principal, IReadOnlyList<SourceResourceType> resourceTypes, string number)
    {
        var connectors = principal.ConnectorsOf(resourceTypes);
        var isFormatted = job.Scaffolding.Children.Any(c => c.Name == "FormatPropertiesInResource");
        var orders = factory.JobTask(
                "GenerateProvisioningOrdersTask", $"GenerateProvisioningOrders{number}_ForceProvisioning", TaskTitles.GenerateOrders(connectors))
            .Set("ForceProvisioning", "true")
            .Set("FormatPropertiesInResource", isFormatted ? "true" : null);
        job.AddLevel(factory.OverResourceTypes(orders, resourceTypes));
        var fulfill = factory.JobTask("FulfillTask", $"Fulfill{number}_IgnoreHistorization", TaskTitles.Fulfill(connectors));
        factory.WithAgent(fulfill).Set("Dirty", "false").Set("ContinueOnError", "true").Set("IgnoreHistorization", "true");
        job.AddLevel(factory.OverResourceTypes(fulfill, resourceTypes));
    }

    private void AddEverything(int round)
    {
        var number = round.ToString(CultureInfo.InvariantCulture);
        AddExpressions(scope.AllComputedEntityTypes, number);
        if (job.Scaffolding.Children.FirstOrDefault(c => c.Name == "Configuration")?["Path"] is { } path)
        {
            job.AddLevel(factory.JobTask("DeployConfigurationTask", "DeployConfiguration", TaskTitles.Deployment).Set("ConfigurationDirectory", path));
        }

        AddCorrelationKeys(scope.CorrelatedEntityTypes, number);
        AddRoleModel(scope.SourceEntityTypes, number, t => t.Set("BlockAllResourceTypeProvisioning", "true"));
    }

    private void AddEnd()
    {
        AddOver(scope.SourceEntityTypes, factory.JobTask("ComputeRiskScoresTask", "ComputeRiskScores1", TaskTitles.RiskScores));
        AddOver(scope.ClassifiedEntityTypes, factory.JobTask("UpdateClassificationTask", "UpdateClassification", TaskTitles.Classification));
        var users = scope.ProfiledEntityTypes;
        var accounts = scope.ProfiledResourceTypes;
        if (users.Count + accounts.Count > 0)
        {
            var task = factory.JobTask("SetInternalUserProfilesTask", "SetInternalUserProfiles1", TaskTitles.Profiles);
            job.AddLevel(factory.OverResourceTypes(factory.OverEntityTypes(task, users), accounts));
        }

        job.AddLevel(factory.JobTask("ResetValidFromTask", "ResetValidFrom", TaskTitles.ResetValidFrom));
        job.AddLevel(factory.JobTask(
            "UpdateParametersContextDisplayNamesTask", "UpdateParametersContextDisplayNames", TaskTitles.ContextDisplayNames));
        job.AddLevel(factory.JobTask("SavePreExistingAccessRightsTask", "SavePreExistingAccessRights", TaskTitles.PreExistingRights));
        job.AddLevel(factory.JobTask("MaintainIndexesTask", "MaintainIndexes", TaskTitles.MaintainIndexes)
            .Set("AllIndexes", "true")
            .Set("Offline", "true"));
    }

    private void AddExpressions(IReadOnlyList<string> entityTypes, string number) => AddOver(
        entityTypes,
        factory.JobTask("UpdateEntityPropertyExpressionsTask", $"UpdateEntityPropertyExpressions{number}", TaskTitles.UpdateExpressions));

    private void AddCorrelationKeys(IReadOnlyList<string> entityTypes, string number) => AddOver(
        entityTypes,
        factory.JobTask("ComputeCorrelationKeysTask", $"ComputeCorrelationKeys{number}_AllEntities", TaskTitles.CorrelationKeys));

    private void AddRoleModel(
        IReadOnlyList<string> entityTypes, string number, Func<ConfigurationElement, ConfigurationElement> withAttributes) => AddOver(
        entityTypes, withAttributes(factory.JobTask("ComputeRoleModelTask", $"ComputeRoleModel{number}", TaskTitles.RoleModel)));

    private void AddOver(IReadOnlyList<string> entityTypes, ConfigurationElement task) =>
        job.AddLevel(entityTypes.Count == 0 ? null : factory.OverEntityTypes(task, entityTypes));
}
