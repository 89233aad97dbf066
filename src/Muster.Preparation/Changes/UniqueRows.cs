using Muster.Preparation.Sorting;

namespace Muster.Preparation.Changes;

/// <summary>
/// The rows of a full extract, one per identity: the first in file order survives (synchronization.md 8.3, step 3). Rows equal in all columns
/// are merged silently; the others are remembered by their place, to be written to the side file in a second reading.
/// </summary>
internal sealed class UniqueRows(RowCursor rows, RowCounts counts) : IDisposable
{
    private byte[] _current = new byte[1024];
    private int _identityLength;
    private int _length;
    private bool _hasNext;
    private bool _isStarted;

    public ReadOnlySpan<byte> Identity => _current.AsSpan(0, _identityLength);

    public ReadOnlySpan<byte> Line => _current.AsSpan(_identityLength, _length - _identityLength);

    /// <summary>Places of the rows that were left out though they differ from the survivor.</summary>
    public List<long> LeftOut { get; } = [];

    public bool MoveNext()
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

        Keep();
        while ((_hasNext = rows.MoveNext()) && rows.Identity.SequenceEqual(Identity))
        {
            counts.Duplicates++;
            if (!rows.Line.SequenceEqual(Line))
            {
                LeftOut.Add(rows.Ordinal);
            }
        }

        return true;
    }

    public void Dispose() => rows.Dispose();

    private void Keep()
    {
        var row = rows.Whole[RowArena.HeaderLength..];
        if (_current.Length < row.Length)
        {
            _current = new byte[row.Length * 2];
        }

        row.CopyTo(_current);
        _identityLength = rows.Identity.Length;
        _length = row.Length;
    }
}
