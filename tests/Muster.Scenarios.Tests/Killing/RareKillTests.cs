using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;
using Muster.Servers;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>The points that an unharmed history does not come to: they need a killed, blocked, failed, slow or cancelled run before.</summary>
[Collection(KillCollection.Name)]
public sealed class RareKillTests(KillFixture fixture)
{
    private const string Listed = "Listed";
    private static readonly string[] RunListed = ["job", "run", Listed];

    private KillHistory History => fixture.History;

    private KillStep Incremental => History.Steps[2];

    [Fact]
    public void Catalogue_EveryPoint_IsReachedByTheHistoryOrByARareCase()
    {
        string[] rare = [.. Recovered, .. Slow, .. Abandoned, .. Failed, .. Unlisted, .. Blocked, .. Discarded, .. Cancelled, .. Replaced, .. Verified, .. DecisionKillTests.Points, .. BeginningKillTests.Points];
        Assert.Empty(KillPoints.All.Except(History.Steps.SelectMany(s => s.Trace)).Except(rare).Except(CopiedFromServer).Order(StringComparer.Ordinal));
        Assert.Empty(rare.Except(KillPoints.All));
    }

    private static readonly string[] Recovered = PointsOf("JobLeases.RecoverInterrupted.commit");

    [Fact]
    public async Task RecoveryOfAKilledRun_KilledItself_IsRepeated() => await ChainAsync(
        Recovered.Prepend("JobExecution.Save.commit.after").Select(p => ("", p, RunListed)));

    private static readonly string[] Slow = PointsOf("JobLeases.Renew.commit");

    [Fact]
    public async Task RenewalOfLeases_Killed_IsAnEndOfTheRunLikeAnyOther() => await ChainAsync(
        Slow.Select(p => ("wait:GetChain.call.before;", p, RunListed)));

    private static readonly string[] Abandoned = [.. PointsOf("AbandonDelivery.call"), .. PointsOf("DeliveryInbox.Abandon.commit")];

    [Fact]
    public async Task TakingBackADelivery_Killed_TheNextOneSupersedesIt() => await ChainAsync(
        Abandoned.Select(p => ("once:delivery-file.write.before;", p, RunListed)));

    private static readonly string[] Failed = PointsOf("Synchronizer.Fail.commit");

    [Fact]
    public async Task FailedDelivery_KilledAtItsNote_IsAppliedByTheNextRun() => await ChainAsync(
        Failed.Select(p => ("once:Synchronizer.Apply.commit.before;", p, RunListed)));

    private static readonly string[] Unlisted = PointsOf("Synchronizer.Unlist.commit");

    [Fact]
    public async Task ChangesLeftInTheList_KilledWhenTakenOut_AreComputedAllTheSame() => await ChainAsync(
        Unlisted.Select(p => ("", p, new[] { "job", "run", "Complete" })).Prepend(("", "RecentlyModifiedFlag.Set.commit.before", RunListed)));

    private static readonly string[] Blocked = PointsOf("Synchronizer.Block.commit");

    private static readonly string[] Discarded = [.. PointsOf("Synchronizer.Discard.commit"), .. PointsOf("JobRunCommands.Discard.commit")];

    [Fact]
    public async Task Discard_Killed_IsRepeated()
    {
        var driver = new KillDriver(History);
        foreach (var point in Discarded)
        {
            var world = Truncated();
            Assert.Equal(ExitCode.Blocked, (await world.RunAsync(RunListed)).Code);
            Assert.True(await driver.KillAsync(world, "", point, "job", "discard", "Crew"), point);
            var again = await world.RunAsync("job", "discard", "Crew");
            Assert.True(again.Code == ExitCode.Done || again.Error.Contains("Nothing is blocked", StringComparison.Ordinal), again.Error);
            await driver.FinishAsync(world, Incremental.Number, $"discard killed at {point}");
        }

        AssertAll(driver, Discarded);
    }

