using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Muster.Configuration.Work;
using Muster.Repository.Changes;

namespace Muster.Repository.Jobs;

/// <summary>
/// The records of job and task instances. Write through <see cref="RepositoryDatabase.BeginBookkeeping"/>: these records are not among the
/// rows that a job is said to have written.
/// </summary>
public sealed class JobStore(RepositoryTransaction transaction)
{
    private const string InstanceColumns =
        "id, job, is_incremental, initiator, state, started_at, ended_at, resumed_at, cancel_requested, message, rows_written, rows_read, store_steps";

    private const string TaskColumns =
        "job_instance, ordinal, identifier, kind, replaces, connectors, level, state, processed, started_at, ended_at, skipped_because,"
        + " counts, warnings, warning_count, messages, error, block, rows_written, log_file, rows_read, store_steps";

    private const string SaveTask =
        $"""
        INSERT INTO task_instance ({TaskColumns})
        VALUES (@instance, @ordinal, @identifier, @kind, @replaces, @connectors, @level, @state, @processed, @started, @ended, @skipped,
            @counts, @warnings, @warning_count, @messages, @error, @block, @rows, @log, @read, @steps)
        ON CONFLICT (job_instance, ordinal) DO UPDATE SET state = excluded.state, processed = excluded.processed,
            started_at = excluded.started_at, ended_at = excluded.ended_at, skipped_because = excluded.skipped_because,
            counts = excluded.counts, warnings = excluded.warnings, warning_count = excluded.warning_count,
            messages = excluded.messages, error = excluded.error, block = excluded.block, rows_written = excluded.rows_written,
            log_file = excluded.log_file, rows_read = excluded.rows_read, store_steps = excluded.store_steps
        """;

    /// <summary>Stores a new instance with its tasks and returns it with its id.</summary>
    public JobInstance Add(JobInstance instance)
    {
        var id = transaction.Count(
            """
            INSERT INTO job_instance (job, is_incremental, initiator, state, started_at, cancel_requested, message, rows_written)
            VALUES (@job, @incremental, @initiator, @state, @started, 0, @message, 0) RETURNING id
            """,
            ("@job", instance.Job),
            ("@incremental", instance.IsIncremental ? 1 : 0),
            ("@initiator", instance.Initiator),
            ("@state", instance.State.ToString()),
            ("@started", Instant(instance.StartedAt)),
            ("@message", instance.Message));
        Save(id, instance.Tasks);
        return instance with { Id = id };
    }

    /// <summary>Stores an instance's own fields, without its tasks; a request to cancel stays.</summary>
    public void Update(JobInstance instance) => transaction.Execute(
        """
        UPDATE job_instance SET state = @state, ended_at = @ended, resumed_at = @resumed, message = @message, rows_written = @rows,
            rows_read = @read, store_steps = @steps
        WHERE id = @id
        """,
        ("@state", instance.State.ToString()),
        ("@ended", Instant(instance.EndedAt)),
        ("@resumed", Instant(instance.ResumedAt)),
        ("@message", instance.Message),
        ("@rows", instance.RowsWritten),
        ("@read", instance.RowsRead),
        ("@steps", instance.StoreSteps),
        ("@id", instance.Id));

    /// <summary>Stores tasks of an instance, new ones and known ones.</summary>
    public void Save(long instance, IEnumerable<TaskInstance> tasks)
    {
        foreach (var task in tasks)
        {
            transaction.Execute(
                SaveTask,
                ("@instance", instance),
                ("@ordinal", task.Ordinal),
                ("@identifier", task.Identifier),
                ("@kind", task.Kind),
                ("@replaces", task.Replaces),
                ("@connectors", Json(task.Connectors)),
                ("@level", task.Level),
                ("@state", task.State.ToString()),
                ("@processed", task.Processed ? 1 : 0),
                ("@started", Instant(task.StartedAt)),
                ("@ended", Instant(task.EndedAt)),
                ("@skipped", task.SkippedBecause?.ToString()),
                ("@counts", Json(task.Counts)),
                ("@warnings", Json(task.Warnings)),
                ("@warning_count", task.WarningCount),
                ("@messages", Json(task.Messages)),
                ("@error", task.Error),
                ("@block", task.Block is null ? null : Json(task.Block)),
                ("@rows", task.RowsWritten),
                ("@log", task.LogFile),
                ("@read", task.RowsRead),
                ("@steps", task.StoreSteps));
        }
    }

    /// <summary>Asks a running instance to stop; false if it is not running.</summary>
    public bool RequestCancel(long instance) => transaction.Execute(
        "UPDATE job_instance SET cancel_requested = 1 WHERE id = @id AND state IN ('Pending', 'InProgress')", ("@id", instance)) > 0;

