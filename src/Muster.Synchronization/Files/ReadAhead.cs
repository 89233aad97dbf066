using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Muster.Synchronization.Files;

/// <summary>
/// Fills batches on another thread while the caller works on those before; a few at most are under way, and each is used again. Used by one
/// thread.
/// </summary>
internal sealed class ReadAhead<T> : IDisposable
    where T : class, new()
{
    private const int Depth = 4;

    private readonly BlockingCollection<T> _filled = new(Depth);
    private readonly ConcurrentQueue<T> _free = new();
    private readonly CancellationTokenSource _stop;
    private readonly Task _filling;
    private ExceptionDispatchInfo? _failure;

    /// <param name="fill">Fills a batch; false at the end, when the batch holds nothing. Runs on another thread, one call after the other.</param>
    public ReadAhead(Func<T, bool> fill, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _filling = Task.Run(() => Fill(fill), CancellationToken.None);
    }

    /// <summary>Waits for the next batch; false at the end. Throws what filling threw.</summary>
    public bool TryTake([NotNullWhen(true)] out T? batch)
    {
        if (_filled.TryTake(out batch, Timeout.Infinite))
        {
            return true;
        }

        _failure?.Throw();
        return false;
    }

    /// <summary>The batch is not used any more.</summary>
    public void Release(T batch) => _free.Enqueue(batch);

    public void Dispose()
    {
        _stop.Cancel();
        _filling.Wait();
        _stop.Dispose();
        _filled.Dispose();
    }

    private void Fill(Func<T, bool> fill)
    {
        try
        {
            while (true)
            {
                var batch = _free.TryDequeue(out var used) ? used : new T();
                if (!fill(batch))
                {
                    return;
                }

                _filled.Add(batch, _stop.Token);
            }
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            _filled.CompleteAdding();
        }
    }
}
