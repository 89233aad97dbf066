using Muster.Configuration.Model;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

/// <summary>The stored links of an association as one relation of pairs, wherever they are kept.</summary>
internal sealed class LinkRows
{
    private readonly LinkStorage _storage;
    private readonly string _table;
    private readonly string _column;

    public LinkRows(RepositoryTransaction transaction, LinkStorage storage)
    {
        _storage = storage;
        _table = transaction.Quote(storage.TableName ?? storage.ColumnTable!.Name);
        _column = storage.ColumnName is { } name ? transaction.Quote(name) : "";
    }

    public bool IsTable => _storage.TableName is not null;

    /// <summary>The side whose resources carry the column: <c>1</c> or <c>2</c>; meaningless for a table.</summary>
    public int Holder => _storage.ColumnEnd?.Side ?? 1;

    public ResourceTable? ColumnTable => _storage.ColumnTable;

    public EntityProperty? ColumnProperty => _storage.ColumnEnd?.Property;

    public string Table => _table;

    public string Column => _column;

    public string From(string alias) => $"{_table} {alias}";

    public string R1(string alias) => IsTable ? $"{alias}.r1" : Holder == 1 ? $"{alias}.id" : $"{alias}.{_column}";

    public string R2(string alias) => IsTable ? $"{alias}.r2" : Holder == 2 ? $"{alias}.id" : $"{alias}.{_column}";

    /// <summary>The condition that the row is a link at all; a range, so that an index serves it.</summary>
    public string IsLink(string alias) => IsTable ? "1 = 1" : $"{alias}.{_column} >= {-long.MaxValue}";
}
