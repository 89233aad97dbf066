using Muster.Configuration.Values;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Entries that are referred to and are not exported, because they stand outside the base or the filter leaves them out: content synchronization of
/// the base does not tell what becomes of them, and the references to them change silently. They are remembered by identifier, and a second
/// synchronization, of the whole naming context and for identifiers only, tells which of them have another name or are gone.
/// </summary>
internal sealed class OutsideNames(LdapSession session, OpenLdapSettings settings, EntryStore store, ChangeFiles files)
{
    private const int SearchedOneByOne = 500;
    private const int EntriesPerSearch = 100;

    /// <summary>The naming context of the base; null if nothing is outside, or nothing refers to anything.</summary>
    private readonly string? _context = files.NameAttributes.Count == 0 ? null : ContextOf(session, settings);

    /// <summary>A cookie of this moment; null if none is needed. To be taken before references are read.</summary>
    public async Task<byte[]?> CookieAsync(CancellationToken cancellationToken)
    {
        if (_context is null)
        {
            return null;
        }

        var refresh = new SyncRefresh();
        var nothing = new LdapSearch(_context, LdapScope.Subtree, SearchFilter.Parse("(!(objectClass=*))"), ["1.1"]) { Controls = [SyncMessages.Request(null)] };
        await foreach (var response in session.Connection.SearchAsync(nothing, cancellationToken).ConfigureAwait(false))
        {
            refresh.Take(response);
        }

        return refresh.Cookie;
    }

    /// <summary>Remembers what some names name, if it is there and not exported itself.</summary>
    /// <param name="cookie">Taken before the names were read; null: one is taken now, if there is none yet.</param>
    public async Task RememberAsync(IReadOnlyCollection<string> names, byte[]? cookie, CancellationToken cancellationToken)
    {
        if (_context is null || names.Count == 0)
        {
            return;
        }

        store.OutsideCookie ??= cookie ?? await CookieAsync(cancellationToken).ConfigureAwait(false);
        if (names.Count <= SearchedOneByOne)
        {
            foreach (var name in names)
            {
                if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    Remember(entry);
                }
            }

            return;
        }

        var keys = names.Select(KnownValue.KeyOf).ToHashSet();
        var all = new LdapSearch(_context, LdapScope.Subtree, SearchFilter.All, [files.Layout.Key.Attribute]);
        await foreach (var entry in session.SearchAsync(all, cancellationToken).ConfigureAwait(false))
        {
            if (keys.Contains(KnownValue.KeyOf(entry.Dn)))
            {
                Remember(entry);
            }
        }
    }

    /// <summary>Names, of those that are remembered, that are no longer what they named; they are forgotten.</summary>
    public async Task<IReadOnlyList<string>> LostAsync(CancellationToken cancellationToken)
    {
        var known = store.Outside().ToList();
        if (_context is null || store.OutsideCookie is not { } cookie || known.Count == 0)
        {
            return [];
        }

        var refresh = new SyncRefresh();
        var names = new Dictionary<Guid, string>();
        var movesOthers = false;
        var search = new LdapSearch(_context, LdapScope.Subtree, SearchFilter.All, ["hasSubordinates"]) { Controls = [SyncMessages.Request(cookie)] };
        await foreach (var response in session.Connection.SearchAsync(search, cancellationToken).ConfigureAwait(false))
        {
            if (refresh.Take(response) is { } id)
            {
                names[id] = ((LdapEntry)response).Dn;
                movesOthers |= SyncScope.MayHaveEntriesBelow((LdapEntry)response);
            }
        }

        if (movesOthers)
        {
            // Whatever stands below may have another name too.
            await VerifyAsync(known.Select(k => k.Id), names, cancellationToken).ConfigureAwait(false);
        }

        var isGone = !refresh.IsPresentPhaseComplete ? refresh.Deleted.Contains
            : refresh.NamedNothing ? (Predicate<Guid>)(_ => false)
            : id => !refresh.IsNamed(id);
        var lost = known.Where(k => names.TryGetValue(k.Id, out var now) ? now != k.Dn : isGone(k.Id)).ToList();
        foreach (var name in lost)
        {
            store.RemoveOutside(name.Key);
        }

        store.OutsideCookie = refresh.Cookie ?? cookie;
        return [.. lost.Select(k => k.Dn)];
    }

    private static string? ContextOf(LdapSession session, OpenLdapSettings settings)
    {
        if (!DistinguishedName.TryParse(settings.BaseDn, out var top))
        {
            return null;
        }

        var context = LdapSession.Texts(session.Root, "namingContexts")
            .Select(c => DistinguishedName.TryParse(c, out var name) ? name : DistinguishedName.Root)
            .Where(c => !c.IsRoot && (top == c || top.IsBelow(c)))
            .MaxBy(c => c.Components.Count);
        var isAll = context == top && settings.Scope == LdapScope.Subtree && settings.FilterText == OpenLdapSettings.Everything;
        return isAll ? null : context?.ToString();
    }

    private async Task VerifyAsync(IEnumerable<Guid> ids, Dictionary<Guid, string> names, CancellationToken cancellationToken)
    {
        var key = files.Layout.Key;
        foreach (var some in ids.Chunk(EntriesPerSearch))
        {
            var named = SearchFilter.Or([.. some.Select(id => SearchFilter.Equal(key.Attribute, key.OctetsOf(id)))]);
            await foreach (var entry in session.SearchAsync(new LdapSearch(_context!, LdapScope.Subtree, named, [key.Attribute]), cancellationToken).ConfigureAwait(false))
            {
                if (key.IdOf(entry) is { } id)
                {
                    names[id] = entry.Dn;
                }
            }
        }
    }

    private async Task<LdapEntry?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await session.FindAsync(name, [files.Layout.Key.Attribute], cancellationToken).ConfigureAwait(false);
        }
        catch (LdapFault fault) when (fault is { Code: not null, IsTransient: false })
        {
            // A name that the server does not read, or does not have, names nothing.
            return null;
        }
    }

    private void Remember(LdapEntry entry)
    {
        if (files.Layout.Key.IdOf(entry) is { } id && store.Find(id) is null)
        {
            store.PutOutside(id, entry.Dn);
        }
    }
}
