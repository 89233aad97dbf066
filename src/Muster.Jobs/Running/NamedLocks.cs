namespace Muster.Jobs.Running;

/// <summary>One lock that a task holds while it runs.</summary>
/// <param name="IsShared">Any number of tasks may hold it shared; exclusive means alone.</param>
public readonly record struct LockRequest(string Name, bool IsShared);

/// <summary>
/// Locks by name, shared or exclusive, inside one process (jobs.md 7.2). All locks of a request are taken at once or not at all, so no two
/// tasks can wait for each other. Requests are served in the order in which they came, as far as their names touch. Thread-safe.
/// </summary>
public sealed class NamedLocks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly LinkedList<Waiter> _waiters = [];

    /// <summary>Waits for all locks and returns what gives them back.</summary>
    public async Task<IDisposable> AcquireAsync(IReadOnlyCollection<LockRequest> requests, CancellationToken cancellationToken)
    {
        var waiter = new Waiter([.. requests.DistinctBy(r => r.Name)]);
        lock (_gate)
        {
            if (_waiters.Count == 0 && IsFree(waiter.Requests))
            {
                Take(waiter.Requests);
                return new Release(this, waiter.Requests);
            }

            _waiters.AddLast(waiter);
            Serve();
        }

        await using var registration = cancellationToken.Register(() => Abandon(waiter, cancellationToken)).ConfigureAwait(false);
        await waiter.Granted.Task.ConfigureAwait(false);
        return new Release(this, waiter.Requests);
    }

    private void Abandon(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_waiters.Remove(waiter))
            {
                waiter.Granted.TrySetCanceled(cancellationToken);
                Serve();
            }
        }
    }

    private void GiveBack(LockRequest[] requests)
    {
        lock (_gate)
        {
            foreach (var request in requests)
            {
                var left = _held[request.Name] + (request.IsShared ? -1 : 1);
                if (left == 0)
                {
                    _held.Remove(request.Name);
                }
                else
                {
                    _held[request.Name] = left;
                }
            }

            Serve();
        }
    }

    /// <summary>Grants what can be granted; a name wanted by an earlier waiter is not given to a later one.</summary>
    private void Serve()
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        for (var node = _waiters.First; node is not null;)
        {
            var next = node.Next;
            var waiter = node.Value;
            if (IsFree(waiter.Requests) && !waiter.Requests.Any(r => wanted.Contains(r.Name)))
            {
                Take(waiter.Requests);
                _waiters.Remove(node);
                waiter.Granted.TrySetResult();
            }
            else
            {
                wanted.UnionWith(waiter.Requests.Where(r => !r.IsShared || !IsFree([r])).Select(r => r.Name));
            }

            node = next;
        }
    }

    /// <summary>Held counts: positive is the number of shared holders, -1 is one exclusive holder.</summary>
    private bool IsFree(LockRequest[] requests) =>
        Array.TrueForAll(requests, r => !_held.TryGetValue(r.Name, out var held) || (r.IsShared && held > 0));

    private void Take(LockRequest[] requests)
    {
        foreach (var request in requests)
        {
            _held[request.Name] = request.IsShared ? _held.GetValueOrDefault(request.Name) + 1 : -1;
        }
    }

    private sealed record Waiter(LockRequest[] Requests)
    {
        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Release(NamedLocks locks, LockRequest[] requests) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                locks.GiveBack(requests);
            }
        }
    }
}
