using Muster.Configuration.Work;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Snapshots;

/// <summary>
/// Makes the snapshot of a mapping after this extract: a new table of all rows, or what has changed since the former one, whose base is not
/// written again as long as it is mostly right.
/// </summary>
/// <param name="former">The snapshot that is carried on; null makes a new table.</param>
/// <param name="hash">That of the former snapshot, if its rows are kept.</param>
internal sealed class NextSnapshot(
    IWorkFolder work, string path, MappingPlan plan, FormerSnapshot? former, RowHash hash, PreparationLimits limits) : IDisposable
{
    private readonly SnapshotTableWriter _writer = new(work, path);
    private readonly SlotSet[] _gone = [.. former is null ? [] : former.Tables.Select(t => new SlotSet(t.Count))];
    private byte[] _key = new byte[256];
    private int _goneRows;

    /// <summary>Adds a row of the extract that the former snapshot has not, or has otherwise.</summary>
    public void Add(ReadOnlySpan<byte> identity, ReadOnlySpan<byte> line) => _writer.Add(hash.MarkOf(identity, line), KeyOf(identity, line));

    /// <summary>Copies a row of a snapshot that is not carried on.</summary>
    public void Copy(SnapshotRows row) => Copy(row.Entry, row.Identity, row.Key);

    /// <summary>A row of the former snapshot is there no more.</summary>
    public void Remove(SnapshotRows row) => _goneRows += _gone[row.Table].Add(row.Slot) ? 1 : 0;

    public bool IsSame(SnapshotRows row, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> line)
    {
        var mark = hash.MarkOf(identity, line);
        var entry = row.Entry;
        return entry.RowHigh == mark.RowHigh && entry.RowLow == mark.RowLow;
    }

    /// <summary>Writes what is new, durably. To be called once.</summary>
    /// <param name="file">Names, columns and ghosts of the next snapshot.</param>
    public SnapshotFile Write(SnapshotFile file, CancellationToken cancellationToken)
    {
        if (former is null)
        {
            return file with { Rows = _writer.Count, Base = _writer.Write(cancellationToken) };
        }

        var rows = former.File.Rows - _goneRows + _writer.Count;
        if (_writer.Count == 0 && _goneRows == 0)
        {
            return file with { Rows = rows, Base = former.File.Base, Recent = former.File.Recent, Gone = former.File.Gone };
        }

        if (former.Tables.Count > 1)
        {
            CopyAll(1, _gone[1]);
        }

        _gone[0].Add(former.Gone);
        var gone = _gone[0].All().ToArray();
        if (former.Tables[0].Count < limits.LeastBase || (long)(gone.Length + _writer.Count) * limits.BaseShare > former.Tables[0].Count)
        {
            CopyAll(0, _gone[0]);
            return file with { Rows = rows, Base = _writer.Write(cancellationToken) };
        }

        using var output = gone.Length == 0 ? null : new SnapshotOutput(work, path + ".gone");
        output?.WriteAll<int>(gone);
        return file with
        {
            Rows = rows,
            Base = former.File.Base,
            Recent = _writer.Count == 0 ? null : _writer.Write(cancellationToken),
            Gone = output?.Commit(),
        };
    }

    public void Dispose() => _writer.Dispose();

    private void CopyAll(int table, SlotSet gone)
    {
        foreach (var slot in gone.Others())
        {
            var key = former!.Keys[table][slot];
            Copy(former.Tables[table][slot], former.IdentityOf(key), key);
        }
    }

    private void Copy(TableEntry entry, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> key)
    {
        var mark = hash.MarkOf(identity, []);
        _writer.Add(new RowMark(mark.Place, entry.Tag, entry.RowLow, entry.RowHigh), key);
    }

    /// <summary>What the deletion of the row will need: its identity, or both ends of a link.</summary>
    private ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> identity, ReadOnlySpan<byte> line)
    {
        if (!plan.IsAssociation || plan.IsPair)
        {
            return identity;
        }

        if (_key.Length < line.Length)
        {
            _key = new byte[line.Length * 2];
        }

        return _key.AsSpan(0, Changes.LinkLine.WriteValues(line, _key));
    }
}
