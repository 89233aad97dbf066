using Muster.Configuration.Values;

namespace Muster.Synchronization.Files;

/// <summary>The hashes of some rows of a delivered file, with where they are.</summary>
internal sealed class HashBatch
{
    public const int MostRows = 2048;

    private readonly HashValue[] _hashes = new HashValue[MostRows];
    private readonly long[] _offsets = new long[MostRows];

    public int Rows { get; private set; }

    public bool IsFull => Rows == MostRows;

    public ReadOnlySpan<HashValue> Hashes => _hashes.AsSpan(0, Rows);

    public ReadOnlySpan<long> Offsets => _offsets.AsSpan(0, Rows);

    /// <summary>Forgets all rows.</summary>
    public void Clear() => Rows = 0;

    public void Add(HashValue hash, long offset)
    {
        _hashes[Rows] = hash;
        _offsets[Rows++] = offset;
    }
}
