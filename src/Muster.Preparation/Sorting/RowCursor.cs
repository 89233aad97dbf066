namespace Muster.Preparation.Sorting;

/// <summary>Rows in order of their identity, one at a time; the spans are valid until the next move.</summary>
internal abstract class RowCursor : IDisposable
{
    public abstract bool MoveNext();

    /// <summary>Header, identity and line, as an arena holds them.</summary>
    protected abstract ReadOnlySpan<byte> Row { get; }

    public ReadOnlySpan<byte> Identity => Row.Slice(RowArena.HeaderLength, RowArena.IdentityLength(Row));

    public ReadOnlySpan<byte> Line => Row[(RowArena.HeaderLength + RowArena.IdentityLength(Row))..];

    /// <summary>Where the row stands in its source: the order of rows of one identity.</summary>
    public long Ordinal => RowArena.Ordinal(Row);

    public byte Command => RowArena.Command(Row);

    /// <summary>The whole row, to write it elsewhere.</summary>
    public ReadOnlySpan<byte> Whole => Row;

    public virtual void Dispose()
    {
    }
}

/// <summary>The rows of a sorted arena.</summary>
internal sealed class ArenaCursor(RowArena arena) : RowCursor
{
    private int _index = -1;

    protected override ReadOnlySpan<byte> Row => arena.RowAt(_index);

    public override bool MoveNext() => ++_index < arena.Count;
}

/// <summary>Rows of several sorted cursors as one; of one identity the one with the least ordinal comes first.</summary>
internal sealed class MergeCursor : RowCursor
{
    private readonly RowCursor[] _heap;
    private readonly int[] _rank;
    private int _count;
    private bool _isStarted;

    public MergeCursor(IReadOnlyList<RowCursor> cursors)
    {
        _heap = new RowCursor[cursors.Count];
        _rank = new int[cursors.Count];
        for (var i = 0; i < cursors.Count; i++)
        {
            if (cursors[i].MoveNext())
            {
                _heap[_count] = cursors[i];
                _rank[_count++] = i;
            }
            else
            {
                cursors[i].Dispose();
            }
        }

        for (var i = (_count / 2) - 1; i >= 0; i--)
        {
            Sink(i);
        }
    }

    protected override ReadOnlySpan<byte> Row => _heap[0].Whole;

    public override bool MoveNext()
    {
        if (!_isStarted)
        {
            _isStarted = true;
            return _count > 0;
        }

        if (_count == 0)
        {
            return false;
        }

        if (!_heap[0].MoveNext())
        {
            _heap[0].Dispose();
            _count--;
            _heap[0] = _heap[_count];
            _rank[0] = _rank[_count];
        }

        Sink(0);
        return _count > 0;
    }

    public override void Dispose()
    {
        for (var i = 0; i < _count; i++)
        {
            _heap[i].Dispose();
        }

        _count = 0;
        base.Dispose();
    }

    private void Sink(int parent)
    {
        while (true)
        {
            var child = (2 * parent) + 1;
            if (child >= _count)
            {
                return;
            }

            if (child + 1 < _count && Compare(child + 1, child) < 0)
            {
                child++;
            }

            if (Compare(parent, child) <= 0)
            {
                return;
            }

            (_heap[parent], _heap[child]) = (_heap[child], _heap[parent]);
            (_rank[parent], _rank[child]) = (_rank[child], _rank[parent]);
            parent = child;
        }
    }

    private int Compare(int left, int right)
    {
        var order = RowIdentity.Compare(_heap[left].Identity, _heap[right].Identity);
        order = order != 0 ? order : _heap[left].Ordinal.CompareTo(_heap[right].Ordinal);
        return order != 0 ? order : _rank[left].CompareTo(_rank[right]);
    }
}
