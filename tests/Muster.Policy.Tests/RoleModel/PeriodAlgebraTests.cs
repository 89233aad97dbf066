using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>
/// The facts of rolemodel.md 5.3, one by one. Records have a contract (the default section, with a value) and a position (with a value); days are
/// those of 2026.
/// </summary>
public sealed class PeriodAlgebraTests
{
    private static readonly SectionRules Contract = new() { IsDefault = true, IsExtendable = true, ExtendableValues = [true] };

    private static readonly SectionRules Position = new() { IsExtendable = true, KeepsMissingDates = true, ExtendableValues = [true] };

    private static DateTime? On(int? day) => day is { } number ? new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(number - 1) : null;

    private static readonly DateTime Now = On(1)!.Value;

    private static RecordPart Part(int? start, int? end, string? value, string? instance = null, string sortKey = "") =>
        new(On(start), On(end), instance, sortKey, [value]);

    private static DatedRecord Record(string key, params RecordPart[] parts) => new(key, parts);

    private static Composition Compose(SectionRules position, params DatedRecord[] records) =>
        PeriodAlgebra.Compose([Contract, position], records, Now);

    private static string Text(DateTime date) =>
        date == SentinelDates.Minimum ? "-" : date == SentinelDates.Maximum ? "+" : $"{(date - On(1)!.Value).Days + 1}";

    private static string[] Texts(Composition composition) =>
        [.. composition.Contexts.Select(c => $"{Text(c.Period.Start)}..{Text(c.Period.End)} {string.Join('/', c.Values.Select(v => v ?? "none"))}")];

    [Fact]
    public void OneRecord_GivesOneContext() =>
        Assert.Equal(["10..20 staff/clerk"], Texts(Compose(Position, Record("1", Part(10, 20, "staff"), Part(10, 20, "clerk")))));

    [Fact]
    public void MissingDates_OfTheDefaultSection_AreWithoutBound() =>
        Assert.Equal(["-..+ staff/clerk"], Texts(Compose(Position, Record("1", Part(null, null, "staff"), Part(null, null, "clerk")))));

    [Fact]
    public void PreviousPosition_IsExtendedByDefault() =>
        Assert.Equal(
            ["10..20 staff/clerk", "20..30 staff/chief"],
            Texts(Compose(Position, Record("1", Part(10, 30, "staff"), Part(10, 15, "clerk")), Record("2", Part(10, 30, "staff"), Part(20, 25, "chief")))));

    [Fact]
    public void NextPosition_IsAnticipatedIfThereIsNoPrevious() =>
        Assert.Equal(["10..30 staff/clerk"], Texts(Compose(Position, Record("1", Part(10, 30, "staff"), Part(20, 30, "clerk")))));

    [Fact]
    public void SectionWithExtensionKindNone_IsNeverExtended() =>
        Assert.Equal(
            ["10..12 staff/none", "12..15 staff/clerk", "15..20 staff/none", "20..25 staff/clerk", "25..30 staff/none"],
            Texts(Compose(
                Position with { IsExtendable = false },
                Record("1", Part(10, 30, "staff"), Part(12, 15, "clerk")),
                Record("2", Part(10, 30, "staff"), Part(20, 25, "clerk")))));

    [Fact]
    public void PropertyWithExtensionKindNone_IsNotCopiedWithItsSection()
    {
        var position = Position with { ExtendableValues = [true, false] };
        var record = Record("1", Part(10, 30, "staff"), new RecordPart(On(10), On(20), null, "", ["clerk", "room 5"]));

        Assert.Equal(["10..20 staff/clerk/room 5", "20..30 staff/clerk/none"], Texts(Compose(position, record)));
    }

    [Fact]
    public void SimultaneousPositions_GiveSimultaneousContexts() =>
        Assert.Equal(
            ["10..30 staff/clerk", "20..30 staff/chief"],
            Texts(Compose(
                Position,
                Record("1", Part(10, 30, "staff"), Part(10, 30, "clerk", "A")),
                Record("2", Part(10, 30, "staff"), Part(20, 30, "chief", "B")))));

