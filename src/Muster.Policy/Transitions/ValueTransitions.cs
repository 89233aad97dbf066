using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.ProvisioningState;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Transitions;

/// <summary>
/// What is known about one scalar or mono-valued navigation: P is the policy value now, P0 the stored one, C the synchronised value of
/// the target; equality is by the rule's ComparisonType (rolemodel.md 6.3).
/// </summary>
internal readonly record struct ValueSituation
{
    public bool HasRow { get; init; }

    public WorkflowState W { get; init; }

    public ProvisioningState S { get; init; }

    public bool TargetExists { get; init; }

    public bool IsMapped { get; init; }

    /// <summary>P differs from P0.</summary>
    public bool PolicyChanged { get; init; }

    /// <summary>C equals P.</summary>
    public bool CurrentIsPolicy { get; init; }

    /// <summary>C equals P0.</summary>
    public bool CurrentIsPrevious { get; init; }

    /// <summary>C differs from what it was at the last evaluation.</summary>
    public bool CurrentChanged { get; init; }

    /// <summary>DiscardManualAssignments.</summary>
    public bool Discards { get; init; }

    /// <summary>A delivery that was exported after the last order's execution has been applied.</summary>
    public bool SynchronizedSince { get; init; }

    public bool In(params ReadOnlySpan<ProvisioningState> states) => states.Contains(S);
}

/// <summary>One row of the table.</summary>
/// <param name="Name">The situation in words; tests go by it.</param>
/// <param name="Source">Row of rolemodel.md.</param>
/// <param name="Workflow">Null: unchanged, 18 for a new row.</param>
internal sealed record ValueTransition(string Name, string Source, Func<ValueSituation, bool> When, WorkflowState? Workflow, Next Next);

