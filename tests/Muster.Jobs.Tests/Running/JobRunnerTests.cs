using Microsoft.Data.Sqlite;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Jobs.Leases;
using Muster.Jobs.Logs;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Tests.Running;

public sealed class JobRunnerTests : IDisposable
{
    private readonly JobWorld _world = new();
    private readonly Configuration.Model.Connector _hr = Given.Connector("HR");

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task TasksOfOneLevel_RunTogether()
    {
        using var both = new Barrier(2);
        Task<TaskResult> Meet(CancellationToken token) => Task.Run(() =>
        {
            both.SignalAndWait(token);
            return TaskResult.Done;
        });
        _world.When("ExportHR", (_, t) => Meet(t)).When("ExportAD", (_, t) => Meet(t));
        var job = new Job
        {
            Identifier = "Job",
            Steps = [new JobStep(Given.Export("ExportHR", _hr), 0), new JobStep(Given.Export("ExportAD", Given.Connector("AD")), 0)],
        };

        var instance = await _world.RunAsync(job);

        Assert.Equal(JobState.Completed, instance.State);
    }

    [Fact]
    public async Task FailureInALevel_LetsTheOthersOfTheLevelFinish()
    {
        var failed = new TaskCompletionSource();
        _world.When("ExportHR", (_, _) =>
        {
            failed.SetResult();
            throw new TaskFailedException("No.");
        });
        _world.When("ExportAD", async (_, _) =>
        {
            await failed.Task;
            return TaskResult.Done;
        });
        var job = new Job
        {
            Identifier = "Job",
            Steps =
            [
                new JobStep(Given.Export("ExportHR", _hr), 0),
                new JobStep(Given.Export("ExportAD", Given.Connector("AD")), 0),
                new JobStep(Given.Flag(), 1),
            ],
        };

        var instance = await _world.RunAsync(job);

        Assert.Equal(JobState.Error, instance.State);
        instance.Was("ExportAD", TaskState.Completed, processed: true);
        Assert.Equal(TaskState.NotStarted, instance.Task("Flag").State);
    }

