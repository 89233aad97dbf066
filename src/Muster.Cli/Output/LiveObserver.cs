using System.Globalization;
using Muster.Jobs.Running;
using Muster.Repository.Jobs;
using Spectre.Console;

namespace Muster.Cli.Output;

/// <summary>Live progress on a terminal: a line per task with state, counts, rate and elapsed time.</summary>
internal sealed class LiveObserver(IAnsiConsole console) : IJobObserver
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, TaskInstance> _tasks = [];
    private readonly Dictionary<int, Func<IReadOnlyDictionary<string, long>>> _running = [];

    /// <summary>Shows the progress of <paramref name="work"/> until it ends, and returns what it returns.</summary>
    public async Task<T> ShowAsync<T>(Func<Task<T>> work)
    {
        var running = work();
        await console.Live(Render()).StartAsync(async context =>
        {
            while (!running.IsCompleted)
            {
                context.UpdateTarget(Render());
                await Task.WhenAny(running, Task.Delay(Refresh, TimeProvider.System)).ConfigureAwait(false);
            }

            context.UpdateTarget(Render());
        }).ConfigureAwait(false);
        return await running.ConfigureAwait(false);
    }

    public void JobStarted(JobInstance instance)
    {
        lock (_gate)
        {
            foreach (var task in instance.Tasks)
            {
                _tasks[task.Ordinal] = task;
            }
        }
    }

    public void TaskStarted(TaskInstance task, Func<IReadOnlyDictionary<string, long>> counts)
    {
        lock (_gate)
        {
            _tasks[task.Ordinal] = task;
            _running[task.Ordinal] = counts;
        }
    }

    public void TaskEnded(TaskInstance task)
    {
        lock (_gate)
        {
            _tasks[task.Ordinal] = task;
            _running.Remove(task.Ordinal);
        }
    }

    public void JobEnded(JobInstance instance) => JobStarted(instance);

    private Table Render()
    {
        var table = new Table().Border(TableBorder.None).AddColumns("level", "task", "state", "counts", "rate", "elapsed");
        lock (_gate)
        {
            foreach (var task in _tasks.Values)
            {
                var counts = _running.TryGetValue(task.Ordinal, out var live) ? live() : task.Counts;
                var elapsed = task.StartedAt is { } start ? (task.EndedAt ?? TimeProvider.System.GetUtcNow()) - start : (TimeSpan?)null;
                table.AddRow(
                    new Text(task.Level.ToString(CultureInfo.InvariantCulture)),
                    new Text(task.Identifier),
                    new Text(StateOf(task), StyleOf(task.State)),
                    new Text(InstanceText.Counts(counts)),
                    new Text(RateOf(counts, elapsed)),
                    new Text(elapsed is { } time ? InstanceText.Elapsed(time) : ""));
            }
        }

        return table;
    }

    private static string StateOf(TaskInstance task) => task switch
    {
        { SkippedBecause: { } reason } => $"Skipped ({reason})",
        { State: TaskState.Completed, Processed: false } => "Completed (nothing to do)",
        _ => task.State.ToString(),
    };

    /// <summary>The largest counter over time: rows, resources, orders, whatever the task counts most of.</summary>
    private static string RateOf(IReadOnlyDictionary<string, long> counts, TimeSpan? elapsed) =>
        counts.Count > 0 && elapsed is { TotalSeconds: > 0.5 } time
            ? (counts.Values.Max() / time.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture) + "/s"
            : "";

    private static Style StyleOf(TaskState state) => state switch
    {
        TaskState.Error or TaskState.Blocked => new Style(Color.Red),
        TaskState.Warning or TaskState.Cancelled => new Style(Color.Yellow),
        TaskState.Completed => new Style(Color.Green),
        TaskState.InProgress => new Style(Color.Blue),
        _ => Style.Plain,
    };
}
