using System.Diagnostics.CodeAnalysis;

namespace Muster.Configuration.Values;

/// <summary>
/// The name of a directory entry (RFC 4514): relative names from the entry up to the root. Two names are equal when a directory would say
/// so: letter case, spaces around separators, spelling of escapes and the order within a multi-valued relative name do not matter.
/// Immutable and thread-safe. <see cref="ToString"/> keeps letter case and gives one canonical spelling of escapes.
/// </summary>
public sealed class DistinguishedName : IEquatable<DistinguishedName>
{
    private string? _normalized;

    private DistinguishedName(IReadOnlyList<RelativeDistinguishedName> components)
    {
        Components = components;
    }

    /// <summary>The empty name, of the root above all entries.</summary>
    public static DistinguishedName Root { get; } = new([]);

    /// <summary>The relative names; the entry's own first. Empty for <see cref="Root"/>.</summary>
    public IReadOnlyList<RelativeDistinguishedName> Components { get; }

    public bool IsRoot => Components.Count == 0;

    /// <summary>The entry's own relative name; throws <see cref="InvalidOperationException"/> for <see cref="Root"/>.</summary>
    public RelativeDistinguishedName Rdn => IsRoot ? throw new InvalidOperationException("The root has no relative name.") : Components[0];

    /// <summary>The name of the entry above; <see cref="Root"/> is its own parent.</summary>
    public DistinguishedName Parent => Components.Count < 2 ? Root : new DistinguishedName([.. Components.Skip(1)]);

    /// <summary>One text for all spellings of the name: usable as a key, with ordinal comparison. Not for display.</summary>
    public string Normalized => _normalized ??= string.Join(',', Components.Select(c => c.Normalized));

    public static bool operator ==(DistinguishedName? left, DistinguishedName? right) => Equals(left, right);

    public static bool operator !=(DistinguishedName? left, DistinguishedName? right) => !Equals(left, right);

    /// <summary>Reads a name; throws <see cref="FormatException"/> that quotes the text and says what is wrong with it.</summary>
    public static DistinguishedName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return DistinguishedNameParser.TryParse(text, out var components, out var error)
            ? new DistinguishedName(components)
            : throw new FormatException($"'{text}' is not a distinguished name: {error}");
    }

    /// <summary>Reads a name; false if the text is null or not one. The empty text is <see cref="Root"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DistinguishedName? name)
    {
        name = text is not null && DistinguishedNameParser.TryParse(text, out var components, out _)
            ? new DistinguishedName(components)
            : null;
        return name is not null;
    }

    /// <summary>
    /// The key under which the spellings of one name meet: <see cref="Normalized"/>, or the text itself if it is not a name.
    /// </summary>
    public static string NormalizeOrKeep(string text) => TryParse(text, out var name) ? name.Normalized : text;

    /// <summary>Escapes a value for use after <c>attribute=</c>; any text is safe, control characters become hexadecimal pairs.</summary>
    public static string EscapeValue(string value) => DistinguishedNameParser.Escape(value);

    /// <summary>The name of an entry directly below this one. The value is taken as it is and escaped where it is written.</summary>
    public DistinguishedName Child(string attribute, string value) => Child(RelativeDistinguishedName.Of(attribute, value));

    public DistinguishedName Child(RelativeDistinguishedName rdn) => new([rdn, .. Components]);

    /// <summary>True if this entry is somewhere below the other one; false for the other one itself.</summary>
    public bool IsBelow(DistinguishedName ancestor)
    {
        ArgumentNullException.ThrowIfNull(ancestor);
        return Components.Count > ancestor.Components.Count && EndsWith(ancestor);
    }

    /// <summary>This name after its ancestor (or itself) <paramref name="from"/> became <paramref name="to"/>; unchanged if it is not below.</summary>
    public DistinguishedName Rebase(DistinguishedName from, DistinguishedName to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return EndsWith(from) ? new DistinguishedName([.. Components.Take(Components.Count - from.Components.Count), .. to.Components]) : this;
    }

    public bool Equals(DistinguishedName? other) => other is not null && Normalized == other.Normalized;

    public override bool Equals(object? obj) => Equals(obj as DistinguishedName);

    public override int GetHashCode() => Normalized.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => string.Join(',', Components);

    private bool EndsWith(DistinguishedName suffix)
    {
        var offset = Components.Count - suffix.Components.Count;
        if (offset < 0)
        {
            return false;
        }

        for (var index = 0; index < suffix.Components.Count; index++)
        {
            if (Components[offset + index].Normalized != suffix.Components[index].Normalized)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One step of a <see cref="DistinguishedName"/>: usually one attribute and its value, several joined by <c>+</c> otherwise.</summary>
public sealed class RelativeDistinguishedName
{
    private string? _normalized;

    internal RelativeDistinguishedName(IReadOnlyList<NameAttribute> attributes)
    {
        Attributes = attributes;
    }

    /// <summary>Never empty; in the order in which they were written.</summary>
    public IReadOnlyList<NameAttribute> Attributes { get; }

    /// <summary>The value of the first attribute, without escapes.</summary>
    public string Value => Attributes[0].Value;

    /// <summary>One text for all spellings; not for display.</summary>
    public string Normalized =>
        _normalized ??= string.Join('+', Attributes.Select(a => a.Normalized).Order(StringComparer.Ordinal));

    /// <summary>
    /// A relative name of one attribute. Throws <see cref="ArgumentException"/> if the attribute is not an attribute description or an
    /// object identifier; the value may be any text but an empty one.
    /// </summary>
    public static RelativeDistinguishedName Of(string attribute, string value)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        ArgumentException.ThrowIfNullOrEmpty(value);
        return DistinguishedNameParser.IsAttribute(attribute)
            ? new RelativeDistinguishedName([new NameAttribute(attribute, value, false)])
            : throw new ArgumentException($"'{attribute}' is not the name of an attribute.", nameof(attribute));
    }

    public override string ToString() => string.Join('+', Attributes);
}

/// <summary>One attribute and value of a relative name.</summary>
/// <param name="Attribute">As written: <c>cn</c>, <c>2.5.4.3</c>.</param>
/// <param name="Value">Without escapes; if <paramref name="IsHexadecimal"/>, the hexadecimal digits of its BER encoding.</param>
/// <param name="IsHexadecimal">The value was written as <c>#0401…</c>.</param>
public sealed record NameAttribute(string Attribute, string Value, bool IsHexadecimal)
{
    internal string Normalized =>
        $"{Attribute.ToLowerInvariant()}={(IsHexadecimal ? "#" + Value.ToLowerInvariant() : DistinguishedNameParser.Escape(Fold(Value)))}";

    public override string ToString() => IsHexadecimal ? $"{Attribute}=#{Value}" : $"{Attribute}={DistinguishedNameParser.Escape(Value)}";

    /// <summary>Letter case and repeated, leading and trailing spaces do not count (RFC 4518, 2.6.1).</summary>
    private static string Fold(string value)
    {
        var lower = value.ToLowerInvariant();
        if (!lower.Contains("  ", StringComparison.Ordinal) && lower[0] != ' ' && lower[^1] != ' ')
        {
            return lower;
        }

        var folded = string.Join(' ', lower.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return folded.Length == 0 ? " " : folded;
    }
}
