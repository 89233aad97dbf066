using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.ProvisioningState;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Transitions;

/// <summary>What is known about one link of a multi-valued navigation (rolemodel.md 6.4).</summary>
internal readonly record struct LinkSituation
{
    public bool IsExpected { get; init; }

    public bool IsCurrent { get; init; }

    public bool HasRow { get; init; }

    public WorkflowState W { get; init; }

    public ProvisioningState S { get; init; }

    public bool TargetExists { get; init; }

    /// <summary>The link was there at the last evaluation.</summary>
    public bool WasCurrent { get; init; }

    public bool SynchronizedSince { get; init; }

    /// <summary>Expected only because of a role that was itself deduced from data (rolemodel.md 5.5).</summary>
    public bool IsOfFoundRole { get; init; }

    /// <summary>The owner's validity is over (rolemodel.md 7.6).</summary>
    public bool HasDeparted { get; init; }

    public bool In(params ReadOnlySpan<ProvisioningState> states) => states.Contains(S);
}

/// <summary>One row of the table; see <see cref="ValueTransition"/>.</summary>
internal sealed record LinkTransition(string Name, string Source, Func<LinkSituation, bool> When, WorkflowState? Workflow, Next Next);

/// <summary>The table of rolemodel.md 6.4. The first row that fits decides.</summary>
internal static class LinkTransitions
{
    public static IReadOnlyList<LinkTransition> Table { get; } =
    [
        // Expected and there.
        new("expected, current, approved", "6.4 (1)", s => s.IsExpected && s.IsCurrent && s.W.IsManual(), null, Next.Verified),
        new("pre-existing, kept as it is", "5.13", s => s.IsCurrent && s.W == Historic && s.S == Verified && (!s.IsExpected || s.IsOfFoundRole) && !s.HasDeparted, null, Next.Keep),
        new("found, with its role", "5.5", s => s.IsExpected && s.IsCurrent && s.IsOfFoundRole && s.HasRow && s.W.IsNonConforming(), null, Next.Review),
        new("of a role that was deduced", "5.5", s => s.IsExpected && s.IsCurrent && s.IsOfFoundRole && !s.HasRow, Found, Next.Review),
        new("expected, current", "6.4 (1)", s => s.IsExpected && s.IsCurrent, PolicyApproved, Next.Verified),

        // Expected and not there.
        new("expected, declined", "6.5", s => s.IsExpected && s.W == Declined, null, Next.Keep),
        new("expected, missing, no row", "6.4 (2)", s => s.IsExpected && !s.HasRow, PolicyApproved, Next.Due),
        new("expected, missing, found before", "6.4 (2)", s => s.IsExpected && s.W.IsNonConforming(), PolicyApproved, Next.Due),
        new("expected again during removal", "6.4 (2)", s => s.IsExpected && s.W == Cancellation, PolicyApproved, Next.Due),
        new("expected, deleted outside", "6.4 (3)", s => s.IsExpected && s.TargetExists && s.S == Verified, null, Next.Review),
        new("expected, executed, missing after synchronisation", "6.4 (3)", s => s.IsExpected && s.TargetExists && s.S == Executed && s.SynchronizedSince, null, Next.Review),
        new("expected, under way", "6.1", s => s.IsExpected && s.In(Pending, Blocked, Transmitted, Errored, Executed), null, Next.Keep),
        new("expected, missing, any other state", "6.4 (2)", s => s.IsExpected, null, Next.Due),

        // Not expected and there.
        new("unexpected, current, no row, owner departed", "7.6", s => s.IsCurrent && !s.HasRow && s.HasDeparted, Cancellation, Next.Due),
        new("unexpected, current, no row", "6.4 (4)", s => s.IsCurrent && !s.HasRow, Found, Next.Review),
        new("unexpected, current, approved", "6.4 (7)", s => s.IsCurrent && s.W.IsManual(), null, Next.Verified),
        new("unexpected, current, declined", "6.4 (8)", s => s.IsCurrent && s.W == Declined, Cancellation, Next.Due),
        new("found, owner departed", "7.6", s => s.IsCurrent && s.W.IsNonConforming() && s.HasDeparted, Cancellation, Next.Due),
        new("found", "6.4 (4)", s => s.IsCurrent && s.W.IsNonConforming(), null, Next.Review),
        new("removal executed, still there after synchronisation", "6.4 (5)", s => s.IsCurrent && s.W == Cancellation && s.S == Executed && s.SynchronizedSince, null, Next.Review),
        new("removal under way", "6.4 (5)", s => s.IsCurrent && s.W == Cancellation && s.In(Pending, Blocked, Transmitted, Errored, Executed), null, Next.Keep),
        new("rule lost", "6.4 (5)", s => s.IsCurrent, Cancellation, Next.Due),

        // Not expected and not there.
        new("gone, addition was under way", "6.1: 2 policy value changes", s => s.HasRow && s.W == PolicyApproved && s.In(Transmitted, Executed) && s.TargetExists && !(s.S == Executed && s.SynchronizedSince), Cancellation, Next.Due),
        new("gone, taking back an addition", "6.1: 2 policy value changes", s => s.HasRow && s.W == Cancellation && s.TargetExists && !s.WasCurrent && s.In(Pending, Blocked, Transmitted, Errored), null, Next.Keep),
        new("gone", "6.4 (6)", _ => true, null, Next.Drop),
    ];

    public static LinkTransition For(LinkSituation situation)
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
