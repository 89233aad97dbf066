using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Resolution;

/// <summary>Finds items that lead back to themselves.</summary>
internal static class Cycles
{
    /// <summary>Reports each cycle of single references once, at its ordinally first item.</summary>
    public static void Report<T>(
        IEnumerable<T> items,
        Func<T, T?> next,
        Func<T, string> name,
        Func<T, SourceLocation> location,
        string kind,
        string attribute,
        DiagnosticBag bag)
        where T : class
    {
        var seen = new HashSet<T>();
        foreach (var item in items)
        {
            var path = new List<T>();
            for (var current = item; current is not null && seen.Add(current); current = next(current))
            {
                path.Add(current);
            }

            var end = path.Count == 0 ? null : next(path[^1]);
            var start = end is null ? -1 : path.IndexOf(end);
            if (start < 0)
            {
                continue;
            }

            var cycle = path[start..];
            var first = cycle.OrderBy(name, StringComparer.Ordinal).First();
            var shown = string.Join(" → ", cycle.Append(cycle[0]).Select(i => $"'{name(i)}'"));
            bag.Error(DiagnosticCodes.Cycle, location(first), $"The {kind} '{name(first)}' leads back to itself by {attribute}: {shown}. Break the cycle.");
        }
    }
}
