using Muster.Configuration.Model;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.ProvisioningState;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Tests.Transitions;

/// <summary>The rows of rolemodel.md 6.1 to 6.5 in which people decide, row by row.</summary>
public sealed class DecisionTransitionTests
{
    private const bool Removal = true;

    private static RequestSituation Of(RequestEvent happens, WorkflowState state, ApprovalWorkflowType approval = ApprovalWorkflowType.One, bool removal = false) =>
        new() { Event = happens, W = state, Approval = approval, AsksRemoval = removal };

    private static readonly (string Name, RequestSituation Situation, WorkflowState? To, bool? AsksRemoval)[] Requests =
    [
        ("request, manual assignment not allowed", Of(RequestEvent.Request, WorkflowState.None, ApprovalWorkflowType.ManualAssignmentNotAllowed), null, false),
        ("request, parameter missing", Of(RequestEvent.Request, WorkflowState.None) with { LacksParameters = true }, RequestedMissingParameters, false),
        ("request, blocking risk", Of(RequestEvent.Request, BlockedByRisk) with { Risk = RiskVerdict.Blocking }, BlockedByRisk, false),
        ("request, no approval needed but that of a risk", Of(RequestEvent.Request, WorkflowState.None, ApprovalWorkflowType.None) with { Risk = RiskVerdict.Approval }, PendingApprovalRisk, false),
        ("request, no approval needed", Of(RequestEvent.Request, Declined, ApprovalWorkflowType.None), Approved, false),
        ("request, approval implicit", Of(RequestEvent.Request, Suggested, ApprovalWorkflowType.Three) with { IsImplicit = true }, Approved, false),
        ("request, one step", Of(RequestEvent.Request, WorkflowState.None), PendingApproval, false),
        ("request, two steps", Of(RequestEvent.Request, RequestedMissingParameters, ApprovalWorkflowType.Two), PendingApproval1, false),
        ("request, three steps", Of(RequestEvent.Request, SuggestedExisting, ApprovalWorkflowType.Three), PendingApproval1Of3, false),
        ("request, waits already", Of(RequestEvent.Request, PendingApproval2), null, false),
        ("request, found", Of(RequestEvent.Request, Found), null, false),
        ("request, there already", Of(RequestEvent.Request, PolicyApproved), null, false),
        ("removal, no approval needed", Of(RequestEvent.RequestRemoval, Approved, ApprovalWorkflowType.None), Cancellation, false),
        ("removal, approval implicit", Of(RequestEvent.RequestRemoval, ApprovedRisk) with { IsImplicit = true }, Cancellation, false),
        ("removal, one step", Of(RequestEvent.RequestRemoval, Approved), PendingApproval, Removal),
        ("removal, two steps", Of(RequestEvent.RequestRemoval, Approved, ApprovalWorkflowType.Two), PendingApproval1, Removal),
        ("removal, three steps", Of(RequestEvent.RequestRemoval, ApprovedQuestioned, ApprovalWorkflowType.Three), PendingApproval1Of3, Removal),
        ("removal, waits already", Of(RequestEvent.RequestRemoval, PendingApproval), null, false),
        ("removal, found", Of(RequestEvent.RequestRemoval, Historic), null, false),
        ("removal, not given by hand", Of(RequestEvent.RequestRemoval, PolicyApproved), null, false),
        ("approve, parameter missing", Of(RequestEvent.Approve, RequestedMissingParameters), null, false),
        ("approve, 1 of 2", Of(RequestEvent.Approve, PendingApproval1), PendingApproval2, null),
        ("approve, 1 of 3", Of(RequestEvent.Approve, PendingApproval1Of3), PendingApproval2Of3, null),
        ("approve, 2 of 3", Of(RequestEvent.Approve, PendingApproval2Of3, removal: Removal), PendingApproval3Of3, null),
        ("approve, last step of a removal", Of(RequestEvent.Approve, PendingApproval2, removal: Removal), Cancellation, false),
        ("approve, risk", Of(RequestEvent.Approve, PendingApprovalRisk), ApprovedRisk, false),
        ("approve, last step, blocking risk", Of(RequestEvent.Approve, PendingApproval2) with { Risk = RiskVerdict.Blocking }, BlockedByRisk, false),
        ("approve, last step but that of a risk", Of(RequestEvent.Approve, Suggested) with { Risk = RiskVerdict.Approval }, PendingApprovalRisk, false),
        ("approve, last step", Of(RequestEvent.Approve, PendingApproval3Of3), Approved, false),
        ("approve, suggestion", Of(RequestEvent.Approve, RequestedAutomatically), Approved, false),
        ("approve, nothing to approve", Of(RequestEvent.Approve, PolicyApproved), null, false),
        ("decline, removal", Of(RequestEvent.Decline, PendingApproval, removal: Removal), Approved, false),
        ("decline, request", Of(RequestEvent.Decline, PendingApproval2Of3), Declined, false),
        ("decline, suggestion", Of(RequestEvent.Decline, Suggested), Declined, false),
        ("decline, provisioned", Of(RequestEvent.Decline, GivenByRole) with { IsProvisioned = true }, Cancellation, true),
        ("decline, given by a rule or by hand", Of(RequestEvent.Decline, PolicyApproved), Declined, false),
        ("decline, prolonged", Of(RequestEvent.Decline, Prolonged), Cancellation, false),
        ("decline, found", Of(RequestEvent.Decline, Found), null, false),
        ("decline, nothing to decline", Of(RequestEvent.Decline, Cancellation), null, false),
        ("keep, found", Of(RequestEvent.Keep, Historic), Approved, false),
        ("keep, questioned", Of(RequestEvent.Keep, ApprovedQuestioned), Approved, false),
        ("keep, prolonged", Of(RequestEvent.Keep, Prolonged), Approved, false),
        ("remove, found", Of(RequestEvent.Remove, Found), Cancellation, false),
        ("remove, questioned", Of(RequestEvent.Remove, ApprovedQuestioned), Cancellation, false),
        ("remove, prolonged", Of(RequestEvent.Remove, Prolonged), Cancellation, false),
        ("keep or remove, not found", Of(RequestEvent.Keep, PolicyApproved), null, false),
    ];

