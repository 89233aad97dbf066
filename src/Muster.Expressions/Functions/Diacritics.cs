using System.Globalization;
using System.Text;

namespace Muster.Expressions.Functions;

/// <summary>
/// Replaces accented Latin letters (rolemodel.md 4.4, <c>RemoveDiacritics</c>). Latin letters go by a table, so that the result is the same
/// on hosts without ICU; other scripts are decomposed and lose their marks.
/// </summary>
internal static class Diacritics
{
    /// <summary>Base letters of U+00C0 to U+024F; a dot where there is none.</summary>
    private const string Latin =
        "AAAAAA.CEEEEIIII.NOOOOO..UUUUY..aaaaaa.ceeeeiiii.nooooo..uuuuy.yAaAaAaCcCcCcCcDd..EeEeEeEeEeGgGg"
        + "GgGgHh..IiIiIiIiI...JjKk.LlLlLl....NnNnNn...OoOoOo..RrRrRrSsSsSsSsTtTt..UuUuUuUuUuUuWwYyYZzZzZz."
        + "................................Oo.............Uu............................AaIiOoUuUuUuUuUu.Aa"
        + "Aa....GgKkOoOo..j...Gg..NnAa....AaAaEeEeIiIiOoOoRrRrUuUuSsTt..Hh......AaEeOoOoOoOoYy............"
        + "................";

    /// <summary>Base letters of U+1E00 to U+1EFF.</summary>
    private const string LatinAdditional =
        "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRr"
        + "SsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwy......AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe"
        + "EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy......";

    public static string Remove(string text)
    {
        if (System.Text.Ascii.IsValid(text))
        {
            return text;
        }

        var composed = Compose(text);
        var result = new StringBuilder(composed.Length + 8);
        foreach (var letter in composed)
        {
            Append(result, letter);
        }

        return result.ToString();
    }

    private static string Compose(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // Lone surrogates have no normal form; they are kept as they are.
            return text;
        }
    }

    private static void Append(StringBuilder result, char letter)
    {
        if (letter < 0x80)
        {
            result.Append(letter);
            return;
        }

        if (Special(letter) is { } replacement)
        {
            result.Append(replacement);
            return;
        }

        var single = letter switch
        {
            >= '\u00C0' and <= '\u024F' => Latin[letter - 0xC0],
            >= '\u1E00' and <= '\u1EFF' => LatinAdditional[letter - 0x1E00],
            _ => '.',
        };
        if (single != '.')
        {
            result.Append(single);
        }
        else
        {
            AppendDecomposed(result, letter);
        }
    }

    private static void AppendDecomposed(StringBuilder result, char letter)
    {
        if (char.IsSurrogate(letter))
        {
            result.Append(letter);
            return;
        }

        foreach (var part in letter.ToString().Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark)
            {
                result.Append(part);
            }
        }
    }

    private static string? Special(char letter) => letter switch
    {
        'ä' => "ae",
        'Ä' => "AE",
        'ö' => "oe",
        'Ö' => "OE",
        'ü' => "ue",
        'Ü' => "UE",
        'ø' => "o",
        'Ø' => "O",
        'ł' => "l",
        'Ł' => "L",
        'ß' => "ss",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'š' => "sh",
        'Š' => "SH",
        _ => null,
    };
}
