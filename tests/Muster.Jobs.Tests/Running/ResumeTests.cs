using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Jobs.Running;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Tests.Running;

/// <summary>jobs.md 8.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly TaskResult Blocked = new()
    {
        Block = new ThresholdBlock("Connector 'HR'", "MaximumDeletedLines", 10, 12, 200, ["delete P0001"]),
    };

    private readonly JobWorld _world = new();
    private readonly Configuration.Model.Connector _hr = Given.Connector("HR");

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Threshold_BlocksTheJob_AfterItsLevel()
    {
        var instance = await RunBlockedAsync();

        Assert.Equal(JobState.Blocked, instance.State);
        var task = _world.Stored(instance.Id).Task("Synchronize");
        Assert.Equal(TaskState.Blocked, task.State);
        Assert.Equal(("MaximumDeletedLines", 12), (task.Block!.Threshold, task.Block.Actual));
        Assert.Equal(["delete P0001"], task.Block.Samples);
        Assert.Equal(TaskState.NotStarted, instance.Task("Flag").State);
    }

    [Fact]
    public async Task Resume_AppliesTheBlockedTask_ThenGoesOn_InTheSameInstance()
    {
        var blocked = await RunBlockedAsync();
        _world.When("Synchronize", (context, _) =>
        {
            Assert.True(context.IsApproved);
            context.Reporter.Count("resourcesDeleted", 12);
            return Task.FromResult(TaskResult.Done);
        });

        var resumed = await ResumeAsync(blocked);

        Assert.Equal((blocked.Id, JobState.Completed), (resumed.Id, resumed.State));
        Assert.NotNull(resumed.ResumedAt);
        var original = _world.Stored(blocked.Id).Task("Synchronize");
        Assert.Equal((TaskState.Completed, true, 12L), (original.State, original.Processed, original.Counts["resourcesDeleted"]));
        var applied = resumed.Tasks.Single(t => t.Kind == JobRunner.SynchronizationValidation);
        Assert.Equal(("Synchronize", TaskState.Completed), (applied.Identifier, applied.State));
        resumed.Was("Profiles", TaskState.Completed, processed: true);
        Assert.Equal(1, _world.Launched.Count(t => t == "Export"));
    }

    [Fact]
    public async Task Resume_RestartsAllBlockedTasks()
    {
        var ad = Given.Connector("AD");
        var job = new Job
        {
            Identifier = "Job",
            IsIncremental = true,
            Steps =
            [
                new JobStep(Given.Synchronize("SynchronizeHR", _hr), 0),
                new JobStep(Given.Synchronize("SynchronizeAD", ad), 0),
                new JobStep(Given.Flag("SynchronizeHR", "SynchronizeAD"), 1),
            ],
        };
        _world.When("SynchronizeHR", Blocked).When("SynchronizeAD", Blocked);
        var blocked = await _world.RunAsync(job);
        _world.When("SynchronizeHR", TaskResult.Done).When("SynchronizeAD", TaskResult.NothingToDo);

        var resumed = await _world.Runner().ResumeAsync(job, _world.Stored(blocked.Id), new NoObserver(), CancellationToken.None);

        resumed.Was("SynchronizeHR", TaskState.Completed, processed: true);
        resumed.Was("SynchronizeAD", TaskState.Completed, processed: false);
        resumed.Was("Flag", TaskState.Completed, processed: true);
    }

    [Fact]
    public async Task BlockedProvisioning_ResumesAsForcedGeneration()
    {
        _world.When("Generate", Blocked);
        var job = Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr));
        var blocked = await _world.RunAsync(job);
        _world.When("Generate", TaskResult.Done);

        var resumed = await ResumeAsync(blocked);

        Assert.Contains(resumed.Tasks, t => t.Kind == JobRunner.ForcedProvisioning && t.State == TaskState.Completed);
        resumed.Was("Fulfill", TaskState.Completed, processed: true);
    }

    [Fact]
    public async Task ResumeThatFails_StaysBlocked_AndCanBeRepeated()
    {
        var blocked = await RunBlockedAsync();
        _world.WhenFails("Synchronize", "The disk is full.");

        var failed = await ResumeAsync(blocked);

        Assert.Equal(JobState.Blocked, failed.State);
        Assert.Contains("The disk is full.", failed.Message, StringComparison.Ordinal);
        _world.When("Synchronize", TaskResult.Done);
        Assert.Equal(JobState.Completed, (await ResumeAsync(failed)).State);
    }

    [Fact]
    public async Task Resume_OfAnInstanceThatIsNotBlocked_IsRefused()
    {
        var job = Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr));
        var completed = await _world.RunAsync(job);

        await Assert.ThrowsAsync<TaskFailedException>(() => _world.Runner().ResumeAsync(job, completed, new NoObserver(), CancellationToken.None));
    }

    [Fact]
    public async Task CompleteRun_SupersedesTheBlockedInstance()
    {
        var blocked = await RunBlockedAsync();
        _world.When("Synchronize", TaskResult.Done);
        var complete = Given.Job("Complete", Given.Prepare(of: _hr, mode: SynchronizationMode.Complete), Given.Synchronize(of: _hr, after: "Prepare"));

        var instance = await _world.RunAsync(complete);

        var superseded = _world.Stored(blocked.Id);
        Assert.Equal(JobState.Cancelled, superseded.State);
        Assert.Equal($"Superseded by job instance {instance.Id} of job 'Complete'.", superseded.Message);
        await Assert.ThrowsAsync<TaskFailedException>(() => ResumeAsync(superseded));
    }

    [Fact]
    public async Task Discard_CancelsTheInstance()
    {
        var blocked = await RunBlockedAsync();

        using (var transaction = _world.Database.BeginBookkeeping())
        {
            var found = BlockedInstances.Find(transaction, "HR")!;
            BlockedInstances.Discard(transaction, found, "HR", "Discarded.", DateTimeOffset.UnixEpoch);
            transaction.Commit();
        }

        var discarded = _world.Stored(blocked.Id);
        Assert.Equal((JobState.Cancelled, TaskState.Cancelled), (discarded.State, discarded.Task("Synchronize").State));
        using var read = _world.Database.BeginRead();
        Assert.Null(BlockedInstances.Find(read, "HR"));
    }

    private Task<JobInstance> RunBlockedAsync()
    {
        _world.When("Synchronize", Blocked);
        return _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)));
    }

    private Task<JobInstance> ResumeAsync(JobInstance instance) => _world.Runner().ResumeAsync(
        Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)), _world.Stored(instance.Id), new NoObserver(), CancellationToken.None);
}
