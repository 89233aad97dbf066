using System.Security.Cryptography;
using Muster.Configuration.Jobs;
using Muster.Configuration.Values;

namespace Muster.Synchronization.Tests;

public class FileTests
{
    private static readonly string[] Columns = ["Pid", "Name", "Photo"];
    private static readonly string Ann = Png(1);
    private static readonly string Bob = Png(2);

    private static string Xml(string photoAttributes = "") => $"""
        <Agent Identifier="Local" DisplayName_L1="Local" />
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local" MaximumInsertedLines="3" />
        <Connection Identifier="HRFiles" Connector="HR" DisplayName_L1="HR" Package="Muster.Csv" />
        <EntityType Identifier="Person" DisplayName_L1="Person">
          <Property Identifier="Pid" IsKey="true" />
          <Property Identifier="Name" />
          <Property Identifier="Photo" Type="Binary" {photoAttributes} />
          <Property Identifier="PhotoTag" Type="Int32" {photoAttributes} />
        </EntityType>
        <EntityTypeMapping Identifier="Person" Connector="HR" ConnectionTable="people">
          <Property Identifier="Pid" ConnectionColumn="id" IsPrimaryKey="true" />
          <Property Identifier="Name" ConnectionColumn="name" />
          <Property Identifier="Photo" ConnectionColumn="photo" />
        </EntityTypeMapping>
        """;

    private static string Png(byte content) =>
        Convert.ToBase64String([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, content]);

    private static string Reference(string base64) => FileReference.Of(Convert.FromBase64String(base64))!;

    private static TestFile People(params string?[][] rows) => SyncWorld.Entities("Person", Columns, rows);

    private static TestFile Changes(params string?[][] rows) => SyncWorld.EntityChanges("Person", Columns, rows);

    [Fact]
    public void Complete_SamePhotoOfTwoPeople_IsKeptOnceWithTypeAndTag()
    {
        using var world = new SyncWorld(Xml());

        world.Apply("HR", SynchronizationMode.Complete, People(["P1", "Ann", Ann], ["P2", "Bob", Ann], ["P3", "Cid", null]));

        var file = Assert.Single(world.Query("SELECT hash, length, mime_type FROM resource_file", r => (r.GetString(0), r.GetInt64(1), r.GetString(2))));
        Assert.Equal((Reference(Ann), 9, "image/png"), file);
        Assert.Equal(1, world.Reporter["filesStored"]);
        var expected = BitConverter.ToInt32(SHA256.HashData(Convert.FromBase64String(Ann)));
        Assert.Equal(2, world.Count($"SELECT COUNT(*) FROM \"r_Person\" WHERE \"p_Photo\" = '{Reference(Ann)}' AND \"p_PhotoTag\" = {expected}"));
        Assert.Equal(1, world.Count("SELECT COUNT(*) FROM \"r_Person\" WHERE \"p_Photo\" IS NULL AND \"p_PhotoTag\" IS NULL"));
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM resource_file_release"));
        Assert.Empty(world.Reporter.Warnings);
    }

    [Fact]
    public void Complete_SamePhotosAgain_ChangesNothing()
    {
        using var world = new SyncWorld(Xml());
        var file = People(["P1", "Ann", Ann], ["P2", "Bob", null]);
        world.Apply("HR", SynchronizationMode.Complete, file);

        var result = world.Apply("HR", SynchronizationMode.Complete, file);

        Assert.False(result.Processed);
        Assert.Equal(2, world.Reporter["resourcesUnchanged"]);
    }

    [Fact]
    public void Update_OtherPhoto_IsOneChangeByHashAndTheHistoryKeepsTheContent()
    {
        using var world = new SyncWorld(Xml());
        world.Apply("HR", SynchronizationMode.Complete, People(["P1", "Ann", Ann]));

        world.Apply("HR", SynchronizationMode.Incremental, Changes(["update", "P1", "Ann", Bob]));

        var change = Assert.Single(world.Query("SELECT properties, detail FROM change WHERE operation = 2", r => (r.GetString(0), r.GetString(1))));
        Assert.Equal(",Photo,PhotoTag,", change.Item1);
        Assert.Contains($"\"Photo\":[\"{Reference(Ann)}\",\"{Reference(Bob)}\"]", change.Item2, StringComparison.Ordinal);
        Assert.Equal([Reference(Ann)], world.Query("SELECT \"p_Photo\" FROM \"h_r_Person\"", r => r.GetString(0)));
        Assert.Equal(2, world.Count("SELECT COUNT(*) FROM resource_file"));
    }

    [Fact]
    public void Update_PhotoOverwrittenWithoutVersion_IsForgottenUnlessSomebodyElseHasIt()
    {
        using var world = new SyncWorld(Xml("HistoryPrecision=\"10080\""));
        world.Apply("HR", SynchronizationMode.Complete, People(["P1", "Ann", Ann], ["P2", "Bob", Ann]));

        world.Apply("HR", SynchronizationMode.Incremental, Changes(["update", "P1", "Ann", Bob]));
        Assert.Equal(2, world.Count("SELECT COUNT(*) FROM resource_file"));
        world.Apply("HR", SynchronizationMode.Incremental, Changes(["update", "P2", "Bob", null]));

        Assert.Equal([Reference(Bob)], world.Query("SELECT hash FROM resource_file", r => r.GetString(0)));
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM resource_file_release"));
    }

