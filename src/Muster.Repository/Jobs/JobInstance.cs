using Muster.Configuration.Work;

namespace Muster.Repository.Jobs;

/// <summary>States of a job instance (jobs.md 6.4).</summary>
public enum JobState
{
    /// <summary>Before the first task.</summary>
    Pending,
    InProgress,
    Completed,
    Warning,
    Error,

    /// <summary>A threshold was exceeded; a person decides.</summary>
    Blocked,
    Cancelled,
}

/// <summary>States of a task instance (jobs.md 6.2).</summary>
public enum TaskState
{
    NotStarted,
    InProgress,
    Completed,

    /// <summary>Failed at least partly, but tolerated.</summary>
    Warning,
    Error,
    Blocked,
    Cancelled,

    /// <summary>Deliberately not launched; see <see cref="SkipReason"/>.</summary>
    Skipped,
}

/// <summary>Why a task was not launched (jobs.md 6.2).</summary>
public enum SkipReason
{
    ParentNoChange,
    ParentWarning,
    ParentError,
    ParentSkipped,
    ConnectorBlocked,
    ConnectorDeactivated,
    OutOfRange,
}

/// <summary>One execution of a job. Resuming goes on in the same instance (jobs.md 8.3).</summary>
public sealed record JobInstance
{
    /// <summary>0 until it is stored.</summary>
    public long Id { get; init; }

    public required string Job { get; init; }

    public bool IsIncremental { get; init; }

    /// <summary>Who started it: <c>person:name</c>, <c>schedule</c>.</summary>
    public required string Initiator { get; init; }

    public JobState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? ResumedAt { get; init; }

    public bool CancelRequested { get; init; }

    /// <summary>What a person should know about the instance as a whole; null if there is nothing to say.</summary>
    public string? Message { get; init; }

    /// <summary>Rows that the job's tasks wrote to the store; records about running are not counted.</summary>
    public long RowsWritten { get; init; }

    /// <summary>Rows that the store's statements gave to the job's tasks.</summary>
    public long RowsRead { get; init; }

    /// <summary>What the store worked for the job's tasks: thousands of its own small steps, about ten for each row that it looks at.</summary>
    public long StoreSteps { get; init; }

    /// <summary>In launch order; virtual tasks of a resume stand at the end.</summary>
    public IReadOnlyList<TaskInstance> Tasks { get; init; } = [];
}

/// <summary>One task of a <see cref="JobInstance"/>.</summary>
public sealed record TaskInstance
{
    /// <summary>Launch order in the instance, from 0.</summary>
    public required int Ordinal { get; init; }

    public required string Identifier { get; init; }

    /// <summary>The element's name, or the kind of a virtual task: <c>SynchronizationValidation</c>, <c>ForcedProvisioning</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>For a virtual task: the ordinal of the blocked task whose outcome it replaces (jobs.md 8.3); null otherwise.</summary>
    public int? Replaces { get; init; }

    /// <summary>Identifiers of the connectors that the task works for.</summary>
    public IReadOnlyList<string> Connectors { get; init; } = [];

    /// <summary>The effective level (jobs.md 7.1).</summary>
    public int Level { get; init; }

    public TaskState State { get; init; }

    /// <summary>It did something: what depends on it may start.</summary>
    public bool Processed { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public SkipReason? SkippedBecause { get; init; }

    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    /// <summary>The first ones; <see cref="WarningCount"/> says how many there were.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public long WarningCount { get; init; }

    public IReadOnlyList<string> Messages { get; init; } = [];

    public string? Error { get; init; }

    public ThresholdBlock? Block { get; init; }

    /// <summary>Rows that the task wrote to the store.</summary>
    public long RowsWritten { get; init; }

    /// <summary>See <see cref="JobInstance.RowsRead"/>.</summary>
    public long RowsRead { get; init; }

    /// <summary>See <see cref="JobInstance.StoreSteps"/>.</summary>
    public long StoreSteps { get; init; }

    /// <summary>Relative to the Temp folder.</summary>
    public string? LogFile { get; init; }
}
