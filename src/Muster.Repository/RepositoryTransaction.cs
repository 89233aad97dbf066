using System.Data.Common;
using System.Runtime.CompilerServices;
using Muster.Configuration.Faults;
using Muster.Repository.Dialects;

namespace Muster.Repository;

/// <summary>
/// One transaction with its connection. Disposed without <see cref="Commit"/> it leaves nothing. Not thread-safe. This type and the
/// stores built on it are the only ones that hold SQL.
/// </summary>
public sealed class RepositoryTransaction : IDisposable
{
    private readonly DbTransaction _transaction;
    private readonly Action<bool>? _ended;
    private readonly Dictionary<string, RepositoryStatement> _statements = [];
    private bool _isCommitted;
    private bool _isDisposed;

    /// <summary>Rows that statements gave so far.</summary>
    internal long RowsRead { get; private set; }

    internal RepositoryTransaction(
        ISqlDialect dialect, DbConnection connection, DbTransaction transaction, DateTime now, Action<bool>? ended)
    {
        Dialect = dialect;
        Connection = connection;
        Now = now;
        _transaction = transaction;
        _ended = ended;
    }

    public ISqlDialect Dialect { get; }

    /// <summary>For Dapper on fixed tables; pass <see cref="Transaction"/> along.</summary>
    public DbConnection Connection { get; }

    public DbTransaction Transaction => _transaction;

    /// <summary>The one instant (UTC) that all changes of this transaction carry.</summary>
    public DateTime Now { get; }

    /// <summary>Quotes an identifier.</summary>
    public string Quote(string identifier) => Dialect.Quote(identifier);

    /// <summary>Runs a statement once. Parameters are written <c>@name</c>. Returns the number of rows that it touched.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = CreateCommand(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row, or null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = CreateCommand(sql, parameters);
        RowsRead++;
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    /// <summary><see cref="Scalar"/> as a number; 0 for null.</summary>
    public long Count(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Scalar(sql, parameters) is { } value ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : 0;

    /// <summary>All rows through a function, read at once; for results that fit in memory.</summary>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = CreateCommand(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        RowsRead += rows.Count;

        return rows;
    }

    /// <summary>Streams rows; the statement stays open until the enumeration ends.</summary>
    public IEnumerable<DbDataReader> Stream(string sql, IReadOnlyList<(string Name, object? Value)> parameters)
    {
        using var command = CreateCommand(sql, parameters is (string, object?)[] array ? array : [.. parameters]);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            RowsRead++;
            yield return reader;
        }
    }

    /// <summary>A statement that is prepared once per transaction and run many times.</summary>
    public RepositoryStatement Prepare(string sql, params ReadOnlySpan<string> parameterNames)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new RepositoryStatement(CreateCommand(sql, []), parameterNames);
            _statements.Add(sql, statement);
        }

        return statement;
    }

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
        _transaction.Commit();
        _isCommitted = true;
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
        }
        finally
        {
            try
            {
                _ended?.Invoke(_isCommitted);
            }
            finally
            {
                Connection.Dispose();
            }
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

    private DbCommand CreateCommand(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = Connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}

/// <summary>A prepared statement; see <see cref="RepositoryTransaction.Prepare"/>.</summary>
public sealed class RepositoryStatement : IDisposable
{
    private readonly DbCommand _command;

    internal RepositoryStatement(DbCommand command, ReadOnlySpan<string> parameterNames)
    {
        _command = command;
        foreach (var name in parameterNames)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }
    }

    /// <summary>Runs it with values in the order of the parameter names.</summary>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        Set(values);
        return _command.ExecuteNonQuery();
    }

    public object? Scalar(params ReadOnlySpan<object?> values)
    {
        Set(values);
        return _command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    public void Dispose() => _command.Dispose();

    private void Set(ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            _command.Parameters[index].Value = values[index] ?? DBNull.Value;
        }
    }
}
