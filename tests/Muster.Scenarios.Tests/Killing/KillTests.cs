using Muster.Configuration.Faults;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>
/// Issue 3, "Killed anywhere": the process is killed at every point of <see cref="FaultPoints"/> (docs/development/fault-points.md).
/// <c>MUSTER_CASES=all</c> kills at every point in every job, one at a time, at its first and at a later occurrence, and a number does so many of
/// these cases; the default run kills at every point once, many in a row.
/// </summary>
[Collection(KillCollection.Name)]
public sealed class KillTests(KillFixture fixture)
{
    private static readonly string? Cases = Environment.GetEnvironmentVariable("MUSTER_CASES");

    private KillHistory History => fixture.History;

    [Fact]
    public void Trace_OfTheHistory_KnowsAllItsPoints()
    {
        Assert.Empty(History.Steps.SelectMany(s => s.Trace).Except(FaultPoints.All).Distinct());
        Assert.Equal(FaultPoints.All.Count, FaultPoints.All.Distinct().Count());
    }

    [Fact]
    public async Task KilledAtEveryPoint_EndsAsTheUnharmedHistory()
    {
        var driver = new KillDriver(History);
        var reached = History.Steps.SelectMany(s => s.Trace).ToHashSet();
        await Task.WhenAll(Cases is { Length: > 0 } ? Singles(driver) : Chains(driver, reached));

        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
        var isWhole = Cases is not { Length: > 0 } or "all";
        Assert.Empty(reached.Where(p => isWhole && !driver.Kills.ContainsKey(p)).Order(StringComparer.Ordinal));
        await Console.Out.WriteLineAsync($"{reached.Count} points, {driver.Kills.Values.Sum()} kills.");
    }

    /// <summary>Every point once, in one of the jobs that reach it; in the order in which the job comes to them.</summary>
    private IEnumerable<Task> Chains(KillDriver driver, IReadOnlySet<string> reached)
    {
        var jobs = reached.Order(StringComparer.Ordinal)
            .Select((point, index) =>
            {
                var steps = History.Steps.Where(s => s.Trace.Contains(point)).ToList();
                return (Point: point, Step: steps[index % steps.Count]);
            })
            .ToLookup(p => p.Step, p => p.Point);
        return jobs.Select(job => driver.ChainAsync(job.Key, [.. job.Key.Trace.Distinct().Where(p => job.Contains(p))]));
    }

    /// <summary>Every point in every job that reaches it, first and at random.</summary>
    private IEnumerable<Task> Singles(KillDriver driver)
    {
        var random = new Random(20261122);
        var cases = History.Steps.SelectMany(step => step.Trace.Distinct().SelectMany(point =>
        {
            var times = step.TimesOf(point);
            return times > 1 ? new[] { (step, point, 1), (step, point, random.Next(2, times + 1)) } : [(step, point, 1)];
        })).ToArray();
        random.Shuffle(cases);
        var count = int.TryParse(Cases, out var wanted) ? wanted : cases.Length;
        var queue = new System.Collections.Concurrent.ConcurrentQueue<(KillStep Step, string Point, int Occurrence)>(cases.Take(count));
        return Enumerable.Range(0, 2).Select(async _ =>
        {
            while (queue.TryDequeue(out var next))
            {
                await driver.SingleAsync(next.Step, next.Point, next.Occurrence);
            }
        });
    }
}

/// <summary>The unharmed history, run once.</summary>
public sealed class KillFixture : IAsyncLifetime
{
    private KillHistory? _history;

    internal KillHistory History => _history!;

    public async Task InitializeAsync() => _history = await KillHistory.RunAsync();

    public Task DisposeAsync()
    {
        _history?.Dispose();
        return Task.CompletedTask;
    }
}

/// <summary>Shares the unharmed history; the tests of a collection run one after the other, so that they do not take the processors from one another.</summary>
[CollectionDefinition(Name)]
public sealed class KillCollection : ICollectionFixture<KillFixture>
{
    public const string Name = "Killing";
}
