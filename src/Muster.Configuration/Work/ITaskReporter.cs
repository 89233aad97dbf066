namespace Muster.Configuration.Work;

/// <summary>How a running task tells what it does. Safe to call from several threads; cheap enough to call per batch.</summary>
public interface ITaskReporter
{
    /// <summary>Adds to a named counter (<c>resourcesInserted</c>, <c>rowsRead</c>); names are camelCase and part of the JSON contract.</summary>
    void Count(string name, long amount);

    /// <summary>Something a person should know, that does not change the task's state.</summary>
    void Message(string text);

    /// <summary>Something that went wrong for a part of the data (a parked row, a duplicate); listed with the task, bounded in number.</summary>
    void Warning(string text);
}

/// <summary>How a task ended well; a task that fails throws <see cref="TaskFailedException"/>.</summary>
public sealed record TaskResult
{
    /// <summary>Completed and did something: what depends on it may start.</summary>
    public static TaskResult Done { get; } = new() { Processed = true };

    /// <summary>Completed, there was nothing to do.</summary>
    public static TaskResult NothingToDo { get; } = new();

    public bool Processed { get; init; }

    /// <summary>Failed in part (some orders, some expressions): the task's state is <c>Warning</c>.</summary>
    public bool PartlyFailed { get; init; }

    /// <summary>Not null: the task is <c>Blocked</c>, nothing was applied.</summary>
    public ThresholdBlock? Block { get; init; }
}

/// <summary>Why a task is blocked: the threshold, at which level, and what was counted.</summary>
/// <param name="Level">What the limit stands on: <c>Connector 'HR'</c>, <c>EntityTypeMapping 'HR_Person'</c>, <c>ResourceType 'X'</c>.</param>
/// <param name="Threshold">The attribute: <c>MaximumDeletedLines</c>.</param>
/// <param name="Samples">Some of the changes, for a person to judge by.</param>
public sealed record ThresholdBlock(string Level, string Threshold, double Limit, long Actual, long Total, IReadOnlyList<string> Samples);

/// <summary>Stops a task; the message is for a person: what, where, what to do.</summary>
public sealed class TaskFailedException : Exception
{
    public TaskFailedException()
    {
    }

    public TaskFailedException(string message)
        : base(message)
    {
    }

    public TaskFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
