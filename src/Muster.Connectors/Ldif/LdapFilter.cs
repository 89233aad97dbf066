using System.Globalization;
using System.Text;

namespace Muster.Connectors.Ldif;

/// <summary>
/// A search filter (RFC 4515) of the settings, read once and matched against entries: and, or, not, presence, equality and substrings, with
/// values compared without regard to case. Ordering, approximate and extensible matches are refused.
/// </summary>
internal sealed class LdapFilter
{
    private const int MaximumDepth = 50;
    private readonly Func<Func<string, IEnumerable<LdifValue>>, bool> _matches;

    private LdapFilter(Func<Func<string, IEnumerable<LdifValue>>, bool> matches)
    {
        _matches = matches;
    }

    public static LdapFilter All { get; } = new(_ => true);

    /// <summary>Throws <see cref="FormatException"/> that says what is wrong, and where.</summary>
    public static LdapFilter Parse(string text)
    {
        var position = 0;
        var filter = ReadFilter(text, ref position, 0);
        return position == text.Length ? filter : throw Error(text, position, "text follows the filter");
    }

    /// <param name="valuesOf">The values of an attribute of the entry.</param>
    public bool Matches(Func<string, IEnumerable<LdifValue>> valuesOf) => _matches(valuesOf);

    private static LdapFilter ReadFilter(string text, ref int position, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw Error(text, position, "it is nested too deeply");
        }

        Expect(text, ref position, '(');
        LdapFilter result;
        switch (position < text.Length ? text[position] : '\0')
        {
            case '&':
                var all = ReadList(text, ref position, depth);
                result = new LdapFilter(entry => all.TrueForAll(f => f.Matches(entry)));
                break;
            case '|':
                var any = ReadList(text, ref position, depth);
                result = new LdapFilter(entry => any.Exists(f => f.Matches(entry)));
                break;
            case '!':
                position++;
                var inner = ReadFilter(text, ref position, depth + 1);
                result = new LdapFilter(entry => !inner.Matches(entry));
                break;
            default:
                result = ReadItem(text, ref position);
                break;
        }

        Expect(text, ref position, ')');
        return result;
    }

    private static List<LdapFilter> ReadList(string text, ref int position, int depth)
    {
        position++;
        var filters = new List<LdapFilter>();
        while (position < text.Length && text[position] == '(')
        {
            filters.Add(ReadFilter(text, ref position, depth + 1));
        }

        return filters;
    }

    private static LdapFilter ReadItem(string text, ref int position)
    {
        var start = position;
        var end = text.IndexOf(')', position);
        var equals = text.IndexOf('=', position);
        if (end < 0 || equals < 0 || equals > end)
        {
            throw Error(text, start, "'attribute=value' is expected");
        }

        var attribute = text[start..equals].Trim();
        if (attribute.Length == 0 || !attribute.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ';'))
        {
            throw Error(text, start, "only '=' comparisons of an attribute are supported");
        }

        var parts = text[(equals + 1)..end].Split('*').Select(part => Unescape(text, equals, part)).ToList();
        position = end;
        if (parts.Count == 1)
        {
            return new LdapFilter(entry => entry(attribute).Any(v => string.Equals(v.TextOrBase64, parts[0], StringComparison.OrdinalIgnoreCase)));
        }

        return parts.TrueForAll(p => p.Length == 0)
            ? new LdapFilter(entry => entry(attribute).Any())
            : new LdapFilter(entry => entry(attribute).Any(v => MatchesParts(v.TextOrBase64, parts)));
    }

    private static bool MatchesParts(string value, List<string> parts)
    {
        if (!value.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var from = parts[0].Length;
        for (var index = 1; index < parts.Count - 1; index++)
        {
            var found = value.IndexOf(parts[index], from, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
            {
                return false;
            }

            from = found + parts[index].Length;
        }

        return value.Length - from >= parts[^1].Length && value.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }

    private static string Unescape(string text, int position, string part)
    {
        if (!part.Contains('\\', StringComparison.Ordinal))
        {
            return part;
        }

        var octets = new List<byte>();
        for (var index = 0; index < part.Length; index++)
        {
            if (part[index] != '\\')
            {
                octets.AddRange(Encoding.UTF8.GetBytes(part[index].ToString()));
            }
            else if (index + 2 < part.Length
                && byte.TryParse(part.AsSpan(index + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var octet))
            {
                octets.Add(octet);
                index += 2;
            }
            else
            {
                throw Error(text, position, "'\\' must be followed by two hexadecimal digits");
            }
        }

        return Encoding.UTF8.GetString([.. octets]);
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
