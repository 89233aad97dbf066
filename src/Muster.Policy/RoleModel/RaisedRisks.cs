using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// The risks that an owner would have with other assignments and has not with those that there are: what a request is held against before it is
/// granted (rolemodel.md 5.8). Both are evaluated, by the same code as in a run, and nothing of it is kept.
/// </summary>
internal static class RaisedRisks
{
    public static IReadOnlyList<Risk> Of(OwnerInput before, BatchFacts factsBefore, OwnerInput after, BatchFacts factsAfter) =>
        [.. Findings(after, factsAfter).Except(Findings(before, factsBefore))];

    public static IReadOnlyList<Risk> Of(OwnerInput owner, BatchFacts facts, OwnerAssignments wanted) =>
        facts.Policy.RisksBySource.Contains(facts.Source) ? Of(owner, facts, owner with { Stored = wanted }, facts) : [];

    /// <summary>What becomes of a request that raises them: the strictest decides.</summary>
    public static RiskVerdict Verdict(this IReadOnlyList<Risk> risks) =>
        risks.Any(r => r.ExemptionPolicy == RiskExemptionPolicy.Blocking) ? RiskVerdict.Blocking
        : risks.Any(r => r.ExemptionPolicy == RiskExemptionPolicy.ApprovalRequired) ? RiskVerdict.Approval
        : RiskVerdict.None;

    private static IEnumerable<Risk> Findings(OwnerInput owner, BatchFacts facts)
    {
        var trial = facts.Trial();
        return RiskFindings.Of(OwnerEvaluation.Evaluate(owner, trial).Assignments, trial, atAnyTime: true).Select(f => f.Risk);
    }
}
