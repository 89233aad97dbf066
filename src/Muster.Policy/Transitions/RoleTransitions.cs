using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Transitions;

/// <summary>What rules say about a role for an owner; the first one that applies counts: what entitles comes before what suggests.</summary>
internal enum RoleExpectation
{
    Required,
    MissingParameters,
    RequestedForExisting,
    RequestedForNew,
    Suggested,
    None,
}

/// <summary>What is known about one assigned role (rolemodel.md 6.5).</summary>
internal readonly record struct RoleSituation
{
    public RoleExpectation Expectation { get; init; }

    public bool HasRow { get; init; }

    public WorkflowState W { get; init; }

    /// <summary>Its own period is over, or the owner's validity is (rolemodel.md 7.6).</summary>
    public bool IsOver { get; init; }

    /// <summary>The managed systems still have what it gave.</summary>
    public bool IsStillThere { get; init; }

    /// <summary>No rule gives it any more because the rules changed, not the owner's data (rolemodel.md 7.5).</summary>
    public bool IsLostByRuleChange { get; init; }

    public bool HasGracePeriod { get; init; }

    /// <summary>The targets show it (rolemodel.md 5.5).</summary>
    public bool IsDeduced { get; init; }

    public bool IsExpected => Expectation is RoleExpectation.Required or RoleExpectation.MissingParameters;

    public bool IsUnderReview =>
        W is Requested or RequestedMissingParameters or PendingApproval or PendingApproval1 or PendingApproval2 or PendingApproval1Of3
            or PendingApproval2Of3 or PendingApproval3Of3 or PendingApprovalRisk or BlockedByRisk;
}

/// <summary>One row of the table.</summary>
/// <param name="Workflow">Null: unchanged, or the row ends where <paramref name="Ends"/> says so.</param>
internal sealed record RoleTransition(string Name, string Source, Func<RoleSituation, bool> When, WorkflowState? Workflow, bool Ends = false);

/// <summary>
/// The table of rolemodel.md 6.5 as the evaluation walks it; what people do to a role (requests, approvals, reviews) is written by their
/// decisions. The first row that fits decides.
/// </summary>
internal static class RoleTransitions
{
    public static IReadOnlyList<RoleTransition> Table { get; } =
    [
        new("declined by hand", "5.4", s => s.HasRow && s.W == Declined, null),

        // Expired, or its owner has departed.
        new("expired, still there", "6.5", s => s.HasRow && s.IsOver && s.Expectation == RoleExpectation.None && s.IsStillThere && s.W != Cancellation, Inactive),
        new("expired", "6.5", s => s.HasRow && s.IsOver && s.Expectation == RoleExpectation.None, null, Ends: true),

        // Decided by people.
        new("approved by hand", "6.5", s => s.HasRow && s.W.IsManual(), null),
        new("requested, and a rule gives it meanwhile", "6.5", s => s.HasRow && s.IsUnderReview && s.W != BlockedByRisk && s.Expectation == RoleExpectation.Required, PolicyApproved),
        new("under review", "6.5", s => s.HasRow && s.IsUnderReview, null),

        // Given by a rule.
        new("given by a rule", "6.5", s => s.Expectation == RoleExpectation.Required, PolicyApproved),
        new("given by a rule, parameter missing", "6.5", s => s.Expectation == RoleExpectation.MissingParameters, CalculatedMissingParameters),

        // Deduced from data, and what a reviewer has taken back.
        new("found", "5.5", s => s.HasRow && s.W.IsNonConforming() && s.IsDeduced, null),
        new("deduced from data", "5.5", s => s.IsDeduced, Found),
        new("cancelled, still there", "6.5", s => s.HasRow && s.W == Cancellation && s.IsStillThere, null),

        // Suggested by a rule.
        new("suggested", "6.5", s => s.Expectation == RoleExpectation.Suggested, Suggested),
        new("requested automatically before", "6.5", s => s.Expectation is RoleExpectation.RequestedForExisting or RoleExpectation.RequestedForNew && s.W is SuggestedExisting or RequestedAutomatically, null),
        new("requested automatically for a present worker", "6.5", s => s.Expectation == RoleExpectation.RequestedForExisting, SuggestedExisting),
        new("requested automatically for a new worker", "6.5", s => s.Expectation == RoleExpectation.RequestedForNew, RequestedAutomatically),

        // Rule lost.
        new("in its grace period", "7.5", s => s.W == Prolonged && s.IsLostByRuleChange, null),
        new("rule changed, grace period", "6.5", s => s.W is PolicyApproved or CalculatedMissingParameters && s.IsLostByRuleChange && s.HasGracePeriod, Prolonged),
        new("rule lost", "6.5", _ => true, null, Ends: true),
    ];

    public static RoleTransition For(RoleSituation situation)
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
