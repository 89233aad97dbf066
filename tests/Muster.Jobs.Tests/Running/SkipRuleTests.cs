using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Tests.Running;

/// <summary>jobs.md 6.3 and Show 5 of the issue, one rule a test.</summary>
public sealed class SkipRuleTests : IDisposable
{
    private static readonly TaskResult PartlyFailed = new() { Processed = true, PartlyFailed = true };
    private readonly JobWorld _world = new();
    private readonly Configuration.Model.Connector _hr = Given.Connector("HR");

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task ExportWithoutChange_SkipsItsChain_AsInTheWorkedExample()
    {
        _world.When("Export", TaskResult.NothingToDo).When("Expressions", TaskResult.NothingToDo).When("Generate", TaskResult.NothingToDo);

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)));

        Assert.Equal(JobState.Completed, instance.State);
        instance.Was("Export", TaskState.Completed, processed: false);
        instance.WasSkipped("Prepare", SkipReason.ParentNoChange);
        instance.WasSkipped("Synchronize", SkipReason.ParentSkipped);
        instance.WasSkipped("Flag", SkipReason.ParentSkipped);
        instance.Was("Expressions", TaskState.Completed, processed: false);
        instance.WasSkipped("Keys", SkipReason.ParentSkipped);
        instance.WasSkipped("RoleModel", SkipReason.ParentSkipped);
        instance.Was("Generate", TaskState.Completed, processed: false);
        instance.WasSkipped("Fulfill", SkipReason.ParentNoChange);
        instance.WasSkipped("Profiles", SkipReason.ParentSkipped);
        Assert.Equal(["Export", "Expressions", "Generate"], _world.Launched);
    }

    [Fact]
    public async Task SynchronizationWithoutChange_SkipsFlagAndWhatDependsOnIt()
    {
        _world.When("Synchronize", TaskResult.NothingToDo);

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)));

        instance.WasSkipped("Flag", SkipReason.ParentNoChange);
        instance.WasSkipped("Keys", SkipReason.ParentSkipped);
        instance.WasSkipped("RoleModel", SkipReason.ParentSkipped);
        Assert.Equal(JobState.Completed, instance.State);
    }

    [Fact]
    public async Task OneOfTwoSynchronizationsChanged_StartsTheFlag()
    {
        _world.When("SynchronizeHR", TaskResult.NothingToDo);
        var job = Given.IncrementalJob(
            "Job", Given.Synchronize("SynchronizeHR", _hr), Given.Synchronize("SynchronizeAD", Given.Connector("AD")), Given.Flag("SynchronizeHR", "SynchronizeAD"));

        var instance = await _world.RunAsync(job);

        instance.Was("Flag", TaskState.Completed, processed: true);
    }

    [Fact]
    public async Task OneOfTwoExportsWithoutChange_DoesNotHideTheChangeOfTheOther()
    {
        _world.When("Export1", TaskResult.NothingToDo);
        var job = Given.IncrementalJob("Job", Given.Export("Export1", _hr), Given.Export("Export2", _hr), Given.Prepare("Prepare", _hr, after: ["Export1", "Export2"]));

        var instance = await _world.RunAsync(job);

        instance.Was("Prepare", TaskState.Completed, processed: true);
    }

    [Fact]
    public async Task OneOfTwoExportsInWarning_SkipsAPreparationOfBoth()
    {
        _world.WhenFails("Export1");
        var job = Given.IncrementalJob(
            "Job", Given.Export("Export1", _hr, continueOnError: true), Given.Export("Export2", _hr), Given.Prepare("Prepare", _hr, after: ["Export1", "Export2"]));

        var instance = await _world.RunAsync(job);

        instance.WasSkipped("Prepare", SkipReason.ParentWarning);
    }

    [Fact]
    public async Task NoNewOrder_DoesNotLaunchFulfill()
    {
        _world.When("Generate", TaskResult.NothingToDo);

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)));

        instance.WasSkipped("Fulfill", SkipReason.ParentNoChange);
        instance.WasSkipped("Profiles", SkipReason.ParentSkipped);
    }

    [Fact]
    public async Task FulfillInWarning_SkipsProfiles_AndTheJobEndsInWarning()
    {
        _world.When("Fulfill", PartlyFailed);

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)));

        instance.Was("Fulfill", TaskState.Warning, processed: true);
        instance.WasSkipped("Profiles", SkipReason.ParentWarning);
        Assert.Equal(JobState.Warning, instance.State);
    }

    [Fact]
    public async Task FulfillThatProcessedNothing_SkipsProfiles()
    {
        _world.When("Fulfill", TaskResult.NothingToDo);

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)));

        instance.WasSkipped("Profiles", SkipReason.ParentNoChange);
    }

    [Fact]
    public async Task ExportFailedWithContinueOnError_SkipsItsChain_AndTheRestRuns()
    {
        _world.WhenFails("Export", "The file 'people.csv' is missing.");

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr, exportContinuesOnError: true)));

        Assert.Equal("The file 'people.csv' is missing.", instance.Task("Export").Error);
        instance.Was("Export", TaskState.Warning, processed: false);
        instance.WasSkipped("Prepare", SkipReason.ParentWarning);
        instance.WasSkipped("Synchronize", SkipReason.ParentSkipped);
        instance.Was("Expressions", TaskState.Completed, processed: true);
        instance.Was("Fulfill", TaskState.Completed, processed: true);
        Assert.Equal(JobState.Warning, instance.State);
    }

    [Fact]
    public async Task ExportFailedWithoutContinueOnError_StopsTheJob()
    {
        _world.WhenFails("Export");

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)));

        Assert.Equal(JobState.Error, instance.State);
        Assert.Equal(["Export"], _world.Launched);
        Assert.All(instance.Tasks.Skip(1), t => Assert.Equal(TaskState.NotStarted, t.State));
    }

    [Fact]
    public async Task ParentOutsideTheJob_IsIgnored()
    {
        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.Synchronize("Synchronize", _hr, "AD_Export_Complete")));

        instance.Was("Synchronize", TaskState.Completed, processed: true);
    }

    [Fact]
    public async Task BlockedConnector_LeavesItsThreeTasksOut_AndTheOthersRun()
    {
        var ad = Given.Connector("AD");
        _world.BlockedConnectors.Add("HR");
        JobTask[] tasks =
        [
            .. Given.ScaffoldedTasks(_hr)[..3],
            Given.Export("ExportAD", ad), Given.Prepare("PrepareAD", ad, after: "ExportAD"), Given.Synchronize("SynchronizeAD", ad, "PrepareAD"),
            Given.Flag("Synchronize", "SynchronizeAD"),
        ];

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", tasks));

        instance.WasSkipped("Export", SkipReason.ConnectorBlocked);
        instance.WasSkipped("Prepare", SkipReason.ConnectorBlocked);
        instance.WasSkipped("Synchronize", SkipReason.ConnectorBlocked);
        instance.Was("SynchronizeAD", TaskState.Completed, processed: true);
        instance.Was("Flag", TaskState.Completed, processed: true);
        Assert.Equal(JobState.Completed, instance.State);
    }

    [Fact]
    public async Task BlockedConnectorInACompleteJob_Runs()
    {
        _world.BlockedConnectors.Add("HR");
        var job = Given.Job("Job", Given.Export(of: _hr), Given.Prepare(of: _hr, mode: SynchronizationMode.Complete, after: "Export"));

        var instance = await _world.RunAsync(job);

        instance.Was("Prepare", TaskState.Completed, processed: true);
    }

    [Fact]
    public async Task DeactivatedConnector_LeavesOnlyItsOwnTasksOut()
    {
        var off = Given.Connector("HR", isDeactivated: true);

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.Export(of: off), Given.Export("ExportAD", Given.Connector("AD"))));

        instance.WasSkipped("Export", SkipReason.ConnectorDeactivated);
        instance.Was("ExportAD", TaskState.Completed, processed: true);
    }

    [Fact]
    public async Task WaitingChanges_StartTheFlagAndSayWhy_AlthoughNoSynchronizationChangedAnything()
    {
        _world.When("Synchronize", TaskResult.NothingToDo);
        _world.Waiting["Flag"] = "3 changes of another job are not flagged yet";

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)));

        instance.Was("Flag", TaskState.Completed, processed: true);
        Assert.Equal(
            "Started although no parent changed anything: 3 changes of another job are not flagged yet.", Assert.Single(instance.Task("Flag").Messages));
        instance.Was("RoleModel", TaskState.Completed, processed: true);
    }

    [Fact]
    public async Task WaitingChanges_DoNotStartWhatFollowsAFailure()
    {
        _world.When("Fulfill", PartlyFailed);
        _world.Waiting["Profiles"] = "something waits";

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)));

        instance.WasSkipped("Profiles", SkipReason.ParentWarning);
    }

    [Fact]
    public async Task OtherTask_CompletesWithANotice()
    {
        var instance = await _world.RunAsync(Given.Job("Job", new OtherTask { Identifier = "Views", ElementName = "CreateDatabaseViewsTask" }));

        instance.Was("Views", TaskState.Completed, processed: false);
        Assert.StartsWith("not supported yet: CreateDatabaseViewsTask.", Assert.Single(instance.Task("Views").Messages), StringComparison.Ordinal);
    }
}
