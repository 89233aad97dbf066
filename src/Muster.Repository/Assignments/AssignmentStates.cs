namespace Muster.Repository.Assignments;

/// <summary>Where the writing of an assignment into its managed system stands (rolemodel.md 2.1); the numbers are documented.</summary>
public enum ProvisioningState
{
    /// <summary>Internal computation; nothing is to be written.</summary>
    None = 0,

    /// <summary>Ready for an order.</summary>
    Pending = 1,

    /// <summary>Put in an order, no answer yet.</summary>
    Transmitted = 2,

    /// <summary>The agent reported an error.</summary>
    Errored = 3,

    /// <summary>The value is in the synchronised data.</summary>
    Verified = 4,

    /// <summary>Waits for a review.</summary>
    Blocked = 5,

    /// <summary>Useless: its period is over.</summary>
    Inactive = 6,

    /// <summary>The evaluation of the value failed.</summary>
    RuntimeErrored = 7,

    /// <summary>The agent answered OK; no synchronisation has shown it yet.</summary>
    Executed = 8,
}

/// <summary>Why an assignment exists and what people decided about it (rolemodel.md 2.2); the numbers are documented unless said.</summary>
public enum WorkflowState
{
    None = 0,

    /// <summary>Non-conforming: exists, and no rule supports it.</summary>
    Found = 1,
    RequestedMissingParameters = 2,

    /// <summary>As <see cref="Found"/>, from before production.</summary>
    Historic = 3,
    Requested = 4,
    CalculatedMissingParameters = 5,
    PendingApproval = 8,
    PendingApproval1 = 9,
    PendingApproval2 = 10,
    PendingApproval1Of3 = 11,
    PendingApproval2Of3 = 12,
    PendingApproval3Of3 = 13,

    /// <summary>Given by hand.</summary>
    Approved = 16,
    Declined = 17,

    /// <summary>Calculated: given by a rule.</summary>
    PolicyApproved = 18,
    Inactive = 19,

    /// <summary>Must be removed.</summary>
    Cancellation = 20,
    Suggested = 21,
    SuggestedExisting = 22,
    RequestedAutomatically = 23,

    /// <summary>Given by hand, and the source has changed since.</summary>
    ApprovedQuestioned = 24,
    PendingApprovalRisk = 25,
    BlockedByRisk = 26,
    Prolonged = 27,

    /// <summary>A create-only value whose policy value differs from what was written. Documented without a number: ours.</summary>
    PolicyApprovedWithChanges = 28,
    ApprovedRisk = 116,

    /// <summary>A resource type that exists because a role needs it.</summary>
    GivenByRole = 118,
}

/// <summary>Predicates on states that several computations share.</summary>
public static class AssignmentStates
{
    /// <summary>True for existing things that no rule supports and nobody has decided about.</summary>
    public static bool IsNonConforming(this WorkflowState state) => state is WorkflowState.Found or WorkflowState.Historic;

    /// <summary>True while a request has not been decided to the end.</summary>
    public static bool IsPending(this WorkflowState state) =>
        state is WorkflowState.Requested or WorkflowState.RequestedMissingParameters or WorkflowState.PendingApproval or WorkflowState.PendingApproval1
            or WorkflowState.PendingApproval2 or WorkflowState.PendingApproval1Of3 or WorkflowState.PendingApproval2Of3
            or WorkflowState.PendingApproval3Of3 or WorkflowState.PendingApprovalRisk;

    /// <summary>True for what a person has granted.</summary>
    public static bool IsManual(this WorkflowState state) =>
        state is WorkflowState.Approved or WorkflowState.ApprovedQuestioned or WorkflowState.ApprovedRisk;

    /// <summary>True for an account that its owner may log in with: provisioned, and neither unsupported nor to be removed (rolemodel.md 5.12).</summary>
    public static bool IsLogin(this AssignedResourceType row) =>
        (row.Resource is not null || row.ProvisioningState == ProvisioningState.Executed)
        && !row.WorkflowState.IsNonConforming()
        && row.WorkflowState is not (WorkflowState.Declined or WorkflowState.Cancellation)
        && row.Confidence is null or >= 100;

    /// <summary>
    /// True for an assignment that does not keep its target from being classified: without owner, and neither reviewed nor left by a deleted
    /// owner, when it keeps the type it had (rolemodel.md 5.11).
    /// </summary>
    public static bool IsOpenToClassification(this AssignedResourceType row) =>
        row.Owner is null && row.WorkflowState is WorkflowState.Found && !row.IsOwned;

    /// <summary>True if a role entitles its owner; also while its removal waits for an approval.</summary>
    public static bool IsEffective(this AssignedRole row) => row.WorkflowState.IsEffective() || (row.AsksRemoval && row.WorkflowState.IsPending());

    /// <summary>True if a role in this state entitles its owner (rolemodel.md 5.4, phase 3).</summary>
    public static bool IsEffective(this WorkflowState state) =>
        state.IsManual() || state.IsNonConforming() || state is WorkflowState.PolicyApproved or WorkflowState.Prolonged;
}
