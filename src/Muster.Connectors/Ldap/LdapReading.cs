using System.Runtime.CompilerServices;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>
/// A reading of many entries that outlives its connection: if that one is lost, or an answer takes too long, at whatever page, the search is made again on a new
/// one and goes on with the entries that were not given yet.
/// </summary>
internal sealed class LdapReading(LdapServerSettings server, LdapSession session, TimeProvider time) : IAsyncDisposable
{
    private const int MaximumLosses = 5;

    /// <summary>The current connection.</summary>
    public LdapSession Session { get; private set; } = session;

    /// <param name="identify">What tells entries apart; null: their names.</param>
    public async IAsyncEnumerable<LdapEntry> SearchAsync(
        LdapSearch search,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        bool? isPaged = null,
        Action<LdapReference>? onReference = null,
        Func<LdapEntry, Guid>? identify = null)
    {
        var given = new HashSet<Guid>();
        var references = new HashSet<string>(StringComparer.Ordinal);
        void Take(LdapReference reference)
        {
            if (references.Add(string.Join(' ', reference.Urls)))
            {
                onReference?.Invoke(reference);
            }
        }

        for (var (losses, isEnded) = (0, false); !isEnded;)
        {
            await using var entries = Session.SearchAsync(search, cancellationToken, isPaged, Take).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                try
                {
                    isEnded = !await entries.MoveNextAsync().ConfigureAwait(false);
                }
                catch (LdapFault fault) when (fault.IsTransient && losses < MaximumLosses)
                {
                    losses++;
                    await ReopenAsync(cancellationToken).ConfigureAwait(false);
                    break;
                }

                if (isEnded)
                {
                    break;
                }

                if (given.Add(identify is null ? KnownValue.KeyOf(entries.Current.Dn) : identify(entries.Current)))
                {
                    // It goes on: the losses so far do not count any more.
                    losses = 0;
                    yield return entries.Current;
                }
            }
        }
    }

    /// <summary>As <see cref="LdapSession.CompleteAsync"/>.</summary>
    public async Task<LdapEntry> CompleteAsync(LdapEntry entry, string name, CancellationToken cancellationToken, IReadOnlyList<LdapControl>? controls = null)
    {
        for (var losses = 0; ; losses++)
        {
            try
            {
                return await Session.CompleteAsync(entry, name, cancellationToken, controls).ConfigureAwait(false);
            }
            catch (LdapFault fault) when (fault.IsTransient && losses < MaximumLosses)
            {
                await ReopenAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    private async Task ReopenAsync(CancellationToken cancellationToken)
    {
        await Session.DisposeAsync().ConfigureAwait(false);
        Session = await server.OpenAsync(time, cancellationToken).ConfigureAwait(false);
    }
}
