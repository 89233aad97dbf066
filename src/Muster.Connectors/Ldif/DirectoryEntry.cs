using Muster.Configuration.Values;

namespace Muster.Connectors.Ldif;

/// <summary>One line of an entry with the key under which equal values meet: the normalized name if the value is one.</summary>
internal sealed class DirectoryValue(string name, LdifValue value)
{
    private string? _key;

    public string Name { get; } = name;

    public LdifValue Value { get; } = value;

    /// <summary>True if the directory knows this line as a reference; a line belongs to one entry.</summary>
    public bool IsIndexed { get; set; }

    /// <summary>The value as a distinguished name in normal form; null if it is none.</summary>
    public string? NameKey
    {
        get
        {
            _key ??= Value.Text is { } text && text.Contains('=', StringComparison.Ordinal) && DistinguishedName.TryParse(text, out var dn)
                ? dn.Normalized
                : "";
            return _key.Length == 0 ? null : _key;
        }
    }

    /// <summary>Says that the value is the name of an entry, so that it need not be parsed and its key is stored once.</summary>
    public void Means(DirectoryEntry entry) => _key = entry.Name.Normalized;

    public bool Is(string attribute) => string.Equals(Name, attribute, StringComparison.OrdinalIgnoreCase);

    public bool HasSameValue(DirectoryValue other) =>
        NameKey is { } key ? key == other.NameKey : other.NameKey is null && Value.Equals(other.Value);
}

/// <summary>
/// One entry of a directory file. The order of its lines is that of the file; a replaced attribute keeps its place. An entry is changed by
/// replacing its lines, so that an order that fails half-way leaves nothing.
/// </summary>
internal sealed class DirectoryEntry
{
    public DirectoryEntry(DistinguishedName name, string dn, IEnumerable<DirectoryValue> values)
    {
        Name = name;
        Dn = dn;
        Values = [.. values];
    }

    public DistinguishedName Name { get; set; }

    /// <summary>As it is spelled in the file.</summary>
    public string Dn { get; set; }

    public List<DirectoryValue> Values { get; set; }

    public IEnumerable<LdifValue> ValuesOf(string attribute) => Values.Where(v => v.Is(attribute)).Select(v => v.Value);

    public string? FirstText(string attribute) => ValuesOf(attribute).Select(v => v.Text).FirstOrDefault();
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

    /// <summary>Adds a value behind the others of its attribute; one that exists already is left alone.</summary>
    public static void AddValue(this List<DirectoryValue> values, string attribute, LdifValue value)
    {
        var last = values.FindLastIndex(v => v.Is(attribute));
        var added = new DirectoryValue(last < 0 ? attribute : values[last].Name, value);
        if (!values.Exists(v => v.Is(attribute) && v.HasSameValue(added)))
        {
            values.Insert(last < 0 ? values.Count : last + 1, added);
        }
    }

    /// <summary>Removes a value; one that does not exist is no error.</summary>
    public static void RemoveValue(this List<DirectoryValue> values, string attribute, LdifValue value)
    {
        var removed = new DirectoryValue(attribute, value);
        values.RemoveAll(v => v.Is(attribute) && v.HasSameValue(removed));
    }
}