    private static ReviewSituation Of(ReviewKind kind, ReviewVerdict verdict, ProvisioningState state = Blocked) => new(kind, verdict, PolicyApproved, state);

    private static readonly (string Name, ReviewSituation Situation, WorkflowState? Workflow, ProvisioningState? Provisioning, bool IsRefused)[] Reviews =
    [
        ("postpone", Of(ReviewKind.Creation, ReviewVerdict.Postpone), null, null, false),
        ("approve, correlation", Of(ReviewKind.Correlation, ReviewVerdict.Approve), null, null, false),
        ("approve, classification", Of(ReviewKind.Classification, ReviewVerdict.Approve), null, ProvisioningState.None, false),
        ("approve, failed order", Of(ReviewKind.Value, ReviewVerdict.Approve, Errored), null, Pending, false),
        ("approve, order", Of(ReviewKind.LinkRemoval, ReviewVerdict.Approve), null, Pending, false),
        ("approve, found", Of(ReviewKind.FoundLink, ReviewVerdict.Approve), null, null, true),
        ("decline, removal of a link", Of(ReviewKind.LinkRemoval, ReviewVerdict.Decline), Approved, Verified, false),
        ("decline, correlation", Of(ReviewKind.Correlation, ReviewVerdict.Decline), Declined, ProvisioningState.None, false),
        ("decline, classification", Of(ReviewKind.Classification, ReviewVerdict.Decline), Declined, ProvisioningState.None, false),
        ("decline, order", Of(ReviewKind.Deletion, ReviewVerdict.Decline), Declined, ProvisioningState.None, false),
        ("decline, found", Of(ReviewKind.UnauthorizedAccount, ReviewVerdict.Decline), null, null, true),
        ("keep, account", Of(ReviewKind.Orphan, ReviewVerdict.Keep), Approved, Verified, false),
        ("keep, value", Of(ReviewKind.FoundValue, ReviewVerdict.Keep), Approved, Verified, false),
        ("keep, link", Of(ReviewKind.FoundLink, ReviewVerdict.Keep), Approved, Verified, false),
        ("remove, account", Of(ReviewKind.UnauthorizedAccount, ReviewVerdict.Remove), Cancellation, Pending, false),
        ("remove, value", Of(ReviewKind.FoundValue, ReviewVerdict.Remove), PolicyApproved, Pending, false),
        ("remove, link", Of(ReviewKind.FoundLink, ReviewVerdict.Remove), Cancellation, Pending, false),
        ("keep or remove, not found", Of(ReviewKind.Value, ReviewVerdict.Keep), null, null, true),
    ];

    public static TheoryData<string> RequestNames => [.. Requests.Select(r => r.Name)];

    public static TheoryData<string> ReviewNames => [.. Reviews.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(RequestNames))]
    public void RequestTable_Situation_GivesTheNamedRow(string name)
    {
        var (_, situation, to, removal) = Requests.Single(r => r.Name == name);

        var transition = RequestTransitions.For(situation);

        Assert.Equal((name, to, removal), (transition.Name, transition.To, transition.AsksRemoval));
        Assert.Equal(to is null, transition.Refusal is not null);
    }

    [Theory]
    [MemberData(nameof(ReviewNames))]
    public void ReviewTable_Situation_GivesTheNamedRow(string name)
    {
        var (_, situation, workflow, provisioning, isRefused) = Reviews.Single(r => r.Name == name);

        var transition = ReviewTransitions.For(situation);

        Assert.Equal((name, workflow, provisioning, isRefused), (transition.Name, transition.Workflow, transition.Provisioning, transition.Refusal is not null));
    }

    [Fact]
    public void Tables_EveryRow_HasItsTest()
    {
        Assert.Equal(RequestTransitions.Table.Select(r => r.Name), Requests.Select(r => r.Name));
        Assert.Equal(ReviewTransitions.Table.Select(r => r.Name), Reviews.Select(r => r.Name));
    }
}
