using Muster.Configuration.Model;

namespace Muster.Connectors.Contract;

/// <summary>
/// The tables of a connector's mappings that one connection feeds, with the columns that are wanted of each (synchronization.md 7.0). A
/// table belongs to the connection with the longest identifier that it starts with, since identifiers may contain underscores.
/// </summary>
public sealed class ConnectionTables
{
    private readonly List<WantedTable> _tables;

    private ConnectionTables(List<WantedTable> tables)
    {
        _tables = tables;
    }

    public IReadOnlyList<WantedTable> All => _tables;

    /// <summary>The table of the connection itself (suffix empty) or of a data set in it; null if no mapping uses it.</summary>
    public WantedTable? Find(string suffix) => _tables.Find(t => string.Equals(t.Suffix, suffix, StringComparison.OrdinalIgnoreCase));

    public static ConnectionTables Of(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var tables = new List<WantedTable>();
        foreach (var mapping in connection.Connector.EntityTypeMappings)
        {
            if (TableOf(mapping.ConnectionTable) is { } table)
            {
                foreach (var property in mapping.Properties)
                {
                    table.Want(property.ConnectionColumn, property);
                }

                table.HasEntities = true;
            }
        }

        foreach (var mapping in connection.Connector.AssociationMappings)
        {
            if (TableOf(mapping.ConnectionTable) is { } table)
            {
                table.Want(mapping.Column1, null);
                table.Want(mapping.Column2, null);
            }
        }

        return new ConnectionTables(tables);

        WantedTable? TableOf(string connectionTable)
        {
            if (SuffixOf(connectionTable, connection) is not { } suffix)
            {
                return null;
            }

            var table = tables.Find(t => string.Equals(t.Suffix, suffix, StringComparison.OrdinalIgnoreCase));
            if (table is null)
            {
                table = new WantedTable(suffix);
                tables.Add(table);
            }

            return table;
        }
    }

    /// <summary>What follows <c>&lt;connection&gt;_</c> in a ConnectionTable; null if the table belongs to another connection.</summary>
    internal static string? SuffixOf(string connectionTable, Connection connection)
    {
        var table = connectionTable.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? connectionTable[..^4] : connectionTable;
        var owner = connection.Connector.Connections
            .Where(c => Matches(table, c.Identifier))
            .MaxBy(c => c.Identifier.Length);
        if (owner is null ? !Matches(table, connection.Identifier) : owner != connection)
        {
            return null;
        }

        return table.Length == connection.Identifier.Length ? "" : table[(connection.Identifier.Length + 1)..];
    }

    private static bool Matches(string table, string connection) =>
        string.Equals(table, connection, StringComparison.OrdinalIgnoreCase)
        || (table.Length > connection.Length + 1 && table[connection.Length] == '_'
            && table.StartsWith(connection, StringComparison.OrdinalIgnoreCase));
}

/// <summary>One table that mappings use.</summary>
public sealed class WantedTable
{
    private readonly List<WantedColumn> _columns = [];

    internal WantedTable(string suffix)
    {
        Suffix = suffix;
    }

    /// <summary>What follows <c>&lt;connection&gt;_</c>; empty for the connection's own table.</summary>
    public string Suffix { get; }

    /// <summary>True if an entity type is fed from it, false if only associations are.</summary>
    public bool HasEntities { get; internal set; }

    /// <summary>Each source column once, in order of declaration: those of properties, then those of associations.</summary>
    public IReadOnlyList<WantedColumn> Columns => _columns;

    internal void Want(string column, PropertyMapping? property)
    {
        var index = _columns.FindIndex(c => string.Equals(c.Name, column, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            _columns.Add(new WantedColumn(column, property));
        }
        else if (_columns[index].Property is null || (_columns[index].Property!.Format is null && property?.Format is not null))
        {
            _columns[index] = _columns[index] with { Property = property ?? _columns[index].Property };
        }
    }
}

/// <summary>A source column that mappings use.</summary>
/// <param name="Property">The mapped property whose type and format convert the values; null if only associations use the column.</param>
public sealed record WantedColumn(string Name, PropertyMapping? Property);
