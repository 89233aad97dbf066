using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Repository.Resources;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Inbox;

namespace Muster.Synchronization.Tests;

public class LinkTests
{
    private const SynchronizationMode Complete = SynchronizationMode.Complete;
    private const SynchronizationMode Incremental = SynchronizationMode.Incremental;

    [Fact]
    public void Rename_RowsSentAgain_IsNoLinkChange()
    {
        using var world = GroupWithMember();
        world.Apply("AD", Incremental,
            SyncWorld.EntityChanges("Group", SyncModel.Group, ["update", "G1", "CN=Staff,OU=New", "x"]),
            SyncWorld.LinkChanges("Group_Members", ("delete", "CN=Staff,OU=Old", "ann"), ("insert", "CN=Staff,OU=New", "ann")));

        Assert.Equal((1, 0, 0), (world.Reporter["resourcesUpdated"], world.Reporter["linksInserted"], world.Reporter["linksDeleted"]));
        Assert.Equal(1, world.Count("SELECT COUNT(*) FROM \"l_Group_Members\""));
    }

    [Fact]
    public void Rename_RowsNotSent_WaitUntilTheNameIsBack()
    {
        using var world = GroupWithMember();
        var before = world.State();

        world.Apply("AD", Incremental, SyncWorld.EntityChanges("Group", SyncModel.Group, ["update", "G1", "CN=Staff,OU=New", "x"]));
        Assert.Equal(1, world.Reporter["linksDeleted"]);
        Assert.Equal(1, world.Reporter["linksPending"]);

        world.Apply("AD", Incremental, SyncWorld.EntityChanges("Group", SyncModel.Group, ["update", "G1", "cn=staff, ou=old", "x"]));
        Assert.Equal(1, world.Reporter["linksInserted"]);
        world.Apply("AD", Incremental, SyncWorld.EntityChanges("Group", SyncModel.Group, ["update", "G1", "CN=Staff,OU=Old", "x"]));
        Assert.Equal(0, world.Reporter["linksInserted"] + world.Reporter["linksDeleted"]);
        Assert.Equal(before, world.State());
    }

    [Fact]
    public void Membership_BeforeItsMember_IsKeptAndGivenLater()
    {
        using var world = new SyncWorld();
        world.Apply("AD", Complete,
            SyncWorld.Entities("Group", SyncModel.Group, ["G1", "CN=A", "x"]), SyncWorld.Links("Group_Members", ("cn=a", "ann")));
        Assert.Equal((0, 1, 1), (world.Reporter["linksInserted"], world.Reporter["linksPending"], world.Reporter["orphans"]));

        world.Apply("HR", Complete, SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", null]));

        Assert.Equal((1, 1), (world.Reporter["linksInserted"], world.Reporter["linksNoLongerPending"]));
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM pending_link"));
    }

    [Fact]
    public void SharedKey_IsAmbiguousUntilOneGoes()
    {
        using var world = GroupWithMember();
        world.Apply("HR", Incremental, SyncWorld.EntityChanges("Person", SyncModel.Person, ["insert", "P2", "Other Ann", "ann", null]));
        Assert.Equal(1, world.Reporter["linksDeleted"]);

        world.Apply("HR", Incremental, SyncWorld.EntityChanges("Person", SyncModel.Person, ["delete", "P1", null, null, null]));

        Assert.Equal(1, world.Reporter["linksInserted"]);
        Assert.Equal(
            "P2", world.Query("SELECT \"p_Pid\" FROM \"l_Group_Members\" JOIN \"r_Person\" ON id = r2", r => r.GetString(0)).Single());
    }

    [Fact]
    public void DeletedResource_LosesItsLinksOnBothSidesInTheLog()
    {
        using var world = GroupWithMember();
        world.Apply("HR", Incremental, SyncWorld.EntityChanges("Person", SyncModel.Person, ["delete", "P1", null, null, null]));

        Assert.Equal((1, 1), (world.Reporter["resourcesDeleted"], world.Reporter["linksDeleted"]));
        Assert.Equal(1, world.Count("SELECT COUNT(*) FROM change WHERE operation = 3 AND association = 'Group_Members' AND connector = 'HR'"));
        Assert.Equal(1, world.Count("SELECT COUNT(*) FROM \"h_l_Group_Members\""));
        Assert.Equal(1, world.Count("SELECT COUNT(*) FROM pending_link"));
    }

    [Fact]
    public void Retarget_OfMonoValued_IsOneDeleteAndOneInsertInOneVersion()
    {
        using var world = new SyncWorld();
        world.Apply("HR", Complete,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", null]),
            SyncWorld.Entities("Org", SyncModel.Org, ["O1", "A"], ["O2", "B"]),
            SyncWorld.Links("Person_Org", ("O1", "P1")));

        world.Apply("HR", Incremental,
            SyncWorld.EntityChanges("Person", SyncModel.Person, ["update", "P1", "Anna", "ann", null]),
            SyncWorld.LinkChanges("Person_Org", ("update", "O2", "P1")));

        Assert.Equal((1, 1), (world.Reporter["linksInserted"], world.Reporter["linksDeleted"]));
        Assert.Equal(1, world.Count("SELECT COUNT(*) FROM \"h_r_Person\""));
        Assert.Equal("B", world.Query("SELECT \"p_Title\" FROM \"r_Person\" p JOIN \"r_Org\" o ON o.id = p.\"n_Org\"", r => r.GetString(0)).Single());
    }

    [Fact]
    public void OneToOne_SeveralWantOneTarget_SmallestKeyWinsAndTheNextFollows()
    {
        using var world = new SyncWorld();
        string Linked() => string.Join(',', world.Query("SELECT \"p_Pid\" FROM \"r_Person\" WHERE \"n_Buddy\" IS NOT NULL", r => r.GetString(0)));
        world.Apply("HR", Complete,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "A", "a", null], ["P2", "B", "b", null], ["P3", "C", "c", null]),
            SyncWorld.Links("Person_Buddy", ("P2", "c")));

