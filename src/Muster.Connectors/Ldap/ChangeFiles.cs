using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Ldap;

/// <summary>How the files of an incremental directory export are laid out (synchronization.md 7.1, 7.3).</summary>
/// <param name="Command">Name of the command column.</param>
/// <param name="Key">The attribute that never changes.</param>
/// <param name="HasKeyInLinks">Rows of links carry it too.</param>
/// <param name="More">Attributes that are read besides the mapped ones.</param>
internal sealed record ChangeFileLayout(string Command, EntryKey Key, bool HasKeyInLinks, IReadOnlyList<string> More)
{
    /// <summary><c>Command,entryUUID,dn,…</c> and <c>Command,entryUUID,dn,member</c>.</summary>
    public static ChangeFileLayout OpenLdap { get; } = new("Command", EntryKey.EntryUuid, true, ["hasSubordinates"]);

    /// <summary><c>command,dn,…</c> and <c>command,dn,member</c>.</summary>
    public static ChangeFileLayout ActiveDirectory { get; } = new("command", EntryKey.ObjectGuid, false, ["objectClass"]);
}

/// <summary>
/// The files of an incremental directory export: rows of entries and of links, as everything or as what differs from the store of what was
/// delivered before.
/// </summary>
internal sealed class ChangeFiles
{
    private readonly List<EntryFile> _entries = [];
    private readonly List<LinkFile> _links = [];

    public ChangeFiles(ChangeFileLayout layout, ExportRequest request, LdapSchema schema, ITaskReporter reporter)
    {
        Layout = layout;
        foreach (var table in request.Tables.All)
        {
            if (table.HasEntities || table.Suffix.Equals("entry", StringComparison.OrdinalIgnoreCase) || table.Suffix.Equals("entries", StringComparison.OrdinalIgnoreCase))
            {
                _entries.Add(new EntryFile(request, table.Suffix, layout.Command, layout.Key.Attribute, reporter));
            }
            else
            {
                _links.Add(LinkFile.Create(request, table, layout.Command, layout.HasKeyInLinks ? layout.Key.Attribute : null, schema.HasAttribute));
            }
        }

        var own = _entries.SelectMany(e => e.Attributes).Append(layout.Key.Attribute).Concat(layout.More);
        EntryAttributes = LdapMessages.Attributes(own);
        LinkAttributes = [.. _links.Select(l => l.Attribute)];
        Attributes = LdapMessages.Attributes(own.Concat(LinkAttributes));
    }

    public ChangeFileLayout Layout { get; }

    /// <summary>The attributes of the rows of entries.</summary>
    public IReadOnlyList<string> EntryAttributes { get; }

    /// <summary>The attribute of each link table, in the order of <see cref="KnownEntry.Links"/>.</summary>
    public IReadOnlyList<string> LinkAttributes { get; }

    /// <summary>Both.</summary>
    public IReadOnlyList<string> Attributes { get; }

    /// <summary>What the files hold; other files need a complete export.</summary>
    public string Description => string.Join(' ', Attributes.Concat(_links.Select(l => $"{l.Attribute}:{l.IsKeyedByName}")));

    /// <summary>Writes an entry that is there: a row for it, and the links that it has and did not have, or had and has no more.</summary>
    /// <returns>What the store knew of it; null if nothing.</returns>
    public KnownEntry? Write(EntryStore store, Guid id, LdapEntry entry) => Write(
        store, id, entry, (_, index) => entry.Find(LinkAttributes[index])?.Values.Select(LinkFile.TextOf).ToList() ?? []);

    /// <summary>The same for an entry that was read without its links.</summary>
    /// <param name="linksOf">The values of a link table now, by those that the store knows and the table's number.</param>
    public KnownEntry? Write(EntryStore store, Guid id, LdapEntry entry, Func<IReadOnlyList<string>, int, IReadOnlyList<string>> linksOf)
    {
        var known = store.Find(id);
        var name = LdapMessages.NameOf(entry);
        foreach (var file in _entries)
        {
            file.Write(entry, name, known is null ? "insert" : "merge");
        }

        WriteLinks(store, id, entry.Dn, known, linksOf);
        return known;
    }

    /// <summary>Writes what differs in the links of an entry whose own row is written already, or has not changed.</summary>
    public void WriteLinks(EntryStore store, Guid id, string dn, KnownEntry? known, Func<IReadOnlyList<string>, int, IReadOnlyList<string>> linksOf)
    {
        var links = new IReadOnlyList<string>[_links.Count];
        for (var index = 0; index < links.Length; index++)
        {
            var before = known?.Links[index] ?? [];
            links[index] = linksOf(before, index);
            WriteLinks(_links[index], id, dn, known, before, links[index]);
        }

        store.Put(id, new KnownEntry(dn, links));
    }

    /// <summary>Writes that an entry and its links are gone.</summary>
    public void WriteDeletion(EntryStore store, Guid id, KnownEntry known)
    {
        foreach (var file in _entries)
        {
            file.WriteDeletion(known.Dn, Layout.Key.Attribute, Layout.Key.OctetsOf(id), "delete");
        }

        for (var index = 0; index < _links.Count; index++)
        {
            WriteLinks(_links[index], id, known.Dn, known, known.Links[index], []);
        }

        store.Remove(id);
    }

    public static bool IsSameName(string left, string right) =>
        left == right || (DirectoryKey.Normalize(left) is { } normalized && normalized == DirectoryKey.Normalize(right));

    private static void WriteLinks(LinkFile file, Guid id, string dn, KnownEntry? known, IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var key = id.ToString("D");
        if (known is not null && file.IsKeyedByName && !IsSameName(known.Dn, dn))
        {
            // The rows are told by the name, which is another one now.
            foreach (var value in before)
            {
                file.Write(key, known.Dn, value, "delete");
            }

            before = [];
        }

        if (ReferenceEquals(before, after))
        {
            return;
        }

        var had = before.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        var has = after.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        foreach (var value in before.Where(v => !has.Contains(KeyOf(v))))
        {
            file.Write(key, dn, value, "delete");
        }

        foreach (var value in after.Where(v => !had.Contains(KeyOf(v))))
        {
            file.Write(key, dn, value, "insert");
        }
    }

    public static string KeyOf(string value) => value.Contains('=', StringComparison.Ordinal) ? DirectoryKey.Normalize(value) ?? value : value;
}
