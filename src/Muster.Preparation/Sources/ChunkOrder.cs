namespace Muster.Preparation.Sources;

/// <summary>
/// Lets the threads that work on pieces of one file do some things in the order of the file: whoever waits for the turn of its piece goes on when
/// all pieces before it are done. Of several faults, the first one of the file is the one that counts. Thread-safe.
/// </summary>
/// <param name="first">Number of the first piece.</param>
internal sealed class ChunkOrder(int first)
{
    private readonly object _gate = new();
    private readonly HashSet<int> _done = [];
    private int _turn = first;
    private Exception? _fault;

    /// <summary>The first fault; null if there was none.</summary>
    public Exception? Fault
    {
        get
        {
            lock (_gate)
            {
                return _fault;
            }
        }
    }

    public void Finish(int number)
    {
        lock (_gate)
        {
            _done.Add(number);
            while (_done.Remove(_turn))
            {
                _turn++;
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until all pieces before this one are done; false if one of them has failed.</summary>
    public bool Wait(int number)
    {
        lock (_gate)
        {
            while (_turn < number && _fault is null)
            {
                Monitor.Wait(_gate);
            }

            return _fault is null;
        }
    }

    /// <summary>A piece has failed: after the turn of those before it, nobody goes on.</summary>
    public void Fail(int number, Exception fault)
    {
        if (Wait(number))
        {
            lock (_gate)
            {
                _fault ??= fault;
                Monitor.PulseAll(_gate);
            }
        }
    }
}

/// <summary>The turn of the piece that one thread works on.</summary>
internal sealed class ChunkTurn(ChunkOrder order)
{
    private int _number;
    private bool _isTaken;

    public void Begin(int number)
    {
        _number = number;
        _isTaken = false;
    }

    /// <summary>Waits for it, once per piece.</summary>
    /// <exception cref="OperationCanceledException">A piece before it has failed; nobody waits for this one any more.</exception>
    public void Take()
    {
        if (!_isTaken)
        {
            _isTaken = order.Wait(_number) ? true : throw new OperationCanceledException("An earlier part of the file could not be read.");
        }
    }

    public void End() => order.Finish(_number);

    public void Fail(Exception fault) => order.Fail(_number, fault);
}
