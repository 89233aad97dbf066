namespace Muster.Scenarios.Tests.Twins;

/// <summary>Positions, missions, arrivals and departures by the clock (rolemodel.md 5.3, 7): contract, position and mission are sections of a record.</summary>
public sealed class PositionTests
{
    [Fact]
    public async Task Positions_AreFollowedByTheClock()
    {
        using var world = new TwinWorld("Positions");
        await world.LoadAsync("2026-02-10T08:00:00Z");

        // a: two positions with a gap: the department of the former stays, the location does not.
        Assert.Equal(
            ["d1 PolicyApproved 20260101-20260401", "d2 PolicyApproved 20260401-20261231", "l1 PolicyApproved 20260201-20260301", "l2 PolicyApproved 20260401-20260601"],
            world.Groups("a"));

        // b: two at a time; c: no dates of its own; d: a position that is not kept; g: the contract of last year does not count; h: a mission
        // from a day before to two days after, and a draft that is left out.
        Assert.Equal(["d1 PolicyApproved 20260101-20260901", "d2 PolicyApproved 20260301-20260501"], world.Groups("b"));
        Assert.Equal(["d1 PolicyApproved 20260115-20260801", "l1 PolicyApproved 20260115-20260801"], world.Groups("c"));
        Assert.Equal(["d1 PolicyApproved 20260201-20260220", "d2 PolicyApproved 20260220-20261201"], world.Groups("d"));
        Assert.Equal(["d2 PolicyApproved 20260101-"], world.Groups("g"));
        Assert.Equal(["d1 PolicyApproved 20260101-", "m1 PolicyApproved 20260228-20260313"], world.Groups("h"));
        Assert.Empty(world.Accounts("i"));

        // e comes on 20 March, has the account a month before, and its order leaves two days before that. f leaves on 15 February.
        Assert.Equal(["- PolicyApproved Pending"], world.Accounts("e"));
        await world.StepAsync("2026-02-15T23:59:00Z");
        Assert.Equal(["- PolicyApproved Pending"], world.Accounts("e"));
        Assert.Equal(["d2 Cancellation 20250101-20260215", "l2 Cancellation 20250101-20260215"], world.Groups("f"));
        await world.StepAsync("2026-02-16T00:00:01Z");
        Assert.Equal(["- PolicyApproved Executed"], world.Accounts("e"));
        Assert.Equal("gone PolicyApproved Verified", world.Value("f", "description"));
        Assert.Equal(["people PolicyApproved 20241202-20260814"], world.Links("f", "parent").Select(l => l.Replace("- ", "people ", StringComparison.Ordinal)));

        await world.StepAsync("2026-03-20T00:00:05Z");
        Assert.Equal("here PolicyApproved Executed", world.Value("e", "description"));
        await world.StepAsync("2026-08-14T00:00:05Z");
        Assert.Equal(["f Cancellation Executed"], world.Accounts("f"));
        await world.StepAsync("2026-08-15T00:00:05Z");
        Assert.Empty(world.Accounts("f"));
        await world.AssertSettledAsync();
    }
}
