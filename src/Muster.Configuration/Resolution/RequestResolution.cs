using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Fills in from the policy what roles and resource types leave to it.</summary>
internal static class RequestResolution
{
    public static RequestRules Of(PolicyElement policy) => new()
    {
        IsApprovalImplicit = policy.HasImplicitApproval,
        ProlongsWithoutApproval = policy.ProlongationWithoutApproval,
        EndDateLock = policy.ManualAssignmentEndDateLockedToContextMode,
        CommentOnApprove = policy.CommentActivationOnApproveInReview,
        CommentOnDecline = policy.CommentActivationOnDeclineInReview,
        CommentOnDelete = policy.CommentActivationOnDeleteGapInReconciliation,
        CommentOnKeep = policy.CommentActivationOnKeepGapInReconciliation,
    };

    public static RequestRules Of(RoleElement role, Policy policy) => policy.Requests with
    {
        Approval = role.ApprovalWorkflowType,
        IsApprovalImplicit = IsImplicit(role.ImplicitApproval, policy),
        ProlongsWithoutApproval = Prolongs(role.ProlongationWithoutApproval, policy),
        EndDateLock = Lock(role, role.ManualAssignmentEndDateLockedToContextMode, policy),
        CommentOnApprove = Comment(role.CommentActivationOnApproveInReview, policy.Requests.CommentOnApprove),
        CommentOnDecline = Comment(role.CommentActivationOnDeclineInReview, policy.Requests.CommentOnDecline),
        CommentOnDelete = Comment(role.CommentActivationOnDeleteGapInReconciliation, policy.Requests.CommentOnDelete),
        CommentOnKeep = Comment(role.CommentActivationOnKeepGapInReconciliation, policy.Requests.CommentOnKeep),
    };

    /// <summary>For the roles of a naming rule.</summary>
    public static RequestRules Of(RoleMappingElement mapping, ApprovalWorkflowType approval, Policy policy) => policy.Requests with
    {
        Approval = approval,
        IsApprovalImplicit = IsImplicit(mapping.ImplicitApproval, policy),
        CommentOnApprove = Comment(mapping.CommentActivationOnApproveInReview, policy.Requests.CommentOnApprove),
        CommentOnDecline = Comment(mapping.CommentActivationOnDeclineInReview, policy.Requests.CommentOnDecline),
        CommentOnDelete = Comment(mapping.CommentActivationOnDeleteGapInReconciliation, policy.Requests.CommentOnDelete),
        CommentOnKeep = Comment(mapping.CommentActivationOnKeepGapInReconciliation, policy.Requests.CommentOnKeep),
    };

    public static RequestRules Of(ResourceTypeElement type, Policy policy) => policy.Requests with
    {
        Approval = type.ApprovalWorkflowType,
        IsApprovalImplicit = IsImplicit(type.ImplicitApproval, policy),
        ProlongsWithoutApproval = Prolongs(type.ProlongationWithoutApproval, policy),
        EndDateLock = Lock(type, type.ManualAssignmentEndDateLockedToContextMode, policy),
    };

    private static bool IsImplicit(ImplicitApproval value, Policy policy) =>
        value == ImplicitApproval.Implicit || (value == ImplicitApproval.Inherited && policy.Requests.IsApprovalImplicit);

    private static bool Prolongs(ProlongationWithoutApproval value, Policy policy) =>
        value == ProlongationWithoutApproval.Enabled
        || (value == ProlongationWithoutApproval.Inherited && policy.Requests.ProlongsWithoutApproval);

    /// <summary>The mode has no value that means "inherited": what is not written is as the policy says.</summary>
    private static EndDateLock Lock(ElementRecord element, EndDateLock written, Policy policy) =>
        element.Source.Find(nameof(RoleElement.ManualAssignmentEndDateLockedToContextMode)) is null ? policy.Requests.EndDateLock : written;

    private static CommentActivation Comment(CommentActivationWithInherited value, CommentActivation inherited) =>
        value == CommentActivationWithInherited.Inherited ? inherited : (CommentActivation)(int)value;
}
