using Muster.Configuration.Diagnostics;
using Muster.Configuration.Scaffolding;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Tests.Scaffolding;

/// <summary>rolemodel.md 9.4: each scaffolding of access control and the rules that it generates.</summary>
public sealed class AccessRulesScaffoldingTests
{
    private static readonly string[] Operations = ["Create", "Delete", "Query", "Update"];

    [Fact]
    public void JobAdministration_MakesOneRuleOnJobs() =>
        Assert.Equal(["A_Job_Jobs_Job on Job: /Jobs/Job/Query, /Jobs/Job/Update"], Rules("JobAdministrationAccessControlRules"));

    [Fact]
    public void TaskAdministration_MakesARuleForEachKindOfItem() => Assert.Equal(
        ((IEnumerable<string>)["Job", "JobInstance", "Task", "TaskEntityType", "TaskInstance", "TaskResourceType"])
            .Select(t => $"A_Job_Tasks_{t} on {t}: {string.Join(", ", Operations.Select(o => $"/Jobs/{t}/{o}"))}"),
        Rules("TaskAdministrationAccessControlRules"));

    [Fact]
    public void JobTaskAdministration_GivesAllOnSteps() => Assert.Equal(
        ["A_Job_Tasks_JobStep on JobStep: /Jobs/JobStep/Create, /Jobs/JobStep/Delete, /Jobs/JobStep/Query, /Jobs/JobStep/Update"],
        Rules("JobTaskAdministrationAccessControlRules"));

    [Fact]
    public void RunJobAdministration_GivesTheInstanceAndTheLaunch() => Assert.Equal(
        ["A_JobInstance_RunJobLaunch on JobInstance: /Jobs/JobInstance/Create", "A_Job_RunJobLaunch on Task: /Jobs/RunJob/Launch"],
        Rules("RunJobAdministrationAccessControlRules"));

    [Fact]
    public void RunJobRepairAdministration_GivesTheRepair() =>
        Assert.Equal(["A_Job_RunJobRepair on Task: /Jobs/RunJob/Repair"], Rules("RunJobRepairAdministrationAccessControlRules"));

    [Theory]
    [InlineData("RunJobNotificationAccessControlRules", "A_Job_RunJobNotification", "Launch")]
    [InlineData("RunJobRepairNotificationAccessControlRules", "A_Job_RunJobRepairNotification", "Repair")]
    public void Notifications_NameEveryEndByItsFullPath(string scaffolding, string rule, string kind) => Assert.Equal(
        [$"{rule} on Task: " + string.Join(", ", ((string[])["Aborted", "Blocked", "Completed", "Errored", "Warning"]).Select(e => $"/Jobs/RunJob/{kind}/{e}"))],
        Rules(scaffolding));

    [Fact]
    public void GetJobLogAdministration_GivesTheLogsOfJobsAndTasks() => Assert.Equal(
        ["A_JobInstance_GetJobLog on JobInstance: /Jobs/RunJob/GetLog", "A_TaskInstance_GetJobLog on TaskInstance: /Jobs/RunJob/GetLog"],
        Rules("GetJobLogAdministrationAccessControlRules"));

    [Fact]
    public void TaskInstanceAdministration_GivesTheUpdate() =>
        Assert.Equal(["A_TaskInstance_Update on TaskInstance: /Jobs/TaskInstance/Update"], Rules("TaskInstanceAdministrationAccessControlRules"));

    [Fact]
    public void Synchronization_MakesThreeRulesOfWhichTheConnectorsOwnOpensPropertiesOnly() => Assert.Equal(
        [
            "A_Connector_ConnectorMapping_Query on Connector: /Connectors/Connector/Query",
            "A_Connector_Connectors_SynchronizeSession on Connector: (/Connectors/SynchronizeSession)",
            "A_Resource_Connectors_SynchronizeSession on Resource: /Connectors/SynchronizeSession",
        ],
        Rules("SynchronizationAccessControlRules"));

    [Fact]
    public void Provisioning_MakesARuleForEachTypeThatFulfilmentReads() => Assert.Equal(
        ((IEnumerable<string>)["Connector", "EntityTypeMapping", "EntityType", "ResourceType", "Resource"])
            .Select(t => $"A_{t}_Connectors_ProvisioningSession on {t}: /Connectors/ProvisioningSession"),
        Rules("ProvisioningAccessControlRules"));

    [Fact]
    public void ResourceTypeMapping_GivesTheSettingsOfFulfilment() => Assert.Equal(
        ["A_ResourceTypeMapping on ResourceTypeMapping: /Connectors/ProvisionerResourceTypeMapping/Query"],
        Rules("ResourceTypeMappingControlRules"));

    [Fact]
    public void PendingAssignedResourceTypes_MakesARuleForEachResourceType() => Assert.Equal(
        ((IEnumerable<string>)["AD_Nominative", "Entra_Nominative", "LDAP_Nominative", "Onboarding_New", "Organizations_HR", "Users_HR"])
            .Select(t => $"A_Custom_PendingAssignedResourceTypes_{t} on AssignedResourceType: /Custom/ProvisioningPolicy/PendingAssignedResourceTypes/{t}"),
        Rules("PendingAssignedResourceTypesAccessControlRules"));

