using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Model;
using Muster.Repository.Changes;
using Muster.Repository.Resources;

namespace Muster.Policy.Tests.Properties;

/// <summary>What is written of many resources at once is what is written of each alone: values, versions and changes.</summary>
public sealed class PropertyBatchTests
{
    /// <summary>Computed values of all kinds of columns, of which some build on others, and one fails for some.</summary>
    private const string Staff =
        """
        <EntityType Identifier="Person">
          <Property Identifier="Code" Type="String" IsKey="true" />
          <Property Identifier="First" Type="String" />
          <Property Identifier="Number" Type="Int32" />
          <Property Identifier="FullName" Type="String" />
          <Property Identifier="Card" Type="String" />
          <Property Identifier="Twice" Type="Int32" />
          <Property Identifier="Half" Type="Double" />
          <Property Identifier="IsEven" Type="Bool" />
          <Property Identifier="Third" Type="String" />
        </EntityType>
        <EntityPropertyExpression Identifier="E1" EntityType="Person" Property="FullName" Expression="C#:p:return p.First == null ? null : p.First + &quot; of &quot; + p.Code;" />
        <EntityPropertyExpression Identifier="E2" EntityType="Person" Property="Card" Expression="C#:p:return p.FullName + &quot;!&quot;;" />
        <EntityPropertyExpression Identifier="E3" EntityType="Person" Property="Twice" Expression="C#:p:return p.Number * 2;" />
        <EntityPropertyExpression Identifier="E4" EntityType="Person" Property="Half" Expression="C#:p:return p.Twice / 4.0;" />
        <EntityPropertyExpression Identifier="E5" EntityType="Person" Property="IsEven" Expression="C#:p:return p.Number % 2 == 0;" />
        <EntityPropertyExpression Identifier="E6" EntityType="Person" Property="Third" Expression="C#:p:return p.First.Substring(2, 1);" />
        """;

    [Fact]
    public void Run_ManyInSeveralBatches_GivesEachItsValues()
    {
        const int People = 450;
        using var world = new PropertyWorld(Staff);
        Load(world, People);

        world.Compute(isDirty: false);

        foreach (var person in new[] { 0, 199, 200, 399, People - 1 })
        {
            var code = person.ToString(CultureInfo.InvariantCulture);
            Assert.Equal($"Né{person} of {code}", world.Value("Person", code, "FullName"));
            Assert.Equal($"Né{person} of {code}!", world.Value("Person", code, "Card"));
            Assert.Equal((person * 2).ToString(CultureInfo.InvariantCulture), world.Value("Person", code, "Twice"));
            Assert.Equal((person / 2.0).ToString("R", CultureInfo.InvariantCulture), world.Value("Person", code, "Half"));
            Assert.Equal(person % 2 == 0 ? "true" : "false", world.Value("Person", code, "IsEven"));
        }

        var written = world.Database.RowsWritten;
        world.Compute(isDirty: false);
        Assert.Equal(written, world.Database.RowsWritten);
    }

    [Fact]
    public void Run_ValueThatWasThereBefore_ClosesTheVersionAndLogsTheChange()
    {
        using var world = new PropertyWorld(Staff);
        world.Put("Person", "1", ("First", "Ada"), ("Number", "3"));
        world.Compute(isDirty: false);
        world.Put("Person", "1", ("First", "Adele"));
        world.Compute(isDirty: true);

        var versions = Versions(world, "1");

        Assert.Equal([null, "Ada of 1", "Ada of 1", "Adele of 1"], versions.Select(v => Text(world, v, "FullName")));
        Assert.Equal(["Ada", "Ada", "Adele", "Adele"], versions.Select(v => Text(world, v, "First")));
        Assert.All(versions.Zip(versions.Skip(1)), v => Assert.Equal(v.First.ValidTo, v.Second.ValidFrom));
        using var transaction = world.Database.BeginRead();
        Assert.Contains(
            transaction.Query("SELECT properties, detail, resource_key FROM change WHERE operation = 2 ORDER BY seq", r => (r.GetString(0), r.GetString(1), r.GetString(2))),
            c => c == (",FullName,Card,Third,", """{"FullName":["Ada of 1","Adele of 1"],"Card":["Ada of 1!","Adele of 1!"],"Third":["a","e"]}""", "1"));
    }

