using Muster.Expressions.Dependencies;
using Muster.Repository.Resources;

namespace Muster.Repository.Tests.Resources;

public sealed class ResourceWriterTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Insert_AllTypes_ReadBackInCanonicalForm()
    {
        var id = _world.Insert("Person", ("Code", "1"), ("Age", "-5"), ("Born", "20010203040506"), ("Active", "true"), ("Ratio", "0.1"), ("Name", null));

        var person = Load("Person", [id], "Person:Code", "Person:Age", "Person:Born", "Person:Active", "Person:Ratio", "Person:Name").Single();

        Assert.Equal("1", person.GetScalar(_world.Property("Person:Code")));
        Assert.Equal("-5", person.GetScalar(_world.Property("Person:Age")));
        Assert.Equal("20010203040506", person.GetScalar(_world.Property("Person:Born")));
        Assert.Equal("true", person.GetScalar(_world.Property("Person:Active")));
        Assert.Equal("0.1", person.GetScalar(_world.Property("Person:Ratio")));
        Assert.Null(person.GetScalar(_world.Property("Person:Name")));
    }

    [Fact]
    public void Update_EqualValues_WritesNothing()
    {
        var id = _world.Insert("Person", ("Code", "1"), ("Name", "A"));
        var before = _world.Database.RowsWritten;

        var changed = _world.Write((_, writer) => writer.Update(
            _world.Type("Person"), id, new Dictionary<Configuration.Model.EntityProperty, string?> { [_world.Property("Person:Name")] = "A" }));

        Assert.Empty(changed);
        Assert.Equal(before, _world.Database.RowsWritten);
    }

    [Fact]
    public void Update_ChangedValue_KeepsTheOldVersionAndLogsTheProperty()
    {
        var id = _world.Insert("Person", ("Code", "1"), ("Name", "A"));

        _world.Write((_, writer) => writer.Update(
            _world.Type("Person"),
            id,
            new Dictionary<Configuration.Model.EntityProperty, string?>
            {
                [_world.Property("Person:Name")] = "B",
                [_world.Property("Person:Code")] = "1",
            }));

        Assert.Equal("A", _world.Read(t => t.Scalar("SELECT \"p_Name\" FROM \"h_r_Person\" WHERE id = @id", ("@id", id))));
        Assert.Equal(",Name,", _world.Read(t => t.Scalar("SELECT properties FROM change WHERE operation = 2")));
        Assert.Equal("B", _world.Read(t => t.Scalar("SELECT display_name FROM \"r_Person\" WHERE id = @id", ("@id", id))));
    }

    [Fact]
    public void Update_WithinHistoryPrecision_MakesNoVersion()
    {
        var id = _world.Insert("Person", ("Code", "1"), ("Age", "1"));

        _world.Write((_, writer) => writer.Update(
            _world.Type("Person"), id, new Dictionary<Configuration.Model.EntityProperty, string?> { [_world.Property("Person:Age")] = "2" }));

        Assert.Equal(0, _world.Read(t => t.Count("SELECT COUNT(*) FROM \"h_r_Person\"")));
        Assert.Equal(2, _world.Read(t => t.Count("SELECT \"p_Age\" FROM \"r_Person\"")));
    }

    [Fact]
    public void SetTarget_FromEitherEnd_IsSeenFromBoth()
    {
        var person = _world.Insert("Person", ("Code", "1"));
        var team = _world.Insert("Team", ("Code", "T"));

        Assert.True(_world.Write((_, writer) => writer.Link(_world.Property("Team:People"), team, person)));
        Assert.False(_world.Write((_, writer) => writer.SetTarget(_world.Property("Person:Team"), person, team)));

        Assert.Equal([team], _world.Write((_, writer) => writer.Targets(_world.Property("Person:Team"), person)));
        Assert.Equal([person], _world.Write((_, writer) => writer.Targets(_world.Property("Team:People"), team)));
    }

    [Fact]
    public void SetTarget_OneToOne_TakesTheDeskFromItsFormerOwner()
    {
        var first = _world.Insert("Person", ("Code", "1"));
        var second = _world.Insert("Person", ("Code", "2"));
        var desk = _world.Insert("Desk", ("Code", "D"));
        _world.Write((_, writer) => writer.SetTarget(_world.Property("Person:Desk"), first, desk));

        _world.Write((_, writer) => writer.SetTarget(_world.Property("Desk:Owner"), desk, second));

        Assert.Empty(_world.Write((_, writer) => writer.Targets(_world.Property("Person:Desk"), first)));
        Assert.Equal([second], _world.Write((_, writer) => writer.Targets(_world.Property("Desk:Owner"), desk)));
    }

    [Fact]
    public void Delete_WithLinks_RemovesAndLogsThemAll()
    {
        var person = _world.Insert("Person", ("Code", "1"));
        var team = _world.Insert("Team", ("Code", "T"));
        var group = _world.Insert("Group", ("Code", "G"));
        _world.Write((_, writer) => writer.SetTarget(_world.Property("Person:Team"), person, team));
        _world.Write((_, writer) => writer.Link(_world.Property("Person:Groups"), person, group));

        Assert.True(_world.Write((_, writer) => writer.Delete(_world.Type("Person"), person)));
        Assert.False(_world.Write((_, writer) => writer.Delete(_world.Type("Person"), person)));

        Assert.Equal(0, _world.Read(t => t.Count("SELECT COUNT(*) FROM \"r_Person\"") + t.Count("SELECT COUNT(*) FROM \"l_Group_Members\"")));
        Assert.Equal(2, _world.Read(t => t.Count("SELECT COUNT(*) FROM change WHERE operation = 3 AND association IS NOT NULL")));
        Assert.Equal("1", _world.Read(t => t.Scalar("SELECT resource_key FROM change WHERE operation = 3 AND association IS NULL")));
    }

    [Fact]
    public void Load_PathsThroughCycles_GivesOneObjectPerResource()
    {
        var root = _world.Insert("Team", ("Code", "R"), ("Label", "Root"));
        var child = _world.Insert("Team", ("Code", "C"), ("Label", "Child"));
        var person = _world.Insert("Person", ("Code", "1"));
        _world.Write((_, writer) => writer.SetTarget(_world.Property("Team:Parent"), child, root));
        _world.Write((_, writer) => writer.SetTarget(_world.Property("Person:Team"), person, child));
        var team = _world.Property("Person:Team");
        var parent = _world.Property("Team:Parent");

        var loaded = _world.Read(t => new ResourceReader(t, _world.Schema).Load(
            _world.Type("Person"),
            [person],
            [
                new ReadPath(_world.Type("Person"), [team, parent, _world.Property("Team:Label")]),
                new ReadPath(_world.Type("Person"), [team, _world.Property("Team:People"), _world.Property("Person:Code")]),
            ])).Single();

        Assert.Equal("Root", loaded.GetOne(team)!.GetOne(parent)!.GetScalar(_world.Property("Team:Label")));
        Assert.Same(loaded, loaded.GetOne(team)!.GetMany(_world.Property("Team:People")).Single());
        Assert.Throws<InvalidOperationException>(() => loaded.GetScalar(_world.Property("Person:Name")));
    }

    [Fact]
    public void FindByKey_SeveralWithOneValue_GivesTheLowestId()
    {
        var first = _world.Insert("Team", ("Code", "T"));
        _world.Insert("Team", ("Code", "T"));

        Assert.Equal(first, _world.Read(t => new ResourceReader(t, _world.Schema).FindByKey(_world.Type("Team"), "T")));
        Assert.Null(_world.Read(t => new ResourceReader(t, _world.Schema).FindByKey(_world.Type("Team"), "t")));
    }

    private IReadOnlyList<StoredResource> Load(string type, long[] ids, params string[] properties) =>
        _world.Read(t => new ResourceReader(t, _world.Schema).Load(
            _world.Type(type), ids, properties.Select(p => new ReadPath(_world.Type(type), [_world.Property(p)]))));
}
