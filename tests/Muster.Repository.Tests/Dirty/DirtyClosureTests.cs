using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Repository.Dirty;

namespace Muster.Repository.Tests.Dirty;

public sealed class DirtyClosureTests : IDisposable
{
    private const string Kind = ConsumerKinds.UpdateEntityPropertyExpressions;
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void FlagChanges_PropertyReadAlongTwoLinks_FlagsExactlyItsReaders()
    {
        var (root, child, reader, _) = Company();
        var graph = Graph(Path("Person:Team", "Team:Parent", "Team:Label"));
        Settle(graph);

        Update("Team", root, "Team:Label", "New");

        Assert.Equal([reader], Flagged(graph, "Person"));
        Assert.Equal([root], Flagged(graph, "Team", flag: false));
        Assert.DoesNotContain(child, Flagged(graph, "Team", flag: false));
    }

    [Fact]
    public void FlagChanges_PropertyThatNobodyReads_FlagsOnlyTheResource()
    {
        var (root, _, _, _) = Company();
        var graph = Graph(Path("Person:Team", "Team:Parent", "Team:Label"));
        Settle(graph);

        Update("Team", root, "Team:Code", "X");

        Assert.Empty(Flagged(graph, "Person"));
    }

    [Fact]
    public void FlagChanges_LinkInTheMiddleOfThePath_FlagsTheReaders()
    {
        var (root, child, reader, _) = Company();
        var graph = Graph(Path("Person:Team", "Team:Parent", "Team:Label"));
        Settle(graph);

        _world.Write((_, writer) => writer.SetTarget(_world.Property("Team:Parent"), child, null));

        Assert.Equal([reader], Flagged(graph, "Person"));
        Assert.Equal([root, child], Flagged(graph, "Team", flag: false));
    }

    [Fact]
    public void FlagChanges_CollectionRead_FlagsTheOtherEnd()
    {
        var (_, child, reader, _) = Company();
        var graph = new DependencyGraph([Computation("Team", Path("Team:People", "Person:Name"))]);
        Settle(graph);

        Update("Person", reader, "Person:Name", "Z");

        Assert.Equal([child], Flagged(graph, "Team"));
    }

    [Fact]
    public void FlagChanges_ManyToManyAndDeletedResource_FlagsWhoWasLinked()
    {
        var (_, _, reader, _) = Company();
        var group = _world.Insert("Group", ("Code", "G"));
        _world.Write((_, writer) => writer.Link(_world.Property("Person:Groups"), reader, group));
        var graph = Graph(Path("Person:Groups", "Group:Code"));
        Settle(graph);

        _world.Write((_, writer) => writer.Delete(_world.Type("Group"), group));

        Assert.Equal([reader], Flagged(graph, "Person"));
        Assert.Equal([group], Flagged(graph, "Group", flag: false));
    }

    [Fact]
    public void FlagChanges_ReparentedDimensionValue_FlagsReadersOfItsDescendants()
    {
        var (root, child, reader, other) = Company();
        var top = _world.Insert("Team", ("Code", "TOP"));
        var computation = Computation("Person", Path("Person:Team")) with
        {
            Hierarchies = [new HierarchyRead(Path("Person:Team"), _world.Property("Team:Parent"))],
        };
        var graph = new DependencyGraph([computation]);
        Settle(graph);

        _world.Write((_, writer) => writer.SetTarget(_world.Property("Team:Parent"), root, top));

        Assert.Equal([reader], Flagged(graph, "Person"));
        Assert.NotEqual(other, reader);
        Assert.NotEqual(child, root);
    }

    [Fact]
    public void FlagChanges_ReferenceByKeyAppears_MakesItsConsumerRunInFull()
    {
        Company();
        var graph = new DependencyGraph(
            [Computation("Person", Path("Person:Name")) with { References = [new KeyReference(_world.Type("Group"), "G")] }]);
        Settle(graph);
        Assert.False(Select(graph, "Person").IsFull);

        _world.Insert("Group", ("Code", "H"));
        Flagged(graph, "Person");
        Assert.False(Select(graph, "Person").IsFull);

        _world.Insert("Group", ("Code", "G"));
        Flagged(graph, "Person");
        Assert.True(Select(graph, "Person").IsFull);
    }

    [Fact]
    public void FlagChanges_EnumeratedTypeChanged_MakesItsConsumerRunInFull()
    {
        Company();
        var reads = new ReadSet(new HashSet<ReadPath>(), new HashSet<EntityType> { _world.Type("Group") }, false);
        var graph = new DependencyGraph(
            [new Computation { Kind = Kind, EntityType = _world.Type("Person"), Reads = reads, Signature = "x" }]);
        Settle(graph);

        _world.Insert("Group", ("Code", "H"));
        Flagged(graph, "Person");

        Assert.True(Select(graph, "Person").IsFull);
    }

