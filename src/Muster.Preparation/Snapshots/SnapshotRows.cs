using Muster.Preparation.Sorting;

namespace Muster.Preparation.Snapshots;

/// <summary>
/// Rows of the previous extract in order of identity, and among them the ghosts: identities of which it is not known whether the server
/// holds them, because their rows were set aside when there was nothing to compare with.
/// </summary>
internal sealed class SnapshotRows(FormerSnapshot former, RowCursor rows) : IDisposable
{
    public bool IsGhost => rows.Ordinal < 0;

    public ReadOnlySpan<byte> Identity => rows.Identity;

    /// <summary>As the snapshot keeps it: the primary key, or both keys of a link. Empty for a ghost.</summary>
    public ReadOnlySpan<byte> Key => rows.Line;

    /// <summary>Which of the snapshot's tables holds the row.</summary>
    public int Table => rows.Command;

    public int Slot => (int)rows.Ordinal;

    public TableEntry Entry => former.Tables[Table][Slot];

    public bool MoveNext() => rows.MoveNext();

    public void Dispose() => rows.Dispose();
}
