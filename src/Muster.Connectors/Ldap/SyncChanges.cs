using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Reads what has changed since the store's cookie and writes it into the files. The server tells of an entry that was renamed or moved, but
/// not of those below it, whose names have changed with it, nor of those that refer to it (<see cref="SyncReferences"/>): these are looked for.
/// </summary>
internal sealed class SyncChanges(LdapSession session, OpenLdapSettings settings, SyncScope scope, EntryStore store, ChangeFiles files)
{
    private const int LookedForAtOnce = 50;
    private readonly SyncReferences _references = new(session, settings, store, files);
    private readonly OutsideNames _outside = new(session, settings, store, files);

    /// <summary>Names below which others may have come with them.</summary>
    private readonly List<string> _newNames = [];

    /// <summary>Names that an entry had, and has no more.</summary>
    private readonly List<string> _lostNames = [];

    /// <summary>Entries of which the server must say whether they are in scope.</summary>
    private readonly Dictionary<Guid, LdapEntry> _uncertain = [];

    /// <exception cref="LdapFault">The refresh did not end with success: what was written must be thrown away.</exception>
    /// <exception cref="EntryStoreLostException">What the store says cannot be: everything must be read.</exception>
    public async Task<SyncRefresh> ReadAsync(LdapSearch search, CancellationToken cancellationToken)
    {
        var refresh = new SyncRefresh();
        await foreach (var response in session.Connection.SearchAsync(search, cancellationToken).ConfigureAwait(false))
        {
            if (refresh.Take(response) is { } id)
            {
                Take(id, (LdapEntry)response, true);
            }
        }

        await ReadUntoldAsync(refresh, cancellationToken).ConfigureAwait(false);
        var gone = Gone(refresh);
        var found = refresh.IsPresentPhaseComplete ? await LookForAsync(gone, cancellationToken).ConfigureAwait(false) : [];
        foreach (var (id, known) in gone)
        {
            if (found.TryGetValue(id, out var entry))
            {
                Take(id, entry, true);
            }
            else
            {
                Delete(id, known);
            }
        }

        var read = await ReadBelowNewNamesAsync(refresh, cancellationToken).ConfigureAwait(false);
        await JudgeAsync(cancellationToken).ConfigureAwait(false);
        await DeleteBelowLostNamesAsync(id => refresh.Changed.Contains(id) || read.Contains(id), cancellationToken).ConfigureAwait(false);
        await scope.HideAboveAsync(store, _references.NewNames, cancellationToken).ConfigureAwait(false);
        foreach (var name in await _outside.LostAsync(cancellationToken).ConfigureAwait(false))
        {
            _references.Take(Guid.Empty, name, null);
        }

        await _references.FollowAsync(refresh.Changed, cancellationToken).ConfigureAwait(false);
        await _outside.RememberAsync(store.UnknownNames(_references.LostNames), null, cancellationToken).ConfigureAwait(false);
        files.Complete();
        return refresh;
    }

    /// <summary>
    /// Entries that are newer than what the server tells. Where changes are written side by side, and after a crash, slapd takes the last but one
    /// change for the last (contextCSN), and does not tell of the last before something else changes.
    /// </summary>
    private async Task ReadUntoldAsync(SyncRefresh refresh, CancellationToken cancellationToken)
    {
        if (SyncCookie.LastChange(refresh.Cookie ?? store.Cookie) is not { } last)
        {
            return;
        }

        var newer = SearchFilter.And(scope.Filter, SearchFilter.Parse($"(entryCSN>={last})"));
        var search = new LdapSearch(settings.BaseDn, settings.Scope, newer, [.. files.Attributes, "entryCSN"]);
        await foreach (var entry in session.SearchAsync(search, cancellationToken).ConfigureAwait(false))
        {
            if (files.Layout.Key.IdOf(entry) is { } id && !refresh.Changed.Contains(id) && LdapSession.Texts(entry, "entryCSN").Any(c => c != last))
            {
                Take(id, entry, true);
            }
        }
    }

    /// <param name="isTold">It was told by itself, and was not found below another: what is below it is to be looked for.</param>
    private void Take(Guid id, LdapEntry entry, bool isTold)
    {
        var known = store.Find(id);
        if (scope.IsCertain(entry))
        {
            _uncertain.Remove(id);
            files.Write(store, id, entry);
        }
        else
        {
            _uncertain[id] = entry;
        }

        if (known?.Dn == entry.Dn)
        {
            return;
        }

        _references.Take(id, known?.Dn, entry.Dn);
        if (known is not null)
        {
            _lostNames.Add(known.Dn);
        }

        if (isTold && settings.Scope == LdapScope.Subtree && SyncScope.MayHaveEntriesBelow(entry))
        {
            _newNames.Add(entry.Dn);
        }
    }

