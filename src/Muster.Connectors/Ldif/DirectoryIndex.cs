using System.Buffers;
using System.Text;
using Muster.Configuration.Work;

namespace Muster.Connectors.Ldif;

/// <summary>
/// What is kept of every entry of a directory file after one pass over it: where its record stands, how its name is spelled, its key, its
/// UUID, and which names it refers to. About 150 octets an entry; the entries themselves stay in the file. An entry is known by its slot, its
/// number in the order of the file. Not thread-safe.
/// </summary>
internal sealed class DirectoryIndex
{
    private readonly List<LdifRange> _ranges = [];
    private readonly List<int> _nameStarts = [0];
    private readonly ArrayBufferWriter<byte> _names = new(1 << 16);
    private readonly Dictionary<DirectoryKey, int> _byName = [];
    private readonly Dictionary<Guid, int> _byUuid = [];
    private readonly Dictionary<DirectoryKey, List<DirectoryKey>> _namesBelow = [];
    private readonly HashSet<DirectoryKey> _placed = [];
    private readonly HashSet<string> _attributes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The beginning of a key with a slot that refers to it, sorted when it is first asked for.</summary>
    private readonly List<(ulong Key, int Slot)> _references = [];

    private int _sortedReferences;

    /// <summary>Entries that were read; those added later have higher slots.</summary>
    public int Count => _ranges.Count;

    /// <summary>Reads the file once. Throws <see cref="TaskFailedException"/> that names the line of what a directory cannot hold.</summary>
    /// <param name="forChanges">Also indexes what only changes need: UUIDs, references, the tree of names.</param>
    public static DirectoryIndex Read(LdifSettings settings, bool forChanges, CancellationToken cancellationToken)
    {
        var index = new DirectoryIndex();
        foreach (var record in Records(settings, cancellationToken))
        {
            index.Add(record, settings.Path, forChanges);
        }

        return index;
    }

    /// <summary>The entries of a directory file, one after the other.</summary>
    public static IEnumerable<LdifRecord> Records(LdifSettings settings, CancellationToken cancellationToken)
    {
        var (text, records) = settings.Open();
        using (text)
        {
            foreach (var record in records.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (record.Change is not (LdifChange.None or LdifChange.Add))
                {
                    throw new TaskFailedException(
                        $"Line {record.Line} of the directory file '{settings.Path}' starts a change record. A directory file holds entries; apply the change to it first.");
                }

                yield return record;
            }
        }
    }

    public LdifRange RangeOf(int slot) => _ranges[slot];

    /// <summary>The name of an entry that was read, as it is spelled in the file.</summary>
    public string SpelledName(int slot) => Encoding.UTF8.GetString(_names.WrittenSpan[_nameStarts[slot].._nameStarts[slot + 1]]);

    /// <summary>The slot of the entry that has a name now; null if there is none.</summary>
    public int? Find(DirectoryKey key) => _byName.TryGetValue(key, out var slot) ? slot : null;

    public int? FindByUuid(Guid uuid) => _byUuid.TryGetValue(uuid, out var slot) ? slot : null;

    /// <summary>True if an entry had the attribute when the file was read, or got it since.</summary>
    public bool HasAttribute(string name) => _attributes.Contains(name);

    public void SetName(int slot, string normalized)
    {
        _byName[DirectoryKey.OfNormalized(normalized)] = slot;
        Place(normalized);
    }

    public void RemoveName(DirectoryKey key) => _byName.Remove(key);

    public void SetUuid(int slot, string? text)
    {
        if (Guid.TryParse(text, out var uuid))
        {
            _byUuid.TryAdd(uuid, slot);
        }
    }

    public void RemoveUuid(string? text)
    {
        if (Guid.TryParse(text, out var uuid))
        {
            _byUuid.Remove(uuid);
        }
    }

    /// <summary>Says that an entry may refer to a name.</summary>
    public void AddReference(DirectoryKey key, int slot) => _references.Add((Short(key), slot));

    public void AddAttribute(string name) => _attributes.Add(name);

    /// <summary>Slots of entries that refer to a name or did so before; few of them may never have done.</summary>
    public IReadOnlyCollection<int> MayReferTo(DirectoryKey key)
    {
        var slots = new SortedSet<int>();
        var wanted = Short(key);
        if (_references.Count - _sortedReferences > 1024)
        {
            _references.Sort();
            _sortedReferences = _references.Count;
        }

        var first = FirstSorted(wanted);
        for (var index = first; index < _sortedReferences && _references[index].Key == wanted; index++)
        {
            slots.Add(_references[index].Slot);
        }

        for (var index = _sortedReferences; index < _references.Count; index++)
        {
            if (_references[index].Key == wanted)
            {
                slots.Add(_references[index].Slot);
            }
        }

        return slots;
    }

    /// <summary>Slots of the entries that stand below a name now.</summary>
    public IReadOnlyCollection<int> Below(DirectoryKey key)
    {
        var found = new SortedSet<int>();
        var open = new Stack<DirectoryKey>([key]);
        while (open.TryPop(out var above))
        {
            foreach (var below in _namesBelow.GetValueOrDefault(above) ?? [])
            {
                open.Push(below);
                if (_byName.TryGetValue(below, out var slot))
                {
                    found.Add(slot);
                }
            }
        }

        return found;
    }

    private static ulong Short(DirectoryKey key) => (ulong)key.Value;

    private void Add(LdifRecord record, string path, bool forChanges)
    {
        var slot = _ranges.Count;
        var normalized = DirectoryKey.Normalize(record.Dn);
        if (string.IsNullOrEmpty(normalized))
        {
            throw new TaskFailedException($"Line {record.Line} of the directory file '{path}' has '{record.Dn}', which is not a distinguished name.");
        }

        if (!_byName.TryAdd(DirectoryKey.OfNormalized(normalized), slot))
        {
            throw new TaskFailedException($"Line {record.Line} of the directory file '{path}' has the entry '{record.Dn}' a second time.");
        }

        _ranges.Add(record.Range);
        Encoding.UTF8.GetBytes(record.Dn, _names);
        _nameStarts.Add(_names.WrittenCount);
        foreach (var attribute in record.Attributes)
        {
            _attributes.Add(attribute.Name);
        }

        if (!forChanges)
        {
            return;
        }

        Place(normalized);
        SetUuid(slot, record.Attributes.FirstOrDefault(a => a.Is("entryUUID"))?.Value.Text);
        foreach (var attribute in record.Attributes)
        {
            if (DirectoryKey.OfValue(attribute.Value.Text) is { IsNone: false } key)
            {
                AddReference(key, slot);
            }
        }
    }

    /// <summary>
    /// Puts a name below the one above it, and that one too, so that entries are found even if those between are missing. Names stay when
    /// their entries go; whether a name has an entry is asked when it is found.
    /// </summary>
    private void Place(string normalized)
    {
        var key = DirectoryKey.OfNormalized(normalized);
        while (DirectoryKey.ParentOf(normalized) is { } parent && _placed.Add(key))
        {
            var above = DirectoryKey.OfNormalized(parent);
            if (!_namesBelow.TryGetValue(above, out var below))
            {
                _namesBelow.Add(above, below = []);
            }

            below.Add(key);
            (normalized, key) = (parent, above);
        }
    }

    private int FirstSorted(ulong wanted)
    {
        var (low, high) = (0, _sortedReferences);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_references[middle].Key < wanted)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
