using Muster.Preparation.Csv;

namespace Muster.Preparation.Changes;

/// <summary>
/// Lines of a change list whose entities carry the links of a many-to-many association: the entity's key, then the keys at the other end,
/// quoted where they must be. What such a line says is the whole truth about the links of its entity, as in a full extract: those that it
/// does not name end (synchronization.md 8.2, and architecture.md's first promise).
/// </summary>
internal static class EntityLinks
{
    /// <summary>The links of both lines, which are of one entity.</summary>
    public static byte[] Join(ReadOnlySpan<byte> line, ReadOnlySpan<byte> other)
    {
        var rest = other[LinkLine.EndOfField(other)..];
        return [.. line, .. rest];
    }

    /// <summary>Writes the rows for the server: all links of the entity end, and those that the line names are there.</summary>
    /// <param name="entityColumn">The place of the entity's key in the written rows: 0 or 1.</param>
    public static void Write(CsvOutput delta, RowCommand command, ReadOnlySpan<byte> line, int entityColumn, RowCounts counts)
    {
        var separator = LinkLine.EndOfField(line);
        var entity = line[..separator];
        var rest = line[(separator + 1)..];
        Write(delta, RowCommand.Delete, entity, [], entityColumn, counts);
        while (command != RowCommand.Delete && !rest.IsEmpty)
        {
            var end = LinkLine.EndOfField(rest);
            if (end > 0)
            {
                Write(delta, RowCommand.Merge, entity, rest[..end], entityColumn, counts);
            }

            rest = end < rest.Length ? rest[(end + 1)..] : [];
        }
    }

    private static void Write(
        CsvOutput delta, RowCommand command, ReadOnlySpan<byte> entity, ReadOnlySpan<byte> other, int entityColumn, RowCounts counts)
    {
        byte[] line = entityColumn == 0 ? [.. entity, (byte)',', .. other] : [.. other, (byte)',', .. entity];
        delta.Write(command.ToBytes(), line);
        counts.Count(command);
    }
}
