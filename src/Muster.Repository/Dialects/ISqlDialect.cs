using System.Data.Common;
using Muster.Configuration.Model;
using Muster.Repository.Rows;

namespace Muster.Repository.Dialects;

/// <summary>
/// What differs between the databases that can hold the repository. Statements elsewhere in this project keep to the SQL that all
/// dialects share (common table expressions, <c>INSERT … ON CONFLICT</c>, <c>UPDATE … FROM</c>, <c>RETURNING</c>), name types
/// <c>INTEGER</c> (64 bits), <c>REAL</c>, <c>TEXT</c> (compared octet by octet) and <c>BLOB</c>, and ask here for the rest.
/// </summary>
public interface ISqlDialect
{
    /// <summary>Opens a connection that is ready for use. Throws <see cref="Configuration.Work.TaskFailedException"/> saying what to do.</summary>
    DbConnection Open();

    /// <summary>Whether a store has been created.</summary>
    bool Exists();

    /// <summary>Starts a transaction that may write; only one exists at a time per store, in whatever process. Waits for its turn.</summary>
    DbTransaction BeginWrite(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Whether <see cref="BeginBeside"/> is possible.</summary>
    bool CanWriteBeside { get; }

    /// <summary>Starts a transaction that may write a few rows of its own while others write.</summary>
    DbTransaction BeginBeside(DbConnection connection);

    /// <summary>Starts a transaction that sees one state of the database until it ends.</summary>
    DbTransaction BeginRead(DbConnection connection);

    /// <summary>
    /// Copies one state of the database to a new one that lives in a folder, and returns the URL of the copy; null if this database cannot, and
    /// the rows have to be copied.
    /// </summary>
    string? CopyTo(DbConnection connection, string folder);

    /// <summary>The connection was lost: what failed may go well on a new one.</summary>
    bool IsLost(Exception exception);

    /// <summary>A statement in the words of the database.</summary>
    string Adapt(string statement);

    /// <summary>Gives a parameter its next value; null for none.</summary>
    void Bind(DbParameter parameter, object? value);

    /// <summary>Called once for a statement that runs a second time.</summary>
    void Prepare(DbCommand command);

    /// <summary>Takes <see cref="Prepare"/> back.</summary>
    void Unprepare(DbCommand command);

    /// <summary>The rows of a query, while other statements may run on the connection, also such that change what is read.</summary>
    IEnumerable<DbDataReader> Stream(DbCommand command);

    /// <summary>
    /// Passes all rows of a query by, in any order, as fast as the database gives them. Nothing else runs on the connection meanwhile, <paramref name="read"/> included. Returns
    /// how many there were.
    /// </summary>
    /// <param name="columns">What is selected: numbers of 64 bits, texts and BLOBs.</param>
    /// <param name="source">What follows <c>FROM</c>. No parameters.</param>
    long Scan(DbConnection connection, string columns, string source, Action<ScannedRow> read);

    /// <summary>
    /// What the database has worked on this connection so far, where it can tell: its own small steps, about ten for each row that it looks at,
    /// also for rows that a statement looks at without giving them. In thousands, rounded down for each statement. 0 where it cannot tell.
    /// </summary>
    long Steps(DbConnection connection);

    /// <summary>Quotes an identifier.</summary>
    string Quote(string identifier);

    /// <summary>The name by which the database keeps a table; see <see cref="TableNames"/>.</summary>
    string StoredName(string identifier);

    /// <summary>An auto-numbered 64-bit primary key column, as in <c>seq &lt;this&gt;</c>.</summary>
    string AutoNumber { get; }

    /// <summary>What follows the definition of a table whose rows may be wide.</summary>
    string WideTable { get; }

    /// <summary>The text of a column's value, as other texts are compared.</summary>
    string AsText(PropertyType type, string column);

    /// <summary>The value of a column that a text stands for; null for a text that stands for none.</summary>
    string FromText(PropertyType type, string text);

    /// <summary>A condition that <paramref name="column"/> is among the numbers of the parameter; see <see cref="IdList"/>.</summary>
    string IsIn(string column, string parameter);

    /// <summary>As <see cref="IsIn"/>, for texts; see <see cref="TextList"/>.</summary>
    string IsInTexts(string column, string parameter);

    /// <summary>
    /// A column as a condition shall see it that must not be what rows are found by: another condition finds fewer, and a database that
    /// keeps no statistics would guess wrong.
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

    /// <summary>Empties a temporary table.</summary>
    string ClearTemporaryTable(string name);

    /// <summary>Starts the insertion of many rows.</summary>
    /// <param name="table">Quoted.</param>
    /// <param name="columns">Quoted.</param>
    IBulkInsert BulkInsert(DbConnection connection, string table, IReadOnlyList<string> columns);

    /// <summary>
    /// Starts the update of many rows by their id: each is given as the id, then a value for each column. Null if the database has no better way than a
    /// statement for all of them together.
    /// </summary>
    /// <param name="table">Quoted.</param>
    /// <param name="columns">Quoted; without the id.</param>
    IBulkInsert? BulkUpdate(DbConnection connection, string table, IReadOnlyList<string> columns);
}
