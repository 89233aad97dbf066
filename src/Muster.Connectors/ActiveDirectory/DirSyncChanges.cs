using System.Text;
using Muster.Configuration.Values;
using Muster.Connectors.Ldap;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.ActiveDirectory;

/// <summary>
/// Turns what DirSync tells into rows. An object that changed is read anew, if it is still in scope: a row carries every column. The links of a
/// group are not read again but changed value by value in what is known of it. The names in links, and in attributes that name others, follow what
/// was renamed and go with what was deleted, in scope or not, as the directory's own do without telling it: values are known by the
/// identifiers of what they name.
/// </summary>
internal sealed class DirSyncChanges(
    LdapSession session, ActiveDirectorySettings settings, string baseText, string namingContext, EntryStore store, ChangeFiles files)
{
    private const int ObjectsPerSearch = 50;

    /// <summary>Classes of objects that others hardly stand below: under them nothing is looked for.</summary>
    private static readonly string[] LeafClasses = ["user", "group", "contact", "foreignSecurityPrincipal", "printQueue"];
    private static readonly LdapControl[] Controls = [ExtendedName.Request];

    private readonly DistinguishedName _base = DistinguishedName.Parse(baseText);
    private readonly HashSet<Guid> _written = [];

    /// <summary>By identifier: the name now of an object that may have another than links to it say, or null if it is gone.</summary>
    private readonly Dictionary<Guid, string?> _names = [];
    private readonly Dictionary<Guid, string> _reanimated = [];

    public Task<(IReadOnlyCollection<DirSyncObject> Objects, byte[] Cookie)> FetchAsync(byte[] cookie, CancellationToken cancellationToken) => DirSync.ChangesAsync(
        session,
        namingContext,
        LdapMessages.Attributes([.. files.Attributes, "objectGUID", "isDeleted", "name"]),
        files.LinkAttributes,
        cookie,
        cancellationToken);

    /// <exception cref="EntryStoreLostException">What the store says cannot be: everything must be read.</exception>
    public async Task WriteAsync(IReadOnlyCollection<DirSyncObject> objects, CancellationToken cancellationToken)
    {
        // Without its base, an export of everything fails too; that all is gone is not concluded from it.
        _ = await session.FindAsync(baseText, ["1.1"], cancellationToken).ConfigureAwait(false)
            ?? throw new LdapFault($"There is no '{baseText}' any more, where the export starts (BaseDN).", false);
        foreach (var changed in objects)
        {
            if (changed.IsDeleted)
            {
                Remove(changed.Id);
                _names[changed.Id] = null;
            }
            else
            {
                await WriteAsync(changed, cancellationToken).ConfigureAwait(false);
            }
        }

        await FollowNamesAsync(cancellationToken).ConfigureAwait(false);
        await FindLinksAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(DirSyncObject changed, CancellationToken cancellationToken)
    {
        var known = store.Find(changed.Id);
        var readsLinks = known is null || changed.WholeLinks.Count > 0 || changed.IsReanimated;
        var name = DirSync.NameOf(changed.Id);
        var entry = await session.FindAsync(name, readsLinks ? files.Attributes : files.EntryAttributes, cancellationToken, settings.Filter, Controls).ConfigureAwait(false);
        if (entry is null || !IsInScope(ExtendedName.Plain(entry).Dn))
        {
            Remove(changed.Id);
        }
        else if (readsLinks)
        {
            entry = await session.CompleteAsync(entry, name, cancellationToken, Controls).ConfigureAwait(false);
            files.Write(store, changed.Id, ExtendedName.Plain(entry));
            _written.Add(changed.Id);
        }
        else
        {
            files.Write(store, changed.Id, ExtendedName.Plain(entry), (before, index) => Apply(before, changed, files.LinkAttributes[index]));
            _written.Add(changed.Id);
        }

        if (changed.IsNamed || changed.IsReanimated)
        {
            var now = entry is null ? changed.Dn : ExtendedName.Plain(entry).Dn;
            _names[changed.Id] = now;
            if (changed.IsReanimated)
            {
                _reanimated[changed.Id] = now;
            }

            if (entry is null || !IsLeaf(entry))
            {
                await WriteBelowAsync(changed.Id, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Those below an object with a new name have new names, may have come into scope with it, or left it.</summary>
    private async Task WriteBelowAsync(Guid above, string dn, CancellationToken cancellationToken)
    {
        var ranged = new List<(Guid Id, LdapEntry Entry)>();
        var meetsScope = IsInScope(dn) || DistinguishedName.TryParse(dn, out var name) && _base.IsBelow(name);
        var seen = new HashSet<Guid>();
        await foreach (var (id, entry) in SubtreeAsync(above, settings.Filter, meetsScope ? files.Attributes : [files.Layout.Key.Attribute], cancellationToken).ConfigureAwait(false))
        {
            seen.Add(id);
            _names[id] = entry.Dn;
            if (_written.Contains(id))
            {
                continue;
            }

            if (!IsInScope(entry.Dn))
            {
                Remove(id);
            }
            else if (store.Find(id)?.Dn != entry.Dn)
            {
                if (entry.Attributes.Any(LdapSession.IsRanged))
                {
                    ranged.Add((id, entry));
                }
                else
                {
                    files.Write(store, id, entry);
                    _written.Add(id);
                }
            }
        }

        foreach (var (id, entry) in ranged)
        {
            files.Write(store, id, await session.CompleteAsync(entry, DirSync.NameOf(id), cancellationToken, Controls).ConfigureAwait(false));
            _written.Add(id);
        }

        if (settings.FilterText != ActiveDirectorySettings.Everything)
        {
            // Others that the filter leaves out may be referred to.
            await foreach (var (id, entry) in SubtreeAsync(above, SearchFilter.All, [files.Layout.Key.Attribute], cancellationToken).ConfigureAwait(false))
            {
                _names.TryAdd(id, entry.Dn);
            }
        }
    }

    private async IAsyncEnumerable<(Guid Id, LdapEntry Entry)> SubtreeAsync(
        Guid above, SearchFilter filter, IReadOnlyList<string> attributes, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var search = new LdapSearch(DirSync.NameOf(above), LdapScope.Subtree, filter, attributes) { Controls = Controls };
        await using var entries = session.SearchAsync(search, cancellationToken, true).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await entries.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }
            catch (LdapFault fault) when (fault.Code == LdapCode.NoSuchObject)
            {
                // It is gone by now: the next export is told.
                yield break;
            }

            if (files.Layout.Key.IdOf(entries.Current) is { } id)
            {
                yield return (id, ExtendedName.Plain(entries.Current));
            }
        }
    }

    /// <summary>Writes that an entry is gone, or no longer in scope.</summary>
    private void Remove(Guid id)
    {
        if (store.Find(id) is { } known)
        {
            files.WriteDeletion(store, id, known);
        }
    }

    /// <summary>Values that hold a name which is no longer: DirSync tells nothing of them, since the directory keeps them by identifier.</summary>
    private async Task FollowNamesAsync(CancellationToken cancellationToken)
    {
        var rows = new HashSet<Guid>();
        foreach (var id in _names.Keys.SelectMany(store.ReferrersOf).Distinct().ToList())
        {
            var known = store.Find(id)!;
            if (known.Links.Any(l => l.Any(IsOutdated)))
            {
                files.WriteLinks(store, id, known, (before, _) => Follow(before), known);
            }

            if (known.References.Any(IsOutdated))
            {
                rows.Add(id);
            }
        }

        foreach (var some in rows.Chunk(ObjectsPerSearch))
        {
            var filter = SearchFilter.Or([.. some.Select(id => SearchFilter.Equal(files.Layout.Key.Attribute, files.Layout.Key.OctetsOf(id)))]);
            await foreach (var (id, entry) in SearchAsync(filter, files.EntryAttributes, cancellationToken).ConfigureAwait(false))
            {
                files.Write(store, id, entry, (before, _) => before);
            }
        }
    }

    private bool IsOutdated(KnownValue value) =>
        _names.TryGetValue(value.Key, out var now) && (now != value.Text || _reanimated.ContainsKey(value.Key));

    private List<KnownValue> Follow(IReadOnlyList<KnownValue> values) =>
    [
        .. values.Where(v => !_reanimated.ContainsKey(v.Key) && (!_names.TryGetValue(v.Key, out var now) || now is not null))
            .Select(v => IsOutdated(v) ? v with { Text = _names[v.Key]! } : v),
    ];

    /// <summary>
    /// Links to objects that were deleted and are there again: they went with the deletion, and where the domain has a recycle bin they are back with
    /// the object. Nothing tells either.
    /// </summary>
    private async Task FindLinksAsync(CancellationToken cancellationToken)
    {
        foreach (var (target, dn) in _reanimated)
        {
            foreach (var attribute in files.NameAttributes)
            {
                await foreach (var (id, entry) in SearchAsync(SearchFilter.Equal(attribute, dn), files.EntryAttributes, cancellationToken).ConfigureAwait(false))
                {
                    if (store.Find(id) is not null)
                    {
                        files.Write(store, id, entry, (before, index) => files.LinkAttributes[index].Equals(attribute, StringComparison.OrdinalIgnoreCase)
                            && before.All(v => v.Key != target) ? [.. before, new KnownValue(dn, target)] : before);
                    }
                }
            }
        }
    }

    private async IAsyncEnumerable<(Guid Id, LdapEntry Entry)> SearchAsync(
        SearchFilter filter, IReadOnlyList<string> attributes, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var search = new LdapSearch(baseText, LdapScope.Subtree, SearchFilter.And(settings.Filter, filter), attributes) { Controls = Controls };
        await foreach (var entry in session.SearchAsync(search, cancellationToken, true).ConfigureAwait(false))
        {
            if (files.Layout.Key.IdOf(entry) is { } id)
            {
                yield return (id, ExtendedName.Plain(entry));
            }
        }
    }

    private static IReadOnlyList<KnownValue> Apply(IReadOnlyList<KnownValue> before, DirSyncObject changed, string attribute)
    {
        if (!changed.Links.TryGetValue(attribute, out var changes))
        {
            return before;
        }

        // Told again is no change: another domain controller may tell what is known. What is known may bear a former name.
        var values = before.ToDictionary(v => v.Key);
        foreach (var (isAdd, value) in changes)
        {
            if (isAdd)
            {
                values[value.Key] = value;
            }
            else
            {
                values.Remove(value.Key);
            }
        }

        return [.. values.Values];
    }

    private bool IsInScope(string dn) => DistinguishedName.TryParse(dn, out var name)
        ? name == _base || name.IsBelow(_base)
        : throw new LdapFault($"The server gave an entry whose name '{dn}' is no distinguished name.", false);

    private static bool IsLeaf(LdapEntry entry) =>
        entry.Find("objectClass")?.Values.Any(v => LeafClasses.Contains(Encoding.UTF8.GetString(v), StringComparer.OrdinalIgnoreCase)) == true;
}
