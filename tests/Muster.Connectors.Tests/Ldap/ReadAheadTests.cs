using System.Runtime.CompilerServices;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>Entries are read while those before are worked on: in their order, so many at most, and nothing is left behind.</summary>
public sealed class ReadAheadTests
{
    private int _read;
    private bool _isEnded;

    [Fact]
    public async Task Entries_ComeInTheirOrder_AndNotAllAtOnce()
    {
        using var ahead = new ReadAhead();
        var reading = ahead.FillAsync(EntriesAsync(300, 1_000_000, null), CancellationToken.None);
        var names = new List<string>();
        await foreach (var entry in ahead.TakeAsync(CancellationToken.None))
        {
            if (names.Count == 0)
            {
                await Task.Delay(50);
                Assert.InRange(_read, 1, 40);
            }

            names.Add(entry.Dn);
        }

        await reading;
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"cn={i}"), names);
        Assert.True(_isEnded);
    }

    [Fact]
    public async Task Fault_ComesBehindWhatWasReadBefore()
    {
        using var ahead = new ReadAhead();
        var reading = ahead.FillAsync(EntriesAsync(5, 10, new LdapFault("gone", true)), CancellationToken.None);
        var names = new List<string>();
        var fault = await Assert.ThrowsAsync<LdapFault>(async () =>
        {
            await foreach (var entry in ahead.TakeAsync(CancellationToken.None))
            {
                names.Add(entry.Dn);
            }
        });
        Assert.Equal("gone", fault.Message);
        Assert.Equal(5, names.Count);
        await reading;
    }

    [Fact]
    public async Task ReaderThatWaitsForRoom_EndsWhenItIsStopped()
    {
        using var ahead = new ReadAhead();
        using var stop = new CancellationTokenSource();
        var reading = ahead.FillAsync(EntriesAsync(300, 1_000_000, null, stop.Token), stop.Token);
        await foreach (var _ in ahead.TakeAsync(CancellationToken.None))
        {
            break;
        }

        await stop.CancelAsync();
        await reading;
        Assert.True(_isEnded);
    }

    private async IAsyncEnumerable<LdapEntry> EntriesAsync(int count, int octets, Exception? fault, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (; _read < count; _read++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
                yield return new LdapEntry($"cn={_read}", [new LdapAttribute("photo", [new byte[octets]])]);
            }

            if (fault is not null)
            {
                throw fault;
            }
        }
        finally
        {
            _isEnded = true;
        }
    }
}
