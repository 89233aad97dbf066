using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>People decide, through the command line alone: request, approval, job, order, directory file; and the same by complete jobs.</summary>
public sealed class DecisionTests
{
    private static async Task<FleetWorld> LoadedAsync()
    {
        var world = new FleetWorld(isProvisioning: true);
        world.Replace("Conf/Provisioning.xml", """<SingleRole Identifier="Line/Flagship" """, """<SingleRole Identifier="Line/Flagship" ApprovalWorkflowType="Two" """);
        world.Replace("Conf/Provisioning.xml", """<SingleRoleRule Role="Line/Flagship" Policy="Default" D0="H01" />""", "");
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        await world.JobAsync("Complete");
        return world;
    }

    private static string Flagship(FleetWorld world) =>
        File.ReadAllText(world.PathOf("Sources/yard.ldif")).Split("\n\n").Single(e => e.Contains("dn: cn=flagship,", StringComparison.Ordinal));

    private static async Task<JsonNode> DecideAsync(FleetWorld world, int code, params string[] command)
    {
        var result = await world.RunAsync(code, [.. command, "--json"]);
        return code == ExitCode.Done ? JsonNode.Parse(result.Out)! : JsonValue.Create(result.Error)!;
    }

    [Fact]
    public async Task RequestApproveAndRemove_ReachTheDirectory_ByIncrementalAsByCompleteJobs()
    {
        using var incremental = await LoadedAsync();
        using var complete = new FleetWorld(incremental);
        var badge = FleetState.Small().Keys("sailors")[0];
        string[] flagship = ["Roster_Member", badge, "--role", "Line/Flagship"];
        (string[] Command, string State)[] steps =
        [
            ([.. (string[])["assignment", "request"], .. flagship, "--by", "ann", "--comment", "for the regatta"], "PendingApproval1"),
            ([.. (string[])["assignment", "approve"], .. flagship, "--by", "bob"], "PendingApproval2"),
            ([.. (string[])["assignment", "approve"], .. flagship, "--by", "cid"], "Approved"),
            ([.. (string[])["assignment", "request"], .. flagship, "--remove", "--by", "ann"], "PendingApproval1"),
            ([.. (string[])["assignment", "decline"], .. flagship, "--by", "bob", "--comment", "still needed"], "Approved"),
            ([.. (string[])["assignment", "request"], .. flagship, "--remove", "--by", "ann"], "PendingApproval1"),
            ([.. (string[])["assignment", "approve"], .. flagship, "--by", "bob"], "PendingApproval2"),
            ([.. (string[])["assignment", "approve"], .. flagship, "--by", "bob"], "Cancellation"),
        ];
        var isMember = false;
        foreach (var (command, state) in steps)
        {
            foreach (var (world, job) in new[] { (incremental, "Compared"), (complete, "Complete") })
            {
                var decided = await DecideAsync(world, ExitCode.Done, command);
                Assert.Equal(state, (string)decided["assignment"]!["workflowState"]!);
                await world.JobAsync(job);
            }

            isMember = state switch { "Approved" => true, "Cancellation" => false, _ => isMember };
            Assert.Equal(isMember, Flagship(incremental).Contains("uid=", StringComparison.Ordinal));
            Assert.Equal(Flagship(complete), Flagship(incremental));
            Assert.Equal(await complete.DumpAsync(), await incremental.DumpAsync());
        }

        var history = (await DecideAsync(incremental, ExitCode.Done, "assignment", "list", "--owner", "Roster_Member", badge, "--history"))["history"]!.AsArray();
        Assert.Equal(steps.Length, history.Count);
        Assert.Equal(("ann", "for the regatta", "Request"), ((string)history[0]!["by"]!, (string)history[0]!["comment"]!, (string)history[0]!["decision"]!));
        var verify = await incremental.RunAsync("repository", "verify");
        Assert.True(verify.Code == ExitCode.Done, verify.Out + verify.Error);
    }

    [Fact]
    public async Task WrongDecisions_SayWhatIsWrong_AndChangeNothing()
    {
        using var world = await LoadedAsync();
        var badge = FleetState.Small().Keys("sailors")[0];
        var before = await world.DumpAsync();

        Assert.Contains("Did you mean 'Line/Flagship'?", (string?)await DecideAsync(world, ExitCode.Wrong, "assignment", "request", "Roster_Member", badge, "--role", "Line/Flagshipp"), StringComparison.Ordinal);
        Assert.Contains("no 'Roster_Member' with the key", (string?)await DecideAsync(world, ExitCode.Failed, "assignment", "request", "Roster_Member", "nobody", "--role", "Line/Flagship"), StringComparison.Ordinal);
        Assert.Contains("ManualAssignmentNotAllowed", (string?)await DecideAsync(world, ExitCode.Failed, "assignment", "request", "Roster_Member", badge, "--resource-type", "Yard_Account"), StringComparison.Ordinal);
        Assert.Contains("needs a comment", (string?)await DecideAsync(world, ExitCode.Wrong, "assignment", "decline", "Roster_Member", badge, "--role", "Line/Crew"), StringComparison.Ordinal);
        Assert.Contains("does not wait for an approval", (string?)await DecideAsync(world, ExitCode.Failed, "assignment", "approve", "Roster_Member", badge, "--role", "Line/Crew"), StringComparison.Ordinal);

        Assert.Equal(before, await world.DumpAsync());
    }
}