    private async Task JudgeAsync(CancellationToken cancellationToken)
    {
        var inScope = await scope.JudgeAsync(_uncertain.Keys, cancellationToken).ConfigureAwait(false);
        foreach (var (id, entry) in _uncertain)
        {
            if (inScope.Contains(id))
            {
                files.Write(store, id, entry);
                continue;
            }

            if (store.Find(id) is { IsHidden: false } known)
            {
                files.WriteDeletion(store, id, known);
            }

            files.Hide(store, id, entry.Dn);
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
            : [.. store.Ids().Where(id => !refresh.IsNamed(id) || refresh.Deleted.Contains(id)).Select(id => (id, store.Find(id)!))];
    }

    /// <summary>
    /// Those that are there after all. What the server did not name as present should be gone; a list that a fault of the server has shortened
    /// would delete what is there.
    /// </summary>
    private async Task<Dictionary<Guid, LdapEntry>> LookForAsync(List<(Guid Id, KnownEntry Known)> gone, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, LdapEntry>();
        foreach (var some in gone.Chunk(LookedForAtOnce))
        {
            var anyOf = SearchFilter.Or([.. some.Select(e => SearchFilter.Equal(files.Layout.Key.Attribute, e.Id.ToString("D")))]);
            var search = new LdapSearch(settings.BaseDn, settings.Scope, SearchFilter.And(scope.Filter, anyOf), files.Attributes);
            await foreach (var entry in session.SearchAsync(search, cancellationToken).ConfigureAwait(false))
            {
                if (files.Layout.Key.IdOf(entry) is { } id)
                {
                    found[id] = entry;
                }
            }
        }

        return found;
    }

    private void Delete(Guid id, KnownEntry known)
    {
        files.WriteDeletion(store, id, known);
        _references.Take(id, known.Dn, null);
        _lostNames.Add(known.Dn);
    }

    /// <summary>Entries below a renamed one, and below one that was moved into the searched part of the tree.</summary>
    private async Task<HashSet<Guid>> ReadBelowNewNamesAsync(SyncRefresh refresh, CancellationToken cancellationToken)
    {
        var found = new HashSet<Guid>();
        foreach (var dn in _newNames)
        {
            var search = new LdapSearch(dn, LdapScope.Subtree, scope.Filter, files.Attributes);
            try
            {
                await foreach (var entry in session.SearchAsync(search, cancellationToken).ConfigureAwait(false))
                {
                    if (files.Layout.Key.IdOf(entry) is { } id && found.Add(id) && !refresh.Changed.Contains(id) && store.Find(id)?.Dn != entry.Dn)
                    {
                        Take(id, entry, false);
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
    /// <param name="isRead">Whether an entry was read, so that its name is what the server says.</param>
    private async Task DeleteBelowLostNamesAsync(Predicate<Guid> isRead, CancellationToken cancellationToken)
    {
        if (settings.Scope != LdapScope.Subtree)
        {
            return;
        }

        foreach (var lost in _lostNames.Distinct(StringComparer.Ordinal).ToList())
        {
            var left = BelowOf(lost).Where(id => !isRead(id)).ToList();
            if (left.Count == 0)
            {
                continue;
            }

            var shown = await ReadIdsAsync(lost, cancellationToken).ConfigureAwait(false);
            foreach (var id in left.Where(id => !shown.Contains(id)))
            {
                if (store.Find(id) is { } known)
                {
                    Delete(id, known);
                }
            }
        }
    }

    /// <summary>All that the store has below a name, from the top.</summary>
    private List<Guid> BelowOf(string dn)
    {
        var all = new List<Guid>();
        var seen = new HashSet<Guid>();
        var names = new Queue<string>([dn]);
        while (names.TryDequeue(out var name))
        {
            foreach (var id in store.Below(name))
            {
                if (seen.Add(id) && store.Find(id) is { } known)
                {
                    all.Add(id);
                    names.Enqueue(known.Dn);
                }
            }
        }

        return all;
    }

    private async Task<HashSet<Guid>> ReadIdsAsync(string dn, CancellationToken cancellationToken)
    {
        var ids = new HashSet<Guid>();
        try
        {
            await foreach (var entry in session.SearchAsync(
                new LdapSearch(dn, LdapScope.Subtree, scope.Filter, [files.Layout.Key.Attribute]), cancellationToken).ConfigureAwait(false))
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

        return ids;
    }
}
