using Muster.Repository.Assignments;

namespace Muster.Policy.Explanations;

/// <summary>What states mean, for people (rolemodel.md 2.1, 2.2).</summary>
internal static class StateWords
{
    public static string Of(WorkflowState state) => state switch
    {
        WorkflowState.Found => "exists, and no rule supports it",
        WorkflowState.RequestedMissingParameters => "requested, and a required parameter is missing",
        WorkflowState.Historic => "exists from before production, and no rule supports it",
        WorkflowState.Requested => "requested",
        WorkflowState.CalculatedMissingParameters => "given by a rule, and a required parameter is missing: nothing comes of it",
        WorkflowState.PendingApproval => "requested, waits for its approval",
        WorkflowState.PendingApproval1 => "requested, waits for approval 1 of 2",
        WorkflowState.PendingApproval2 => "requested, waits for approval 2 of 2",
        WorkflowState.PendingApproval1Of3 => "requested, waits for approval 1 of 3",
        WorkflowState.PendingApproval2Of3 => "requested, waits for approval 2 of 3",
        WorkflowState.PendingApproval3Of3 => "requested, waits for approval 3 of 3",
        WorkflowState.Approved => "given by hand",
        WorkflowState.Declined => "declined by a person",
        WorkflowState.PolicyApproved => "given by a rule",
        WorkflowState.Inactive => "its time is over, and something of it is still there",
        WorkflowState.Cancellation => "is being removed",
        WorkflowState.Suggested => "suggested by a rule: entitles to nothing",
        WorkflowState.SuggestedExisting => "asked for by a rule, waits for a decision",
        WorkflowState.RequestedAutomatically => "asked for by a rule for somebody new, waits for a decision",
        WorkflowState.ApprovedQuestioned => "given by hand, and the source has changed since",
        WorkflowState.PendingApprovalRisk => "requested, and waits for a decision on its risk",
        WorkflowState.BlockedByRisk => "refused: its risk blocks it",
        WorkflowState.Prolonged => "lost by a change of rules, kept for its grace period",
        WorkflowState.PolicyApprovedWithChanges => "given by a rule whose value has changed since it was written at the creation",
        WorkflowState.ApprovedRisk => "given by hand in spite of a risk",
        WorkflowState.GivenByRole => "needed by a role",
        _ => "none",
    };

    public static string Of(ProvisioningState state) => state switch
    {
        ProvisioningState.Pending => "an order will be made",
        ProvisioningState.Transmitted => "in an order that has no answer yet",
        ProvisioningState.Errored => "its order failed",
        ProvisioningState.Verified => "there, as the last synchronisation showed",
        ProvisioningState.Blocked => "waits for a person",
        ProvisioningState.Inactive => "its time is over, nothing is to be written",
        ProvisioningState.RuntimeErrored => "its expression failed",
        ProvisioningState.Executed => "written, not seen in a synchronisation yet",
        _ => "nothing is to be written",
    };
}
