using System.Data.Common;
using System.Runtime.CompilerServices;
using Muster.Configuration.Faults;
using Muster.Repository.Dialects;
using Muster.Repository.Rows;

namespace Muster.Repository;

/// <summary>
/// One transaction with its connection. Disposed without <see cref="Commit"/> it leaves nothing. Not thread-safe. This type and the
/// stores built on it are the only ones that hold SQL.
/// </summary>
public sealed class RepositoryTransaction : IDisposable
{
    private readonly StoreConnection _connection;
    private readonly DbTransaction _transaction;
    private readonly Action<RepositoryTransaction> _ended;
    private readonly Dictionary<string, RepositoryStatement> _statements = [];
    private SharedTexts? _shared;
    private bool _isCommitting;
    private bool _isDisposed;

    /// <summary>Rows that statements gave so far.</summary>
    internal long RowsRead { get; private set; }

    /// <param name="ended">Called once, when the transaction is over; what becomes of the connection is its business.</param>
    internal RepositoryTransaction(
        ISqlDialect dialect, StoreConnection connection, DbTransaction transaction, DateTime now, Action<RepositoryTransaction> ended)
    {
        Dialect = dialect;
        _connection = connection;
        Now = now;
        _transaction = transaction;
        _ended = ended;
    }

    /// <summary>Rows that statements inserted, updated or deleted so far; the clearing of temporary tables is not counted.</summary>
    internal long RowsWritten { get; private set; }

    public ISqlDialect Dialect { get; }

    internal DbConnection Connection => _connection.Connection;

    internal bool IsCommitted { get; private set; }

    /// <summary>The transaction ended as it should, by commit or without: its connection can be used again.</summary>
    internal bool IsSound { get; private set; }

    /// <summary>The one instant (UTC) that all changes of this transaction carry.</summary>
    public DateTime Now { get; }

    /// <summary>Quotes an identifier.</summary>
    public string Quote(string identifier) => Dialect.Quote(identifier);

