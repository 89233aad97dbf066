using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Repository.Assignments;

namespace Muster.Policy.Orders;

/// <summary>How many orders of each kind a resource type would give, and the first of them.</summary>
internal sealed class OrderCounts
{
    public const int SampleCount = 10;

    private readonly Dictionary<OrderChangeType, (long Count, List<AssignedResourceType> Samples)> _byChange = [];

    public long Of(OrderChangeType change) => _byChange.GetValueOrDefault(change).Count;

    public IReadOnlyList<AssignedResourceType> SamplesOf(OrderChangeType change) => _byChange.GetValueOrDefault(change).Samples ?? [];

    public void Add(DraftOrder draft)
    {
        var (count, samples) = _byChange.TryGetValue(draft.Change, out var known) ? known : (0, []);
        if (samples.Count < SampleCount)
        {
            samples.Add(draft.Assignment.Row);
        }

        _byChange[draft.Change] = (count + 1, samples);
    }
}

/// <summary>Provisioning thresholds of one resource type (rolemodel.md 8): exceeded means strictly greater; all are active together.</summary>
internal static class OrderThresholds
{
    /// <summary>The limit that some numbers of orders exceed, the most dangerous first; null for none.</summary>
    /// <param name="totalUpTo">
    /// Assignments of the type that have a target, counted up to a number, so that a few orders do not count all; 0 switches the relative
    /// limits off (first load).
    /// </param>
    public static (OrderChangeType Change, string Name, double Value)? Exceeded(ResourceType type, Func<OrderChangeType, long> count, Func<long, long> totalUpTo)
    {
        foreach (var limit in Limits(type))
        {
            if (limit.Absolute > 0 && count(limit.Change) > limit.Absolute)
            {
                return (limit.Change, limit.Name, limit.Absolute);
            }

            if (limit.Percent > 0 && count(limit.Change) is > 0 and var orders)
            {
                // As many would do for the limit not to be exceeded.
                var enough = Math.Ceiling(orders * 100.0 / limit.Percent) + 1;
                var total = totalUpTo(enough < long.MaxValue ? (long)enough : long.MaxValue);
                if (total > 0 && orders * 100.0 > limit.Percent * total)
                {
                    return (limit.Change, $"{limit.Name}Percent", limit.Percent);
                }
            }
        }

        return null;
    }

    private static (OrderChangeType Change, string Name, long Absolute, double Percent)[] Limits(ResourceType type) =>
    [
        (OrderChangeType.Deleted, "MaximumDelete", type.Thresholds.MaximumDelete, type.Thresholds.MaximumDeletePercent),
        (OrderChangeType.Modified, "MaximumUpdate", type.Thresholds.MaximumUpdate, type.Thresholds.MaximumUpdatePercent),
        (OrderChangeType.Added, "MaximumInsert", type.Thresholds.MaximumInsert, type.Thresholds.MaximumInsertPercent),
    ];
}
