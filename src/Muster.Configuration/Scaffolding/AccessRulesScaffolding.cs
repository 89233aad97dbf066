using Muster.Configuration.Model;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>
/// The scaffoldings of access control: each gives one profile the rights that a part of Muster needs, as rules (rolemodel.md 9.4). Where the
/// table leaves the entity type or permission open, 9.3 has it.
/// </summary>
internal sealed class AccessRulesScaffolding(ConfigurationElement scaffolding, SourceConfiguration configuration)
{
    private delegate IEnumerable<ConfigurationElement> Maker(AccessRulesScaffolding scaffolding);

    /// <summary>The table of 9.4, in its order.</summary>
    private static readonly Dictionary<string, Maker> Makers = new(StringComparer.Ordinal)
    {
        ["JobAdministrationAccessControlRules"] = s =>
            [s.Rule("Job_Jobs_Job", "Job", PermissionPaths.Job("Job", "Query"), PermissionPaths.Job("Job", "Update"))],
        ["TaskAdministrationAccessControlRules"] = s =>
            ((IEnumerable<string>)["Job", "JobInstance", "Task", "TaskEntityType", "TaskInstance", "TaskResourceType"]).Select(s.TaskRule),
        ["JobTaskAdministrationAccessControlRules"] = s => [s.TaskRule("JobStep")],
        ["RunJobAdministrationAccessControlRules"] = s =>
        [
            s.Rule("JobInstance_RunJobLaunch", "JobInstance", PermissionPaths.Job("JobInstance", "Create")),
            s.Rule("Job_RunJobLaunch", "Task", PermissionPaths.LaunchJob),
        ],
        ["RunJobRepairAdministrationAccessControlRules"] = s => [s.Rule("Job_RunJobRepair", "Task", PermissionPaths.RepairJob)],
        ["RunJobNotificationAccessControlRules"] = s => [s.Rule("Job_RunJobNotification", "Task", EndsOf(PermissionPaths.LaunchJob))],
        ["RunJobRepairNotificationAccessControlRules"] = s => [s.Rule("Job_RunJobRepairNotification", "Task", EndsOf(PermissionPaths.RepairJob))],
        ["GetJobLogAdministrationAccessControlRules"] = s =>
        [
            s.Rule("JobInstance_GetJobLog", "JobInstance", PermissionPaths.JobLog),
            s.Rule("TaskInstance_GetJobLog", "TaskInstance", PermissionPaths.JobLog),
        ],
        ["TaskInstanceAdministrationAccessControlRules"] = s => [s.Rule("TaskInstance_Update", "TaskInstance", PermissionPaths.Job("TaskInstance", "Update"))],
        ["SynchronizationAccessControlRules"] = s =>
        [
            s.Rule("Connector_ConnectorMapping_Query", "Connector", PermissionPaths.ConnectorQuery),
            s.Rule("Connector_Connectors_SynchronizeSession", "Connector", canExecute: false, [PermissionPaths.SynchronizeSession]),
            s.Rule("Resource_Connectors_SynchronizeSession", "Resource", PermissionPaths.SynchronizeSession),
        ],
        ["ProvisioningAccessControlRules"] = s =>
            ((IEnumerable<string>)["Connector", "EntityTypeMapping", "EntityType", "ResourceType", "Resource"])
            .Select(type => s.Rule($"{type}_Connectors_ProvisioningSession", type, PermissionPaths.ProvisioningSession)),
        ["ResourceTypeMappingControlRules"] = s => [s.Rule("ResourceTypeMapping", "ResourceTypeMapping", PermissionPaths.ProvisionerMappingQuery)],
        ["PendingAssignedResourceTypesAccessControlRules"] = s => s.PendingAssignments(),
        ["ResourceChangesViewAccessControlRules"] = s => s.ChangeLists(),
        ["WorkflowFulfillmentControlRules"] = s =>
            ((IEnumerable<string>)["ActivityTemplateTransition", "Workflow"])
            .Select(type => s.Rule($"[{type}, /Workflows/{type}/Query]", type, $"/Workflows/{type}/Query")),
    };

    private readonly string _profile = scaffolding["Profile"] ?? "";

    public static IEnumerable<string> Names => Makers.Keys;

    /// <summary>The rules; none where the profile is missing, which is reported when the element is read.</summary>
    public IEnumerable<ConfigurationElement> Make() => _profile.Length == 0 ? [] : Makers[scaffolding.Name](this);

    private static string[] EndsOf(string path) => [.. PermissionPaths.JobEnds.Select(end => $"{path}/{end}")];

    private ConfigurationElement TaskRule(string item) =>
        Rule($"Job_Tasks_{item}", item, [.. PermissionPaths.Operations.Select(operation => PermissionPaths.Job(item, operation))]);

    /// <summary>One rule for each resource type; with <c>EntityType</c> only for those whose accounts, or owners, are of it.</summary>
    private IEnumerable<ConfigurationElement> PendingAssignments() =>
        configuration.ResourceTypes
            .Where(t => EntityType is null || t.Target == EntityType || t.Source == EntityType)
            .Select(t => Rule($"Custom_PendingAssignedResourceTypes_{t.Identifier}", "AssignedResourceType", PermissionPaths.PendingAssignments(t.Identifier)));

    /// <summary>One rule for each entity type that a connector feeds or holds.</summary>
    private IEnumerable<ConfigurationElement> ChangeLists() =>
        from connector in configuration.Connectors
        from type in connector.EntityTypes
        where EntityType is null || type == EntityType
        orderby type
        select Rule(
            $"Custom_ResourceChanges_{type}",
            type,
            [.. PermissionPaths.ChangeLists.Select(list => PermissionPaths.ChangeList(list, connector.Identifier))]);

    private string? EntityType => scaffolding["EntityType"];

    private ConfigurationElement Rule(string suffix, string entityType, params string[] permissions) => Rule(suffix, entityType, canExecute: true, permissions);

    private ConfigurationElement Rule(string suffix, string entityType, bool canExecute, string[] permissions)
    {
        var identifier = $"{_profile}_{suffix}";
        var rule = Element("AccessControlRule")
            .Set("Identifier", identifier)
            .Set("DisplayName_L1", identifier)
            .Set("Profile", _profile)
            .Set("EntityType", entityType);
        foreach (var permission in permissions)
        {
            rule.Add(Element("Entry").Set("Permission", permission).Set("CanExecute", canExecute ? "true" : null));
        }

        return rule;
    }

    private ConfigurationElement Element(string name) => new(name, scaffolding.Location) { MadeBy = scaffolding.Name };
}
