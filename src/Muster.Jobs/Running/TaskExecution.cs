using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Connectors.Settings;
using Muster.Jobs.Logs;
using Muster.Jobs.Tasks;
using Muster.Repository;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Running;

/// <summary>Runs one task to its final state: locks, time limit, handler, and what its end means (jobs.md 6.2). Never throws.</summary>
internal sealed class TaskExecution(
    RepositoryDatabase database,
    TaskHandlers handlers,
    NamedLocks locks,
    JobLogs logs,
    JobRunnerOptions options,
    TimeProvider time,
    ILogger logger)
{
    /// <param name="task">In progress.</param>
    /// <param name="note">Why it runs although its parents changed nothing; null otherwise.</param>
    /// <param name="stop">The job is cancelled.</param>
    public async Task<TaskInstance> RunAsync(
        JobRun run, TaskInstance task, JobTask definition, string? note, IJobObserver observer, CancellationToken stop)
    {
        var garbage = new Garbage();
        using var log = logs.OpenTask(run.Id, task.Ordinal, task.Identifier);
        var reporter = new TaskReporter(log);
        log.Write("started", new { job = run.Job.Identifier, instance = run.Id, task = task.Kind, task.Identifier, task.Level });
        if (note is not null)
        {
            reporter.Message(note);
        }

        observer.TaskStarted(task, reporter.Counts);
        var meter = database.MeasureRows();
        var context = new TaskContext
        {
            Task = definition,
            Job = run.Job,
            JobInstance = run.Id,
            Reporter = reporter,
            IsApproved = task.Replaces is not null,
        };
        var ended = await OutcomeAsync(task, context, log, stop).ConfigureAwait(false);
        var (warnings, warningCount, messages) = reporter.Notes();
        ended = ended with
        {
            EndedAt = time.GetUtcNow(),
            Counts = reporter.Counts(),
            Warnings = warnings,
            WarningCount = warningCount,
            Messages = messages,
            RowsWritten = meter.Rows,
            RowsRead = meter.RowsRead,
            StoreSteps = meter.Steps,
            LogFile = log.RelativePath,
        };
        garbage.Release();
        log.Write("ended", new { state = ended.State, ended.Processed, ended.Counts, ended.Error, ended.Block, ended.RowsWritten, ended.RowsRead, ended.StoreSteps });
        return ended;
    }

    private async Task<TaskInstance> OutcomeAsync(TaskInstance task, TaskContext context, JobLog log, CancellationToken stop)
    {
        using var timeLimit = new CancellationTokenSource(options.TaskTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeLimit.Token);
        try
        {
            using var held = await locks.AcquireAsync(TaskLocks.Of(context.Task), either.Token).ConfigureAwait(false);
            var result = await handlers.For(context.Task).RunAsync(context, either.Token).ConfigureAwait(false);
            return task with
            {
                State = result.Block is not null ? TaskState.Blocked : result.PartlyFailed ? TaskState.Warning : TaskState.Completed,
                Processed = result.Processed && result.Block is null,
                Block = result.Block,
            };
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return task with { State = TaskState.Cancelled };
        }
        catch (OperationCanceledException) when (timeLimit.IsCancellationRequested)
        {
            var minutes = options.TaskTimeout.TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture);
            return Failed(
                task, context.Task, $"The task '{task.Identifier}' did not end within {minutes} minutes. It left nothing half done; raise TaskTimeoutSupplement if it needs longer.");
        }
        catch (Exception exception) when (exception is TaskFailedException or SettingsException)
        {
            return Failed(task, context.Task, exception.Message);
        }
        catch (Exception exception)
        {
            log.Write("exception", new { text = exception.ToString() });
            JobMessages.TaskFailedUnexpectedly(logger, exception, task.Identifier);
            return Failed(task, context.Task, Explain(exception));
        }
    }

    /// <summary>An error under <c>ContinueOnError</c> is a warning, so that the job goes on (jobs.md 6.1).</summary>
    private static TaskInstance Failed(TaskInstance task, JobTask definition, string message) => task with
    {
        State = definition.ContinueOnError && task.Replaces is null ? TaskState.Warning : TaskState.Error,
        Error = message,
    };

    private static string Explain(Exception exception) => exception switch
    {
        DbException database => StoreFailure.Explain(database),
        IOException or UnauthorizedAccessException => $"A file could not be used: {exception.Message} Check the folder and the disk, then start the job again.",
        OutOfMemoryException => "There was not enough memory. Nothing was left half done; give the process more memory and start the job again.",
        _ => $"The task failed unexpectedly: {exception.Message} Its log has the details.",
    };
}