    /// <summary>Two contracts and two positions at a time: each with each.</summary>
    [Fact]
    public void ManyContexts_ComeFromFewRecords() =>
        Assert.Equal(
            ["10..30 intern/chief", "10..30 intern/clerk", "10..30 staff/chief", "10..30 staff/clerk"],
            Texts(Compose(
                Position,
                Record("1", Part(10, 30, "staff", "C1"), Part(10, 30, "clerk", "P1")),
                Record("2", Part(10, 30, "intern", "C2"), Part(10, 30, "chief", "P2")))).Order(StringComparer.Ordinal));

    [Fact]
    public void OneInstance_GivesOneContextAtATime() =>
        Assert.Equal(
            ["10..25 staff/clerk", "25..30 staff/chief"],
            Texts(Compose(
                Position,
                Record("1", Part(10, 30, "staff"), Part(10, 25, "clerk", "P")),
                Record("2", Part(10, 30, "staff"), Part(20, 30, "chief", "P")))));

    [Fact]
    public void Release5211_EndedRecordsAreDroppedBesideACurrentOne()
    {
        DatedRecord[] records = [Record("1", Part(-100, -50, "intern"), Part(-100, -50, "clerk")), Record("2", Part(-10, 30, "staff"), Part(20, 30, "chief"))];

        // Dropped: the position of the former contract is not extended into the present one.
        Assert.Equal(["-10..30 staff/chief"], Texts(Compose(Position, records)));
        Assert.Equal(["-100..-50 intern/clerk"], Texts(Compose(Position, records[0])));
        Assert.Equal([On(-50)!.Value, On(30)!.Value], Compose(Position, records).Bounds);
    }

    [Fact]
    public void Release5211_EndedRecordsAreDroppedBesideAFutureOne() =>
        Assert.Equal(
            ["10..30 staff/chief"],
            Texts(Compose(Position, Record("1", Part(-100, -50, "intern"), Part(-100, -50, "clerk")), Record("2", Part(10, 30, "staff"), Part(20, 30, "chief")))));

    [Fact]
    public void Boundaries_AlwaysHaveAContext_ThoughNoSectionHasValues() =>
        Assert.Equal(
            ["10..20 staff/none", "20..30 none/none", "30..40 staff/none"],
            Texts(PeriodAlgebra.Compose(
                [Contract with { IsExtendable = false }, Position with { IsExtendable = false }],
                [Record("1", Part(10, 20, "staff"), Part(50, 60, "clerk")), Record("2", Part(30, 40, "staff"), Part(50, 60, "clerk"))],
                Now)));

    /// <summary>Decision 10 of section 11: until the end of the contract, not of the last position.</summary>
    [Fact]
    public void Decision10_ContractTailWithoutPosition_EndsWithTheContract() =>
        Assert.Equal(
            ["10..20 staff/clerk", "20..30 staff/none"],
            Texts(Compose(Position with { IsExtendable = false }, Record("1", Part(10, 30, "staff"), Part(10, 20, "clerk")))));

    [Fact]
    public void DefaultBoundariesSection_IsTheValidity() =>
        Assert.Equal(
            ["12..18 staff/clerk"],
            Texts(Compose(Position with { IsDefaultBoundaries = true }, Record("1", Part(10, 30, "staff"), Part(12, 18, "clerk")))));

    /// <summary>Null dates of a section with BoundaryKind None: the first start and the last end of the default section over all records.</summary>
    [Fact]
    public void BoundaryKindNone_TakesMissingDatesFromTheDefaultSections()
    {
        var boundaries = new SectionRules { IsDefaultBoundaries = true, IsExtendable = true, ExtendableValues = [true] };
        DatedRecord[] records = [Record("1", Part(10, 20, "staff"), Part(null, null, "x")), Record("2", Part(15, 30, "staff"), Part(16, 17, "x"))];

        Assert.Equal(new Period(On(10)!.Value, On(30)!.Value), Compose(boundaries, records).Validity);
        Assert.Equal(Period.Always, Compose(boundaries with { KeepsMissingDates = true }, records).Validity);
    }

