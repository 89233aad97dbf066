using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>What holds of the contexts of any records (rolemodel.md 5.3), against an algebra that knows one instant at a time.</summary>
public sealed class PeriodAlgebraProperties
{
    private static readonly DateTime Day0 = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly DateTime Now = Day0.AddDays(6);

    private sealed record World(IReadOnlyList<SectionRules> Sections, IReadOnlyList<DatedRecord> Records)
    {
        public override string ToString() =>
            string.Join('\n', Sections.Select(s => $"{s} [{string.Join(',', s.ExtendableValues)}]").Concat(Records.Select(r =>
                $"{r.Key}: " + string.Join(" | ", r.Parts.Select(p => string.Create(
                    CultureInfo.InvariantCulture, $"{p.Start:dd}..{p.End:dd} {p.InstanceKey}/{p.SortKey} {string.Join(',', p.Values)}"))))));
    }

    private static readonly Gen<DateTime?> Date = Gen.Frequency(
        (1, Gen.Constant((DateTime?)null)), (6, Gen.Choose(0, 12).Select(d => (DateTime?)Day0.AddDays(d))));

    private static Gen<RecordPart> Part(int values) =>
        from start in Date
        from end in Date
        from instance in Gen.Elements(null, null, "A", "B")
        from sortKey in Gen.Elements("", "1", "2", "Z")
        from texts in Gen.Elements(null, "x", "y").ArrayOf(values)
        select new RecordPart(start, end, instance, sortKey, texts);

    private static readonly Gen<SectionRules> Section =
        from keeps in Gen.Elements(true, false)
        from extends in Gen.Elements(true, true, false)
        from least in Gen.Elements(null, null, "2")
        from values in Gen.Elements(true, true, false).ArrayOf().Where(v => v.Length <= 2)
        select new SectionRules { KeepsMissingDates = keeps, IsExtendable = extends, ExtendedSortKey = least, ExtendableValues = values };

    private static readonly Gen<World> Worlds =
        from count in Gen.Choose(1, 3)
        from drawn in Section.ArrayOf(count)
        from standard in Gen.Choose(0, count - 1)
        from boundaries in Gen.Choose(-2, count - 1)
        let sections = drawn.Select((s, index) => s with { IsDefault = index == standard, IsDefaultBoundaries = index == boundaries }).ToList()
        from number in Gen.Choose(0, 4)
        from parts in Gen.CollectToList(Enumerable.Range(0, number).SelectMany(_ => sections).Select(s => Part(s.ExtendableValues.Count)))
        select new World(sections, [.. Enumerable.Range(0, number).Select(n => new DatedRecord($"{n}", [.. parts.Skip(n * count).Take(count)]))]);

