namespace Muster.Policy.RoleModel;

/// <summary>
/// Which of several contexts that hold at one time decides where one value is wanted (rolemodel.md 5.3): that with the highest sort key, then the
/// one that starts first, then the one whose records come first by key.
/// </summary>
/// <param name="SortKeys">By section in order of declaration; empty texts where there is none.</param>
/// <param name="Start">Start of the context.</param>
/// <param name="Records">Keys of the records whose values the context has, by section.</param>
internal sealed record ContextRank(IReadOnlyList<string> SortKeys, DateTime Start, IReadOnlyList<string> Records) : IComparable<ContextRank>
{
    /// <summary>Negative: this one comes before the other.</summary>
    public int CompareTo(ContextRank? other)
    {
        if (other is null)
        {
            return -1;
        }

        var order = Compare(other.SortKeys, SortKeys);
        order = order != 0 ? order : Start.CompareTo(other.Start);
        return order != 0 ? order : Compare(Records, other.Records);
    }

    private static int Compare(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        for (var index = 0; index < left.Count && index < right.Count; index++)
        {
            if (string.CompareOrdinal(left[index], right[index]) is not 0 and var order)
            {
                return order;
            }
        }

        return left.Count.CompareTo(right.Count);
    }
}

/// <summary>Part of a context's period, with the rank that the context has in it.</summary>
internal readonly record struct RankedPeriod(Period Period, ContextRank Rank);
