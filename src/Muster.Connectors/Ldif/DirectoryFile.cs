using System.Diagnostics.CodeAnalysis;
using Muster.Configuration.Values;
using Muster.Configuration.Work;

namespace Muster.Connectors.Ldif;

/// <summary>A change to a directory that it refuses; the message is for a person.</summary>
internal sealed class DirectoryRefusal(string message) : Exception(message);

/// <summary>
/// A directory kept in an LDIF file, in memory: entries by name, references between them, and the changes that a directory makes with
/// referential integrity (references follow a rename and go with a deletion). Not thread-safe.
/// </summary>
internal sealed class DirectoryFile
{
    private readonly List<DirectoryEntry> _entries = [];
    private readonly Dictionary<string, DirectoryEntry> _byName = new(StringComparer.Ordinal);

    /// <summary>By former name: entries renamed since the file was read, so that later orders of a batch still find them.</summary>
    private readonly Dictionary<string, DirectoryEntry> _formerNames = new(StringComparer.Ordinal);

    private Dictionary<string, HashSet<DirectoryEntry>>? _referrers;
    private Dictionary<string, DirectoryEntry>? _byUuid;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<DirectoryEntry> Entries => _entries;

    public bool IsChanged { get; private set; }

    public static DirectoryFile Read(LdifReader reader, string path, CancellationToken cancellationToken)
    {
        var directory = new DirectoryFile();
        var bySpelling = new Dictionary<string, DirectoryEntry>(StringComparer.Ordinal);
        foreach (var record in reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (record.Change is not (LdifChange.None or LdifChange.Add))
            {
                throw new TaskFailedException(
                    $"Line {record.Line} of the directory file '{path}' starts a change record. A directory file holds entries; apply the change to it first.");
            }

            if (!TryParse(record.Dn, bySpelling, out var name) || name.IsRoot)
            {
                throw new TaskFailedException($"Line {record.Line} of the directory file '{path}' has '{record.Dn}', which is not a distinguished name.");
            }

            var entry = new DirectoryEntry(name, record.Dn, record.Attributes.Select(a => new DirectoryValue(a.Name, a.Value)));
            if (!directory._byName.TryAdd(name.Normalized, entry))
            {
                throw new TaskFailedException($"Line {record.Line} of the directory file '{path}' has the entry '{record.Dn}' a second time.");
            }

            directory._entries.Add(entry);
            bySpelling[record.Dn] = entry;
        }

        foreach (var value in directory._entries.SelectMany(e => e.Values))
        {
            if (value.Value.Text is { } text && bySpelling.TryGetValue(text, out var target))
            {
                value.Means(target);
            }
        }

        return directory;
    }

    public void Write(TextWriter target)
    {
        var writer = new LdifWriter(target);
        writer.WriteVersion();
        foreach (var entry in _entries)
        {
            writer.Write(entry.Dn, entry.Values.Select(v => new LdifAttribute(v.Name, v.Value)));
        }
    }

    public DirectoryEntry? Find(DistinguishedName name) => FindByKey(name.Normalized);

    /// <param name="key">A normalized name.</param>
    public DirectoryEntry? FindByKey(string key) => _byName.GetValueOrDefault(key);

    /// <summary>Also finds an entry by a name that it had when the file was read.</summary>
    public DirectoryEntry? FindAlsoFormer(DistinguishedName name) => Find(name) ?? _formerNames.GetValueOrDefault(name.Normalized);

    public DirectoryEntry? FindByUuid(string uuid)
    {
        if (_byUuid is null)
        {
            _byUuid = new Dictionary<string, DirectoryEntry>(StringComparer.Ordinal);
            foreach (var entry in _entries)
            {
                IndexUuid(entry);
            }
        }

        return Guid.TryParse(uuid, out var parsed) ? _byUuid.GetValueOrDefault(parsed.ToString("N")) : null;
    }

    /// <summary>Adds an entry. Refused if its name is taken or there is nothing above it, unless the directory is empty.</summary>
    public void Add(DirectoryEntry entry)
    {
        if (Find(entry.Name) is { } existing)
        {
            throw new DirectoryRefusal($"The entry '{existing.Dn}' exists already.");
        }

        CheckParent(entry.Name);
        _entries.Add(entry);
        _byName.Add(entry.Name.Normalized, entry);
        _formerNames.Remove(entry.Name.Normalized);
        IndexUuid(entry);
        IndexReferences(entry);
        IsChanged = true;
    }

