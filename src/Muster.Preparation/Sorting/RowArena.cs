using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Muster.Preparation.Sorting;

/// <summary>
/// The rows of one run, one after the other in one block of memory: per row a header (lengths, ordinal, command), the identity, the line.
/// Sorting moves only the index.
/// </summary>
internal sealed class RowArena(int capacity)
{
    public const int HeaderLength = 17;

    private byte[] _bytes = new byte[Math.Min(capacity, 1 << 16)];
    private Entry[] _entries = new Entry[1024];
    private int _length;
    private int _commonPrefix;

    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    /// <summary>False if the arena is full; a row is always taken by an empty one.</summary>
    public bool TryAdd(ReadOnlySpan<byte> identity, ReadOnlySpan<byte> line, long ordinal, byte command)
    {
        var needed = HeaderLength + identity.Length + line.Length;
        if (_length + needed > _bytes.Length && !Grow(needed))
        {
            return false;
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        _commonPrefix = Count == 0 ? identity.Length : Math.Min(_commonPrefix, identity.CommonPrefixLength(IdentityAt(0)));
        _entries[Count++] = new Entry(0, _length);
        var row = _bytes.AsSpan(_length, needed);
        WriteHeader(row, identity.Length, line.Length, ordinal, command);
        identity.CopyTo(row[HeaderLength..]);
        line.CopyTo(row[(HeaderLength + identity.Length)..]);
        _length += needed;
        return true;
    }

    public void Clear()
    {
        _length = 0;
        Count = 0;
    }

    /// <summary>Sorts by identity, rows of one identity by their ordinals, and those of one ordinal in the order in which they came.</summary>
    public void Sort()
    {
        // The prefix that all identities share says nothing: what follows it decides.
        for (var i = 0; i < Count; i++)
        {
            var identity = IdentityAt(_entries[i].Offset);
            _entries[i] = new Entry(RowIdentity.Prefix(identity[Math.Min(_commonPrefix, identity.Length)..]), _entries[i].Offset);
        }

        var entries = _entries.AsSpan(0, Count);
        var comparer = new EntryComparer(this);
        for (var i = 1; i < entries.Length; i++)
        {
            if (comparer.Compare(entries[i - 1], entries[i]) > 0)
            {
                entries.Sort(comparer);
                return;
            }
        }
    }

    /// <summary>A row as it stands in the arena, by its place in the sorted order.</summary>
    public ReadOnlySpan<byte> RowAt(int index)
    {
        var offset = _entries[index].Offset;
        var header = _bytes.AsSpan(offset, HeaderLength);
        return _bytes.AsSpan(offset, HeaderLength + IdentityLength(header) + LineLength(header));
    }

    public static int IdentityLength(ReadOnlySpan<byte> row) => BinaryPrimitives.ReadInt32LittleEndian(row);

    public static int LineLength(ReadOnlySpan<byte> row) => BinaryPrimitives.ReadInt32LittleEndian(row[4..]);

    public static long Ordinal(ReadOnlySpan<byte> row) => BinaryPrimitives.ReadInt64LittleEndian(row[8..]);

    public static byte Command(ReadOnlySpan<byte> row) => row[16];

    private static void WriteHeader(Span<byte> row, int identityLength, int lineLength, long ordinal, byte command)
    {
        BinaryPrimitives.WriteInt32LittleEndian(row, identityLength);
        BinaryPrimitives.WriteInt32LittleEndian(row[4..], lineLength);
        BinaryPrimitives.WriteInt64LittleEndian(row[8..], ordinal);
        row[16] = command;
    }

    private ReadOnlySpan<byte> IdentityAt(int offset) =>
        _bytes.AsSpan(offset + HeaderLength, IdentityLength(_bytes.AsSpan(offset, HeaderLength)));

    private long OrdinalAt(int offset) => Ordinal(_bytes.AsSpan(offset, HeaderLength));

    private bool Grow(int needed)
    {
        var wanted = (long)_length + needed;
        if (wanted > capacity && Count > 0)
        {
            return false;
        }

        var larger = Math.Max(wanted, Math.Min(capacity, _bytes.Length * 2L));
        Array.Resize(ref _bytes, checked((int)larger));
        return true;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(ulong Prefix, int Offset);

    private readonly struct EntryComparer(RowArena arena) : IComparer<Entry>
    {
        public int Compare(Entry x, Entry y)
        {
            if (x.Prefix != y.Prefix)
            {
                return x.Prefix < y.Prefix ? -1 : 1;
            }

            var order = RowIdentity.Compare(arena.IdentityAt(x.Offset), arena.IdentityAt(y.Offset));
            order = order != 0 ? order : arena.OrdinalAt(x.Offset).CompareTo(arena.OrdinalAt(y.Offset));
            return order != 0 ? order : x.Offset.CompareTo(y.Offset);
        }
    }
}
