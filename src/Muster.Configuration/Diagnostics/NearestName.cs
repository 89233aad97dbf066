namespace Muster.Configuration.Diagnostics;

/// <summary>Finds the known name that was probably meant, for "Did you mean …?".</summary>
public static class NearestName
{
    /// <summary>
    /// The known name with the smallest edit distance from <paramref name="written"/>, letter case left aside; null if none is near enough
    /// (a third of the length, at least two edits). Of equally near ones the ordinally first, so that messages are stable.
    /// </summary>
    public static string? Find(string written, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(known);
        if (written.Length is 0 or > 200)
        {
            return null;
        }

        var limit = Math.Max(2, written.Length / 3);
        string? best = null;
        var bestDistance = limit + 1;
        foreach (var name in known.Where(n => Math.Abs(n.Length - written.Length) <= limit))
        {
            var distance = Distance(written, name);
            if (distance >= name.Length)
            {
                continue;
            }

            if (distance < bestDistance || (distance == bestDistance && string.CompareOrdinal(name, best) < 0))
            {
                best = name;
                bestDistance = distance;
            }
        }

        return bestDistance <= limit ? best : null;
    }

    /// <summary>Insertions, deletions, replacements and exchanges of neighbours that lead from one text to the other.</summary>
    private static int Distance(string left, string right)
    {
        var beforePrevious = new int[right.Length + 1];
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            previous[column] = column;
        }

        for (var row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var cost = Same(left[row - 1], right[column - 1]) ? 0 : 1;
                var best = Math.Min(Math.Min(previous[column] + 1, current[column - 1] + 1), previous[column - 1] + cost);
                if (row > 1 && column > 1 && Same(left[row - 1], right[column - 2]) && Same(left[row - 2], right[column - 1]))
                {
                    best = Math.Min(best, beforePrevious[column - 2] + 1);
                }

                current[column] = best;
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[right.Length];
    }

    private static bool Same(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
