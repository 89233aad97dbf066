using System.Text;
using Muster.Configuration.Values;

namespace Muster.Connectors.Ldif;

/// <summary>A change to a directory that it refuses; the message is for a person.</summary>
internal sealed class DirectoryRefusal(string message) : Exception(message);

/// <summary>
/// A directory kept in an LDIF file: entries by name, references between them, and the changes that a directory makes with referential
/// integrity (references follow a rename and go with a deletion). Only an index and the entries that were asked for are in memory; all
/// others stay in the file and are copied when it is written anew. Not thread-safe.
/// </summary>
internal sealed class DirectoryFile : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(false, true);
    private readonly DirectoryIndex _index;
    private readonly DirectoryRecords _records;

    /// <summary>By slot: the entries that were asked for, and all new ones.</summary>
    private readonly Dictionary<int, DirectoryEntry> _entries = [];

    /// <summary>By former name: entries renamed since the file was read, so that later orders of a batch still find them.</summary>
    private readonly Dictionary<DirectoryKey, DirectoryEntry> _formerNames = [];

    /// <summary>Slots that were given, and entries that there are.</summary>
    private int _slots;
    private int _count;

    private DirectoryFile(DirectoryIndex index, DirectoryRecords records)
    {
        _index = index;
        _records = records;
        _slots = _count = index.Count;
    }

    public bool IsChanged { get; private set; }

    /// <summary>Reads the index. The file stays open until the directory is disposed.</summary>
    public static DirectoryFile Open(LdifSettings settings, CancellationToken cancellationToken)
    {
        var index = DirectoryIndex.Read(settings, true, cancellationToken);
        return new DirectoryFile(index, new DirectoryRecords(settings));
    }

    public void Dispose() => _records.Dispose();

    /// <summary>Writes all entries in their order: those that nothing touched as they stand.</summary>
    public void Write(Stream target, CancellationToken cancellationToken)
    {
        using var text = new StreamWriter(target, Utf8, 1 << 12, leaveOpen: true);
        var writer = new LdifWriter(text);
        writer.WriteVersion();
        text.Flush();
        for (var slot = 0; slot < _slots; slot++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = _entries.GetValueOrDefault(slot);
            if (entry is { IsDeleted: true })
            {
                continue;
            }

            if (entry is { IsChanged: true })
            {
                // Lines that were never needed are not kept now either.
                var values = entry.HasReadValues ? entry.Values : ReadValues(entry);
                writer.Write(entry.Dn, values.Select(v => new LdifAttribute(v.Name, v.Value)));
                text.Flush();
            }
            else if (_index.RangeOf(slot) is { IsCanonical: true } range)
            {
                _records.Copy(range, target);
                target.WriteByte((byte)'\n');
            }
            else
            {
                var record = _records.Read(_index.RangeOf(slot));
                writer.Write(record.Dn, record.Attributes);
                text.Flush();
            }
        }
    }

    public DirectoryEntry? Find(DistinguishedName name) => _index.Find(DirectoryKey.Of(name)) is { } slot ? EntryAt(slot) : null;

    /// <summary>Also finds an entry by a name that it had when the file was read.</summary>
    public DirectoryEntry? FindAlsoFormer(DistinguishedName name) =>
        Find(name) ?? (_formerNames.GetValueOrDefault(DirectoryKey.Of(name)) is { IsDeleted: false } renamed ? renamed : null);

    public DirectoryEntry? FindByUuid(string uuid) =>
        Guid.TryParse(uuid, out var parsed) && _index.FindByUuid(parsed) is { } slot ? EntryAt(slot) : null;

    /// <summary>True if an entry has the attribute, or had it when the file was read.</summary>
    public bool HasAttribute(string name) => _index.HasAttribute(name);

    /// <summary>The entries that have a value of an attribute; some others may be among them.</summary>
    public IReadOnlyList<DirectoryEntry> EntriesWith(string attribute, LdifValue value)
    {
        if (!_index.HasAttribute(attribute))
        {
            return [];
        }

        if (DirectoryKey.OfValue(value.Text) is { IsNone: false } key)
        {
            return [.. _index.MayReferTo(key).Select(EntryAt).Where(e => !e.IsDeleted)];
        }

        // Values that are no names are not indexed; the file is asked, and what was changed since it was read.
        var slots = new SortedSet<int>(_entries.Values.Where(e => e is { IsDeleted: false, IsChanged: true }).Select(e => e.Slot));
        slots.UnionWith(_records.All(CancellationToken.None)
            .Select((record, slot) => (record, slot))
            .Where(r => r.record.Attributes.Any(a => a.Is(attribute) && a.Value.Equals(value)))
            .Select(r => r.slot));
        return [.. slots.Select(EntryAt).Where(e => !e.IsDeleted)];
    }

    /// <summary>Adds an entry. Refused if its name is taken or there is nothing above it, unless the directory is empty.</summary>
    public void Add(DirectoryEntry entry)
    {
        if (Find(entry.Name) is { } existing)
        {
            throw new DirectoryRefusal($"The entry '{existing.Dn}' exists already.");
        }

        CheckParent(entry.Name);
        entry.Slot = _slots++;
        entry.IsChanged = true;
        _count++;
        _entries.Add(entry.Slot, entry);
        _index.SetName(entry.Slot, entry.Name.Normalized);
        _index.SetUuid(entry.Slot, entry.FirstText("entryUUID"));
        _formerNames.Remove(DirectoryKey.Of(entry.Name));
        Index(entry);
        IsChanged = true;
    }

    /// <summary>Gives an entry other lines.</summary>
    public void Modify(DirectoryEntry entry, List<DirectoryValue> values)
    {
        if (entry.Values.Count == values.Count && entry.Values.Zip(values).All(p => p.First == p.Second || (p.First.Name == p.Second.Name && p.First.Value.Equals(p.Second.Value))))
        {
            return;
        }

        entry.Values = values;
        Index(entry);
        entry.IsChanged = IsChanged = true;
    }

    /// <summary>Adds one value, in place: a group of a hundred thousand members is not copied for each of them.</summary>
    public void AddValue(DirectoryEntry entry, string attribute, LdifValue value)
    {
        if (entry.AddValue(attribute, value) is { } added)
        {
            Index(entry, added);
            entry.IsChanged = IsChanged = true;
        }
    }

    /// <summary>Removes one value, in place.</summary>
    public void RemoveValue(DirectoryEntry entry, string attribute, LdifValue value)
    {
        if (entry.RemoveValue(attribute, value))
        {
            entry.IsChanged = IsChanged = true;
        }
    }

    /// <summary>Checks a rename without doing it.</summary>
    public void CheckRename(DirectoryEntry entry, DistinguishedName to)
    {
        if (Find(to) is { } existing && existing != entry)
        {
            throw new DirectoryRefusal($"The entry '{entry.Dn}' cannot become '{to}': the entry '{existing.Dn}' exists already.");
        }

        if (to.IsBelow(entry.Name))
        {
            throw new DirectoryRefusal($"The entry '{entry.Dn}' cannot be moved below itself.");
        }

        CheckParent(to);
    }

    /// <summary>Renames or moves an entry with all that is below it; every reference to one of them follows.</summary>
    public void Rename(DirectoryEntry entry, DistinguishedName to)
    {
        CheckRename(entry, to);
        var from = entry.Name;
        if (from.ToString() == to.ToString())
        {
            return;
        }

        var moved = WithTree(entry);
        foreach (var one in moved)
        {
            _index.RemoveName(DirectoryKey.Of(one.Name));
        }

        foreach (var one in moved)
        {
            var former = DirectoryKey.Of(one.Name);
            one.Name = one.Name.Rebase(from, to);
            one.IsChanged = true;
            _index.SetName(one.Slot, one.Name.Normalized);
            _formerNames[former] = one;
            ReplaceReferences(former, one.Dn);
        }

        IsChanged = true;
    }

    /// <summary>Removes an entry and the references to it. Refused if there are entries below it, unless the whole tree may go.</summary>
    public void Delete(DirectoryEntry entry, bool withTree)
    {
        var gone = WithTree(entry);
        if (gone.Count > 1 && !withTree)
        {
            throw new DirectoryRefusal(
                $"The entry '{entry.Dn}' has {gone.Count - 1} entries below it. Delete these first, or set UseTreeDelete in its resource type mapping.");
        }

        foreach (var one in gone)
        {
            _index.RemoveName(DirectoryKey.Of(one.Name));
            _index.RemoveUuid(one.FirstText("entryUUID"));
            one.IsDeleted = true;
            _count--;
        }

        foreach (var one in gone)
        {
            ReplaceReferences(DirectoryKey.Of(one.Name), null);
        }

        IsChanged = true;
    }

    private DirectoryEntry EntryAt(int slot)
    {
        if (!_entries.TryGetValue(slot, out var entry))
        {
            entry = new DirectoryEntry(slot, _index.SpelledName(slot), ReadValues);
            _entries.Add(slot, entry);
        }

        return entry;
    }

    private List<DirectoryValue> ReadValues(DirectoryEntry entry) =>
        [.. _records.Read(_index.RangeOf(entry.Slot)).Attributes.Select(a => new DirectoryValue(a.Name, a.Value) { IsIndexed = true })];

    /// <summary>An entry and all below it, in the order of the file.</summary>
    private List<DirectoryEntry> WithTree(DirectoryEntry entry) =>
        [.. _index.Below(DirectoryKey.Of(entry.Name)).Append(entry.Slot).Order().Select(EntryAt)];

    private void CheckParent(DistinguishedName name)
    {
        if (_count > 0 && !name.Parent.IsRoot && _index.Find(DirectoryKey.Of(name.Parent)) is null)
        {
            throw new DirectoryRefusal($"There is no entry '{name.Parent}' for '{name}' to stand below.");
        }
    }

    private void ReplaceReferences(DirectoryKey former, string? replacement)
    {
        foreach (var referrer in _index.MayReferTo(former).Select(EntryAt))
        {
            var values = referrer.Values;
            for (var index = values.Count - 1; index >= 0; index--)
            {
                if (values[index].NameKey != former)
                {
                    continue;
                }

                referrer.IsChanged = true;
                if (replacement is null)
                {
                    values.RemoveAt(index);
                }
                else
                {
                    values[index] = new DirectoryValue(values[index].Name, new LdifValue(replacement));
                    Index(referrer, values[index]);
                }
            }
        }
    }

    private void Index(DirectoryEntry entry)
    {
        foreach (var value in entry.Values)
        {
            Index(entry, value);
        }
    }

    private void Index(DirectoryEntry entry, DirectoryValue value)
    {
        if (value.IsIndexed)
        {
            return;
        }

        value.IsIndexed = true;
        _index.AddAttribute(value.Name);
        if (!value.NameKey.IsNone)
        {
            _index.AddReference(value.NameKey, entry.Slot);
        }
    }
}
