using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Jobs.Leases;
using Muster.Jobs.Logs;
using Muster.Jobs.Running;
using Muster.Jobs.Tasks;
using Muster.Repository;
using Muster.Repository.Jobs;
using Muster.Servers;

namespace Muster.Jobs.Tests;

/// <summary>A store in a temporary folder, and handlers that do what a test says.</summary>
internal sealed class JobWorld : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muster-jobs-").FullName;
    private readonly Dictionary<string, Func<TaskContext, CancellationToken, Task<TaskResult>>> _behaviours = [];

    private readonly TestStore _store;

    public JobWorld()
    {
        _store = TestStore.Create(_folder);
        Database = RepositoryDatabase.Open(_store.Url, TimeProvider.System);
        Temp = new WorkFolder(_folder);
    }

    public RepositoryDatabase Database { get; }

    public WorkFolder Temp { get; }

    /// <summary>Tasks in the order in which they were launched.</summary>
    public ConcurrentQueue<string> Launched { get; } = [];

    public HashSet<string> BlockedConnectors { get; } = [];

    /// <summary>By task: what waits for it.</summary>
    public Dictionary<string, string> Waiting { get; } = [];

    public JobRunnerOptions Options { get; set; } = new() { CancelPolling = TimeSpan.FromMilliseconds(20) };

    public ProcessIdentity Process { get; set; } = ProcessIdentity.Current();

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public JobLeases Leases => new(Database, Process, Time);

    /// <summary>Says what a task does; the others complete and have done something.</summary>
    public JobWorld When(string task, TaskResult result) => When(task, (_, _) => Task.FromResult(result));

    public JobWorld WhenFails(string task, string message = "It failed.") => When(task, (_, _) => throw new TaskFailedException(message));

    public JobWorld When(string task, Func<TaskContext, CancellationToken, Task<TaskResult>> behaviour)
    {
        _behaviours[task] = behaviour;
        return this;
    }

    public JobRunner Runner() => RunnerAt(TimeProvider.System);

    public JobRunner RunnerAt(TimeProvider time) => new(
        Database,
        new TaskHandlers(Kinds.Select(k => new Handler(this, k))),
        new Pending(Waiting),
        new Blocked(BlockedConnectors),
        Leases,
        new JobLogs(Temp, TimeProvider.System, () => ["hunter2secret"]),
        Options,
        time,
        NullLogger<JobRunner>.Instance);

    public Task<JobInstance> RunAsync(Job job, CancellationToken cancellationToken = default) =>
        Runner().RunAsync(job, "person:test", new NoObserver(), cancellationToken);

    public JobInstance Stored(long id)
    {
        using var transaction = Database.BeginRead();
        return new JobStore(transaction).Find(id)!;
    }

    public void Dispose()
    {
        Database.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static readonly string[] Kinds =
    [
        "ExportTask", "PrepareSynchronizationTask", "SynchronizeTask", "SetRecentlyModifiedFlagTask", "UpdateEntityPropertyExpressionsTask",
        "ComputeCorrelationKeysTask", "ComputeRoleModelTask", "GenerateProvisioningOrdersTask", "FulfillTask", "UpdateClassificationTask",
        "SetInternalUserProfilesTask",
    ];

    private sealed class Handler(JobWorld world, string kind) : ITaskHandler
    {
        public string Kind => kind;

        public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
        {
            world.Launched.Enqueue(context.Task.Identifier);
            return world._behaviours.TryGetValue(context.Task.Identifier, out var behaviour)
                ? behaviour(context, cancellationToken)
                : Task.FromResult(TaskResult.Done);
        }
    }

    private sealed class Pending(Dictionary<string, string> waiting) : IPendingWork
    {
        public string? WaitingFor(JobTask task) => waiting.GetValueOrDefault(task.Identifier);
    }

    private sealed class Blocked(HashSet<string> connectors) : IBlockedConnectors
    {
        public bool IsBlocked(string connector) => connectors.Contains(connector);
    }
}

internal static class JobInstanceAssertions
{
    public static TaskInstance Task(this JobInstance instance, string identifier) => instance.Tasks.First(t => t.Identifier == identifier);

    /// <summary>Asserts that a task was skipped, and why.</summary>
    public static void WasSkipped(this JobInstance instance, string identifier, SkipReason because)
    {
        var task = instance.Task(identifier);
        Assert.Equal((TaskState.Skipped, because), (task.State, task.SkippedBecause));
    }

    public static void Was(this JobInstance instance, string identifier, TaskState state, bool processed)
    {
        var task = instance.Task(identifier);
        Assert.Equal((state, processed), (task.State, task.Processed));
    }
}
