using Muster.Repository.Dialects;

namespace Muster.Repository;

/// <summary>The connections of a store that wait for their next transaction: one that writes, and some that read. Thread-safe.</summary>
internal sealed class StoreConnections(ISqlDialect dialect) : IDisposable
{
    /// <summary>Readers at the same time are few; what more there are is closed after use.</summary>
    private const int MostReaders = 4;

    private readonly Lock _gate = new();
    private readonly Stack<StoreConnection> _readers = new();
    private StoreConnection? _writer;
    private bool _isClosed;

    /// <summary>Starts a transaction on a connection that waits, or on a new one: one that has waited may have been closed by its server.</summary>
    /// <param name="begin">Starts it; the connection is disposed if it fails.</param>
    public (StoreConnection Connection, T Started) Begin<T>(bool isWriter, Func<StoreConnection, T> begin)
    {
        while (TakeWaiting(isWriter) is { } waiting)
        {
            try
            {
                return (waiting, begin(waiting));
            }
            catch (Exception exception) when (dialect.IsLost(exception))
            {
                waiting.Dispose();
            }
            catch
            {
                waiting.Dispose();
                throw;
            }
        }

        var connection = new StoreConnection(dialect);
        try
        {
            return (connection, begin(connection));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>After a transaction that ended as it should; what else happened, the connection is to be disposed.</summary>
    public void GiveReader(StoreConnection reader)
    {
        lock (_gate)
        {
            if (!_isClosed && reader.IsAtRest && _readers.Count < MostReaders)
            {
                _readers.Push(reader);
                return;
            }
        }

        reader.Dispose();
    }

    /// <summary>As <see cref="GiveReader"/>.</summary>
    public void GiveWriter(StoreConnection writer)
    {
        lock (_gate)
        {
            if (!_isClosed && writer.IsAtRest && _writer is null)
            {
                _writer = writer;
                return;
            }
        }

        writer.Dispose();
    }

    /// <summary>Closes the connections that wait, whose statements are void: the tables have another shape now.</summary>
    public void Renew() => Close(forGood: false);

    /// <summary>Closes the connections that wait; those in use close when they are given back.</summary>
    public void Dispose() => Close(forGood: true);

    private StoreConnection? TakeWaiting(bool isWriter)
    {
        lock (_gate)
        {
            if (!isWriter)
            {
                return _readers.TryPop(out var reader) ? reader : null;
            }

            var writer = _writer;
            _writer = null;
            return writer;
        }
    }

    private void Close(bool forGood)
    {
        List<StoreConnection> idle;
        lock (_gate)
        {
            _isClosed |= forGood;
            idle = [.. _readers];
            _readers.Clear();
            if (_writer is not null)
            {
                idle.Add(_writer);
                _writer = null;
            }
        }

        idle.ForEach(c => c.Dispose());
    }
}
