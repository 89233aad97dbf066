using Muster.Configuration.Model;
using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Transitions;

/// <summary>What a person does with an assignment.</summary>
internal enum RequestEvent
{
    /// <summary>Asks for it, or completes what was asked for.</summary>
    Request,

    /// <summary>Asks that it be taken away.</summary>
    RequestRemoval,
    Approve,
    Decline,

    /// <summary>Keeps what was found, questioned or prolonged.</summary>
    Keep,

    /// <summary>Takes away what was found, questioned or prolonged.</summary>
    Remove,
}

/// <summary>What the risks that a request would raise ask for.</summary>
internal enum RiskVerdict
{
    None,

    /// <summary>Another decision, on the risk.</summary>
    Approval,

    /// <summary>That it be refused.</summary>
    Blocking,
}

/// <summary>What is known when a person decides on a role or a resource type (rolemodel.md 6.2, 6.5).</summary>
internal readonly record struct RequestSituation
{
    public RequestEvent Event { get; init; }

    /// <summary>None where there is no assignment yet.</summary>
    public WorkflowState W { get; init; }

    public ApprovalWorkflowType Approval { get; init; }

    /// <summary>A required parameter has no value.</summary>
    public bool LacksParameters { get; init; }

    /// <summary>The requester may review, and the policy lets that count as approval.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>What waits is a removal.</summary>
    public bool AsksRemoval { get; init; }

    /// <summary>Of a request that would be granted (rolemodel.md 5.8).</summary>
    public RiskVerdict Risk { get; init; }

    /// <summary>A resource type whose target exists.</summary>
    public bool IsProvisioned { get; init; }
}

/// <summary>One row of the table.</summary>
/// <param name="To">The state after; null where it is refused.</param>
/// <param name="AsksRemoval">What the assignment says about its removal afterwards; null: as before.</param>
/// <param name="Refusal">Why it cannot be, as the end of a sentence about the assignment.</param>
internal sealed record RequestTransition(
    string Name, string Source, Func<RequestSituation, bool> When, WorkflowState? To, bool? AsksRemoval = false, string? Refusal = null);

/// <summary>The rows of rolemodel.md 6.5 and 6.2 in which people decide. The first row that fits decides.</summary>
internal static class RequestTransitions
{
    public static bool IsSuggestion(WorkflowState state) => state is Suggested or SuggestedExisting or RequestedAutomatically;

    private static bool IsOpen(RequestSituation s) =>
        Is(s, RequestEvent.Request) && (s.W is None or Declined or Cancellation or RequestedMissingParameters or Inactive or BlockedByRisk || IsSuggestion(s.W));

    private static bool IsRemovable(RequestSituation s) => Is(s, RequestEvent.RequestRemoval) && s.W.IsManual();

    private static bool IsGiven(RequestSituation s) => s.W.IsManual() || s.W is PolicyApproved or GivenByRole;

    private static bool Is(RequestSituation s, RequestEvent happens) => s.Event == happens;

    private static bool Is(RequestSituation s, RequestEvent happens, params ReadOnlySpan<WorkflowState> states) => s.Event == happens && states.Contains(s.W);

    private static bool IsLastStep(RequestSituation s) => Is(s, RequestEvent.Approve, Requested, PendingApproval, PendingApproval2, PendingApproval3Of3);

    private static bool IsGranting(RequestSituation s) => IsLastStep(s) || (Is(s, RequestEvent.Approve) && IsSuggestion(s.W));

