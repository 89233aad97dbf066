using System.Globalization;
using Muster.Jobs.Running;
using Muster.Repository.Jobs;

namespace Muster.Cli.Output;

/// <summary>Progress where nobody watches live: a line at the start and the end of each task.</summary>
internal sealed class LineObserver(TextWriter writer) : IJobObserver
{
    private readonly Lock _gate = new();

    public void JobStarted(JobInstance instance) => Write($"job {instance.Job}, instance {instance.Id}: started");

    public void TaskStarted(TaskInstance task, Func<IReadOnlyDictionary<string, long>> counts) =>
        Write($"{task.Level} {task.Identifier}: started");

    public void TaskEnded(TaskInstance task)
    {
        var reason = task.SkippedBecause is { } because ? $" ({because})" : "";
        var processed = task.State == TaskState.Completed && !task.Processed ? " (nothing to do)" : "";
        var counts = InstanceText.Counts(task.Counts) is { Length: > 0 } text ? $": {text}" : "";
        Write($"{task.Level} {task.Identifier}: {task.State}{reason}{processed}{counts}{(task.Error is { } error ? $": {error}" : "")}");
    }

    public void JobEnded(JobInstance instance) => Write($"job {instance.Job}, instance {instance.Id}: {instance.State}");

    private void Write(string text)
    {
        lock (_gate)
        {
            writer.WriteLine($"{TimeProvider.System.GetUtcNow().ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture)} {text}");
        }
    }
}
