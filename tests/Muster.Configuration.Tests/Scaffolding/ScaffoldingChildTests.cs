using Muster.Configuration.Diagnostics;
using Muster.Configuration.Scaffolding;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Tests.Scaffolding;

/// <summary>Every child element of the scaffoldings.</summary>
public class ScaffoldingChildTests
{
    [Theory]
    [InlineData("CreateConnectorSynchroIncremental Connector=\"AD\"", "CreateConnectorSynchroIncremental")]
    [InlineData("CreateConnectorSynchroComplete Connector=\"AD\"", "CreateConnectorSynchroComplete")]
    [InlineData("CreateAgentSynchroIncremental", "CreateAgentSynchroIncremental")]
    [InlineData("CreateAgentSynchroComplete", "CreateAgentSynchroComplete")]
    public void CronTabExpression_SetsTheScheduleOfTheJob(string start, string end)
    {
        var job = Given.Job($"""<{start}><CronTabExpression CronTab="0 */15 * * * *" CronTimeZone="ServerTime" /><OpenIdIdentifier Identifier="Nightly" /></{end}>""");

        Assert.Equal(("0 */15 * * * *", "ServerTime"), (job["CronTabExpression"], job["CronTimeZone"]));
        Assert.All(job.Children.Where(t => t["Agent"] is not null), t => Assert.Equal("Nightly", t["OpenIdClient"]));
    }

    [Fact]
    public void CronTabExpression_Location_IsThatOfTheWrittenExpression()
    {
        var job = Given.Job("""<CreateConnectorSynchroComplete Connector="AD"><CronTabExpression CronTab="0 0 2 * * *" /></CreateConnectorSynchroComplete>""");

        var schedule = job.Find("CronTabExpression")!.Location;
        Assert.Equal(job.Location.Line, schedule.Line);
        Assert.True(schedule.Column > job.Location.Column);
        Assert.Null(job["CronTimeZone"]);
    }

    [Fact]
    public void DoNotCreateJob_MakesTopLevelTasksWithoutLevel()
    {
        var (report, diagnostics) = Given.Expanded("""<CreateConnectorSynchroIncremental Connector="AD" JobIdentifier="J"><DoNotCreateJob /></CreateConnectorSynchroIncremental>""");

        Assert.Empty(diagnostics);
        var made = Assert.Single(report.Scaffoldings);
        Assert.Equal(("J", 11), (made.Identifier, made.Adjusted.Count));
        Assert.All(made.Adjusted, t => Assert.Null(t["Level"]));
        Assert.DoesNotContain(report.Elements, e => e.Name == "Job");
    }

    [Theory]
    [InlineData("<AddTask Task=\"Shared_RoleModel\" TaskToCompareWith=\"J_Fulfill1\" After=\"true\" />")]
    [InlineData("<CronTabExpression CronTab=\"* * * * *\" />")]
    public void DoNotCreateJob_WithWhatNeedsAJob_Warns(string child)
    {
        var (_, diagnostics) = Given.Expanded(
            $"""<CreateConnectorSynchroIncremental Connector="AD" JobIdentifier="J"><DoNotCreateJob />{child}</CreateConnectorSynchroIncremental>""");

        Assert.Equal((ScaffoldingDiagnostics.NeedsJob, DiagnosticSeverity.Warning), (Assert.Single(diagnostics).Code, diagnostics[0].Severity));
    }

    [Fact]
    public void NoProvisioning_LeavesOutOrdersFulfilmentAndProfiles()
    {
        var job = Given.Job("""<CreateConnectorSynchroComplete Connector="AD" JobIdentifier="J"><NoProvisioning /></CreateConnectorSynchroComplete>""");

        Assert.Equal(
            ["6 J_ComputeRiskScores1", "7 J_UpdateClassification", "8 J_UpdateParametersContextDisplayNames", "9 J_SendNotifications", "10 J_MaintainIndexes"],
            Given.Outline(job).Skip(6));
    }