    [Fact]
    public void Delete_PersonWithPhoto_ContentStaysForTheHistory()
    {
        using var world = new SyncWorld(Xml());
        world.Apply("HR", SynchronizationMode.Complete, People(["P1", "Ann", Ann], ["P2", "Bob", null]));

        world.Apply("HR", SynchronizationMode.Complete, People(["P2", "Bob", null]));

        Assert.Equal(1, world.Reporter["resourcesDeleted"]);
        Assert.Equal(1, world.Count("SELECT COUNT(*) FROM resource_file"));
    }

    [Fact]
    public void Initial_KeyThatIsThere_LeavesNoContentBehind()
    {
        using var world = new SyncWorld(Xml());
        world.Apply("HR", SynchronizationMode.Initial, People(["P1", "Ann", Ann]));

        world.Apply("HR", SynchronizationMode.Initial, People(["P1", "Ann", Bob], ["P2", "Bob", Ann]));

        Assert.Equal([Reference(Ann)], world.Query("SELECT hash FROM resource_file", r => r.GetString(0)));
    }

    [Fact]
    public void BlockedDelivery_LeavesNoContentBehind()
    {
        using var world = new SyncWorld(Xml());
        world.Apply("HR", SynchronizationMode.Complete, People(["P1", "Ann", null]));
        world.Offer("HR", SynchronizationMode.Complete, People([.. Enumerable.Range(1, 9).Select(n => new[] { $"P{n}", "x", Bob })]));

        var result = world.Synchronize("HR", force: false);

        Assert.NotNull(result.Block);
        Assert.Equal(0, world.Count("SELECT COUNT(*) FROM resource_file"));
    }

    [Fact]
    public void PhotoColumnNotExported_IsLeftUntouched()
    {
        using var world = new SyncWorld(Xml());
        world.Apply("HR", SynchronizationMode.Complete, People(["P1", "Ann", Ann]));

        world.Apply("HR", SynchronizationMode.Complete, SyncWorld.Entities("Person", ["Pid", "Name"], ["P1", "Anna"]));

        Assert.Equal([("Anna", Reference(Ann))], world.Query("SELECT \"p_Name\", \"p_Photo\" FROM \"r_Person\" WHERE \"p_PhotoTag\" IS NOT NULL", r => (r.GetString(0), r.GetString(1))));
    }

    [Fact]
    public void PhotoOfTenMegabytes_IsKeptWhole()
    {
        using var world = new SyncWorld(Xml());
        var content = new byte[10_000_000];
        new Random(1).NextBytes(content);

        world.Apply("HR", SynchronizationMode.Complete, People(["P1", "Ann", Convert.ToBase64String(content)]));

        Assert.Equal([content.LongLength], world.Query("SELECT length(data) FROM resource_file", r => r.GetInt64(0)));
        Assert.Equal(FileReference.Of(content), world.Query("SELECT \"p_Photo\" FROM \"r_Person\"", r => r.GetString(0))[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomHistory_IncrementalEqualsComplete_AndKeepsExactlyWhatIsReferredTo(int seed)
    {
        var random = new Random(seed);
        using var world = new SyncWorld(Xml("HistoryPrecision=\"2\""));
        var people = new SortedDictionary<string, string?[]>(StringComparer.Ordinal);
        world.Apply("HR", SynchronizationMode.Complete, People([.. people.Values]));
        for (var step = 0; step < 25; step++)
        {
            var key = $"P{random.Next(4)}";
            var was = people.ContainsKey(key);
            world.Pass(TimeSpan.FromMinutes(random.Next(3)));
            if (was && random.Next(4) == 0)
            {
                people.Remove(key);
                world.Apply("HR", SynchronizationMode.Incremental, Changes(["delete", key, null, null]));
            }
            else
            {
                people[key] = [key, $"n{random.Next(2)}", random.Next(4) == 0 ? null : Png((byte)random.Next(4))];
                world.Apply("HR", SynchronizationMode.Incremental, Changes([was ? "update" : "insert", .. people[key]]));
            }

            using var fresh = new SyncWorld(Xml());
            fresh.Apply("HR", SynchronizationMode.Initial, People([.. people.Values]));
            Assert.Equal(fresh.State(), world.State());
            Assert.Equal(
                world.Query("SELECT \"p_Photo\" FROM \"r_Person\" WHERE \"p_Photo\" IS NOT NULL UNION SELECT \"p_Photo\" FROM \"h_r_Person\" WHERE \"p_Photo\" IS NOT NULL ORDER BY 1", r => r.GetString(0)),
                world.Query("SELECT hash FROM resource_file ORDER BY 1", r => r.GetString(0)));
        }
    }
}
