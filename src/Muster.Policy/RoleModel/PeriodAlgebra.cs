using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>What the algebra has to know of a record section.</summary>
internal sealed record SectionRules
{
    public bool IsDefault { get; init; }

    public bool IsDefaultBoundaries { get; init; }

    /// <summary>Missing dates are without bound; false: they are those of the default section over all records.</summary>
    public bool KeepsMissingDates { get; init; }

    public bool IsExtendable { get; init; }

    /// <summary>The smallest sort key that is extended; null: any.</summary>
    public string? ExtendedSortKey { get; init; }

    /// <summary>For each value of the section, whether it may be copied.</summary>
    public IReadOnlyList<bool> ExtendableValues { get; init; } = [];
}

/// <summary>What a record says of a section.</summary>
/// <param name="Start">Null: missing.</param>
/// <param name="End">Null: missing.</param>
/// <param name="InstanceKey">Null: the dates and values are the key.</param>
/// <param name="SortKey">Empty: none.</param>
/// <param name="Values">As many as the section has.</param>
internal sealed record RecordPart(DateTime? Start, DateTime? End, string? InstanceKey, string SortKey, IReadOnlyList<string?> Values);

/// <summary>A record with what it says of each section, in the order of the sections.</summary>
/// <param name="Key">Names the record by its content.</param>
internal sealed record DatedRecord(string Key, IReadOnlyList<RecordPart> Parts);

/// <summary>A context that the algebra found.</summary>
/// <param name="Values">Those of all sections, one section after the other.</param>
/// <param name="Ranks">The whole period, divided where another record gives the same values.</param>
internal sealed record ComposedContext(Period Period, IReadOnlyList<string?> Values, IReadOnlyList<RankedPeriod> Ranks);

/// <summary>What the records of an owner come to.</summary>
/// <param name="Validity">From when to when the owner takes part; null: never.</param>
/// <param name="Bounds">When one of the records ends, so that it may count no more.</param>
/// <param name="IsTooMuch">There would be more contexts than can be meant.</param>
internal sealed record Composition(IReadOnlyList<ComposedContext> Contexts, Period? Validity, IReadOnlyList<DateTime> Bounds, bool IsTooMuch = false);

/// <summary>
/// The period algebra (rolemodel.md 5.3): records whose properties are divided into sections, each with dates of its own, become contexts that hold
/// for a time. A function of what it is given: no store, no clock, and the order of the records does not matter.
/// </summary>
internal static class PeriodAlgebra
{
    /// <summary>Records that overlap in many sections multiply: beyond this many combinations somebody made a mistake.</summary>
    public const int MaximumCombinations = 20_000;

    public static Composition Compose(IReadOnlyList<SectionRules> sections, IReadOnlyList<DatedRecord> records, DateTime now)
    {
        var boundaries = Index(sections, s => s.IsDefaultBoundaries) ?? Index(sections, s => s.IsDefault) ?? 0;
        var validities = Parts(sections, records, boundaries);
        var bounds = validities.Where(p => !p.Period.IsEmpty).Select(p => p.Period.End).Distinct().Order().ToList();
        var isPast = !bounds.Exists(b => b > now);

        // As long as one record is or will be valid, those that ended in the past do not count; one that ends before it starts never does.
        records = [.. records.Zip(validities).Where(r => !r.Second.Period.IsEmpty && (isPast || r.Second.Period.End > now)).Select(r => r.First)];
        var parts = sections.Select((_, section) => Parts(sections, records, section).Where(p => !p.Period.IsEmpty).ToList()).ToList();
        if (parts[boundaries].Count == 0)
        {
            return new Composition([], null, bounds);
        }

        var validity = new Period(parts[boundaries].Min(p => p.Period.Start), parts[boundaries].Max(p => p.Period.End));
        return Contexts(sections, parts, validity) is { } contexts
            ? new Composition(contexts, validity, bounds)
            : new Composition([], validity, bounds, IsTooMuch: true);
    }

    private static int? Index(IReadOnlyList<SectionRules> sections, Func<SectionRules, bool> wanted)
    {
        for (var index = 0; index < sections.Count; index++)
        {
            if (wanted(sections[index]))
            {
                return index;
            }
        }

        return null;
    }

    /// <summary>A section of one record, with its dates.</summary>
    private sealed record Part(string Record, Period Period, RecordPart Of)
    {
        /// <summary>What belongs together: parts with the same key, else with the same dates and values.</summary>
        public bool IsSameInstance(Part other) =>
            Of.InstanceKey is { } key
                ? key == other.Of.InstanceKey
                : other.Of.InstanceKey is null && Period == other.Period && Of.Values.SequenceEqual(other.Of.Values);