    [Fact]
    public void NoSynchronization_LeavesOutCollectionAndFlag()
    {
        var job = Given.Job("""<CreateConnectorSynchroIncremental Connector="AD" JobIdentifier="J"><NoSynchronization /></CreateConnectorSynchroIncremental>""");

        Assert.Equal("0 J_UpdateEntityPropertyExpressions1_WithDirty", Given.Outline(job).First());
        Assert.DoesNotContain(job.Children, t => t.Children.Any(c => c["ParentTask"] == "J_SetRecentlyModifiedFlag"));
    }

    [Fact]
    public void FormatPropertiesInResource_IsSetOnOrderGenerations()
    {
        var job = Given.Job("""<CreateAgentSynchroComplete JobIdentifier="J"><FormatPropertiesInResource /></CreateAgentSynchroComplete>""");

        Assert.Equal("true", Given.Task(job, "J_GenerateProvisioningOrders1")["FormatPropertiesInResource"]);
    }

    [Fact]
    public void FulfillInternalWorkflowsPath_GivesTheConnectorAFulfilmentOfItsOwn()
    {
        var job = Given.Job("""
            <CreateAgentSynchroComplete JobIdentifier="J"><FulfillInternalWorkflowsPath ConnectorIdentifier="Onboarding" Path="wf.json" /></CreateAgentSynchroComplete>
            """);

        var own = Given.Task(job, "J_Fulfill2");
        Assert.Equal(("wf.json", "Fulfillment - Onboarding", "8"), (own["FulfillInternalWorkflowsPath"], own["DisplayName_L1"], own["Level"]));
        Assert.Equal(["Onboarding_New"], Given.ResourceTypes(own));
        var rest = Given.Task(job, "J_Fulfill1");
        Assert.Null(rest["FulfillInternalWorkflowsPath"]);
        Assert.DoesNotContain("Onboarding_New", Given.ResourceTypes(rest));
        Assert.Equal(["J_Fulfill1", "J_Fulfill2"], Given.Parents(Given.Task(job, "J_SetInternalUserProfiles1")));
    }

    [Fact]
    public void FulfillInternalWorkflowsPath_OfAnotherConnector_IsAnError()
    {
        var (_, diagnostics) = Given.Expanded(
            """<CreateAgentSynchroComplete><FulfillInternalWorkflowsPath ConnectorIdentifier="AD" Path="wf.json" /></CreateAgentSynchroComplete>""");

        Assert.Equal(ScaffoldingDiagnostics.NoWorkflowProvisioning, Assert.Single(diagnostics).Code);
    }

    [Fact]
    public void AddTask_Before_GetsALevelAndMovesTheLaterOnes()
    {
        var job = AddTask("""<AddTask Task="Shared_RoleModel" TaskToCompareWith="J_PrepareSynchronization_HR_Incremental" Before="true" />""");

        Assert.Equal(
            [
                "0 J_Export_HR_Incremental_HRPeople", "0 J_Export_HR_Incremental_HROrganizations", "1 Shared_RoleModel",
                "2 J_PrepareSynchronization_HR_Incremental", "3 J_Synchronize_HR_DoNotDeleteChanges", "4 J_SetRecentlyModifiedFlag",
                "5 J_UpdateEntityPropertyExpressions1_WithDirty",
            ],
            Given.Outline(job));
        Assert.Equal("Step", job.Children[2].Name);
    }

    [Fact]
    public void AddTask_SeveralWithOccurrences_CountInTheJobAsItIsByThen()
    {
        var job = AddTask("""
            <AddTask Task="Shared_RoleModel" TaskToCompareWith="ExportTask" Occurence="1" After="true" />
            <AddTask Task="Shared_RoleModel" TaskToCompareWith="J_SetRecentlyModifiedFlag" After="1" />
            <AddTask Task="J_SetRecentlyModifiedFlag" TaskToCompareWith="Shared_RoleModel" Occurence="1" After="true" CopyOccurence="0" />
            """);

        Assert.Equal(
            [
                "0 J_Export_HR_Incremental_HRPeople", "0 J_Export_HR_Incremental_HROrganizations", "1 Shared_RoleModel",
                "2 J_PrepareSynchronization_HR_Incremental", "3 J_Synchronize_HR_DoNotDeleteChanges", "4 J_SetRecentlyModifiedFlag", "5 Shared_RoleModel",
                "6 J_SetRecentlyModifiedFlag", "7 J_UpdateEntityPropertyExpressions1_WithDirty",
            ],
            Given.Outline(job));
    }

