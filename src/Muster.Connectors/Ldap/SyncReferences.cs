using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Values that name entries change when these are renamed, moved or deleted: by the overlay <c>refint</c>, which does not tell it, or not at
/// all. So whatever refers to a name that came or went is read again, by the store for the names that it knows, and by the server for those that
/// come from outside.
/// </summary>
internal sealed class SyncReferences(LdapSession session, OpenLdapSettings settings, EntryStore store, ChangeFiles files)
{
    private const int NamesPerSearch = 50;
    private const int EntriesPerSearch = 100;
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(150);
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private readonly HashSet<string> _new = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> _recent = [];

    public IReadOnlyCollection<string> NewNames => _new;

    public IReadOnlyCollection<string> LostNames => _lost;

    /// <summary>An entry that had a name, or none, has another, or none.</summary>
    public void Take(Guid id, string? lost, string? found)
    {
        if (lost is not null)
        {
            _lost.Add(lost);
        }

        if (found is not null)
        {
            _new.Add(found);
            _recent.Add(id);
        }
    }

    /// <param name="changed">Entries that the server told, with all values.</param>
    public async Task FollowAsync(IReadOnlySet<Guid> changed, CancellationToken cancellationToken)
    {
        var left = Left();
        var ids = left.Concat(store.PreviouslyUnsettled).ToHashSet();
        if (files.NameAttributes.Count > 0)
        {
            ids.UnionWith(_new.SelectMany(n => store.ReferrersOf(KnownValue.KeyOf(n))).Where(id => !changed.Contains(id)));
            foreach (var names in _new.Chunk(NamesPerSearch))
            {
                ids.UnionWith((await FindAsync(names, cancellationToken).ConfigureAwait(false)).Where(id => !changed.Contains(id) || left.Contains(id)));
            }

            foreach (var names in store.PreviouslyRecent.Select(id => store.Find(id)?.Dn).OfType<string>().Where(n => !_new.Contains(n)).Chunk(NamesPerSearch))
            {
                // Once more, for references that were written later than the export looked for them.
                var known = names.SelectMany(n => store.ReferrersOf(KnownValue.KeyOf(n))).ToHashSet();
                ids.UnionWith((await FindAsync(names, cancellationToken).ConfigureAwait(false)).Where(id => !known.Contains(id)));
            }
        }

        store.Recent = _recent;
        await ReadAgainAsync(ids, cancellationToken).ConfigureAwait(false);
        left = Left();
        if (left.Count > 0)
        {
            // The overlay works in the background: it may not have come so far.
            await Task.Delay(Settling, cancellationToken).ConfigureAwait(false);
            await ReadAgainAsync(left, cancellationToken).ConfigureAwait(false);
            store.Unsettled = Left();
        }
    }

    /// <summary>Entries that refer to a name that was lost, and that no other has taken.</summary>
    private HashSet<Guid> Left()
    {
        var taken = _new.Select(KnownValue.KeyOf).ToHashSet();
        return [.. _lost.Select(KnownValue.KeyOf).Where(k => !taken.Contains(k)).SelectMany(store.ReferrersOf)];
    }

    /// <summary>The entries that refer to one of some names now.</summary>
    private async Task<List<Guid>> FindAsync(string[] names, CancellationToken cancellationToken)
    {
        var named = SearchFilter.Or([.. names.SelectMany(n => files.NameAttributes.Select(a => SearchFilter.Equal(a, n)))]);
        return [.. (await ReadAsync(named, [files.Layout.Key.Attribute], cancellationToken).ConfigureAwait(false)).Select(e => e.Id)];
    }

    private async Task ReadAgainAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        foreach (var some in ids.Where(id => store.Find(id) is { IsHidden: false }).Chunk(EntriesPerSearch))
        {
            var filter = SearchFilter.Or([.. some.Select(id => SearchFilter.Equal(files.Layout.Key.Attribute, files.Layout.Key.OctetsOf(id)))]);
            foreach (var (id, entry) in await ReadAsync(filter, files.Attributes, cancellationToken).ConfigureAwait(false))
            {
                files.Write(store, id, entry);
            }
        }
    }

    private async Task<List<(Guid Id, LdapEntry Entry)>> ReadAsync(SearchFilter filter, IReadOnlyList<string> attributes, CancellationToken cancellationToken)
    {
        var entries = new List<(Guid, LdapEntry)>();
        var search = new LdapSearch(settings.BaseDn, settings.Scope, SearchFilter.And(settings.Filter, filter), attributes);
        await foreach (var entry in session.SearchAsync(search, cancellationToken).ConfigureAwait(false))
        {
            if (files.Layout.Key.IdOf(entry) is { } id)
            {
                entries.Add((id, entry));
            }
        }

        return entries;
    }
}