    [Fact]
    public void ResourceChangesView_MakesARuleForEachEntityTypeWithItsConnector()
    {
        var rules = Rules("ResourceChangesViewAccessControlRules");

        Assert.Equal(9, rules.Count);
        Assert.Contains(
            "A_Custom_ResourceChanges_AD_Entry on AD_Entry: /Custom/ResourceChanges/AD, /Custom/ResourceFileChanges/AD, /Custom/ResourceLinkChanges/AD", rules);
    }

    [Fact]
    public void ResourceChangesView_WithEntityType_MakesItsRuleAlone() => Assert.Equal(
        ["A_Custom_ResourceChanges_AD_Entry on AD_Entry: /Custom/ResourceChanges/AD, /Custom/ResourceFileChanges/AD, /Custom/ResourceLinkChanges/AD"],
        Rules("ResourceChangesViewAccessControlRules", "EntityType=\"AD_Entry\""));

    [Fact]
    public void WorkflowFulfillment_MakesTwoRulesWithBracketsInTheirNames() => Assert.Equal(
        [
            "A_[ActivityTemplateTransition, /Workflows/ActivityTemplateTransition/Query] on ActivityTemplateTransition: /Workflows/ActivityTemplateTransition/Query",
            "A_[Workflow, /Workflows/Workflow/Query] on Workflow: /Workflows/Workflow/Query",
        ],
        Rules("WorkflowFulfillmentControlRules"));

    [Fact]
    public void EveryScaffolding_OfTheTable_IsTested()
    {
        var tested = typeof(AccessRulesScaffoldingTests).GetMethods().SelectMany(m => m.Name.Split('_')[..1]).Distinct().ToList();
        var untested = ScaffoldingElements.AccessControl
            .Where(n => !tested.Exists(t => n.StartsWith(t, StringComparison.Ordinal)) && !n.Contains("Notification", StringComparison.Ordinal));

        Assert.Equal(15, ScaffoldingElements.AccessControl.Count);
        Assert.Empty(untested);
    }

    [Fact]
    public void WrittenRules_AdjustGeneratedOnes()
    {
        var (report, diagnostics) = Given.Expanded("""
            <JobAdministrationAccessControlRules Profile="A" /><RunJobAdministrationAccessControlRules Profile="A" />
            <AccessControlRule Identifier="A_Job_RunJobLaunch" ConsolidationMode="Delete" />
            <AccessControlRule Identifier="A_Job_Jobs_Job" ConsolidationMode="Merge">
              <Entry Permission="/Jobs/Job/Update" CanExecute="false" /><Entry Permission="/Jobs/Job/Create" CanExecute="true" />
            </AccessControlRule>
            """);

        Assert.Empty(diagnostics);
        Assert.Equal(
            ["A_Job_Jobs_Job on Job: /Jobs/Job/Query, (/Jobs/Job/Update), /Jobs/Job/Create", "A_JobInstance_RunJobLaunch on JobInstance: /Jobs/JobInstance/Create"],
            report.Elements.Where(e => e.Name == "AccessControlRule").Select(Text));
    }

    [Fact]
    public void OneScaffoldingTwice_ForOneProfile_IsReported()
    {
        var (_, diagnostics) = Given.Expanded(
            "<JobAdministrationAccessControlRules Profile=\"A\" /><JobAdministrationAccessControlRules Profile=\"A\" /><JobAdministrationAccessControlRules Profile=\"B\" />");

        var found = Assert.Single(diagnostics);
        Assert.Equal((ScaffoldingDiagnostics.MadeTwice, DiagnosticSeverity.Error), (found.Code, found.Severity));
    }

    [Fact]
    public void GeneratedRules_AreResolvedLikeWrittenOnes()
    {
        var result = Resolution.Load.Text("<Profile Identifier=\"A\" />" + string.Concat(ScaffoldingElements.AccessControl.Select(n => $"<{n} Profile=\"A\" />")));
        var model = result.Model!;

        Assert.DoesNotContain(result.Diagnostics, d => d.Severity != DiagnosticSeverity.Notice);

        Assert.Contains(model.AccessControl.Rules, r => r is { Identifier: "A_Job_RunJobLaunch", EntityType: "Task", Profile.Identifier: "A", Entries: [{ CanExecute: true }] });
        Assert.All(model.AccessControl.Rules.SelectMany(r => r.Entries), e => Assert.True(model.AccessControl.Permissions.Contains(e.Permission), e.Permission));
    }

    private static List<string> Rules(string scaffolding, string attributes = "")
    {
        var (report, diagnostics) = Given.Expanded($"<{scaffolding} Profile=\"A\" {attributes}/>");
        Assert.Empty(diagnostics);
        Assert.DoesNotContain(report.Elements, e => e.Name == scaffolding);
        var rules = report.Elements.Where(e => e.Name == "AccessControlRule").ToList();
        Assert.All(rules, r => Assert.Equal((scaffolding, "A", r["Identifier"]), (r.MadeBy, r["Profile"], r["DisplayName_L1"])));
        return [.. rules.Select(Text)];
    }

    /// <summary>Identifier, entity type and permissions; those without <c>CanExecute</c> in parentheses.</summary>
    private static string Text(ConfigurationElement rule) =>
        $"{rule["Identifier"]} on {rule["EntityType"]}: " + string.Join(", ", rule.Children.Select(e => e["CanExecute"] == "true" ? e["Permission"] : $"({e["Permission"]})"));
}
