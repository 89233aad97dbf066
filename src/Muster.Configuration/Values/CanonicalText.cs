using System.Globalization;
using Muster.Configuration.Model;

namespace Muster.Configuration.Values;

/// <summary>
/// The canonical internal text form of scalar values (synchronization.md 6.1): what prepared files, stores' interfaces, rules and orders
/// hold. Null and empty text are one: null.
/// </summary>
public static class CanonicalText
{
    /// <summary>The form of date-times, in UTC.</summary>
    public const string DateTimeFormat = "yyyyMMddHHmmss";

    private static readonly string[] ReadableDateTimes =
    [
        DateTimeFormat, "yyyyMMddHHmmss.FFFFFFF'Z'", "yyyyMMddHHmmss'Z'", "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ssK", "yyyyMMdd",
    ];

    /// <summary>Reads a value as a source writes it. False if it is not a value of the type; <paramref name="canonical"/> is then null.</summary>
    public static bool TryNormalize(PropertyType type, string? raw, out string? canonical)
    {
        canonical = null;
        if (string.IsNullOrEmpty(raw))
        {
            return true;
        }

        if (type is PropertyType.String or PropertyType.Binary)
        {
            canonical = raw;
            return true;
        }

        var value = TryParse(type, raw.Trim());
        if (value is null)
        {
            return string.IsNullOrWhiteSpace(raw);
        }

        canonical = Format(value);
        return true;
    }

    /// <summary>
    /// The CLR value of a canonical text: string, long, double, bool, <see cref="DateTime"/> (UTC), <see cref="Guid"/>, byte[]; null for null.
    /// Throws <see cref="FormatException"/> if the text is not canonical for the type.
    /// </summary>
    public static object? ToClr(PropertyType type, string? canonical)
    {
        if (string.IsNullOrEmpty(canonical))
        {
            return null;
        }

        return type is PropertyType.String or PropertyType.Binary
            ? canonical
            : TryParse(type, canonical) ?? throw new FormatException($"'{canonical}' is not a canonical value of type {type}.");
    }

    /// <summary>The canonical text of a CLR value, by its own type; null and empty text give null.</summary>
    public static string? Format(object? value) => value switch
    {
        null => null,
        string text => text.Length == 0 ? null : text,
        bool flag => flag ? "true" : "false",
        DateTime date => ToUtc(date).ToString(DateTimeFormat, CultureInfo.InvariantCulture),
        DateTimeOffset date => date.UtcDateTime.ToString(DateTimeFormat, CultureInfo.InvariantCulture),
        Guid guid => guid.ToString("N"),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => ((double)number).ToString("R", CultureInfo.InvariantCulture),
        byte[] { Length: 0 } => null,
        byte[] octets => Convert.ToBase64String(octets),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static DateTime ToUtc(DateTime date) => date.Kind == DateTimeKind.Local ? date.ToUniversalTime() : date;

    private static object? TryParse(PropertyType type, string text)
    {
        switch (type)
        {
            case PropertyType.Bool:
                return text.ToUpperInvariant() switch
                {
                    "TRUE" or "1" or "YES" => true,
                    "FALSE" or "0" or "NO" => false,
                    _ => null,
                };
            case PropertyType.Byte:
                return InRange(text, byte.MinValue, byte.MaxValue);
            case PropertyType.Int16:
                return InRange(text, short.MinValue, short.MaxValue);
            case PropertyType.Int32:
                return InRange(text, int.MinValue, int.MaxValue);
            case PropertyType.Int64 or PropertyType.Option or PropertyType.ForeignKey:
                return InRange(text, long.MinValue, long.MaxValue);
            case PropertyType.Double:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? number
                    : null;
            case PropertyType.Guid:
                return Guid.TryParse(text, out var guid) ? guid : null;
            case PropertyType.DateTime:
                return DateTime.TryParseExact(
                    text,
                    ReadableDateTimes,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                    out var date)
                    ? new DateTime(date.Ticks - (date.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc)
                    : null;
            case PropertyType.Bytes:
                var buffer = new byte[((text.Length * 3) / 4) + 3];
                return Convert.TryFromBase64String(text, buffer, out var written) ? buffer[..written] : null;
            default:
                return text;
        }
    }

    private static long? InRange(string text, long minimum, long maximum) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number >= minimum && number <= maximum
            ? number
            : null;
}
