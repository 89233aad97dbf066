using Muster.Expressions.Functions;

namespace Muster.Expressions.Runtime;

/// <summary>
/// <c>System.DateTime</c>: the methods of rolemodel.md 4.5, constructors and properties. The time of day of the task is the only clock, and a date without
/// a zone counts as UTC.
/// </summary>
[MembersOf("System.DateTime")]
internal static class DateTimeMembers
{
    [Constructor]
    public static DateTime New(int year, int month, int day) => new(year, month, day, 0, 0, 0, DateTimeKind.Utc);

    [Constructor]
    public static DateTime New(int year, int month, int day, int hour, int minute, int second) =>
        new(year, month, day, hour, minute, second, DateTimeKind.Utc);

    [Constructor]
    public static DateTime New(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind) =>
        new(year, month, day, hour, minute, second, DateTimeKind.Utc);

    [Constructor]
    public static DateTime New(long ticks) => new(ticks, DateTimeKind.Utc);

    [Getter]
    public static DateTime Now(EvaluationFrame f) => f.Now;

    [Getter]
    public static DateTime UtcNow(EvaluationFrame f) => f.Now;

    [Getter]
    public static DateTime Today(EvaluationFrame f) => f.Today;

    [Getter]
    public static int Year(DateTime self) => self.Year;

    [Getter]
    public static int Month(DateTime self) => self.Month;

    [Getter]
    public static int Day(DateTime self) => self.Day;

    [Getter]
    public static int Hour(DateTime self) => self.Hour;

    [Getter]
    public static int Minute(DateTime self) => self.Minute;

    [Getter]
    public static int Second(DateTime self) => self.Second;

    [Getter]
    public static int Millisecond(DateTime self) => self.Millisecond;

    [Getter]
    public static int DayOfYear(DateTime self) => self.DayOfYear;

    [Getter]
    public static DayOfWeek DayOfWeek(DateTime self) => self.DayOfWeek;

    [Getter]
    public static long Ticks(DateTime self) => self.Ticks;

    [Getter]
    public static DateTime Date(DateTime self) => self.Date;

    [Getter]
    public static TimeSpan TimeOfDay(DateTime self) => self.TimeOfDay;

    public static DateTime Add(DateTime self, TimeSpan value) => self.Add(value);

    public static DateTime AddDays(DateTime self, double value) => self.AddDays(value);

    public static DateTime AddHours(DateTime self, double value) => self.AddHours(value);

    public static DateTime AddMicroseconds(DateTime self, double value) => self.AddMicroseconds(value);

    public static DateTime AddMilliseconds(DateTime self, double value) => self.AddMilliseconds(value);

    public static DateTime AddMinutes(DateTime self, double value) => self.AddMinutes(value);

    public static DateTime AddMonths(DateTime self, int value) => self.AddMonths(value);

    public static DateTime AddSeconds(DateTime self, double value) => self.AddSeconds(value);

    public static DateTime AddTicks(DateTime self, long value) => self.AddTicks(value);

    public static DateTime AddYears(DateTime self, int value) => self.AddYears(value);

    public static int Compare(DateTime left, DateTime right) => DateTime.Compare(left, right);

    public static int CompareTo(DateTime self, DateTime other) => self.CompareTo(other);

    public static int DaysInMonth(int year, int month) => DateTime.DaysInMonth(year, month);

    public static bool Equals(DateTime self, DateTime other) => self == other;

    public static string[] GetDateTimeFormats(EvaluationFrame f, DateTime self)
    {
        f.Allocate(32 * 1024);
        f.Work(16 * 1024);
        return self.GetDateTimeFormats(System.Globalization.CultureInfo.InvariantCulture);
    }

    public static DateTime ToUniversalTime(DateTime self) => DateFunctions.AsUtc(self);

    public static string ToString(EvaluationFrame f, DateTime self) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, DateTime self, string? format) => FormatSafety.Format(f, self, format);

    public static string ToString(EvaluationFrame f, DateTime self, IFormatProvider? provider) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, DateTime self, string? format, IFormatProvider? provider) => FormatSafety.Format(f, self, format);
}

/// <summary><c>System.TimeSpan</c>, as the difference of two dates.</summary>
[MembersOf("System.TimeSpan")]
internal static class TimeSpanMembers
{
    [Getter]
    public static int Days(TimeSpan self) => self.Days;

    [Getter]
    public static int Hours(TimeSpan self) => self.Hours;

    [Getter]
    public static int Minutes(TimeSpan self) => self.Minutes;

    [Getter]
    public static double TotalDays(TimeSpan self) => self.TotalDays;

    [Getter]
    public static double TotalHours(TimeSpan self) => self.TotalHours;

    [Getter]
    public static double TotalMinutes(TimeSpan self) => self.TotalMinutes;

    [Getter]
    public static double TotalSeconds(TimeSpan self) => self.TotalSeconds;

    [Getter]
    public static long Ticks(TimeSpan self) => self.Ticks;
}