    [Theory]
    [InlineData("5", "10..20 staff/clerk", "20..30 staff/none")]
    [InlineData("4", "10..30 staff/clerk")]
    [InlineData("3", "10..30 staff/clerk")]
    public void Decision9_ExtendedSortKey_IsTheSmallestThatIsExtended(string least, params string[] expected) =>
        Assert.Equal(
            expected,
            Texts(Compose(Position with { ExtendedSortKey = least }, Record("1", Part(10, 30, "staff"), Part(10, 20, "clerk", sortKey: "4")))));

    [Fact]
    public void SortKey_DecidesFirstWhatIsExtended()
    {
        DatedRecord[] records =
        [
            Record("1", Part(10, 40, "staff"), Part(10, 15, "old", sortKey: "1")),
            Record("2", Part(10, 40, "staff"), Part(15, 20, "last", sortKey: "1")),
            Record("3", Part(10, 40, "staff"), Part(30, 40, "next", sortKey: "2")),
        ];

        Assert.Equal(["10..15 staff/old", "15..20 staff/last", "20..40 staff/next"], Texts(Compose(Position, records)));
        Assert.Equal(
            ["10..15 staff/old", "15..30 staff/last", "30..40 staff/next"],
            Texts(Compose(Position, [.. records.Select(r => new DatedRecord(r.Key, [r.Parts[0], r.Parts[1] with { SortKey = "" }]))])));
    }

    [Fact]
    public void EqualContents_AreMergedAndRememberWhoGaveThem()
    {
        var composed = Compose(
            Position,
            Record("2", Part(10, 30, "staff"), Part(10, 20, "clerk", "A", "1")),
            Record("1", Part(10, 30, "staff"), Part(20, 30, "clerk", "B", "2")));

        Assert.Equal(["10..30 staff/clerk"], Texts(composed));
        Assert.Equal([["", "1"], ["", "2"]], composed.Contexts[0].Ranks.Select(r => r.Rank.SortKeys));
    }

    [Fact]
    public void Rank_IsHighestSortKeyThenEarliestStartThenFirstRecord()
    {
        ContextRank[] inOrder =
        [
            new(["b"], On(5)!.Value, ["2"]),
            new(["a"], On(1)!.Value, ["2"]),
            new(["a"], On(1)!.Value, ["3"]),
            new(["a"], On(2)!.Value, ["1"]),
            new([""], On(1)!.Value, ["1"]),
        ];

        Assert.Equal(inOrder, inOrder.Reverse().Order());
    }

    [Fact]
    public void Records_ThatOverlapInTooManyWays_AreRefused()
    {
        var records = Enumerable.Range(0, 300).Select(n => Record($"{n}", Part(10, 30, $"c{n}"), Part(10, 30, $"p{n}"))).ToArray();

        var composed = Compose(Position, records);

        Assert.True(composed.IsTooMuch);
        Assert.Empty(composed.Contexts);
    }

    [Fact]
    public void NoRecordWithAPeriod_GivesNothing()
    {
        Assert.Equal(Texts(Compose(Position)), Texts(Compose(Position, Record("1", Part(20, 10, "staff"), Part(null, null, "clerk")))));
        Assert.Null(Compose(Position, Record("1", Part(20, 10, "staff"), Part(null, null, "clerk"))).Validity);
    }

    /// <summary>The tables of docs/records.md, in months.</summary>
    [Fact]
    public void Documentation_ExampleOfPositions_IsTrue() =>
        Assert.Equal(
            ["1..2 staff/Sales/none", "2..5 staff/Sales/Lyon", "4..9 staff/IT/Paris", "9..13 staff/IT/none"],
            Texts(Compose(
                Position with { ExtendableValues = [true, false] },
                Record("1", Part(1, 13, "staff"), new RecordPart(On(2), On(5), "P1", "1", ["Sales", "Lyon"])),
                Record("2", Part(1, 13, "staff"), new RecordPart(On(4), On(9), "P2", "1", ["IT", "Paris"])))));
}
