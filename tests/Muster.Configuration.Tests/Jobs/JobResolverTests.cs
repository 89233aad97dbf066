using Muster.Configuration.Diagnostics;
using Muster.Configuration.Jobs;

namespace Muster.Configuration.Tests.Jobs;

public class JobResolverTests
{
    private const string Flag = """<SetRecentlyModifiedFlagTask Identifier="Flag" DisplayName_L1="Flag" />""";

    [Fact]
    public void Resolve_EveryTaskKind_ReadsItsAttributes()
    {
        var job = JobWorld.Job("""
            <Job Identifier="J" DisplayName_L1="Job" DisplayName_L2="Tâche" Agent="Local" CronTabExpression="0 0 2 * * *" CronTimeZone="ServerTime" LogLevel="1" UserStartDenied="1">
              <ExportTask Identifier="E" Agent="Local" OpenIdClient="Job" Connection="ADExport" ContinueOnError="true" IgnoreCookieFile="1" />
              <PrepareSynchronizationTask Identifier="P" Agent="Local" OpenIdClient="Job" Connector="AD" SynchronizationMode="complete" Type="ActiveDirectory" ColumnName="c" WorkingDirectory="w" />
              <SynchronizeTask Identifier="S" Connector="AD" Type="2" ForceSynchronization="true" Orphans="true"><TaskDependsOnTask ParentTask="P" /></SynchronizeTask>
              <UpdateEntityPropertyExpressionsTask Identifier="U" AllEntityType="true" BatchSelectSize="1" BatchUpdateSize="2" />
              <ComputeCorrelationKeysTask Identifier="C" BatchSize="3"><TaskEntityType EntityType="AD_Entry" /><TaskEntityType Identifier="Directory_User" /></ComputeCorrelationKeysTask>
              <ComputeRoleModelTask Identifier="R" InitMode="true" BlockProvisioning="1" UseLdif="true" LdifFilePath="x.ldif"><TaskEntityType EntityType="Directory_User" /></ComputeRoleModelTask>
              <GenerateProvisioningOrdersTask Identifier="G" Connector="AD" BatchInsertSize="4" />
              <FulfillTask Identifier="F" Agent="Local" OpenIdClient="Job" Dirty="1" IgnoreHistorization="true"><TaskResourceType ResourceType="AD_Nominative" /></FulfillTask>
              <UpdateClassificationTask Identifier="K" BatchSize="5"><TaskEntityType EntityType="AD_Entry" /></UpdateClassificationTask>
              <SetInternalUserProfilesTask Identifier="I"><TaskResourceType ResourceType="AD_Nominative" /></SetInternalUserProfilesTask>
              <MaintainIndexesTask Identifier="M" AllIndexes="true" ContinueOnError="true" />
            </Job>
            """);

        Assert.Equal("Tâche", job.DisplayNames.ByLanguage[2]);
        Assert.Equal(("Local", CronTimeZone.ServerTime, JobLogLevel.Debug, true), (job.Agent!.Identifier, job.CronTimeZone, job.LogLevel, job.UserStartDenied));
        Assert.Equal(Enumerable.Range(0, 11), job.Steps.Select(s => s.Level));
        var export = Task<ExportTask>(job, "E");
        Assert.Equal(("AD", "ADExport", true, true), (export.Connector!.Identifier, export.Connection!.Identifier, export.ContinueOnError, export.IgnoreCookieFile));
        var prepare = Task<PrepareSynchronizationTask>(job, "P");
        Assert.Equal((SynchronizationMode.Complete, PreparationType.ActiveDirectory, "c", "w"), (prepare.SynchronizationMode, prepare.Type, prepare.ColumnName, prepare.WorkingDirectory));
        var synchronize = Task<SynchronizeTask>(job, "S");
        Assert.Equal((PreparationType.ActiveDirectory, true, true, false), (synchronize.Type, synchronize.ForceSynchronization, synchronize.Orphans, synchronize.DoNotDeleteChanges));
        Assert.Equal(["P"], synchronize.DependsOn);
        Assert.Equal(["AD_Entry", "Directory_User"], Task<ComputeCorrelationKeysTask>(job, "C").EntityTypes.Select(e => e.Identifier));
        var roleModel = Task<ComputeRoleModelTask>(job, "R");
        Assert.Equal((true, true, "x.ldif"), (roleModel.IgnoreHistorization, roleModel.BlockProvisioning, roleModel.LdifFilePath));
        Assert.Equal(["AD_Admin", "AD_Nominative"], Task<GenerateProvisioningOrdersTask>(job, "G").ResourceTypes.Select(r => r.Identifier));
        var fulfill = Task<FulfillTask>(job, "F");
        Assert.Equal((true, true, 1), (fulfill.Dirty, fulfill.IgnoreHistorization, fulfill.ResourceTypes.Count));
        Assert.True(Task<OtherTask>(job, "M").ContinueOnError);
        Assert.Equal("true", Task<OtherTask>(job, "M").Attributes["AllIndexes"]);
    }

    [Theory]
    [InlineData("PrepareSynchronizationChangesTask", PreparationType.Changes)]
    [InlineData("PrepareSynchronizationActiveDirectoryTask", PreparationType.ActiveDirectory)]
    public void Resolve_AliasOfPreparation_SetsItsType(string element, PreparationType type)
    {
        var job = JobWorld.Job($"""
            <Job Identifier="J" Agent="Local" IsIncremental="true"><{element} Agent="Local" OpenIdClient="Job" Connector="AD" SynchronizationMode="Incremental" /></Job>
            """);

        var task = Assert.IsType<PrepareSynchronizationTask>(Assert.Single(job.Steps).Task);
        Assert.Equal(type, task.Type);
        Assert.Equal("J_PrepareSynchronization_1", task.Identifier);
    }

