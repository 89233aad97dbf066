using Muster.Configuration.Elements;

namespace Muster.Configuration.Model;

/// <summary>
/// How people may ask for a role or a resource type, and decide on it (rolemodel.md 3.7, 3.10, 7.4, 7.5). What a role or resource type
/// leaves to its policy is filled in from there.
/// </summary>
public sealed record RequestRules
{
    public static RequestRules Default { get; } = new();

    public ApprovalWorkflowType Approval { get; init; }

    /// <summary>The approval is skipped where the requester may review.</summary>
    public bool IsApprovalImplicit { get; init; }

    /// <summary>The end of an existing assignment may be moved later without a review.</summary>
    public bool ProlongsWithoutApproval { get; init; }

    public EndDateLock EndDateLock { get; init; }

    public CommentActivation CommentOnApprove { get; init; } = CommentActivation.Optional;

    public CommentActivation CommentOnDecline { get; init; } = CommentActivation.Required;

    /// <summary>When what was found is removed.</summary>
    public CommentActivation CommentOnDelete { get; init; } = CommentActivation.Optional;

    /// <summary>When what was found is kept.</summary>
    public CommentActivation CommentOnKeep { get; init; } = CommentActivation.Required;
}
