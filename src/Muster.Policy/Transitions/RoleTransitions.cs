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
internal readonly record struct RoleSituation(RoleExpectation Expectation, bool HasRow, WorkflowState W, bool IsExpired, bool HasDeparted);

/// <summary>One row of the table.</summary>
/// <param name="Workflow">Null: unchanged, or the row ends where <paramref name="Ends"/> says so.</param>
internal sealed record RoleTransition(string Name, string Source, Func<RoleSituation, bool> When, WorkflowState? Workflow, bool Ends = false);

/// <summary>
/// The table of rolemodel.md 6.5, as far as rules alone decide; requests, grace periods and automation have their rows in a later issue.
/// </summary>
internal static class RoleTransitions
{
    public static IReadOnlyList<RoleTransition> Table { get; } =
    [
        new("declined by hand", "5.4", s => s.HasRow && s.W == Declined, null),
        new("expired", "6.5", s => s.HasRow && s.IsExpired && s.Expectation == RoleExpectation.None, null, Ends: true),
        new("approved by hand", "6.5", s => s.HasRow && s.W.IsManual(), null),
        new("under review", "6.5", s => s.HasRow && s.W is Requested or RequestedMissingParameters or PendingApproval or PendingApproval1 or PendingApproval2 or PendingApproval1Of3 or PendingApproval2Of3 or PendingApproval3Of3 or PendingApprovalRisk or BlockedByRisk, null),
        new("given by a rule", "6.5", s => s.Expectation == RoleExpectation.Required, PolicyApproved),
        new("given by a rule, parameter missing", "6.5", s => s.Expectation == RoleExpectation.MissingParameters, CalculatedMissingParameters),
        new("found, owner departed", "7.6", s => s.HasRow && s.W.IsNonConforming() && s.HasDeparted, null, Ends: true),
        new("found", "6.5", s => s.HasRow && s.W.IsNonConforming(), null),
        new("suggested", "6.5", s => s.Expectation == RoleExpectation.Suggested, Suggested),
        new("requested automatically before", "6.5", s => s.Expectation is RoleExpectation.RequestedForExisting or RoleExpectation.RequestedForNew && s.W is SuggestedExisting or RequestedAutomatically, null),
        new("requested automatically for a present worker", "6.5", s => s.Expectation == RoleExpectation.RequestedForExisting, SuggestedExisting),
        new("requested automatically for a new worker", "6.5", s => s.Expectation == RoleExpectation.RequestedForNew, RequestedAutomatically),
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
