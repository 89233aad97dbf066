using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Synchronization.Application;

namespace Muster.Synchronization.Tests;

public class ThresholdTests
{
    private const string Off = "MaximumInsertedLines=\"0\" MaximumUpdatedLines=\"0\" MaximumDeletedLines=\"0\" MaxPercentageInsertedLines=\"0\""
        + " MaxPercentageUpdatedLines=\"0\" MaxPercentageDeletedLines=\"0\" MaximumLinkInsertedLines=\"0\" MaximumLinkDeletedLines=\"0\""
        + " MaxLinkPercentageInsertedLines=\"0\" MaxLinkPercentageDeletedLines=\"0\"";

    [Theory]
    [InlineData(50, 1000, false)]
    [InlineData(51, 1000, true)]
    [InlineData(100, 1900, true)]
    [InlineData(1, 0, true)]
    public void Percent_OfStored_IsExceededWhenStrictlyGreater(long count, long total, bool isExceeded)
    {
        Assert.Equal(isExceeded, ThresholdCheck.IsExceeded(count, 5, total));
    }

    [Fact]
    public void EnoughFor_AnyCount_IsTheLeastTotalThatStaysWithin() => Prop.ForAll<PositiveInt, PositiveInt>((count, tenths) =>
    {
        var percent = tenths.Get / 10.0;
        var enough = ThresholdCheck.EnoughFor(count.Get, percent);
        return !ThresholdCheck.IsExceeded(count.Get, percent, enough) && ThresholdCheck.IsExceeded(count.Get, percent, enough - 1);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("MaximumDeletedLines=\"1\"", "", "", "Connector 'HR'", "MaximumDeletedLines", 2, 10)]
    [InlineData("MaxPercentageDeletedLines=\"19\"", "", "", "Connector 'HR'", "MaxPercentageDeletedLines", 2, 10)]
    [InlineData("", "MaximumDeletedLines=\"1\"", "", "EntityTypeMapping 'Person'", "MaximumDeletedLines", 2, 8)]
    [InlineData("", "MaxPercentageDeletedLines=\"24\"", "", "EntityTypeMapping 'Person'", "MaxPercentageDeletedLines", 2, 8)]
    [InlineData("MaximumLinkDeletedLines=\"1\"", "", "", "Connector 'HR'", "MaximumLinkDeletedLines", 2, 8)]
    [InlineData("", "", "MaximumDeletedLines=\"1\"", "EntityAssociationMapping 'Person_Org'", "MaximumDeletedLines", 2, 8)]
    [InlineData("", "", "MaxPercentageDeletedLines=\"24\"", "EntityAssociationMapping 'Person_Org'", "MaxPercentageDeletedLines", 2, 8)]
    public void Exceeded_AtAnyLevelAndMode_BlocksAlike(
        string connector, string person, string link, string level, string threshold, long actual, long total)
    {
        foreach (var mode in new[] { SynchronizationMode.Complete, SynchronizationMode.Incremental })
        {
            using var world = World(Attributes(connector), person, link);
            var before = world.State();

            world.Offer("HR", mode, Files(mode, 8, 6));
            var block = world.Synchronize("HR", force: false).Block!;

            Assert.Equal((level, threshold, actual, total), (block.Level, block.Threshold, block.Actual, block.Total));
            Assert.Equal(2, block.Samples.Count);
            Assert.Equal(before, world.State());
        }
    }

    [Theory]
    [InlineData("MaximumDeletedLines=\"2\" MaxPercentageDeletedLines=\"20\"", "MaximumDeletedLines=\"2\" MaxPercentageDeletedLines=\"25\"", "MaximumDeletedLines=\"2\" MaxPercentageDeletedLines=\"25\"")]
    public void Reached_ButNotExceeded_Applies(string connector, string person, string link)
    {
        foreach (var mode in new[] { SynchronizationMode.Complete, SynchronizationMode.Incremental })
        {
            using var world = World(Attributes(connector), person, link);
            world.Offer("HR", mode, Files(mode, 8, 6));

            Assert.True(world.Synchronize("HR", force: false).Processed);
        }
    }

    [Fact]
    public void EmptyCompleteFile_ThresholdsOff_BlocksUnlessForced()
    {
        using var world = World(Off, "", "");
        world.Offer("HR", SynchronizationMode.Complete, SyncWorld.Entities("Person", SyncModel.Person));

        var block = world.Synchronize("HR", force: false).Block!;

        Assert.Equal(("EmptyExtract", 8L), (block.Threshold, block.Actual));
        Assert.True(world.Synchronize("HR").Processed);
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM \"r_Person\""));
    }

    [Fact]
    public async Task Blocked_Resumed_AppliesExactlyWhatWasListed()
    {
        using var world = World(Attributes("MaximumDeletedLines=\"1\""), "", "");
        world.Offer("HR", SynchronizationMode.Incremental, Files(SynchronizationMode.Incremental, 8, 6));
        Assert.NotNull(world.Synchronize("HR", force: false).Block);
        Assert.NotNull(world.Synchronize("HR", force: false).Block);

        var record = world.Synchronizer.FindBlocked("HR")!.Block!;
        var lines = world.Synchronizer.ListPending(world.Connector("HR"), 100, default);
        Assert.Equal(2, record.Counts["resourcesDeleted"]);
        Assert.Equal(record.Counts.Where(c => c.Key is "resourcesDeleted" or "linksDeleted").Sum(c => c.Value), lines.Count);
        Assert.Contains(lines, l => l.ToString() == "delete link Person_Org 'O1' – 'P7'");

        var result = await world.Synchronizer.ResumeAsync(
            new SynchronizeRequest { Connector = world.Connector("HR") }, world.Reporter, default);

        Assert.True(result.Processed);
        Assert.Null(world.Synchronizer.FindBlocked("HR"));
        Assert.Equal(6, world.Count("SELECT COUNT(*) FROM \"r_Person\""));
        await Assert.ThrowsAsync<TaskFailedException>(() => world.Synchronizer.ResumeAsync(
            new SynchronizeRequest { Connector = world.Connector("HR") }, world.Reporter, default));
    }

    [Fact]
    public void Blocked_LaterComplete_Supersedes()
    {
        using var world = World(Attributes("MaximumDeletedLines=\"1\""), "", "");
        world.Offer("HR", SynchronizationMode.Complete, Files(SynchronizationMode.Complete, 8, 2));
        Assert.NotNull(world.Synchronize("HR", force: false).Block);

        world.Offer("HR", SynchronizationMode.Complete, Files(SynchronizationMode.Complete, 8, 7));

        Assert.Null(world.Synchronize("HR", force: false).Block);
        Assert.Equal(7, world.Count("SELECT COUNT(*) FROM \"r_Person\""));
    }

    [Fact]
    public void Initial_AnyThreshold_Applies()
    {
        using var world = new SyncWorld(SyncModel.Xml("MaximumInsertedLines=\"1\" MaxPercentageInsertedLines=\"1\""));
        world.Offer("HR", SynchronizationMode.Initial, Files(SynchronizationMode.Initial, 0, 8));

        Assert.True(world.Synchronize("HR", force: false).Processed);
    }

    private static string Attributes(string some)
    {
        var given = some.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a.Split('=')[0]).ToHashSet(StringComparer.Ordinal);
        return string.Join(' ', Off.Split(' ').Where(a => !given.Contains(a.Split('=')[0])).Append(some));
    }

    /// <summary>Eight people in one of two organisations.</summary>
    private static SyncWorld World(string connector, string person, string link)
    {
        var world = new SyncWorld(SyncModel.Xml(connector, person, link));
        world.Apply(
            "HR",
            SynchronizationMode.Complete,
            [.. Files(SynchronizationMode.Complete, 0, 8), SyncWorld.Entities("Org", SyncModel.Org, ["O1", "A"], ["O2", "B"])]);
        Assert.Equal(8, world.Reporter["linksInserted"]);
        return world;
    }

    private static TestFile[] Files(SynchronizationMode mode, int from, int to)
    {
        static string Key(int number) => $"P{number.ToString(CultureInfo.InvariantCulture)}";
        return mode == SynchronizationMode.Incremental
            ?
            [
                SyncWorld.EntityChanges("Person", SyncModel.Person, [.. Enumerable.Range(to, from - to).Select(n => new[] { "delete", Key(n), null, null, null })]),
                SyncWorld.LinkChanges("Person_Org", [.. Enumerable.Range(to, from - to).Select(n => ("delete", (string?)"O1", (string?)Key(n)))]),
            ]
            :
            [
                SyncWorld.Entities("Person", SyncModel.Person, [.. Enumerable.Range(0, to).Select(n => new[] { Key(n), "n", null, null })]),
                SyncWorld.Links("Person_Org", [.. Enumerable.Range(0, to).Select(n => ((string?)"O1", (string?)Key(n)))]),
            ];
    }
}
