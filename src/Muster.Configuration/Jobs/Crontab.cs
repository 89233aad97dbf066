using System.Globalization;

namespace Muster.Configuration.Jobs;

/// <summary>
/// A schedule of the format (jobs.md 2.1): six fields <c>second minute hour day month day-of-week</c>, or five without seconds, which means
/// second 0. A field is <c>*</c>, a value, a range <c>1-5</c>, each with a step (<c>*/15</c>, <c>10-50/5</c>, <c>5/15</c>), or a list of these
/// by commas; months and days of the week may be English names (<c>JAN</c>, <c>Monday</c>), Sunday is 0. A time fits when all fields fit.
/// </summary>
public sealed record Crontab
{
    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] WeekDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly Field[] Fields =
    [
        new("second", 0, 59, []), new("minute", 0, 59, []), new("hour", 0, 23, []), new("day", 1, 31, []), new("month", 1, 12, Months),
        new("day of the week", 0, 6, WeekDays),
    ];

    private Crontab(IReadOnlyList<IReadOnlyList<int>> values) => Values = values;

    public IReadOnlyList<int> Seconds => Values[0];

    public IReadOnlyList<int> Minutes => Values[1];

    public IReadOnlyList<int> Hours => Values[2];

    public IReadOnlyList<int> Days => Values[3];

    /// <summary>1 is January.</summary>
    public IReadOnlyList<int> MonthsOfYear => Values[4];

    /// <summary>0 is Sunday.</summary>
    public IReadOnlyList<int> DaysOfWeek => Values[5];

    /// <summary>True if there are hours in which it fires more than once (a frequent job, jobs.md 1.1).</summary>
    public bool IsMoreThanHourly => Seconds.Count * Minutes.Count > 1;

    private IReadOnlyList<IReadOnlyList<int>> Values { get; }

    /// <summary>Reads a schedule; where it cannot be read, the error says which field is wrong and why.</summary>
    public static bool TryParse(string text, out Crontab? schedule, out string error)
    {
        ArgumentNullException.ThrowIfNull(text);
        schedule = null;
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is not (5 or 6))
        {
            error = $"it has {parts.Length.ToString(CultureInfo.InvariantCulture)} field(s) and must have five, or six with seconds first";
            return false;
        }

        string[] six = parts.Length == 6 ? parts : ["0", .. parts];
        var values = new IReadOnlyList<int>[six.Length];
        for (var index = 0; index < six.Length; index++)
        {
            if (!Fields[index].TryParse(six[index], out values[index], out error))
            {
                return false;
            }
        }

        schedule = new Crontab(values);
        error = "";
        return true;
    }

    /// <summary>One field: its name for messages, its bounds, and the names of its values from the lowest on.</summary>
    private sealed record Field(string Name, int Lowest, int Highest, string[] Names)
    {
        public bool TryParse(string text, out IReadOnlyList<int> values, out string error)
        {
            var set = new SortedSet<int>();
            values = [];
            foreach (var item in text.Split(','))
            {
                if (!TryParseItem(item, out var from, out var to, out var step, out error))
                {
                    return false;
                }

                for (var value = from; value <= to; value += step)
                {
                    set.Add(value);
                }
            }

            values = [.. set];
            error = "";
            return true;
        }

        private bool TryParseItem(string item, out int from, out int to, out int step, out string error)
        {
            (from, to, step) = (Lowest, Highest, 1);
            var slash = item.IndexOf('/', StringComparison.Ordinal);
            var range = slash < 0 ? item : item[..slash];
            if (slash >= 0 && !(int.TryParse(item.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) &&
                step >= 1 && step <= Highest))
            {
                error = $"the step of '{item}' in the field of the {Name} is no number from 1 to {Text(Highest)}";
                return false;
            }

            error = "";
            if (range == "*")
            {
                return true;
            }

            var dash = range.IndexOf('-', StringComparison.Ordinal);
            if (!TryParseValue(dash < 0 ? range : range[..dash], out from, out error))
            {
                return false;
            }

            if (dash < 0)
            {
                to = slash < 0 ? from : Highest;
                return true;
            }

            if (!TryParseValue(range[(dash + 1)..], out to, out error))
            {
                return false;
            }

            error = from <= to ? "" : $"the range '{range}' in the field of the {Name} ends before it starts";
            return from <= to;
        }

        private bool TryParseValue(string text, out int value, out string error)
        {
            error = "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value))
            {
                if (value >= Lowest && value <= Highest)
                {
                    return true;
                }

                error = $"'{text}' in the field of the {Name} is not between {Text(Lowest)} and {Text(Highest)}";
                return false;
            }

            var place = text.Length < 3 ? -1 : Array.FindIndex(Names, n => n.StartsWith(text, StringComparison.OrdinalIgnoreCase));
            value = Lowest + place;
            if (place < 0)
            {
                error = $"'{text}' in the field of the {Name} cannot be read";
            }

            return place >= 0;
        }

        private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
