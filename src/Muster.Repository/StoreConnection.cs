using System.Data.Common;

namespace Muster.Repository;

/// <summary>
/// An open connection that serves one transaction after the other, with the statements that were prepared on it: to understand a statement
/// costs more than most of them cost to run, and a job runs the same ones again and again. Not thread-safe.
/// </summary>
internal sealed class StoreConnection(DbConnection connection) : IDisposable
{
    /// <summary>Statements of one generation. Two are kept: those used lately, and those used before them.</summary>
    private const int Generation = 200;

    private Dictionary<string, DbCommand> _recent = [];
    private Dictionary<string, DbCommand> _former = [];
    private Dictionary<string, string> _temporaryTables = [];
    private Dictionary<string, string>? _temporaryTablesBefore;
    private int _inUse;

    public DbConnection Connection => connection;

    /// <summary>No statement is in the middle of its work: the next transaction may have the connection.</summary>
    public bool IsAtRest => _inUse == 0;

    /// <summary>A temporary table that this statement made is there, with the content that it was left with.</summary>
    public bool HasTemporaryTable(string name, string creation) => _temporaryTables.TryGetValue(name, out var known) && known == creation;

    /// <summary>Notes what has just been made.</summary>
    public void AddTemporaryTable(string name, string creation)
    {
        _temporaryTablesBefore ??= new Dictionary<string, string>(_temporaryTables);
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
    public DbCommand Take(string sql)
    {
        _inUse++;
        if (_recent.Remove(sql, out var known) || _former.Remove(sql, out known))
        {
            return known;
        }

        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    /// <summary>Keeps a command that is not used any more for its next use. Several statements in one text are not kept: they change the schema.</summary>
    public void Give(DbCommand command)
    {
        _inUse--;
        var sql = command.CommandText;
        if (sql.Contains(';', StringComparison.Ordinal) || !_recent.TryAdd(sql, command))
        {
            command.Dispose();
            return;
        }

        command.Transaction = null;
        foreach (DbParameter parameter in command.Parameters)
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

    public void Dispose() => connection.Dispose();

    private bool Restore(Dictionary<string, string> before)
    {
        var made = _temporaryTables.Except(before).ToList();
        _temporaryTables = before;
        try
        {
            foreach (var (name, creation) in made)
            {
                using var command = connection.CreateCommand();
                command.CommandText = creation;
                command.ExecuteNonQuery();
                _temporaryTables[name] = creation;
            }

            return true;
        }
        catch (DbException)
        {
            // What made the transaction fail (a full disk) says itself what it is.
            return false;
        }
    }
}
