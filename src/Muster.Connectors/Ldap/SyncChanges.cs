using System.Text;
using Muster.Configuration.Values;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Reads what has changed since the store's cookie and writes it into the files. The server tells of an entry that was renamed or moved, but
/// not of those below it, whose names have changed with it: these are looked for.
/// </summary>
internal sealed class SyncChanges(LdapSession session, OpenLdapSettings settings, EntryStore store, ChangeFiles files)
{
    private readonly List<string> _newNames = [];
    private readonly List<DistinguishedName> _lostNames = [];

    /// <exception cref="LdapFault">The refresh did not end with success: what was written must be thrown away.</exception>
    /// <exception cref="EntryStoreLostException">What the store says cannot be: everything must be read.</exception>
    public async Task<SyncRefresh> ReadAsync(LdapSearch search, CancellationToken cancellationToken)
    {
        var refresh = new SyncRefresh();
        await foreach (var response in session.Connection.SearchAsync(search, cancellationToken).ConfigureAwait(false))
        {
            if (refresh.Take(response) is { } id)
            {
                Write(id, (LdapEntry)response);
            }
        }

        foreach (var (id, known) in Gone(refresh))
        {
            Delete(id, known);
        }

        var moved = await ReadBelowNewNamesAsync(refresh, cancellationToken).ConfigureAwait(false);
        await DeleteBelowLostNamesAsync(refresh, moved, cancellationToken).ConfigureAwait(false);
        return refresh;
    }

    private void Write(Guid id, LdapEntry entry)
    {
        var known = files.Write(store, id, entry);
        var hasEntriesBelow = entry.Find("hasSubordinates") is not { Values: [var value] } || Encoding.ASCII.GetString(value) != "FALSE";
        if (known is not null && !ChangeFiles.IsSameName(known.Dn, entry.Dn))
        {
            Lose(known.Dn);
        }
        else if (known is not null)
        {
            return;
        }

        if (hasEntriesBelow && settings.Scope == LdapScope.Subtree)
        {
            _newNames.Add(entry.Dn);
        }
    }

    private List<(Guid Id, KnownEntry Known)> Gone(SyncRefresh refresh)
    {
        if (!refresh.IsPresentPhaseComplete)
        {
            return [.. refresh.Deleted.Select(id => (Id: id, Known: store.Find(id))).Where(e => e.Known is not null).Select(e => (e.Id, e.Known!))];
        }

        return refresh.NamedNothing && store.Count > 0
            ? throw new EntryStoreLostException(
                $"the server '{settings.Server.Endpoint}' named none of the {store.Count} entries below '{settings.BaseDn}' that were there before")
            : [.. store.All().Where(e => !refresh.IsNamed(e.Id) || refresh.Deleted.Contains(e.Id))];
    }

    private void Delete(Guid id, KnownEntry known)
    {
        files.WriteDeletion(store, id, known);
        Lose(known.Dn);
    }

    private void Lose(string dn)
    {
        if (settings.Scope == LdapScope.Subtree && DistinguishedName.TryParse(dn, out var name))
        {
            _lostNames.Add(name);
        }
    }

    /// <summary>Entries below a renamed one, and below one that was moved into the searched part of the tree.</summary>
    private async Task<HashSet<Guid>> ReadBelowNewNamesAsync(SyncRefresh refresh, CancellationToken cancellationToken)
    {
        var found = new HashSet<Guid>();
        foreach (var dn in _newNames)
        {
            var search = new LdapSearch(dn, LdapScope.Subtree, settings.Filter, files.Attributes);
            try
            {
                await foreach (var entry in session.SearchAsync(search, cancellationToken).ConfigureAwait(false))
                {
                    if (files.Layout.Key.IdOf(entry) is { } id && found.Add(id) && !refresh.Changed.Contains(id)
                        && !(store.Find(id) is { } known && ChangeFiles.IsSameName(known.Dn, entry.Dn)))
                    {
                        files.Write(store, id, entry);
                    }
                }
            }
            catch (LdapFault fault) when (fault.Code == LdapCode.NoSuchObject)
            {
                // It was renamed again meanwhile: the next export is told.
            }
        }

        return found;
    }

    /// <summary>
    /// Entries that still bear a name below one that is no longer there: the one above was moved out of the searched part of the tree, and
    /// they with it. Those that the server still shows are there: the one above only no longer matches the filter.
    /// </summary>
    private async Task DeleteBelowLostNamesAsync(SyncRefresh refresh, HashSet<Guid> moved, CancellationToken cancellationToken)
    {
        if (_lostNames.Count == 0)
        {
            return;
        }

        var lost = _lostNames.Select(n => n.Normalized).ToHashSet(StringComparer.Ordinal);
        var left = store.All()
            .Where(e => !refresh.Changed.Contains(e.Id) && !moved.Contains(e.Id))
            .Select(e => (e.Id, e.Entry, Above: NameAbove(e.Entry.Dn, lost)))
            .Where(e => e.Above is not null)
            .ToList();
        var shown = new HashSet<Guid>();
        foreach (var above in left.Select(e => e.Above!).Distinct())
        {
            await ReadIdsAsync(above.ToString(), shown, cancellationToken).ConfigureAwait(false);
        }

        foreach (var (id, known, _) in left.Where(e => !shown.Contains(e.Id)))
        {
            files.WriteDeletion(store, id, known);
        }
    }

    private async Task ReadIdsAsync(string dn, HashSet<Guid> ids, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var entry in session.SearchAsync(
                new LdapSearch(dn, LdapScope.Subtree, settings.Filter, [files.Layout.Key.Attribute]), cancellationToken).ConfigureAwait(false))
            {
                if (files.Layout.Key.IdOf(entry) is { } id)
                {
                    ids.Add(id);
                }
            }
        }
        catch (LdapFault fault) when (fault.Code == LdapCode.NoSuchObject)
        {
            // Nothing is there any more.
        }
    }

    /// <summary>The nearest name above that is one of some; null if none is.</summary>
    private static DistinguishedName? NameAbove(string dn, HashSet<string> names)
    {
        if (!DistinguishedName.TryParse(dn, out var name))
        {
            return null;
        }

        for (var above = name.Parent; !above.IsRoot; above = above.Parent)
        {
            if (names.Contains(above.Normalized))
            {
                return above;
            }
        }

        return null;
    }
}
