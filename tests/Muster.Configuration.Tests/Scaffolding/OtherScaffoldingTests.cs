namespace Muster.Configuration.Tests.Scaffolding;

public class OtherScaffoldingTests
{
    private const string Initialization = """
        <CreateInitializationJob>
          <PrincipalDataConnector ConnectorIdentifier="Directory" />
          <Configuration Path="C:/Conf" />
          <NotUsed ConnectorIdentifier="LDAP" />
          <NoConnectorSynchronization ConnectorIdentifier="Entra" />
          <NoConnectorProvisioning ConnectorIdentifier="AD" />
          <FormatPropertiesInResource />
          <OpenIdIdentifier Identifier="Init" />
        </CreateInitializationJob>
        """;

    [Fact]
    public void Initialization_HasRoundsOfThePrincipalConnectorThenEverything()
    {
        var job = Given.Job(Initialization);

        Assert.Equal(
            [
                "0 CreateDatabaseViews", "1 Export_HR_Complete_HRPeople", "1 Export_HR_Complete_HROrganizations", "1 Export_AD_Complete_ADExport",
                "2 PrepareSynchronization_HR_Initial", "2 PrepareSynchronizationActiveDirectory_AD_Initial",
                "3 Synchronize_HR_ForceSynchronization", "3 SynchronizeActiveDirectory_AD_ForceSynchronization",
                "4 UpdateEntityPropertyExpressions1", "5 ComputeRoleModel1", "6 GenerateProvisioningOrders1_ForceProvisioning", "7 Fulfill1_IgnoreHistorization",
                "8 UpdateEntityPropertyExpressions2", "9 ComputeRoleModel2", "10 GenerateProvisioningOrders2_ForceProvisioning", "11 Fulfill2_IgnoreHistorization",
                "12 UpdateEntityPropertyExpressions3", "13 DeployConfiguration", "14 ComputeCorrelationKeys3_AllEntities", "15 ComputeRoleModel3",
                "16 ComputeRiskScores1", "17 UpdateClassification", "18 ResetValidFrom", "19 UpdateParametersContextDisplayNames",
                "20 SavePreExistingAccessRights", "21 MaintainIndexes",
            ],
            Given.Outline(job).Select(o => o.Replace("InitializationJob_", "", StringComparison.Ordinal)));
        Assert.Equal(("true", "true", null), (job["IsInitializationJob"], job["UserStartDenied"], job["IsIncremental"]));
        var export = job.Children[1];
        Assert.Equal(("true", "true", null, "Init"), (export["InitMode"], export["IgnoreCookieFile"], export["ContinueOnError"], export["OpenIdClient"]));
        var prepare = job.Children[4];
        Assert.Equal("Initial", prepare["SynchronizationMode"]);
        Assert.Empty(Given.Parents(prepare));
        Assert.Equal("true", job.Children[6]["ForceSynchronization"]);
        var roleModel = Given.Task(job, "InitializationJob_ComputeRoleModel1");
        Assert.Equal(("false", "true"), (roleModel["BlockProvisioning"], roleModel["IgnoreHistorization"]));
        var orders = Given.Task(job, "InitializationJob_GenerateProvisioningOrders1_ForceProvisioning");
        Assert.Equal(("true", "true"), (orders["ForceProvisioning"], orders["FormatPropertiesInResource"]));
        Assert.Equal(["Organizations_HR", "Users_HR"], Given.ResourceTypes(orders));
        var fulfill = Given.Task(job, "InitializationJob_Fulfill1_IgnoreHistorization");
        Assert.Equal("true", fulfill["IgnoreHistorization"]);
        Assert.Empty(Given.Parents(fulfill));
        Assert.Equal("true", Given.Task(job, "InitializationJob_ComputeRoleModel3")["BlockAllResourceTypeProvisioning"]);
        Assert.Equal("C:/Conf", Given.Task(job, "InitializationJob_DeployConfiguration")["ConfigurationDirectory"]);
        Assert.Equal(("true", "true"), (job.Children[^1]["AllIndexes"], job.Children[^1]["Offline"]));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("DependsOn=\"R1\"", 2)]
    public void Initialization_Rounds_FollowTheDependencyDepth(string dependency, int rounds)
    {
        var job = Given.Job("""<CreateInitializationJob><PrincipalDataConnector ConnectorIdentifier="D" /></CreateInitializationJob>""", $"""
            <Agent Identifier="Local" />
            <Connector Identifier="D" Agent="Local" />
            <Connection Identifier="Own" Connector="D" Package="Muster.Internal" />
            <EntityTypeMapping Identifier="A" Connector="D" />
            <EntityTypeMapping Identifier="B" Connector="D" />
            <ResourceType Identifier="R1" SourceEntityType="S" TargetEntityType="A" />
            <ResourceType Identifier="R2" SourceEntityType="S" TargetEntityType="B" {dependency} />
            """);

        Assert.Equal(rounds, job.Children.Count(t => t.Name == "FulfillTask"));
    }

