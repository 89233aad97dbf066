using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Jobs;

namespace Muster.Synchronization.Tests;

/// <summary>
/// The first promise (architecture.md): whatever the history, and however each step of it was told, resources, links and waiting rows are those of
/// an initial load of the last state.
/// </summary>
public class IncrementalEqualsCompleteTests
{
    private static readonly string[] Connectors = ["HR", "AD"];

    /// <summary>Each takes a good part of a second; <c>MUSTER_PROPERTY_CASES</c> asks for more.</summary>
    private static int Histories =>
        int.TryParse(Environment.GetEnvironmentVariable("MUSTER_PROPERTY_CASES"), out var cases) ? cases : 20;

    [Fact]
    public void AnyHistory_AnyModes_GivesTheStateOfAnInitialLoad() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Histories).WithReplay(20261122, 3), Prop.ForAll<int>(Check));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(42)]
    public void KnownHistory_AnyModes_GivesTheStateOfAnInitialLoad(int seed) => Check(seed);

    private static void Check(int seed)
    {
        var random = new RandomSources(seed);
        var log = new List<string>();
        var states = new Dictionary<string, SourceState> { ["HR"] = RandomSources.EmptyHr(), ["AD"] = RandomSources.EmptyAd() };
        using var world = new SyncWorld();
        foreach (var connector in random.Next(2) == 0 ? Connectors : Connectors.Reverse())
        {
            states[connector] = random.Change(states[connector]);
            log.Add($"initial {connector}\n{states[connector]}");
            world.Apply(connector, SynchronizationMode.Initial, states[connector].Complete(RandomSources.Columns));
        }

        for (var step = 0; step < 6; step++)
        {
            var connector = Connectors[random.Next(2)];
            var next = random.Change(states[connector]);
            var way = random.Next(3);
            log.Add($"{(way == 0 ? "complete" : "incremental")} {connector}\n{next}");
            var files = way == 0
                ? next.Complete(RandomSources.Columns)
                : next.Changes(states[connector], RandomSources.Columns, way == 1 ? null : "merge");
            states[connector] = next;
            if (files.Length > 0)
            {
                world.Apply(connector, way == 0 ? SynchronizationMode.Complete : SynchronizationMode.Incremental, files);
            }
        }

        using var fresh = new SyncWorld();
        foreach (var (connector, state) in states)
        {
            fresh.Apply(connector, SynchronizationMode.Initial, state.Complete(RandomSources.Columns));
        }

        var expected = fresh.State();
        Assert.True(expected == world.State(), $"seed {seed}\n{string.Join("\n\n", log)}\n\nexpected\n{expected}\nactual\n{world.State()}");
        foreach (var (connector, state) in states)
        {
            var again = world.Apply(connector, SynchronizationMode.Complete, state.Complete(RandomSources.Columns));
            Assert.False(again.Processed, $"seed {seed}: a complete run of {connector} found something to do: {string.Join(", ", world.Reporter.Counters)}");
        }
    }
}
