using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Repository;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Access;

/// <summary>
/// Whether filters hold (rolemodel.md 9.1). What cannot be read, and what there is nothing to compare with, holds for neither operator:
/// the default is to deny.
/// </summary>
internal sealed class AccessFilters(RepositoryTransaction transaction, EntitySchema schema)
{
    private readonly ResourceReader _reader = new(transaction, schema);
    private readonly DimensionAncestors _ancestors = new(transaction, schema);

    /// <summary>Reads what filters need of entities, together.</summary>
    public FilterReadings Read(IEnumerable<(AccessedEntity Entity, AccessControlFilter Filter)> wanted) => FilterReadings.Load(_reader, wanted);

    /// <summary>The first filter of the nearest group that does not hold; null where a group holds as a whole, or there is none.</summary>
    public AccessControlFilter? Failing(AccessControlRule rule, AccessedEntity entity, UserProfile profile, AccessUser user, FilterReadings readings)
    {
        AccessControlFilter? failing = null;
        foreach (var group in rule.FilterGroups)
        {
            if (group.FirstOrDefault(f => !Holds(f, entity, profile.Context, user, readings)) is not { } first)
            {
                return null;
            }

            failing ??= first;
        }

        return failing;
    }

    private bool Holds(AccessControlFilter filter, AccessedEntity entity, AccessContext context, AccessUser user, FilterReadings readings)
    {
        if (readings.Of(entity, filter) is not { } values || Matching(filter, context, user) is not { } matches)
        {
            return false;
        }

        var isEmpty = values.Count == 0 && filter is { Comparand: FilterComparand.Value, Value: "" };
        return (isEmpty || values.Any(matches)) == (filter.Operator == FilterOperator.Equals);
    }

    /// <summary>What a value must be to equal what the filter compares with; null where there is nothing to compare with.</summary>
    private Func<AccessValue, bool>? Matching(AccessControlFilter filter, AccessContext context, AccessUser user) => filter.Comparand switch
    {
        FilterComparand.Value => value => Equals(value, filter.Value),
        FilterComparand.CurrentUser => user.Resource is { } resource ? value => value is ResourceValue r && r.Type == resource.Type && r.Id == resource.Id : null,
        FilterComparand.Dimension => context.Dimensions.GetValueOrDefault(filter.Dimension!) is { } id ? value => IsIn(value, filter.Dimension!, id) : null,
        FilterComparand.Category => Item(context.Category, "Category"),
        FilterComparand.SingleRole => Item(context.SingleRole, "SingleRole"),
        FilterComparand.CompositeRole => Item(context.CompositeRole, "CompositeRole"),
        _ => Item(context.ResourceType, "ResourceType"),
    };

    private static Func<AccessValue, bool>? Item(string? identifier, string kind) => string.IsNullOrEmpty(identifier) ? null : value => value switch
    {
        ItemValue item => item.Kind == kind && item.Identifier == identifier,
        TextValue text => text.Text == identifier,
        _ => false,
    };

    private static bool Equals(AccessValue value, string? written) => value switch
    {
        TextValue { Enumeration: { } states } state => FieldText.Enumeration(states, written ?? "")?.ToString() == state.Text,
        TextValue text => CanonicalText.TryNormalize(text.Type, written, out var canonical) && canonical == text.Text,
        ItemValue item => item.Identifier == written,
        ResourceValue resource => resource.Keys.Any(k => k.Value is not null && CanonicalText.TryNormalize(k.Type, written, out var key) && key == k.Value),
        _ => false,
    };

    /// <summary>A value of a dimension, or one below it in a hierarchical dimension.</summary>
    private bool IsIn(AccessValue value, Dimension dimension, long wanted)
    {
        long? id = value switch
        {
            ResourceValue resource when resource.Type == dimension.EntityType => resource.Id,
            TextValue { Text: { } key } => _reader.FindByKey(dimension.EntityType, key),
            _ => null,
        };
        return id is { } own && (own == wanted || _ancestors.Of(dimension, own).Contains(wanted));
    }
}
