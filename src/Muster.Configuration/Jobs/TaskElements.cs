using System.Collections.Frozen;

namespace Muster.Configuration.Jobs;

/// <summary>Where a task runs.</summary>
public enum TaskSide
{
    Server,

    /// <summary>Needs an agent.</summary>
    Agent,

    /// <summary>On its agent, or on the server when it names none.</summary>
    Either,
}

/// <summary>One task element of the format.</summary>
/// <param name="Shape">Its attributes and children, as written inside a job or at the top.</param>
/// <param name="HasRecord">True for a task with a record of its own; the others become <see cref="OtherTask"/> (jobs.md 5).</param>
public sealed record TaskElement(ElementShape Shape, TaskSide Side, bool HasRecord)
{
    public string Name => Shape.Name;

    /// <summary>The element that launches this task with other attributes inside a job (jobs.md 2.6).</summary>
    public string OverrideName => Shape.Name + TaskElements.OverrideSuffix;
}

/// <summary>An older name of a task element that stands for the element with its <c>Type</c> set (synchronization.md 18).</summary>
public sealed record TaskElementAlias(string Name, string Element, PreparationType Type);

/// <summary>The task elements of the format (jobs.md 3 to 5, synchronization.md 18), with the attributes and children of each.</summary>
public static class TaskElements
{
    public const string OverrideSuffix = "Override";

    private static readonly FrozenDictionary<string, TaskElement> ByName = TaskElementTable.All().ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, TaskElementAlias> AliasByName = new TaskElementAlias[]
    {
        new("PrepareSynchronizationChangesTask", "PrepareSynchronizationTask", PreparationType.Changes),
        new("PrepareSynchronizationActiveDirectoryTask", "PrepareSynchronizationTask", PreparationType.ActiveDirectory),
        new("PrepareSynchronizationADDirSyncTask", "PrepareSynchronizationTask", PreparationType.ActiveDirectory),
        new("SynchronizeChangesTask", "SynchronizeTask", PreparationType.Changes),
        new("SynchronizeActiveDirectoryTask", "SynchronizeTask", PreparationType.ActiveDirectory),
        new("SynchronizationADDirSync", "SynchronizeTask", PreparationType.ActiveDirectory),
        new("SynchronizationADDirSyncTask", "SynchronizeTask", PreparationType.ActiveDirectory),
    }.ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);

    /// <summary>Sorted by name.</summary>
    public static IReadOnlyList<TaskElement> Elements { get; } = [.. ByName.Values.OrderBy(t => t.Name, StringComparer.Ordinal)];

    public static IReadOnlyList<TaskElementAlias> Aliases { get; } = [.. AliasByName.Values.OrderBy(a => a.Name, StringComparer.Ordinal)];

    /// <summary>The element of a name or of one of its aliases; null if it is no task.</summary>
    public static TaskElement? Find(string elementName) =>
        ByName.GetValueOrDefault(FindAlias(elementName)?.Element ?? elementName);

    public static TaskElementAlias? FindAlias(string elementName) => AliasByName.GetValueOrDefault(elementName);

    /// <summary>The task element that <c>…TaskOverride</c> overrides; null for any other name.</summary>
    public static TaskElement? FindOverridden(string elementName) =>
        elementName.EndsWith(OverrideSuffix, StringComparison.Ordinal) ? Find(elementName[..^OverrideSuffix.Length]) : null;

    /// <summary>The <c>Job</c> element without its tasks (jobs.md 2.1); its children are tasks, <see cref="Step"/> and overrides.</summary>
    public static ElementShape Job { get; } = new("Job")
    {
        HasDisplayNames = true,
        IsDisplayNameRequired = true,
        Attributes =
        [
            AttributeShape.Text("Identifier") with { IsRequired = true },
            AttributeShape.Reference("Agent", "Agent"),
            AttributeShape.Text("CronTabExpression"),
            AttributeShape.Enumeration("CronTimeZone", "UTC", "ServerTime"),
            AttributeShape.Boolean("IsConnectorJob"),
            AttributeShape.Boolean("IsIncremental"),
            AttributeShape.Boolean("IsInitializationJob"),
            AttributeShape.Enumeration("LogLevel", "Trace", "Debug", "Information", "Warning", "Error", "Critical", "None"),
            AttributeShape.Boolean("UserStartDenied"),
        ],
    };

    /// <summary>The reuse of a task inside a job (jobs.md 2.3): exactly one of <c>Identifier</c> and <c>Task</c>.</summary>
    public static ElementShape Step { get; } = new("Step")
    {
        Attributes = [AttributeShape.Reference("Identifier", "Task"), AttributeShape.Reference("Task", "Task"), AttributeShape.Integer("Level")],
    };

    /// <summary>The shape of an override: the task's own with nothing required but <c>Identifier</c>.</summary>
    public static ElementShape OverrideOf(TaskElement task) => task.Shape with
    {
        Name = task.OverrideName,
        IsDisplayNameRequired = false,
        Attributes = [.. task.Shape.Attributes.Select(a => a with { IsRequired = a.Name == "Identifier" })],
    };
}
