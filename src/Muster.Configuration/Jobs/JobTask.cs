using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;

namespace Muster.Configuration.Jobs;

/// <summary>What every task has (jobs.md 3). One sealed record per task element, in a file of its own, named as the element.</summary>
public abstract record JobTask
{
    /// <summary>As written, or derived from the job (jobs.md 3).</summary>
    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public SourceLocation Location { get; init; }

    /// <summary>The element's name: <c>SynchronizeTask</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Where it runs; null is the server.</summary>
    public Agent? Agent { get; init; }

    public string? OpenIdClient { get; init; }

    /// <summary>An error becomes a warning and the job goes on.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>Identifiers of the tasks whose outcome decides whether this one starts.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>The connector that the task works for; null for tasks over all.</summary>
    public Connector? Connector { get; init; }

    public IReadOnlyList<EntityType> EntityTypes { get; init; } = [];

    public IReadOnlyList<ResourceType> ResourceTypes { get; init; } = [];
}

/// <summary>A job: an ordered list of steps with an optional schedule (jobs.md 2).</summary>
public sealed class Job
{
    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public SourceLocation Location { get; init; }

    public Agent? Agent { get; init; }

    public string? CronTabExpression { get; init; }

    public CronTimeZone CronTimeZone { get; init; }

    public bool IsConnectorJob { get; init; }

    public bool IsIncremental { get; init; }

    public bool IsInitializationJob { get; init; }

    public bool UserStartDenied { get; init; }

    /// <summary>Overrides the host's log level for this job, unless it is <see cref="JobLogLevel.None"/>.</summary>
    public JobLogLevel LogLevel { get; init; } = JobLogLevel.None;

    /// <summary>In document order.</summary>
    public IReadOnlyList<JobStep> Steps { get; init; } = [];
}

/// <summary>A task's place in a job; overrides are already applied to <see cref="Task"/>.</summary>
/// <param name="Level">Resolved: 0 and up (jobs.md 2.4).</param>
public sealed record JobStep(JobTask Task, int Level);

/// <summary>The zone in which a schedule is read.</summary>
public enum CronTimeZone
{
    UTC = 0,
    ServerTime = 1,
}

/// <summary>Log levels of a job (jobs.md 2.1).</summary>
public enum JobLogLevel
{
    Trace = 0,
    Debug = 1,
    Information = 2,
    Warning = 3,
    Error = 4,
    Critical = 5,

    /// <summary>The job does not override the host's level.</summary>
    None = 6,
}
