using System.Collections.Concurrent;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>Connections to one server that execute orders side by side; opened when they are first needed. Thread-safe.</summary>
internal sealed class SessionPool(LdapServerSettings server, int size, TimeProvider time) : IAsyncDisposable
{
    private const int MaximumRetries = 5;
    private readonly SemaphoreSlim _places = new(size, size);
    private readonly ConcurrentBag<LdapSession> _free = [];

    public LdapServerSettings Server => server;

    /// <summary>
    /// Runs something on a connection of its own. What may work a little later is tried again, at most five times, on a new connection if the
    /// old one is lost: whoever is run again must find what it did before.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<LdapSession, bool, Task<T>> run, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var delay = server.RetryDelay;
            var isBrokenOff = true;
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    return await RunOnceAsync(run, attempt > 0, cancellationToken).ConfigureAwait(false);
                }
                catch (LdapFault fault) when (fault.IsTransient)
                {
                    isBrokenOff &= fault.IsBrokenOff;
                    if (attempt == MaximumRetries)
                    {
                        throw isBrokenOff ? fault : new LdapFault(fault);
                    }

                    await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
                    delay *= 2;
                }
            }
        }
        finally
        {
            _places.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _free)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        _places.Dispose();
    }

    private async Task<T> RunOnceAsync<T>(Func<LdapSession, bool, Task<T>> run, bool isRepeated, CancellationToken cancellationToken)
    {
        var session = _free.TryTake(out var free) ? free : await server.OpenOnceAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await run(session, isRepeated).ConfigureAwait(false);
        }
        catch (LdapFault fault) when (fault.IsTransient && !session.Connection.IsUsable)
        {
            throw new LdapFault(fault.Message, true, fault) { IsBrokenOff = true };
        }
        finally
        {
            if (session.Connection.IsUsable)
            {
                _free.Add(session);
            }
            else
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
