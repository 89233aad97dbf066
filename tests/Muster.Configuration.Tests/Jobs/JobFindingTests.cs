using Muster.Configuration.Diagnostics;
using Muster.Configuration.Jobs;

namespace Muster.Configuration.Tests.Jobs;

/// <summary>Each error and warning of jobs.md 2.7: its code, its place, its suggestion.</summary>
public class JobFindingTests
{
    private const string Keep = """<SynchronizeTask Identifier="S" Connector="AD" DoNotDeleteChanges="true" />""";
    private const string Flag = """<SetRecentlyModifiedFlagTask Identifier="Flag" />""";
    private const string User = """<TaskEntityType EntityType="Directory_User" />""";

    [Theory]
    [InlineData("""<ResetValidFromTask />""", JobDiagnostics.TaskWithoutIdentifier, null)]
    [InlineData("""<ResetValidFromTask Identifier="T" Level="2" />""", JobDiagnostics.LevelOutsideJob, null)]
    [InlineData("""<SavePreExistingAccessRightsTask Identifier="T" AssignedResourceTypeSQL="SELECT Id FROM X" />""", JobDiagnostics.SqlSelection, null)]
    [InlineData("""<SavePreExistingAccessRightsTask Identifier="T" AssignedResourceScalarSQL="SELECT Id FROM X" />""", JobDiagnostics.SqlSelection, null)]
    [InlineData("""<SavePreExistingAccessRightsTask Identifier="T" AssignedResourceNavigationSQL="SELECT Id FROM X" />""", JobDiagnostics.SqlSelection, null)]
    [InlineData("""<ResetValidFromTask Identifier="T" /><Job Identifier="J"><ResetValidFromTask Identifier="T" /></Job>""", JobDiagnostics.DuplicateTask, null)]
    [InlineData("""<Job Identifier="J" /><Job Identifier="J" />""", JobDiagnostics.DuplicateJob, null)]
    [InlineData("""<ResetValidFromTask Identifier="Reset" /><Job Identifier="J"><Step Identifier="Rset" /></Job>""", JobDiagnostics.UnknownTask, "Reset")]
    [InlineData("""<ResetValidFromTask Identifier="Reset" /><Job Identifier="J"><ResetValidFromTaskOverride Identifier="Resett" /></Job>""", JobDiagnostics.UnknownTask, "Reset")]
    [InlineData("""<ResetValidFromTask Identifier="Reset"><TaskDependsOnTask ParentTask="Rest" /></ResetValidFromTask>""", JobDiagnostics.UnknownTask, "Reset")]
    [InlineData("""<Job Identifier="J"><Step /></Job>""", JobDiagnostics.StepReference, null)]
    [InlineData("""<ResetValidFromTask Identifier="T" /><Job Identifier="J"><Step Identifier="T" Task="T" /></Job>""", JobDiagnostics.StepReference, null)]
    [InlineData("""<ResetValidFromTask Identifier="T" /><Job Identifier="J"><SynchronizeTaskOverride Identifier="T" /></Job>""", JobDiagnostics.OverrideOfAnotherKind, "ResetValidFromTaskOverride")]
    [InlineData("""<Job Identifier="J" Agent="Locl" />""", JobDiagnostics.UnknownReference, "Local")]
    [InlineData("""<Job Identifier="J"><SynchronizeTask Connector="ADD" /></Job>""", JobDiagnostics.UnknownReference, "AD")]
    [InlineData("""<Job Identifier="J" Agent="Local"><ExportTask Agent="Local" Connection="ADExprt" /></Job>""", JobDiagnostics.UnknownReference, "ADExport")]
    [InlineData("""<Job Identifier="J" Agent="Local"><ExportTask Agent="Local" Connection="HRFile" Connector="AD" /></Job>""", JobDiagnostics.ConnectorOfConnection, null)]
    [InlineData("""<Job Identifier="J"><ComputeRoleModelTask><TaskEntityType EntityType="Directory_Usr" /></ComputeRoleModelTask></Job>""", JobDiagnostics.UnknownReference, "Directory_User")]
    [InlineData("""<Job Identifier="J"><FulfillTask><TaskResourceType ResourceType="AD_Admn" /></FulfillTask></Job>""", JobDiagnostics.UnknownReference, "AD_Admin")]
    [InlineData("""<Job Identifier="J" Agent="Local"><ExportTask Agent="Remote" /></Job>""", JobDiagnostics.DifferentAgents, null)]
    [InlineData("""<Job Identifier="J" Agent="Remote"><ExportTask Agent="Remote" Connector="AD" /></Job>""", JobDiagnostics.DifferentAgents, null)]
    [InlineData("""<Job Identifier="J"><ExportTask Agent="Local" Connector="AD" /></Job>""", JobDiagnostics.AgentTaskInServerJob, "Local")]
    [InlineData("""<Job Identifier="J"><FulfillTask Agent="Local" Connector="AD" /></Job>""", JobDiagnostics.AgentTaskInServerJob, "Local")]
    [InlineData("""<Job Identifier="J"><UpdateEntityPropertyExpressionsTask AllEntityType="true"><TaskEntityType EntityType="AD_Entry" /></UpdateEntityPropertyExpressionsTask></Job>""", JobDiagnostics.AllAndListed, null)]
    [InlineData("""<Job Identifier="J"><ComputeCorrelationKeysTask /></Job>""", JobDiagnostics.NothingListed, null)]
    [InlineData("""<Job Identifier="J"><FulfillTask /></Job>""", JobDiagnostics.NothingListed, null)]
    [InlineData("""<Job Identifier="J"><GenerateProvisioningOrdersTask /></Job>""", JobDiagnostics.ScopeOfOrders, null)]
    [InlineData("""<Job Identifier="J"><GenerateProvisioningOrdersTask Connector="AD"><TaskResourceType ResourceType="AD_Admin" /></GenerateProvisioningOrdersTask></Job>""", JobDiagnostics.ScopeOfOrders, null)]
    [InlineData("""<Job Identifier="J"><ResetValidFromTask Identifier="A" Level="1"><TaskDependsOnTask ParentTask="B" /></ResetValidFromTask><ResetValidFromTask Identifier="B" Level="1" /></Job>""", JobDiagnostics.DependencyLevel, null)]
    [InlineData("""<Job Identifier="J"><ResetValidFromTask Identifier="A" Level="0"><TaskDependsOnTask ParentTask="B" /></ResetValidFromTask><ResetValidFromTask Identifier="B" Level="1"><TaskDependsOnTask ParentTask="A" /></ResetValidFromTask></Job>""", JobDiagnostics.DependencyCycle, null)]
    [InlineData("""<ResetValidFromTask Identifier="A"><TaskDependsOnTask ParentTask="A" /></ResetValidFromTask>""", JobDiagnostics.DependencyCycle, null)]
    [InlineData("""<ResetValidFromTask Identifier="A" /><Job Identifier="J"><ResetValidFromTask><TaskDependsOnTask ParentTask="A" /></ResetValidFromTask></Job>""", JobDiagnostics.DependencyOutsideJob, null)]
    [InlineData("""<Job Identifier="J" CronTabExpression="0 61 * * * *" />""", JobDiagnostics.InvalidSchedule, null)]
    [InlineData("""<Job Identifier="J" Agent="Local"><PrepareSynchronizationTask Agent="Local" Connector="AD" /></Job>""", JobDiagnostics.MissingMode, null)]
    [InlineData("""<Job Identifier="J" Agent="Local"><ExportTask Agent="Local" Connector="AD" InitMode="true" /></Job>""", JobDiagnostics.IgnoredAttribute, null)]
    [InlineData("""<Job Identifier="J"><ComputeRoleModelTask UseLdif="true"><TaskEntityType EntityType="Directory_User" /></ComputeRoleModelTask></Job>""", JobDiagnostics.MissingLdifPath, null)]
    [InlineData("""<Job Identifier="J"><FulfillTask Connector="AD" BatchSize="-4" /></Job>""", JobDiagnostics.NegativeNumber, null)]
    [InlineData("""<Job Identifier="J"><UpdateClassificationTask Level="1"><TaskEntityType EntityType="AD_Entry" /></UpdateClassificationTask><ComputeCorrelationKeysTask AllEntityType="true" Level="1" /></Job>""", JobDiagnostics.ClassificationBeforeKeys, null)]
    public void Resolve_SomethingWrong_IsReportedOnceWithItsPlace(string xml, string code, string? suggestion)
    {
        var finding = JobWorld.Finding(xml);

        Assert.Equal((code, suggestion), (finding.Code, finding.Suggestion));
        Assert.Equal(("Conf.xml", 1), (finding.Location.File, finding.Location.Line));
        Assert.True(finding.Location.Column > 0);
        Assert.EndsWith(".", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_SeveralErrors_AreAllReported()
    {
        var (_, diagnostics) = JobWorld.Resolve("""<Job Identifier="J" CronTabExpression="x"><Step Identifier="Y" /><SynchronizeTask Connector="Z" /></Job>""");

        Assert.Equal(
            [JobDiagnostics.UnknownTask, JobDiagnostics.UnknownReference, JobDiagnostics.InvalidSchedule],
            diagnostics.Select(d => d.Code).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("JOB-W01", JobDiagnostics.ChangesNeverFlagged, "", "<SynchronizeTask Connector=\"AD\" />" + Flag)]
    [InlineData("JOB-W02", JobDiagnostics.NothingMakesDirty, "", "<ComputeRoleModelTask Dirty=\"true\">" + User + "</ComputeRoleModelTask>" + Flag)]
    [InlineData("JOB-W03", JobDiagnostics.ChangesNeverTaken, "", Keep)]
    [InlineData("JOB-W04", JobDiagnostics.FullPreparationInIncremental, "IsIncremental=\"true\"", "<PrepareSynchronizationTask Agent=\"Local\" Connector=\"AD\" SynchronizationMode=\"Complete\" />")]
    [InlineData("JOB-W05", JobDiagnostics.FrequentJob, "CronTabExpression=\"*/15 * * * *\"", "<SetInternalUserProfilesTask>" + User + "</SetInternalUserProfilesTask>")]
    [InlineData("JOB-W05", JobDiagnostics.FrequentJob, "CronTabExpression=\"0 */15 * * * *\"", "<ComputeRoleModelTask>" + User + "</ComputeRoleModelTask>")]
    [InlineData("JOB-W06", JobDiagnostics.CompleteKeepsChanges, "", "<PrepareSynchronizationTask Agent=\"Local\" Connector=\"AD\" SynchronizationMode=\"Complete\" />" + Keep + Flag)]
    [InlineData("JOB-W07", JobDiagnostics.ComputedTwice, "", "<ComputeRoleModelTask>" + User + "</ComputeRoleModelTask><ComputeRoleModelTask BlockProvisioning=\"true\">" + User + "</ComputeRoleModelTask>")]
    [InlineData("JOB-W08", JobDiagnostics.ForcedProvisioning, "", "<GenerateProvisioningOrdersTask Connector=\"AD\" ForceProvisioning=\"true\" />")]
    public void Resolve_ClassicMistake_WarnsByItsName(string name, string code, string attributes, string tasks)
    {
        var finding = JobWorld.Finding($"""<Job Identifier="J" Agent="Local" {attributes}>{tasks}</Job>""");

        Assert.Equal((code, DiagnosticSeverity.Warning), (finding.Code, finding.Severity));
        Assert.Contains(name, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_SampleOfTheGuideWithParentOfAnotherJob_WarnsAndKeepsTheRest()
    {
        var (jobs, diagnostics) = JobWorld.Resolve("""
            <ExportTask Identifier="AD_Export_Complete" DisplayName_L1="x" Agent="Local" OpenIdClient="Job" Connection="ADExport" />
            <Job Identifier="J" Agent="Local">
              <SynchronizeTask Identifier="S" Connector="AD" DoNotDeleteChanges="true"><TaskDependsOnTask ParentTask="AD_Export_Complete" /></SynchronizeTask>
              <SetRecentlyModifiedFlagTask Identifier="Flag"><TaskDependsOnTask ParentTask="S" /></SetRecentlyModifiedFlagTask>
            </Job>
            """);

        Assert.Equal(JobDiagnostics.DependencyOutsideJob, Assert.Single(diagnostics).Code);
        Assert.Equal(["S", "Flag"], jobs.Jobs[0].Steps.Select(s => s.Task.Identifier));
    }
}
