using Muster.Configuration.Jobs;
using Muster.Configuration.Work;

namespace Muster.Jobs.Tasks;

/// <summary>
/// Executes one kind of task: reads its settings, calls one entry point of a peer, and reports. All or nothing: a handler that throws
/// leaves no effect, and running it a second time is safe (jobs.md 1).
/// </summary>
public interface ITaskHandler
{
    /// <summary>The element's name: <c>SynchronizeTask</c>.</summary>
    string Kind { get; }

    /// <summary>Throws <see cref="TaskFailedException"/> for what a person can mend.</summary>
    Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken);
}

/// <summary>One execution of a task.</summary>
public sealed record TaskContext
{
    public required JobTask Task { get; init; }

    public required Job Job { get; init; }

    /// <summary>Id of the job instance, written beside every change that the task makes.</summary>
    public required long JobInstance { get; init; }

    public required ITaskReporter Reporter { get; init; }

    /// <summary>
    /// True for the virtual task of a resume (jobs.md 8.3): a person has decided to go on with what a threshold had blocked.
    /// </summary>
    public bool IsApproved { get; init; }
}
