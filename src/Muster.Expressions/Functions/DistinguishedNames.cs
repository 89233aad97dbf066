using System.Text;

namespace Muster.Expressions.Functions;

/// <summary>
/// <c>ToFormatedDN</c> (rolemodel.md 4.4; the documentation only says that it formats a distinguished name). A text that reads as a DN gets
/// upper case attribute types and no white space around its separators; any other text is escaped so that it can stand as a value in a DN
/// (RFC 4514).
/// </summary>
internal static class DistinguishedNames
{
    public static string Format(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (var part in Split(text))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !IsAttributeType(part.AsSpan(0, equals).Trim()))
            {
                return Escape(text);
            }

            if (result.Length > 0)
            {
                result.Append(',');
            }

            result.Append(part[..equals].Trim().ToUpperInvariant()).Append('=').Append(TrimValue(part[(equals + 1)..]));
        }

        return result.ToString();
    }

    /// <summary>The text as a value of a relative distinguished name.</summary>
    public static string Escape(string value)
    {
        var result = new StringBuilder(value.Length + 8);
        for (var i = 0; i < value.Length; i++)
        {
            var letter = value[i];
            if (letter == '\0')
            {
                result.Append("\\00");
                continue;
            }

            var isEdgeSpace = letter == ' ' && (i == 0 || i == value.Length - 1);
            if (isEdgeSpace || (letter == '#' && i == 0) || letter is ',' or '+' or '"' or '\\' or '<' or '>' or ';' or '=')
            {
                result.Append('\\');
            }

            result.Append(letter);
        }

        return result.ToString();
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] is ',' or ';')
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static string TrimValue(string value)
    {
        var trimmed = value.TrimStart(' ');
        var end = trimmed.TrimEnd(' ');
        var isEscaped = end.Length < trimmed.Length && end.EndsWith('\\') && !end.EndsWith("\\\\", StringComparison.Ordinal);
        return isEscaped ? end + " " : end;
    }

    private static bool IsAttributeType(ReadOnlySpan<char> type)
    {
        foreach (var letter in type)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '.'))
            {
                return false;
            }
        }

        return type.Length > 0;
    }
}
