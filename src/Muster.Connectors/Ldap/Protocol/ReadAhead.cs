using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>
/// Entries that were read and are not worked on yet, some octets at most: the server makes the next ones meanwhile. One reader, one taker.
/// </summary>
internal sealed class ReadAhead : IDisposable
{
    /// <summary>Some pages of ordinary entries, or a dozen of large groups.</summary>
    private const long MaximumOctets = 16 * 1024 * 1024;

    private readonly Channel<(LdapEntry Entry, long Octets)> _entries = Channel.CreateUnbounded<(LdapEntry, long)>(new() { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _room = new(0);
    private long _octets;

    /// <summary>Reads all; what goes wrong is thrown to the taker, behind the entries that were read before.</summary>
    public Task FillAsync(IAsyncEnumerable<LdapEntry> source, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            try
            {
                await foreach (var entry in source.WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    var octets = OctetsOf(entry);
                    var queued = Interlocked.Add(ref _octets, octets);
                    _entries.Writer.TryWrite((entry, octets));
                    while (queued > MaximumOctets)
                    {
                        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
                        queued = Interlocked.Read(ref _octets);
                    }
                }

                _entries.Writer.Complete();
            }
            catch (Exception failure)
            {
                _entries.Writer.Complete(failure);
            }
        },
        CancellationToken.None);

    /// <summary>The entries in their order.</summary>
    public async IAsyncEnumerable<LdapEntry> TakeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _entries.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_entries.Reader.TryRead(out var next))
            {
                yield return next.Entry;

                // The reader waits only while too much is queued, and looks again whenever it is called.
                var left = Interlocked.Add(ref _octets, -next.Octets);
                if (left <= MaximumOctets && left + next.Octets > MaximumOctets)
                {
                    _room.Release();
                }
            }
        }
    }

    public void Dispose() => _room.Dispose();

    private static long OctetsOf(LdapEntry entry)
    {
        long octets = 200;
        foreach (var attribute in entry.Attributes)
        {
            foreach (var value in attribute.Values)
            {
                octets += value.Length + 24;
            }
        }

        return octets;
    }
}