    [Fact]
    public void AddTask_CopyOccurence_PicksWhichTaskOfAKindIsCopied()
    {
        var job = AddTask("""<AddTask Task="ExportTask" CopyOccurence="1" TaskToCompareWith="J_Synchronize_HR_DoNotDeleteChanges" After="true" />""");

        Assert.Equal("3 J_Export_HR_Incremental_HROrganizations", Given.Outline(job).ElementAt(4));
    }

    [Fact]
    public void AddTask_OfAnotherScaffolding_IsKnown()
    {
        var (report, diagnostics) = Given.Expanded("""
            <CreateConnectorSynchroIncremental Connector="HR" JobIdentifier="J"><AddTask Task="AD_ConnectorPolicy" TaskToCompareWith="SetRecentlyModifiedFlagTask" After="true" /></CreateConnectorSynchroIncremental>
            <CreateConnectorsJobs />
            """);

        Assert.Empty(diagnostics);
        Assert.Contains("4 AD_ConnectorPolicy", Given.Outline(report.Find("J")!.Before));
    }

    [Theory]
    [InlineData("Task=\"Shared_RoleModel\" TaskToCompareWith=\"ExportTask\"", ScaffoldingDiagnostics.BeforeOrAfter, null)]
    [InlineData("Task=\"Shared_RoleModel\" TaskToCompareWith=\"ExportTask\" Before=\"true\" After=\"true\"", ScaffoldingDiagnostics.BeforeOrAfter, null)]
    [InlineData("Task=\"Shared_RolModel\" TaskToCompareWith=\"ExportTask\" Before=\"true\"", ScaffoldingDiagnostics.UnknownIdentifier, "Shared_RoleModel")]
    [InlineData("Task=\"Shared_RoleModel\" TaskToCompareWith=\"J_SetRecentlyModifedFlag\" Before=\"true\"", ScaffoldingDiagnostics.UnknownIdentifier, "J_SetRecentlyModifiedFlag")]
    [InlineData("Task=\"Shared_RoleModel\" TaskToCompareWith=\"ExportTask\" Before=\"true\" Occurence=\"2\"", ScaffoldingDiagnostics.NoSuchOccurrence, null)]
    [InlineData("Task=\"ExportTask\" TaskToCompareWith=\"ExportTask\" Before=\"true\" CopyOccurence=\"2\"", ScaffoldingDiagnostics.NoSuchOccurrence, null)]
    public void AddTask_ThatCannotBePlaced_IsAnErrorWithItsPlace(string attributes, string code, string? suggestion)
    {
        var (_, diagnostics) = Given.Expanded(
            $"""<CreateConnectorSynchroIncremental Connector="HR" JobIdentifier="J"><AddTask {attributes} /></CreateConnectorSynchroIncremental>""");

        var error = Assert.Single(diagnostics);
        Assert.Equal((code, suggestion, DiagnosticSeverity.Error), (error.Code, error.Suggestion, error.Severity));
        Assert.True(error.Location is { File: "Conf.xml", Line: > 1, Column: > 1 });
    }

    [Fact]
    public void LinkDependTask_AddsADependency()
    {
        var job = AddTask("""<LinkDependTask Task="J_UpdateEntityPropertyExpressions1_WithDirty" DependOn="ExportTask" ParentOccurence="1" />""");

        Assert.Equal(
            ["J_Export_HR_Incremental_HROrganizations"], Given.Parents(Given.Task(job, "J_UpdateEntityPropertyExpressions1_WithDirty")));
    }

