using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.Decisions;

/// <summary>An assignment after a decision.</summary>
internal static class DecidedEntry
{
    /// <summary>Null where the decision is refused.</summary>
    public static AssignmentEntry? Of(AssignmentEntry entry, RequestTransition transition, RequestSituation situation, CompiledPolicy policy)
    {
        if (transition.To is not { } state)
        {
            return null;
        }

        return entry with
        {
            WorkflowState = state,
            AsksRemoval = transition.AsksRemoval ?? entry.AsksRemoval,
            Type = entry.Type is { } type ? Of(type, state, situation, policy) : null,
        };
    }

    /// <summary>
    /// A resource type's own provisioning state: what is to be removed is Pending or waits for the review of its order; what a reviewer
    /// decided on after it was found needs no other review; what is declined gives no order and has no values.
    /// </summary>
    private static AssignedType Of(AssignedType type, WorkflowState state, RequestSituation situation, CompiledPolicy policy)
    {
        var isFound = situation.W.IsNonConforming();
        var row = type.Row with { BlockReason = null, Message = null };
        switch (state)
        {
            case WorkflowState.Cancellation when row.Resource is not null:
                var isBlocked = !isFound && policy.ResourceTypesByIdentifier.GetValueOrDefault(row.ResourceType)?.Definition.BlockProvisioning == true;
                row = row with
                {
                    ProvisioningState = isBlocked ? ProvisioningState.Blocked : ProvisioningState.Pending,
                    BlockReason = isBlocked ? BlockDecision.OfResourceType : null,
                    IsOwned = true,
                };
                return new AssignedType(row, [], []);
            case WorkflowState.Cancellation or WorkflowState.Declined:
                return new AssignedType(row with { ProvisioningState = ProvisioningState.None }, [], []);
            case WorkflowState.Approved when isFound:
                return type with { Row = row with { ProvisioningState = ProvisioningState.Verified, IsOwned = true } };
            default:
                return type;
        }
    }
}
