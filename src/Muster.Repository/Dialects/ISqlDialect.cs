using System.Data.Common;
using Muster.Configuration.Model;

namespace Muster.Repository.Dialects;

/// <summary>
/// What differs between the databases that can hold the repository. Statements elsewhere in this project keep to the SQL that all
/// dialects share (common table expressions, <c>INSERT … ON CONFLICT</c>, <c>UPDATE … FROM</c>, <c>RETURNING</c>), and ask here for the rest.
/// </summary>
public interface ISqlDialect
{
    /// <summary>Opens a connection that is ready for use.</summary>
    DbConnection Open();

    /// <summary>Starts a transaction that may write; only one exists at a time per database.</summary>
    DbTransaction BeginWrite(DbConnection connection);

    /// <summary>Starts a transaction that sees one state of the database until it ends.</summary>
    DbTransaction BeginRead(DbConnection connection);

    /// <summary>Copies one state of the database to a new one that lives in a folder, and returns the URL of the copy.</summary>
    string CopyTo(DbConnection connection, string folder);

    /// <summary>Rows written so far on this connection, counted by the database where it can.</summary>
    long RowsWritten(DbConnection connection);

    /// <summary>
    /// What the database has worked on this connection so far, where it can tell: its own small steps, about ten for each row that it looks at,
    /// also for rows that a statement looks at without giving them. In thousands, rounded down for each statement.
    /// </summary>
    long Steps(DbConnection connection);

    /// <summary>Quotes an identifier.</summary>
    string Quote(string identifier);

    /// <summary>The column type of a scalar property.</summary>
    string ColumnType(PropertyType type);

    /// <summary>An auto-numbered 64-bit primary key column, as in <c>seq &lt;this&gt;</c>.</summary>
    string AutoNumber { get; }

    /// <summary>A type for octets.</summary>
    string Octets { get; }

    /// <summary>A condition that <paramref name="column"/> is among the numbers of the parameter; see <see cref="IdList"/>.</summary>
    string IsIn(string column, string parameter);

    /// <summary>As <see cref="IsIn"/>, for texts; see <see cref="TextList"/>.</summary>
    string IsInTexts(string column, string parameter);

    /// <summary>
    /// A column as a condition shall see it that must not be what rows are found by: another condition finds fewer, and the database, which
    /// keeps no statistics, would guess wrong.
    /// </summary>
    string Unindexed(string column);

    /// <summary>A row source with one column <c>value</c>: the numbers of the parameter; see <see cref="IdList"/>.</summary>
    string IdRows(string parameter);

    /// <summary>The parameter value that stands for a list of numbers.</summary>
    object IdList(IEnumerable<long> ids);

    /// <summary>The parameter value that stands for a list of texts.</summary>
    object TextList(IEnumerable<string> texts);

    /// <summary>The names of the tables that exist.</summary>
    IReadOnlySet<string> TableNames(DbConnection connection);

    /// <summary>The names of a table's columns; none if there is no such table.</summary>
    IReadOnlySet<string> ColumnNames(DbConnection connection, string table);

    /// <summary>Creates a table that lives as long as the transaction's connection, replacing one of that name.</summary>
    /// <param name="indexes">Columns of each index.</param>
    string CreateTemporaryTable(string name, string columns, ReadOnlySpan<string> indexes);
}