    /// <summary>Takes back a request to cancel that came after the instance had stopped: a resume starts afresh.</summary>
    public void ClearCancel(long instance) =>
        transaction.Execute("UPDATE job_instance SET cancel_requested = 0 WHERE id = @id", ("@id", instance));

    public bool IsCancelRequested(long instance) =>
        transaction.Count("SELECT cancel_requested FROM job_instance WHERE id = @id", ("@id", instance)) > 0;

    /// <summary>One instance with its tasks; null if there is none of that id.</summary>
    public JobInstance? Find(long id)
    {
        var instances = transaction.Query($"SELECT {InstanceColumns} FROM job_instance WHERE id = @id", ReadInstance, ("@id", id));
        return instances.Count == 0 ? null : instances[0] with { Tasks = Tasks(id) };
    }

    /// <summary>The newest instances first, without their tasks.</summary>
    /// <param name="job">Only of this job; null for all.</param>
    public IReadOnlyList<JobInstance> History(string? job, int limit) => transaction.Query(
        $"SELECT {InstanceColumns} FROM job_instance{(job is null ? "" : " WHERE job = @job")} ORDER BY id DESC LIMIT @limit",
        ReadInstance,
        job is null ? [("@limit", limit)] : [("@job", job), ("@limit", limit)]);

    /// <summary>The last instance of every job that ever ran, without tasks.</summary>
    public IReadOnlyList<JobInstance> LastOfEachJob() => transaction.Query(
        $"SELECT {InstanceColumns} FROM job_instance WHERE id IN (SELECT MAX(id) FROM job_instance GROUP BY job)", ReadInstance);

    /// <summary>Instances in a state, oldest first, with their tasks.</summary>
    public IReadOnlyList<JobInstance> InState(JobState state) =>
    [
        .. transaction.Query(
            $"SELECT {InstanceColumns} FROM job_instance WHERE state = @state ORDER BY id", ReadInstance, ("@state", state.ToString()))
            .Select(i => i with { Tasks = Tasks(i.Id) }),
    ];

    private List<TaskInstance> Tasks(long instance) => transaction.Query(
        $"SELECT {TaskColumns} FROM task_instance WHERE job_instance = @instance ORDER BY ordinal", ReadTask, ("@instance", instance));

    private static JobInstance ReadInstance(DbDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Job = row.GetString(1),
        IsIncremental = row.GetInt64(2) != 0,
        Initiator = row.GetString(3),
        State = Enum.Parse<JobState>(row.GetString(4)),
        StartedAt = Instant(row.GetString(5)),
        EndedAt = row.IsDBNull(6) ? null : Instant(row.GetString(6)),
        ResumedAt = row.IsDBNull(7) ? null : Instant(row.GetString(7)),
        CancelRequested = row.GetInt64(8) != 0,
        Message = Text(row, 9),
        RowsWritten = row.GetInt64(10),
        RowsRead = row.GetInt64(11),
        StoreSteps = row.GetInt64(12),
    };

    private static TaskInstance ReadTask(DbDataReader row) => new()
    {
        Ordinal = row.GetInt32(1),
        Identifier = row.GetString(2),
        Kind = row.GetString(3),
        Replaces = row.IsDBNull(4) ? null : row.GetInt32(4),
        Connectors = FromJson<List<string>>(row.GetString(5)),
        Level = row.GetInt32(6),
        State = Enum.Parse<TaskState>(row.GetString(7)),
        Processed = row.GetInt64(8) != 0,
        StartedAt = row.IsDBNull(9) ? null : Instant(row.GetString(9)),
        EndedAt = row.IsDBNull(10) ? null : Instant(row.GetString(10)),
        SkippedBecause = row.IsDBNull(11) ? null : Enum.Parse<SkipReason>(row.GetString(11)),
        Counts = FromJson<Dictionary<string, long>>(row.GetString(12)),
        Warnings = FromJson<List<string>>(row.GetString(13)),
        WarningCount = row.GetInt64(14),
        Messages = FromJson<List<string>>(row.GetString(15)),
        Error = Text(row, 16),
        Block = Text(row, 17) is { } block ? FromJson<ThresholdBlock>(block) : null,
        RowsWritten = row.GetInt64(18),
        LogFile = Text(row, 19),
        RowsRead = row.GetInt64(20),
        StoreSteps = row.GetInt64(21),
    };

    internal static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    internal static string? Instant(DateTimeOffset? instant) => instant is { } at ? ChangeLog.FormatInstant(at.UtcDateTime) : null;

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string Json<T>(T value) => JsonSerializer.Serialize(value);

    private static T FromJson<T>(string text) => JsonSerializer.Deserialize<T>(text) ?? throw new JsonException("The record is empty.");
}
