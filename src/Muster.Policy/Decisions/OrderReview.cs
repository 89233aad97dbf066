using Muster.Policy.Access;
using Muster.Policy.Compilation;
using Muster.Policy.Naming;
using Muster.Policy.Transitions;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;
using Muster.Repository.Schema;

namespace Muster.Policy.Decisions;

/// <summary>
/// The reviews of orders and of what was found in managed systems (rolemodel.md 5.6, 5.7, 6.1 to 6.4): what waits, and what reviewers decide.
/// A decision is one transaction for all its items. Throws <see cref="DecisionRefusedException"/>.
/// </summary>
public sealed class OrderReview(RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy)
{
    private const int BatchSize = 1_000;

    /// <summary>What waits, by resource type and owner.</summary>
    public IReadOnlyList<ReviewView> List(ReviewFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        using var transaction = database.BeginRead();
        var guard = new AccessGuard(transaction, schema, policy.Model, filter.ActingUser);
        var views = new ReviewViews(transaction, schema, policy, new ResourceRights(guard, policy.Model));
        var rights = new AssignmentRights(guard);
        var allowed = Waiting(transaction, filter).Chunk(BatchSize)
            .SelectMany(items => items.Zip(rights.MayReview(policy.Model, items)).Where(i => i.Second).Select(i => i.First));
        return
        [
            .. views.Of([.. allowed.Take(filter.Limit)])
                .OrderBy(v => v.ResourceType, StringComparer.Ordinal)
                .ThenBy(v => v.OwnerKey, StringComparer.Ordinal)
                .ThenBy(v => v.Property, StringComparer.Ordinal)
                .ThenBy(v => v.Id),
        ];
    }

    /// <summary>Decides on items by id; all or none.</summary>
    /// <returns>The items as they were.</returns>
    public IReadOnlyList<ReviewView> Decide(
        IReadOnlyCollection<long> ids, ReviewVerdict verdict, DecisionAuthor author, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(author);
        using var transaction = database.BeginWrite(cancellationToken);
        var search = new AssignmentSearch(transaction);
        var items = new List<ReviewItem>();
        foreach (var byType in ids.Distinct().GroupBy(id => search.TypeOf(id) ?? throw new DecisionRefusedException($"There is nothing to review with the id {id}. 'muster order review' shows what waits.")))
        {
            var all = Items(transaction, [byType.Key]).ToList();
            items.AddRange(byType.SelectMany(id => all.Where(i => i.Id == id || (id == byType.Key && i.IsOrder)).ToList() is { Count: > 0 } met
                ? met
                : throw new DecisionRefusedException($"The item {id} does not wait for a review. 'muster order review' shows what waits.")));
        }

        return Decide(transaction, [.. items.DistinctBy(i => i.Id)], verdict, author, isBulk: false);
    }

    /// <summary>Decides on all orders that wait and that a filter lets through; what was found is left alone.</summary>
    public IReadOnlyList<ReviewView> DecideAll(
        ReviewFilter filter, ReviewVerdict verdict, DecisionAuthor author, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(author);
        using var transaction = database.BeginWrite(cancellationToken);
        var isOfFound = verdict is ReviewVerdict.Keep or ReviewVerdict.Remove;
        return Decide(transaction, [.. Waiting(transaction, filter).Where(i => i.IsOrder != isOfFound)], verdict, author, isBulk: true);
    }

    private List<ReviewView> Decide(RepositoryTransaction transaction, List<ReviewItem> items, ReviewVerdict verdict, DecisionAuthor author, bool isBulk)
    {
        var guard = new AccessGuard(transaction, schema, policy.Model, author.ActingUser);
        var views = new ReviewViews(transaction, schema, policy, new ResourceRights(guard, policy.Model)).Of(items);
        new AssignmentRights(guard).RequireReviews(policy.Model, items.Zip(views), verdict, isBulk);
        if (verdict == ReviewVerdict.Approve)
        {
            var left = SecondTargets.WithoutThem(transaction, policy, [.. items.Zip(views)], isBulk);
            items = [.. left.Select(l => l.Item)];
            views = [.. left.Select(l => l.View)];
        }

        foreach (var (item, view) in items.Zip(views))
        {
            var transition = ReviewTransitions.For(new ReviewSituation(item.Kind, verdict, item.WorkflowState, item.ProvisioningState));
            if (transition.Refusal is { } refusal)
            {
                throw new DecisionRefusedException($"The item {item.Id} ({view.Kind} of resource type '{view.ResourceType}' of '{view.OwnerKey ?? view.Target}') {refusal}.");
            }

            if (verdict != ReviewVerdict.Postpone)
            {
                var subject = $"item {item.Id} of resource type '{view.ResourceType}'";
                AssignmentDecisions.RequireComment(policy.ResourceTypesByIdentifier[view.ResourceType].Definition.Requests, VerdictOf(verdict), author, subject);
            }
        }

        var writer = new DecisionWriter(transaction, schema, policy);
        var store = new AssignmentStore(transaction);
        foreach (var byType in items.Zip(views).GroupBy(i => i.First.Type.Row.Id))
        {
            var stored = byType.First().First.Type;
            var decided = stored;
            foreach (var (item, _) in byType)
            {
                decided = ReviewedType.Of(policy.ResourceTypesByIdentifier[stored.Row.ResourceType], decided, item, verdict);
            }

            store.SaveTypes([stored], [decided], keepHistory: true);
            foreach (var (item, view) in byType)
            {
                Note(writer, item, view, decided, verdict, author);
            }

            new FoundLinkRoles(transaction, schema, policy.At(transaction), writer).Follow(stored, byType, verdict, author);
            Touch(writer, stored, byType.Select(i => i.First), verdict);
        }

        transaction.Commit();
        return [.. views];
    }

