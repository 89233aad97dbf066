using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Repository.Rows;
using SQLitePCL;

namespace Muster.Repository.Dialects;

/// <summary>The embedded store: one file, write-ahead log, every commit flushed to disk.</summary>
public sealed class SqliteDialect : ISqlDialect
{
    /// <summary>Steps of SQLite's machine between two calls of the counter.</summary>
    private const int StepsPerCall = 1_000;
    private readonly ConditionalWeakTable<DbConnection, ConnectionState> _states = [];
    private readonly string _connectionString;
    private readonly string _path;

    /// <param name="path">The database file; it is created if it does not exist, with its folder.</param>
    public SqliteDialect(string path)
    {
        _path = Path.GetFullPath(path);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            // Connections are kept by the store itself, with their prepared statements.
            Pooling = false,
            DefaultTimeout = 120,
        }.ToString();
    }

    public string AutoNumber => "INTEGER PRIMARY KEY AUTOINCREMENT";

    public string WideTable => "";

    public bool Exists() => File.Exists(_path);

    public DbConnection Open()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var connection = new SqliteConnection(_connectionString);
            connection.Open();
            using var command = connection.CreateCommand();

            // FULL: what was committed survives a power cut, which is what "accepted" promises to the agent.
            command.CommandText =
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096; PRAGMA busy_timeout=120000;"
                + " PRAGMA temp_store=FILE; PRAGMA foreign_keys=OFF;";
            command.ExecuteNonQuery();
            var state = new ConnectionState(connection);
            raw.sqlite3_progress_handler(connection.Handle, StepsPerCall, Count, state);
            _states.Add(connection, state);
            SqliteScan.Prepare(connection);
            return connection;
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new TaskFailedException(
                $"The database '{_path}' cannot be opened: {exception.Message} Check that the folder exists and may be written, or give another one with --database.",
                exception);
        }
    }

    public DbTransaction BeginWrite(DbConnection connection, CancellationToken cancellationToken)
    {
        // There is one writer, and its pages are worth keeping; readers come and go, and each connection would keep theirs.
        if (_states.TryGetValue(connection, out var state) && !state.HasLargeCache)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA cache_size=-16384";
            command.ExecuteNonQuery();
            state.HasLargeCache = true;
        }

        return ((SqliteConnection)connection).BeginTransaction(deferred: false);
    }

    public bool CanWriteBeside => false;

    public DbTransaction BeginBeside(DbConnection connection) => throw new NotSupportedException("An embedded store has one writer.");

    public DbTransaction BeginRead(DbConnection connection)
    {
        var transaction = ((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: true);

        // A deferred transaction takes its snapshot at the first read; take it now.
        if (_states.TryGetValue(connection, out var state))
        {
            state.TakeSnapshot(transaction);
        }

        return transaction;
    }

    public string? CopyTo(DbConnection connection, string folder)
    {
        var path = Path.Combine(Path.GetFullPath(folder), "muster.db");
        using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO @path";
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@path";
        parameter.Value = path;
        command.Parameters.Add(parameter);
        command.ExecuteNonQuery();
        return $"sqlite:{path}";
    }

    public bool IsLost(Exception exception) => false;

    public string Adapt(string statement) => statement;

    public void Bind(DbParameter parameter, object? value) => parameter.Value = value ?? DBNull.Value;

    /// <summary>The driver prepares by itself.</summary>
    public void Prepare(DbCommand command)
    {
    }

    public void Unprepare(DbCommand command)
    {
    }

    public IEnumerable<DbDataReader> Stream(DbCommand command)
    {
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return reader;
        }
    }

    public long Scan(DbConnection connection, string columns, string source, Action<ScannedRow> read) =>
        SqliteScan.Run((SqliteConnection)connection, columns, source, read);

    public long Steps(DbConnection connection) => _states.TryGetValue(connection, out var state) ? state.Steps : 0;

    public string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public string StoredName(string identifier) => identifier;

    public string AsText(PropertyType type, string column) => $"CAST({column} AS TEXT)";

    /// <summary>SQLite converts a text by itself where it is compared with a column of numbers.</summary>
    public string FromText(PropertyType type, string text) => text;

    public string IsIn(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    public string IsInTexts(string column, string parameter) => IsIn(column, parameter);

    public string Unindexed(string column) => $"+{column}";

    public string IdRows(string parameter) => $"json_each({parameter})";

    public object IdList(IEnumerable<long> ids) => $"[{string.Join(',', ids)}]";

    public object TextList(IEnumerable<string> texts) => JsonSerializer.Serialize(texts);

    public IReadOnlySet<string> TableNames(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table'";
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    public IReadOnlySet<string> ColumnNames(DbConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM pragma_table_info(@table)";
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@table";
        parameter.Value = table;
        command.Parameters.Add(parameter);
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    public string CreateTemporaryTable(string name, string columns, ReadOnlySpan<string> indexes)
    {
        var sql = new StringBuilder($"DROP TABLE IF EXISTS temp.{Quote(name)}; CREATE TEMP TABLE {Quote(name)} ({columns});");
        for (var index = 0; index < indexes.Length; index++)
        {
            sql.Append(CultureInfo.InvariantCulture, $" CREATE INDEX temp.{Quote($"{name}_{index}")} ON {Quote(name)} ({indexes[index]});");
        }

        return sql.ToString();
    }

    public string ClearTemporaryTable(string name) => $"DELETE FROM {Quote(name)}";

    public IBulkInsert BulkInsert(DbConnection connection, string table, IReadOnlyList<string> columns) =>
        SqliteBulkStatement.Insert((SqliteConnection)connection, table, columns);

    public IBulkInsert? BulkUpdate(DbConnection connection, string table, IReadOnlyList<string> columns) =>
        SqliteBulkStatement.Update((SqliteConnection)connection, table, columns);

    private static int Count(object state)
    {
        ((ConnectionState)state).Steps++;
        return 0;
    }

    private sealed class ConnectionState(SqliteConnection connection)
    {
        private SqliteCommand? _snapshot;

        public long Steps { get; set; }

        public bool HasLargeCache { get; set; }

        public void TakeSnapshot(SqliteTransaction transaction)
        {
            if (_snapshot is null)
            {
                _snapshot = connection.CreateCommand();
                _snapshot.CommandText = "SELECT 1 FROM sqlite_master LIMIT 1";
            }

            _snapshot.Transaction = transaction;
            _snapshot.ExecuteScalar();
            _snapshot.Transaction = null;
        }
    }
}
