using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Export;
using Muster.Jobs.Graph;

namespace Muster.Jobs.Tasks;

/// <summary>
/// ExportTask (jobs.md 4.1). The chain's mode is decided here, where the source is read: an incremental chain that is broken (a lost
/// watermark or snapshot, a restored repository) becomes a complete one, unless the connector says Stop.
/// </summary>
public sealed class ExportTaskHandler(Exporter exporter, IChainExamination chains) : ITaskHandler
{
    public string Kind => "ExportTask";

    public async Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (ExportTask)context.Task;
        var connection = task.Connection
            ?? throw new TaskFailedException($"The task '{task.Identifier}' names no connection. Give it one with the attribute Connection.");
        var mode = ModeOf(context.Job, connection.Connector);
        var request = new ExportTaskRequest
        {
            Connection = connection,
            Complete = task.IgnoreCookieFile || mode != SynchronizationMode.Incremental,
            Initial = mode == SynchronizationMode.Initial,
        };
        if (!request.Complete)
        {
            request = await HealAsync(request, context, cancellationToken).ConfigureAwait(false);
        }

        return await exporter.ExportAsync(request, context.Reporter, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The mode of the connector's chain in a job: as its preparation says, else as the job.</summary>
    internal static SynchronizationMode ModeOf(Job job, Connector connector) =>
        job.Steps.Select(s => s.Task).OfType<PrepareSynchronizationTask>().FirstOrDefault(p => p.Connector == connector)?.SynchronizationMode
        ?? (ConnectorScope.IsIncremental(job, connector) ? SynchronizationMode.Incremental : SynchronizationMode.Complete);

    private async Task<ExportTaskRequest> HealAsync(ExportTaskRequest request, TaskContext context, CancellationToken cancellationToken)
    {
        var connector = request.Connection.Connector;
        if (await chains.WhyBrokenAsync(connector, cancellationToken).ConfigureAwait(false) is not { } because)
        {
            return request;
        }

        if (connector.OnWatermarkLost == WatermarkLost.Stop)
        {
            throw new TaskFailedException(
                $"The changes of connector '{connector.Identifier}' cannot be followed: {because.TrimEnd('.')}. Its OnWatermarkLost is Stop: run a complete job for it.");
        }

        context.Reporter.Message($"The export of '{request.Connection.Identifier}' is complete instead of incremental: {because.TrimEnd('.')}.");
        return request with { Complete = true, HealedBecause = because };
    }
}

/// <summary>Whether a connector's chain may go on with changes only; asked before its source is read.</summary>
public interface IChainExamination
{
    /// <summary>Why it may not, as the end of a sentence; null if it may.</summary>
    Task<string?> WhyBrokenAsync(Connector connector, CancellationToken cancellationToken);
}
