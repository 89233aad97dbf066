using System.Text;

namespace Muster.Preparation.Changes;

/// <summary>What a changed row tells the server to do (synchronization.md 8.2).</summary>
internal enum RowCommand : byte
{
    /// <summary>No command: the row of a full extract.</summary>
    None,
    Insert,
    Update,
    Merge,
    Delete,

    /// <summary>No command of a source: the row could not be read, so that nobody knows what its entity is like from here on.</summary>
    Unreadable,
}

/// <summary>Spellings of commands (synchronization.md 5).</summary>
internal static class RowCommands
{
    private static readonly byte[][] Written = [[], .. new[] { "insert", "update", "merge", "delete" }.Select(Encoding.UTF8.GetBytes)];

    /// <summary>As it is written to the server.</summary>
    public static ReadOnlySpan<byte> ToBytes(this RowCommand command) => Written[(int)command];

    /// <summary>Reads a command without regard to case; false if it is none. Empty is <see cref="RowCommand.None"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out RowCommand command)
    {
        command = RowCommand.None;
        if (text.Length > 16)
        {
            return false;
        }

        Span<byte> lower = stackalloc byte[16];
        for (var i = 0; i < text.Length; i++)
        {
            lower[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
        }

        ReadOnlySpan<byte> word = lower[..text.Length].Trim((byte)' ');
        command = word switch
        {
            _ when word.SequenceEqual("insert"u8) || word.SequenceEqual("add"u8) => RowCommand.Insert,
            _ when word.SequenceEqual("update"u8) || word.SequenceEqual("modify"u8) || word.SequenceEqual("modified"u8) => RowCommand.Update,
            _ when word.SequenceEqual("merge"u8) => RowCommand.Merge,
            _ when word.SequenceEqual("delete"u8) => RowCommand.Delete,
            _ => RowCommand.None,
        };
        return command != RowCommand.None || word.IsEmpty;
    }
}

/// <summary>How two changes of one row identity become one: the table of synchronization.md 8.5.</summary>
internal static class ChangeFolding
{
    /// <summary>Rows: the earlier command; columns: the later one; both in the order insert, update, merge, delete.</summary>
    private static readonly RowCommand[,] Table =
    {
        { RowCommand.Insert, RowCommand.Insert, RowCommand.Insert, RowCommand.Delete },
        { RowCommand.Merge, RowCommand.Update, RowCommand.Merge, RowCommand.Delete },
        { RowCommand.Merge, RowCommand.Merge, RowCommand.Merge, RowCommand.Delete },
        { RowCommand.Merge, RowCommand.Delete, RowCommand.Merge, RowCommand.Delete },
    };

    /// <summary>
    /// What could not be read leaves the entity as it is stored, whatever came before: so does a full extract, which has that row only. What
    /// follows it is the whole truth again.
    /// </summary>
    public static RowCommand Fold(RowCommand earlier, RowCommand later) => (earlier, later) switch
    {
        (_, RowCommand.Unreadable) => RowCommand.Unreadable,
        (RowCommand.Unreadable, RowCommand.Update) => RowCommand.Merge,
        (RowCommand.Unreadable, _) => later,
        _ => Table[(int)earlier - 1, (int)later - 1],
    };

    /// <summary>An update of something just deleted has no effect, which a person should know.</summary>
    public static bool IsSuspicious(RowCommand earlier, RowCommand later) => earlier == RowCommand.Delete && later == RowCommand.Update;
}
