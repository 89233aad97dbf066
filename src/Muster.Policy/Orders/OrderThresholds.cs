using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;

namespace Muster.Policy.Orders;

/// <summary>Provisioning thresholds of one resource type (rolemodel.md 8): exceeded means strictly greater; all are active together.</summary>
internal static class OrderThresholds
{
    private const int SampleCount = 10;

    /// <param name="total">Assignments of the type that have a target; 0 switches the relative limits off (first load).</param>
    /// <param name="name">How a person knows the order: owner and target.</param>
    public static ThresholdBlock? Check(ResourceType type, IReadOnlyList<DraftOrder> drafts, long total, Func<DraftOrder, string> name)
    {
        var limits = type.Thresholds;
        (OrderChangeType Change, string Name, long Absolute, double Percent)[] checks =
        [
            (OrderChangeType.Deleted, "MaximumDelete", limits.MaximumDelete, limits.MaximumDeletePercent),
            (OrderChangeType.Modified, "MaximumUpdate", limits.MaximumUpdate, limits.MaximumUpdatePercent),
            (OrderChangeType.Added, "MaximumInsert", limits.MaximumInsert, limits.MaximumInsertPercent),
        ];
        foreach (var check in checks)
        {
            var concerned = drafts.Where(d => d.Change == check.Change).ToList();
            ThresholdBlock Block(string threshold, double limit) => new(
                $"ResourceType '{type.Identifier}'", threshold, limit, concerned.Count, total, [.. concerned.Take(SampleCount).Select(name)]);
            if (check.Absolute > 0 && concerned.Count > check.Absolute)
            {
                return Block(check.Name, check.Absolute);
            }

            if (check.Percent > 0 && total > 0 && concerned.Count * 100.0 > check.Percent * total)
            {
                return Block($"{check.Name}Percent", check.Percent);
            }
        }

        return null;
    }
}
