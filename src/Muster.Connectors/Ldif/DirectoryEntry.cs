using Muster.Configuration.Values;

namespace Muster.Connectors.Ldif;

/// <summary>One line of an entry with the key under which equal values meet: that of the name if the value is one.</summary>
internal sealed class DirectoryValue(string name, LdifValue value)
{
    private DirectoryKey _key;
    private bool _hasKey;

    public string Name { get; } = name;

    public LdifValue Value { get; } = value;

    /// <summary>Equal are lines that say the same: the attribute without regard to case, and <see cref="HasSameValue"/>.</summary>
    public static IEqualityComparer<DirectoryValue> ByMeaning { get; } = EqualityComparer<DirectoryValue>.Create(
        (left, right) => left is null ? right is null : right is not null && left.Is(right.Name) && left.HasSameValue(right),
        line => line.NameKey.IsNone ? line.Value.GetHashCode() : line.NameKey.GetHashCode());

    /// <summary>True if the directory's index knows this line as a reference; a line belongs to one entry.</summary>
    public bool IsIndexed { get; set; }

    /// <summary>True if the line has gone and the list of its entry does not show it yet.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>The value as a distinguished name; none if it is not one.</summary>
    public DirectoryKey NameKey
    {
        get
        {
            if (!_hasKey)
            {
                _key = DirectoryKey.OfValue(Value.Text);
                _hasKey = true;
            }

            return _key;
        }
    }

    public bool Is(string attribute) => string.Equals(Name, attribute, StringComparison.OrdinalIgnoreCase);

    public bool HasSameValue(DirectoryValue other) =>
        NameKey == other.NameKey && (!NameKey.IsNone || Value.Equals(other.Value));
}

/// <summary>
/// One entry of a directory file. Its lines are read when they are first needed. Their order is that of the file; a replaced attribute keeps
/// its place. An entry is changed by replacing its lines, so that an order that fails half-way leaves nothing.
/// </summary>
internal sealed class DirectoryEntry
{
    private readonly Func<DirectoryEntry, List<DirectoryValue>>? _read;
    private DistinguishedName? _name;
    private List<DirectoryValue>? _values;

    /// <summary>The lines by what they say, while single ones are added and removed; null: to be built anew.</summary>
    private HashSet<DirectoryValue>? _lines;
    private bool _hasRemoved;

    public DirectoryEntry(DistinguishedName name, string dn, IEnumerable<DirectoryValue> values)
    {
        _name = name;
        Dn = dn;
        _values = [.. values];
    }

    /// <summary>An entry that is in the file.</summary>
    /// <param name="read">Reads its lines.</param>
    public DirectoryEntry(int slot, string dn, Func<DirectoryEntry, List<DirectoryValue>> read)
    {
        Slot = slot;
        Dn = dn;
        _read = read;
    }

    /// <summary>The entry's number in the directory.</summary>
    public int Slot { get; set; }

    public DistinguishedName Name
    {
        get => _name ??= DistinguishedName.Parse(Dn);
        set => (_name, Dn) = (value, value.ToString());
    }

    /// <summary>As it is spelled in the file.</summary>
    public string Dn { get; private set; }

    /// <summary>The lines, to be read and changed. Single values are better changed by <see cref="AddValue"/> and <see cref="RemoveValue"/>.</summary>
    public List<DirectoryValue> Values
    {
        get
        {
            _values ??= _read!(this);
            if (_hasRemoved)
            {
                _values.RemoveAll(v => v.IsRemoved);
                _hasRemoved = false;
            }

            // Whoever asked may change the list.
            _lines = null;
            return _values;
        }

        set => (_values, _lines, _hasRemoved) = (value, null, false);
    }

    /// <summary>False if the lines were never needed.</summary>
    public bool HasReadValues => _values is not null;

    /// <summary>True if the entry is no longer as it stands in the file.</summary>
    public bool IsChanged { get; set; }

    public bool IsDeleted { get; set; }

    public IEnumerable<LdifValue> ValuesOf(string attribute) => Values.Where(v => v.Is(attribute)).Select(v => v.Value);

    public string? FirstText(string attribute) => ValuesOf(attribute).Select(v => v.Text).FirstOrDefault();

    /// <summary>
    /// Adds a value behind the others of its attribute, without looking at each of them: a group may have a hundred thousand members. Null if
    /// it is there already.
    /// </summary>
    public DirectoryValue? AddValue(string attribute, LdifValue value)
    {
        var lines = Lines();
        if (lines.Contains(new DirectoryValue(attribute, value)))
        {
            return null;
        }

        var last = _values!.FindLastIndex(v => v.Is(attribute));
        var added = new DirectoryValue(last < 0 ? attribute : _values[last].Name, value);
        _values.Insert(last < 0 ? _values.Count : last + 1, added);
        lines.Add(added);
        return added;
    }

    /// <summary>Removes a value, without looking at each of them. False if it is not there.</summary>
    public bool RemoveValue(string attribute, LdifValue value)
    {
        var lines = Lines();
        var wanted = new DirectoryValue(attribute, value);
        if (!lines.TryGetValue(wanted, out var line))
        {
            return false;
        }

        lines.Remove(line);
        line.IsRemoved = _hasRemoved = true;
        return true;
    }

    private HashSet<DirectoryValue> Lines()
    {
        if (_lines is null)
        {
            var values = Values;
            var lines = new HashSet<DirectoryValue>(values.Count, DirectoryValue.ByMeaning);

            // A file may say the same twice; the first stays.
            values.RemoveAll(v => !lines.Add(v));
            _lines = lines;
        }

        return _lines;
    }
}

/// <summary>Changes of the lines of one entry, on a copy.</summary>
internal static class DirectoryEdit
{
    /// <summary>Makes the attribute have exactly these values; none removes it.</summary>
    public static void Replace(this List<DirectoryValue> values, string attribute, IReadOnlyList<LdifValue> replacement)
    {
        var current = values.FindAll(v => v.Is(attribute));
        if (current.Select(v => v.Value).SequenceEqual(replacement))
        {
            return;
        }

        var place = values.FindIndex(v => v.Is(attribute));
        var name = current.Count > 0 ? current[0].Name : attribute;
        values.RemoveAll(v => v.Is(attribute));
        values.InsertRange(place < 0 ? values.Count : place, replacement.Select(v => new DirectoryValue(name, v)));
    }

    /// <summary>Adds a value behind the others of its attribute; one that exists already is left alone. False if nothing changed.</summary>
    public static bool AddValue(this List<DirectoryValue> values, string attribute, LdifValue value)
    {
        var last = values.FindLastIndex(v => v.Is(attribute));
        var added = new DirectoryValue(last < 0 ? attribute : values[last].Name, value);
        if (values.Exists(v => v.Is(attribute) && v.HasSameValue(added)))
        {
            return false;
        }

        values.Insert(last < 0 ? values.Count : last + 1, added);
        return true;
    }

    /// <summary>Removes a value; one that does not exist is no error. False if nothing changed.</summary>
    public static bool RemoveValue(this List<DirectoryValue> values, string attribute, LdifValue value)
    {
        var removed = new DirectoryValue(attribute, value);
        return values.RemoveAll(v => v.Is(attribute) && v.HasSameValue(removed)) > 0;
    }
}