    /// <summary>Killed between the block and its note in the job's record: it can be resumed all the same.</summary>
    [Fact]
    public async Task Block_Killed_CanBeResumed()
    {
        var driver = new KillDriver(History);
        using var world = Truncated();
        foreach (var point in Blocked)
        {
            Assert.True(await driver.KillAsync(world, "", point, RunListed), point);
        }

        var resumed = await world.RunAsync("job", "resume", "Crew", "--json");

        // So many leavers are blocked once more where their orders are generated, which is another matter.
        Assert.True(resumed.Code is ExitCode.Done or ExitCode.Warnings or ExitCode.Blocked, resumed.Error + resumed.Out);
        var instance = new Instance(resumed);
        Assert.Equal(36, instance.Count("Listed_Synchronize_Crew", "resourcesDeleted"));
        Assert.DoesNotContain("\"Error\"", resumed.Out, StringComparison.Ordinal);
        Assert.NotEqual("Blocked", instance.StateOf("Listed_Synchronize_Crew"));
    }

    private static readonly string[] Replaced =
    [
        .. PointsOf("prepared.delete"), "ConfirmUnchanged.call.before", .. PointsOf("DeliveryInbox.ConfirmUnchanged.commit"), "ConfirmUnchanged.call.after",
    ];

    [Fact]
    public async Task RunWithoutChanges_Killed_IsRepeated() => await ChainAsync(
        Replaced.Select(p => ("", p, RunListed)), world => KillHistory.RunJobAsync(world, Listed));

    /// <summary>The crewing office says that nearly all sailors have gone.</summary>
    private FleetWorld Truncated()
    {
        var world = new FleetWorld(Incremental.Before);
        var truncated = KillHistory.Third.Copy();
        foreach (var key in truncated.Keys("sailors").Skip(3))
        {
            truncated.Without("sailors", key);
        }

        world.Changes(KillHistory.Third, truncated);
        return world;
    }

    private static readonly string[] Cancelled = PointsOf("JobRunCommands.Cancel.commit");

    [Fact]
    public async Task Cancel_Killed_HarmsNothing() => await ChainAsync(
        Cancelled.Select(p => ("", p, new[] { "job", "cancel", "1" })));

    /// <summary>Only a store on a server is copied row by row.</summary>
    private static readonly string[] CopiedFromServer = PointsOf("StoreCopy.ToFile.commit");

    private static readonly string[] Verified = [.. TestStore.IsPostgres ? CopiedFromServer : [], .. PointsOf("RepositoryVerification.RederiveLinks.commit")];

    /// <summary>A verification works on a copy: what a killed one left of it is removed by the next.</summary>
    [Fact]
    public async Task Verification_Killed_HarmsNothingAndLeavesNothing()
    {
        var driver = new KillDriver(History);
        var world = new FleetWorld(Incremental.Before);
        foreach (var point in Verified)
        {
            Assert.True(await driver.KillAsync(world, "", point, "repository", "verify"), string.Join('\n', driver.Problems));
        }

        Assert.NotEmpty(Directory.GetDirectories(world.PathOf("Temp/Scratch")));
        var verified = await world.RunAsync("repository", "verify");
        Assert.True(verified.Code == ExitCode.Done, verified.Error + verified.Out);
        Assert.Empty(Directory.GetDirectories(world.PathOf("Temp/Scratch")));
        await driver.FinishAsync(world, Incremental.Number, "killed verifications");
        AssertAll(driver, Verified);
    }

    private static string[] PointsOf(string operation) => [$"{operation}.before", $"{operation}.after"];

    private async Task ChainAsync(IEnumerable<(string Faults, string Point, string[] Command)> kills, Func<FleetWorld, Task>? before = null)
    {
        var driver = new KillDriver(History);
        var world = new FleetWorld(Incremental.Before);
        await (before?.Invoke(world) ?? Task.CompletedTask);
        var points = new List<string>();
        foreach (var (faults, point, command) in kills)
        {
            points.Add(point);
            Assert.True(await driver.KillAsync(world, faults, point, command), $"{point} was not reached.\n{string.Join('\n', driver.Problems)}");
        }

        await driver.FinishAsync(world, Incremental.Number, $"kills at {string.Join(", ", points)}");
        AssertAll(driver, points);
    }

    private static void AssertAll(KillDriver driver, IReadOnlyList<string> points)
    {
        Assert.True(driver.Problems.Count == 0, string.Join("\n\n", driver.Problems));
        Assert.Empty(points.Except(driver.Kills.Keys));
    }
}
