using Muster.Policy.RoleModel;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.Decisions;

/// <summary>One thing that waits for a reviewer or has failed: a whole resource type, or one of its values.</summary>
internal sealed record ReviewItem(ReviewKind Kind, AssignedType Type, AssignedResourceScalar? Scalar = null, AssignedResourceNavigation? Navigation = null)
{
    public long Id => Scalar?.Id ?? Navigation?.Id ?? Type.Row.Id;

    public string? Property => Scalar?.Property ?? Navigation?.Property;

    public WorkflowState WorkflowState => Scalar?.WorkflowState ?? Navigation?.WorkflowState ?? Type.Row.WorkflowState;

    public ProvisioningState ProvisioningState => Scalar?.ProvisioningState ?? Navigation?.ProvisioningState ?? Type.Row.ProvisioningState;

    /// <summary>An order, not something found: what <c>order review --all-of</c> decides on.</summary>
    public bool IsOrder => Kind is not (ReviewKind.UnauthorizedAccount or ReviewKind.Orphan or ReviewKind.FoundValue or ReviewKind.FoundLink);
}

/// <summary>What of an assigned resource type waits for a reviewer (rolemodel.md 6.1 to 6.4).</summary>
internal static class ReviewItems
{
    public static IReadOnlyList<ReviewItem> Of(AssignedType type)
    {
        if (OfRow(type) is { } whole)
        {
            return [whole];
        }

        return
        [
            .. type.Scalars.Where(s => IsWaiting(s.WorkflowState, s.ProvisioningState))
                .Select(s => new ReviewItem(IsFound(s.WorkflowState) ? ReviewKind.FoundValue : ReviewKind.Value, type, Scalar: s)),
            .. type.Navigations.Where(n => !n.IsIndirect && IsWaiting(n.WorkflowState, n.ProvisioningState))
                .Select(n => new ReviewItem(KindOf(n), type, Navigation: n)),
        ];
    }

    /// <summary>Not null where the decision is on the target as a whole; its values wait for that.</summary>
    private static ReviewItem? OfRow(AssignedType type)
    {
        var row = type.Row;
        if (row.WorkflowState.IsPending() || row.WorkflowState == WorkflowState.Declined)
        {
            return null;
        }

        if (row.WorkflowState == WorkflowState.Cancellation)
        {
            return IsWaiting(row.ProvisioningState) && row.Resource is not null ? new ReviewItem(ReviewKind.Deletion, type) : null;
        }

        if (row.Owner is null)
        {
            return !row.WorkflowState.IsNonConforming() || row.Resource is null ? null
                : new ReviewItem(row is { IsOwned: false, ProvisioningState: ProvisioningState.Blocked, Confidence: < 100 } ? ReviewKind.Classification : ReviewKind.Orphan, type);
        }

        if (row.Resource is null)
        {
            return IsWaiting(row.ProvisioningState) || type.Scalars.Any(s => IsWaiting(s.ProvisioningState)) || type.Navigations.Any(n => IsWaiting(n.ProvisioningState))
                ? new ReviewItem(ReviewKind.Creation, type)
                : null;
        }

        if (!TargetClaims.IsHold(row))
        {
            return new ReviewItem(ReviewKind.Correlation, type);
        }

        return row.WorkflowState.IsNonConforming() ? new ReviewItem(ReviewKind.UnauthorizedAccount, type) : null;
    }

    private static ReviewKind KindOf(AssignedResourceNavigation link) =>
        link.WorkflowState == WorkflowState.Cancellation ? ReviewKind.LinkRemoval
        : !IsFound(link.WorkflowState) ? ReviewKind.Link
        : link.CurrentResource is not null && link.CurrentResource == link.Resource ? ReviewKind.FoundLink
        : ReviewKind.FoundValue;

    private static bool IsFound(WorkflowState state) => state.IsNonConforming() || state == WorkflowState.ApprovedQuestioned;

    private static bool IsWaiting(WorkflowState workflow, ProvisioningState state) => IsFound(workflow) || IsWaiting(state);

    private static bool IsWaiting(ProvisioningState state) => state is ProvisioningState.Blocked or ProvisioningState.Errored;
}
