using System.Text;
using Muster.Configuration.Values;
using Muster.Connectors.Ldap;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.ActiveDirectory;

/// <summary>
/// Turns what DirSync tells into rows. An object that changed is read anew, if it is still in scope: a row carries every column. The links of a
/// group are not read again but changed value by value in what is known of it. The names in links follow what was renamed, as the
/// directory's own do without telling it, and go with what was deleted.
/// </summary>
internal sealed class DirSyncChanges(
    LdapSession session, SearchFilter filter, DistinguishedName baseDn, string namingContext, EntryStore store, ChangeFiles files)
{
    /// <summary>Classes of objects that others hardly stand below: under them nothing is looked for.</summary>
    private static readonly string[] LeafClasses = ["user", "group", "contact", "foreignSecurityPrincipal", "printQueue"];

    private readonly HashSet<Guid> _written = [];

    /// <summary>By the normal form of a name that is no longer: the new name, or null if the entry is gone.</summary>
    private readonly Dictionary<string, string?> _formerNames = new(StringComparer.Ordinal);

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
        foreach (var changed in objects)
        {
            if (changed.IsDeleted)
            {
                Remove(changed.Id, null);
            }
            else
            {
                await WriteAsync(changed, cancellationToken).ConfigureAwait(false);
            }
        }

        FollowNames();
    }

    private async Task WriteAsync(DirSyncObject changed, CancellationToken cancellationToken)
    {
        var known = store.Find(changed.Id);
        var readsLinks = known is null || changed.WholeLinks.Count > 0;
        var name = DirSync.NameOf(changed.Id);
        var entry = await FindAsync(name, readsLinks ? files.Attributes : files.EntryAttributes, cancellationToken).ConfigureAwait(false);
        if (entry is null || !IsInScope(entry))
        {
            Remove(changed.Id, entry?.Dn ?? changed.Dn);
        }
        else if (readsLinks)
        {
            Written(changed.Id, entry.Dn, files.Write(store, changed.Id, await session.CompleteAsync(entry, name, cancellationToken).ConfigureAwait(false)));
        }
        else
        {
            Written(changed.Id, entry.Dn, files.Write(store, changed.Id, entry, (before, index) => Apply(before, changed, files.LinkAttributes[index])));
        }

        if (changed.IsNamed && (entry is null || !IsLeaf(entry)))
        {
            await WriteBelowAsync(entry?.Dn ?? changed.Dn, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The object if the filter lets it through; null if it does not, or if the object is gone by now.</summary>
    private async Task<LdapEntry?> FindAsync(string name, IReadOnlyList<string> attributes, CancellationToken cancellationToken)
    {
        LdapEntry? found = null;
        await foreach (var response in session.Connection.SearchAsync(new LdapSearch(name, LdapScope.Base, filter, attributes), cancellationToken).ConfigureAwait(false))
        {
            found = response as LdapEntry ?? found;
            if (response is LdapDone { Code: not (LdapCode.Success or LdapCode.NoSuchObject) } done)
            {
                throw new LdapFault(done);
            }
        }

        return found;
    }

    /// <summary>Those below an object with a new name have new names, may have come into scope with it, or left it.</summary>
    private async Task WriteBelowAsync(string dn, CancellationToken cancellationToken)
    {
        var ranged = new List<(Guid Id, LdapEntry Entry)>();
        try
        {
            await foreach (var entry in session.SearchAsync(
                new LdapSearch(dn, LdapScope.Subtree, filter, files.Attributes), cancellationToken, true).ConfigureAwait(false))
            {
                if (files.Layout.Key.IdOf(entry) is not { } id || _written.Contains(id))
                {
                    continue;
                }

                var known = store.Find(id);
                if (!IsInScope(entry))
                {
                    Remove(id, entry.Dn);
                }
                else if (known is null || !ChangeFiles.IsSameName(known.Dn, entry.Dn))
                {
                    if (entry.Attributes.Any(LdapSession.IsRanged))
                    {
                        ranged.Add((id, entry));
                    }
                    else
                    {
                        Written(id, entry.Dn, files.Write(store, id, entry));
                    }
                }
            }
        }
        catch (LdapFault fault) when (fault.Code == LdapCode.NoSuchObject)
        {
            // It has another name again: the next export is told.
        }

        foreach (var (id, entry) in ranged)
        {
            Written(id, entry.Dn, files.Write(store, id, await session.CompleteAsync(entry, DirSync.NameOf(id), cancellationToken).ConfigureAwait(false)));
        }
    }

    private void Written(Guid id, string dn, KnownEntry? known)
    {
        _written.Add(id);
        Rename(known, dn);
    }

    /// <summary>Writes that an entry is gone, or no longer in scope.</summary>
    /// <param name="now">The name that it has outside; null if it is gone.</param>
    private void Remove(Guid id, string? now)
    {
        if (store.Find(id) is { } known)
        {
            files.WriteDeletion(store, id, known);
            Rename(known, now);
        }
    }

    private void Rename(KnownEntry? known, string? now)
    {
        if (known is not null && (now is null || !ChangeFiles.IsSameName(known.Dn, now)))
        {
            _formerNames[ChangeFiles.KeyOf(known.Dn)] = now;
        }
    }

    /// <summary>Links that hold a name which is no longer: DirSync tells nothing of them, since the directory keeps them by identifier.</summary>
    private void FollowNames()
    {
        if (_formerNames.Count == 0)
        {
            return;
        }

        foreach (var (id, known) in store.All().Where(e => e.Entry.Links.Any(l => l.Any(v => _formerNames.ContainsKey(ChangeFiles.KeyOf(v))))).ToList())
        {
            files.WriteLinks(store, id, known.Dn, known, (before, _) =>
                [.. before.Select(v => _formerNames.TryGetValue(ChangeFiles.KeyOf(v), out var now) ? now : v).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)]);
        }
    }

    private static IReadOnlyList<string> Apply(IReadOnlyList<string> before, DirSyncObject changed, string attribute)
    {
        if (!changed.Links.TryGetValue(attribute, out var changes))
        {
            return before;
        }

        // Told again is no change: another domain controller may tell what is known.
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var value in before)
        {
            values[ChangeFiles.KeyOf(value)] = value;
        }

        foreach (var (isAdd, value) in changes)
        {
            if (isAdd)
            {
                values.TryAdd(ChangeFiles.KeyOf(value), value);
            }
            else
            {
                values.Remove(ChangeFiles.KeyOf(value));
            }
        }

        return [.. values.Values];
    }

    private bool IsInScope(LdapEntry entry) => LdapMessages.NameOf(entry) is var name && (name == baseDn || name.IsBelow(baseDn));

    private static bool IsLeaf(LdapEntry entry) =>
        entry.Find("objectClass")?.Values.Any(v => LeafClasses.Contains(Encoding.UTF8.GetString(v), StringComparer.OrdinalIgnoreCase)) == true;
}
