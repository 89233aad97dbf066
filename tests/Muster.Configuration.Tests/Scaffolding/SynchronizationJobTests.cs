using Muster.Configuration.Scaffolding;

namespace Muster.Configuration.Tests.Scaffolding;

public class SynchronizationJobTests
{
    [Fact]
    public void ConnectorComplete_OfActiveDirectory_HasTheTasksOfTheTable()
    {
        var job = Given.Job("""<CreateConnectorSynchroComplete Connector="AD" JobIdentifier="J" />""");

        Assert.Equal(
            [
                "0 J_Export_AD_Complete_ADExport", "1 J_PrepareSynchronizationActiveDirectory_AD_Complete", "2 J_SynchronizeActiveDirectory_AD",
                "3 J_UpdateEntityPropertyExpressions1", "4 J_ComputeCorrelationKeys1_AllEntities", "5 J_ComputeRoleModel1", "6 J_ComputeRiskScores1",
                "7 J_GenerateProvisioningOrders1", "8 J_Fulfill1", "9 J_UpdateClassification", "10 J_SetInternalUserProfiles1",
                "11 J_UpdateParametersContextDisplayNames", "12 J_SendNotifications", "13 J_MaintainIndexes",
            ],
            Given.Outline(job));
        Assert.Null(job["IsIncremental"]);
        Assert.Equal("Active Directory - Synchronization Complete", job["DisplayName_L1"]);
        Assert.Equal("Local", job["Agent"]);
        var export = Given.Task(job, "J_Export_AD_Complete_ADExport");
        Assert.Equal(("true", "true"), (export["IgnoreCookieFile"], export["ContinueOnError"]));
        var prepare = Given.Task(job, "J_PrepareSynchronizationActiveDirectory_AD_Complete");
        Assert.Equal(("Complete", "ActiveDirectory"), (prepare["SynchronizationMode"], prepare["Type"]));
        var synchronize = Given.Task(job, "J_SynchronizeActiveDirectory_AD");
        Assert.Equal((null, "ActiveDirectory", null), (synchronize["DoNotDeleteChanges"], synchronize["Type"], synchronize["Agent"]));
        Assert.Equal("Active Directory - Synchronization (server side)", synchronize["DisplayName_L1"]);
        var expressions = Given.Task(job, "J_UpdateEntityPropertyExpressions1");
        Assert.Null(expressions["Dirty"]);
        Assert.Equal(["AD_Entry", "Directory_User", "Directory_UserRecord"], Given.EntityTypes(expressions));
        Assert.Empty(Given.Parents(Given.Task(job, "J_ComputeRoleModel1")));
        Assert.Equal("false", Given.Task(job, "J_Fulfill1")["Dirty"]);
        Assert.Equal(["AD_Entry"], Given.EntityTypes(Given.Task(job, "J_UpdateClassification")));
        var profiles = Given.Task(job, "J_SetInternalUserProfiles1");
        Assert.Equal(["J_Fulfill1"], Given.Parents(profiles));
        Assert.Equal(["AD_Nominative"], Given.ResourceTypes(profiles));
    }

    [Fact]
    public void ConnectorIncremental_OfActiveDirectory_FlagsAndComputesDirty()
    {
        var job = Given.Job("""<CreateConnectorSynchroIncremental Connector="AD" />""");

        Assert.Equal("AD_Synchronize_Incremental", job["Identifier"]);
        Assert.Equal("true", job["IsIncremental"]);
        Assert.Equal(11, job.Children.Count);
        var classification = Given.Task(job, "AD_Synchronize_Incremental_UpdateClassification_WithDirty");
        Assert.Equal(("9", "true"), (classification["Level"], classification["Dirty"]));
        Assert.Equal(["AD_Synchronize_Incremental_SetRecentlyModifiedFlag"], Given.Parents(classification));
        Assert.NotNull(Given.Task(job, "AD_Synchronize_Incremental_SynchronizeActiveDirectory_AD_DoNotDeleteChanges"));
        Assert.Empty(Given.Parents(Given.Task(job, "AD_Synchronize_Incremental_UpdateEntityPropertyExpressions1_WithDirty")));
    }

