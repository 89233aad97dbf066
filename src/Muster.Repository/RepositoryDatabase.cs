using Muster.Configuration.Work;
using Muster.Repository.Dialects;
using Muster.Repository.Schema;

namespace Muster.Repository;

/// <summary>
/// The store as a whole: gives transactions, one writer at a time. Thread-safe. Stores (<c>ResourceReader</c>, <c>ChangeLog</c>, …) take a
/// transaction; several stores share one where their effects belong together.
/// </summary>
public sealed class RepositoryDatabase : IDisposable
{
    private const string SqliteScheme = "sqlite:";

    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly StoreConnections _connections;
    private readonly TimeProvider _time;
    private readonly AsyncLocal<RowMeter?> _meter = new();
    private long _rowsWritten;

    private RepositoryDatabase(ISqlDialect dialect, TimeProvider time)
    {
        Dialect = dialect;
        _connections = new StoreConnections(dialect);
        _time = time;
    }

    public ISqlDialect Dialect { get; }

    /// <summary>
    /// Rows written by committed transactions since this object exists, those of <see cref="BeginBookkeeping"/> left out: 0 after a job
    /// that had nothing to do.
    /// </summary>
    public long RowsWritten => Interlocked.Read(ref _rowsWritten);

    /// <summary>Opens the store of a URL (<c>sqlite:PATH</c>), and creates the tables that do not depend on the entity model.</summary>
    public static RepositoryDatabase Open(string url, TimeProvider time)
    {
        if (!url.StartsWith(SqliteScheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new TaskFailedException(
                $"not supported yet: the database URL '{Redact(url)}'. Use sqlite:PATH; PostgreSQL comes with a later version.");
        }

        var database = new RepositoryDatabase(new SqliteDialect(url[SqliteScheme.Length..]), time);
        database.CreateFixedTables();
        return database;
    }

    /// <summary>Whether the store of a URL has been created.</summary>
    public static bool Exists(string url) =>
        !url.StartsWith(SqliteScheme, StringComparison.OrdinalIgnoreCase) || File.Exists(url[SqliteScheme.Length..]);

    /// <summary>A transaction that may write; waits for the one before it to end.</summary>
    public RepositoryTransaction BeginWrite(CancellationToken cancellationToken = default) => BeginWrite(true, cancellationToken);

    /// <summary>A writing transaction for records about the running of jobs (instances, leases), which row counters do not count.</summary>
    public RepositoryTransaction BeginBookkeeping(CancellationToken cancellationToken = default) => BeginWrite(false, cancellationToken);

    /// <summary>
    /// Counts what the current flow of execution, and what it starts, does in the store from now on; rows written as
    /// <see cref="RowsWritten"/> counts them. Tasks that run at the same time are told apart.
    /// </summary>
    public RowMeter MeasureRows() => _meter.Value = new RowMeter();

    /// <summary>A transaction that reads one state of the store.</summary>
    public RepositoryTransaction BeginRead()
    {
        var connection = _connections.TakeReader();
        try
        {
            var before = Dialect.Steps(connection.Connection);
            return new RepositoryTransaction(Dialect, connection, Dialect.BeginRead(connection.Connection), Now(), ended =>
            {
                _meter.Value?.Add(ended.RowsRead, Dialect.Steps(connection.Connection) - before);
                if (ended.IsSound)
                {
                    _connections.GiveReader(connection);
                }
                else
                {
                    connection.Dispose();
                }
            });
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Copies what is committed now to a scratch store in a folder that exists, and returns the URL of that store.</summary>
    public string CopyTo(string folder)
    {
        using var connection = Dialect.Open();
        return Dialect.CopyTo(connection, folder);
    }

    /// <summary>Lets go of the database's files, so that they can be moved or restored.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        _writer.Dispose();
    }

    private static string Redact(string url)
    {
        var at = url.IndexOf('@', StringComparison.Ordinal);
        var scheme = url.IndexOf("//", StringComparison.Ordinal);
        return at > 0 && scheme > 0 ? string.Concat(url.AsSpan(0, scheme + 2), "…", url.AsSpan(at)) : url;
    }

    private RepositoryTransaction BeginWrite(bool isCounted, CancellationToken cancellationToken)
    {
        _writer.Wait(cancellationToken);
        try
        {
            var connection = _connections.TakeWriter();
            try
            {
                var open = connection.Connection;
                var (before, steps) = isCounted ? (Dialect.RowsWritten(open), Dialect.Steps(open)) : (0, 0);
                return new RepositoryTransaction(Dialect, connection, Dialect.BeginWrite(open), Now(), ended =>
                {
                    if (isCounted)
                    {
                        _meter.Value?.Add(ended.RowsRead, Dialect.Steps(open) - steps);
                    }

                    if (ended.IsCommitted && isCounted)
                    {
                        var written = Dialect.RowsWritten(open) - before - ended.RowsCleared;
                        Interlocked.Add(ref _rowsWritten, written);
                        _meter.Value?.Add(written);
                    }

                    EndWrite(connection, ended.IsSound);
                });
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch
        {
            _writer.Release();
            throw;
        }
    }

    private void EndWrite(StoreConnection connection, bool isSound)
    {
        try
        {
            if (isSound)
            {
                _connections.GiveWriter(connection);
            }
            else
            {
                connection.Dispose();
            }
        }
        finally
        {
            _writer.Release();
        }
    }

    private DateTime Now() => _time.GetUtcNow().UtcDateTime;

    private void CreateFixedTables()
    {
        using (var read = BeginRead())
        {
            if (FixedTables.Exist(read))
            {
                return;
            }
        }

        using var transaction = BeginBookkeeping();
        FixedTables.Create(transaction);
        transaction.Commit();
    }
}

/// <summary>See <see cref="RepositoryDatabase.MeasureRows"/>. Thread-safe.</summary>
public sealed class RowMeter
{
    private long _rows;
    private long _rowsRead;
    private long _steps;

    /// <summary>Rows written.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Rows that statements gave to Muster.</summary>
    public long RowsRead => Interlocked.Read(ref _rowsRead);

    /// <summary>See <see cref="ISqlDialect.Steps"/>.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    internal void Add(long rows) => Interlocked.Add(ref _rows, rows);

    internal void Add(long rowsRead, long steps)
    {
        Interlocked.Add(ref _rowsRead, rowsRead);
        Interlocked.Add(ref _steps, steps);
    }
}
