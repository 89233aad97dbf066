using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Connectors.Settings;
using Muster.Preparation;

namespace Muster.Jobs.Tasks;

/// <summary>PrepareSynchronizationTask (jobs.md 4.2).</summary>
public sealed class PrepareSynchronizationTaskHandler(SynchronizationPreparer preparer, AgentSettings settings) : ITaskHandler
{
    public string Kind => "PrepareSynchronizationTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (PrepareSynchronizationTask)context.Task;
        var request = new PreparationRequest
        {
            Connector = TaskSettings.ConnectorOf(task),
            Mode = task.SynchronizationMode,
            Type = task.Type,
            ColumnName = task.ColumnName,
            WorkingDirectory = task.WorkingDirectory,
            KeepFiles = settings.GetNumber("Synchronization:KeepFiles", 0, 0, 1) == 1,
            MaximumFileLength = settings.GetNumber(
                "Synchronization:MaximumFileLength", PreparationRequest.DefaultMaximumFileLength, 1, PreparationRequest.GreatestFileLength),
        };
        return preparer.PrepareAsync(request, context.Reporter, cancellationToken);
    }
}
