using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Policy.Transitions;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Decisions;

/// <summary>
/// A derogation may be reviewed at its role or at its links, and the other side follows (rolemodel.md 5.5, 6): a role that was deduced from a link
/// is approved with it, and cancelled with it.
/// </summary>
internal sealed class FoundLinkRoles(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, DecisionWriter writer)
{
    public void Follow(AssignedType stored, IEnumerable<(ReviewItem Item, ReviewView View)> decided, ReviewVerdict verdict, DecisionAuthor author)
    {
        var links = decided.Where(d => d.Item is { Kind: ReviewKind.FoundLink, Navigation.Resource: not null }).ToList();
        if (verdict is not (ReviewVerdict.Keep or ReviewVerdict.Remove) || links.Count == 0 || stored.Row.Owner is not { } owner)
        {
            return;
        }

        var store = new AssignmentStore(transaction);
        var before = store.Load([owner])[owner];
        var after = before;
        var decisions = new List<Decision>();
        foreach (var (item, view) in links)
        {
            var found = after.Roles.Where(r => r.WorkflowState.IsNonConforming()).ToList();
            var roles = RulesOf(stored.Row.ResourceType, item.Navigation!).SelectMany(r => RuleParameters.RowsOf(r, found)).Select(r => r.Id).ToHashSet();
            foreach (var role in found.Where(r => roles.Contains(r.Id)))
            {
                var situation = new RequestSituation { Event = verdict == ReviewVerdict.Keep ? RequestEvent.Keep : RequestEvent.Remove, W = role.WorkflowState };
                var state = RequestTransitions.For(situation).To ?? role.WorkflowState;
                after = after with { Roles = [.. after.Roles.Select(r => r.Id == role.Id ? r with { WorkflowState = state } : r)] };
                decisions.Add(Of(role, state, view, verdict, author));
            }
        }

        if (decisions.Count > 0)
        {
            store.Save([before], [after], keepHistory: true);
            decisions.ForEach(writer.Record);
        }
    }

    private List<NavigationRule> RulesOf(string resourceType, AssignedResourceNavigation link)
    {
        var reader = new ResourceReader(transaction, schema);
        return
        [
            .. policy.ResourceTypesByIdentifier[resourceType].NavigationRules
                .Where(r => r.SingleRole is not null && !r.IsDenied && r.Property.Identifier == link.Property
                    && reader.Find(r) == link.Resource),
        ];
    }

    private static Decision Of(AssignedSingleRole role, WorkflowState state, ReviewView view, ReviewVerdict verdict, DecisionAuthor author) => new()
    {
        By = author.By,
        Comment = author.Comment,
        Kind = verdict == ReviewVerdict.Keep ? DecisionKind.Keep : DecisionKind.Remove,
        EntityType = view.OwnerType,
        Owner = role.Owner,
        OwnerKey = view.OwnerKey,
        Assignment = role.Id,
        ItemKind = nameof(AssignmentKind.SingleRole),
        Item = role.Role,
        Detail = $"follows {view.Property} '{view.Current}' of resource type '{view.ResourceType}'",
        From = role.WorkflowState.ToString(),
        To = state.ToString(),
    };
}
