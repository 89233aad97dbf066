using Muster.Configuration.Values;

namespace Muster.Synchronization.Files;

/// <summary>Some rows of a delivered file, with the values of the mapped columns side by side in UTF-8.</summary>
internal sealed class RowBatch
{
    /// <summary>Rows of a full batch; fewer if they are long.</summary>
    public const int MostRows = 1024;

    private const int MostOctets = 1 << 20;

    private readonly HashValue[] _hashes = new HashValue[MostRows];
    private byte[] _octets = new byte[1 << 18];
    private int[] _ends = [];
    private long[] _links = [];
    private int _columns;
    private int _linksPerRow;
    private int _length;
    private int _values;

    public int Rows { get; private set; }

    public bool IsFull => Rows == MostRows || _length >= MostOctets;

    /// <summary>The number of the first row in its file, from 1.</summary>
    public long FirstRow { get; private set; }

    /// <summary>Forgets all rows.</summary>
    public void Clear(int columns, int linksPerRow, long firstRow)
    {
        (_columns, _linksPerRow, FirstRow) = (columns, linksPerRow, firstRow);
        (Rows, _length, _values) = (0, 0, 0);
        if (_ends.Length < MostRows * columns)
        {
            _ends = new int[MostRows * columns];
        }

        if (_links.Length < MostRows * linksPerRow)
        {
            _links = new long[MostRows * linksPerRow];
        }
    }

    /// <summary>Adds the next value of the row.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        if (_length + value.Length > _octets.Length)
        {
            Array.Resize(ref _octets, Math.Max(_octets.Length * 2, _length + value.Length));
        }

        value.CopyTo(_octets.AsSpan(_length));
        _length += value.Length;
        _ends[_values++] = _length;
    }

    /// <summary>Gives the row the target of one of its links; 0 for none.</summary>
    public void Link(int index, long target) => _links[(Rows * _linksPerRow) + index] = target;

    /// <summary>The row has all its values.</summary>
    public void EndRow(HashValue hash) => _hashes[Rows++] = hash;

    public ReadOnlySpan<byte> Value(int row, int column)
    {
        var index = (row * _columns) + column;
        var start = index == 0 ? 0 : _ends[index - 1];
        return _octets.AsSpan(start, _ends[index] - start);
    }

    public HashValue Hash(int row) => _hashes[row];

    public long LinkOf(int row, int index) => _links[(row * _linksPerRow) + index];
}
