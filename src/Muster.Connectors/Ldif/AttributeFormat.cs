using System.Globalization;
using System.Text;
using Muster.Configuration.Model;
using Muster.Configuration.Values;

namespace Muster.Connectors.Ldif;

/// <summary>
/// Converts between the values of a directory attribute and the internal form, by the <c>Format</c> of a mapped property
/// (synchronization.md 6.2, 6.3). Without a format, the property's type decides.
/// </summary>
internal sealed class AttributeFormat
{
    private const string Never = "9223372036854775807";
    private static readonly string[] TickAttributes =
    [
        "accountExpires", "pwdLastSet", "lastLogon", "lastLogonTimestamp", "lastLogoff", "badPasswordTime", "lockoutTime",
    ];

    private readonly string _kind;
    private readonly string _argument;
    private readonly PropertyType _type;

    private AttributeFormat(string attribute, string kind, string argument, PropertyType type)
    {
        Attribute = attribute;
        _kind = kind;
        _argument = argument;
        _type = type;
    }

    /// <summary>The attribute in the directory; for <c>bit:</c> that of the whole value.</summary>
    public string Attribute { get; }

    /// <summary>Equal for formats that give equal texts.</summary>
    public string Description => $"{Attribute}/{_kind}/{_argument}/{_type}";

    /// <summary>The mask of a single bit; 0 if the property is not one. Bits count from 1.</summary>
    public long BitMask { get; private init; }

