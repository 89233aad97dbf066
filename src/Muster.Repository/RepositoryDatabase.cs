using Muster.Repository.Dialects;
using Muster.Repository.Schema;

namespace Muster.Repository;

/// <summary>
/// The store as a whole: gives transactions, one writer at a time. Thread-safe. Stores (<c>ResourceReader</c>, <c>ChangeLog</c>, …) take a
/// transaction; several stores share one where their effects belong together.
/// </summary>
public sealed class RepositoryDatabase : IDisposable
{
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

    /// <summary>Opens the store of a URL (<c>sqlite:PATH</c>, <c>postgres://…</c>), and creates the tables that do not depend on the entity model.</summary>
    public static RepositoryDatabase Open(string url, TimeProvider time)
    {
        var database = new RepositoryDatabase(StoreUrl.Dialect(url), time);
        database.CreateFixedTables();
        return database;
    }

    /// <summary>Whether the store of a URL has been created.</summary>
    public static bool Exists(string url) => StoreUrl.Dialect(url).Exists();

    /// <summary>The URL of a store as people may see it: without its password.</summary>
    public static string Describe(string url) => StoreUrl.Describe(url);

    /// <summary>A transaction that may write; waits for the one before it to end.</summary>
    public RepositoryTransaction BeginWrite(CancellationToken cancellationToken = default) => BeginWrite(true, cancellationToken);

    /// <summary>A writing transaction for records about the running of jobs (instances, leases), which row counters do not count.</summary>
    public RepositoryTransaction BeginBookkeeping(CancellationToken cancellationToken = default) => BeginWrite(false, cancellationToken);

    /// <summary>
    /// A writing transaction for the sign of life of a running job, which does not wait where the store is on a server: another machine takes a job for
    /// dead whose sign is old, and a load may write for minutes.
    /// </summary>
    public RepositoryTransaction BeginBeside(CancellationToken cancellationToken = default)
    {
        if (!Dialect.CanWriteBeside)
        {
            return BeginBookkeeping(cancellationToken);
        }

        var (connection, transaction) = _connections.Begin(isWriter: false, c => Dialect.BeginBeside(c.Connection));
        return new RepositoryTransaction(Dialect, connection, transaction, Now(), ended => EndBeside(connection, ended));
    }

    /// <summary>
    /// Counts what the current flow of execution, and what it starts, does in the store from now on; rows written as
    /// <see cref="RowsWritten"/> counts them. Tasks that run at the same time are told apart.
    /// </summary>
    public RowMeter MeasureRows() => _meter.Value = new RowMeter();

    /// <summary>A transaction that reads one state of the store.</summary>
    public RepositoryTransaction BeginRead()
    {
        var (connection, transaction) = _connections.Begin(isWriter: false, c => Dialect.BeginRead(c.Connection));
        var before = Dialect.Steps(connection.Connection);
        return new RepositoryTransaction(Dialect, connection, transaction, Now(), ended =>
        {
            _meter.Value?.Add(ended.RowsRead, Dialect.Steps(connection.Connection) - before);
            EndBeside(connection, ended);
        });
    }

    /// <summary>Copies what is committed now to a scratch store in a folder that exists, and returns the URL of that store.</summary>
    public string CopyTo(string folder)
    {
        using (var connection = Dialect.Open())
        {
            if (Dialect.CopyTo(connection, folder) is { } url)
            {
                return url;
            }
        }

        return StoreCopy.ToFile(this, folder, _time);
    }

    /// <summary>Lets go of the database's files, so that they can be moved or restored.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        _writer.Dispose();
    }

    private RepositoryTransaction BeginWrite(bool isCounted, CancellationToken cancellationToken)
    {
        _writer.Wait(cancellationToken);
        try
        {
            var (connection, transaction) = _connections.Begin(isWriter: true, c => Dialect.BeginWrite(c.Connection, cancellationToken));
            var steps = isCounted ? Dialect.Steps(connection.Connection) : 0;
            return new RepositoryTransaction(Dialect, connection, transaction, Now(), ended =>
            {
                if (isCounted)
                {
                    _meter.Value?.Add(ended.RowsRead, Dialect.Steps(connection.Connection) - steps);
                }

                if (ended.IsCommitted && isCounted)
                {
                    Interlocked.Add(ref _rowsWritten, ended.RowsWritten);
                    _meter.Value?.Add(ended.RowsWritten);
                }

                EndWrite(connection, ended);
            });
        }
        catch
        {
            _writer.Release();
            throw;
        }
    }

    private void EndBeside(StoreConnection connection, RepositoryTransaction ended)
    {
        if (ended.IsSound)
        {
            _connections.GiveReader(connection);
        }
        else
        {
            connection.Dispose();
        }
    }

    private void EndWrite(StoreConnection connection, RepositoryTransaction ended)
    {
        try
        {
            if (ended.HasChangedTables)
            {
                _connections.Renew();
            }

            if (ended.IsSound)
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
