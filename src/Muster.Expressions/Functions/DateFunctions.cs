using System.Globalization;

namespace Muster.Expressions.Functions;

/// <summary>The predefined functions on dates (rolemodel.md 4.4). Dates are UTC.</summary>
internal static class DateFunctions
{
    private static readonly long SinceYear1601 = new DateTime(1601, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    public static DateTime ParseLocalDate(string text, string timeZone, string format, int minutes = 0) =>
        ToUtc(Parse(text, format), TimeZones.Find(timeZone)).AddMinutes(minutes);

    public static DateTime ParseUniversalDate(string text, string format, int minutes = 0) =>
        DateTime.SpecifyKind(Parse(text, format), DateTimeKind.Utc).AddMinutes(minutes);

    public static string FormatLocalDate(DateTime date, string timeZone, string format) =>
        TimeZoneInfo.ConvertTimeFromUtc(AsUtc(date), TimeZones.Find(timeZone)).ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Count of 100 ns since 1601-01-01 UTC, as directories keep dates.</summary>
    public static string ToSince1601DateString(DateTime date) =>
        (AsUtc(date).Ticks - SinceYear1601).ToString(CultureInfo.InvariantCulture);

    /// <summary>A date without a zone counts as UTC: results must not depend on the host.</summary>
    public static DateTime AsUtc(DateTime date) => date.Kind == DateTimeKind.Local
        ? date.ToUniversalTime()
        : DateTime.SpecifyKind(date, DateTimeKind.Utc);

    private static DateTime Parse(string text, string format) =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AdjustToUniversal, out var date)
            ? DateTime.SpecifyKind(date, DateTimeKind.Unspecified)
            : throw new FormatException($"The text is not a date in the format '{format}'.");

    private static DateTime ToUtc(DateTime local, TimeZoneInfo zone)
    {
        // A time that the change to summer time skips counts from the hour before it.
        var offset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(-1)) : zone.GetUtcOffset(local);
        return DateTime.SpecifyKind(local - offset, DateTimeKind.Utc);
    }
}
