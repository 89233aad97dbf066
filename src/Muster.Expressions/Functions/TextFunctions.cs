using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Muster.Expressions.Functions;

/// <summary>The predefined functions on texts (rolemodel.md 4.4). Null gives null; letter case follows the invariant culture.</summary>
internal static class TextFunctions
{
    public static string ToUpper(string text) => text.ToUpperInvariant();

    [SuppressMessage("Globalization", "CA1308:Normalize strings to uppercase", Justification = "ToLower is what the function is for.")]
    public static string ToLower(string text) => text.ToLowerInvariant();

    /// <summary>Upper case letters and digits only, without diacritics.</summary>
    public static string Simplify(string text)
    {
        var plain = Diacritics.Remove(text).ToUpperInvariant();
        var result = new StringBuilder(plain.Length);
        foreach (var letter in plain)
        {
            if (char.IsLetterOrDigit(letter))
            {
                result.Append(letter);
            }
        }

        return result.ToString();
    }

    public static string RemoveDiacritics(string text) => Diacritics.Remove(text);

    /// <summary>Each word capitalised, joined with <c>-</c>, without diacritics: <c>jean pierre</c> gives <c>Jean-Pierre</c>.</summary>
    public static string ToFirstName(string text)
    {
        var words = Diacritics.Remove(text).Split((char[])[' ', '-', '\t', '\n', '\r', '\u00A0'], StringSplitOptions.RemoveEmptyEntries);
        return string.Join('-', words.Select(w => char.ToUpperInvariant(w[0]) + ToLower(w[1..])));
    }

    /// <summary>First character upper case, the rest as it is.</summary>
    public static string ToTitle(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>A letter and three digits, on the text without diacritics; empty for a text without letters.</summary>
    public static string ToSoundex(string text)
    {
        var result = new StringBuilder(4);
        var previous = '0';
        foreach (var letter in Diacritics.Remove(text).ToUpperInvariant())
        {
            if (letter is < 'A' or > 'Z')
            {
                continue;
            }

            var code = SoundexCode(letter);
            if (result.Length == 0)
            {
                result.Append(letter);
                previous = code;
                continue;
            }

            if (code != '0' && code != previous)
            {
                result.Append(code);
            }

            // H and W do not part equal codes; vowels do.
            previous = letter is 'H' or 'W' ? previous : code;
            if (result.Length == 4)
            {
                break;
            }
        }

        return result.Length == 0 ? "" : result.ToString().PadRight(4, '0');
    }

    private static char SoundexCode(char letter) => letter switch
    {
        'B' or 'F' or 'P' or 'V' => '1',
        'C' or 'G' or 'J' or 'K' or 'Q' or 'S' or 'X' or 'Z' => '2',
        'D' or 'T' => '3',
        'L' => '4',
        'M' or 'N' => '5',
        'R' => '6',
        _ => '0',
    };
}
