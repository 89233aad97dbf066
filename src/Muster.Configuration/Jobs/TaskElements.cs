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

/// <summary>One task element of the format; its attributes are those of its element record.</summary>
/// <param name="HasRecord">True for a task with a record of its own; the others become <see cref="OtherTask"/> (jobs.md 5).</param>
public sealed record TaskElement(string Name, TaskSide Side, bool HasRecord)
{
    /// <summary>The element that launches this task with other attributes inside a job (jobs.md 2.6).</summary>
    public string OverrideName => Name + TaskElements.OverrideSuffix;
}

/// <summary>An older name of a task element that stands for the element with its <c>Type</c> set (synchronization.md 18).</summary>
public sealed record TaskElementAlias(string Name, string Element, PreparationType Type);

/// <summary>The task elements of the format (jobs.md 3 to 5, synchronization.md 18).</summary>
public static class TaskElements
{
    public const string OverrideSuffix = "Override";

    private static readonly FrozenDictionary<string, TaskElement> ByName = new TaskElement[]
    {
        new("ExportTask", TaskSide.Agent, true),
        new("PrepareSynchronizationTask", TaskSide.Agent, true),
        new("SynchronizeTask", TaskSide.Server, true),
        new("SetRecentlyModifiedFlagTask", TaskSide.Server, true),
        new("UpdateEntityPropertyExpressionsTask", TaskSide.Server, true),
        new("ComputeCorrelationKeysTask", TaskSide.Server, true),
        new("ComputeRoleModelTask", TaskSide.Server, true),
        new("GenerateProvisioningOrdersTask", TaskSide.Server, true),
        new("FulfillTask", TaskSide.Either, true),
        new("UpdateClassificationTask", TaskSide.Server, true),
        new("SetInternalUserProfilesTask", TaskSide.Server, true),
        new("CloseInterruptedInstancesTask", TaskSide.Server, true),
        new("ActivityInstanceActorTask", TaskSide.Agent, false),
        new("BuildRoleModelTask", TaskSide.Server, true),
        new("ComputeRiskScoresTask", TaskSide.Server, true),
        new("CreateDatabaseViewsTask", TaskSide.Agent, false),
        new("DeployConfigurationTask", TaskSide.Server, false),
        new("GetRoleMiningTask", TaskSide.Server, false),
        new("InvokeApiTask", TaskSide.Agent, false),
        new("InvokeAspectsTask", TaskSide.Agent, false),
        new("InvokeExpressionTask", TaskSide.Either, false),
        new("InvokeSqlCommandTask", TaskSide.Either, false),
        new("MaintainIndexesTask", TaskSide.Server, false),
        new("ManageConfigurationIndexesTask", TaskSide.Server, false),
        new("ProcessAccessCertificationItemsTask", TaskSide.Server, false),
        new("RefreshSchemaTask", TaskSide.Agent, true),
        new("ResetValidFromTask", TaskSide.Server, true),
        new("SavePreExistingAccessRightsTask", TaskSide.Server, true),
        new("SendAccessCertificationNotificationTask", TaskSide.Server, false),
        new("SendNotificationsTask", TaskSide.Server, false),
        new("SendRoleModelNotificationsTask", TaskSide.Server, false),
        new("SetAccessCertificationReviewerTask", TaskSide.Server, false),
        new("UpdateAccessCertificationCampaignTask", TaskSide.Server, false),
        new("UpdateParametersContextDisplayNamesTask", TaskSide.Server, false),
    }.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, TaskElementAlias> AliasByName = new TaskElementAlias[]
    {
        new("PrepareSynchronizationChangesTask", "PrepareSynchronizationTask", PreparationType.Changes),
        new("PrepareSynchronizationActiveDirectoryTask", "PrepareSynchronizationTask", PreparationType.ActiveDirectory),
        new("SynchronizeChangesTask", "SynchronizeTask", PreparationType.Changes),
        new("SynchronizeActiveDirectoryTask", "SynchronizeTask", PreparationType.ActiveDirectory),
        new("SynchronizationADDirSync", "SynchronizeTask", PreparationType.ActiveDirectory),
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
}
