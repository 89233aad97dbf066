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

    public StoreConnection TakeReader()
    {
        lock (_gate)
        {
            if (_readers.TryPop(out var reader))
            {
                return reader;
            }
        }

        return new StoreConnection(dialect.Open());
    }

    public StoreConnection TakeWriter()
    {
        lock (_gate)
        {
            if (_writer is { } writer)
            {
                _writer = null;
                return writer;
            }
        }

        return new StoreConnection(dialect.Open());
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

    /// <summary>Closes the connections that wait; those in use close when they are given back.</summary>
    public void Dispose()
    {
        List<StoreConnection> idle;
        lock (_gate)
        {
            _isClosed = true;
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