    [Fact]
    public void Run_FirstAfterALoad_BelongsToTheLoad()
    {
        using var world = new PropertyWorld(Staff);
        Load(world, 2);
        world.Put("Person", "2", ("First", "Later"));

        world.Compute(isDirty: false);

        var loaded = Assert.Single(Versions(world, "1"));
        Assert.Equal("Né1 of 1", Text(world, loaded, "FullName"));
        Assert.Equal(DateTime.MinValue, loaded.ValidFrom);
        Assert.Equal([null, "Later of 2"], Versions(world, "2").Select(v => Text(world, v, "FullName")));

        world.Put("Person", "1", ("First", "Ada"));
        world.Compute(isDirty: true);
        Assert.Equal(["Né1 of 1", "Né1 of 1", "Ada of 1"], Versions(world, "1").Select(v => Text(world, v, "FullName")));
    }

    [Fact]
    public void Run_PropertyWithHistoryPrecision_MakesNoVersionTooSoon()
    {
        using var world = new PropertyWorld(Staff.Replace(" Type=", " HistoryPrecision=\"10080\" Type=", StringComparison.Ordinal));
        world.Put("Person", "1", ("First", "Ada"));

        world.Compute(isDirty: false);

        Assert.Equal("Ada of 1", Text(world, Assert.Single(Versions(world, "1")), "FullName"));
    }

    /// <summary>Any mixture of people who have changed, have not, and are new: the same as if each had been computed alone.</summary>
    [Fact]
    public void Run_AnyMixture_EqualsOneByOne() =>
        Prop.ForAll(
            Rounds().ToArbitrary(),
            rounds =>
            {
                using var together = new PropertyWorld(Staff);
                using var alone = new PropertyWorld(Staff);
                foreach (var round in rounds)
                {
                    foreach (var (person, first, number) in round)
                    {
                        var code = person.ToString(CultureInfo.InvariantCulture);
                        together.Put("Person", code, ("First", first), ("Number", number));
                        alone.Put("Person", code, ("First", first), ("Number", number));
                        alone.Compute(isDirty: true);
                    }

                    together.Compute(isDirty: true);
                    Assert.Equal(alone.Dump(), together.Dump());
                }

                var written = together.Database.RowsWritten;
                together.Compute(isDirty: false);
                Assert.Equal(written, together.Database.RowsWritten);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    private static Gen<List<List<(int Person, string? First, string? Number)>>> Rounds() =>
        Gen.Elements(0, 1, 2, 3, 4, 5, 6, 7)
            .SelectMany(person => Gen.Elements<string?>(null, "A", "Bo", "Cleo", "Zoë \U0001F600", "quo\"te")
                .SelectMany(first => Gen.Elements<string?>(null, "0", "7", "-12").Select(number => (person, first, number))))
            .ListOf(4)
            .ListOf(3)
            .Select(rounds => rounds.Select(round => round.DistinctBy(r => r.person).ToList()).ToList());

    /// <summary>Writes people as an initial synchronization does.</summary>
    private static void Load(PropertyWorld world, int people)
    {
        var type = world.Type("Person");
        world.Write(writer =>
        {
            for (var person = 0; person < people; person++)
            {
                writer.Insert(type, new Dictionary<EntityProperty, string?>
                {
                    [type.FindProperty("Code")!] = person.ToString(CultureInfo.InvariantCulture),
                    [type.FindProperty("First")!] = $"Né{person}",
                    [type.FindProperty("Number")!] = person.ToString(CultureInfo.InvariantCulture),
                });
            }
        });
        using var transaction = world.Database.BeginWrite();
        transaction.Execute("DELETE FROM change");
        new ResourceHistory(transaction, world.Schema).ResetFirstVersions();
        new ChangeLog(transaction, new ChangeOrigin(1, null, null, false)).Whole(type);
        transaction.Commit();
    }

    private static IReadOnlyList<ResourceVersion> Versions(PropertyWorld world, string code)
    {
        var id = world.Find("Person", code)!.Value;
        using var transaction = world.Database.BeginRead();
        return new ResourceHistory(transaction, world.Schema).Versions(world.Type("Person"), id);
    }

    private static string? Text(PropertyWorld world, ResourceVersion version, string property) =>
        version.Values.GetValueOrDefault(world.Type("Person").FindProperty(property)!);
}
