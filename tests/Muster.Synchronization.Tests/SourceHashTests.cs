using System.Text;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Repository.Synchronization;

namespace Muster.Synchronization.Tests;

/// <summary>The hashes by which complete deliveries are compared.</summary>
public class SourceHashTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("a secret of a store, 32 octets..");
    private static readonly EntityProperty[] Columns = [.. SyncWorld.Load(SyncModel.Xml()).FindEntityType("Person")!.Properties.Where(p => p.Kind == PropertyKind.Scalar).Take(3)];

    [Fact]
    public void Of_Values_IsThatOfTheirLine()
    {
        var hash = new SourceHash(Secret, Columns, [1, 0, 2]);

        Assert.Equal(hash.OfLine("K,\"a, \"\"b\"\"\nc\","u8), hash.Of(["a, \"b\"\nc", "K", null]));
        Assert.NotEqual(hash.Of(["a", "K", null]), hash.Of([null, "K", "a"]));
        Assert.Equal(hash.Of(["a", "K", ""]), hash.Of(["a", "K", null]));
    }

    [Fact]
    public void Of_OtherSecretOrOtherColumns_IsAnother()
    {
        var line = "K,a,b"u8;
        var hash = new SourceHash(Secret, Columns, [0, 1, 2]).OfLine(line);

        Assert.NotEqual(hash, new SourceHash([.. Secret.Reverse()], Columns, [0, 1, 2]).OfLine(line));
        Assert.NotEqual(hash, new SourceHash(Secret, Columns[..2], [0, 1]).OfLine(line));
        Assert.Equal(hash, SourceHash.FromOctets(SourceHash.ToOctets(hash)));
    }

    /// <summary>Stores of before have other hashes, and no secret.</summary>
    [Fact]
    public void Complete_HashesOfAFormerVersion_AreBroughtUpToDateAndAreNoChange()
    {
        using var world = new SyncWorld();
        TestFile[] files =
        [
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann, \"A\"", "ann", "1"], ["P2", "Bob", "bob", "1"]),
            SyncWorld.Entities("Org", SyncModel.Org, ["O1", "Sales"]),
            SyncWorld.Links("Person_Org", ("O1", "P1"), ("O1", "P2")),
        ];
        world.Apply("HR", SynchronizationMode.Initial, files);
        var (state, changes) = (world.State(), world.Count("SELECT COUNT(*) FROM change"));
        using (var transaction = world.Database.BeginWrite())
        {
            transaction.Execute("UPDATE \"r_Person\" SET source_hash = @former", ("@former", new byte[SourceHash.Size]));
            transaction.Execute("DROP TABLE source_secret");
            transaction.Execute("UPDATE repository SET fixed_version = 12");
            transaction.Commit();
        }

        world.Reopen();
        world.Apply("HR", SynchronizationMode.Complete, files);

        Assert.Equal((0, 3), (world.Reporter["resourcesUpdated"], world.Reporter["resourcesUnchanged"]));
        Assert.Equal((state, changes), (world.State(), world.Count("SELECT COUNT(*) FROM change")));
        var hashes = Hashes(world);
        Assert.Equal(2, hashes.Distinct().Count());

        var written = world.Database.RowsWritten;
        world.Apply("HR", SynchronizationMode.Complete, files);

        Assert.Equal(hashes, Hashes(world));
        Assert.InRange(world.Database.RowsWritten - written, 0, 8);
        Assert.Equal(3, world.Reporter["resourcesUnchanged"]);
    }

    /// <summary>Whether a row came with all others, in a list of changes or in another order of columns: a complete delivery knows it again.</summary>
    [Fact]
    public void Incremental_ThenComplete_HashesStay()
    {
        using var world = new SyncWorld();
        world.Apply("HR", SynchronizationMode.Complete, SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann", "ann", "1"], ["P2", "Bob", "bob", "1"]));
        world.Apply(
            "HR",
            SynchronizationMode.Incremental,
            SyncWorld.EntityChanges("Person", SyncModel.Person, ["update", "P1", "Ann, \"A\"", "ann", "2"], ["insert", "P3", "Cid", "", "3"]));
        var hashes = Hashes(world);

        world.Apply(
            "HR",
            SynchronizationMode.Complete,
            SyncWorld.Entities("Person", SyncModel.Person, ["P1", "Ann, \"A\"", "ann", "2"], ["P2", "Bob", "bob", "1"], ["P3", "Cid", "", "3"]));
        Assert.Equal(hashes, Hashes(world));

        var order = Enumerable.Range(0, SyncModel.Person.Length).Reverse().ToArray();
        string?[][] rows = [["P1", "Ann, \"A\"", "ann", "2"], ["P2", "Bob", "bob", "1"], ["P3", "Cid", "", "3"]];
        world.Apply(
            "HR", SynchronizationMode.Complete, SyncWorld.Entities("Person", [.. order.Select(i => SyncModel.Person[i])], [.. rows.Select(r => order.Select(i => r[i]).ToArray())]));
        Assert.Equal(hashes, Hashes(world));
        Assert.Equal(3, world.Reporter["resourcesUnchanged"]);
    }

    private static List<string> Hashes(SyncWorld world) =>
        world.Query("SELECT source_hash FROM \"r_Person\" ORDER BY \"p_Pid\"", r => Convert.ToHexString((byte[])r.GetValue(0)));
}
