using Muster.Expressions.Dependencies;
using Muster.Repository.Changes;
using Muster.Repository.CorrelationKeys;
using Muster.Repository.Dirty;

namespace Muster.Repository.Tests.Dirty;

public sealed class CompleteRunTests : IDisposable
{
    private const string Kind = ConsumerKinds.ComputeRoleModel;
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void FlagBeforeCompleteRun_WhatWasLoadedBefore_DoesNotWaitForTheConsumerAfterwards()
    {
        var graph = Graph();
        _world.Insert("Person", ("Code", "1"));
        _world.Write((transaction, _) =>
        {
            new ChangeLog(transaction, new ChangeOrigin(1, null, null, false)).Whole(_world.Type("Team"));
            return 0;
        });

        Complete(graph);

        Assert.False(Ask(graph, dirty => dirty.HasUnflaggedChanges()));
        Assert.False(Ask(graph, dirty => dirty.Select(Kind, _world.Type("Person"), false).IsFull));
        Assert.False(Ask(graph, dirty => dirty.HasWaiting([(Kind, _world.Type("Person"))])));
    }

    [Fact]
    public void FlagBeforeCompleteRun_ConsumerThatFinishedEarlier_StillSeesTheChange()
    {
        var graph = Graph();
        Complete(graph);
        var id = _world.Insert("Person", ("Code", "1"));

        _world.Write((transaction, _) =>
        {
            new DirtyClosure(transaction, _world.Schema, graph).FlagBeforeCompleteRun();
            return 0;
        });

        Assert.Equal([id], Ask(graph, dirty => dirty.Batches(dirty.Select(Kind, _world.Type("Person"), false), 10).SelectMany(b => b).ToList()));
    }

    [Fact]
    public void FlagBeforeCompleteRun_ListedChanges_StayInTheListUntilTheyAreFlagged()
    {
        var graph = Graph();
        _world.Insert("Person", ("Code", "1"));

        Complete(graph);

        Assert.Equal(1, _world.Read(t => t.Count("SELECT COUNT(*) FROM change WHERE is_listed = 1")));
        _world.Write((transaction, _) => new DirtyClosure(transaction, _world.Schema, graph).FlagChanges());
        Assert.Equal(0, _world.Read(t => t.Count("SELECT COUNT(*) FROM change WHERE is_listed = 1 OR is_flagged = 0")));
        Assert.False(Ask(graph, dirty => dirty.HasWaiting([(Kind, _world.Type("Person"))])));
    }

    [Fact]
    public void Prune_ConsumerThatHasNothingToComputeAnyMore_BeginsAnewWhenItComesBack()
    {
        var graph = Graph();
        Complete(graph);

        // Its rules are gone, a change comes and is forgotten by all, and the same rules come back.
        var none = new DependencyGraph([]);
        _world.Insert("Person", ("Code", "1"));
        Flag(none);

        Assert.True(Ask(graph, dirty => dirty.Select(Kind, _world.Type("Person"), false).IsFull));
    }

    [Fact]
    public void FlagChanges_ByAConfigurationWithoutTheConsumer_MakesItBeginAnewWhenItComesBack()
    {
        var graph = Graph();
        Complete(graph);

        // Not pruned: a change is flagged while nobody reads it.
        _world.Insert("Person", ("Code", "1"));
        _world.Write((transaction, _) => new DirtyClosure(transaction, _world.Schema, new DependencyGraph([])).FlagChanges());

        Assert.True(Ask(graph, dirty => dirty.Select(Kind, _world.Type("Person"), false).IsFull));
    }

    [Fact]
    public void ForgetOthers_OfTheSameConfiguration_ForgetsNothing()
    {
        var graph = Graph();
        Complete(graph);

        _world.Write((transaction, _) =>
        {
            new DirtyStore(transaction, _world.Schema, graph).ForgetOthers();
            return 0;
        });

        Assert.False(Ask(graph, dirty => dirty.Select(Kind, _world.Type("Person"), false).IsFull));
    }

    [Fact]
    public void Pass_ConsumerThatHadSeenAllBefore_DoesNotWaitForFlagsOfOthers()
    {
        var graph = Graph();
        Complete(graph);
        var id = _world.Insert("Person", ("Code", "1"));
        Flag(graph);
        Complete(graph);

        _world.Write((transaction, _) =>
        {
            var dirty = new DirtyStore(transaction, _world.Schema, graph);
            Assert.True(dirty.HasPassed(Kind, _world.Type("Person")));
            var epoch = dirty.NextEpoch();
            dirty.FlagForMatching(_world.Type("Person"), [id], epoch, "matches");
            Assert.False(dirty.HasPassed(Kind, _world.Type("Person")));
            dirty.Pass([(Kind, _world.Type("Person"))], epoch);
            return 0;
        });

        Assert.False(Ask(graph, dirty => dirty.HasWaiting([(Kind, _world.Type("Person"))])));
    }

    [Fact]
    public void Unused_KeysOfSeveralExpressions_GivesThoseThatNoRuleUses()
    {
        _world.Write((transaction, _) =>
        {
            var keys = new CorrelationKeyStore(transaction);
            Assert.Empty(keys.Unused(["b"]));
            foreach (var expression in new[] { "a", "b", "c" })
            {
                keys.Store(expression, [(1, "x"), (2, "y")]);
            }

            Assert.Equal(["a", "c"], keys.Unused(["b"]));
            keys.Remove(keys.Unused(["b"]));
            Assert.Equal(2, transaction.Count("SELECT COUNT(*) FROM correlation_key"));
            return 0;
        });
    }

    private void Flag(DependencyGraph graph) =>
        _world.Write((transaction, _) =>
        {
            new DirtyClosure(transaction, _world.Schema, graph).FlagChanges();
            new DirtyStore(transaction, _world.Schema, graph).Prune(0);
            return 0;
        });

    private void Complete(DependencyGraph graph) =>
        _world.Write((transaction, _) =>
        {
            new DirtyClosure(transaction, _world.Schema, graph).FlagBeforeCompleteRun();
            var dirty = new DirtyStore(transaction, _world.Schema, graph);
            dirty.Finish(dirty.Select(Kind, _world.Type("Person"), true));
            return 0;
        });

    private T Ask<T>(DependencyGraph graph, Func<DirtyStore, T> question) =>
        _world.Read(transaction => question(new DirtyStore(transaction, _world.Schema, graph)));

    private DependencyGraph Graph() => new(
    [
        new Computation
        {
            Kind = Kind,
            EntityType = _world.Type("Person"),
            Reads = new ReadSet(
                new HashSet<ReadPath> { new(_world.Type("Person"), [_world.Property("Person:Team"), _world.Property("Team:Label")]) },
                new HashSet<Configuration.Model.EntityType>(),
                false),
            Signature = "x",
        },
    ]);
}