    /// <summary>What is postponed stays as it is; a decision on a target concerns everybody who might have it.</summary>
    private void Touch(DecisionWriter writer, AssignedType stored, IEnumerable<ReviewItem> items, ReviewVerdict verdict)
    {
        if (verdict == ReviewVerdict.Postpone)
        {
            return;
        }

        var type = policy.ResourceTypesByIdentifier[stored.Row.ResourceType].Definition;
        if (stored.Row.Owner is { } owner)
        {
            writer.Touch(type.SourceEntityType, owner, null);
        }

        if (stored.Row.Resource is { } target && items.Any(i => i.Property is null))
        {
            writer.TouchTarget(type, target);
        }
    }

    private static void Note(DecisionWriter writer, ReviewItem item, ReviewView view, AssignedType decided, ReviewVerdict verdict, DecisionAuthor author)
    {
        var after = item.Scalar is { } scalar ? States(decided.Scalars.FirstOrDefault(s => s.Id == scalar.Id) is { } s ? (s.WorkflowState, s.ProvisioningState) : null)
            : item.Navigation is { } navigation ? States(decided.Navigations.FirstOrDefault(n => n.Id == navigation.Id) is { } n ? (n.WorkflowState, n.ProvisioningState) : null)
            : States((decided.Row.WorkflowState, decided.Row.ProvisioningState));
        writer.Record(new Decision
        {
            By = author.By,
            Comment = author.Comment,
            Kind = verdict switch
            {
                ReviewVerdict.Approve when item.ProvisioningState == ProvisioningState.Errored => DecisionKind.Unblock,
                ReviewVerdict.Approve => DecisionKind.Approve,
                ReviewVerdict.Decline => DecisionKind.Decline,
                ReviewVerdict.Postpone => DecisionKind.Postpone,
                ReviewVerdict.Keep => DecisionKind.Keep,
                _ => DecisionKind.Remove,
            },
            EntityType = view.OwnerType,
            Owner = item.Type.Row.Owner,
            OwnerKey = view.OwnerKey,
            Assignment = item.Id,
            ItemKind = item.Scalar is not null ? "Value" : item.Navigation is not null ? "Link" : nameof(AssignmentKind.ResourceType),
            Item = view.ResourceType,
            Detail = item.Property is null ? view.Target : $"{item.Property}: policy '{view.Policy}', found '{view.Current}'",
            From = States((item.WorkflowState, item.ProvisioningState)),
            To = after,
        });
    }

    private static string? States((WorkflowState Workflow, ProvisioningState Provisioning)? states) => states is { } s ? $"{s.Workflow}/{s.Provisioning}" : null;

    private static AssignmentVerdict VerdictOf(ReviewVerdict verdict) => verdict switch
    {
        ReviewVerdict.Approve => AssignmentVerdict.Approve,
        ReviewVerdict.Decline => AssignmentVerdict.Decline,
        ReviewVerdict.Keep => AssignmentVerdict.Keep,
        _ => AssignmentVerdict.Remove,
    };

    private IEnumerable<ReviewItem> Waiting(RepositoryTransaction transaction, ReviewFilter filter)
    {
        var types = filter.ResourceTypes ?? [.. policy.ResourceTypesByIdentifier.Keys];
        foreach (var type in types.Where(t => !policy.ResourceTypesByIdentifier.ContainsKey(t)))
        {
            throw DecisionRefusedException.Wrong($"There is no resource type '{type}' that is computed.{AssignmentItem.Nearest(type, policy.ResourceTypesByIdentifier.Keys)}");
        }

        var search = new AssignmentSearch(transaction);
        for (var page = search.ToReview(types, long.MinValue, BatchSize); page.Count > 0; page = search.ToReview(types, page[^1], BatchSize))
        {
            foreach (var item in Items(transaction, page))
            {
                if ((filter.Owner is null || item.Type.Row.Owner == filter.Owner) && (filter.Property is null || item.Property == filter.Property))
                {
                    yield return item;
                }
            }
        }
    }

    private IEnumerable<ReviewItem> Items(RepositoryTransaction transaction, IReadOnlyCollection<long> ids) =>
        new AssignmentStore(transaction).LoadTypes(ids).Where(t => policy.ResourceTypesByIdentifier.ContainsKey(t.Row.ResourceType)).SelectMany(ReviewItems.Of);
}