    [Fact]
    public void ConnectorIncremental_OfSeveralConnectionsWithoutResourceTypes_ExportsEachAndComputesItsOwn()
    {
        var job = Given.Job("""<CreateConnectorSynchroIncremental Connector="HR" JobIdentifier="J" DisplayName_L2="RH" />""");

        Assert.Equal(
            [
                "0 J_Export_HR_Incremental_HRPeople", "0 J_Export_HR_Incremental_HROrganizations", "1 J_PrepareSynchronization_HR_Incremental",
                "2 J_Synchronize_HR_DoNotDeleteChanges", "3 J_SetRecentlyModifiedFlag", "4 J_UpdateEntityPropertyExpressions1_WithDirty",
            ],
            Given.Outline(job));
        var prepare = Given.Task(job, "J_PrepareSynchronization_HR_Incremental");
        Assert.Equal(["J_Export_HR_Incremental_HRPeople", "J_Export_HR_Incremental_HROrganizations"], Given.Parents(prepare));
        Assert.Null(prepare["Type"]);
        Assert.Equal(("Human Resources - Synchronization (agent side)", "Ressources humaines - Synchronisation (côté agent)"), (prepare["DisplayName_L1"], prepare["DisplayName_L2"]));
        Assert.Equal(("Human Resources - Synchronization Incremental", "RH"), (job["DisplayName_L1"], job["DisplayName_L2"]));
        Assert.Equal(["HR_Person"], Given.EntityTypes(Given.Task(job, "J_UpdateEntityPropertyExpressions1_WithDirty")));
    }

    [Fact]
    public void ConnectorIncremental_OfOwnResources_LeavesOutCollectionAndKeepsLevelsCompact()
    {
        var job = Given.Job("""<CreateConnectorSynchroIncremental Connector="Directory" JobIdentifier="J" />""");

        Assert.Equal(
            ["0 J_UpdateEntityPropertyExpressions1_WithDirty", "1 J_ComputeRoleModel1_WithDirty", "2 J_GenerateProvisioningOrders1", "3 J_Fulfill1"],
            Given.Outline(job));
        Assert.Empty(Given.Parents(Given.Task(job, "J_ComputeRoleModel1_WithDirty")));
        Assert.Equal(["Directory_User", "Directory_UserRecord", "HR_Person"], Given.EntityTypes(job.Children[0]));
    }

    [Fact]
    public void AgentIncremental_TakesConnectorsThatGiveChangesAndProvisionsAll()
    {
        var job = Given.Job("""<CreateAgentSynchroIncremental JobIdentifier="J" />""");

        Assert.Equal(
            [
                "0 J_Export_AD_Incremental_ADExport", "0 J_Export_Entra_Incremental_EntraCloud",
                "1 J_PrepareSynchronizationActiveDirectory_AD_Incremental", "1 J_PrepareSynchronizationChanges_Entra_Incremental",
                "2 J_SynchronizeActiveDirectory_AD_DoNotDeleteChanges", "2 J_SynchronizeChanges_Entra_DoNotDeleteChanges", "3 J_SetRecentlyModifiedFlag",
                "4 J_UpdateEntityPropertyExpressions1_WithDirty", "5 J_ComputeCorrelationKeys1_AllEntities_WithDirty", "6 J_ComputeRoleModel1_WithDirty",
                "7 J_GenerateProvisioningOrders1", "8 J_Fulfill1", "9 J_UpdateClassification_WithDirty", "10 J_SetInternalUserProfiles1",
            ],
            Given.Outline(job));
        Assert.Equal(
            ["J_SynchronizeActiveDirectory_AD_DoNotDeleteChanges", "J_SynchronizeChanges_Entra_DoNotDeleteChanges"],
            Given.Parents(Given.Task(job, "J_SetRecentlyModifiedFlag")));
        var orders = Given.Task(job, "J_GenerateProvisioningOrders1");
        Assert.Equal(
            ["Organizations_HR", "Users_HR", "AD_Nominative", "Entra_Nominative", "LDAP_Nominative", "Onboarding_New"], Given.ResourceTypes(orders));
        Assert.Equal("Generate Provisioning Orders - Directory, Active Directory, Entra ID, LDAP, Onboarding", orders["DisplayName_L1"]);
        Assert.Equal("Génération des ordres de provisioning - Directory, Active Directory, Entra, LDAP, Onboarding", orders["DisplayName_L2"]);
        Assert.Equal(["AD_Entry", "Directory_User", "LDAP_Entry"], Given.EntityTypes(Given.Task(job, "J_ComputeCorrelationKeys1_AllEntities_WithDirty")));
        Assert.Equal(
            ["HR_Person", "Directory_User", "Directory_UserRecord", "AD_Entry"],
            Given.EntityTypes(Given.Task(job, "J_UpdateEntityPropertyExpressions1_WithDirty")));
        Assert.Equal("Local agent - Synchronization Incremental", job["DisplayName_L1"]);
    }

