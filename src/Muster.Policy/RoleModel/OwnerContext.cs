using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;

namespace Muster.Policy.RoleModel;

/// <summary>A set of dimension values with a period (rolemodel.md 1.1). Values are resources; several where a dimension is multi-valued.</summary>
internal sealed record OwnerContext(Period Period, IReadOnlyDictionary<Dimension, IReadOnlyList<IResource>> Values)
{
    /// <summary>The resources that it was made of, for who asks where its dates and values came from: the owner itself, or records.</summary>
    public IReadOnlyList<IResource> From { get; init; } = [];

    /// <summary>The place of the context among those that hold at the same time; it may change within the period.</summary>
    public IReadOnlyList<RankedPeriod> Ranks { get; init; } = [];

    /// <summary>Null: the context has no rank, because there is no other.</summary>
    public ContextRank? RankAt(DateTime instant)
    {
        foreach (var ranked in Ranks)
        {
            if (ranked.Period.Contains(instant))
            {
                return ranked.Rank;
            }
        }

        return Ranks.Count == 0 ? null : Ranks[0].Rank;
    }
}

/// <summary>What the contexts of an owner came to.</summary>
/// <param name="Contexts">Past, present and future ones.</param>
/// <param name="IsExcluded">The owner is not evaluated at all.</param>
/// <param name="Error">Why something could not be computed; the owner is then excluded.</param>
internal sealed record OwnerContexts(IReadOnlyList<OwnerContext> Contexts, bool IsExcluded, string? Error)
{
    /// <summary>When contexts may change by the clock, besides their own starts and ends: where a record ends, and counts no more.</summary>
    public IReadOnlyList<DateTime> Bounds { get; init; } = [];

    /// <summary>All validity is over (rolemodel.md 7.6).</summary>
    public bool HasDeparted(DateTime now) => Contexts.Count > 0 && Contexts.All(c => c.Period.End <= now);

    /// <summary>From the first start to the last end; null where there is no context.</summary>
    public Period? Hull => Contexts.Count == 0 ? null : new Period(Contexts.Min(c => c.Period.Start), Contexts.Max(c => c.Period.End));

    /// <summary>What of a manual assignment counts: what lies inside the owner's validity (rolemodel.md 7.1); null for nothing.</summary>
    public Period? Within(Period period, bool isContextBound)
    {
        if (Hull is not { } hull)
        {
            return null;
        }

        var cut = (isContextBound ? period with { End = hull.End } : period).Intersect(hull);
        return cut.IsEmpty ? null : cut;
    }
}

/// <summary>
/// The values of the dimensions of one evaluation by the texts that criteria may name them by, with those of their ancestors. Built by the
/// reader, because ancestors must be loaded.
/// </summary>
internal interface IDimensionKeys
{
    /// <summary>Canonical values of the key properties of a dimension value.</summary>
    IReadOnlySet<string> Own(Dimension dimension, IResource value);

    /// <summary>Those of the value and of all its ancestors.</summary>
    IReadOnlySet<string> Inherited(Dimension dimension, IResource value);
}

/// <summary>Whether a rule's criteria hold in a context: all of them must (rolemodel.md 5.4, phase 3).</summary>
internal static class Criteria
{
    public static bool Match(
        IReadOnlyList<DimensionCriterion> criteria, OwnerContext context, ILookup<Dimension, IResource> given, IDimensionKeys keys)
    {
        foreach (var criterion in criteria)
        {
            if (!Holds(criterion, context, given, keys))
            {
                return false;
            }
        }

        return true;
    }

    public static bool Holds(DimensionCriterion criterion, OwnerContext context, ILookup<Dimension, IResource> given, IDimensionKeys keys)
    {
        var dimension = criterion.Dimension;
        var wanted = CriterionForms.Of(criterion);
        return (context.Values.TryGetValue(dimension, out var values) && IsAmong(values)) || (given.Count > 0 && IsAmong(given[dimension]));

        bool IsAmong(IEnumerable<IResource> resources)
        {
            foreach (var value in resources)
            {
                var names = criterion.IsInherited && dimension.IsHierarchical ? keys.Inherited(dimension, value) : keys.Own(dimension, value);
                if (Array.Exists(wanted, names.Contains))
                {
                    return true;
                }
            }

            return false;
        }
    }
}

/// <summary>A criterion names a value by one of the key properties of the dimension's entity type; this gives the forms to look for.</summary>
internal static class CriterionForms
{
    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<DimensionCriterion, string[]> Known = [];

    public static string[] Of(DimensionCriterion criterion) => Known.GetValue(criterion, static c =>
    [
        .. ReadPaths.KeysOf(c.Dimension.EntityType)
            .Select(k => CanonicalText.TryNormalize(k.Type, c.Value, out var canonical) ? canonical : null)
            .OfType<string>()
            .Distinct(),
    ]);
}