    /// <summary>Runs a statement once. Parameters are written <c>@name</c>. Returns the number of rows that it touched.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var touched = Run(sql, parameters);
        RowsWritten += touched;
        return touched;
    }

    /// <summary>The first column of the first row, or null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var statement = Use(sql, parameters);
        RowsRead++;
        return statement.Ready().ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    /// <summary><see cref="Scalar"/> as a number; 0 for null.</summary>
    public long Count(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Scalar(sql, parameters) is { } value ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : 0;

    /// <summary>All rows through a function, read at once; for results that fit in memory. The function runs no statement.</summary>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var statement = Use(sql, parameters);
        using var reader = statement.Ready().ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        RowsRead += rows.Count;

        return rows;
    }

    /// <summary>As <see cref="Query"/>, column by column, for many rows.</summary>
    internal List<T> Rows<T>(string sql, Func<RowReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var statement = Use(sql, parameters);
        using var reader = statement.Ready().ExecuteReader();
        var row = RowReader.Of(reader, _shared ??= new SharedTexts());
        var rows = new List<T>();
        while (reader.Read())
        {
            row.Begin();
            rows.Add(read(row));
        }

        RowsRead += rows.Count;
        return rows;
    }

    /// <summary>As <see cref="Read"/>, column by column, for many rows.</summary>
    internal void Each(string sql, Action<RowReader> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var statement = Use(sql, parameters);
        using var reader = statement.Ready().ExecuteReader();
        var row = RowReader.Of(reader, _shared ??= new SharedTexts());
        while (reader.Read())
        {
            RowsRead++;
            row.Begin();
            read(row);
        }
    }

    /// <summary>As <see cref="Stream"/>, column by column: the same reader for each row.</summary>
    internal IEnumerable<RowReader> StreamRows(string sql, IReadOnlyList<(string Name, object? Value)> parameters)
    {
        RowReader? reader = null;
        foreach (var row in Stream(sql, parameters))
        {
            reader ??= RowReader.Of(row, _shared ??= new SharedTexts());
            reader.Begin();
            yield return reader;
        }
    }

    /// <summary>As <see cref="Read"/>, for the many rows of whole tables; see <see cref="ISqlDialect.Scan"/>.</summary>
    internal void Scan(string columns, string source, Action<ScannedRow> read) => RowsRead += Dialect.Scan(Connection, columns, source, read);

    /// <summary>Passes all rows by, one after the other. <paramref name="read"/> runs no statement.</summary>
    public void Read(string sql, Action<DbDataReader> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var statement = Use(sql, parameters);
        using var reader = statement.Ready().ExecuteReader();
        while (reader.Read())
        {
            RowsRead++;
            read(reader);
        }
    }

    /// <summary>Streams rows; the statement stays open until the enumeration ends, and others may run meanwhile.</summary>
    public IEnumerable<DbDataReader> Stream(string sql, IReadOnlyList<(string Name, object? Value)> parameters)
    {
        using var statement = Use(sql, parameters is (string, object?)[] array ? array : [.. parameters]);
        foreach (var row in Dialect.Stream(statement.Command))
        {
            RowsRead++;
            yield return row;
        }
    }

    /// <summary>A statement that is prepared once per transaction and run many times.</summary>
    public RepositoryStatement Prepare(string sql, params ReadOnlySpan<string> parameterNames)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            var parameters = new (string, object?)[parameterNames.Length];
            for (var index = 0; index < parameters.Length; index++)
            {
                parameters[index] = (parameterNames[index], null);
            }

            statement = new RepositoryStatement(this, Use(sql, parameters));
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>
    /// Makes a temporary table of the connection, empty. The table outlives the transaction, for the next one that asks for it: to make a table anew
    /// costs more than what most deliveries put into it, and makes the database think all its prepared statements over.
    /// </summary>
    /// <param name="indexes">Columns of each index.</param>
    internal void MakeTemporaryTable(string name, string columns, params ReadOnlySpan<string> indexes)
    {
        var creation = Dialect.CreateTemporaryTable(name, columns, indexes);
        if (_connection.HasTemporaryTable(name, creation))
        {
            ClearTemporaryTable(name);
            return;
        }

        Run(creation, []);
        _connection.AddTemporaryTable(name, creation);
    }

    /// <summary>Empties a temporary table. The rows are not counted as written.</summary>
    internal void ClearTemporaryTable(string name) => Run(Dialect.ClearTemporaryTable(name), []);

    /// <summary>What was prepared before a change of tables is void: here at once, on the store's other connections when they are free.</summary>
    internal void TablesChanged()
    {
        HasChangedTables = true;
        _connection.ForgetStatements();
    }

    /// <summary>See <see cref="TablesChanged"/>.</summary>
    internal bool HasChangedTables { get; private set; }

    internal void Wrote(long rows) => RowsWritten += rows;

    /// <summary>Starts the insertion of many rows; see <see cref="IBulkInsert"/>. Names are quoted.</summary>
    internal IBulkInsert BulkInsert(string table, IReadOnlyList<string> columns) => Dialect.BulkInsert(Connection, table, columns);

    /// <summary>
    /// Starts the update of many rows of a table by their id: for each the id, then a value for each column; see <see cref="IBulkInsert"/>. A row may be given once.
    /// As insertions, they are not counted as written.
    /// </summary>
    /// <param name="table">Quoted.</param>
    /// <param name="columns">Quoted, with the types that <see cref="ISqlDialect"/> names; without the id.</param>
    internal IBulkInsert BulkUpdate(string table, IReadOnlyList<(string Name, string Type)> columns) =>
        Dialect.BulkUpdate(Connection, table, [.. columns.Select(c => c.Name)]) ?? new StagedUpdate(this, table, columns);

    /// <summary>Takes a block of <paramref name="count"/> resource ids from the sequence and returns the first.</summary>
    public long AllocateIds(int count)
    {
        var next = Count("SELECT next FROM id_sequence");
        Execute("UPDATE id_sequence SET next = next + @count", ("@count", count));
        return next;
    }

    /// <summary>Makes the changes durable. The arguments are filled in by the compiler and name the point for <see cref="FaultPoints"/>.</summary>
    public void Commit([CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        DisposeStatements();
        var site = Fault.IsOn ? FaultPoints.SiteOf(file, member) : "";
        Fault.Before(site, FaultOperation.Commit);
        _isCommitting = true;
        _transaction.Commit();
        IsCommitted = true;
        Fault.After(site, FaultOperation.Commit);
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        DisposeStatements();
        try
        {
            _transaction.Dispose();
            IsSound = _connection.End(IsCommitted) && (IsCommitted || !_isCommitting);
        }
        finally
        {
            _ended(this);
        }
    }

    private void DisposeStatements()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
    }

    private StatementUse Use(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var use = new StatementUse(_connection, _connection.Take(sql));
        var command = use.Command;
        command.Transaction = _transaction;
        if (!HasParameters(command, parameters))
        {
            command.Parameters.Clear();
            foreach (var (name, _) in parameters)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                command.Parameters.Add(parameter);
            }
        }

        for (var index = 0; index < parameters.Length; index++)
        {
            Dialect.Bind(command.Parameters[index], parameters[index].Value);
        }

        return use;
    }

    /// <summary>Runs a statement without counting what it touches; statements that touch no rows by nature touch none.</summary>
    internal int Run(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var statement = Use(sql, parameters);
        return Math.Max(0, statement.Ready().ExecuteNonQuery());
    }

    private static bool HasParameters(DbCommand command, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (command.Parameters.Count != parameters.Length)
        {
            return false;
        }

        for (var index = 0; index < parameters.Length; index++)
        {
            if (command.Parameters[index].ParameterName != parameters[index].Name)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A command as long as it is used; then it goes back to its connection.</summary>
internal readonly struct StatementUse(StoreConnection connection, StoreStatement statement) : IDisposable
{
    public ISqlDialect Dialect => connection.Dialect;

    public DbCommand Command => statement.Command;

    /// <summary>See <see cref="StoreStatement.Ready"/>.</summary>
    public DbCommand Ready() => statement.Ready();

    public void Dispose() => connection.Give(statement);
}

/// <summary>A prepared statement; see <see cref="RepositoryTransaction.Prepare"/>.</summary>
public sealed class RepositoryStatement : IDisposable
{
    private readonly RepositoryTransaction _transaction;
    private readonly StatementUse _use;
    private bool _isDisposed;

    internal RepositoryStatement(RepositoryTransaction transaction, StatementUse use)
    {
        _transaction = transaction;
        _use = use;
    }

    /// <summary>Runs it with values in the order of the parameter names.</summary>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        Set(values);
        var touched = Math.Max(0, _use.Ready().ExecuteNonQuery());
        _transaction.Wrote(touched);
        return touched;
    }

    public object? Scalar(params ReadOnlySpan<object?> values)
    {
        Set(values);
        return _use.Ready().ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _use.Dispose();
        }
    }

    private void Set(ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            _use.Dialect.Bind(_use.Command.Parameters[index], values[index]);
        }
    }
}
