using Muster.Configuration.Model;
using Muster.Configuration.Work;

namespace Muster.Synchronization.Application;

/// <summary>What a delivery changes at one level, and how much is stored there before it.</summary>
/// <param name="Level">As in <see cref="ThresholdBlock.Level"/>.</param>
/// <param name="ResourceTotal">The number of stored resources before the delivery, counted as far as the argument; so the cost follows the changes.</param>
/// <param name="LinkTotal">As <paramref name="ResourceTotal"/>, for links.</param>
internal sealed record LevelCounts(
    string Level,
    Thresholds Thresholds,
    bool IsConnector,
    IReadOnlyList<string> EntityTypes,
    IReadOnlyList<string> Associations,
    long Inserted,
    long Updated,
    long Deleted,
    long LinksInserted,
    long LinksDeleted,
    Func<long, long> ResourceTotal,
    Func<long, long> LinkTotal);

/// <summary>Which kind of change a threshold guards.</summary>
internal enum GuardedChange
{
    Insert,
    Update,
    Delete,
    LinkInsert,
    LinkDelete,
}

/// <summary>A threshold that a delivery exceeds.</summary>
internal sealed record ExceededThreshold(LevelCounts Level, string Threshold, GuardedChange Change, double Limit, long Actual, long Total);

/// <summary>
/// The thresholds of synchronization.md 10.2: all active together, exceeded means strictly greater, 0 is off. Pure but for the totals that it
/// asks for.
/// </summary>
internal static class ThresholdCheck
{
    /// <summary>The thresholds that are exceeded, connector first.</summary>
    public static IEnumerable<ExceededThreshold> Exceeded(IEnumerable<LevelCounts> levels) => levels.SelectMany(Exceeded);

    /// <summary><c>count × 100 &gt; percent × total</c>, exactly.</summary>
    public static bool IsExceeded(long count, double percent, long total) => (decimal)count * 100 > (decimal)percent * total;

    /// <summary>The smallest total with which a count stays within a percentage; a total need not be counted further than that.</summary>
    public static long EnoughFor(long count, double percent) => (long)Math.Ceiling((decimal)count * 100 / (decimal)percent);

    private static IEnumerable<ExceededThreshold> Exceeded(LevelCounts level)
    {
        foreach (var (change, name, count, maximum, percentName, percent) in Limits(level))
        {
            var total = change is GuardedChange.LinkInsert or GuardedChange.LinkDelete ? level.LinkTotal : level.ResourceTotal;
            if (maximum > 0 && count > maximum)
            {
                yield return new ExceededThreshold(level, name, change, maximum, count, total(long.MaxValue));
            }

            if (percent > 0 && count > 0)
            {
                var stored = total(EnoughFor(count, percent));

                // A percentage of nothing says nothing (jobs.md 8.1): the absolute limits guard a first load.
                if (stored > 0 && IsExceeded(count, percent, stored))
                {
                    yield return new ExceededThreshold(level, percentName, change, percent, count, stored);
                }
            }
        }
    }

    private static IEnumerable<(GuardedChange Change, string Name, long Count, long Maximum, string PercentName, double Percent)> Limits(LevelCounts level)
    {
        var limits = level.Thresholds;
        yield return (GuardedChange.Insert, "MaximumInsertedLines", level.Inserted, limits.MaximumInserted, "MaxPercentageInsertedLines", limits.MaximumInsertedPercent);
        yield return (GuardedChange.Update, "MaximumUpdatedLines", level.Updated, limits.MaximumUpdated, "MaxPercentageUpdatedLines", limits.MaximumUpdatedPercent);
        yield return (GuardedChange.Delete, "MaximumDeletedLines", level.Deleted, limits.MaximumDeleted, "MaxPercentageDeletedLines", limits.MaximumDeletedPercent);
        var link = level.IsConnector ? "Link" : "";
        yield return (
            GuardedChange.LinkInsert,
            $"Maximum{link}InsertedLines",
            level.LinksInserted,
            limits.MaximumLinkInserted,
            $"Max{link}PercentageInsertedLines",
            limits.MaximumLinkInsertedPercent);
        yield return (
            GuardedChange.LinkDelete,
            $"Maximum{link}DeletedLines",
            level.LinksDeleted,
            limits.MaximumLinkDeleted,
            $"Max{link}PercentageDeletedLines",
            limits.MaximumLinkDeletedPercent);
    }
}