    public static IReadOnlyList<RequestTransition> Table { get; } =
    [
        // Requests.
        new("request, manual assignment not allowed", "2.3", s => Is(s, RequestEvent.Request) && s.Approval == ApprovalWorkflowType.ManualAssignmentNotAllowed, null, Refusal: "is not given by hand (ManualAssignmentNotAllowed): give it by a rule"),
        new("request, parameter missing", "6.5", s => IsOpen(s) && s.LacksParameters, RequestedMissingParameters),
        new("request, blocking risk", "6.5", s => IsOpen(s) && s.Risk == RiskVerdict.Blocking, BlockedByRisk),
        new("request, no approval needed but that of a risk", "6.5", s => IsOpen(s) && s.Risk == RiskVerdict.Approval && (s.Approval == ApprovalWorkflowType.None || s.IsImplicit), PendingApprovalRisk),
        new("request, no approval needed", "6.5", s => IsOpen(s) && s.Approval == ApprovalWorkflowType.None, Approved),
        new("request, approval implicit", "6.5", s => IsOpen(s) && s.IsImplicit, Approved),
        new("request, one step", "6.5", s => IsOpen(s) && s.Approval == ApprovalWorkflowType.One, PendingApproval),
        new("request, two steps", "6.5", s => IsOpen(s) && s.Approval == ApprovalWorkflowType.Two, PendingApproval1),
        new("request, three steps", "6.5", s => IsOpen(s) && s.Approval == ApprovalWorkflowType.Three, PendingApproval1Of3),
        new("request, waits already", "6.5", s => Is(s, RequestEvent.Request) && s.W.IsPending(), null, Refusal: "waits for its approval already"),
        new("request, found", "6.5", s => Is(s, RequestEvent.Request) && s.W.IsNonConforming(), null, Refusal: "was found and waits for a decision: keep it with 'muster assignment confirm'"),
        new("request, there already", "6.5", s => Is(s, RequestEvent.Request), null, Refusal: "is there already"),

        // Requests of removal: the same workflow (6.5, first note).
        new("removal, no approval needed", "6.5", s => IsRemovable(s) && s.Approval is ApprovalWorkflowType.None or ApprovalWorkflowType.ManualAssignmentNotAllowed, Cancellation),
        new("removal, approval implicit", "6.5", s => IsRemovable(s) && s.IsImplicit, Cancellation),
        new("removal, one step", "6.5", s => IsRemovable(s) && s.Approval == ApprovalWorkflowType.One, PendingApproval, AsksRemoval: true),
        new("removal, two steps", "6.5", s => IsRemovable(s) && s.Approval == ApprovalWorkflowType.Two, PendingApproval1, AsksRemoval: true),
        new("removal, three steps", "6.5", s => IsRemovable(s) && s.Approval == ApprovalWorkflowType.Three, PendingApproval1Of3, AsksRemoval: true),
        new("removal, waits already", "6.5", s => Is(s, RequestEvent.RequestRemoval) && s.W.IsPending(), null, Refusal: "waits for a decision: decline the request, or approve the removal"),
        new("removal, found", "6.5", s => Is(s, RequestEvent.RequestRemoval) && s.W.IsNonConforming(), null, Refusal: "was found and waits for a decision: remove it with 'muster assignment confirm --remove'"),
        new("removal, not given by hand", "6.5", s => Is(s, RequestEvent.RequestRemoval), null, Refusal: "was not given by hand: change the rule that gives it, or decline it"),

        // Approvals; a step that is not the last says as before whether a removal is asked for.
        new("approve, parameter missing", "6.5", s => Is(s, RequestEvent.Approve, RequestedMissingParameters, CalculatedMissingParameters), null, Refusal: "lacks a required parameter: give it with 'muster assignment request … --parameter'"),
        new("approve, 1 of 2", "6.5", s => Is(s, RequestEvent.Approve, PendingApproval1), PendingApproval2, AsksRemoval: null),
        new("approve, 1 of 3", "6.5", s => Is(s, RequestEvent.Approve, PendingApproval1Of3), PendingApproval2Of3, AsksRemoval: null),
        new("approve, 2 of 3", "6.5", s => Is(s, RequestEvent.Approve, PendingApproval2Of3), PendingApproval3Of3, AsksRemoval: null),
        new("approve, last step of a removal", "6.5", s => Is(s, RequestEvent.Approve) && s.AsksRemoval && s.W.IsPending(), Cancellation),
        new("approve, risk", "6.5", s => Is(s, RequestEvent.Approve, PendingApprovalRisk), ApprovedRisk),
        new("approve, last step, blocking risk", "6.5", s => IsGranting(s) && s.Risk == RiskVerdict.Blocking, BlockedByRisk),
        new("approve, last step but that of a risk", "6.5", s => IsGranting(s) && s.Risk == RiskVerdict.Approval, PendingApprovalRisk),
        new("approve, last step", "6.5", IsLastStep, Approved),
        new("approve, suggestion", "3.14", s => Is(s, RequestEvent.Approve) && IsSuggestion(s.W), Approved),
        new("approve, nothing to approve", "6.5", s => Is(s, RequestEvent.Approve), null, Refusal: "does not wait for an approval"),

        // Refusals.
        new("decline, removal", "6.5", s => Is(s, RequestEvent.Decline) && s.AsksRemoval && s.W.IsPending(), Approved),
        new("decline, request", "6.5", s => Is(s, RequestEvent.Decline) && (s.W.IsPending() || s.W == CalculatedMissingParameters), Declined),
        new("decline, suggestion", "6.5", s => Is(s, RequestEvent.Decline) && IsSuggestion(s.W), Declined),
        new("decline, provisioned", "6.2 (11)", s => Is(s, RequestEvent.Decline) && s.IsProvisioned && IsGiven(s), Cancellation, AsksRemoval: true),
        new("decline, given by a rule or by hand", "5.4", s => Is(s, RequestEvent.Decline) && IsGiven(s), Declined),
        new("decline, prolonged", "7.5", s => Is(s, RequestEvent.Decline, Prolonged), Cancellation),
        new("decline, found", "6.5", s => Is(s, RequestEvent.Decline) && s.W.IsNonConforming(), null, Refusal: "was found and waits for a decision: remove it with 'muster assignment confirm --remove'"),
        new("decline, nothing to decline", "6.5", s => Is(s, RequestEvent.Decline), null, Refusal: "has nothing to decline"),

        // What was found, questioned or prolonged.
        new("keep, found", "6.5", s => Is(s, RequestEvent.Keep, Found, Historic), Approved),
        new("keep, questioned", "6.3 (12)", s => Is(s, RequestEvent.Keep, ApprovedQuestioned), Approved),
        new("keep, prolonged", "7.5", s => Is(s, RequestEvent.Keep, Prolonged), Approved),
        new("remove, found", "6.5", s => Is(s, RequestEvent.Remove, Found, Historic), Cancellation),
        new("remove, questioned", "6.3 (12)", s => Is(s, RequestEvent.Remove, ApprovedQuestioned), Cancellation),
        new("remove, prolonged", "7.5", s => Is(s, RequestEvent.Remove, Prolonged), Cancellation),
        new("keep or remove, not found", "6.5", _ => true, null, Refusal: "was not found without a rule: there is nothing to confirm"),
    ];

    public static RequestTransition For(RequestSituation situation)
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
