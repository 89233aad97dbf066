using System.Text;
using Muster.Configuration.Values;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>
/// What content synchronization asks for: the entries of the filter, and those that others stand below, whose new name is also the name of these.
/// The server says which of them the filter lets through: the others are remembered and have no row.
/// </summary>
internal sealed class SyncScope(LdapSession session, OpenLdapSettings settings, ChangeFiles files)
{
    private const int EntriesPerSearch = 100;
    private readonly bool _isWidened = settings.Scope == LdapScope.Subtree && settings.FilterText != OpenLdapSettings.Everything;

    public SearchFilter Filter { get; } = settings.Scope == LdapScope.Subtree && settings.FilterText != OpenLdapSettings.Everything
        ? SearchFilter.Or(settings.Filter, SearchFilter.Equal("hasSubordinates", "TRUE"))
        : settings.Filter;

    /// <summary>True if the settings' filter lets an entry through for certain.</summary>
    public bool IsCertain(LdapEntry entry) => !_isWidened || !MayHaveEntriesBelow(entry);

    public static bool MayHaveEntriesBelow(LdapEntry entry) =>
        entry.Find("hasSubordinates") is not { Values: [var value] } || Encoding.ASCII.GetString(value) != "FALSE";

    /// <summary>Which of some entries the settings' filter lets through.</summary>
    public async Task<HashSet<Guid>> JudgeAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var inScope = new HashSet<Guid>();
        var key = files.Layout.Key;
        foreach (var some in ids.Chunk(EntriesPerSearch))
        {
            var named = SearchFilter.Or([.. some.Select(id => SearchFilter.Equal(key.Attribute, key.OctetsOf(id)))]);
            var search = new LdapSearch(settings.BaseDn, settings.Scope, SearchFilter.And(settings.Filter, named), [key.Attribute]);
            await foreach (var entry in session.SearchAsync(search, cancellationToken).ConfigureAwait(false))
            {
                if (key.IdOf(entry) is { } id)
                {
                    inScope.Add(id);
                }
            }
        }

        return inScope;
    }

    /// <summary>
    /// Remembers the entries above some names that are not in the store yet: one that had nothing below it was not asked for until now.
    /// </summary>
    public async Task HideAboveAsync(EntryStore store, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var top = DistinguishedName.Parse(settings.BaseDn);
        var looked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var dn in _isWidened ? names : [])
        {
            if (!DistinguishedName.TryParse(dn, out var name))
            {
                continue;
            }

            for (var above = name.Parent; above.IsBelow(top) && looked.Add(above.Normalized); above = above.Parent)
            {
                if (await session.FindAsync(above.ToString(), [files.Layout.Key.Attribute], cancellationToken).ConfigureAwait(false) is { } entry
                    && files.Layout.Key.IdOf(entry) is { } id
                    && (store.Find(id) is not { } known || (known.IsHidden && known.Dn != entry.Dn)))
                {
                    files.Hide(store, id, entry.Dn);
                }
            }
        }
    }
}
