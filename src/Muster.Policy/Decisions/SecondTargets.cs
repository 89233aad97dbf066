using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Policy.Transitions;
using Muster.Repository;
using Muster.Repository.Assignments;

namespace Muster.Policy.Decisions;

/// <summary>
/// An owner has one target of a resource type without <c>CorrelateMultipleResources</c> (rolemodel.md 5.6): of several proposals one may be
/// approved. The other one would be taken away again, and its account deleted.
/// </summary>
internal static class SecondTargets
{
    /// <summary>Leaves those proposals out that would give an owner a second target, or refuses where they were named.</summary>
    /// <param name="isBulk">True where nobody has named the items: the best proposal of each owner stays.</param>
    public static List<(ReviewItem Item, ReviewView View)> WithoutThem(
        RepositoryTransaction transaction, CompiledPolicy policy, List<(ReviewItem Item, ReviewView View)> items, bool isBulk)
    {
        var proposals = items
            .Where(i => i.Item.Kind == ReviewKind.Correlation && i.Item.Type.Row.Owner is not null
                && !policy.ResourceTypesByIdentifier[i.Item.Type.Row.ResourceType].Definition.CorrelateMultipleResources)
            .GroupBy(i => (Owner: i.Item.Type.Row.Owner!.Value, i.Item.Type.Row.ResourceType))
            .ToList();
        var left = new HashSet<long>();
        var search = new AssignmentSearch(transaction);
        foreach (var proposal in proposals)
        {
            var ordered = proposal.OrderByDescending(i => i.Item.Type.Row.Confidence).ThenBy(i => i.View.Target, StringComparer.Ordinal).Select(i => i.Item.Id).ToList();
            var hasOne = search.ResourceTypes(new AssignmentFilter { Owners = [proposal.Key.Owner], Items = [proposal.Key.ResourceType] }).Any(IsTarget);
            var tooMany = hasOne ? ordered : ordered[1..];
            if (tooMany.Count > 0 && !isBulk)
            {
                throw new DecisionRefusedException(
                    $"The item {tooMany[0]} would be a second target of resource type '{proposal.Key.ResourceType}' for one owner, and the type has no CorrelateMultipleResources. Decline it, or remove the other target first.");
            }

            left.UnionWith(tooMany);
        }

        return left.Count == 0 ? items : [.. items.Where(i => !left.Contains(i.Item.Id))];
    }

    private static bool IsTarget(AssignedResourceType row) =>
        row is { Resource: not null, WorkflowState: not (WorkflowState.Declined or WorkflowState.Cancellation) }
        && TargetClaims.IsHold(row) && TargetClaims.IsFirm(row);
}
