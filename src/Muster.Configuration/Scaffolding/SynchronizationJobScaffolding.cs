using Muster.Configuration.Jobs;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>
/// Makes the tasks of a synchronization job, incremental or complete, of one connector or of a whole agent
/// (scaffoldings.md, What a synchronization job holds).
/// </summary>
internal sealed class SynchronizationJobScaffolding(
    GeneratedJob job, TaskFactory factory, JobScope scope, bool isIncremental, bool isOfAgent)
{
    private readonly List<ConfigurationElement> _fulfilments = [];
    private ConfigurationElement? _flag;

    private string Mode => isIncremental ? "Incremental" : "Complete";

    private string? Dirty => isIncremental ? "true" : null;

    /// <summary>Fills the job, level by level in the table's order.</summary>
    public void Fill()
    {
        AddSynchronization();
        AddComputations();
        AddProvisioning();
        AddClassificationAndProfiles();
        AddMaintenance();
    }

    private void AddSynchronization()
    {
        var synchronized = scope.Synchronized.ToList();
        var exports = synchronized.ToDictionary(c => c.Identifier, c => c.Exports.Select(e => Export(c, e)).ToList());
        var preparations = synchronized.ToDictionary(c => c.Identifier, c => Prepare(c, exports[c.Identifier]));
        var synchronizations = synchronized.Select(c => Synchronize(c, preparations[c.Identifier])).ToList();
        job.AddLevel(synchronized.SelectMany(c => exports[c.Identifier]));
        job.AddLevel(synchronized.Select(c => preparations[c.Identifier]));
        job.AddLevel(synchronizations);
        if (isIncremental && synchronizations.Count > 0)
        {
            _flag = factory.DependsOn(
                factory.JobTask("SetRecentlyModifiedFlagTask", "SetRecentlyModifiedFlag", TaskTitles.SetRecentlyModifiedFlag), synchronizations);
            job.AddLevel(_flag);
        }
    }

    private ConfigurationElement Export(SourceConnector connector, string connection)
    {
        var task = factory.JobTask("ExportTask", $"Export_{connector.Identifier}_{Mode}_{connection}", TaskTitles.Export(connector));
        return factory.WithAgent(task, connector.Agent)
            .Set("Connector", connector.Identifier)
            .Set("Connection", connection)
            .Set("ContinueOnError", "true")
            .Set("IgnoreCookieFile", isIncremental ? null : "true");
    }

    private ConfigurationElement Prepare(SourceConnector connector, List<ConfigurationElement> exports)
    {
        var type = TypeOf(connector);
        var task = factory.JobTask(
            "PrepareSynchronizationTask", $"PrepareSynchronization{TaskFactory.TextOf(type)}_{connector.Identifier}_{Mode}",
            TaskTitles.Prepare(connector, type));
        factory.WithAgent(task, connector.Agent)
            .Set("Connector", connector.Identifier)
            .Set("SynchronizationMode", Mode)
            .Set("Type", TaskFactory.TextOf(type));
        return factory.DependsOn(task, exports);
    }

    private ConfigurationElement Synchronize(SourceConnector connector, ConfigurationElement preparation)
    {
        var type = TypeOf(connector);
        var suffix = isIncremental ? "_DoNotDeleteChanges" : "";
        var task = factory.JobTask(
                "SynchronizeTask", $"Synchronize{TaskFactory.TextOf(type)}_{connector.Identifier}{suffix}", TaskTitles.Synchronize(connector, type))
            .Set("Connector", connector.Identifier)
            .Set("Type", TaskFactory.TextOf(type))
            .Set("DoNotDeleteChanges", isIncremental ? "true" : null);
        return factory.DependsOn(task, [preparation]);
    }

    private void AddComputations()
    {
        var dirtySuffix = isIncremental ? "_WithDirty" : "";
        job.AddLevel(Over(
            isOfAgent ? scope.AllComputedEntityTypes : scope.ComputedEntityTypes, "UpdateEntityPropertyExpressionsTask",
            $"UpdateEntityPropertyExpressions1{dirtySuffix}", TaskTitles.UpdateExpressions, null));
        job.AddLevel(Over(
            scope.CorrelatedEntityTypes, "ComputeCorrelationKeysTask", $"ComputeCorrelationKeys1_AllEntities{dirtySuffix}",
            TaskTitles.CorrelationKeys, _flag));
        job.AddLevel(Over(
            scope.SourceEntityTypes, "ComputeRoleModelTask", $"ComputeRoleModel1{dirtySuffix}", TaskTitles.RoleModel, _flag));
        if (!isIncremental)
        {
            job.AddLevel(Over(scope.SourceEntityTypes, "ComputeRiskScoresTask", "ComputeRiskScores1", TaskTitles.RiskScores, null));
        }
    }

    /// <summary>A task over entity types; null if there are none, because it would have nothing to do.</summary>
    private ConfigurationElement? Over(
        IReadOnlyList<string> entityTypes, string name, string suffix, Title title, ConfigurationElement? parent)
    {
        if (entityTypes.Count == 0)
        {
            return null;
        }

        var task = factory.DependsOn(factory.JobTask(name, suffix, title).Set("Dirty", Dirty), [parent]);
        return factory.OverEntityTypes(task, entityTypes);
    }

    private void AddProvisioning()
    {
        var resourceTypes = scope.ProvisionedResourceTypes;
        if (resourceTypes.Count == 0)
        {
            return;
        }

        var orders = factory.JobTask(
            "GenerateProvisioningOrdersTask", "GenerateProvisioningOrders1", TaskTitles.GenerateOrders(scope.ConnectorsOf(resourceTypes)));
        orders.Set("FormatPropertiesInResource", job.Scaffolding.Children.Any(c => c.Name == "FormatPropertiesInResource") ? "true" : null);
        job.AddLevel(factory.OverResourceTypes(orders, resourceTypes));

        // A connector that is fulfilled by workflows has a task of its own, which names the file of workflow configuration.
        var paths = WorkflowPaths();
        string? WorkflowsOf(SourceResourceType type) => scope.ConnectorsOf([type]).Select(c => c.Identifier).FirstOrDefault(paths.ContainsKey);
        foreach (var workflows in scope.Connectors.Select(c => c.Connector.Identifier).Where(paths.ContainsKey).Prepend(null))
        {
            var own = resourceTypes.Where(r => WorkflowsOf(r) == workflows).ToList();
            if (own.Count == 0)
            {
                continue;
            }

            var fulfill = factory.JobTask("FulfillTask", $"Fulfill{_fulfilments.Count + 1}", TaskTitles.Fulfill(scope.ConnectorsOf(own)));
            factory.WithAgent(fulfill)
                .Set("Dirty", isIncremental ? "true" : "false")
                .Set("ContinueOnError", "true")
                .Set("FulfillInternalWorkflowsPath", workflows is null ? null : paths[workflows]);
            _fulfilments.Add(factory.OverResourceTypes(factory.DependsOn(fulfill, [orders]), own));
        }

        job.AddLevel(_fulfilments);
    }

    private Dictionary<string, string> WorkflowPaths() => job.Scaffolding.Children
        .Where(c => c.Name == "FulfillInternalWorkflowsPath" && c["ConnectorIdentifier"] is not null && c["Path"] is not null)
        .GroupBy(c => c["ConnectorIdentifier"]!)
        .ToDictionary(g => g.Key, g => g.Last()["Path"]!, StringComparer.Ordinal);

    private void AddClassificationAndProfiles()
    {
        var suffix = isIncremental ? "_WithDirty" : "";
        job.AddLevel(Over(
            scope.ClassifiedEntityTypes, "UpdateClassificationTask", $"UpdateClassification{suffix}", TaskTitles.Classification, _flag));
        var entityTypes = scope.ProfiledEntityTypes;
        var resourceTypes = scope.ProfiledResourceTypes;
        if (entityTypes.Count + resourceTypes.Count > 0)
        {
            var task = factory.DependsOn(
                factory.JobTask("SetInternalUserProfilesTask", "SetInternalUserProfiles1", TaskTitles.Profiles), _fulfilments);
            job.AddLevel(factory.OverResourceTypes(factory.OverEntityTypes(task, entityTypes), resourceTypes));
        }
    }

    private void AddMaintenance()
    {
        if (isIncremental)
        {
            return;
        }

        job.AddLevel(factory.JobTask(
            "UpdateParametersContextDisplayNamesTask", "UpdateParametersContextDisplayNames", TaskTitles.ContextDisplayNames));
        job.AddLevel(isOfAgent
            ? factory.JobTask("SendRoleModelNotificationsTask", "SendRoleModelNotifications", TaskTitles.RoleModelNotifications)
            : factory.JobTask("SendNotificationsTask", "SendNotifications", TaskTitles.Notifications));
        if (isOfAgent)
        {
            job.AddLevel(factory.JobTask("ManageConfigurationIndexesTask", "ManageConfigurationIndexes", TaskTitles.ConfigurationIndexes));
        }

        job.AddLevel(factory.JobTask("MaintainIndexesTask", "MaintainIndexes", TaskTitles.MaintainIndexes));
    }

    private PreparationType TypeOf(SourceConnector connector) => TypeFor(connector, isIncremental);

    /// <summary>The preparation type of a chain: that of the package, but a complete one follows full extracts unless it is Active Directory's.</summary>
    public static PreparationType TypeFor(SourceConnector connector, bool isIncremental) =>
        isIncremental || connector.IncrementalType == PreparationType.ActiveDirectory ? connector.IncrementalType : PreparationType.None;
}
