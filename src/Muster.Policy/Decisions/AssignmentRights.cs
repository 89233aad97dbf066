using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Policy.Access;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;

namespace Muster.Policy.Decisions;

/// <summary>Which permission each decision on assignments needs (rolemodel.md 9.3), asked of the one who acts. The operator may do all.</summary>
internal sealed class AssignmentRights(AccessGuard guard)
{
    /// <summary>
    /// A request with its approval settled: where the policy lets the right to review count as approval, whoever asks and may review needs no
    /// other. The operator's word is taken for it.
    /// </summary>
    public AssignmentRequest Settle(AssignmentRequest request, AssignmentItem item, long owner)
    {
        if (guard.User is null || !item.Requests.IsApprovalImplicit)
        {
            return request;
        }

        var questions = StepsOf(item.Requests.Approval)
            .Select(state => Review("ReviewRoles", item, Entry(item, owner, state), request.OwnerKey))
            .ToList();
        if (request.IsImplicit)
        {
            guard.Require(questions);
        }

        return request with { IsImplicit = questions.Count > 0 && guard.May(questions).All(may => may) };
    }

    /// <summary>Before the owner is looked at: whether anything of the kind may be asked for at all.</summary>
    public void RequireRequests(AssignmentKind kind, bool isRemoval)
    {
        var type = AccessedEntity.EntityTypeOf(kind);
        guard.RequireSome([.. ((string[])(isRemoval ? ["Delete"] : ["Create", "Update"])).Select(o => AccessQuestion.OfType(PermissionPaths.Assignment(type, o), type))]);
    }

    /// <summary>A request creates an assignment, amends one, or asks for its deletion.</summary>
    public void RequireRequest(AssignmentItem item, AssignmentEntry? before, AssignmentEntry after, DecisionKind kind, string ownerKey)
    {
        AccessedEntity Entity(AssignmentEntry entry) => AccessedEntity.Of(item, entry, ownerKey);
        string Permission(string operation) => PermissionPaths.Assignment(AccessedEntity.EntityTypeOf(item.Kind), operation);
        guard.Require(kind switch
        {
            DecisionKind.RequestRemoval => AccessQuestion.Deletion(Permission("Delete"), Entity(before ?? after)),
            DecisionKind.Amend when before is not null => AccessQuestion.Change(Permission("Update"), Entity(before), Entity(after)),
            _ => AccessQuestion.Creation(Permission("Create"), Entity(after)),
        });
    }

    /// <summary>
    /// Which of some risks the one who acts turns into warnings. The operator's word is not taken for it: who takes such a responsibility is named.
    /// </summary>
    public RiskOverrides Override(IReadOnlyList<Risk> risks)
    {
        List<Risk> holding = [.. risks.Where(r => r.ExemptionPolicy != RiskExemptionPolicy.Warning)];
        if (guard.User is null || holding.Count == 0)
        {
            return new RiskOverrides(risks, []);
        }

        var may = guard.May(
        [
            .. holding.Select(r => AccessQuestion.Of(
                r.ExemptionPolicy == RiskExemptionPolicy.Blocking ? PermissionPaths.OverrideBlockingRisk : PermissionPaths.OverrideRiskApproval, AccessedEntity.Of(r))),
        ]);
        return new RiskOverrides(risks, [.. holding.Zip(may).Where(r => r.Second).Select(r => r.First)]);
    }

    /// <summary>Requests are reviewed; what was found without a rule is reconciled.</summary>
    public void RequireVerdict(AssignmentItem item, AssignmentEntry entry, AssignmentVerdict verdict, string ownerKey) =>
        Require([
            Review(
                verdict is AssignmentVerdict.Approve or AssignmentVerdict.Decline ? "ReviewRoles"
                : item.ResourceType is null ? "ReconciliateRoles"
                : "ReconciliateResources",
                item,
                entry,
                ownerKey),
        ]);

    /// <summary>Items of reviews: orders are reviewed, many at once by a permission of its own; what was found is reconciled.</summary>
    /// <param name="isBulk">Decided on together, not one by one.</param>
    public void RequireReviews(ConfigurationModel model, IEnumerable<(ReviewItem Item, ReviewView View)> items, ReviewVerdict verdict, bool isBulk) =>
        Require(
        [
            .. items.Select(i => (Permission: PermissionOf(i.Item, verdict, isBulk), i.Item, i.View))
                .DistinctBy(i => (i.Permission, i.Item.Type.Row.Id))
                .Select(i => Review(i.Permission, model, i.Item, i.View.OwnerKey)),
        ]);

    /// <summary>Who may do it with nothing at all is not told what there is.</summary>
    private void Require(IReadOnlyList<AccessQuestion> questions)
    {
        foreach (var (permission, type) in questions.Select(q => (q.Permission, q.EntityType)).Distinct())
        {
            guard.RequireSome(AccessQuestion.OfType(permission, type));
        }

        guard.Require(questions);
    }

    /// <summary>Which items the one who acts may decide on.</summary>
    public IReadOnlyList<bool> MayReview(ConfigurationModel model, IReadOnlyList<ReviewItem> items) =>
        guard.May([.. items.Select(i => Review(i.IsOrder ? "ReviewProvisioning" : "ReconciliateResources", model, i, null))]);

    /// <summary>Which assignments the one who acts may see.</summary>
    public IReadOnlyList<bool> MayQuery(IReadOnlyList<(AssignmentEntry Entry, AssignmentItem Item)> entries) =>
        guard.May([.. entries.Select(e => Query(e.Item, e.Entry))]);

    /// <summary>To see an assignment.</summary>
    public static AccessQuestion Query(AssignmentItem item, AssignmentEntry entry) =>
        AccessQuestion.Of(PermissionPaths.Assignment(AccessedEntity.EntityTypeOf(item.Kind), "Query"), AccessedEntity.Of(item, entry, null));

    private static string PermissionOf(ReviewItem item, ReviewVerdict verdict, bool isBulk) =>
        verdict is ReviewVerdict.Keep or ReviewVerdict.Remove || !item.IsOrder ? (isBulk ? "BulkReconciliateResources" : "ReconciliateResources")
        : isBulk ? "BulkReviewProvisioning"
        : "ReviewProvisioning";

    private static AccessQuestion Review(string review, ConfigurationModel model, ReviewItem item, string? ownerKey) =>
        Review(review, AssignmentItem.Find(model, AssignmentKind.ResourceType, item.Type.Row.ResourceType), AssignmentEntry.Of(item.Type), ownerKey);

    private static AccessQuestion Review(string review, AssignmentItem item, AssignmentEntry entry, string? ownerKey) =>
        AccessQuestion.Of(PermissionPaths.Review(review, item.OwnerType.Identifier), AccessedEntity.Of(item, entry, ownerKey));

    /// <summary>The assignment as reviewers of a step would see it.</summary>
    private static AssignmentEntry Entry(AssignmentItem item, long owner, WorkflowState state) => new()
    {
        Kind = item.Kind,
        Owner = owner,
        Item = item.Identifier,
        WorkflowState = state,
        StartDate = SentinelDates.Minimum,
        EndDate = SentinelDates.Maximum,
    };

    private static WorkflowState[] StepsOf(ApprovalWorkflowType approval) => approval switch
    {
        ApprovalWorkflowType.One => [WorkflowState.PendingApproval],
        ApprovalWorkflowType.Two => [WorkflowState.PendingApproval1, WorkflowState.PendingApproval2],
        ApprovalWorkflowType.Three => [WorkflowState.PendingApproval1Of3, WorkflowState.PendingApproval2Of3, WorkflowState.PendingApproval3Of3],
        _ => [],
    };
}
