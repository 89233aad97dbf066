using System.Text;

namespace Muster.Connectors.Ldif;

/// <summary>One attribute value: text where its octets are UTF-8, octets otherwise.</summary>
internal readonly record struct LdifValue
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);
    private readonly byte[]? _octets;
    private readonly string? _text;

    public LdifValue(string text)
    {
        _text = text;
    }

    public LdifValue(byte[] octets)
    {
        try
        {
            _text = StrictUtf8.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            _octets = octets;
        }
    }

    /// <summary>Null if the octets are not UTF-8.</summary>
    public string? Text => _octets is null ? _text ?? "" : null;

    public byte[] Octets => _octets ?? Encoding.UTF8.GetBytes(_text ?? "");

    /// <summary>The text, or base64 of the octets: one text for equal values.</summary>
    public string TextOrBase64 => Text ?? Convert.ToBase64String(_octets!);

    public bool Equals(LdifValue other) => TextOrBase64 == other.TextOrBase64 && (_octets is null) == (other._octets is null);

    public override int GetHashCode() => TextOrBase64.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => TextOrBase64;
}

/// <summary>One line <c>name: value</c> of an entry; names are compared without regard to case.</summary>
internal sealed record LdifAttribute(string Name, LdifValue Value)
{
    public bool Is(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What a record of an LDIF file does.</summary>
internal enum LdifChange
{
    /// <summary>A content record, without <c>changetype</c>.</summary>
    None,
    Add,
    Modify,
    Delete,
    Rename,
}

/// <summary>One part of a modify record.</summary>
/// <param name="Operation"><c>add</c>, <c>delete</c>, <c>replace</c> or <c>increment</c>.</param>
internal sealed record LdifModification(string Operation, string Attribute, IReadOnlyList<LdifValue> Values);

/// <summary>One record of an LDIF file.</summary>
/// <param name="Line">Where it starts, from 1.</param>
internal sealed record LdifRecord(string Dn, LdifChange Change, int Line)
{
    /// <summary>Where its octets stand in a UTF-8 file, from the line of the name to the end of the last line.</summary>
    public LdifRange Range { get; init; }

    /// <summary>Attributes of a content or add record, as they stand.</summary>
    public IReadOnlyList<LdifAttribute> Attributes { get; init; } = [];

    public IReadOnlyList<LdifModification> Modifications { get; init; } = [];

    /// <summary>Of a rename: the new relative name.</summary>
    public string? NewRdn { get; init; }

    public bool DeleteOldRdn { get; init; }

    public string? NewSuperior { get; init; }
}

/// <summary>Where a record stands in a UTF-8 file.</summary>
/// <param name="Length">In octets, the last line end included.</param>
/// <param name="IsCanonical">The octets are those that <see cref="LdifWriter"/> would write, so that they can be copied.</param>
internal readonly record struct LdifRange(long Offset, int Length, bool IsCanonical);
