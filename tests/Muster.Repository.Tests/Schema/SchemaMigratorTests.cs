using Muster.Configuration.Work;
using Muster.Repository.Schema;

namespace Muster.Repository.Tests.Schema;

public sealed class SchemaMigratorTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Deploy_AddedPropertyAndType_KeepsData()
    {
        _world.Insert("Team", ("Code", "T"));
        var schema = new EntitySchema(World.Load(World.Company.Replace(
            "<Property Identifier=\"Label\" Type=\"String\" />",
            "<Property Identifier=\"Label\" Type=\"String\" /><Property Identifier=\"Budget\" Type=\"Int64\" />",
            StringComparison.Ordinal) + "<EntityType Identifier=\"Car\"><Property Identifier=\"Code\" IsKey=\"true\" /></EntityType>"));

        _world.Deploy(schema, false);

        Assert.Equal("T", _world.Read(t => t.Scalar("SELECT \"p_Code\" FROM \"r_Team\" WHERE \"p_Budget\" IS NULL")));
        Assert.Equal(0, _world.Read(t => t.Count("SELECT COUNT(*) FROM \"r_Car\"")));
    }

    [Fact]
    public void Deploy_RemovedProperty_AsksBeforeLosingData()
    {
        _world.Insert("Team", ("Code", "T"), ("Label", "L"));
        var schema = new EntitySchema(World.Load(
            World.Company.Replace("<Property Identifier=\"Label\" Type=\"String\" />", "", StringComparison.Ordinal)));

        var refused = Assert.Throws<TaskFailedException>(() => _world.Deploy(schema, false));
        Assert.Contains("Team:Label", refused.Message, StringComparison.Ordinal);
        Assert.Equal("L", _world.Read(t => t.Scalar("SELECT \"p_Label\" FROM \"r_Team\"")));

        _world.Deploy(schema, true);
        Assert.Equal("T", _world.Read(t => t.Scalar("SELECT \"p_Code\" FROM \"r_Team\"")));
    }

    [Fact]
    public void Deploy_Twice_ChangesNothing()
    {
        _world.Deploy(_world.Schema, false);

        Assert.Empty(SchemaMigrator.Losses(
            StoredEntityModel.Of(_world.Schema), StoredEntityModel.Of(_world.Schema)));
        Assert.NotNull(_world.Read(t => new ConfigurationStore(t).Read()));
    }
}
