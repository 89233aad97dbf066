using System.Buffers.Binary;
using Muster.Configuration.Work;

namespace Muster.Preparation.Snapshots;

/// <summary>
/// Makes a table of rows that come in any order, in little memory: they are dealt out by the upper bits of their places to partitions, which go
/// to disk piece by piece and come back one after the other, each small enough to be put in order in memory.
/// </summary>
/// <param name="path">Start of the names of its files, the intermediate one without name among them.</param>
internal sealed class SnapshotTableWriter(IWorkFolder work, string path) : IDisposable
{
    public const string RowsSuffix = ".rows";
    public const string KeysSuffix = ".keys";

    private const int PartitionBits = 8;
    private const int LeastPiece = 1 << 8;
    private const int MostPiece = 1 << 15;
    private const int RecordHeader = 28;

    private readonly Partition[] _partitions = [.. Enumerable.Range(0, 1 << PartitionBits).Select(_ => new Partition())];
    private IPendingFile? _spill;
    private long _spilled;

    public int Count { get; private set; }

    public void Add(in RowMark mark, ReadOnlySpan<byte> key)
    {
        var length = RecordHeader + key.Length;
        var partition = _partitions[mark.Place >> (64 - PartitionBits)];
        Reserve(partition, length);
        var record = partition.Bytes.AsSpan(partition.Length, length);
        BinaryPrimitives.WriteUInt64LittleEndian(record, mark.Place);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], mark.Tag);
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], mark.RowLow);
        BinaryPrimitives.WriteUInt64LittleEndian(record[16..], mark.RowHigh);
        BinaryPrimitives.WriteInt32LittleEndian(record[24..], key.Length);
        key.CopyTo(record[RecordHeader..]);
        partition.Length += length;
        Count = checked(Count + 1);
    }

    /// <summary>Writes the table, durably. To be called once.</summary>
    public TableParts Write(CancellationToken cancellationToken)
    {
        var bits = SnapshotTable.BitsFor(Count);
        var starts = new uint[(1 << bits) + 1];
        using var rows = new SnapshotOutput(work, path + RowsSuffix);
        using var keys = new SnapshotOutput(work, path + KeysSuffix);
        rows.WriteAll<ulong>([SnapshotTable.Signature, (ulong)Count, (ulong)bits, 0, 0, 0, 0, 0]);
        var groups = new long[SnapshotKeys.GroupsOf(Count) + 1];
        var slot = 0;
        foreach (var partition in _partitions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            slot = WritePartition(Whole(partition), slot, 64 - bits, starts, groups, rows, keys);
        }

        groups[^1] = keys.Position;
        keys.WriteAll<long>(groups);
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        rows.WriteAll<uint>(starts);
        return new TableParts(rows.Commit(), keys.Commit());
    }

    public void Dispose() => _spill?.Dispose();

    private static int WritePartition(
        ReadOnlySpan<byte> records, int slot, int shift, uint[] starts, long[] groups, SnapshotOutput rows, SnapshotOutput keys)
    {
        var places = new List<ulong>();
        var offsets = new List<int>();
        for (var at = 0; at < records.Length;)
        {
            places.Add(BinaryPrimitives.ReadUInt64LittleEndian(records[at..]));
            offsets.Add(at);
            at += RecordHeader + BinaryPrimitives.ReadInt32LittleEndian(records[(at + 24)..]);
        }

        var (order, ordered) = (places.ToArray(), offsets.ToArray());
        Array.Sort(order, ordered);
        foreach (var at in ordered)
        {
            var record = records[at..];
            // Counted here; the sums of the counts are where the buckets start.
            starts[(BinaryPrimitives.ReadUInt64LittleEndian(record) >> shift) + 1]++;
            rows.Write(record.Slice(8, TableEntry.Length));
            if (slot % SnapshotKeys.GroupLength == 0)
            {
                groups[slot / SnapshotKeys.GroupLength] = keys.Position;
            }

            keys.Write(record.Slice(24, sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(record[24..])));
            slot++;
        }

        return slot;
    }

    private void Reserve(Partition partition, int needed)
    {
        if (partition.Length + needed <= partition.Bytes.Length)
        {
            return;
        }

        if (partition.Length + needed > MostPiece && partition.Length > 0)
        {
            Spill(partition);
        }

        if (partition.Length + needed > partition.Bytes.Length)
        {
            var larger = Math.Max(LeastPiece, Math.Max(partition.Length + needed, Math.Min(MostPiece, partition.Bytes.Length * 2)));
            Array.Resize(ref partition.Bytes, larger);
        }
    }

    private void Spill(Partition partition)
    {
        _spill ??= work.Create(path + ".spill");
        _spill.Stream.Write(partition.Bytes, 0, partition.Length);
        partition.Pieces.Add((_spilled, partition.Length));
        _spilled += partition.Length;
        partition.Length = 0;
    }

    private ReadOnlySpan<byte> Whole(Partition partition)
    {
        if (partition.Pieces.Count == 0)
        {
            return partition.Bytes.AsSpan(0, partition.Length);
        }

        var whole = new byte[checked((int)(partition.Pieces.Sum(p => (long)p.Length) + partition.Length))];
        var at = 0;
        foreach (var (offset, length) in partition.Pieces)
        {
            _spill!.Stream.Position = offset;
            _spill.Stream.ReadExactly(whole, at, length);
            at += length;
        }

        partition.Bytes.AsSpan(0, partition.Length).CopyTo(whole.AsSpan(at));
        partition.Bytes = [];
        return whole;
    }

    /// <summary>Rows whose places have the same upper bits.</summary>
    private sealed class Partition
    {
        public byte[] Bytes = [];

        public int Length { get; set; }

        /// <summary>What of it is on disk.</summary>
        public List<(long Offset, int Length)> Pieces { get; } = [];
    }
}