    [Fact]
    public void Select_ChangedSignature_IsFull()
    {
        Company();
        var graph = Graph(Path("Person:Name"));
        Settle(graph);

        var changed = new DependencyGraph([Computation("Person", Path("Person:Name")) with { Signature = "another text" }]);

        Assert.True(Select(changed, "Person").IsFull);
        Assert.True(Write((_, dirty) => dirty.HasWaiting([(Kind, _world.Type("Person"))]), changed));
        Assert.False(Write((_, dirty) => dirty.HasWaiting([(Kind, _world.Type("Person"))]), graph));
    }

    [Fact]
    public void Finish_WhatOthersFlaggedMeanwhile_IsLeftForTheNextRun()
    {
        var (_, _, reader, other) = Company();
        var graph = Graph(Path("Person:Name"));
        Settle(graph);
        Update("Person", reader, "Person:Name", "Z");
        Flagged(graph, "Person");
        var selection = Select(graph, "Person");
        Update("Person", other, "Person:Name", "Y");
        Write((t, _) => new DirtyClosure(t, _world.Schema, graph).FlagChanges(), graph);

        Write((_, dirty) => { dirty.Finish(selection); return 0; }, graph);

        Assert.Equal([other], Write((_, dirty) => dirty.Batches(dirty.Select(Kind, _world.Type("Person"), false), 10).SelectMany(b => b).ToList(), graph));
    }

    [Fact]
    public void Finish_OwnEpochsOnly_AreNotMetAgain()
    {
        var (_, _, reader, _) = Company();
        var graph = Graph(Path("Person:Name"));
        Settle(graph);
        var selection = Select(graph, "Person");
        Update("Person", reader, "Person:Name", "Z");
        Write((t, _) => new DirtyClosure(t, _world.Schema, graph).FlagChanges(), graph);

        Write((_, dirty) => { dirty.Finish(selection, ownEpochs: 1); return 0; }, graph);

        Assert.False(Write((_, dirty) => dirty.HasWaiting([(Kind, _world.Type("Person"))]), graph));
    }

    private (long Root, long Child, long Reader, long Other) Company()
    {
        var root = _world.Insert("Team", ("Code", "R"), ("Label", "Root"));
        var child = _world.Insert("Team", ("Code", "C"), ("Label", "Child"));
        var reader = _world.Insert("Person", ("Code", "1"), ("Name", "A"));
        var other = _world.Insert("Person", ("Code", "2"), ("Name", "B"));
        _world.Write((_, writer) => writer.SetTarget(_world.Property("Team:Parent"), child, root));
        _world.Write((_, writer) => writer.SetTarget(_world.Property("Person:Team"), reader, child));
        return (root, child, reader, other);
    }

    private void Update(string type, long id, string property, string value) =>
        _world.Write((_, writer) => writer.Update(_world.Type(type), id, new Dictionary<EntityProperty, string?> { [_world.Property(property)] = value }));

    private ReadPath Path(params string[] steps) => new(_world.Property(steps[0]).EntityType, [.. steps.Select(_world.Property)]);

    private DependencyGraph Graph(ReadPath path) => new([Computation(path.Root.Identifier, path)]);

    private Computation Computation(string type, ReadPath path) => new()
    {
        Kind = Kind,
        EntityType = _world.Type(type),
        Reads = new ReadSet(new HashSet<ReadPath> { path }, new HashSet<EntityType>(), false),
        Signature = path.ToString(),
    };

    /// <summary>Consumes all there is, as a first complete run does.</summary>
    private void Settle(DependencyGraph graph) =>
        Write(
            (transaction, dirty) =>
            {
                new DirtyClosure(transaction, _world.Schema, graph).FlagChanges();
                foreach (var type in graph.Computations.Select(c => c.EntityType).Distinct())
                {
                    dirty.Finish(dirty.Select(Kind, type, true));
                }

                return 0;
            },
            graph);

    private List<long> Flagged(DependencyGraph graph, string type, bool flag = true) =>
        Write(
            (transaction, _) =>
            {
                if (flag)
                {
                    transaction.Execute("DELETE FROM dirty");
                    new DirtyClosure(transaction, _world.Schema, graph).FlagChanges();
                }

                return transaction.Query(
                    "SELECT resource FROM dirty WHERE entity_type = @type ORDER BY resource", row => row.GetInt64(0), ("@type", type));
            },
            graph);

    private DirtySelection Select(DependencyGraph graph, string type) =>
        Write((_, dirty) => dirty.Select(Kind, _world.Type(type), false), graph);

    private T Write<T>(Func<RepositoryTransaction, DirtyStore, T> write, DependencyGraph graph) =>
        _world.Write((transaction, _) => write(transaction, new DirtyStore(transaction, _world.Schema, graph)));
}