    [Fact]
    public void ConnectorsJobs_MakesTheTasksBehindAConnectorAndItsVirtualJob()
    {
        var (report, diagnostics) = Given.Expanded("<CreateConnectorsJobs />");

        Assert.Empty(diagnostics);
        var job = Assert.Single(report.Elements, e => e["Identifier"] == "AD_VirtualJob");
        Assert.Equal(
            ("true", "true", "ZZ Connectors/Active Directory", "Local"),
            (job["IsConnectorJob"], job["UserStartDenied"], job["DisplayName_L1"], job["Agent"]));
        Assert.Equal(
            [
                "AD_ConnectorExport", "AD_ConnectorPrepareSynchronization", "AD_ConnectorSynchronization", "AD_ConnectorExpression",
                "AD_ConnectorCorrelation", "AD_ConnectorPolicy", "AD_ConnectorGenerateOrders", "AD_ConnectorFulfillment",
                "AD_ConnectorClassification", "AD_ConnectorBuildRoleModel", "AD_ConnectorRefreshSchema",
            ],
            job.Children.Select(s => s["Identifier"]));
        Assert.All(job.Children, s => Assert.Equal(("Step", null), (s.Name, s["Level"])));
        var tasks = report.Elements.Where(e => e.Name.EndsWith("Task", StringComparison.Ordinal)).Select(e => e["Identifier"]).ToList();
        Assert.All(job.Children, s => Assert.Contains(s["Identifier"], tasks));
        Assert.Equal(6, report.Elements.Count(e => e.Name == "Job"));
        Assert.Contains("HR_ConnectorExport_HROrganizations", tasks);
    }

    [Fact]
    public void CleanDatabase_MakesAServerJobThatClosesInstances()
    {
        var job = Given.Job("<CleanDatabaseJob />");

        Assert.Equal(("CleanDatabase", null), (job["Identifier"], job["Agent"]));
        Assert.Equal(["CloseInterruptedInstancesTask"], job.Children.Select(t => t.Name));
    }

    [Fact]
    public void AllScaffoldings_PrintedAndPastedBack_GiveTheSame()
    {
        var scaffoldings = """
            <CreateConnectorSynchroIncremental Connector="AD"><LinkDependTask Task="ComputeRoleModelTask" DependOn="ExportTask" /></CreateConnectorSynchroIncremental>
            <CreateConnectorSynchroComplete Connector="HR"><DoNotCreateJob /></CreateConnectorSynchroComplete>
            <CreateAgentSynchroIncremental><AddTask Task="Shared_RoleModel" TaskToCompareWith="FulfillTask" After="true" /></CreateAgentSynchroIncremental>
            <CreateAgentSynchroComplete /><CreateConnectorsJobs /><CleanDatabaseJob />
            <TaskAdministrationAccessControlRules Profile="A" /><SynchronizationAccessControlRules Profile="A" />
            """ + Initialization;

        var (first, diagnostics) = Given.Expanded(scaffoldings);
        var (second, _) = Given.Expanded("", ConfigurationText.Print(first.Elements));

        Assert.Empty(diagnostics);
        Assert.Equal(ConfigurationText.Print(first.Elements), ConfigurationText.Print(second.Elements));
        Assert.Empty(second.Scaffoldings);
    }
}
