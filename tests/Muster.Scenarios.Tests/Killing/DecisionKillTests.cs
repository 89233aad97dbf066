using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>A person's decision that was killed is taken or not; the person gives it again, and it counts once.</summary>
[Collection(KillCollection.Name)]
public sealed class DecisionKillTests(KillFixture fixture)
{
    private static readonly (string Site, string[] Command)[] Decisions =
    [
        ("AssignmentDecisions.Request", ["assignment", "request", "Roster_Member", "B002", "--role", "Line/Anchor"]),
        ("AssignmentDecisions.Decide", ["assignment", "approve", "Roster_Member", "B002", "--role", "Line/Anchor"]),
        ("OrderReview.Decide", ["order", "review", "approve", "--all-of", "Yard_Account"]),
    ];

    internal static IEnumerable<string> Points => Decisions.SelectMany(d => new[] { $"{d.Site}.commit.before", $"{d.Site}.commit.after" });

    [Fact]
    public async Task Decision_Killed_IsGivenAgainAndCountsOnce()
    {
        var driver = new KillDriver(fixture.History);
        using var unharmed = await WaitingAsync();
        using var harmed = new FleetWorld(unharmed);
        foreach (var (site, command) in Decisions)
        {
            var once = await unharmed.RunAsync(command);
            Assert.True(once.Code == ExitCode.Done, once.Error);
            Assert.True(await driver.KillAsync(harmed, "", $"{site}.commit.before", command), $"{site}\n{string.Join('\n', driver.Problems)}");
            Assert.True(await driver.KillAsync(harmed, "", $"{site}.commit.after", command), $"{site}\n{string.Join('\n', driver.Problems)}");

            // Done, or refused because there is nothing left to decide: no exception, and nothing a second time.
            var again = await harmed.RunAsync(command);
            Assert.True(again.Code is ExitCode.Done or ExitCode.Wrong or ExitCode.Failed, again.Error);
            Assert.DoesNotContain("   at Muster", again.Error, StringComparison.Ordinal);
        }

        await KillHistory.RunJobAsync(unharmed, "Listed");
        await KillHistory.RunJobAsync(harmed, "Listed");
        Assert.Equal(await unharmed.DumpAsync(), await harmed.DumpAsync());
        Assert.Equal(await KillHistory.DirectoryAsync(unharmed), await KillHistory.DirectoryAsync(harmed));
    }

    /// <summary>A role that people ask for, and orders that wait for a reviewer.</summary>
    private async Task<FleetWorld> WaitingAsync()
    {
        const string Provisioning = "Conf/Provisioning.xml";
        var world = new FleetWorld(fixture.History.Steps[2].Before);
        world.Replace(
            Provisioning,
            """<SingleRoleRule Role="Line/Crew" """,
            """<SingleRole Identifier="Line/Anchor" DisplayName_L1="Anchor" EntityType="Roster_Member" Policy="Default" Category="Line" ApprovalWorkflowType="One" /><SingleRoleRule Role="Line/Crew" """);
        world.Replace(
            Provisioning,
            """DisplayName_L1="Yard account" Policy="Default" Category="Line" BlockProvisioning="false" """,
            """DisplayName_L1="Yard account" Policy="Default" Category="Line" BlockProvisioning="true" """);
        await KillHistory.RunJobAsync(world, "Listed");
        return world;
    }
}