    [Fact]
    public async Task Instance_IsStoredAsReturned()
    {
        _world.When("Synchronize", (context, _) =>
        {
            context.Reporter.Count("resourcesInserted", 2);
            context.Reporter.Count("resourcesInserted", 1);
            context.Reporter.Message("A message.");
            context.Reporter.Warning("A warning.");
            using var transaction = _world.Database.BeginWrite(CancellationToken.None);
            transaction.Execute("UPDATE id_sequence SET next = next + 1");
            transaction.Commit();
            return Task.FromResult(TaskResult.Done);
        });

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.Synchronize(of: _hr), Given.Flag("Synchronize")));

        var stored = _world.Stored(instance.Id).Task("Synchronize");
        Assert.Equal(3, stored.Counts["resourcesInserted"]);
        Assert.Equal(["A warning."], stored.Warnings);
        Assert.Equal(["A message."], stored.Messages);
        Assert.Equal((1, 0), (stored.RowsWritten, instance.Task("Flag").RowsWritten));
        Assert.Equal(1, _world.Stored(instance.Id).RowsWritten);
        Assert.NotNull(stored.EndedAt);
        Assert.Equal("person:test", _world.Stored(instance.Id).Initiator);
    }

    [Fact]
    public async Task Warnings_AreBoundedInTheStore_AndAllInTheLog()
    {
        _world.When("Export", (context, _) =>
        {
            for (var number = 0; number < 250; number++)
            {
                context.Reporter.Warning($"Row {number}.");
            }

            return Task.FromResult(TaskResult.Done);
        });

        var task = (await _world.RunAsync(Given.Job("Job", Given.Export(of: _hr)))).Task("Export");

        Assert.Equal((100, 250), (task.Warnings.Count, task.WarningCount));
        Assert.Equal(250, File.ReadLines(_world.Temp.PathOf(task.LogFile!)).Count(l => l.Contains("\"event\":\"warning\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task UnexpectedException_IsAnErrorForPeople()
    {
        _world.When("Export", (_, _) => throw new InvalidOperationException("Sequence contains no elements."));

        var error = (await _world.RunAsync(Given.Job("Job", Given.Export(of: _hr)))).Task("Export").Error;

        Assert.Equal("The task failed unexpectedly: Sequence contains no elements. Its log has the details.", error);
    }

    [Fact]
    public async Task LockedDatabase_IsAnErrorForPeople()
    {
        _world.When("Export", (_, _) => throw new SqliteException("database is locked", 5));

        var error = (await _world.RunAsync(Given.Job("Job", Given.Export(of: _hr)))).Task("Export").Error;

        Assert.StartsWith("The database refused the work: database is locked", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_CancelsTheRunningTask_AndStartsNoOther()
    {
        using var stop = new CancellationTokenSource();
        _world.When("Export", async (_, token) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return TaskResult.Done;
        });

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)), stop.Token);

        Assert.Equal(JobState.Cancelled, instance.State);
        Assert.Equal(TaskState.Cancelled, instance.Task("Export").State);
        Assert.Equal(TaskState.NotStarted, instance.Task("Expressions").State);
        Assert.Equal(JobState.Completed, (await _world.RunAsync(Given.Job("Job", Given.Flag()))).State);
    }

    [Fact]
    public async Task RequestToCancel_InTheStore_StopsTheRun()
    {
        _world.When("Export", async (context, token) =>
        {
            using (var transaction = _world.Database.BeginBookkeeping(token))
            {
                Assert.True(new JobStore(transaction).RequestCancel(context.JobInstance));
                transaction.Commit();
            }

            await Task.Delay(Timeout.Infinite, token);
            return TaskResult.Done;
        });

        var instance = await _world.RunAsync(Given.Job("Job", Given.Export(of: _hr), Given.Flag()));

        Assert.Equal((JobState.Cancelled, "Cancelled on request."), (instance.State, instance.Message));
    }

    [Fact]
    public async Task TaskBeyondItsTime_IsAnError()
    {
        _world.Options = _world.Options with { TaskTimeout = TimeSpan.FromMilliseconds(30) };
        _world.When("Export", async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return TaskResult.Done;
        });

        var instance = await _world.RunAsync(Given.Job("Job", Given.Export(of: _hr)));

        Assert.Equal(JobState.Error, instance.State);
        Assert.Contains("did not end within", instance.Task("Export").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondStartOfAJob_IsRefused_WhileTheFirstRuns()
    {
        string? refusal = null;
        _world.When("Export", async (_, _) =>
        {
            refusal = (await Assert.ThrowsAsync<TaskFailedException>(() => _world.RunAsync(Given.Job("Job", Given.Export(of: _hr))))).Message;
            return TaskResult.Done;
        });

        var instance = await _world.RunAsync(Given.Job("Job", Given.Export(of: _hr)));

        Assert.StartsWith($"The job 'Job' is already running: instance {instance.Id} of job 'Job'", refusal, StringComparison.Ordinal);
        Assert.EndsWith($"'muster job cancel {instance.Id}'.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondJobOnAConnector_IsRefused_AndOneOnAnotherIsNot()
    {
        string? refusal = null;
        JobInstance? other = null;
        _world.When("Export", async (_, _) =>
        {
            refusal = (await Assert.ThrowsAsync<TaskFailedException>(() => _world.RunAsync(Given.Job("Second", Given.Synchronize(of: _hr))))).Message;
            other = await _world.RunAsync(Given.Job("Third", Given.Synchronize(of: Given.Connector("AD"))), CancellationToken.None);
            return TaskResult.Done;
        });

        await _world.RunAsync(Given.Job("First", Given.Export(of: _hr)));

        Assert.StartsWith("The job 'Second' was not started, because the connector 'HR' is in use by another job", refusal, StringComparison.Ordinal);
        Assert.Equal(JobState.Completed, other?.State);
    }

    [Fact]
    public async Task LeaseOfAKilledProcess_ExpiresAtOnceOnTheSameMachine_AndItsInstanceIsInterrupted()
    {
        var self = ProcessIdentity.Current();
        var killed = StartElsewhere(self with { Process = int.MaxValue - 1 }, TimeProvider.System);

        var instance = await _world.RunAsync(Given.Job("Job", Given.Export(of: _hr)));

        Assert.Equal(JobState.Completed, instance.State);
        var interrupted = _world.Stored(killed.Id);
        Assert.Equal(JobState.Error, interrupted.State);
        Assert.StartsWith("Interrupted", interrupted.Task("Export").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeaseOfAReusedProcessId_IsNotAlive()
    {
        var self = ProcessIdentity.Current();
        StartElsewhere(self with { StartedAt = self.StartedAt.AddHours(-1) }, TimeProvider.System);

        Assert.Equal(JobState.Completed, (await _world.RunAsync(Given.Job("Job", Given.Export(of: _hr)))).State);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(61, true)]
    public async Task LeaseOfAnotherMachine_LivesAMinuteFromItsLastHeartbeat(int seconds, bool hasExpired)
    {
        var now = DateTimeOffset.Parse("2026-03-01T08:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        StartElsewhere(ProcessIdentity.Current() with { Host = "elsewhere" }, new FixedTime(now));
        _world.Time = new FixedTime(now.AddSeconds(seconds));

        var start = _world.RunAsync(Given.Job("Job", Given.Export(of: _hr)));

        if (hasExpired)
        {
            Assert.Equal(JobState.Completed, (await start).State);
        }
        else
        {
            await Assert.ThrowsAsync<TaskFailedException>(() => start);
        }
    }

    [Fact]
    public async Task LostLease_StopsTheRun()
    {
        _world.When("Export", async (_, token) =>
        {
            using (var transaction = _world.Database.BeginBookkeeping(token))
            {
                new LeaseStore(transaction).Take("job:Job", 99, ProcessIdentity.Current().Holder(Guid.NewGuid()), DateTimeOffset.MaxValue);
                transaction.Commit();
            }

            await Task.Delay(Timeout.Infinite, token);
            return TaskResult.Done;
        });
        var late = new LateTime(JobLeases.Renewal);

        var instance = await _world.RunnerAt(late).RunAsync(
            Given.Job("Job", Given.Export(of: _hr)), "person:test", new Muster.Jobs.Running.NoObserver(), CancellationToken.None);

        Assert.Equal(JobState.Cancelled, instance.State);
        Assert.Contains("another run took over its leases", instance.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_HoldsLevelsAndDecisions_AndNoSecret()
    {
        _world.When("Export", (context, _) =>
        {
            context.Reporter.Message("Bound with password hunter2secret.");
            return Task.FromResult(TaskResult.NothingToDo);
        });

        var instance = await _world.RunAsync(Given.IncrementalJob("Job", Given.ScaffoldedTasks(_hr)));

        var lines = File.ReadAllLines(_world.Temp.PathOf($"{JobLogs.Folder}/{instance.Id}/job.jsonl"));
        Assert.Contains(lines, l => l.Contains("\"event\":\"levels\"", StringComparison.Ordinal));
        Assert.Contains(
            lines,
            l => l.Contains("\"task\":\"Prepare\"", StringComparison.Ordinal) && l.Contains("\"reason\":\"ParentNoChange\"", StringComparison.Ordinal)
                && l.Contains("\"becauseOf\":\"Export\"", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2secret", File.ReadAllText(_world.Temp.PathOf(instance.Task("Export").LogFile!)), StringComparison.Ordinal);
    }

    private JobInstance StartElsewhere(ProcessIdentity process, TimeProvider time)
    {
        var instance = new JobInstance
        {
            Job = "Job",
            Initiator = "person:other",
            State = JobState.InProgress,
            StartedAt = time.GetUtcNow(),
            Tasks = [new TaskInstance { Ordinal = 0, Identifier = "Export", Kind = "ExportTask", State = TaskState.InProgress }],
        };
        return new JobLeases(_world.Database, process, time).Start(instance, ["job:Job"], Guid.NewGuid(), CancellationToken.None);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    /// <summary>Every look at the clock is later than the one before.</summary>
    private sealed class LateTime(TimeSpan step) : TimeProvider
    {
        private int _looks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + (step * Interlocked.Increment(ref _looks));
    }
}
