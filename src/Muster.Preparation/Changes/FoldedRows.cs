using Muster.Preparation.Sorting;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Changes;

/// <summary>
/// The rows of a change list, one per identity: those of one identity are folded in file order (synchronization.md 8.5). For the links of a
/// mono-valued end a deletion concerns one target only, so that its folding looks at the targets too (8.2).
/// </summary>
internal sealed class FoldedRows(MappingPlan plan, RowCursor rows, RowCounts counts) : IDisposable
{
    private byte[] _identity = new byte[256];
    private byte[] _line = new byte[1024];
    private int _identityLength;
    private int _lineLength;
    private bool _hasNext;
    private bool _isStarted;

    public RowCommand Command { get; private set; }

    public ReadOnlySpan<byte> Identity => _identity.AsSpan(0, _identityLength);

    public ReadOnlySpan<byte> Line => _line.AsSpan(0, _lineLength);

    /// <summary>Updates of something that the same list deletes before.</summary>
    public long Suspicious { get; private set; }

    /// <summary>Goes to the next identity whose last row could be read.</summary>
    public bool MoveNext()
    {
        while (MoveToNextIdentity())
        {
            if (Command != RowCommand.Unreadable)
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => rows.Dispose();

    private bool MoveToNextIdentity()
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _hasNext = rows.MoveNext();
        }

        if (!_hasNext)
        {
            return false;
        }

        Keep(ref _identity, ref _identityLength, rows.Identity);
        Take((RowCommand)rows.Command, rows.Line);
        while ((_hasNext = rows.MoveNext()) && rows.Identity.SequenceEqual(Identity))
        {
            counts.Coalesced++;
            Fold((RowCommand)rows.Command, rows.Line);
        }

        return true;
    }

    private void Fold(RowCommand later, ReadOnlySpan<byte> line)
    {
        Suspicious += ChangeFolding.IsSuspicious(Command, later) ? 1 : 0;
        if (plan.TargetColumn >= 0 && later == RowCommand.Delete)
        {
            FoldClearing(line);
            return;
        }

        if (plan.EntityColumn >= 0 && Command == RowCommand.Insert && later == RowCommand.Insert)
        {
            // A new entity may come in several rows, one per link.
            Take(RowCommand.Insert, EntityLinks.Join(Line, line));
            return;
        }

        var isVoid = Command == RowCommand.Delete && later == RowCommand.Update && plan.TargetColumn < 0;
        var folded = plan.TargetColumn >= 0 && Command == RowCommand.Delete ? RowCommand.Merge : ChangeFolding.Fold(Command, later);
        if (isVoid)
        {
            Command = folded;
        }
        else
        {
            Take(folded, line);
        }
    }

    /// <summary>
    /// A deletion after something else, for an owner with one target: it clears what the row before it set, has no effect if that was another
    /// target, and clears whatever is there if it names none.
    /// </summary>
    private void FoldClearing(ReadOnlySpan<byte> line)
    {
        var target = LinkLine.Field(line, plan.TargetColumn);
        var before = LinkLine.Field(Line, plan.TargetColumn);
        if (Command == RowCommand.Delete)
        {
            if (!before.IsEmpty)
            {
                Take(RowCommand.Delete, line);
            }
        }
        else if (target.IsEmpty || target.SequenceEqual(before))
        {
            Take(RowCommand.Delete, LinkLine.WithoutTarget(Line, plan.TargetColumn));
        }
    }

    private void Take(RowCommand command, ReadOnlySpan<byte> line)
    {
        Command = command;
        Keep(ref _line, ref _lineLength, line);
    }

    private static void Keep(ref byte[] buffer, ref int length, ReadOnlySpan<byte> bytes)
    {
        if (buffer.Length < bytes.Length)
        {
            buffer = new byte[bytes.Length * 2];
        }

        bytes.CopyTo(buffer);
        length = bytes.Length;
    }
}

/// <summary>Lines of link files: two fields, quoted where they must be.</summary>
internal static class LinkLine
{
    /// <summary>One of the two fields as it is written, quotes and all: equal fields are written alike.</summary>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, int index)
    {
        var separator = EndOfField(line);
        return index == 0 ? line[..separator] : line[(separator + 1)..];
    }

    /// <summary>Writes both values, without their quotes and with a zero byte between; gives the length.</summary>
    /// <param name="values">As long as the line at least.</param>
    public static int WriteValues(ReadOnlySpan<byte> line, Span<byte> values)
    {
        var separator = EndOfField(line);
        var length = Unquote(line[..separator], values);
        values[length++] = Sorting.RowIdentity.Separator;
        return length + Unquote(line[(separator + 1)..], values[length..]);
    }

    public static byte[] WithoutTarget(ReadOnlySpan<byte> line, int target)
    {
        var owner = Field(line, 1 - target);
        var without = new byte[owner.Length + 1];
        without.AsSpan().Fill((byte)',');
        owner.CopyTo(target == 0 ? without.AsSpan(1) : without);
        return without;
    }

    private static int Unquote(ReadOnlySpan<byte> field, Span<byte> value)
    {
        if (field.Length == 0 || field[0] != (byte)'"')
        {
            field.CopyTo(value);
            return field.Length;
        }

        var length = 0;
        for (var i = 1; i < field.Length - 1; i++)
        {
            value[length++] = field[i];
            i += field[i] == (byte)'"' ? 1 : 0;
        }

        return length;
    }

    /// <summary>Where the first field ends: at the first comma outside quotes.</summary>
    public static int EndOfField(ReadOnlySpan<byte> line)
    {
        var isInQuotes = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == (byte)'"')
            {
                isInQuotes = !isInQuotes;
            }
            else if (line[i] == (byte)',' && !isInQuotes)
            {
                return i;
            }
        }

        return line.Length;
    }
}
