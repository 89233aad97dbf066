using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>A span of time, in UTC: <paramref name="Start"/> belongs to it, <paramref name="End"/> does not.</summary>
internal readonly record struct Period(DateTime Start, DateTime End)
{
    public static Period Always { get; } = new(SentinelDates.Minimum, SentinelDates.Maximum);

    public bool IsEmpty => End <= Start;

    public bool Contains(DateTime instant) => Start <= instant && instant < End;

    public bool Overlaps(Period other) => Start < other.End && other.Start < End;

    public Period Intersect(Period other) => new(Start > other.Start ? Start : other.Start, End < other.End ? End : other.End);

    /// <summary>What is left of the period outside another one.</summary>
    public IEnumerable<Period> Without(Period hole)
    {
        if (!Overlaps(hole))
        {
            yield return this;
            yield break;
        }

        if (Start < hole.Start)
        {
            yield return new Period(Start, hole.Start);
        }

        if (hole.End < End)
        {
            yield return new Period(hole.End, End);
        }
    }

    /// <summary>Touching or overlapping periods become one; the result is in order (rolemodel.md 7.1).</summary>
    public static List<Period> Union(IEnumerable<Period> periods)
    {
        var united = new List<Period>();
        foreach (var period in periods.Where(p => !p.IsEmpty).OrderBy(p => p.Start).ThenBy(p => p.End))
        {
            if (united.Count > 0 && period.Start <= united[^1].End)
            {
                united[^1] = new Period(united[^1].Start, period.End > united[^1].End ? period.End : united[^1].End);
            }
            else
            {
                united.Add(period);
            }
        }

        return united;
    }

    /// <summary>What is left of periods outside others.</summary>
    public static List<Period> Subtract(List<Period> periods, IEnumerable<Period> without)
    {
        var rest = periods;
        foreach (var hole in without)
        {
            rest = [.. rest.SelectMany(p => p.Without(hole))];
        }

        return rest;
    }
}
