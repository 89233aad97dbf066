using Microsoft.Extensions.Logging;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Jobs.Graph;
using Muster.Jobs.Leases;
using Muster.Jobs.Logs;
using Muster.Jobs.Tasks;
using Muster.Repository;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Running;

/// <summary>
/// Runs jobs in this process: one run at a time per job and per connector, levels one after the other, the tasks of a level together,
/// every state in the store (jobs.md 6 to 8). Cancelling the token cancels the running tasks, whose transactions roll back; the instance
/// then ends as <see cref="JobState.Cancelled"/>. Thread-safe.
/// </summary>
public sealed class JobRunner(
    RepositoryDatabase database,
    TaskHandlers handlers,
    IPendingWork pendingWork,
    IBlockedConnectors blockedConnectors,
    JobLeases leases,
    JobLogs logs,
    JobRunnerOptions options,
    TimeProvider time,
    ILogger<JobRunner> logger)
{
    /// <summary>Kind of the virtual task that applies a blocked delivery (jobs.md 8.3).</summary>
    public const string SynchronizationValidation = "SynchronizationValidation";

    /// <summary>Kind of the virtual task that generates blocked orders (jobs.md 8.3).</summary>
    public const string ForcedProvisioning = "ForcedProvisioning";

    private readonly NamedLocks _locks = new();

    /// <summary>Starts a job and waits for its end. Throws <see cref="TaskFailedException"/> if it is refused: already running.</summary>
    public Task<JobInstance> RunAsync(Job job, string initiator, IJobObserver observer, CancellationToken cancellationToken)
    {
        var steps = LaunchOrder.Of(job, options.MaxTaskBatchSize);
        var instance = new JobInstance
        {
            Job = job.Identifier,
            IsIncremental = job.IsIncremental,
            Initiator = initiator,
            State = JobState.InProgress,
            StartedAt = time.GetUtcNow(),
            Tasks = [.. steps.Select(NotStarted)],
        };
        return ExecuteAsync(job, instance, steps.ToDictionary(s => s.Ordinal, s => s.Task), observer, cancellationToken);
    }

    /// <summary>
    /// Goes on with a blocked instance (jobs.md 8.3): applies what all its blocked tasks had held back, then launches the tasks that were
    /// not started. Throws <see cref="TaskFailedException"/> if it cannot be resumed.
    /// </summary>
    public Task<JobInstance> ResumeAsync(Job job, JobInstance blocked, IJobObserver observer, CancellationToken cancellationToken)
    {
        if (blocked.State != JobState.Blocked)
        {
            throw new TaskFailedException($"The job instance {blocked.Id} is not blocked, it is {blocked.State}. Only a blocked instance can be resumed.");
        }

        var definitions = Match(blocked, LaunchOrder.Of(job, options.MaxTaskBatchSize));
        var virtualTasks = new List<TaskInstance>();
        foreach (var task in blocked.Tasks.Where(t => t.State == TaskState.Blocked))
        {
            if (!definitions.ContainsKey(task.Ordinal))
            {
                throw new TaskFailedException(
                    $"The configuration no longer has the blocked task '{task.Identifier}' of job instance {blocked.Id}. Discard it with 'muster job discard', or run a complete job.");
            }

            virtualTasks.Add(new TaskInstance
            {
                Ordinal = blocked.Tasks.Count + virtualTasks.Count,
                Identifier = task.Identifier,
                Kind = task.Kind == "SynchronizeTask" ? SynchronizationValidation : ForcedProvisioning,
                Replaces = task.Ordinal,
                Connectors = task.Connectors,
                Level = task.Level,
            });
        }

        var instance = blocked with
        {
            State = JobState.InProgress,
            ResumedAt = time.GetUtcNow(),
            EndedAt = null,
            Message = null,
            Tasks = [.. blocked.Tasks, .. virtualTasks],
        };
        return ExecuteAsync(job, instance, definitions, observer, cancellationToken);
    }

    private async Task<JobInstance> ExecuteAsync(
        Job job,
        JobInstance draft,
        IReadOnlyDictionary<int, JobTask> definitions,
        IJobObserver observer,
        CancellationToken cancellationToken)
    {
        var names = JobLeases.NamesOf(job);
        var token = Guid.NewGuid();
        var instance = leases.Start(draft, names, token, cancellationToken);
        try
        {
            using var log = logs.OpenJob(instance.Id);
            log.Write("started", new { job = job.Identifier, instance = instance.Id, instance.Initiator, resumed = instance.ResumedAt });
            observer.JobStarted(instance);
            var run = new JobRun(job, instance, definitions);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var end = new CancellationTokenSource();
            var watch = Task.Run(
                () => new JobWatch(database, leases, options, time, logger).RunAsync(instance.Id, token, names.Count, stop, end.Token),
                CancellationToken.None);
            var (state, stopped) = await ExecuteAsync(run, log, observer, stop, end, watch).ConfigureAwait(false);
            return Finish(run, state, stopped, log, observer);
        }
        finally
        {
            leases.Release(token);
        }
    }

    private async Task<(JobState State, string? Stopped)> ExecuteAsync(
        JobRun run, JobLog log, IJobObserver observer, CancellationTokenSource stop, CancellationTokenSource end, Task<string?> watch)
    {
        JobState state;
        try
        {
            var tasks = new TaskExecution(database, handlers, _locks, logs, options, time, logger);
            var execution = new JobExecution(database, tasks, pendingWork, blockedConnectors, run, log, observer, time);
            await ApplyApprovedAsync(run, execution, stop.Token).ConfigureAwait(false);
            state = await execution.RunAsync(stop.Token).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
        }

        return (state, await watch.ConfigureAwait(false));
    }

    /// <summary>
    /// Runs the virtual tasks of a resume. The outcome of each replaces that of the blocked task, counters included; one that fails leaves
    /// it blocked, so that it can be resumed again.
    /// </summary>
    private static async Task ApplyApprovedAsync(JobRun run, JobExecution execution, CancellationToken stop)
    {
        var approved = run.Instance.Tasks.Where(t => t.Replaces is not null && t.State == TaskState.NotStarted).ToList();
        if (approved.Count == 0)
        {
            return;
        }

        await execution.LaunchAsync([.. approved.Select(t => (t, run.DefinitionOf(t)!, (string?)null))], stop).ConfigureAwait(false);
        foreach (var ended in approved.Select(t => run.Task(t.Ordinal)))
        {
            if (ended.State is TaskState.Completed or TaskState.Warning)
            {
                var original = run.Task(ended.Replaces!.Value);
                execution.Save(
                [
                    original with
                    {
                        State = ended.State,
                        Processed = ended.Processed,
                        Counts = ended.Counts,
                        Warnings = ended.Warnings,
                        WarningCount = ended.WarningCount,
                        EndedAt = ended.EndedAt,
                    },
                ]);
            }
            else if (ended.Error is { } error)
            {
                run.Set(i => i with { Message = $"The resume failed at '{ended.Identifier}': {error}" });
            }
        }
    }

    private JobInstance Finish(JobRun run, JobState state, string? stopped, JobLog log, IJobObserver observer)
    {
        run.Set(i => i with { State = state, EndedAt = time.GetUtcNow(), Message = i.Message ?? (state == JobState.Cancelled ? stopped ?? "Interrupted." : null) });
        var instance = run.Instance;
        using (var transaction = database.BeginBookkeeping(CancellationToken.None))
        {
            new JobStore(transaction).Update(instance);
            BlockedInstances.Supersede(transaction, run.Job, instance, run.DefinitionOf, time.GetUtcNow());
            transaction.Commit();
        }

        log.Write("ended", new { state = instance.State, instance.RowsWritten, instance.Message });
        observer.JobEnded(instance);
        return instance;
    }

    private static TaskInstance NotStarted(LaunchStep step) => new()
    {
        Ordinal = step.Ordinal,
        Identifier = step.Task.Identifier,
        Kind = step.Task.Kind,
        Connectors = [.. ConnectorScope.Of(step.Task).Select(c => c.Identifier)],
        Level = step.Level,
    };

    /// <summary>Finds the records of an instance's tasks in the configuration as it is now, the n-th of a name for the n-th.</summary>
    private static Dictionary<int, JobTask> Match(JobInstance instance, IReadOnlyList<LaunchStep> steps)
    {
        var byName = steps.ToLookup(s => (s.Task.Identifier, s.Task.Kind), s => s.Task);
        var seen = new Dictionary<(string, string), int>();
        var found = new Dictionary<int, JobTask>();
        foreach (var task in instance.Tasks.Where(t => t.Replaces is null))
        {
            var name = (task.Identifier, task.Kind);
            var number = seen.GetValueOrDefault(name);
            seen[name] = number + 1;
            if (byName[name].ElementAtOrDefault(number) is { } definition)
            {
                found.Add(task.Ordinal, definition);
            }
        }

        return found;
    }
}
