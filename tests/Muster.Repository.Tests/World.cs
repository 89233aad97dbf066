using Muster.Configuration;
using Muster.Configuration.Model;
using Muster.Repository.Changes;
using Muster.Repository.Resources;
using Muster.Repository.Schema;
using Muster.Servers;

namespace Muster.Repository.Tests;

/// <summary>A small company in a store of its own: people of teams, teams of teams, people in groups, each person with one desk.</summary>
internal sealed class World : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muster-repository-").FullName;

    private readonly TestStore _store;

    public World(string xml = Company)
    {
        _store = TestStore.Create(_folder);
        Model = Load(xml);
        Schema = new EntitySchema(Model);
        Database = RepositoryDatabase.Open(_store.Url, TimeProvider.System);
        Deploy(Schema, false);
    }

    public const string Company =
        """
        <EntityType Identifier="Person">
          <Property Identifier="Code" Type="String" IsKey="true" />
          <Property Identifier="Name" Type="String" />
          <Property Identifier="Age" Type="Int32" HistoryPrecision="60" />
          <Property Identifier="Born" Type="DateTime" />
          <Property Identifier="Active" Type="Bool" />
          <Property Identifier="Ratio" Type="Double" />
          <Property Identifier="Team" Type="ForeignKey" />
          <Property Identifier="Groups" Type="ForeignKey" />
          <Property Identifier="Desk" Type="ForeignKey" />
        </EntityType>
        <EntityType Identifier="Team">
          <Property Identifier="Code" Type="String" IsKey="true" />
          <Property Identifier="Label" Type="String" />
          <Property Identifier="People" Type="ForeignKey" />
          <Property Identifier="Parent" Type="ForeignKey" />
          <Property Identifier="Children" Type="ForeignKey" />
        </EntityType>
        <EntityType Identifier="Group">
          <Property Identifier="Code" Type="String" IsKey="true" />
          <Property Identifier="Members" Type="ForeignKey" />
        </EntityType>
        <EntityType Identifier="Desk">
          <Property Identifier="Code" Type="String" IsKey="true" />
          <Property Identifier="Owner" Type="ForeignKey" />
        </EntityType>
        <EntityAssociation Identifier="Person_Team" Property1="Team:People" IsProperty1Collection="true" Property2="Person:Team" />
        <EntityAssociation Identifier="Team_Parent" Property1="Team:Children" IsProperty1Collection="true" Property2="Team:Parent" />
        <EntityAssociation Identifier="Group_Members" Property1="Group:Members" IsProperty1Collection="true" Property2="Person:Groups" IsProperty2Collection="true" />
        <EntityAssociation Identifier="Person_Desk" Property1="Person:Desk" Property2="Desk:Owner" />
        """;

    public ConfigurationModel Model { get; }

    public EntitySchema Schema { get; }

    public RepositoryDatabase Database { get; }

    public static ConfigurationModel Load(string xml)
    {
        var result = ConfigurationLoader.LoadText(
            ("Test.xml", $"<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">{xml}</ConfigurationFile>"));
        return result.Model ?? throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
    }

    public EntityType Type(string identifier) => Model.FindEntityType(identifier)!;

    public EntityProperty Property(string qualified) =>
        Type(qualified[..qualified.IndexOf(':', StringComparison.Ordinal)])
            .FindProperty(qualified[(qualified.IndexOf(':', StringComparison.Ordinal) + 1)..])!;

    public void Deploy(EntitySchema schema, bool allowDataLoss)
    {
        using var transaction = Database.BeginWrite();
        new ConfigurationStore(transaction).Deploy(schema, "<xml/>", allowDataLoss);
        transaction.Commit();
    }

    /// <summary>Runs a piece of writing in a transaction of its own.</summary>
    public T Write<T>(Func<RepositoryTransaction, ResourceWriter, T> write)
    {
        using var transaction = Database.BeginWrite();
        var result = write(transaction, new ResourceWriter(transaction, Schema, new ChangeOrigin(1, null, null, true)));
        transaction.Commit();
        return result;
    }

    public long Insert(string type, params (string Property, string? Value)[] values) =>
        Write((_, writer) => writer.Insert(Type(type), values.ToDictionary(v => Type(type).FindProperty(v.Property)!, v => v.Value)));

    public T Read<T>(Func<RepositoryTransaction, T> read)
    {
        using var transaction = Database.BeginRead();
        return read(transaction);
    }

    public void Dispose()
    {
        Database.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, true);
    }
}
