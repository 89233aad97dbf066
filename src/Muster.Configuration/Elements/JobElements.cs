using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Configuration.Elements;

[Element("Job", "Tasks in their order, with an optional schedule.", IsTopLevel = true)]
public sealed record JobElement : ElementRecord
{
    [Field("Unique among jobs.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Agent that runs it; absent: the server.", Refers = typeof(AgentElement))]
    public string? Agent { get; init; }

    [Field("Schedule of five fields, or six with seconds first.")]
    public string? CronTabExpression { get; init; }

    [Field("Zone of the schedule.")]
    public CronTimeZone CronTimeZone { get; init; }

    [Field("True if it belongs to a connector's page.")]
    public bool IsConnectorJob { get; init; }

    [Field("True if it works on changes.")]
    public bool IsIncremental { get; init; }

    [Field("True if it makes the first load.")]
    public bool IsInitializationJob { get; init; }

    [Field("Verbosity of its log.")]
    public JobLogLevel LogLevel { get; init; } = JobLogLevel.None;

    [Field("True if people may not start it.")]
    public bool UserStartDenied { get; init; }

    [Children("Tasks that are declared elsewhere.")]
    public IReadOnlyList<StepElement> Steps { get; init; } = [];

    [Children("Tasks of the job, and overrides of tasks that are declared elsewhere.")]
    public IReadOnlyList<TaskElement> Tasks { get; init; } = [];
}

[Element("Step", "A task that is declared elsewhere.", Key = ["Task"], MayRepeat = true)]
public sealed record StepElement : ElementRecord
{
    [Field("The task.", Required = true, Refers = typeof(TaskElement), Aliases = ["Identifier"])]
    public string Task { get; init; } = "";

    [Field("Tasks of one level run at the same time; -1 is a level of its own.")]
    public int Level { get; init; } = -1;

    [Children("Tasks whose outcome decides whether this one starts.")]
    public IReadOnlyList<TaskDependsOnTaskElement> DependsOn { get; init; } = [];
}
