namespace Muster.Configuration.Jobs;

/// <summary>Codes of what can be wrong with jobs and tasks; <c>docs/diagnostics.md</c> explains each.</summary>
public static class JobDiagnostics
{
    /// <summary>A batch size or limit below zero (jobs.md 3).</summary>
    public const string NegativeNumber = "MUS3006";

    /// <summary>Two tasks with one identifier (jobs.md 2.7).</summary>
    public const string DuplicateTask = "MUS3010";

    /// <summary>Two jobs with one identifier (jobs.md 2.7).</summary>
    public const string DuplicateJob = "MUS3011";

    /// <summary>A step, an override or a dependency names a task that does not exist (jobs.md 2.5, 2.7).</summary>
    public const string UnknownTask = "MUS3012";

    /// <summary>An agent, connector, connection, entity type or resource type that does not exist (jobs.md 2.7).</summary>
    public const string UnknownReference = "MUS3013";

    /// <summary>A task outside jobs without an identifier, to which nothing could refer (jobs.md 3).</summary>
    public const string TaskWithoutIdentifier = "MUS3014";

    /// <summary>A task that runs on another agent than its job (jobs.md 2.7).</summary>
    public const string DifferentAgents = "MUS3015";

    /// <summary>An agent-side task in a job without agent (jobs.md 2.7).</summary>
    public const string AgentTaskInServerJob = "MUS3016";

    /// <summary>An override whose element is not that of its task (jobs.md 2.6).</summary>
    public const string OverrideOfAnotherKind = "MUS3017";

    /// <summary>A step that names no task, or two (jobs.md 2.3).</summary>
    public const string StepReference = "MUS3018";

    /// <summary>All entity types and a list of them (jobs.md 3).</summary>
    public const string AllAndListed = "MUS3019";

    /// <summary>Neither all entity types nor a list of them: the task would process nothing (jobs.md 3).</summary>
    public const string NothingListed = "MUS3020";

    /// <summary>Not exactly one of <c>Connector</c> and <c>TaskResourceType</c> on an order generation (jobs.md 4.8).</summary>
    public const string ScopeOfOrders = "MUS3021";

    /// <summary>A dependency on a task of the same or a higher level (jobs.md 2.4).</summary>
    public const string DependencyLevel = "MUS3022";

    /// <summary>Tasks that depend on one another in a circle (jobs.md 2.5).</summary>
    public const string DependencyCycle = "MUS3023";

    /// <summary>A dependency on a task outside the job, ignored there (jobs.md 2.5).</summary>
    public const string DependencyOutsideJob = "MUS3024";

    /// <summary>A job with levels on some tasks and none on others (jobs.md 2.4).</summary>
    public const string MixedLevels = "MUS3025";

    /// <summary>A schedule that cannot be read (jobs.md 2.7).</summary>
    public const string InvalidSchedule = "MUS3026";

    /// <summary>A task whose connector is not that of its connection (jobs.md 3).</summary>
    public const string ConnectorOfConnection = "MUS3027";

    /// <summary>A level on a task outside jobs, which has no effect.</summary>
    public const string LevelOutsideJob = "MUS3028";

    /// <summary>An attribute that is accepted and has no effect (jobs.md 3, <c>InitMode</c> on exports).</summary>
    public const string IgnoredAttribute = "MUS3029";

    /// <summary>A preparation without mode (jobs.md 4.2).</summary>
    public const string MissingMode = "MUS3030";

    /// <summary>A simulation into a file without the file's path (jobs.md 4.7).</summary>
    public const string MissingLdifPath = "MUS3031";

    /// <summary>A classification at or below the level of the correlation keys that it needs (jobs.md 4.10).</summary>
    public const string ClassificationBeforeKeys = "MUS3032";

    /// <summary>A selection of rows by SQL, which the store cannot make (jobs.md 5, SavePreExistingAccessRightsTask; warning).</summary>
    public const string SqlSelection = "MUS3033";

    /// <summary>JOB-W01: a synchronization whose changes never become dirty (jobs.md 2.7).</summary>
    public const string ChangesNeverFlagged = "MUS3041";

    /// <summary>JOB-W02: a computation of dirty resources that nothing makes dirty (jobs.md 2.7).</summary>
    public const string NothingMakesDirty = "MUS3042";

    /// <summary>JOB-W03: changes are kept and never taken (jobs.md 2.7).</summary>
    public const string ChangesNeverTaken = "MUS3043";

    /// <summary>JOB-W04: a full preparation in an incremental job (jobs.md 2.7).</summary>
    public const string FullPreparationInIncremental = "MUS3044";

    /// <summary>JOB-W05: a frequent job with tasks that are too much for it (jobs.md 1.1, 2.7).</summary>
    public const string FrequentJob = "MUS3045";

    /// <summary>JOB-W06: a complete synchronization that keeps its changes (jobs.md 2.7).</summary>
    public const string CompleteKeepsChanges = "MUS3046";

    /// <summary>JOB-W07: the same computation twice in one job (jobs.md 2.7).</summary>
    public const string ComputedTwice = "MUS3047";

    /// <summary>JOB-W08: orders generated without thresholds by configuration (jobs.md 2.7).</summary>
    public const string ForcedProvisioning = "MUS3048";
}
