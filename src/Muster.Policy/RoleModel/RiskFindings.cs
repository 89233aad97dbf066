using Muster.Configuration.Model;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>A risk that an owner has, with the rule that triggers it.</summary>
internal sealed record RiskFinding(Risk Risk, RiskRule Rule);

/// <summary>
/// The risks of an owner as a function of its assignments (rolemodel.md 5.8): what it has or shall have, whether or not it is written yet. What is
/// declined, being removed, or only proposed does not count.
/// </summary>
internal static class RiskFindings
{
    /// <param name="atAnyTime">True: also what begins later counts, as for a request.</param>
    public static List<RiskFinding> Of(OwnerAssignments assignments, BatchFacts facts, bool atAnyTime = false)
    {
        var found = new List<RiskFinding>();
        foreach (var risk in facts.Policy.RisksBySource[facts.Source])
        {
            if (risk.Rules.FirstOrDefault(r => r.Items.All(i => Has(assignments, i, facts, atAnyTime))) is { } rule)
            {
                found.Add(new RiskFinding(risk, rule));
            }
        }

        return found;
    }

    private static bool Has(OwnerAssignments assignments, RiskItem item, BatchFacts facts, bool atAnyTime)
    {
        long? wanted = null;
        if (item.Resource is not null)
        {
            if (facts.RiskResources.GetValueOrDefault(item) is not { } resource)
            {
                return false;
            }

            wanted = resource;
        }

        bool IsNow(DateTime start, DateTime end) => end > facts.Now && (atAnyTime || start <= facts.Now);
        return assignments.Types.Where(t => t.Row.ResourceType == item.ResourceType.Identifier && Counts(t.Row)).Any(type =>
            type.Navigations.Any(n => n.Property == item.Property.Identifier
                && Counts(n.WorkflowState)
                && IsNow(n.StartDate, n.EndDate)
                && (wanted is null ? (n.Resource ?? n.CurrentResource) is not null : n.Resource == wanted || n.CurrentResource == wanted))
            || (wanted is null && type.Scalars.Any(s => s.Property == item.Property.Identifier
                && Counts(s.WorkflowState)
                && IsNow(s.StartDate, s.EndDate)
                && !(string.IsNullOrEmpty(s.PolicyValue) && string.IsNullOrEmpty(s.CurrentValue)))));
    }

    private static bool Counts(AssignedResourceType row) =>
        Counts(row.WorkflowState)
        && (!row.WorkflowState.IsPending() || row.AsksRemoval)
        && (row.Resource is null || TargetClaims.IsHold(row));

    private static bool Counts(WorkflowState state) => state is not (WorkflowState.Declined or WorkflowState.Cancellation or WorkflowState.BlockedByRisk);
}
