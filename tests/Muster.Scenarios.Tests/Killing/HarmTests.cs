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
    /// point of the incremental job, many in a row, with <c>MUSTER_CASES=all</c> at every point of every job, each in a history of its own.
    /// </summary>
    [Fact]
    public async Task DiskFull_AtAnyPoint_IsSaidAndTheNextRunGoesOn()
    {
        var driver = new KillDriver(History);
        if (IsAll)
        {
            await KillDriver.TwoAtATimeAsync(
                PointsOfAllJobs(isLater: false), c => FillAndFinishAsync(driver, c.Step, $"full:{c.Point}", $"disk full at {c.Point}"));
        }
        else
        {
            var world = new FleetWorld(Incremental.Before);
            foreach (var point in Writing(Incremental).Where((_, index) => index % 7 == 0))
            {
                await driver.FillAsync(world, Incremental, $"full:{point}");
            }

            await driver.FinishAsync(world, Incremental.Number, "disk full at every seventh point");
        }

        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
    }

    /// <summary>There is no room at the point alone, so that the run goes on with what it does after a failure, and can write it down.</summary>
    [Fact]
    public async Task DiskFull_AtOnePointOnly_TheRunEndsInOrder()
    {
        var driver = new KillDriver(History);
        await KillDriver.TwoAtATimeAsync(
            PointsOfAllJobs(isLater: true).Where((_, index) => IsAll || index % 60 == 0),
            c => FillAndFinishAsync(driver, c.Step, $"once:{c.Point}", $"no space at {c.Point} only"));

        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
    }

    private static async Task FillAndFinishAsync(KillDriver driver, KillStep step, string fault, string what)
    {
        if (!KillDriver.IsDone(step.Number, what))
        {
            var world = new FleetWorld(step.Before);
            await driver.FillAsync(world, step, fault);
            await driver.FinishAsync(world, step.Number, what);
        }
    }

    private static bool IsAll => Environment.GetEnvironmentVariable("MUSTER_CASES") == "all";

    private static IEnumerable<string> Writing(KillStep step) =>
        step.Trace.Distinct().Where(p => p.EndsWith(".before", StringComparison.Ordinal) && TakingSpace.Contains(p.Split('.')[^2]));

    /// <summary>Each point of each job that takes space, at its first occurrence or at one of the later ones chosen at random.</summary>
    private IEnumerable<(KillStep Step, string Point)> PointsOfAllJobs(bool isLater)
    {
        var random = new Random(KillDriver.Seed);
        return History.Steps.SelectMany(step => Writing(step).Select(point =>
            (step, isLater ? $"{point}:{random.Next(1, step.TimesOf(point) + 1)}" : point)));
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

    /// <summary>A process that starts clears away what killed ones left, and nothing that is being written.</summary>
    [Fact]
    public async Task SecondStart_WhileAFileGetsItsName_LeavesItAlone()
    {
        const string Unnamed = "snapshot.flush.after";
        var driver = new KillDriver(History);
        var world = new FleetWorld(Incremental.Before);
        var trace = world.PathOf("trace.txt");
        await File.WriteAllTextAsync(trace, "");
        var first = KillHistory.RunProcessAsync(world, $"trace:{trace};wait:{Unnamed}", "job", "run", Incremental.Job);
        while (!first.IsCompleted && !(await File.ReadAllTextAsync(trace)).Contains(Unnamed, StringComparison.Ordinal))
        {
            await Task.Delay(100);
        }

        var second = await world.RunAsync("job", "run", Incremental.Job);

        Assert.Contains("is already running", second.Error, StringComparison.Ordinal);
        var (code, said) = await first;
        Assert.True(code is ExitCode.Done or ExitCode.Warnings, said);
        File.Delete(trace);
        await driver.FinishAsync(world, Incremental.Number, "a second start while a file gets its name");
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
