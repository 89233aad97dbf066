using System.Text;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Repository.Dialects;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

public sealed partial class ResourceStaging
{
    /// <summary>Whether there is no resource of the entity type.</summary>
    public bool IsEmpty() => _transaction.Count($"SELECT COUNT(*) FROM (SELECT 1 FROM {Table} LIMIT 1) t") == 0;

    /// <summary>
    /// Starts an initial load into an empty table (synchronization.md 9.5): rows go straight into it, and its indexes are made again when all are there.
    /// </summary>
    /// <param name="rows">How many at most.</param>
    /// <param name="links">Associations whose links the rows carry themselves.</param>
    public ResourceLoad BeginLoad(long rows, IReadOnlyList<EntityAssociation> links)
    {
        var indexes = StoredEntityModel.Of(_schema).Indexes.Where(i => i.Value.Table == _table.Name).ToList();
        foreach (var (name, _) in indexes)
        {
            _transaction.Execute($"DROP INDEX IF EXISTS {_transaction.Quote(name)}");
        }

        List<string> columns =
        [
            "id", "valid_from", "source_hash", "display_name", .. _columns,
            .. links.Select(l => _transaction.Quote(_schema.StorageOf(l).ColumnName!)),
        ];
        return new ResourceLoad(
            Columns,
            _displayIndex,
            _keyIndex,
            _transaction.AllocateIds(checked((int)rows)),
            _transaction.BulkInsert(Table, columns),
            isAscending =>
            {
                foreach (var (name, index) in indexes)
                {
                    _transaction.Execute(
                        $"CREATE INDEX IF NOT EXISTS {_transaction.Quote(name)} ON {Table} ({_transaction.Quote(index.Column)})");
                }

                return isAscending ? 0 : RemoveRepeated();
            },
            EndLoad);
    }

    /// <summary>Of several rows with one key the first counts. Returns how many were too many.</summary>
    private long RemoveRepeated() =>
        _transaction.Execute(
            $"DELETE FROM {Table} WHERE id IN (SELECT t.id FROM (SELECT {_keyColumn} AS value, MIN(id) AS first_id FROM {Table}"
            + $" GROUP BY {_keyColumn} HAVING COUNT(*) > 1) r CROSS JOIN {Table} t WHERE t.{_keyColumn} = r.value AND t.id <> r.first_id)");

    private void EndLoad(long rows, long repeated)
    {
        _transaction.Wrote(rows);
        Inserted += rows - repeated;
        Skipped += repeated;
        foreach (var key in _linkKeys)
        {
            _keys.AffectWaiting(key);
            _keys.NameAll(key);
        }
    }
}

/// <summary>
/// An initial load of one entity type that is under way. For each row <see cref="Start"/>, its values in the order of the columns, the targets of
/// its links, <see cref="EndRow"/>; at last <see cref="Complete"/>. Not thread-safe.
/// </summary>
public sealed class ResourceLoad : IDisposable
{
    private static readonly byte[] BeginningOfTime = Encoding.UTF8.GetBytes(ResourceWriter.BeginningOfTime);

    private readonly PropertyType[] _types;
    private readonly int _keyIndex;
    private readonly IBulkInsert _rows;
    private readonly Func<bool, long> _makeIndexes;
    private readonly Action<long, long> _ended;
    private long _nextId;
    private byte[] _lastKey = [];
    private int _lastKeyLength = -1;
    private bool _isAscending = true;
    private int _column;

    internal ResourceLoad(
        IReadOnlyList<EntityProperty> columns,
        int displayColumn,
        int keyIndex,
        long firstId,
        IBulkInsert rows,
        Func<bool, long> makeIndexes,
        Action<long, long> ended)
    {
        _types = [.. columns.Select(c => c.Type)];
        DisplayColumn = displayColumn;
        _keyIndex = keyIndex;
        _nextId = firstId;
        _rows = rows;
        _makeIndexes = makeIndexes;
        _ended = ended;
    }

    /// <summary>The column whose value is the display name; -1 if none is.</summary>
    public int DisplayColumn { get; }

    /// <summary>Begins a row.</summary>
    /// <param name="hash">See <see cref="SourceHash"/>.</param>
    /// <param name="display">UTF-8; empty for none.</param>
    public void Start(HashValue hash, ReadOnlySpan<byte> display)
    {
        Span<byte> octets = stackalloc byte[SourceHash.Size];
        hash.Write(octets);
        _rows.Number(_nextId++);
        _rows.Text(BeginningOfTime);
        _rows.Octets(octets);
        Text(display);
        _column = 0;
    }

    /// <summary>The next value, canonical and in UTF-8; empty for none. Throws <see cref="FormatException"/> if it does not fit the property's type.</summary>
    public void Value(ReadOnlySpan<byte> canonical)
    {
        if (_column == _keyIndex)
        {
            Compare(canonical);
        }

        var type = _types[_column++];
        if (canonical.IsEmpty)
        {
            _rows.Null();
        }
        else if (ColumnCodec.IsText(type))
        {
            _rows.Text(canonical);
        }
        else if (type == PropertyType.Double)
        {
            _rows.Real(ColumnCodec.ToReal(canonical));
        }
        else
        {
            _rows.Number(ColumnCodec.ToNumber(type, canonical));
        }
    }

    /// <summary>The target of the next association; 0 for none.</summary>
    public void Link(long target)
    {
        if (target == 0)
        {
            _rows.Null();
        }
        else
        {
            _rows.Number(target);
        }
    }

    public void EndRow() => _rows.EndRow();

    /// <summary>All rows are given: makes the indexes, and takes away rows whose key was there before.</summary>
    public void Complete()
    {
        var rows = _rows.Complete();
        _rows.Dispose();
        _ended(rows, _makeIndexes(_isAscending));
    }

    public void Dispose() => _rows.Dispose();

    private void Text(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            _rows.Null();
        }
        else
        {
            _rows.Text(text);
        }
    }

    /// <summary>Keys that ascend are each there once.</summary>
    private void Compare(ReadOnlySpan<byte> key)
    {
        if (!_isAscending)
        {
            return;
        }

        _isAscending = _lastKeyLength < 0 || _lastKey.AsSpan(0, _lastKeyLength).SequenceCompareTo(key) < 0;
        if (_lastKey.Length < key.Length)
        {
            _lastKey = new byte[key.Length * 2];
        }

        key.CopyTo(_lastKey);
        _lastKeyLength = key.Length;
    }
}
