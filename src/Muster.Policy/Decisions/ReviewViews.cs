using System.Globalization;
using Muster.Configuration.Model;
using Muster.Policy.Access;
using Muster.Policy.Compilation;
using Muster.Policy.Transitions;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Decisions;

/// <summary>Items under review with the keys and values that people read; without values that they may not read.</summary>
internal sealed class ReviewViews(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, ResourceRights rights)
{
    private readonly ResourceReader _reader = new(transaction, schema);

    public IReadOnlyList<ReviewView> Of(IReadOnlyList<ReviewItem> items)
    {
        var keys = Keys(items.SelectMany(Resources));
        return [.. items.Select(i => Of(i, keys))];
    }

    private IEnumerable<(EntityType Type, long? Id)> Resources(ReviewItem item)
    {
        var type = Definition(item);
        yield return (type.SourceEntityType, item.Type.Row.Owner);
        yield return (type.TargetEntityType, item.Type.Row.Resource);
        if (item.Navigation is { } link && type.TargetEntityType.FindProperty(link.Property)?.TargetEntityType is { } pointed)
        {
            yield return (pointed, link.Resource);
            yield return (pointed, link.CurrentResource);
        }
    }

    private ReviewView Of(ReviewItem item, Dictionary<(EntityType, long), string> keys)
    {
        var type = Definition(item);
        var row = item.Type.Row;
        string? Key(EntityType? of, long? id) => of is not null && id is { } known ? keys.GetValueOrDefault((of, known), $"#{known}") : null;
        var pointed = item.Property is { } property ? type.TargetEntityType.FindProperty(property)?.TargetEntityType : null;
        var hides = IsHidden(item, type.TargetEntityType);
        var current = hides ? null : item.Scalar is { } scalar ? scalar.CurrentValue : Key(pointed, item.Navigation?.CurrentResource);
        return new ReviewView(
            item.Id,
            item.Kind,
            row.ResourceType,
            type.SourceEntityType.Identifier,
            Key(type.SourceEntityType, row.Owner),
            Key(type.TargetEntityType, row.Resource),
            item.Property,
            hides ? null : item.Scalar is { } value ? value.PolicyValue : Key(pointed, item.Navigation?.Resource),
            current,
            item.WorkflowState,
            item.ProvisioningState,
            item.Navigation?.Confidence ?? (item.Property is null ? row.Confidence : null),
            Reason(item, current, hides));
    }

    /// <summary>The value may not be read; of a target as a whole, some of its values.</summary>
    private bool IsHidden(ReviewItem item, EntityType target) =>
        item.Property is { } name ? target.FindProperty(name) is { } property && !rights.IsVisible(target, item.Type.Row.Resource, property)
        : rights.HidesAny(target, item.Type.Row.Resource);

    private static string Reason(ReviewItem item, string? current, bool hides)
    {
        var row = item.Type.Row;
        if (item.ProvisioningState == ProvisioningState.Errored)
        {
            if (hides)
            {
                return "The order failed.";
            }

            return item.Scalar?.Message ?? item.Navigation?.Message ?? row.Message ?? "The order failed.";
        }

        return item.Kind switch
        {
            ReviewKind.FoundValue when item.WorkflowState == WorkflowState.ApprovedQuestioned => "It was kept by hand, and its source has changed since.",
            ReviewKind.FoundValue when hides => "It was changed in the managed system.",
            ReviewKind.FoundValue => $"It was changed in the managed system to '{current}'.",
            ReviewKind.FoundLink => "No rule gives it: a person decides.",
            ReviewKind.Link when item.Navigation is { Confidence: < 100 and var confidence } =>
                string.Create(CultureInfo.InvariantCulture, $"It was found with confidence {confidence}: a person confirms it."),
            _ => row.BlockReason ?? "A person decides.",
        };
    }

    private ResourceType Definition(ReviewItem item) => policy.ResourceTypesByIdentifier[item.Type.Row.ResourceType].Definition;

    private Dictionary<(EntityType, long), string> Keys(IEnumerable<(EntityType Type, long? Id)> resources)
    {
        var keys = new Dictionary<(EntityType, long), string>();
        foreach (var byType in resources.Where(r => r.Id is not null).GroupBy(r => r.Type))
        {
            foreach (var (id, key) in Owners.Keys(_reader, byType.Key, [.. byType.Select(r => r.Id!.Value).Distinct()]))
            {
                keys[(byType.Key, id)] = rights.Name(byType.Key, id, key);
            }
        }

        return keys;
    }
}
