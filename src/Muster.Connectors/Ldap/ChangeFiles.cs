using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
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
    public static ChangeFileLayout ActiveDirectory { get; } = new("command", EntryKey.ObjectGuid, false, ["objectClass"]) { HasExtendedNames = true };

    /// <summary>Values that name entries are asked for with the identifiers of these (<see cref="ExtendedName"/>).</summary>
    public bool HasExtendedNames { get; private init; }
}

/// <summary>
/// The files of an incremental directory export: rows of entries and of links, as everything or as what differs from the store of what was
/// delivered before.
/// </summary>
internal sealed class ChangeFiles
{
    private readonly List<EntryFile> _entries = [];
    private readonly List<LinkChanges> _links = [];
    private readonly HashSet<Guid> _writtenNames = [];

    /// <summary>By identifier: the store of the part of the tree in which an entry of this export is.</summary>
    private readonly Dictionary<Guid, EntryStore> _writtenIds = [];
    private readonly bool _isChanges;
    private readonly HashSet<string> _names;
    private readonly List<string> _references;

    public ChangeFiles(ChangeFileLayout layout, ExportRequest request, LdapSchema schema, ITaskReporter reporter)
    {
        Layout = layout;
        _isChanges = !request.Complete;
        foreach (var table in request.Tables.All)
        {
            if (table.HasEntities || table.Suffix.Equals("entry", StringComparison.OrdinalIgnoreCase) || table.Suffix.Equals("entries", StringComparison.OrdinalIgnoreCase))
            {
                _entries.Add(new EntryFile(request, table.Suffix, layout.Command, layout.Key.Attribute, reporter));
            }
            else
            {
                var file = LinkFile.Create(request, table, layout.Command, layout.HasKeyInLinks ? layout.Key.Attribute : null, schema.HasAttribute);
                _links.Add(new LinkChanges(file, _isChanges));
            }
        }

        var own = _entries.SelectMany(e => e.Attributes).Append(layout.Key.Attribute).Concat(layout.More);
        EntryAttributes = LdapMessages.Attributes(own);
        LinkAttributes = [.. _links.Select(l => l.File.Attribute)];
        Attributes = LdapMessages.Attributes(own.Concat(LinkAttributes));
        _names = Attributes.Where(schema.IsName).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // An entry's category and those who made it are nobody's reference: all entries would have them.
        _references = [.. EntryAttributes.Where(a => _names.Contains(a) && !a.Equals("objectCategory", StringComparison.OrdinalIgnoreCase) && schema.Find(a) is { IsReadOnly: false })];
        NameAttributes = [.. LinkAttributes.Where(_names.Contains).Concat(_references).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    public ChangeFileLayout Layout { get; }

    /// <summary>The attributes of the rows of entries.</summary>
    public IReadOnlyList<string> EntryAttributes { get; }

    /// <summary>The attribute of each link table, in the order of <see cref="KnownEntry.Links"/>.</summary>
    public IReadOnlyList<string> LinkAttributes { get; }

    /// <summary>Both.</summary>
    public IReadOnlyList<string> Attributes { get; }

    /// <summary>Those of both by which entries refer to others.</summary>
    public IReadOnlyList<string> NameAttributes { get; }

    /// <summary>What the files hold; other files need a complete export.</summary>
    public string Description => string.Join(' ', Attributes.Concat(_entries.Select(e => e.Description)).Concat(_links.Select(l => $"{l.File.Attribute}:{l.File.IsKeyedByName}")));

    public static bool IsSameName(string left, string right) =>
        left == right || (DirectoryKey.Normalize(left) is { } normalized && normalized == DirectoryKey.Normalize(right));

    public IReadOnlyList<KnownValue> ValuesOf(LdapAttribute attribute, string name) => [.. attribute.Values.Select(v => ValueOf(name, v))];

    /// <summary>Writes an entry that is there: a row for it, and the links that it has and did not have, or had and has no more.</summary>
    /// <returns>What the store knew of it; null if nothing.</returns>
    public KnownEntry? Write(EntryStore store, Guid id, LdapEntry entry) => Write(store, id, entry, LinksOf(entry));

    /// <summary>The same for an entry that was read without its links.</summary>
    /// <param name="linksOf">The values of a link table now, by those that the store knows and the table's number.</param>
    public KnownEntry? Write(EntryStore store, Guid id, LdapEntry entry, Func<IReadOnlyList<KnownValue>, int, IReadOnlyList<KnownValue>> linksOf)
    {
        var known = store.Find(id);
        var row = WriteRow(entry, known);
        if (_isChanges)
        {
            _writtenIds[id] = store;
        }

        WriteLinks(store, id, known, linksOf, new KnownEntry(entry.Dn, [], ReferencesOf(id, entry)) { Row = row });
        return known;
    }

    /// <summary>Writes what differs in the links of an entry.</summary>
    /// <param name="now">The entry as it is, without the links.</param>
    public void WriteLinks(
        EntryStore store, Guid id, KnownEntry? known, Func<IReadOnlyList<KnownValue>, int, IReadOnlyList<KnownValue>> linksOf, KnownEntry now)
    {
        var links = new IReadOnlyList<KnownValue>[_links.Count];
        for (var index = 0; index < links.Length; index++)
        {
            var before = known?.Links[index] ?? [];
            links[index] = linksOf(before, index);
            WriteLinks(_links[index], id, now.Dn, known, before, links[index]);
        }

        store.Put(id, now with { Links = links, IsHidden = false });
    }

    /// <summary>Writes that an entry and its links are gone.</summary>
    public void WriteDeletion(EntryStore store, Guid id, KnownEntry known)
    {
        // Associations in the same table may be told by the name: another entry that has it now is not meant.
        var name = _writtenNames.Contains(KnownValue.KeyOf(known.Dn)) ? null : known.Dn;

        // An entry that moved from one base into another that was read before is still there.
        var isElsewhere = _writtenIds.TryGetValue(id, out var other) && other != store;
        foreach (var file in known.IsHidden || isElsewhere ? [] : _entries)
        {
            file.WriteDeletion(name, Layout.Key.Attribute, Layout.Key.OctetsOf(id), "delete");
        }

        for (var index = 0; index < _links.Count; index++)
        {
            WriteLinks(_links[index], id, known.Dn, known, known.Links[index], []);
        }

        store.Remove(id);
    }

    /// <summary>Writes the rows of links of which it is only known at the end whether they have changed.</summary>
    public void Complete()
    {
        foreach (var links in _links)
        {
            links.Complete();
        }
    }

    /// <summary>Remembers an entry that is not in scope, for the sake of those below it.</summary>
    public void Hide(EntryStore store, Guid id, string dn) =>
        store.Put(id, new KnownEntry(dn, [.. _links.Select(_ => (IReadOnlyList<KnownValue>)[])], []) { IsHidden = true });

    private static void WriteLinks(
        LinkChanges links, Guid id, string dn, KnownEntry? known, IReadOnlyList<KnownValue> before, IReadOnlyList<KnownValue> after)
    {
        if (known is not null && links.File.IsKeyedByName && !IsSameName(known.Dn, dn))
        {
            // The rows are told by the name, which is another one now.
            foreach (var value in before)
            {
                links.Write(id, known.Dn, value.Text, isInsert: false);
            }

            before = [];
        }

        if (ReferenceEquals(before, after))
        {
            return;
        }

        // Another spelling of the same name is the same row, and comes to nothing.
        var had = before.Select(v => v.Text).ToHashSet(StringComparer.Ordinal);
        var has = after.Select(v => v.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var text in had.Where(t => !has.Contains(t)))
        {
            links.Write(id, dn, text, isInsert: false);
        }

        foreach (var text in has.Where(t => !had.Contains(t)))
        {
            links.Write(id, dn, text, isInsert: true);
        }
    }

    /// <summary>Writes an entry's row, unless it is the one that was delivered before: what changed is not mapped, or is told again.</summary>
    /// <returns>What tells the row from others.</returns>
    private Guid WriteRow(LdapEntry entry, KnownEntry? known)
    {
        var name = LdapMessages.NameOf(entry);
        if (_isChanges)
        {
            _writtenNames.Add(KnownValue.KeyOf(entry.Dn));
        }

        var plain = !Layout.HasExtendedNames ? entry : entry with
        {
            Attributes = [.. entry.Attributes.Select(a => _names.Contains(a.Name) ? ExtendedName.Plain(a) : a)],
        };
        var rows = _entries.Select(f => f.RowOf(plain, name)).ToList();
        var fingerprint = Fingerprint(rows);
        var isNew = known is null or { IsHidden: true };
        if (isNew || known!.Row != fingerprint)
        {
            for (var index = 0; index < rows.Count; index++)
            {
                _entries[index].Write(rows[index], isNew ? "insert" : "merge");
            }
        }

        return fingerprint;
    }

    private static Guid Fingerprint(List<List<string?>> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var value in rows.SelectMany(r => r))
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, value?.Length ?? -1);
            hash.AppendData(length);
            hash.AppendData(MemoryMarshal.AsBytes(value.AsSpan()));
        }

        return new Guid(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private Func<IReadOnlyList<KnownValue>, int, IReadOnlyList<KnownValue>> LinksOf(LdapEntry entry) => (_, index) =>
        entry.Find(LinkAttributes[index]) is { } attribute ? ValuesOf(attribute, LinkAttributes[index]) : [];

    private List<KnownValue> ReferencesOf(Guid id, LdapEntry entry) =>
    [
        .. _references.SelectMany(name => entry.Find(name) is { } attribute ? ValuesOf(attribute, name).OrderBy(v => v.Text, StringComparer.Ordinal) : Enumerable.Empty<KnownValue>())
            .Where(v => v.Key != id),
    ];

    private KnownValue ValueOf(string attribute, byte[] octets) =>
        Layout.HasExtendedNames && _names.Contains(attribute) ? ExtendedName.ValueOf(octets) : KnownValue.Of(LinkFile.TextOf(octets));
}