    /// <summary>Gives an entry other lines.</summary>
    public void Modify(DirectoryEntry entry, List<DirectoryValue> values)
    {
        if (entry.Values.Count == values.Count && entry.Values.Zip(values).All(p => p.First.Name == p.Second.Name && p.First.Value.Equals(p.Second.Value)))
        {
            return;
        }

        entry.Values = values;
        IndexReferences(entry);
        IsChanged = true;
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

        var moved = _entries.FindAll(e => e == entry || e.Name.IsBelow(from));
        foreach (var one in moved)
        {
            _byName.Remove(one.Name.Normalized);
        }

        foreach (var one in moved)
        {
            var former = one.Name.Normalized;
            one.Name = one.Name.Rebase(from, to);
            one.Dn = one.Name.ToString();
            _byName[one.Name.Normalized] = one;
            _formerNames[former] = one;
            ReplaceReferences(former, one.Dn);
        }

        IsChanged = true;
    }

    /// <summary>Removes an entry and the references to it. Refused if there are entries below it, unless the whole tree may go.</summary>
    public void Delete(DirectoryEntry entry, bool withTree)
    {
        var gone = _entries.FindAll(e => e == entry || e.Name.IsBelow(entry.Name));
        if (gone.Count > 1 && !withTree)
        {
            throw new DirectoryRefusal(
                $"The entry '{entry.Dn}' has {gone.Count - 1} entries below it. Delete these first, or set UseTreeDelete in its resource type mapping.");
        }

        var removed = gone.ToHashSet();
        _entries.RemoveAll(removed.Contains);
        foreach (var one in gone)
        {
            _byName.Remove(one.Name.Normalized);
            if (one.FirstText("entryUUID") is { } uuid && Guid.TryParse(uuid, out var parsed))
            {
                _byUuid?.Remove(parsed.ToString("N"));
            }
        }

        foreach (var one in gone)
        {
            ReplaceReferences(one.Name.Normalized, null);
        }

        IsChanged = true;
    }

    /// <summary>Most entries stand below one that was read before: its name is shared, which saves most of the time and memory.</summary>
    private static bool TryParse(string dn, Dictionary<string, DirectoryEntry> bySpelling, [NotNullWhen(true)] out DistinguishedName? name)
    {
        var comma = dn.IndexOf(',', StringComparison.Ordinal);
        if (comma > 0 && dn.AsSpan().IndexOfAny('\\', '"') < 0 && bySpelling.TryGetValue(dn[(comma + 1)..], out var parent)
            && DistinguishedName.TryParse(dn[..comma], out var own) && own.Components.Count == 1)
        {
            name = parent.Name.Child(own.Rdn);
            return true;
        }

        return DistinguishedName.TryParse(dn, out name);
    }

    private void CheckParent(DistinguishedName name)
    {
        if (_entries.Count > 0 && !name.Parent.IsRoot && Find(name.Parent) is null)
        {
            throw new DirectoryRefusal($"There is no entry '{name.Parent}' for '{name}' to stand below.");
        }
    }

    private void ReplaceReferences(string formerKey, string? replacement)
    {
        if (!Referrers().Remove(formerKey, out var referrers))
        {
            return;
        }

        foreach (var referrer in referrers)
        {
            var values = referrer.Values;
            for (var index = values.Count - 1; index >= 0; index--)
            {
                if (values[index].NameKey != formerKey)
                {
                    continue;
                }

                if (replacement is null)
                {
                    values.RemoveAt(index);
                }
                else
                {
                    values[index] = new DirectoryValue(values[index].Name, new LdifValue(replacement));
                    IndexReference(referrer, values[index]);
                }
            }
        }
    }

    /// <summary>Built when it is first needed: most batches rename and delete nothing.</summary>
    private Dictionary<string, HashSet<DirectoryEntry>> Referrers()
    {
        if (_referrers is null)
        {
            _referrers = new(StringComparer.Ordinal);
            foreach (var entry in _entries)
            {
                IndexReferences(entry);
            }
        }

        return _referrers;
    }

    private void IndexReferences(DirectoryEntry entry)
    {
        if (_referrers is null)
        {
            return;
        }

        foreach (var value in entry.Values)
        {
            IndexReference(entry, value);
        }
    }

    private void IndexReference(DirectoryEntry entry, DirectoryValue value)
    {
        if (value.IsIndexed || value.NameKey is not { } key)
        {
            return;
        }

        if (!_referrers!.TryGetValue(key, out var referrers))
        {
            _referrers.Add(key, referrers = []);
        }

        referrers.Add(entry);
        value.IsIndexed = true;
    }

    private void IndexUuid(DirectoryEntry entry)
    {
        if (entry.FirstText("entryUUID") is { } uuid && Guid.TryParse(uuid, out var parsed))
        {
            _byUuid?.TryAdd(parsed.ToString("N"), entry);
        }
    }
}
