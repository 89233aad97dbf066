using System.Data.Common;
using Muster.Repository.Dialects;

namespace Muster.Repository;

/// <summary>
/// An open connection that serves one transaction after the other, with the statements that were prepared on it: to understand a statement
/// costs more than most of them cost to run, and a job runs the same ones again and again. Not thread-safe.
/// </summary>
internal sealed class StoreConnection(ISqlDialect dialect) : IDisposable
{
    /// <summary>Statements of one generation. Two are kept: those used lately, and those used before them.</summary>
    private const int Generation = 200;

    private Dictionary<string, StoreStatement> _recent = [];
    private Dictionary<string, StoreStatement> _former = [];
    private Dictionary<string, string> _temporaryTables = [];
    private Dictionary<string, string>? _temporaryTablesBefore;
    private int _inUse;

    public DbConnection Connection { get; } = dialect.Open();

    public ISqlDialect Dialect => dialect;

    /// <summary>No statement is in the middle of its work: the next transaction may have the connection.</summary>
    public bool IsAtRest => _inUse == 0 && Connection.State == System.Data.ConnectionState.Open;

    /// <summary>A temporary table that this statement made is there, with the content that it was left with.</summary>
    public bool HasTemporaryTable(string name, string creation) => _temporaryTables.TryGetValue(name, out var known) && known == creation;

    /// <summary>Notes what has just been made. A table of another shape by that name makes the statements on it void.</summary>
    public void AddTemporaryTable(string name, string creation)
    {
        _temporaryTablesBefore ??= new Dictionary<string, string>(_temporaryTables);
        if (_temporaryTables.ContainsKey(name))
        {
            ForgetStatements();
        }

        _temporaryTables[name] = creation;
    }

    /// <summary>
    /// After a transaction. One that was taken back took the temporary tables with it that were made in it; they are made again, for the next one.
    /// False if that failed: the connection is of no use any more.
    /// </summary>
    public bool End(bool isCommitted)
    {
        if (_temporaryTablesBefore is not { } before)
        {
            return true;
        }

        _temporaryTablesBefore = null;
        return isCommitted || Restore(before);
    }

    /// <summary>A command for a statement, with the parameters of its last use; to be given back.</summary>
    public StoreStatement Take(string sql)
    {
        _inUse++;
        if (_recent.Remove(sql, out var known) || _former.Remove(sql, out known))
        {
            return known;
        }

        var command = Connection.CreateCommand();
        command.CommandText = dialect.Adapt(sql);
        return new StoreStatement(sql, command, dialect);
    }

    /// <summary>Keeps a command that is not used any more for its next use. Several statements in one text are not kept: they change the schema.</summary>
    public void Give(StoreStatement statement)
    {
        _inUse--;
        if (statement.Sql.Contains(';', StringComparison.Ordinal) || !_recent.TryAdd(statement.Sql, statement))
        {
            statement.Dispose();
            return;
        }

        statement.Command.Transaction = null;
        foreach (DbParameter parameter in statement.Command.Parameters)
        {
            // A long list of ids need not stay in memory.
            parameter.Value = DBNull.Value;
        }

        if (_recent.Count > Generation)
        {
            foreach (var forgotten in _former.Values)
            {
                forgotten.Dispose();
            }

            (_former, _recent) = (_recent, []);
        }
    }

    /// <summary>Forgets the statements that wait for their next use: what they read has another shape now.</summary>
    public void ForgetStatements()
    {
        foreach (var forgotten in _recent.Values.Concat(_former.Values))
        {
            forgotten.Dispose();
        }

        _recent.Clear();
        _former.Clear();
    }

    public void Dispose() => Connection.Dispose();

    private bool Restore(Dictionary<string, string> before)
    {
        var made = _temporaryTables.Except(before).ToList();
        _temporaryTables = before;
        try
        {
            foreach (var (name, creation) in made)
            {
                using var command = Connection.CreateCommand();
                command.CommandText = dialect.Adapt(creation);
                command.ExecuteNonQuery();
                _temporaryTables[name] = creation;
            }

            return true;
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException)
        {
            // What made the transaction fail (a full disk, a lost connection) says itself what it is.
            return false;
        }
    }
}

/// <summary>A statement of a connection with its command.</summary>
internal sealed class StoreStatement(string sql, DbCommand command, ISqlDialect dialect) : IDisposable
{
    private int _runs;

    /// <summary>As written in this project; the command has it in the words of its database.</summary>
    public string Sql => sql;

    public DbCommand Command => command;

    /// <summary>To be called before each run, with the parameters set: what runs again is worth preparing.</summary>
    public DbCommand Ready()
    {
        if (++_runs == 2)
        {
            dialect.Prepare(command);
        }

        return command;
    }

    public void Dispose()
    {
        if (_runs >= 2)
        {
            dialect.Unprepare(command);
        }

        command.Dispose();
    }
}
