using Muster.Policy.Compilation;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>States of an assigned resource type that follow from its values (rolemodel.md 6.2, "Consolidation").</summary>
internal static class Consolidation
{
    /// <summary>Most urgent first.</summary>
    private static readonly ProvisioningState[] Urgency =
    [
        ProvisioningState.RuntimeErrored, ProvisioningState.Errored, ProvisioningState.Blocked, ProvisioningState.Pending,
        ProvisioningState.Transmitted, ProvisioningState.Executed, ProvisioningState.Inactive, ProvisioningState.Verified, ProvisioningState.None,
    ];

    /// <summary>The state of a correlated resource type: Verified when all its values are, else the most urgent of them.</summary>
    public static ProvisioningState OfValues(
        CompiledResourceType type, IReadOnlyList<AssignedResourceScalar> scalars, IReadOnlyList<AssignedResourceNavigation> navigations) =>
        MostUrgent(States(type, scalars, navigations).DefaultIfEmpty(ProvisioningState.Verified));

    public static AssignedResourceType Of(
        CompiledResourceType type,
        AssignedResourceType row,
        IReadOnlyList<AssignedResourceScalar> scalars,
        IReadOnlyList<AssignedResourceNavigation> navigations)
    {
        var workflows = scalars.Select(s => s.WorkflowState).Concat(navigations.Select(n => n.WorkflowState)).Append(row.WorkflowState).ToList();
        var blocked = scalars.Count(s => s.ProvisioningState == ProvisioningState.Blocked)
            + navigations.Count(n => n.ProvisioningState == ProvisioningState.Blocked)
            + (row.ProvisioningState == ProvisioningState.Blocked ? 1 : 0);
        return row with
        {
            ConsolidatedProvisioningState = MostUrgent(States(type, scalars, navigations).Append(row.ProvisioningState)),
            ConsolidatedWorkflowReviewState = row.WorkflowState,
            BlockedCount = blocked,
            ConsolidatedWorkflowFoundState =
                workflows.Contains(WorkflowState.Historic) ? WorkflowState.Historic
                : workflows.Contains(WorkflowState.Found) ? WorkflowState.Found
                : WorkflowState.None,
            FoundCount = workflows.Count(w => w.IsNonConforming()),
        };
    }

    /// <summary>When the oldest thing was executed that no synchronisation has confirmed yet.</summary>
    public static DateTime? AwaitsSince(
        CompiledResourceType type,
        AssignedResourceType row,
        IReadOnlyList<AssignedResourceScalar> scalars,
        IReadOnlyList<AssignedResourceNavigation> navigations)
    {
        var waiting = scalars.Where(s => s.ProvisioningState == ProvisioningState.Executed && !IsCreateOnly(type, s)).Select(s => s.OrderAt)
            .Concat(navigations.Where(n => n.ProvisioningState == ProvisioningState.Executed).Select(n => n.OrderAt));
        if (row.ProvisioningState == ProvisioningState.Executed)
        {
            waiting = waiting.Append(row.OrderAt);
        }

        return waiting.Min();
    }

    public static bool IsCreateOnly(CompiledResourceType type, AssignedResourceScalar value)
    {
        var rules = type.ScalarRules.Where(r => r.Definition.Property.Identifier == value.Property).ToList();
        return rules.Count > 0 && rules.TrueForAll(r => !r.Definition.IsMapped);
    }

    private static IEnumerable<ProvisioningState> States(
        CompiledResourceType type, IReadOnlyList<AssignedResourceScalar> scalars, IReadOnlyList<AssignedResourceNavigation> navigations) =>
        scalars

            // A create-only value stays Executed for ever: it says nothing about the account.
            .Where(s => s.ProvisioningState != ProvisioningState.Executed || !IsCreateOnly(type, s))
            .Select(s => s.ProvisioningState)
            .Concat(navigations.Select(n => n.ProvisioningState));

    private static ProvisioningState MostUrgent(IEnumerable<ProvisioningState> states) => states.MinBy(s => Array.IndexOf(Urgency, s));
}