        world.Apply("HR", Incremental, SyncWorld.LinkChanges("Person_Buddy", ("insert", "P1", "c")));
        Assert.Equal("P1", Linked());

        world.Apply("HR", Incremental, SyncWorld.LinkChanges("Person_Buddy", ("delete", "P1", "c")));
        Assert.Equal("P2", Linked());
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM pending_link"));
    }

    [Fact]
    public void OneToOne_InTheTableOfItsSecondEnd_RowsAreToldApartByIt()
    {
        using var world = new SyncWorld(SyncModel.Xml()
            .Replace("Column1=\"id\" EntityPropertyMapping1=\"Person:Pid\"", "Column1=\"buddy\" EntityPropertyMapping1=\"Person:Login\"", StringComparison.Ordinal)
            .Replace("Column2=\"buddy\" EntityPropertyMapping2=\"Person:Login\"", "Column2=\"id\" EntityPropertyMapping2=\"Person:Pid\"", StringComparison.Ordinal));
        string Links() => string.Join(
            ',', world.Query("SELECT p.\"p_Login\" || p2.\"p_Pid\" FROM \"r_Person\" p JOIN \"r_Person\" p2 ON p2.id = p.\"n_Buddy\" ORDER BY 1", r => r.GetString(0)));
        world.Apply("HR", Complete,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "A", "a", null], ["P2", "B", "b", null], ["P3", "C", "c", null]),
            SyncWorld.Links("Person_Buddy", ("c", "P2"), ("a", "P3")));
        Assert.Equal("aP3,cP2", Links());

        world.Apply("HR", Incremental, SyncWorld.LinkChanges("Person_Buddy", ("update", "c", "P1"), ("update", null, "P3")));
        Assert.Equal("cP1", Links());

        world.Apply("HR", Incremental, SyncWorld.LinkChanges("Person_Buddy", ("update", "b", "P1")));
        Assert.Equal("bP1,cP2", Links());
    }

    [Fact]
    public void EmptyTarget_InChangeList_Clears()
    {
        using var world = new SyncWorld();
        world.Apply("HR", Complete,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", null]),
            SyncWorld.Entities("Org", SyncModel.Org, ["O1", "A"]),
            SyncWorld.Links("Person_Org", ("O1", "P1")));

        world.Apply("HR", Incremental, SyncWorld.LinkChanges("Person_Org", ("delete", "O9", "P1")));
        Assert.Equal(0, world.Reporter["linksDeleted"]);
        world.Apply("HR", Incremental, SyncWorld.LinkChanges("Person_Org", ("update", null, "P1")));
        Assert.Equal(1, world.Reporter["linksDeleted"]);
    }

    [Fact]
    public void ParkedRow_OfFullFile_KeepsItsLink()
    {
        using var world = new SyncWorld();
        world.Apply("HR", Complete,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", null], ["P2", "Bob", "bob", null]),
            SyncWorld.Entities("Org", SyncModel.Org, ["O1", "A"]),
            SyncWorld.Links("Person_Org", ("O1", "P1"), ("O1", "P2")));

        world.Apply("HR", Complete, SyncWorld.Links("Person_Org") with { Parked = ["P1"] });

        Assert.Equal(1, world.Reporter["linksDeleted"]);
        Assert.Equal("P1", world.Query("SELECT \"p_Pid\" FROM \"r_Person\" WHERE \"n_Org\" IS NOT NULL", r => r.GetString(0)).Single());
    }

    [Fact]
    public void Orphans_AreWrittenWithTheirReasonsAndOutliveTheDelivery()
    {
        using var world = GroupWithMember();
        var file = SyncWorld.Links("Group_Members", ("CN=Staff,OU=Old", "ann"), ("CN=Staff,OU=Old", "zoe"), ("CN=None", "ann"), ("CN=None", "x"));
        var manifest = world.Manifest("AD", Complete, file);
        world.Offer(manifest, file);

        world.Synchronize("AD", orphans: true);

        var path = $"{DeliveryInbox.FolderOf(manifest.Id)}/Group_Members.orphans.csv";
        Assert.Equal(
            "Command,dn,member,Reason\n,cn=none,ann,Missing1\n,cn=none,x,MissingBoth\n,\"cn=staff,ou=old\",zoe,Missing2\n",
            File.ReadAllText(world.Work.PathOf(path)));
        Assert.Equal([path], world.Work.Files(DeliveryInbox.FolderOf(manifest.Id)));
    }

    [Fact]
    public void EntityOfAChangeList_SaysAllItsLinks()
    {
        using var world = GroupWithMember();
        string Members() => string.Join(',', world.Query("SELECT \"p_Pid\" FROM \"l_Group_Members\" JOIN \"r_Person\" ON id = r2 ORDER BY 1", r => r.GetString(0)));
        world.Apply("HR", Incremental, SyncWorld.EntityChanges("Person", SyncModel.Person, ["insert", "P2", "Bob", "bob", null], ["insert", "P3", "Cy", "cy", null]));

        world.Apply("AD", Incremental, SyncWorld.LinkChanges(
            "Group_Members", ("delete", "CN=Staff,OU=Old", null), ("merge", "CN=Staff,OU=Old", "ann"), ("merge", "CN=Staff,OU=Old", "bob"), ("merge", "CN=Staff,OU=Old", "zoe")));
        Assert.Equal((1, 0, 1), (world.Reporter["linksInserted"], world.Reporter["linksDeleted"], world.Reporter["linksPending"]));
        Assert.Equal("P1,P2", Members());

        world.Apply("AD", Incremental, SyncWorld.LinkChanges("Group_Members", ("delete", null, "ann"), ("delete", "CN=Staff,OU=Old", null), ("merge", "CN=Staff,OU=Old", "cy")));
        Assert.Equal((1, 2, 0), (world.Reporter["linksInserted"], world.Reporter["linksDeleted"], world.Reporter["linksPending"]));
        Assert.Equal("P3", Members());
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM pending_link"));
    }

    [Fact]
    public void KeyOfAResourceThatMusterOwns_ConnectsWhatWaitedForIt()
    {
        using var world = PeopleOfOwnSites();
        world.Apply("HR", Complete, SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", null]), SyncWorld.Links("Person_Org", ("S1", "P1")));

        var site = world.Write(writer => writer.Insert(world.Type("Site"), world.Values("Site", ("Code", "S1"))));
        Assert.Equal((site, 0), (LinkedSite(world), world.Count("SELECT COUNT(*) FROM pending_link")));

        world.Write(writer => writer.Update(world.Type("Site"), site, world.Values("Site", ("Code", "S2"))));
        Assert.Equal((null, 1), (LinkedSite(world), world.Count("SELECT COUNT(*) FROM pending_link")));
        Assert.Equal(1, world.Count("SELECT COUNT(*) FROM change WHERE association = 'Person_Org' AND operation = 3"));

        world.Write(writer => writer.Update(world.Type("Site"), site, world.Values("Site", ("Code", "S1"))));
        world.Write(writer => writer.Insert(world.Type("Site"), world.Values("Site", ("Code", "S1"))));
        Assert.Equal((null, 1), (LinkedSite(world), world.Count("SELECT COUNT(*) FROM pending_link")));

        world.Write(writer => writer.Delete(world.Type("Site"), site));
        Assert.NotNull(LinkedSite(world));
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM pending_link"));
    }

    [Fact]
    public void DeletedResourceThatMusterOwns_LeavesItsRowsWaiting()
    {
        using var world = PeopleOfOwnSites();
        var site = world.Write(writer => writer.Insert(world.Type("Site"), world.Values("Site", ("Code", "S1"))));
        world.Apply("HR", Complete, SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", null]), SyncWorld.Links("Person_Org", ("S1", "P1")));
        Assert.Equal(site, LinkedSite(world));

        world.Write(writer => writer.Delete(world.Type("Site"), site));

        Assert.Equal((null, 1), (LinkedSite(world), world.Count("SELECT COUNT(*) FROM pending_link")));
        Assert.Equal(1, world.Count("SELECT COUNT(*) FROM change WHERE association = 'Person_Org' AND operation = 3"));
    }

    [Fact]
    public void WritesTogether_SwapKeys_LinksFollowThem()
    {
        using var world = PeopleOfOwnSites();
        world.Apply("HR", Complete,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", null], ["P2", "Bob", "bob", null]),
            SyncWorld.Links("Person_Org", ("S1", "P1"), ("S2", "P2")));
        var type = world.Type("Site");
        var first = world.Write(writer => writer.Insert(type, world.Values("Site", ("Code", "S1"))));
        var second = world.Write(writer => writer.Insert(type, world.Values("Site", ("Code", "S2"))));

        world.Write(writer =>
        {
            List<PlannedWrite> writes = [new(type, first, world.Values("Site", ("Code", "S2"))), new(type, second, world.Values("Site", ("Code", "S1")))];
            writer.Together(writes, () => writes.ForEach(w => writer.Update(w.Type, w.Id, w.Scalars!)));
            return true;
        });

        Assert.Equal($"P1:{second},P2:{first}", string.Join(',', world.Query("SELECT \"p_Pid\" || ':' || \"n_Org\" FROM \"r_Person\" ORDER BY 1", r => r.GetString(0))));
    }

    [Fact]
    public void Failure_LeavesNothingAndIsTriedAgain()
    {
        using var world = GroupWithMember();
        var before = world.State();
        var good = SyncWorld.EntityChanges("Person", SyncModel.Person, ["update", "P1", "Anna", "ann", "7"]);
        var bad = SyncWorld.LinkChanges("Person_Org", ("explode", "O1", "P1"));
        var manifest = world.Manifest("HR", Incremental, good, bad);
        world.Offer(manifest, good, bad);

        var error = Assert.Throws<TaskFailedException>(() => world.Synchronize("HR"));

        Assert.Contains("'explode'", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, world.State());
        using (var transaction = world.Database.BeginRead())
        {
            var stored = new DeliveryStore(transaction).Find(manifest.Id)!;
            Assert.Equal((DeliveryState.Failed, error.Message), (stored.State, stored.Failure));
        }

        Assert.Throws<TaskFailedException>(() => world.Synchronize("HR"));
    }

    private static long? LinkedSite(SyncWorld world) =>
        world.Query("SELECT \"n_Org\" FROM \"r_Person\" WHERE \"p_Pid\" = 'P1'", r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0)).Single();

    /// <summary>The organisation of a person is a site, which no source has: Muster owns sites.</summary>
    private static SyncWorld PeopleOfOwnSites() => new(
        SyncModel.Xml().Replace("EntityPropertyMapping1=\"Org:Code\"", "EntityPropertyMapping1=\"Site:Code\"", StringComparison.Ordinal)
            .Replace("Property1=\"Org:Persons\"", "Property1=\"Site:People\"", StringComparison.Ordinal)
            .Replace("<Property Identifier=\"Persons\" Type=\"ForeignKey\" />", "", StringComparison.Ordinal)
        + "<EntityType Identifier=\"Site\" DisplayName_L1=\"Site\"><Property Identifier=\"Code\" IsKey=\"true\" /><Property Identifier=\"People\" Type=\"ForeignKey\" /></EntityType>");

    private static SyncWorld GroupWithMember()
    {
        var world = new SyncWorld();
        world.Apply("HR", Complete, SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", null]));
        world.Apply("AD", Complete,
            SyncWorld.Entities("Group", SyncModel.Group, ["G1", "CN=Staff,OU=Old", "x"]),
            SyncWorld.Links("Group_Members", ("cn=staff,ou=old", "ann")));
        Assert.Equal(1, world.Reporter["linksInserted"]);
        return world;
    }
}
