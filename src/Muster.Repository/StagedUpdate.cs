using System.Globalization;
using Muster.Repository.Dialects;

namespace Muster.Repository;

/// <summary>An update of many rows at once: what they get is loaded into a temporary table, which the rows are joined with.</summary>
internal sealed class StagedUpdate : IBulkInsert
{
    private readonly RepositoryTransaction _transaction;
    private readonly string _table;
    private readonly IReadOnlyList<(string Name, string Type)> _columns;
    private readonly string _staging;
    private readonly IBulkInsert _rows;

    public StagedUpdate(RepositoryTransaction transaction, string table, IReadOnlyList<(string Name, string Type)> columns)
    {
        _transaction = transaction;
        _table = table;
        _columns = columns;

        // A table that is looked for by the number of its columns is seldom made anew: updates of one kind follow one another.
        _staging = string.Create(CultureInfo.InvariantCulture, $"staged_update_{columns.Count}");
        var definitions = string.Concat(columns.Select((c, index) => string.Create(CultureInfo.InvariantCulture, $", c{index} {c.Type}")));
        transaction.MakeTemporaryTable(_staging, $"id INTEGER NOT NULL{definitions}");
        _rows = transaction.BulkInsert(
            transaction.Quote(_staging), ["id", .. columns.Select((_, index) => string.Create(CultureInfo.InvariantCulture, $"c{index}"))]);
    }

    public void Null() => _rows.Null();

    public void Number(long value) => _rows.Number(value);

    public void Real(double value) => _rows.Real(value);

    public void Text(ReadOnlySpan<byte> utf8) => _rows.Text(utf8);

    public void Octets(ReadOnlySpan<byte> value) => _rows.Octets(value);

    public void EndRow() => _rows.EndRow();

    public long Complete()
    {
        var count = _rows.Complete();
        _rows.Dispose();
        var assignments = string.Join(", ", _columns.Select((c, index) => string.Create(CultureInfo.InvariantCulture, $"{c.Name} = s.c{index}")));
        var staging = _transaction.Quote(_staging);
        _transaction.Run($"UPDATE {_table} SET {assignments} FROM {staging} s WHERE {_table}.id = s.id", []);
        _transaction.ClearTemporaryTable(_staging);
        return count;
    }

    public void Dispose() => _rows.Dispose();
}