        /// <summary>The highest sort key, then the earliest start, then the first record.</summary>
        public static int Compare(Part left, Part right)
        {
            var order = string.CompareOrdinal(right.Of.SortKey, left.Of.SortKey);
            order = order != 0 ? order : left.Period.Start.CompareTo(right.Period.Start);
            return order != 0 ? order : string.CompareOrdinal(left.Record, right.Record);
        }
    }

    /// <summary>The parts of all records for a section, with missing dates replaced; also empty ones.</summary>
    private static List<Part> Parts(IReadOnlyList<SectionRules> sections, IReadOnlyList<DatedRecord> records, int section)
    {
        var missing = Period.Always;
        if (!sections[section].KeepsMissingDates && !sections[section].IsDefault && Index(sections, s => s.IsDefault) is { } standard)
        {
            var known = records.Select(r => Of(r.Parts[standard], Period.Always)).Where(p => !p.IsEmpty).ToList();
            missing = known.Count == 0 ? missing : new Period(known.Min(p => p.Start), known.Max(p => p.End));
        }

        return [.. records.Select(r => new Part(r.Key, Of(r.Parts[section], missing), r.Parts[section]))];
    }

    private static Period Of(RecordPart part, Period missing) => new(Bounded(part.Start ?? missing.Start), Bounded(part.End ?? missing.End));

    private static DateTime Bounded(DateTime date) =>
        date < SentinelDates.Minimum ? SentinelDates.Minimum : date > SentinelDates.Maximum ? SentinelDates.Maximum : date;

    /// <summary>What one section gives an interval: values, and whose.</summary>
    private sealed record Choice(IReadOnlyList<string?> Values, string SortKey, string Record);

    /// <summary>Null: too many.</summary>
    private static List<ComposedContext>? Contexts(IReadOnlyList<SectionRules> sections, List<List<Part>> parts, Period validity)
    {
        var cuts = Cuts(parts, validity);
        var intervals = new List<(Period Period, List<Choice>[] Choices)>(cuts.Count);
        var combinations = 0L;
        for (var index = 0; index + 1 < cuts.Count; index++)
        {
            var interval = new Period(cuts[index], cuts[index + 1]);
            var choices = new List<Choice>[sections.Count];
            var product = 1L;
            for (var section = 0; section < choices.Length; section++)
            {
                choices[section] = Choices(sections[section], parts[section], interval);
                product = Math.Min(product * choices[section].Count, MaximumCombinations + 1L);
            }

            intervals.Add((interval, choices));
            combinations += product;
            if (combinations > MaximumCombinations)
            {
                return null;
            }
        }

        return combinations == intervals.Count ? Single(intervals) : Several(intervals);
    }

    private static List<DateTime> Cuts(List<List<Part>> parts, Period validity)
    {
        var cuts = new List<DateTime> { validity.Start, validity.End };
        foreach (var section in parts)
        {
            foreach (var part in section)
            {
                cuts.Add(part.Period.Start);
                cuts.Add(part.Period.End);
            }
        }

        cuts.RemoveAll(c => c < validity.Start || c > validity.End);
        cuts.Sort();
        var last = 0;
        for (var index = 1; index < cuts.Count; index++)
        {
            if (cuts[index] != cuts[last])
            {
                cuts[++last] = cuts[index];
            }
        }

        cuts.RemoveRange(last + 1, cuts.Count - last - 1);
        return cuts;
    }

    /// <summary>
    /// One thing holds at each time, as with most people: intervals that follow one another with the same values are one context. The same as
    /// <see cref="Several"/>.
    /// </summary>
    private static List<ComposedContext> Single(List<(Period Period, List<Choice>[] Choices)> intervals)
    {
        var contexts = new List<ComposedContext>();
        for (var first = 0; first < intervals.Count;)
        {
            var values = ValuesOf(intervals[first].Choices);
            var end = first + 1;
            while (end < intervals.Count && ValuesOf(intervals[end].Choices).SequenceEqual(values, StringComparer.Ordinal))
            {
                end++;
            }

            var period = new Period(intervals[first].Period.Start, intervals[end - 1].Period.End);
            var ranks = new RankedPeriod[end - first];
            for (; first < end; first++)
            {
                var choices = intervals[first].Choices;
                ranks[^(end - first)] = new RankedPeriod(
                    intervals[first].Period,
                    new ContextRank(Array.ConvertAll(choices, c => c[0].SortKey), period.Start, Array.ConvertAll(choices, c => c[0].Record)));
            }

            contexts.Add(new ComposedContext(period, values, ranks));
        }

        return contexts;
    }

