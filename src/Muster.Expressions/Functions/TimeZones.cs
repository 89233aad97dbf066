using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Muster.Expressions.Functions;

/// <summary>
/// Time zones by Windows or IANA name (rolemodel.md 4.4). The Windows names have their own table, so that they work on hosts whose ICU does
/// not know them or that have none.
/// </summary>
internal static class TimeZones
{
    private static readonly ConcurrentDictionary<string, TimeZoneInfo> Found = new(StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, string> IanaNames = Read();

    public static TimeZoneInfo Find(string name) =>
        TryFind(name, out var zone) ? zone : throw new FormatException($"The time zone '{name}' is not known.");

    public static bool TryFind(string name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        if (Found.TryGetValue(name, out zone))
        {
            return true;
        }

        // Names come from configurations and expressions; one that is no plain name is never looked up among the files of the system.
        if (name.Length is 0 or > 64 || name.Contains("..", StringComparison.Ordinal) || name[0] is '/' or '\\' or '.')
        {
            return false;
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(IanaNames.GetValueOrDefault(name, name), out zone)
            && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone))
        {
            return false;
        }

        if (Found.Count < 1000)
        {
            Found.TryAdd(name, zone);
        }

        return true;
    }

    private static Dictionary<string, string> Read()
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in WindowsTimeZoneNames.Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            names[line[..at]] = line[(at + 1)..];
        }

        return names;
    }
}