    private static void Check(Action<World, Composition> assert) =>
        Prop.ForAll(Worlds.ToArbitrary(), world => assert(world, PeriodAlgebra.Compose(world.Sections, world.Records, Now)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static IEnumerable<DateTime> Instants => Enumerable.Range(-1, 15).Select(d => Day0.AddDays(d).AddHours(12));

    [Fact]
    public void Contexts_CoverTheValidityAndNothingElse() => Check((_, composed) =>
        Assert.Equal(composed.Validity is { } validity ? [validity] : [], Period.Union(composed.Contexts.Select(c => c.Period))));

    [Fact]
    public void Validity_IsTheHullOfTheBoundariesOfWhatCounts() => Check((world, composed) =>
    {
        var counting = Counting(world);
        Assert.Equal(
            counting.Count == 0 ? null : new Period(counting.Min(p => p.Start), counting.Max(p => p.End)),
            composed.Validity);
    });

    [Fact]
    public void Contexts_WithEqualValues_NeitherTouchNorOverlap() => Check((_, composed) =>
    {
        foreach (var alike in composed.Contexts.GroupBy(c => string.Join('|', c.Values.Select(v => v ?? "?"))))
        {
            Assert.Equal(alike.Count(), Period.Union(alike.Select(c => c.Period)).Count);
        }
    });

    [Fact]
    public void OrderOfTheRecords_DoesNotMatter() => Check((world, composed) =>
    {
        var other = PeriodAlgebra.Compose(world.Sections, [.. world.Records.Reverse()], Now);
        Assert.Equal(Text(composed), Text(other));
    });

    [Fact]
    public void Ranks_CoverTheirContext() => Check((_, composed) =>
        Assert.All(composed.Contexts, c => Assert.Equal([c.Period], Period.Union(c.Ranks.Select(r => r.Period)))));

    /// <summary>At each instant a context's values of a section are those of one active part; where none is, of one that may be copied, or none.</summary>
    [Fact]
    public void Values_ComeFromWhatIsActiveOrMayBeCopied() => Check((world, composed) =>
    {
        var boundaries = BoundariesOf(world);
        foreach (var instant in Instants)
        {
            var present = composed.Contexts.Where(c => c.Period.Contains(instant)).ToList();
            var slot = 0;
            foreach (var (index, rules) in world.Sections.Index())
            {
                var width = rules.ExtendableValues.Count;
                var parts = Counted(world, boundaries).Select(r => (r.Parts[index], Period: PeriodOf(world, Counted(world, boundaries), r, index))).Where(p => !p.Period.IsEmpty).ToList();
                var active = parts.Where(p => p.Period.Contains(instant)).Select(p => Line(p.Item1.Values)).ToHashSet();
                var copies = rules.IsExtendable
                    ? parts.Where(p => rules.ExtendedSortKey is null || string.CompareOrdinal(p.Item1.SortKey, rules.ExtendedSortKey) >= 0)
                        .Select(p => Line(p.Item1.Values.Zip(rules.ExtendableValues, (v, e) => e ? v : null))).ToHashSet()
                    : [];
                var nothing = Line(Enumerable.Repeat((string?)null, width));
                foreach (var context in present)
                {
                    var values = Line(context.Values.Skip(slot).Take(width));
                    Assert.Contains(values, active.Count > 0 ? active : copies.Count > 0 ? copies : [nothing]);
                }

                // Of every instance something is there: without keys, of every part.
                if (present.Count > 0)
                {
                    var keyless = parts.Where(p => p.Item1.InstanceKey is null && p.Period.Contains(instant)).Select(p => Line(p.Item1.Values));
                    Assert.Superset(keyless.ToHashSet(), present.Select(c => Line(c.Values.Skip(slot).Take(width))).ToHashSet());
                }

                slot += width;
            }
        }
    });

    /// <summary>What is said at an instant is all pairs of what the sections say.</summary>
    [Fact]
    public void Contexts_AtAnInstant_AreAProduct() => Check((world, composed) =>
    {
        foreach (var instant in Instants)
        {
            var present = composed.Contexts.Where(c => c.Period.Contains(instant)).ToList();
            var expected = 1;
            var slot = 0;
            foreach (var width in world.Sections.Select(s => s.ExtendableValues.Count))
            {
                expected *= present.Select(c => Line(c.Values.Skip(slot).Take(width))).Distinct().Count();
                slot += width;
            }

            Assert.Equal(expected, present.Count == 0 ? expected : present.Count);
        }
    });

    /// <summary>Between two bounds that the algebra names, the clock alone changes nothing.</summary>
    [Fact]
    public void Clock_ChangesContextsOnlyAtTheNamedBounds() => Check((world, composed) =>
    {
        var next = composed.Bounds.Where(b => b > Now).DefaultIfEmpty(SentinelDates.Maximum).Min();
        Assert.Equal(Text(composed), Text(PeriodAlgebra.Compose(world.Sections, world.Records, next.AddSeconds(-1))));
    });

    private static string Line(IEnumerable<string?> values) => string.Join(',', values.Select(v => v ?? "-"));

    private static string Text(Composition composed) => string.Join('\n', composed.Contexts.Select(c =>
        $"{c.Period} {Line(c.Values)} {string.Join(';', c.Ranks.Select(r => $"{r.Period} {Line(r.Rank.SortKeys)} {r.Rank.Start} {Line(r.Rank.Records)}"))}"));

    private static int BoundariesOf(World world)
    {
        var index = world.Sections.ToList().FindIndex(s => s.IsDefaultBoundaries);
        return index >= 0 ? index : world.Sections.ToList().FindIndex(s => s.IsDefault);
    }

    private static List<DatedRecord> Counted(World world, int boundaries)
    {
        var periods = world.Records.Select(r => PeriodOf(world, world.Records, r, boundaries)).ToList();
        var isPast = !periods.Exists(p => !p.IsEmpty && p.End > Now);
        return [.. world.Records.Where((_, index) => !periods[index].IsEmpty && (isPast || periods[index].End > Now))];
    }

    private static List<Period> Counting(World world)
    {
        var counted = Counted(world, BoundariesOf(world));
        return [.. counted.Select(r => PeriodOf(world, counted, r, BoundariesOf(world))).Where(p => !p.IsEmpty)];
    }

    private static Period PeriodOf(World world, IReadOnlyList<DatedRecord> records, DatedRecord record, int section)
    {
        var (start, end) = (SentinelDates.Minimum, SentinelDates.Maximum);
        if (world.Sections[section] is { IsDefault: false, KeepsMissingDates: false })
        {
            var standard = world.Sections.ToList().FindIndex(s => s.IsDefault);
            var known = records.Select(r => PeriodOf(world, records, r, standard)).Where(p => !p.IsEmpty).ToList();
            (start, end) = known.Count == 0 ? (start, end) : (known.Min(p => p.Start), known.Max(p => p.End));
        }

        return new Period(record.Parts[section].Start ?? start, record.Parts[section].End ?? end);
    }
}
