using Muster.Configuration.Jobs;
using Muster.Jobs.Graph;
using Muster.Jobs.Logs;
using Muster.Jobs.Tasks;
using Muster.Repository;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Running;

/// <summary>Executes the open levels of a run, one after the other, and records every transition (jobs.md 6).</summary>
internal sealed class JobExecution(
    RepositoryDatabase database,
    TaskExecution tasks,
    IPendingWork pendingWork,
    IBlockedConnectors blockedConnectors,
    JobRun run,
    JobLog log,
    IJobObserver observer,
    TimeProvider time)
{
    /// <summary>Runs levels until none is left or the job stops; returns the state that it reached.</summary>
    public async Task<JobState> RunAsync(CancellationToken stop)
    {
        var levels = run.OpenLevels();
        log.Write("levels", new { levels = levels.Select(l => new { level = l[0].Level, tasks = l.Select(t => t.Identifier) }) });
        foreach (var level in levels)
        {
            var state = run.State(stop.IsCancellationRequested, isOver: false);
            if (state != JobState.InProgress)
            {
                return state;
            }

            await RunLevelAsync(level, stop).ConfigureAwait(false);
        }

        return run.State(stop.IsCancellationRequested, isOver: true);
    }

    /// <summary>
    /// Launches tasks together and waits for all of them: one that fails or is blocked lets the others finish. Those whose whole work is in
    /// the repository take their turns in the order of the job (jobs.md 7: synchronizations one at a time, in order): the store has one
    /// writer anyway, and a run then gives the same counts every time.
    /// </summary>
    public async Task LaunchAsync(IReadOnlyList<(TaskInstance Task, JobTask Definition, string? Note)> launches, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var started = launches.Select(l => l with { Task = l.Task with { State = TaskState.InProgress, StartedAt = now } }).ToList();
        Save([.. started.Select(l => l.Task)]);
        var running = new List<Task>();
        var turn = Task.CompletedTask;
        foreach (var launch in started)
        {
            var before = IsRepositoryWork(launch.Definition) ? turn : Task.CompletedTask;
            var task = Task.Run(
                async () =>
                {
                    await before.ConfigureAwait(false);
                    await RunTaskAsync(launch, stop).ConfigureAwait(false);
                },
                CancellationToken.None);
            running.Add(task);
            turn = IsRepositoryWork(launch.Definition) ? task : turn;
        }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private static bool IsRepositoryWork(JobTask task) => task is not (ExportTask or PrepareSynchronizationTask or FulfillTask);

    private async Task RunTaskAsync((TaskInstance Task, JobTask Definition, string? Note) launch, CancellationToken stop)
    {
        var (task, definition, note) = launch;
        var ended = await tasks.RunAsync(run, task, definition, note, observer, stop).ConfigureAwait(false);
        Save([ended]);
        log.Write("ended", new { task = ended.Identifier, state = ended.State, ended.Processed, ended.Error });
        observer.TaskEnded(ended);
    }

    private async Task RunLevelAsync(IReadOnlyList<TaskInstance> level, CancellationToken stop)
    {
        var launches = new List<(TaskInstance, JobTask, string?)>();
        var skipped = new List<TaskInstance>();
        foreach (var task in level)
        {
            var definition = run.DefinitionOf(task);
            var (decision, note) = definition is null
                ? (new LaunchDecision(LaunchVerdict.Skip, SkipReason.OutOfRange), null)
                : Decide(task, definition);
            log.Write(
                "decision",
                new { task = task.Identifier, level = task.Level, verdict = decision.Verdict, decision.Reason, decision.BecauseOf, note });
            if (decision.Verdict == LaunchVerdict.Start)
            {
                launches.Add((task, definition!, note));
            }
            else if (decision.Verdict == LaunchVerdict.Skip)
            {
                skipped.Add(task with { State = TaskState.Skipped, SkippedBecause = decision.Reason });
            }
        }

        Save(skipped);
        skipped.ForEach(observer.TaskEnded);
        if (launches.Count > 0)
        {
            await LaunchAsync(launches, stop).ConfigureAwait(false);
        }
    }

    private (LaunchDecision Decision, string? Note) Decide(TaskInstance task, JobTask definition)
    {
        var connectors = ConnectorScope.Of(definition);
        if (connectors.Count > 0 && connectors.All(c => c.IsDeactivated))
        {
            return (new LaunchDecision(LaunchVerdict.Skip, SkipReason.ConnectorDeactivated), null);
        }

        var blocked = ConnectorScope.IsChainTask(definition)
            ? connectors.FirstOrDefault(c => ConnectorScope.IsIncremental(run.Job, c) && blockedConnectors.IsBlocked(c.Identifier))
            : null;
        if (blocked is not null)
        {
            return (new LaunchDecision(LaunchVerdict.Skip, SkipReason.ConnectorBlocked, blocked.Identifier), null);
        }

        var decision = LaunchDecision.Of(definition, run.ParentsOf(task, definition));
        if (decision.Reason is SkipReason.ParentNoChange or SkipReason.ParentSkipped && pendingWork.WaitingFor(definition) is { } waiting)
        {
            return (LaunchDecision.Start, $"Started although no parent changed anything: {waiting}.");
        }

        return (decision, null);
    }

    /// <summary>Records changed tasks in the run and in the store.</summary>
    public void Save(IReadOnlyList<TaskInstance> changed)
    {
        if (changed.Count == 0)
        {
            return;
        }

        foreach (var task in changed)
        {
            run.Set(task);
        }

        using var transaction = database.BeginBookkeeping(CancellationToken.None);
        new JobStore(transaction).Save(run.Id, changed);
        transaction.Commit();
    }
}
