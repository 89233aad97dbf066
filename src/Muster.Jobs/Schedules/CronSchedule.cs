using System.Diagnostics.CodeAnalysis;
using Muster.Configuration.Jobs;
using Quartz;

namespace Muster.Jobs.Schedules;

/// <summary>
/// A job's schedule: the crontab of the format (five fields, or six with seconds first; day of week 0 to 7, Sunday is 0 or 7; a day must
/// match both day of month and day of week), read by Quartz. Occurrences are found on the wall clock of the zone: one in an hour that a
/// daylight-saving change skips happens at the first valid instant, one in a repeated hour happens once (jobs.md 7.4).
/// </summary>
public sealed class CronSchedule
{
    /// <summary>So many days are tried for a day that matches both fields (29 February on a given day of week comes within 40 years).</summary>
    private const int MaximumTries = 20_000;

    private readonly CronExpression _dayOfMonth;
    private readonly CronExpression? _dayOfWeek;
    private readonly TimeZoneInfo _zone;

    private CronSchedule(string text, CronExpression dayOfMonth, CronExpression? dayOfWeek, TimeZoneInfo zone)
    {
        Text = text;
        _dayOfMonth = dayOfMonth;
        _dayOfWeek = dayOfWeek;
        _zone = zone;
    }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>The zone of a job's schedule.</summary>
    public static TimeZoneInfo ZoneOf(CronTimeZone zone) => zone == CronTimeZone.UTC ? TimeZoneInfo.Utc : TimeZoneInfo.Local;

    public static bool TryParse(string text, TimeZoneInfo zone, [NotNullWhen(true)] out CronSchedule? schedule)
    {
        schedule = null;
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (5 or 6))
        {
            return false;
        }

        var (second, minuteOn) = fields.Length == 6 ? (fields[0], fields[1..]) : ("0", fields);
        var isBoth = minuteOn[2] is not ("*" or "?") && minuteOn[4] is not ("*" or "?");
        var ofMonth = isBoth ? [minuteOn[0], minuteOn[1], minuteOn[2], minuteOn[3], "*"] : minuteOn;
        var ofWeek = isBoth ? [minuteOn[0], minuteOn[1], "*", minuteOn[3], minuteOn[4]] : minuteOn;
        if (!TryRead(second, ofMonth, out var dayOfMonth) || !TryRead(second, ofWeek, out var dayOfWeek))
        {
            return false;
        }

        schedule = new CronSchedule(text, dayOfMonth, isBoth ? dayOfWeek : null, zone);
        return true;
    }

    /// <summary>The first occurrence after an instant; null if there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        // The wall clock is given to Quartz as if it were UTC, so that its own rules for clock changes do not apply.
        var wall = new DateTimeOffset(TimeZoneInfo.ConvertTime(after, _zone).DateTime, TimeSpan.Zero);
        for (var attempt = 0; attempt < MaximumTries; attempt++)
        {
            if (_dayOfMonth.GetNextValidTimeAfter(wall) is not { } next)
            {
                return null;
            }

            wall = next;
            if (_dayOfWeek is not null && !_dayOfWeek.IsSatisfiedBy(wall))
            {
                // No other occurrence of this day can match: go on at its end.
                wall = new DateTimeOffset(wall.Date.AddDays(1).AddSeconds(-1), TimeSpan.Zero);
                continue;
            }

            var instant = InstantOf(wall.DateTime);
            if (instant > after)
            {
                return instant;
            }
        }

        return null;
    }

    private static bool TryRead(string second, string[] fields, [NotNullWhen(true)] out CronExpression? expression)
    {
        expression = null;
        if (!CronExpression.TryParse(string.Join(' ', fields), CronFormat.Unix, out var unix) || unix is null)
        {
            return false;
        }

        var quartz = unix.CronExpressionString;
        if (!CronExpression.TryParse(string.Concat(second, quartz.AsSpan(quartz.IndexOf(' ', StringComparison.Ordinal))), out var read)
            || read is null)
        {
            return false;
        }

        expression = read.WithTimeZone(TimeZoneInfo.Utc);
        return true;
    }

    private DateTimeOffset InstantOf(DateTime wall)
    {
        var time = DateTime.SpecifyKind(wall, DateTimeKind.Unspecified);
        if (_zone.IsInvalidTime(time))
        {
            // Step to the end of the gap: gaps are whole minutes.
            time = time.AddSeconds(-time.Second);
            while (_zone.IsInvalidTime(time))
            {
                time = time.AddMinutes(1);
            }
        }

        var offset = _zone.IsAmbiguousTime(time) ? _zone.GetAmbiguousTimeOffsets(time).Max() : _zone.GetUtcOffset(time);
        return new DateTimeOffset(time, offset);
    }
}
