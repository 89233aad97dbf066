using Muster.Configuration.Jobs;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Graph;

/// <summary>What is decided of a task before it is launched.</summary>
public enum LaunchVerdict
{
    Start,

    /// <summary>Deliberately not launched.</summary>
    Skip,

    /// <summary>A parent is blocked: evaluated again when the job is resumed.</summary>
    Wait,
}

/// <summary>The decision with the parent that it is due to, for the job's log.</summary>
public sealed record LaunchDecision(LaunchVerdict Verdict, SkipReason? Reason = null, string? BecauseOf = null)
{
    /// <summary>Computing tasks start when at least one parent is ok, all others when no parent is bad and one is ok (jobs.md 2.5).</summary>
    private static readonly HashSet<string> StartsOnAny = new(StringComparer.Ordinal)
    {
        "SetRecentlyModifiedFlagTask",
        "UpdateEntityPropertyExpressionsTask",
        "ComputeCorrelationKeysTask",
        "BuildRoleModelTask",
        "ComputeRoleModelTask",
        "ComputeRiskScoresTask",
        "UpdateClassificationTask",
        "SetInternalUserProfilesTask",
        "SendNotificationsTask",
        "SendRoleModelNotificationsTask",
        "SendAccessCertificationNotificationTask",
    };

    public static LaunchDecision Start { get; } = new(LaunchVerdict.Start);

    /// <summary>
    /// Decides from the outcomes of the parents that belong to the job (jobs.md 6.3); a parent outside the job is ignored. Of several
    /// reasons the gravest is told: error, warning, skipped, no change. Where every parent must be ok, one that found no change does not
    /// outvote one that did: of a connector's two sources one may have changed, and that change must not be missed (architecture.md, the
    /// first promise).
    /// </summary>
    public static LaunchDecision Of(JobTask task, IReadOnlyCollection<TaskInstance> parents)
    {
        if (parents.Count == 0)
        {
            return Start;
        }

        var effects = parents.Select(p => (Parent: p, Effect: EffectOf(p))).ToList();
        var isAnyOk = effects.Exists(e => e.Effect.Verdict == LaunchVerdict.Start);
        var isNoneBad = effects.TrueForAll(e => e.Effect.Verdict == LaunchVerdict.Start || e.Effect.Reason == SkipReason.ParentNoChange);
        if (isAnyOk && (isNoneBad || StartsOnAny.Contains(task.Kind)))
        {
            return Start;
        }

        var gravest = effects.Where(e => e.Effect.Verdict != LaunchVerdict.Start).MinBy(e => Gravity(e.Effect));
        return gravest.Effect with { BecauseOf = gravest.Parent.Identifier };
    }

    /// <summary>The table of jobs.md 6.3.</summary>
    private static LaunchDecision EffectOf(TaskInstance parent) => (parent.State, parent.Processed) switch
    {
        (TaskState.Completed, true) => Start,
        (TaskState.Completed, false) => Skip(SkipReason.ParentNoChange),
        (TaskState.Warning, _) => Skip(SkipReason.ParentWarning),
        (TaskState.Error, _) => Skip(SkipReason.ParentError),
        (TaskState.Skipped or TaskState.Cancelled, _) => Skip(SkipReason.ParentSkipped),
        _ => new LaunchDecision(LaunchVerdict.Wait),
    };

    private static LaunchDecision Skip(SkipReason reason) => new(LaunchVerdict.Skip, reason);

    private static int Gravity(LaunchDecision effect) => effect switch
    {
        { Verdict: LaunchVerdict.Wait } => 0,
        { Reason: SkipReason.ParentError } => 1,
        { Reason: SkipReason.ParentWarning } => 2,
        { Reason: SkipReason.ParentSkipped } => 3,
        _ => 4,
    };
}
