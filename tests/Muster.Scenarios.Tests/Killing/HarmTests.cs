using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>Issue 3, what else may happen to a run: a full disk, a clock that goes back, a second start, lost folders.</summary>
[Collection(KillCollection.Name)]
public sealed class HarmTests(KillFixture fixture)
{
    private static readonly string[] TakingSpace = ["create", "write", "flush", "rename", "move", "commit"];

    private KillHistory History => fixture.History;

    private KillStep Incremental => History.Steps[2];

    /// <summary>
    /// From the point on nothing can be written any more, not even how the job ended; then there is room again. By default at every seventh
    /// point of the incremental job, with <c>MUSTER_CASES=all</c> at every point of every job.
    /// </summary>
    [Fact]
    public async Task DiskFull_AtAnyPoint_IsSaidAndTheNextRunGoesOn()
    {
        var driver = new KillDriver(History);
        var isAll = Environment.GetEnvironmentVariable("MUSTER_CASES") == "all";
        foreach (var step in isAll ? History.Steps : [Incremental])
        {
            var points = step.Trace.Distinct().Where(p => p.EndsWith(".before", StringComparison.Ordinal) && TakingSpace.Contains(p.Split('.')[^2])).ToList();
            var world = new FleetWorld(step.Before);
            var done = new List<string>();
            foreach (var point in points.Where((_, index) => isAll || index % 7 == 0))
            {
                var (code, said) = await KillHistory.RunProcessAsync(world, $"full:{point}", "job", "run", step.Job);
                Assert.True(code == ExitCode.Failed, $"{point}: {code} {said}");
                Assert.Matches("(?i)(disk .* is full|no space left)", said);
                Assert.DoesNotContain("   at Muster", said, StringComparison.Ordinal);
                done.Add(point);
                if (isAll)
                {
                    await driver.FinishAsync(world, step.Number, $"disk full at {point}");
                    world = new FleetWorld(step.Before);
                }
            }

            await driver.FinishAsync(world, step.Number, $"disk full at {string.Join(", ", done)}");
        }

        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
    }

    [Fact]
    public async Task ClockGoesBack_NothingIsRefusedOrLost()
    {
        var driver = new KillDriver(History);
        var world = new FleetWorld(Incremental.Before);

        var back = await world.RunAsync("job", "run", "Listed", "--at", TimeProvider.System.GetUtcNow().AddDays(-2).ToString("O"));

        Assert.True(back.Code is ExitCode.Done or ExitCode.Warnings, back.Error + back.Out);
        await driver.FinishAsync(world, Incremental.Number, "a clock that went back");
        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
    }

    [Fact]
    public async Task TwoProcessesStartTheSameJob_OneRuns_TheOtherSaysSo()
    {
        var driver = new KillDriver(History);
        var world = new FleetWorld(Incremental.Before);

        // Whoever gets the leases stays a while; the other finds them taken.
        var runs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            KillHistory.RunProcessAsync(world, "wait:JobLeases.Start.commit.after", "job", "run", "Listed")));

        Assert.Single(runs, r => r.Code is ExitCode.Done or ExitCode.Warnings);
        var refused = Assert.Single(runs, r => r.Code == ExitCode.Failed);
        Assert.Contains("The job 'Listed' is already running: instance", refused.Error, StringComparison.Ordinal);
        await driver.FinishAsync(world, Incremental.Number, "two starts at once");
        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
    }

    [Fact]
    public async Task TempFolderDeleted_HasNoEffect()
    {
        var driver = new KillDriver(History);
        var world = new FleetWorld(Incremental.Before);
        Directory.Delete(world.PathOf("Temp"), recursive: true);

        await driver.FinishAsync(world, Incremental.Number, "a deleted temp folder");

        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
    }

    [Fact]
    public async Task WorkFolderDeletedButForTheDatabase_IsSaidAndHealed()
    {
        var driver = new KillDriver(History);
        var world = new FleetWorld(Incremental.Before);
        foreach (var folder in Directory.GetDirectories(world.Work))
        {
            Directory.Delete(folder, recursive: true);
        }

        var run = await world.RunAsync("job", "run", "Listed", "--json");

        Assert.True(run.Code is ExitCode.Done or ExitCode.Warnings, run.Error + run.Out);
        Assert.Contains("complete instead of incremental", run.Out, StringComparison.Ordinal);
        await driver.FinishAsync(world, Incremental.Number, "a deleted work folder");
        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
    }
}
