using System.Globalization;
using Muster.Configuration.Model;
using Muster.Configuration.Values;

namespace Muster.Connectors.Ldif;

/// <summary>Times as directories keep them: generalized time, or 100-nanosecond steps since 1601 (synchronization.md 6.2).</summary>
internal static class DirectoryTime
{
    private static readonly long Epoch = new DateTime(1601, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private static readonly string[] GeneralizedForms =
    [
        "yyyyMMddHHmmss'Z'", "yyyyMMddHHmmss", "yyyyMMddHHmm'Z'", "yyyyMMddHH'Z'", "yyyyMMddHHmmsszzz", "yyyyMMddHHmmzzz", "yyyyMMddHHzzz",
    ];

    /// <summary>The canonical text; null for "never". False if the text is no time.</summary>
    public static bool TryRead(string? text, out string? canonical)
    {
        canonical = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        text = text.Trim();
        if (DateTime.TryParseExact(
            WithoutFraction(text),
            GeneralizedForms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time))
        {
            canonical = CanonicalText.Format(time);
            return true;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var steps))
        {
            return CanonicalText.TryNormalize(PropertyType.DateTime, text, out canonical);
        }

        if (steps is 0 or long.MaxValue)
        {
            return true;
        }

        if (steps > DateTime.MaxValue.Ticks - Epoch)
        {
            return false;
        }

        canonical = CanonicalText.Format(new DateTime(Epoch + steps, DateTimeKind.Utc));
        return true;
    }

    public static string Write(string canonical, bool asSteps)
    {
        var time = (DateTime)CanonicalText.ToClr(PropertyType.DateTime, canonical)!;
        return asSteps ? (time.Ticks - Epoch).ToString(CultureInfo.InvariantCulture) : canonical + "Z";
    }

    private static string WithoutFraction(string text)
    {
        var start = text.AsSpan().IndexOfAny('.', ',');
        if (start < 0)
        {
            return text;
        }

        var end = start + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return text[..start] + text[end..];
    }
}