    /// <summary>Throws <see cref="FormatException"/> for a format that is not known.</summary>
    /// <param name="column">The source column; the attribute, unless the format names another.</param>
    public static AttributeFormat Of(string column, PropertyMapping? mapping)
    {
        var type = mapping?.Property.Type ?? PropertyType.String;
        if (mapping?.Format is not { Length: > 0 } format)
        {
            return new AttributeFormat(column, DefaultKind(type), "", type);
        }

        var colon = format.IndexOf(':', StringComparison.Ordinal);
        var kind = (colon < 0 ? format : format[..colon]).ToUpperInvariant();
        var argument = colon < 0 ? "" : format[(colon + 1)..];
        switch (kind)
        {
            case "BIT":
                var parts = argument.Split(':');
                return parts.Length == 2 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var bit) && bit is >= 1 and <= 64
                    ? new AttributeFormat(parts[0], kind, argument, type) { BitMask = 1L << (bit - 1) }
                    : throw new FormatException($"{mapping.Location}: The Format '{format}' is not 'bit:<attribute>:<1 to 64>'.");
            case "STRING" or "BOOL" or "BYTE" or "INT16" or "INT32" or "INT64" or "DOUBLE" or "BYTES" or "BINARY" or "CONCAT"
                or "DATETIME" or "1601DATE" or "GUID" or "MULTIVALUEDTEXT" or "RDN" or "SID":
                return new AttributeFormat(column, kind, argument, type);
            default:
                throw new FormatException($"{mapping.Location}: The Format '{format}' of the column '{column}' is not known.");
        }
    }

    /// <summary>The internal form of the values; null for none. False if they cannot be converted.</summary>
    public bool TryRead(IReadOnlyList<LdifValue> values, out string? result)
    {
        result = null;
        if (values.Count == 0)
        {
            return true;
        }

        switch (_kind)
        {
            case "MULTIVALUEDTEXT":
                result = string.Join('\n', values.Select(v => v.TextOrBase64).Distinct(StringComparer.Ordinal)
                    .OrderBy(v => v, StringComparer.OrdinalIgnoreCase).ThenBy(v => v, StringComparer.Ordinal));
                return true;
            case "CONCAT":
                result = string.Join(_argument, values.Select(v => v.TextOrBase64));
                return true;
            case "STRING":
                result = string.Join('\n', values.Select(v => v.TextOrBase64));
                return true;
            default:
                return TryReadOne(values[0], out result);
        }
    }

    /// <summary>
    /// The directory's values of an internal one; empty deletes the attribute. Not for single bits (<see cref="SetBit"/>). Throws
    /// <see cref="FormatException"/> if the value is not one of the format.
    /// </summary>
    public IReadOnlyList<LdifValue> Write(string? value, string? separator)
    {
        if (string.IsNullOrEmpty(value))
        {
            return (_kind, Attribute.ToUpperInvariant()) switch
            {
                ("DATETIME" or "1601DATE", "PWDLASTSET") => [new LdifValue("0")],
                ("DATETIME" or "1601DATE", "ACCOUNTEXPIRES") => [new LdifValue(Never)],
                _ => [],
            };
        }

        if (!string.IsNullOrEmpty(separator))
        {
            return [.. Parts(value, separator).Select(WriteOne)];
        }

        return _kind == "MULTIVALUEDTEXT" ? [.. Parts(value, "\n").Select(part => new LdifValue(part))] : [WriteOne(value)];
    }

    /// <summary>The whole number after this property's bit is set or cleared in it.</summary>
    public string SetBit(string? whole, string? value)
    {
        var number = ParseWhole(whole) ?? 0;
        var set = value is not null && value.ToUpperInvariant() is "1" or "TRUE";
        return (set ? number | BitMask : number & ~BitMask).ToString(CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Parts(string value, string separator) =>
        value.Split(separator, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal);

    private static string DefaultKind(PropertyType type) => type switch
    {
        PropertyType.Bytes or PropertyType.Binary => "BYTES",
        PropertyType.DateTime => "DATETIME",
        PropertyType.Bool => "BOOL",
        PropertyType.Guid => "GUID",
        PropertyType.Byte or PropertyType.Int16 or PropertyType.Int32 or PropertyType.Int64 or PropertyType.Double => "TYPED",
        _ => "STRING",
    };

    private bool TryReadOne(LdifValue value, out string? result)
    {
        result = null;
        switch (_kind)
        {
            case "BIT":
                if (ParseWhole(value.Text) is not { } whole)
                {
                    return false;
                }

                result = _type == PropertyType.Bool
                    ? ((whole & BitMask) != 0 ? "true" : "false")
                    : ((whole & BitMask) != 0 ? "1" : "0");
                return true;
            case "BYTES" or "BINARY":
                result = CanonicalText.Format(value.Octets);
                return true;
            case "GUID":
                return TryReadGuid(value, out result);
            case "SID":
                result = value.Octets is [1, ..] octets && octets.Length >= 8 && octets.Length == 8 + (4 * octets[1])
                    ? SecurityIdentifier(octets)
                    : value.Text;
                return result is not null;
            case "RDN":
                if (DistinguishedName.TryParse(value.Text, out var name) && !name.IsRoot)
                {
                    result = name.Rdn.Value;
                }

                return result is not null;
            case "DATETIME" or "1601DATE":
                return DirectoryTime.TryRead(value.Text, out result);
            default:
                var type = _kind switch
                {
                    "BOOL" => PropertyType.Bool,
                    "BYTE" => PropertyType.Byte,
                    "INT16" => PropertyType.Int16,
                    "INT32" => PropertyType.Int32,
                    "INT64" => PropertyType.Int64,
                    "DOUBLE" => PropertyType.Double,
                    _ => _type,
                };
                return value.Text is { } text && CanonicalText.TryNormalize(type, text, out result);
        }
    }

    private LdifValue WriteOne(string value)
    {
        switch (_kind)
        {
            case "BOOL":
                return CanonicalText.TryNormalize(PropertyType.Bool, value, out var flag)
                    ? new LdifValue(flag == "true" ? "TRUE" : "FALSE")
                    : throw NotA(value, "truth value");
            case "BYTES" or "BINARY":
                return new LdifValue((byte[])CanonicalText.ToClr(PropertyType.Bytes, value)!);
            case "GUID":
                var guid = Guid.TryParse(value, out var parsed) ? parsed : throw NotA(value, "GUID");

                // AD keeps GUIDs as octets, RFC 4530 (entryUUID) as text.
                return Attribute.EndsWith("GUID", StringComparison.OrdinalIgnoreCase)
                    ? new LdifValue(guid.ToByteArray())
                    : new LdifValue(guid.ToString("D"));
            case "DATETIME" or "1601DATE":
                return CanonicalText.TryNormalize(PropertyType.DateTime, value, out var canonical) && canonical is not null
                    ? new LdifValue(DirectoryTime.Write(canonical, TickAttributes.Contains(Attribute, StringComparer.OrdinalIgnoreCase)))
                    : throw NotA(value, "date");
            case "RDN":
                throw new FormatException($"The attribute '{Attribute}' has the Format 'rdn', which can only be read.");
            default:
                return new LdifValue(value);
        }
    }

    private FormatException NotA(string value, string kind) => new($"'{value}' is not a {kind}, which the attribute '{Attribute}' holds.");

    private static long? ParseWhole(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null
        : long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : null;

    private static bool TryReadGuid(LdifValue value, out string? result)
    {
        var octets = value.Octets;
        result = octets.Length == 16 ? new Guid(octets).ToString("N")
            : Guid.TryParse(value.Text, out var guid) ? guid.ToString("N")
            : null;
        return result is not null;
    }

    private static string SecurityIdentifier(byte[] octets)
    {
        var text = new StringBuilder("S-1-");
        long authority = 0;
        for (var index = 2; index < 8; index++)
        {
            authority = (authority << 8) | octets[index];
        }

        text.Append(authority.ToString(CultureInfo.InvariantCulture));
        for (var index = 8; index < octets.Length; index += 4)
        {
            text.Append('-').Append(BitConverter.ToUInt32(octets, index).ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
