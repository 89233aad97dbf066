
using System.Globalization;
using Muster.Servers;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>
/// Issue 3, "Killed anywhere": the process is killed at every point of <see cref="KillPoints"/> (docs/development/fault-points.md).
/// <c>MUSTER_CASES=all</c> kills at every point in every job, one at a time, at its first and at a later occurrence, and a number does so many of
/// these cases; the default run kills at every point once, many in a row, and on a server, which takes three times as long, at the commits of the store:
/// what passes the other points is the same on both kinds.
/// </summary>
[Collection(KillCollection.Name)]
public sealed class KillTests(KillFixture fixture)
{
    private static readonly string? Cases = Environment.GetEnvironmentVariable("MUSTER_CASES");

    private KillHistory History => fixture.History;

    [Fact]
    public void Trace_OfTheHistory_HasOnlyKnownPoints()
    {
        Assert.Empty(History.Steps.SelectMany(s => s.Trace).Except(KillPoints.All).Distinct());
    }

    [Fact]
    public async Task KilledAtEveryPoint_EndsAsTheUnharmedHistory()
    {
        var driver = new KillDriver(History);
        var isShort = TestStore.IsPostgres && Cases is null or "";
        var reached = History.Steps.SelectMany(s => s.Trace).Where(p => !isShort || p.Contains(".commit.", StringComparison.Ordinal)).ToHashSet();
        await Task.WhenAll(Cases switch { null or "" => Chains(driver, reached), "jobs" => ChainsOfAllJobs(driver), _ => Singles(driver) });

        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
        var isWhole = Cases is not { Length: > 0 } or "all" or "jobs";
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

    /// <summary>Every point in every job that reaches it, some in a row in one history.</summary>
    private IEnumerable<Task> ChainsOfAllJobs(KillDriver driver)
    {
        const int InARow = 8;
        var chains = History.Steps.SelectMany(step => step.Trace.Distinct().Where(point => !driver.WasKilled(step, point)).Chunk(InARow).Select(points => (step, points)));
        return [KillDriver.TwoAtATimeAsync(chains, c => driver.ChainAsync(c.step, c.points))];
    }

    /// <summary>
    /// Killed at any moment, and once or twice more while the next starts recover: at the N-th point that is reached, whichever it is, or, in
    /// the long run, when a time has passed, wherever the process is then.
    /// </summary>
    [Fact]
    public async Task KilledAtRandom_AndAgainWhileRecovering_EndsAsTheUnharmedHistory()
    {
        var driver = new KillDriver(History);
        var random = new Random(KillDriver.Seed);
        var count = Cases switch { null or "" or "jobs" => 3, "all" => 300, _ => int.Parse(Cases, CultureInfo.InvariantCulture) };
        await KillDriver.TwoAtATimeAsync(Enumerable.Range(0, count).Select(number => RandomCase(random, number)).ToList(), c => driver.RandomAsync(c.Step, c.Faults));

        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
        Assert.NotEmpty(driver.Kills);
        await Console.Out.WriteLineAsync($"{count} histories, {driver.Kills.Values.Sum()} kills at random.");
    }

    private (KillStep Step, IReadOnlyList<string> Faults) RandomCase(Random random, int number)
    {
        var step = History.Steps[number % History.Steps.Count];
        var isByClock = number % 5 == 4;
        var kills = random.Next(10) switch { < 3 => 1, < 8 => 2, _ => 3 };
        return (step, [.. Enumerable.Range(0, kills).Select(_ => isByClock ? $"clock:{random.Next(600, 3000)}" : $"kill:*:{random.Next(1, step.Trace.Count + 1)}")]);
    }

    /// <summary>Every point in every job that reaches it: first all at their first occurrence, then at a later one.</summary>
    private IEnumerable<Task> Singles(KillDriver driver)
    {
        var random = new Random(KillDriver.Seed);
        var cases = History.Steps.SelectMany(step => step.Trace.Distinct().SelectMany(point =>
        {
            var times = step.TimesOf(point);
            var first = (Step: step, Point: point, Times: 1);
            return times > 1 ? new[] { first, first with { Times = random.Next(2, times + 1) } } : [first];
        })).ToArray();
        random.Shuffle(cases);
        var count = int.TryParse(Cases, out var wanted) ? wanted : cases.Length;
        return [KillDriver.TwoAtATimeAsync(cases.OrderBy(c => c.Times > 1).Take(count), c => driver.SingleAsync(c.Step, c.Point, c.Times))];
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