    [Fact]
    public void LinkDependTask_OfAnAddedTask_MakesItAnOverrideWithItsOwnDependencies()
    {
        var job = AddTask("""
            <AddTask Task="Shared_RoleModel" TaskToCompareWith="SetRecentlyModifiedFlagTask" After="true" />
            <LinkDependTask Task="Shared_RoleModel" ChildOccurence="0" DependOn="SynchronizeTask" />
            """);

        var added = Given.Task(job, "Shared_RoleModel");
        Assert.Equal(("ComputeRoleModelTaskOverride", "4"), (added.Name, added["Level"]));
        Assert.Equal(["J_SetRecentlyModifiedFlag", "J_Synchronize_HR_DoNotDeleteChanges"], Given.Parents(added));
    }

    [Theory]
    [InlineData("Task=\"J_Fulfil1\" DependOn=\"ExportTask\"", ScaffoldingDiagnostics.UnknownIdentifier)]
    [InlineData("Task=\"SynchronizeTask\" DependOn=\"Nowhere\"", ScaffoldingDiagnostics.UnknownIdentifier)]
    [InlineData("Task=\"SynchronizeTask\" ChildOccurence=\"1\" DependOn=\"ExportTask\"", ScaffoldingDiagnostics.NoSuchOccurrence)]
    public void LinkDependTask_OfAnUnknownTask_IsAnError(string attributes, string code)
    {
        var (_, diagnostics) = Given.Expanded(
            $"""<CreateConnectorSynchroIncremental Connector="HR" JobIdentifier="J"><LinkDependTask {attributes} /></CreateConnectorSynchroIncremental>""");

        Assert.Equal(code, Assert.Single(diagnostics).Code);
    }

    [Theory]
    [InlineData("<CreateConnectorSynchroIncremental Connector=\"Entr\" />", "Entra")]
    [InlineData("<CreateAgentSynchroComplete Agent=\"Locl\" />", "Local")]
    [InlineData("<CreateInitializationJob><NotUsed ConnectorIdentifier=\"LDPA\" /></CreateInitializationJob>", "LDAP")]
    [InlineData("<CreateInitializationJob><PrincipalDataConnector ConnectorIdentifier=\"Directry\" /></CreateInitializationJob>", "Directory")]
    [InlineData("<CreateInitializationJob><NoConnectorProvisioning ConnectorIdentifier=\"hr\" /></CreateInitializationJob>", "HR")]
    [InlineData("<CreateInitializationJob><NoConnectorSynchronization ConnectorIdentifier=\"EntraX\" /></CreateInitializationJob>", "Entra")]
    [InlineData("<CreateAgentSynchroComplete><FulfillInternalWorkflowsPath ConnectorIdentifier=\"Onbording\" Path=\"x\" /></CreateAgentSynchroComplete>", "Onboarding")]
    public void UnknownIdentifier_IsAnErrorWithTheNearestAndMakesNothing(string scaffolding, string nearest)
    {
        var (report, diagnostics) = Given.Expanded(scaffolding);

        var error = Assert.Single(diagnostics);
        Assert.Equal((ScaffoldingDiagnostics.UnknownIdentifier, nearest), (error.Code, error.Suggestion));
        Assert.True(error.Location.Column > 0);
        Assert.DoesNotContain(report.Elements, e => e.Name == "Job");
    }

    [Fact]
    public void OldAlgorithm_IsANotice()
    {
        var (report, diagnostics) = Given.Expanded("""<CreateConnectorSynchroComplete Connector="AD" OldAlgorithm="true" />""");

        Assert.Equal((ScaffoldingDiagnostics.OldAlgorithm, DiagnosticSeverity.Notice), (Assert.Single(diagnostics).Code, diagnostics[0].Severity));
        Assert.Single(report.Elements, e => e.Name == "Job");
    }

    [Fact]
    public void OneJobMadeTwice_IsOneError()
    {
        var (report, diagnostics) = Given.Expanded("""<CreateConnectorSynchroComplete Connector="AD" /><CreateConnectorSynchroComplete Connector="AD" />""");

        Assert.Equal(ScaffoldingDiagnostics.MadeTwice, Assert.Single(diagnostics).Code);
        Assert.Single(report.Elements, e => e.Name == "Job");
    }

    private static ConfigurationElement AddTask(string children) => Given.Job(
        $"""<CreateConnectorSynchroIncremental Connector="HR" JobIdentifier="J">{children}</CreateConnectorSynchroIncremental>""");
}
