using Muster.Configuration.Jobs;

namespace Muster.Synchronization.Tests;

public class SynchronizerTests
{
    [Fact]
    public void Initial_EmptyRepository_InsertsWithoutHistory()
    {
        using var world = new SyncWorld();

        var result = world.Apply(
            "HR",
            SynchronizationMode.Initial,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann, \"A\"", "ann", "3"], ["P2", "Bob", null, null]),
            SyncWorld.Entities("Org", SyncModel.Org, ["O1", "Sales"]),
            SyncWorld.Links("Person_Org", ("O1", "P1")));

        Assert.True(result.Processed);
        Assert.Equal(3, world.Reporter["resourcesInserted"]);
        Assert.Equal(1, world.Reporter["linksInserted"]);
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM \"h_r_Person\""));
        Assert.Equal(2, world.Count("SELECT COUNT(*) FROM \"r_Person\" WHERE valid_from = '0001-01-01T00:00:00.0000000Z' AND display_name = \"p_Name\""));
        Assert.Equal(1, world.Count("SELECT COUNT(*) FROM \"r_Person\" WHERE \"p_Name\" = 'Ann, \"A\"' AND \"p_Level\" = 3 AND \"n_Org\" IS NOT NULL"));
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM change WHERE operation <> 4"));
    }

    [Fact]
    public void Initial_Repeated_SkipsKeysThatAreThere()
    {
        using var world = new SyncWorld();
        var file = SyncWorld.Entities("Org", SyncModel.Org, ["O1", "Sales"]);
        world.Apply("HR", SynchronizationMode.Initial, file);

        var result = world.Apply("HR", SynchronizationMode.Initial, SyncWorld.Entities("Org", SyncModel.Org, ["O1", "Other"], ["O2", "Legal"]));

        Assert.True(result.Processed);
        Assert.Equal(1, world.Reporter["resourcesSkipped"]);
        Assert.Equal(["Legal", "Sales"], world.Query("SELECT \"p_Title\" FROM \"r_Org\" ORDER BY 1", r => r.GetString(0)));
    }

    [Fact]
    public void Complete_Differences_AreAppliedWithHistoryAndChanges()
    {
        using var world = new SyncWorld();
        world.Apply(
            "HR",
            SynchronizationMode.Complete,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", "3"], ["P2", "Bob", "bob", "1"], ["P3", "Cid", "cid", "1"]));

        world.Apply(
            "HR",
            SynchronizationMode.Complete,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", "3"], ["P2", "Bobby", "bob", "2"], ["P4", "Dan", "dan", "1"]));

        Assert.Equal(1, world.Reporter["resourcesInserted"]);
        Assert.Equal(1, world.Reporter["resourcesUpdated"]);
        Assert.Equal(1, world.Reporter["resourcesDeleted"]);
        Assert.Equal(1, world.Reporter["resourcesUnchanged"]);
        Assert.Equal(["Bob", "Cid"], world.Query("SELECT \"p_Name\" FROM \"h_r_Person\" ORDER BY 1", r => r.GetString(0)));
        var update = Assert.Single(world.Query(
            "SELECT properties, detail, resource_key FROM change WHERE operation = 2", r => (r.GetString(0), r.GetString(1), r.GetString(2))));
        Assert.Equal(",Name,Level,", update.Item1);
        Assert.Equal("""{"Name":["Bob","Bobby"],"Level":["1","2"]}""", update.Item2);
        Assert.Equal("P2", update.Item3);
    }

    [Fact]
    public void Complete_SameAgain_ChangesNothing()
    {
        using var world = new SyncWorld();
        var files = new[]
        {
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", "3"], ["P2", "Bob", "bob", null]),
            SyncWorld.Links("Person_Manager", ("ann", "P2"), ("nobody", "P1")),
        };
        world.Apply("HR", SynchronizationMode.Complete, files);
        var changes = world.Count("SELECT COUNT(*) FROM change");

        var result = world.Apply("HR", SynchronizationMode.Complete, files);

        Assert.False(result.Processed);
        Assert.Equal(changes, world.Count("SELECT COUNT(*) FROM change"));
        Assert.Equal(0, world.Reporter["linksPending"]);
    }

    [Fact]
    public void Incremental_IdenticalUpdate_ChangesNothing()
    {
        using var world = new SyncWorld();
        world.Apply("HR", SynchronizationMode.Complete, SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", "3"]));

        var result = world.Apply(
            "HR", SynchronizationMode.Incremental, SyncWorld.EntityChanges("Person", ["Pid", "Name"], ["update", "P1", "Ann"]));

        Assert.False(result.Processed);
        Assert.Equal(1, world.Reporter["resourcesUnchanged"]);
    }

    [Fact]
    public void Incremental_PartialColumns_LeaveTheOthers()
    {
        using var world = new SyncWorld();
        world.Apply("HR", SynchronizationMode.Complete, SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", "3"]));

        world.Apply("HR", SynchronizationMode.Incremental, SyncWorld.EntityChanges("Person", ["Pid", "Name"], ["update", "P1", "Anna"]));
        var state = world.State();
        var again = world.Apply("HR", SynchronizationMode.Complete, SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Anna", "ann", "3"]));

        Assert.False(again.Processed);
        Assert.Equal(state, world.State());
    }

    [Fact]
    public void Incremental_Commands_FollowTheTable()
    {
        using var world = new SyncWorld();
        world.Apply("HR", SynchronizationMode.Complete, SyncWorld.Entities("Org", SyncModel.Org, ["O1", "A"], ["O2", "B"], ["O3", "C"]));

        world.Apply(
            "HR",
            SynchronizationMode.Incremental,
            SyncWorld.EntityChanges(
                "Org",
                SyncModel.Org,
                ["insert", "O1", "A2"],
                ["merge", "O2", "B"],
                ["delete", "O3", null],
                ["update", "O4", "D"],
                ["delete", "O5", null],
                ["merge", "O6", "F"]));

        Assert.Equal(["O1 A2", "O2 B", "O6 F"], world.Query("SELECT \"p_Code\" || ' ' || \"p_Title\" FROM \"r_Org\" ORDER BY 1", r => r.GetString(0)));
        Assert.Equal(1, world.Reporter["resourcesInserted"]);
        Assert.Equal(1, world.Reporter["resourcesUpdated"]);
        Assert.Equal(1, world.Reporter["resourcesDeleted"]);
        Assert.Equal(1, world.Reporter["resourcesUnchanged"]);
        Assert.Equal(2, world.Reporter["orphans"]);
        Assert.Contains(world.Reporter.Warnings, w => w.Contains("InsertOnExisting", StringComparison.Ordinal));
    }

    [Fact]
    public void Complete_ParkedKey_IsNeitherChangedNorDeleted()
    {
        using var world = new SyncWorld();
        world.Apply("HR", SynchronizationMode.Complete, SyncWorld.Entities("Org", SyncModel.Org, ["O1", "A"], ["O2", "B"], ["O3", "C"]));

        world.Apply("HR", SynchronizationMode.Complete, SyncWorld.Entities("Org", SyncModel.Org, ["O1", "A"]) with { Parked = ["O2"] });

        Assert.Equal(["O1", "O2"], world.Query("SELECT \"p_Code\" FROM \"r_Org\" ORDER BY 1", r => r.GetString(0)));
    }

    [Fact]
    public void Complete_HeldDeletions_DeleteNothing()
    {
        using var world = new SyncWorld();
        world.Apply("HR", SynchronizationMode.Complete, SyncWorld.Entities("Org", SyncModel.Org, ["O1", "A"], ["O2", "B"]));

        world.Apply("HR", SynchronizationMode.Complete, SyncWorld.Entities("Org", SyncModel.Org, ["O1", "A"]) with { Hold = true });

        Assert.Equal(2, world.Count("SELECT COUNT(*) FROM \"r_Org\""));
        Assert.Contains(world.Reporter.Warnings, w => w.Contains("Nothing was deleted", StringComparison.Ordinal));
    }

    [Fact]
    public void Synchronize_NothingWaits_NothingToDo()
    {
        using var world = new SyncWorld();

        var result = world.Synchronize("HR");

        Assert.False(result.Processed);
        Assert.Null(result.Block);
    }

    [Fact]
    public void HistoryPrecision_WithinTheTime_OverwritesInPlace()
    {
        using var world = new SyncWorld(SyncModel.Xml(nameAttributes: "HistoryPrecision=\"10080\""));
        void Apply(string name, string login) => world.Apply(
            "HR", SynchronizationMode.Complete, SyncWorld.Entities("Person", SyncModel.Person, ["P1", name, login, null]));
        long Versions() => world.Count("SELECT COUNT(*) FROM \"h_r_Person\"");

        Apply("a", "x");
        world.Pass(TimeSpan.FromDays(1));
        Apply("b", "x");
        world.Pass(TimeSpan.FromDays(1));
        Apply("c", "x");
        Assert.Equal(0, Versions());

        world.Pass(TimeSpan.FromDays(6));
        Apply("d", "x");
        Assert.Equal(1, Versions());

        Apply("d", "y");
        Assert.Equal(2, Versions());
    }
}