    [Fact]
    public void AgentIncremental_IncludeFullExtracts_AddsTheRest()
    {
        var job = Given.Job("""<CreateAgentSynchroIncremental JobIdentifier="J" IncludeFullExtracts="true" />""");

        Assert.Equal(
            ["J_Export_HR_Incremental_HRPeople", "J_Export_HR_Incremental_HROrganizations", "J_Export_AD_Incremental_ADExport", "J_Export_Entra_Incremental_EntraCloud", "J_Export_LDAP_Incremental_LDAPServer"],
            job.Children.Where(t => t.Name == "ExportTask").Select(t => t["Identifier"]));
        Assert.Null(Given.Task(job, "J_PrepareSynchronization_LDAP_Incremental")["Type"]);
    }

    [Fact]
    public void AgentIncremental_WithoutConnectorsThatGiveChanges_WarnsAndSaysWhatToWrite()
    {
        var (_, diagnostics) = Given.Expanded("""<CreateAgentSynchroIncremental />""", """
            <Agent Identifier="Local" />
            <Connector Identifier="HR" Agent="Local" />
            <Connection Identifier="HRPeople" Connector="HR" Package="Muster.Csv" />
            """);

        var warning = Assert.Single(diagnostics);
        Assert.Equal(ScaffoldingDiagnostics.NothingSynchronized, warning.Code);
        Assert.Contains("IncludeFullExtracts", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AgentComplete_TakesAllConnectorsAndMaintains()
    {
        var job = Given.Job("""<CreateAgentSynchroComplete Agent="Local" />""");

        Assert.Equal("Local_Synchronize_Complete", job["Identifier"]);
        Assert.Equal(5, job.Children.Count(t => t.Name == "ExportTask"));
        Assert.Null(Given.Task(job, "Local_Synchronize_Complete_PrepareSynchronization_Entra_Complete")["Type"]);
        Assert.Equal(
            [
                "UpdateParametersContextDisplayNamesTask", "SendRoleModelNotificationsTask", "ManageConfigurationIndexesTask", "MaintainIndexesTask",
            ],
            job.Children.TakeLast(4).Select(t => t.Name));
        Assert.Equal(["11", "12", "13", "14"], job.Children.TakeLast(4).Select(t => t["Level"]));
    }

    [Theory]
    [InlineData("NotUsed", false, false)]
    [InlineData("1", false, false)]
    [InlineData("OnlySynchronization", true, false)]
    [InlineData("OnlyProvisioning", false, true)]
    [InlineData("Used", true, true)]
    public void AgentJobs_ObeyTheRuleOfTheConnector(string rule, bool isSynchronized, bool isProvisioned)
    {
        var configuration = Given.SeveralConnectors.Replace("Identifier=\"AD\"", $"Identifier=\"AD\" CompleteJob=\"{rule}\"", StringComparison.Ordinal);

        var job = Given.Job("""<CreateAgentSynchroComplete JobIdentifier="J" />""", configuration);

        Assert.Equal(isSynchronized, job.Children.Any(t => t["Identifier"] == "J_Synchronize_AD" || t["Identifier"] == "J_SynchronizeActiveDirectory_AD"));
        Assert.Equal(isProvisioned, Given.ResourceTypes(Given.Task(job, "J_Fulfill1")).Contains("AD_Nominative"));
    }

    [Fact]
    public void AgentJobs_SeveralAgents_AskForOne()
    {
        var (report, diagnostics) = Given.Expanded("""<Agent Identifier="Remote" /><CreateAgentSynchroComplete />""");

        var error = Assert.Single(diagnostics);
        Assert.Equal(ScaffoldingDiagnostics.AgentNeeded, error.Code);
        Assert.Contains("'Local', 'Remote'", error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(report.Elements, e => e.Name == "Job");
    }

    [Fact]
    public void Connections_DeactivatedOrWithoutThePower_AreLeftOut()
    {
        var job = Given.Job("""<CreateConnectorSynchroComplete Connector="C" JobIdentifier="J" />""", """
            <Agent Identifier="Local" />
            <Connector Identifier="C" DisplayName_L1="C" />
            <Connection Identifier="Off" Connector="C" Package="Usercube.AD@0000001" DeactivationExportFulfill="Export" />
            <Connection Identifier="Only" Connector="C" Package="Usercube.CSV@0000001" />
            <Connection Identifier="Tickets" Connector="C" Package="Usercube.ManualTicket@0000001" DeactivationExportFulfill="2" />
            <EntityTypeMapping Identifier="T" Connector="C" />
            <ResourceType Identifier="R" SourceEntityType="S" TargetEntityType="T" />
            """);

        Assert.Equal(["J_Export_C_Complete_Only"], job.Children.Where(t => t.Name == "ExportTask").Select(t => t["Identifier"]));
        // 'Off' may still be fulfilled.
        Assert.Equal(["R"], Given.ResourceTypes(Given.Task(job, "J_Fulfill1")));
    }
}
