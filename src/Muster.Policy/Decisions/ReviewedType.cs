using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.Decisions;

/// <summary>An assigned resource type after a reviewer's decision on it or on one of its values.</summary>
internal static class ReviewedType
{
    public static AssignedType Of(CompiledResourceType compiled, AssignedType type, ReviewItem item, ReviewVerdict verdict)
    {
        var transition = ReviewTransitions.For(new ReviewSituation(item.Kind, verdict, item.WorkflowState, item.ProvisioningState));
        if (verdict == ReviewVerdict.Postpone)
        {
            return type;
        }

        var changed = item.Property is null ? OfWhole(type, item, verdict, transition) : OfValue(type, item, transition);
        var row = changed.Row;
        if (row.Resource is not null && item.Kind is not (ReviewKind.Deletion or ReviewKind.Orphan or ReviewKind.Classification or ReviewKind.UnauthorizedAccount)
            && row.WorkflowState is not (WorkflowState.Declined or WorkflowState.Cancellation))
        {
            row = row with { ProvisioningState = Consolidation.OfValues(compiled, changed.Scalars, changed.Navigations) };
        }

        row = Consolidation.Of(compiled, row, changed.Scalars, changed.Navigations);
        row = row with
        {
            BlockReason = row.BlockedCount == 0 ? null : row.BlockReason,
            AwaitsSince = Consolidation.AwaitsSince(compiled, row, changed.Scalars, changed.Navigations),
        };
        return changed with { Row = row };
    }

    private static AssignedType OfValue(AssignedType type, ReviewItem item, ReviewTransition transition) => type with
    {
        Scalars = [.. type.Scalars.Select(s => s.Id != item.Scalar?.Id ? s : s with
        {
            WorkflowState = transition.Workflow ?? s.WorkflowState,
            ProvisioningState = transition.Provisioning ?? s.ProvisioningState,
            Message = null,
        })],
        Navigations = [.. type.Navigations.Select(n => n.Id != item.Navigation?.Id ? n : n with
        {
            WorkflowState = transition.Workflow ?? n.WorkflowState,
            ProvisioningState = transition.Provisioning ?? n.ProvisioningState,
            Message = null,
        })],
    };

    /// <summary>A decision on the target takes its waiting values along: they belong to the same order.</summary>
    private static AssignedType OfWhole(AssignedType type, ReviewItem item, ReviewVerdict verdict, ReviewTransition transition)
    {
        var row = type.Row with
        {
            WorkflowState = transition.Workflow ?? type.Row.WorkflowState,
            ProvisioningState = transition.Provisioning ?? type.Row.ProvisioningState,
            Message = null,
        };
        switch (item.Kind)
        {
            case ReviewKind.Creation when verdict == ReviewVerdict.Approve:
                return Released(type) with { Row = row };
            case ReviewKind.Correlation when verdict == ReviewVerdict.Approve:
                return Released(type) with { Row = row with { IsOwned = true } };
            case ReviewKind.Classification when verdict == ReviewVerdict.Approve:
            case ReviewKind.UnauthorizedAccount or ReviewKind.Orphan when verdict == ReviewVerdict.Keep:
                return type with { Row = row with { IsOwned = true } };
            case ReviewKind.UnauthorizedAccount or ReviewKind.Orphan:
                return new AssignedType(row with { IsOwned = true }, [], []);
            default:
                return new AssignedType(row, [], []);
        }
    }

    private static AssignedType Released(AssignedType type) => type with
    {
        Scalars = [.. type.Scalars.Select(s => s.WorkflowState.IsNonConforming() ? s : s with { ProvisioningState = Released(s.ProvisioningState) })],
        Navigations = [.. type.Navigations.Select(n => n.WorkflowState.IsNonConforming() ? n : n with { ProvisioningState = Released(n.ProvisioningState) })],
    };

    private static ProvisioningState Released(ProvisioningState state) =>
        state is ProvisioningState.Blocked or ProvisioningState.Errored ? ProvisioningState.Pending : state;
}
