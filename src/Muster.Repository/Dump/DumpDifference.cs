using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Muster.Repository.Dump;

/// <summary>
/// Compares two dumps line by line, whatever the order of their lines, in memory that grows by a few bytes a line and with what differs.
/// </summary>
public static class DumpDifference
{
    /// <summary>What turns one dump into the other. Both are read as often as needed, so they must give the same lines each time.</summary>
    public static IReadOnlyList<DumpChange> Between(Func<IEnumerable<DumpLine>> before, Func<IEnumerable<DumpLine>> after)
    {
        var open = new Dictionary<UInt128, int>();
        foreach (var line in before())
        {
            var hash = HashOf(line);
            open[hash] = open.GetValueOrDefault(hash) + 1;
        }

        var added = new List<DumpLine>();
        foreach (var line in after())
        {
            if (!Take(open, HashOf(line)))
            {
                added.Add(line);
            }
        }

        var removed = new List<DumpLine>();
        if (open.Count > 0)
        {
            removed.AddRange(before().Where(line => Take(open, HashOf(line))));
        }

        return Pair(removed, added);
    }

    private static bool Take(Dictionary<UInt128, int> open, UInt128 hash)
    {
        if (!open.TryGetValue(hash, out var count))
        {
            return false;
        }

        if (count == 1)
        {
            open.Remove(hash);
        }
        else
        {
            open[hash] = count - 1;
        }

        return true;
    }

    /// <summary>A line that is gone and one that has come about the same thing are one change of it.</summary>
    private static List<DumpChange> Pair(List<DumpLine> removed, List<DumpLine> added)
    {
        var after = added.Select(Content).GroupBy(DumpChange.IdentityOf)
            .ToDictionary(g => g.Key, g => new Queue<JsonObject>(g), StringComparer.Ordinal);
        var changes = new List<DumpChange>();
        foreach (var content in removed.Select(Content))
        {
            var partner = after.TryGetValue(DumpChange.IdentityOf(content), out var waiting) && waiting.TryDequeue(out var next) ? next : null;
            changes.Add(new DumpChange(content, partner));
        }

        changes.AddRange(after.Values.SelectMany(q => q).Select(content => new DumpChange(null, content)));
        return [.. changes.OrderBy(c => c.Identity, StringComparer.Ordinal)];
    }

    private static JsonObject Content(DumpLine line) => JsonNode.Parse(line.Json)!.AsObject();

    private static UInt128 HashOf(DumpLine line) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(line.Json)));
}
