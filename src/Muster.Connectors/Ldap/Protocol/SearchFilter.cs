using System.Buffers;
using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>
/// A search filter as it goes over the wire. Values from data come in by <see cref="Equal(string, ReadOnlySpan{byte})"/> and are never part of a text, so that
/// nothing in them can change the filter; only filters of the settings are read as text (RFC 4515).
/// </summary>
internal sealed class SearchFilter
{
    private const int MaximumDepth = 50;
    private static readonly SearchValues<char> NotInDescription = SearchValues.Create("()*\\=<>~ ");

    private SearchFilter(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        write(writer);
        Encoded = writer.Encode();
    }

    /// <summary>Every entry.</summary>
    public static SearchFilter All { get; } = new(writer => writer.WriteOctetString("objectClass"u8, LdapReader.Context(7, false)));

    public ReadOnlyMemory<byte> Encoded { get; }

    public static SearchFilter Equal(string attribute, string value) => Equal(attribute, Encoding.UTF8.GetBytes(value));

    public static SearchFilter Equal(string attribute, ReadOnlySpan<byte> value)
    {
        var octets = value.ToArray();
        return new SearchFilter(writer => Assertion(writer, 3, attribute, octets));
    }

    public static SearchFilter And(params ReadOnlySpan<SearchFilter> filters) => Set(0, filters);

    public static SearchFilter Or(params ReadOnlySpan<SearchFilter> filters) => Set(1, filters);

    /// <summary>Reads a filter of the settings; throws <see cref="FormatException"/> that says what is wrong, and where.</summary>
    public static SearchFilter Parse(string text)
    {
        // The parentheses around the whole may be left out, as some tools do.
        var written = text.Trim();
        if (written.Length > 0 && written[0] != '(')
        {
            written = $"({written})";
        }

        var position = 0;
        var filter = new SearchFilter(writer => Filter(written, ref position, 0, writer));
        return position == written.Length ? filter : throw Error(written, position, "text follows the filter");
    }

    private static SearchFilter Set(int tag, ReadOnlySpan<SearchFilter> filters)
    {
        var parts = filters.ToArray();
        return new SearchFilter(writer =>
        {
            using (writer.PushSetOf(LdapReader.Context(tag)))
            {
                foreach (var part in parts)
                {
                    writer.WriteEncodedValue(part.Encoded.Span);
                }
            }
        });
    }

    private static void Filter(string text, ref int position, int depth, AsnWriter writer)
    {
        if (depth > MaximumDepth)
        {
            throw Error(text, position, "it is nested too deeply");
        }

        Expect(text, ref position, '(');
        switch (position < text.Length ? text[position] : '\0')
        {
            case '&' or '|':
                using (writer.PushSetOf(LdapReader.Context(text[position] == '&' ? 0 : 1)))
                {
                    position++;
                    while (position < text.Length && text[position] == '(')
                    {
                        Filter(text, ref position, depth + 1, writer);
                    }
                }

                break;
            case '!':
                position++;
                using (writer.PushSequence(LdapReader.Context(2)))
                {
                    Filter(text, ref position, depth + 1, writer);
                }

                break;
            default:
                Item(text, ref position, writer);
                break;
        }

        Expect(text, ref position, ')');
    }

    private static void Item(string text, ref int position, AsnWriter writer)
    {
        var start = position;
        var end = text.IndexOf(')', position);
        var equals = text.IndexOf('=', position);
        if (end < 0 || equals <= start || equals > end)
        {
            throw Error(text, start, "'attribute=value' is expected");
        }

        var value = text[(equals + 1)..end];
        position = end;
        var kind = text[equals - 1];
        var attribute = (kind is '<' or '>' or '~' or ':' ? text[start..(equals - 1)] : text[start..equals]).Trim();
        if (kind == ':')
        {
            Extensible(text, start, attribute, value, writer);
            return;
        }

        if (attribute.Length == 0 || attribute.AsSpan().ContainsAny(NotInDescription))
        {
            throw Error(text, start, "the attribute's name is expected");
        }

        switch (kind)
        {
            case '>':
                Assertion(writer, 5, attribute, Unescape(text, equals, value));
                break;
            case '<':
                Assertion(writer, 6, attribute, Unescape(text, equals, value));
                break;
            case '~':
                Assertion(writer, 8, attribute, Unescape(text, equals, value));
                break;
            default:
                EqualityOrParts(text, equals, attribute, value, writer);
                break;
        }
    }

    private static void EqualityOrParts(string text, int position, string attribute, string value, AsnWriter writer)
    {
        if (value == "*")
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(attribute), LdapReader.Context(7, false));
            return;
        }

        var parts = value.Split('*');
        if (parts.Length == 1)
        {
            Assertion(writer, 3, attribute, Unescape(text, position, value));
            return;
        }

        using (writer.PushSequence(LdapReader.Context(4)))
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(attribute));
            using (writer.PushSequence())
            {
                for (var index = 0; index < parts.Length; index++)
                {
                    if (parts[index].Length > 0)
                    {
                        var place = index == 0 ? 0 : index == parts.Length - 1 ? 2 : 1;
                        writer.WriteOctetString(Unescape(text, position, parts[index]), LdapReader.Context(place, false));
                    }
                }
            }
        }
    }

    /// <summary><c>attribute[:dn][:rule]:=value</c>, which Active Directory's bit filters are written with.</summary>
    private static void Extensible(string text, int position, string left, string value, AsnWriter writer)
    {
        var parts = left.Split(':');
        var isDn = parts.Skip(1).Any(p => p.Equals("dn", StringComparison.OrdinalIgnoreCase));
        var rule = parts.Skip(1).LastOrDefault(p => !p.Equals("dn", StringComparison.OrdinalIgnoreCase));
        if (parts[0].Length == 0 && rule is null)
        {
            throw Error(text, position, "an extensible match needs an attribute or a rule");
        }

        using (writer.PushSequence(LdapReader.Context(9)))
        {
            if (rule is not null)
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(rule), LdapReader.Context(1, false));
            }

            if (parts[0].Length > 0)
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(parts[0]), LdapReader.Context(2, false));
            }

            writer.WriteOctetString(Unescape(text, position, value), LdapReader.Context(3, false));
            if (isDn)
            {
                writer.WriteBoolean(true, LdapReader.Context(4, false));
            }
        }
    }

    private static void Assertion(AsnWriter writer, int tag, string attribute, byte[] value)
    {
        using (writer.PushSequence(LdapReader.Context(tag)))
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(attribute));
            writer.WriteOctetString(value);
        }
    }

    private static byte[] Unescape(string text, int position, string part)
    {
        var octets = new List<byte>(part.Length);
        for (var index = 0; index < part.Length; index++)
        {
            if (part[index] == '\\')
            {
                if (index + 2 >= part.Length
                    || !byte.TryParse(part.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
                {
                    throw Error(text, position, "'\\' must be followed by two hexadecimal digits");
                }

                octets.Add(octet);
                index += 2;
                continue;
            }

            var length = char.IsHighSurrogate(part[index]) && index + 1 < part.Length ? 2 : 1;
            octets.AddRange(Encoding.UTF8.GetBytes(part.Substring(index, length)));
            index += length - 1;
        }

        return [.. octets];
    }

    private static void Expect(string text, ref int position, char expected)
    {
        if (position >= text.Length || text[position] != expected)
        {
            throw Error(text, position, $"'{expected}' is expected");
        }

        position++;
    }

    private static FormatException Error(string text, int position, string problem) =>
        new($"The filter '{text}' cannot be read at character {position + 1}: {problem}.");
}