    private static string?[] ValuesOf(List<Choice>[] choices)
    {
        var values = new string?[choices.Sum(c => c[0].Values.Count)];
        var at = 0;
        foreach (var choice in choices)
        {
            foreach (var value in choice[0].Values)
            {
                values[at++] = value;
            }
        }

        return values;
    }

    private static List<ComposedContext> Several(List<(Period Period, List<Choice>[] Choices)> intervals)
    {
        var found = new Dictionary<Values, List<(Period Period, IReadOnlyList<Choice> Of)>>();
        foreach (var (interval, choices) in intervals)
        {
            foreach (var combination in Product(choices))
            {
                var values = new Values([.. combination.SelectMany(c => c.Values)]);
                if (!found.TryGetValue(values, out var spans))
                {
                    found.Add(values, spans = []);
                }

                spans.Add((interval, combination));
            }
        }

        return
        [
            .. found.SelectMany(f => Merged(f.Key.Of, f.Value))
                .OrderBy(c => c.Period.Start).ThenBy(c => c.Ranks[0].Rank).ThenBy(c => string.Join('\u0001', c.Values), StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// What holds in an interval. Nothing holds: the values of another instance where they may be copied, else none. Of one instance one part
    /// counts, and instances with the same values are one choice.
    /// </summary>
    private static List<Choice> Choices(SectionRules rules, List<Part> parts, Period interval)
    {
        var active = parts.FindAll(p => p.Period.Contains(interval.Start));
        if (active.Count == 0)
        {
            return [Extended(rules, parts, interval)];
        }

        if (active.Count == 1)
        {
            return [new Choice(active[0].Of.Values, active[0].Of.SortKey, active[0].Record)];
        }

        active.Sort(Part.Compare);
        var choices = new Dictionary<Values, Choice>();
        var chosen = new List<Part>();
        foreach (var part in active)
        {
            if (!chosen.Exists(part.IsSameInstance))
            {
                chosen.Add(part);
                choices.TryAdd(new Values(part.Of.Values), new Choice(part.Of.Values, part.Of.SortKey, part.Record));
            }
        }

        return [.. choices.Values];
    }

    /// <summary>The highest sort key decides first, then the instance before the interval (the last to end), then the next to start.</summary>
    private static Choice Extended(SectionRules rules, List<Part> parts, Period interval)
    {
        var nothing = new Choice([.. rules.ExtendableValues.Select(_ => (string?)null)], "", "");
        if (!rules.IsExtendable)
        {
            return nothing;
        }

        var candidate = parts
            .Where(p => rules.ExtendedSortKey is not { } least || string.CompareOrdinal(p.Of.SortKey, least) >= 0)
            .OrderByDescending(p => p.Of.SortKey, StringComparer.Ordinal)
            .ThenBy(p => p.Period.End <= interval.Start ? interval.Start - p.Period.End : TimeSpan.MaxValue)
            .ThenBy(p => p.Period.Start)
            .ThenBy(p => p.Record, StringComparer.Ordinal)
            .FirstOrDefault();
        return candidate is null
            ? nothing
            : new Choice(
                [.. candidate.Of.Values.Zip(rules.ExtendableValues, (value, isExtendable) => isExtendable ? value : null)], candidate.Of.SortKey, candidate.Record);
    }

    private static IEnumerable<IReadOnlyList<Choice>> Product(IEnumerable<List<Choice>> choices)
    {
        IEnumerable<IReadOnlyList<Choice>> product = [[]];
        foreach (var choice in choices)
        {
            product = product.SelectMany(p => choice.Select(c => (IReadOnlyList<Choice>)[.. p, c]));
        }

        return product;
    }

    /// <summary>Intervals that touch become one context; in each part of it the best of those that give its values counts.</summary>
    private static IEnumerable<ComposedContext> Merged(IReadOnlyList<string?> values, List<(Period Period, IReadOnlyList<Choice> Of)> spans)
    {
        foreach (var period in Period.Union(spans.Select(s => s.Period)))
        {
            var ranks = spans.Where(s => period.Overlaps(s.Period))
                .GroupBy(s => s.Period, s => new ContextRank([.. s.Of.Select(c => c.SortKey)], period.Start, [.. s.Of.Select(c => c.Record)]))
                .Select(g => new RankedPeriod(g.Key, g.Min()!))
                .OrderBy(r => r.Period.Start);
            yield return new ComposedContext(period, values, [.. ranks]);
        }
    }

    /// <summary>Values that compare by content.</summary>
    private readonly record struct Values(IReadOnlyList<string?> Of)
    {
        public bool Equals(Values other) => Of.SequenceEqual(other.Of, StringComparer.Ordinal);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var value in Of)
            {
                hash.Add(value, StringComparer.Ordinal);
            }

            return hash.ToHashCode();
        }
    }
}
