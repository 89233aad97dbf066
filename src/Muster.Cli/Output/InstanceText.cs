using System.Globalization;
using Muster.Repository.Jobs;

namespace Muster.Cli.Output;

/// <summary>Job instances for people.</summary>
internal static class InstanceText
{
    public static void Write(JobInstance instance, TextWriter writer)
    {
        writer.WriteLine($"Job '{instance.Job}', instance {instance.Id}: {instance.State}, started {Time(instance.StartedAt)}{Took(instance.StartedAt, instance.EndedAt)}, {Rows(instance.RowsWritten)}.");
        if (instance.Message is { } message)
        {
            writer.WriteLine(message);
        }

        var table = new TextTable("level", "task", "state", "processed", "elapsed", "counts");
        foreach (var task in instance.Tasks)
        {
            table.Add(
                task.Level.ToString(CultureInfo.InvariantCulture),
                task.Replaces is null ? task.Identifier : $"{task.Identifier} ({task.Kind})",
                task.SkippedBecause is { } reason ? $"Skipped ({reason})" : task.State.ToString(),
                task.State is TaskState.Completed or TaskState.Warning ? (task.Processed ? "yes" : "no") : "",
                task.StartedAt is { } from && task.EndedAt is { } to ? Elapsed(to - from) : "",
                Counts(task.Counts));
        }

        table.Write(writer);
        foreach (var task in instance.Tasks)
        {
            WriteNotes(task, writer);
        }
    }

    public static string Counts(IReadOnlyDictionary<string, long> counts) =>
        string.Join(", ", counts.Where(c => c.Value != 0).Select(c => $"{c.Key} {c.Value.ToString("N0", CultureInfo.InvariantCulture)}"));

    public static string Elapsed(TimeSpan time) =>
        time.TotalDays >= 1
            ? time.ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture)
            : time.TotalMinutes >= 1
                ? time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
                : time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";

    public static string Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture) ?? "";

    private static string Took(DateTimeOffset from, DateTimeOffset? to) => to is { } end ? $", took {Elapsed(end - from)}" : "";

    private static string Rows(long rows) => rows == 1 ? "1 row written" : $"{rows.ToString("N0", CultureInfo.InvariantCulture)} rows written";

    private static void WriteNotes(TaskInstance task, TextWriter writer)
    {
        foreach (var message in task.Messages)
        {
            writer.WriteLine($"{task.Identifier}: {message}");
        }

        foreach (var warning in task.Warnings)
        {
            writer.WriteLine($"{task.Identifier}: warning: {warning}");
        }

        if (task.WarningCount > task.Warnings.Count)
        {
            writer.WriteLine($"{task.Identifier}: … {task.WarningCount - task.Warnings.Count} more warnings in '{task.LogFile}'.");
        }

        if (task.Error is { } error)
        {
            writer.WriteLine($"{task.Identifier}: error: {error}");
        }

        if (task is { State: TaskState.Blocked, Block: { } block })
        {
            var limit = block.Limit.ToString("0.##", CultureInfo.InvariantCulture);
            writer.WriteLine(
                $"{task.Identifier}: blocked by {block.Threshold} of {block.Level}: {block.Actual} of {block.Total}, the limit is {limit}. Nothing was applied.");
            foreach (var sample in block.Samples)
            {
                writer.WriteLine($"  {sample}");
            }

            var connector = task.Connectors.Count > 0 ? task.Connectors[0] : "CONNECTOR";
            writer.WriteLine($"Review the changes, then 'muster job resume {connector}' applies them and 'muster job discard {connector}' drops them.");
        }
    }
}
