using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Transitions;

/// <summary>What waits for a reviewer.</summary>
public enum ReviewKind
{
    /// <summary>The order that creates a target, with all its values; also of one that was deleted in the managed system, not by Muster.</summary>
    Creation,

    /// <summary>The order that deletes a target.</summary>
    Deletion,

    /// <summary>A target that was found with a confidence under 100: is it the owner's?</summary>
    Correlation,

    /// <summary>A value that is to be written.</summary>
    Value,

    /// <summary>A link that is to be added.</summary>
    Link,

    /// <summary>A link that is to be removed.</summary>
    LinkRemoval,

    /// <summary>An account with an owner to whom no rule gives it.</summary>
    UnauthorizedAccount,

    /// <summary>An account without owner.</summary>
    Orphan,

    /// <summary>An account without owner whose resource type is only supposed.</summary>
    Classification,

    /// <summary>A value that was changed in the managed system.</summary>
    FoundValue,

    /// <summary>A link that was found in the managed system, and that no rule gives.</summary>
    FoundLink,
}

/// <summary>What a reviewer decides.</summary>
public enum ReviewVerdict
{
    /// <summary>The order may go.</summary>
    Approve,

    /// <summary>The order must not go.</summary>
    Decline,

    /// <summary>Later.</summary>
    Postpone,

    /// <summary>What was found stays.</summary>
    Keep,

    /// <summary>What was found goes; of a value: the policy's value comes.</summary>
    Remove,
}

/// <summary>What is known of an item under review.</summary>
internal readonly record struct ReviewSituation(ReviewKind Kind, ReviewVerdict Verdict, WorkflowState W, ProvisioningState S);

/// <summary>One row of the table.</summary>
/// <param name="Workflow">Null: unchanged.</param>
/// <param name="Provisioning">Null: unchanged, or as the values say.</param>
/// <param name="Refusal">Not null: it cannot be decided so; the end of a sentence about the item.</param>
internal sealed record ReviewTransition(
    string Name, string Source, Func<ReviewSituation, bool> When, WorkflowState? Workflow, ProvisioningState? Provisioning, string? Refusal = null);

/// <summary>The reviewers' rows of rolemodel.md 6.1 to 6.4. The first row that fits decides.</summary>
internal static class ReviewTransitions
{
    private const string ByConfirm = "was found without a rule: keep it with 'muster assignment confirm ID', or take it away with 'muster assignment confirm ID --remove'";
    private const string ByReview = "is an order that waits: decide with 'muster order review approve' or 'decline'";

    private static bool Is(ReviewSituation s, ReviewVerdict verdict, params ReadOnlySpan<ReviewKind> kinds) => s.Verdict == verdict && kinds.Contains(s.Kind);

    private static bool IsFound(ReviewSituation s) => s.Kind is ReviewKind.UnauthorizedAccount or ReviewKind.Orphan or ReviewKind.FoundValue or ReviewKind.FoundLink;

    public static IReadOnlyList<ReviewTransition> Table { get; } =
    [
        new("postpone", "6.1: 5 reviewer postpones", s => s.Verdict == ReviewVerdict.Postpone, null, null),

        // Approvals.
        new("approve, correlation", "5.6", s => Is(s, ReviewVerdict.Approve, ReviewKind.Correlation), null, null),
        new("approve, classification", "5.11", s => Is(s, ReviewVerdict.Approve, ReviewKind.Classification), null, ProvisioningState.None),
        new("approve, failed order", "6.1: 3 unblocked", s => s.Verdict == ReviewVerdict.Approve && s.S == ProvisioningState.Errored && !IsFound(s), null, ProvisioningState.Pending),
        new("approve, order", "6.1: 5 reviewer approves", s => Is(s, ReviewVerdict.Approve, ReviewKind.Creation, ReviewKind.Deletion, ReviewKind.Value, ReviewKind.Link, ReviewKind.LinkRemoval), null, ProvisioningState.Pending),
        new("approve, found", "6.3 (10), (11)", s => s.Verdict == ReviewVerdict.Approve, null, null, ByConfirm),

        // Refusals.
        new("decline, removal of a link", "6.4 (7)", s => Is(s, ReviewVerdict.Decline, ReviewKind.LinkRemoval), Approved, ProvisioningState.Verified),
        new("decline, correlation", "5.6", s => Is(s, ReviewVerdict.Decline, ReviewKind.Correlation), Declined, ProvisioningState.None),
        new("decline, classification", "5.11", s => Is(s, ReviewVerdict.Decline, ReviewKind.Classification), Declined, ProvisioningState.None),
        new("decline, order", "6.1: 5 reviewer declines", s => Is(s, ReviewVerdict.Decline, ReviewKind.Creation, ReviewKind.Deletion, ReviewKind.Value, ReviewKind.Link), Declined, ProvisioningState.None),
        new("decline, found", "6.3 (10), (11)", s => s.Verdict == ReviewVerdict.Decline, null, null, ByConfirm),

        // What was found.
        new("keep, account", "6.2 (7)", s => Is(s, ReviewVerdict.Keep, ReviewKind.UnauthorizedAccount, ReviewKind.Orphan), Approved, ProvisioningState.Verified),
        new("keep, value", "6.3 (10)", s => Is(s, ReviewVerdict.Keep, ReviewKind.FoundValue), Approved, ProvisioningState.Verified),
        new("keep, link", "6.4 (7)", s => Is(s, ReviewVerdict.Keep, ReviewKind.FoundLink), Approved, ProvisioningState.Verified),
        new("remove, account", "6.2 (7)", s => Is(s, ReviewVerdict.Remove, ReviewKind.UnauthorizedAccount, ReviewKind.Orphan), Cancellation, ProvisioningState.Pending),
        new("remove, value", "6.3 (11)", s => Is(s, ReviewVerdict.Remove, ReviewKind.FoundValue), PolicyApproved, ProvisioningState.Pending),
        new("remove, link", "6.4 (8)", s => Is(s, ReviewVerdict.Remove, ReviewKind.FoundLink), Cancellation, ProvisioningState.Pending),
        new("keep or remove, not found", "6.1", _ => true, null, null, ByReview),
    ];

    public static ReviewTransition For(ReviewSituation situation)
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