    [Fact]
    public void Resolve_ChangesWithoutMode_IsIncremental()
    {
        var job = JobWorld.Job("""<Job Identifier="J" Agent="Local"><PrepareSynchronizationTask Agent="Local" OpenIdClient="Job" Connector="AD" Type="Changes" /></Job>""");

        Assert.Equal(SynchronizationMode.Incremental, Assert.IsType<PrepareSynchronizationTask>(job.Steps[0].Task).SynchronizationMode);
    }

    [Fact]
    public void Resolve_TasksWithoutIdentifier_GetOrdinalsPerKind()
    {
        var job = JobWorld.Job($"""
            <Job Identifier="J" Agent="Local">
              <ResetValidFromTask /><FulfillTask Connector="AD" /><ResetValidFromTask Identifier="Mine" /><ResetValidFromTask />
            </Job>
            """);

        Assert.Equal(["J_ResetValidFrom_1", "J_Fulfill_1", "Mine", "J_ResetValidFrom_3"], job.Steps.Select(s => s.Task.Identifier));
    }

    [Theory]
    [InlineData("-1,-1,-1", "0,1,2", false)]
    [InlineData("0,0,1", "0,0,1", false)]
    [InlineData("0,5,7", "0,5,7", false)]
    [InlineData("0,0,-1,-1", "0,0,1,2", true)]
    [InlineData("-1,4,-1", "0,4,5", true)]
    public void Resolve_Levels_FollowTheRules(string written, string expected, bool isMixed)
    {
        var tasks = written.Split(',').Select((level, index) => $"""<ResetValidFromTask Identifier="T{index}" Level="{level}" />""");
        var (jobs, diagnostics) = JobWorld.Resolve($"""<Job Identifier="J">{string.Join("", tasks)}</Job>""");

        Assert.Equal(expected, string.Join(',', jobs.Jobs[0].Steps.Select(s => s.Level)));
        Assert.Equal(isMixed ? [JobDiagnostics.MixedLevels] : [], diagnostics.Select(d => d.Code));
    }

    [Fact]
    public void Resolve_Override_ReplacesAttributesAndKindsOfChildrenForItsJobOnly()
    {
        var (jobs, diagnostics) = JobWorld.Resolve($"""
            <UpdateClassificationTask Identifier="K" DisplayName_L1="Classify" BatchSize="7"><TaskEntityType EntityType="AD_Entry" /><TaskDependsOnTask ParentTask="Flag" /></UpdateClassificationTask>
            <Job Identifier="Incremental">{Flag}
              <UpdateClassificationTaskOverride Identifier="K" Dirty="1"><TaskEntityType EntityType="Directory_User" /></UpdateClassificationTaskOverride>
            </Job>
            <Job Identifier="Complete"><Step Identifier="Flag" Level="0" /><Step Task="K" Level="3" /></Job>
            """);

        Assert.Empty(diagnostics);
        var over = Assert.IsType<UpdateClassificationTask>(jobs.Jobs[0].Steps[1].Task);
        Assert.Equal(("K", true, 7, "Classify"), (over.Identifier, over.Dirty, over.BatchSize, over.DisplayNames.Default));
        Assert.Equal(["Directory_User"], over.EntityTypes.Select(e => e.Identifier));
        Assert.Equal(["Flag"], over.DependsOn);
        var original = Assert.IsType<UpdateClassificationTask>(jobs.Jobs[1].Steps[1].Task);
        Assert.False(original.Dirty);
        Assert.Equal(3, jobs.Jobs[1].Steps[1].Level);
        Assert.Equal(["K", "Flag"], jobs.Tasks.Select(t => t.Identifier));
    }

    [Fact]
    public void Resolve_GeneratedJobs_HaveNothingToComplainAbout()
    {
        var elements = ConfigurationText.Parse("""
            <Agent Identifier="Local" />
            <Connector Identifier="AD" Agent="Local" />
            <Connection Identifier="ADExport" Connector="AD" Package="Usercube.AD@0000001" />
            <EntityTypeMapping Identifier="AD_Entry" Connector="AD" />
            <ResourceType Identifier="AD_Nominative" SourceEntityType="Directory_User" TargetEntityType="AD_Entry" />
            <ResourceCorrelationRule ResourceType="AD_Nominative" />
            <CreateConnectorSynchroIncremental Connector="AD" />
            <CreateConnectorSynchroComplete Connector="AD" />
            <CreateAgentSynchroIncremental />
            <CreateAgentSynchroComplete />
            <CreateInitializationJob><PrincipalDataConnector ConnectorIdentifier="AD" /></CreateInitializationJob>
            <CreateConnectorsJobs />
            <CleanDatabaseJob />
            """);
        var bag = new DiagnosticBag();

        var jobs = JobResolver.Resolve(Configuration.Scaffolding.ScaffoldingExpander.Expand(elements, bag), JobWorld.Scope(), bag);

        Assert.Equal("", string.Join('\n', bag.Items));
        Assert.Equal(7, jobs.Jobs.Count);
        Assert.IsType<CloseInterruptedInstancesTask>(jobs.Jobs[^1].Steps[0].Task);
    }

    private static T Task<T>(Job job, string identifier)
        where T : JobTask => Assert.IsType<T>(job.Steps.Single(s => s.Task.Identifier == identifier).Task);
}
