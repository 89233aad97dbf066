using System.Globalization;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;

namespace Muster.Synchronization.Tests;

/// <summary>Initial loads into empty tables, and complete deliveries compared by hash: whatever the order and the faults of their files.</summary>
public class BulkTests
{
    /// <summary>More than the window in which links find their rows.</summary>
    private const int Many = 10_000;

    [Fact]
    public void Initial_RepeatedKey_FirstRowCounts()
    {
        using var world = new SyncWorld();

        world.Apply(
            "HR",
            SynchronizationMode.Initial,
            SyncWorld.Entities("Person", SyncModel.Person, ["P2", "Bob", "bob", "1"], ["P1", "Ann", "ann", "1"], ["P2", "Other", "other", "2"]));

        Assert.Equal((2, 1), (world.Reporter["resourcesInserted"], world.Reporter["resourcesSkipped"]));
        Assert.Equal(["Ann", "Bob"], world.Query("SELECT \"p_Name\" FROM \"r_Person\" ORDER BY 1", r => r.GetString(0)));
    }

    [Fact]
    public void Initial_LinksInOtherOrder_AreTheSame()
    {
        using var ordered = new SyncWorld();
        using var shuffled = new SyncWorld();
        ordered.Apply("HR", SynchronizationMode.Initial, Files(n => n));

        // Neighbours far apart, rows that no person has, and some people without organisation.
        shuffled.Apply("HR", SynchronizationMode.Initial, Files(n => (n * 7919) % Many));

        Assert.Equal(ordered.Reporter["linksInserted"], shuffled.Reporter["linksInserted"]);
        Assert.Equal(2, shuffled.Reporter["linksPending"]);
        Assert.Equal(ordered.State(), shuffled.State());
    }

    [Fact]
    public void Initial_TwoRowsForOneOwner_FirstCounts()
    {
        using var world = new SyncWorld();

        world.Apply(
            "HR",
            SynchronizationMode.Initial,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", "1"]),
            SyncWorld.Entities("Org", SyncModel.Org, ["O1", "Sales"], ["O2", "Legal"]),
            SyncWorld.Links("Person_Org", ("O1", "P1"), ("O2", "P1"), (null, "P1")));

        Assert.Equal((1, 0), (world.Reporter["linksInserted"], world.Reporter["linksPending"]));
        Assert.Equal(["O1"], world.Query("SELECT o.\"p_Code\" FROM \"r_Person\" p JOIN \"r_Org\" o ON o.id = p.\"n_Org\"", r => r.GetString(0)));
    }

    [Fact]
    public void Initial_ValueOfOtherType_NamesRowAndLeavesNothing()
    {
        using var world = new SyncWorld();
        world.Offer("HR", SynchronizationMode.Initial, SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", "1"], ["P2", "Bob", "bob", "much"]));

        var failure = Assert.Throws<TaskFailedException>(() => world.Synchronize("HR"));

        Assert.Contains("'P2'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'much'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM \"r_Person\""));
    }

    [Fact]
    public void Complete_OtherOrder_FindsTheSameDifferences()
    {
        using var world = new SyncWorld();
        world.Apply("HR", SynchronizationMode.Complete, Files(n => n));

        world.Apply("HR", SynchronizationMode.Complete, Files(n => (n * 7919) % Many, changed: 5));

        Assert.Equal(
            (5, 0, 0, Many + 5),
            (world.Reporter["resourcesUpdated"], world.Reporter["resourcesInserted"], world.Reporter["resourcesDeleted"], world.Reporter["resourcesUnchanged"]));
        Assert.Equal((0, 0), (world.Reporter["linksInserted"], world.Reporter["linksDeleted"]));
        Assert.Equal(2, world.Reporter["orphans"]);
    }

    private static TestFile[] Files(Func<int, int> order, int changed = 0) =>
    [
        SyncWorld.Entities(
            "Person",
            SyncModel.Person,
            [.. Enumerable.Range(0, Many).Select(order).Select(n => new[] { Key(n), n < changed ? "changed" : $"Name {n}", $"l{n}", "1" })]),
        SyncWorld.Entities("Org", SyncModel.Org, [.. Enumerable.Range(0, 10).Select(n => new[] { $"O{n}", "t" })]),
        SyncWorld.Links(
            "Person_Org",
            [
                ("O1", "nobody"), .. Enumerable.Range(0, Many).Select(n => order((n * 3) % Many)).Where(n => n % 11 != 0).Select(n => ((string?)$"O{n % 10}", (string?)Key(n))),
                ("nowhere", Key(0)),
            ]),
    ];

    private static string Key(int number) => $"P{number.ToString("D8", CultureInfo.InvariantCulture)}";
}
