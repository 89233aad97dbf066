using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Muster.Preparation.Snapshots;

/// <summary>What is kept of a row: 16 bytes, in the order of <see cref="RowMark.Place"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TableEntry(uint Tag, uint RowLow, ulong RowHigh)
{
    public const int Length = 16;
}

/// <summary>
/// A table of rows, in memory as it stands in its file: a header, the entries by place, and where each bucket (the entries of which some upper
/// bits of the place are equal) starts. A bucket has eight entries or fewer on average, so that finding one costs two looks at memory. The keys stand in
/// a file of their own in the same order (<see cref="SnapshotKeys"/>), which is read only where something has gone.
/// </summary>
internal sealed unsafe class SnapshotTable : IDisposable
{
    public const int HeaderLength = 64;
    public const ulong Signature = 0x3154_5453_554D_0001;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly TableEntry* _entries;
    private readonly uint* _starts;
    private readonly int _shift;

    /// <exception cref="InvalidDataException">The file is no table.</exception>
    public SnapshotTable(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += _view.PointerOffset;
        var length = new FileInfo(path).Length;
        var header = new ReadOnlySpan<ulong>(start, length < HeaderLength ? 0 : HeaderLength / sizeof(ulong));
        if (header.Length == 0 || header[0] != Signature || header[1] > int.MaxValue || header[2] is 0 or > 31)
        {
            Dispose();
            throw new InvalidDataException($"'{path}' is no table of rows.");
        }

        Count = (int)header[1];
        var bits = (int)header[2];
        _shift = 64 - bits;
        _entries = (TableEntry*)(start + HeaderLength);
        _starts = (uint*)(start + HeaderLength + ((long)Count * TableEntry.Length));
        if (length != LengthOf(Count, bits) || !AreInOrder(new ReadOnlySpan<uint>(_starts, (1 << bits) + 1), (uint)Count))
        {
            Dispose();
            throw new InvalidDataException($"'{path}' is no table of rows.");
        }
    }

    /// <summary>Entries; their slots are the numbers from 0.</summary>
    public int Count { get; }

    public TableEntry this[int slot] => _entries[(uint)slot < (uint)Count ? slot : throw new ArgumentOutOfRangeException(nameof(slot))];

    public static long LengthOf(int count, int bits) => HeaderLength + ((long)count * TableEntry.Length) + (((1L << bits) + 1) * sizeof(uint));

    /// <summary>Bits of the place that name the bucket.</summary>
    public static int BitsFor(long count) => Math.Max(1, BitOperations.Log2((ulong)Math.Max(1, count)) - 2);

    /// <summary>The slot of a row; -1 if it is not there as it is.</summary>
    /// <param name="sameIdentity">A slot that is of the same identity by all that an entry tells; -1 if there is none. Known only if the row is not there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(in RowMark mark, out int sameIdentity)
    {
        sameIdentity = -1;
        var bucket = mark.Place >> _shift;
        var end = _starts[bucket + 1];
        for (var slot = _starts[bucket]; slot < end; slot++)
        {
            ref readonly var entry = ref _entries[slot];
            if (entry.Tag == mark.Tag)
            {
                if (entry.RowHigh == mark.RowHigh && entry.RowLow == mark.RowLow)
                {
                    return (int)slot;
                }

                sameIdentity = (int)slot;
            }
        }

        return -1;
    }

    /// <summary>All slots that are of one identity by what an entry tells.</summary>
    public IEnumerable<int> SlotsOf(RowMark identity)
    {
        var (start, end) = Bucket(identity.Place);
        for (var slot = start; slot < end; slot++)
        {
            if (this[slot].Tag == identity.Tag)
            {
                yield return slot;
            }
        }
    }

    /// <summary>Has the memory fetched that <see cref="FetchEntries"/> will look at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchStart(ulong place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_starts + (place >> _shift));
        }
    }

    /// <summary>Has the memory fetched that <see cref="Find"/> will look at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchEntries(ulong place)
    {
        if (Sse.IsSupported)
        {
            var entry = _entries + _starts[place >> _shift];
            Sse.Prefetch0(entry);
            Sse.Prefetch0(entry + 4);
        }
    }

    public void Dispose()
    {
        if (_view.SafeMemoryMappedViewHandle.IsClosed)
        {
            return;
        }

        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private (int Start, int End) Bucket(ulong place)
    {
        var bucket = place >> _shift;
        return ((int)_starts[bucket], (int)_starts[bucket + 1]);
    }

    /// <summary>What is followed without further checks must not lead out of the table.</summary>
    private static bool AreInOrder(ReadOnlySpan<uint> starts, uint count)
    {
        var last = 0U;
        foreach (var start in starts)
        {
            if (start < last)
            {
                return false;
            }

            last = start;
        }

        return starts[0] == 0 && last == count;
    }
}
