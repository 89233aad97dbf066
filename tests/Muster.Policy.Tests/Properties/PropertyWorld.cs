using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Policy.Compilation;
using Muster.Policy.CorrelationKeys;
using Muster.Policy.Properties;
using Muster.Repository;
using Muster.Repository.Changes;
using Muster.Repository.Dirty;
using Muster.Repository.Dump;
using Muster.Repository.Resources;
using Muster.Repository.Schema;
using Muster.Servers;

namespace Muster.Policy.Tests.Properties;

/// <summary>People of teams with computed properties that read along links and one another, in a store of its own.</summary>
internal sealed class PropertyWorld : IDisposable
{
    public const string Company =
        """
        <EntityType Identifier="Person">
          <Property Identifier="Code" Type="String" IsKey="true" />
          <Property Identifier="First" Type="String" />
          <Property Identifier="Full" Type="String" />
          <Property Identifier="Card" Type="String" />
          <Property Identifier="TeamCode" Type="String" />
          <Property Identifier="Team" Type="ForeignKey" />
          <Property Identifier="Boss" Type="ForeignKey" />
          <Property Identifier="Reports" Type="ForeignKey" />
        </EntityType>
        <EntityType Identifier="Team">
          <Property Identifier="Code" Type="String" IsKey="true" />
          <Property Identifier="Label" Type="String" />
          <Property Identifier="Title" Type="String" />
          <Property Identifier="Crew" Type="String" />
          <Property Identifier="People" Type="ForeignKey" />
        </EntityType>
        <EntityAssociation Identifier="Person_Team" Property1="Team:People" IsProperty1Collection="true" Property2="Person:Team" />
        <EntityAssociation Identifier="Person_Boss" Property1="Person:Reports" IsProperty1Collection="true" Property2="Person:Boss" />
        <EntityPropertyExpression Identifier="E1" EntityType="Person" Property="Full" Expression="C#:p:return p.First + &quot; of &quot; + p.Team?.Title;" />
        <EntityPropertyExpression Identifier="E2" EntityType="Person" Property="Card" Expression="C#:p:return p.Full + &quot; under &quot; + p.Boss?.Full;" />
        <EntityPropertyExpression Identifier="E3" EntityType="Person" Property="Team" Binding="Person:TeamCode" PropertyCriteria="Team:Code" />
        <EntityPropertyExpression Identifier="E4" EntityType="Team" Property="Title" Binding="Team:Label" Expression="ToUpper" />
        <EntityPropertyExpression Identifier="E5" EntityType="Team" Property="Crew"
          Expression="C#:t:return string.Join(&quot;,&quot;, t.People.Select(p =&gt; p.First).OrderBy(n =&gt; n));" />
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("muster-policy-").FullName;

    private readonly TestStore _store;

    public PropertyWorld(string xml = Company)
    {
        _store = TestStore.Create(_folder);
        var loaded = ConfigurationLoader.LoadText(
            ("Test.xml", $"<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">{xml}</ConfigurationFile>"));
        Model = loaded.Model ?? throw new InvalidOperationException(string.Join('\n', loaded.Diagnostics));
        var bag = new DiagnosticBag();
        Policy = PolicyCompiler.Compile(Model, bag);
        Diagnostics = bag.Items;
        Schema = new EntitySchema(Model);
        Database = RepositoryDatabase.Open(_store.Url, TimeProvider.System);
        using var transaction = Database.BeginWrite();
        new ConfigurationStore(transaction).Deploy(Schema, "<xml/>", false);
        transaction.Commit();
    }

    public ConfigurationModel Model { get; }

    public CompiledPolicy Policy { get; }

    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    public EntitySchema Schema { get; }

    public RepositoryDatabase Database { get; }

    public Reporter Report { get; } = new();

    public EntityType Type(string identifier) => Model.FindEntityType(identifier)!;

    public void Write(Action<ResourceWriter> write)
    {
        using var transaction = Database.BeginWrite();
        write(new ResourceWriter(transaction, Schema, new ChangeOrigin(1, null, null, true)));
        transaction.Commit();
    }

    /// <summary>Inserts or updates the resource of a key.</summary>
    public void Put(string type, string code, params (string Property, string? Value)[] values)
    {
        var entity = Type(type);
        var scalars = values.ToDictionary(v => entity.FindProperty(v.Property)!, v => v.Value);
        if (Find(type, code) is { } id)
        {
            Write(writer => writer.Update(entity, id, scalars));
        }
        else
        {
            scalars[entity.FindProperty("Code")!] = code;
            Write(writer => writer.Insert(entity, scalars));
        }
    }

    public long? Find(string type, string code)
    {
        using var transaction = Database.BeginRead();
        return new ResourceReader(transaction, Schema).FindByKey(Type(type), code);
    }

    public string? Value(string type, string code, string property)
    {
        using var transaction = Database.BeginRead();
        var path = new Muster.Expressions.Dependencies.ReadPath(Type(type), [Type(type).FindProperty(property)!]);
        return new ResourceReader(transaction, Schema).Load(Type(type), [Find(type, code)!.Value], [path])[0]
            .GetScalar(Type(type).FindProperty(property)!);
    }

    public TaskResult Compute(bool isDirty)
    {
        if (isDirty)
        {
            using var transaction = Database.BeginWrite();
            new DirtyClosure(transaction, Schema, Policy.Graph).FlagChanges();
            transaction.Commit();
        }

        return new PropertyComputation(Database, Schema, Policy, NullLogger<PropertyComputation>.Instance)
            .Run(new PropertyComputationRequest(Model.EntityTypes, isDirty, 0, null), Report, CancellationToken.None);
    }

    public TaskResult ComputeKeys(bool isDirty) =>
        new CorrelationKeyComputation(Database, Schema, Policy, NullLogger<CorrelationKeyComputation>.Instance)
            .Run(new CorrelationKeyRequest(Model.EntityTypes, isDirty, 0), Report, CancellationToken.None);

    public string Dump()
    {
        using var transaction = Database.BeginRead();
        using var writer = new StringWriter();
        new RepositoryDump(Schema, RepositoryDump.OwnSections).Write(transaction, writer);
        return writer.ToString();
    }

    public void Dispose()
    {
        Database.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, true);
    }

    /// <summary>Keeps what a task reports.</summary>
    public sealed class Reporter : ITaskReporter
    {
        public Dictionary<string, long> Counts { get; } = [];

        public List<string> Messages { get; } = [];

        public List<string> Warnings { get; } = [];

        public void Count(string name, long amount) => Counts[name] = Counts.GetValueOrDefault(name) + amount;

        public void Message(string text) => Messages.Add(text);

        public void Warning(string text) => Warnings.Add(text);
    }
}
