using System.Globalization;
using System.Text;
using Muster.Configuration.Model;
using Muster.Configuration.Values;

namespace Muster.Policy.RoleModel;

/// <summary>Whether two values are the same for a rule (<c>ComparisonType</c>, rolemodel.md 6.3). Null equals empty.</summary>
internal static class ValueComparison
{
    public static bool AreEqual(PropertyType type, ComparisonType comparison, string? left, string? right)
    {
        var a = string.IsNullOrEmpty(left) ? null : left;
        var b = string.IsNullOrEmpty(right) ? null : right;
        if (a is null || b is null)
        {
            return a is null && b is null;
        }

        if (string.Equals(a, b, StringComparison.Ordinal))
        {
            return true;
        }

        return type == PropertyType.String
            ? comparison != ComparisonType.CaseSensitive && string.Equals(Normalize(comparison, a), Normalize(comparison, b), StringComparison.Ordinal)
            : Canonical(type, a) == Canonical(type, b);
    }

    public static string Normalize(ComparisonType comparison, string text) => comparison switch
    {
        ComparisonType.IgnoreCase => text.ToUpperInvariant(),
        ComparisonType.IgnoreDiacritics => WithoutDiacritics(text),
        ComparisonType.Simplified => Simplified(text),
        ComparisonType.Approximate => Approximate(text),
        _ => text,
    };

    private static string? Canonical(PropertyType type, string text) =>
        CanonicalText.TryNormalize(type, text, out var canonical) ? canonical : text;

    private static string WithoutDiacritics(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var character in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark)
            {
                builder.Append(character);
            }
        }

        return builder.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>Letters only, no case, no diacritics.</summary>
    private static string Simplified(string text) => string.Concat(WithoutDiacritics(text).ToUpperInvariant().Where(char.IsLetter));

    /// <summary>Sounds alike: the algorithm of rolemodel.md 6.3.</summary>
    private static string Approximate(string text)
    {
        var letters = Simplified(text)
            .Replace("H", "", StringComparison.Ordinal)
            .Replace("SS", "C", StringComparison.Ordinal)
            .Replace('Z', 'S').Replace('Y', 'I').Replace('W', 'V').Replace('K', 'C');
        var builder = new StringBuilder(letters.Length);
        foreach (var letter in letters)
        {
            if (builder.Length == 0 || builder[^1] != letter)
            {
                builder.Append(letter);
            }
        }

        if (builder.Length > 0 && builder[^1] is 'T' or 'D' or 'S')
        {
            builder.Length--;
        }

        return builder.ToString();
    }
}