/// <summary>
/// The table of rolemodel.md 6.3 with the provisioning states of 6.1, for scalars and mono-valued navigations. The first row that fits
/// decides.
/// </summary>
internal static class ValueTransitions
{
    public static IReadOnlyList<ValueTransition> Table { get; } =
    [
        // Create-only values: written with the creation, never compared.
        new("create-only, target exists without a row", "3.10", s => !s.IsMapped && !s.HasRow && s.TargetExists, null, Next.Drop),
        new("create-only, changed by hand to the policy value", "6.3 (15)", s => !s.IsMapped && s.W == PolicyApprovedWithChanges && s.CurrentIsPolicy, PolicyApproved, Next.Keep),
        new("create-only, executed, policy value changed", "6.3 (15)", s => !s.IsMapped && s.S == Executed && !s.CurrentIsPolicy, PolicyApprovedWithChanges, Next.Keep),
        new("create-only, executed", "6.1", s => !s.IsMapped && s.S == Executed, null, Next.Keep),
        new("create-only, creation not sent, target exists by now", "3.10", s => !s.IsMapped && s.TargetExists && s.S != Transmitted, null, Next.Drop),
        new("create-only, creation under way, target exists by now", "3.10", s => !s.IsMapped && s.TargetExists, null, Next.Keep),

        // The target does not exist: the value is part of its creation.
        new("no row, no target", "6.3 (1)", s => !s.HasRow && !s.TargetExists, PolicyApproved, Next.Due),
        new("no target, not sent yet", "6.1: 1/5 policy value changes", s => !s.TargetExists && s.In(Pending, Blocked), PolicyApproved, Next.Keep),
        new("no target, sent, policy value changed", "6.1: 2 policy value changes", s => !s.TargetExists && s.S == Transmitted && s.PolicyChanged, PolicyApproved, Next.Due),
        new("no target, sent", "6.1", s => !s.TargetExists && s.S == Transmitted, PolicyApproved, Next.Keep),
        new("no target, errored, policy value changed", "6.1: 3 policy value changes", s => !s.TargetExists && s.S == Errored && s.PolicyChanged, PolicyApproved, Next.Review),
        new("no target, errored", "6.1", s => !s.TargetExists && s.S == Errored, PolicyApproved, Next.Keep),
        new("no target, executed, policy value changed", "6.1: 8 policy value changes", s => !s.TargetExists && s.S == Executed && s.PolicyChanged, PolicyApproved, Next.Due),
        new("no target, executed", "6.1", s => !s.TargetExists && s.S == Executed, PolicyApproved, Next.Keep),
        new("no target, any other state", "6.3 (1)", s => !s.TargetExists, PolicyApproved, Next.Due),

        // First evaluation of a target.
        new("no row, current equals policy", "6.3 (2)", s => !s.HasRow && s.CurrentIsPolicy, PolicyApproved, Next.Verified),
        new("no row, current differs", "6.3 (3)", s => !s.HasRow, PolicyApproved, Next.Due),

        // Values whose order a reviewer declined.
        new("declined, current equals policy", "6.1: 5 reviewer declines", s => s.W == Declined && s.CurrentIsPolicy, PolicyApproved, Next.Verified),
        new("declined, source changed", "6.1: 5 reviewer declines", s => s.W == Declined && s.PolicyChanged, PolicyApproved, Next.Review),
        new("declined", "6.1: 5 reviewer declines", s => s.W == Declined, null, Next.Keep),

        // Non-conforming values.
        new("found, current equals policy", "6.3 (8)", s => s.W.IsNonConforming() && s.CurrentIsPolicy, PolicyApproved, Next.Verified),
        new("pre-existing, kept as it is", "5.13", s => s.W == Historic && s.S == Verified && !s.CurrentChanged, null, Next.Keep),
        new("found, still different", "6.3 (9)", s => s.W.IsNonConforming(), null, Next.Review),

        // Values kept by hand.
        new("approved, source changed, manual values discarded", "6.3 (13)", s => s.W.IsManual() && s.Discards && !s.CurrentIsPolicy, PolicyApproved, Next.Due),
        new("approved, current changed again", "6.3 (14)", s => s.W.IsManual() && s.CurrentChanged && !s.CurrentIsPolicy, Found, Next.Review),
        new("approved, source changed", "6.3 (12)", s => s.W == Approved && s.PolicyChanged && !s.CurrentIsPolicy, ApprovedQuestioned, Next.Keep),
        new("questioned, current equals policy", "6.3 (12)", s => s.W == ApprovedQuestioned && s.CurrentIsPolicy, Approved, Next.Verified),
        new("approved", "6.3 (12)", s => s.W.IsManual(), null, Next.Keep),

        // Values of rules.
        new("current equals policy", "6.1: target value equals policy value", s => s.CurrentIsPolicy, PolicyApproved, Next.Verified),
        new("evaluation failed before", "6.1: 7 next evaluation", s => s.S == RuntimeErrored, PolicyApproved, Next.Due),
        new("verified, source changed", "6.3 (4)", s => s.S == Verified && s.PolicyChanged && s.CurrentIsPrevious, PolicyApproved, Next.Due),
        new("executed, source changed", "6.3 (4)", s => s.S == Executed && s.PolicyChanged && (s.CurrentIsPrevious || !s.SynchronizedSince), PolicyApproved, Next.Due),
        new("verified, changed in the managed system", "6.3 (5)", s => s.S == Verified && !s.PolicyChanged, Found, Next.Review),
        new("executed, differs after synchronisation", "6.3 (6)", s => s.S == Executed && !s.PolicyChanged && s.SynchronizedSince, Found, Next.Review),
        new("executed, not synchronised since", "6.3 (6)", s => s.S == Executed && !s.PolicyChanged, PolicyApproved, Next.Keep),
        new("both changed, manual values discarded", "6.3 (7)", s => s.In(Verified, Executed) && s.Discards, PolicyApproved, Next.Due),
        new("both changed", "6.3 (7)", s => s.In(Verified, Executed), Found, Next.Review),
        new("difference being fixed", "6.3 (16)", s => s.In(Pending, Blocked), PolicyApproved, Next.Keep),
        new("sent, policy value changed", "6.1: 2 policy value changes", s => s.S == Transmitted && s.PolicyChanged, PolicyApproved, Next.Due),
        new("sent", "6.1", s => s.S == Transmitted, PolicyApproved, Next.Keep),
        new("errored, policy value changed", "6.1: 3 policy value changes", s => s.S == Errored && s.PolicyChanged, PolicyApproved, Next.Review),
        new("errored", "6.1", s => s.S == Errored, PolicyApproved, Next.Keep),
        new("no state or inactive", "6.1: 6 period becomes current", _ => true, PolicyApproved, Next.Due),
    ];

    public static ValueTransition For(ValueSituation situation)
    {
        foreach (var transition in Table)
        {
            if (transition.When(situation))
            {
                return transition;
            }
        }

        throw new InvalidOperationException("The last row fits everything.");
    }
}
