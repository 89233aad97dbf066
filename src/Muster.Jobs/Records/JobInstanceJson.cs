using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Configuration.Work;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Records;

/// <summary>A job instance as JSON: the contract of <c>docs/command-line.md</c>, with members of ours after it.</summary>
public static class JobInstanceJson
{
    /// <summary>How results are written: camelCase, names of enumerations, texts readable.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(JobInstance instance) => JsonSerializer.Serialize(View(instance), Options);

    public static string Write(IEnumerable<JobInstance> instances) => JsonSerializer.Serialize(instances.Select(View), Options);

    /// <summary>The instance as an object to be written with <see cref="Options"/> as a part of another one.</summary>
    public static object ViewOf(JobInstance instance) => View(instance);

    private static InstanceView View(JobInstance instance) => new(
        instance.Id,
        instance.Job,
        instance.State,
        instance.StartedAt,
        instance.EndedAt,
        [.. instance.Tasks.Select(View)],
        instance.RowsWritten,
        instance.RowsRead,
        instance.StoreSteps,
        instance.Initiator,
        instance.IsIncremental,
        instance.ResumedAt,
        instance.Message);

    private static TaskView View(TaskInstance task) => new(
        task.Identifier,
        task.Kind,
        task.Level,
        task.State,
        task.Processed,
        task.StartedAt,
        task.EndedAt,
        task.SkippedBecause,
        task.Counts,
        task.Warnings,
        task.Error,
        task.WarningCount,
        task.Messages,
        task.Block,
        task.RowsWritten,
        task.RowsRead,
        task.StoreSteps,
        task.Replaces is not null,
        task.Connectors,
        task.LogFile);

    private sealed record InstanceView(
        long Id,
        string Job,
        JobState State,
        DateTimeOffset StartedAt,
        DateTimeOffset? EndedAt,
        IReadOnlyList<TaskView> Tasks,
        long RowsWritten,
        long RowsRead,
        long StoreSteps,
        string Initiator,
        bool IsIncremental,
        DateTimeOffset? ResumedAt,
        string? Message);

    private sealed record TaskView(
        string Identifier,
        string Task,
        int Level,
        TaskState State,
        bool Processed,
        DateTimeOffset? StartedAt,
        DateTimeOffset? EndedAt,
        SkipReason? SkippedBecause,
        IReadOnlyDictionary<string, long> Counts,
        IReadOnlyList<string> Warnings,
        string? Error,
        long WarningCount,
        IReadOnlyList<string> Messages,
        ThresholdBlock? Block,
        long RowsWritten,
        long RowsRead,
        long StoreSteps,
        bool IsVirtual,
        IReadOnlyList<string> Connectors,
        string? LogFile);
}
