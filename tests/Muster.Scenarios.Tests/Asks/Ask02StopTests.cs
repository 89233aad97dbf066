using Muster.Cli.Hosting;

namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 2: stop when too much changes.</summary>
public sealed class Ask02StopTests
{
    [Fact]
    public async Task ExportOfATenth_ChangesNothing_AndOneApprovalReleasesExactlyIt()
    {
        using var world = await AskWorld.LoadedAsync();
        var dump = await world.Fleet.DumpAsync();
        var yard = world.Yard;
        world.Change(s => s.Keys("sailors").Skip(4).Aggregate(s, (state, badge) => state.Without("sailors", badge)));

        var blocked = await world.Fleet.JobAsync("Compared", ExitCode.Blocked);

        var block = blocked.Task("Compared_Synchronize_Crew")["block"]!;
        Assert.Equal(36, (long)block["actual"]!);
        Assert.Equal(49, (long)block["total"]!);
        Assert.NotEmpty(block["samples"]!.AsArray());
        Assert.Equal(dump, await world.Fleet.DumpAsync());
        Assert.Equal(yard, world.Yard);

        // What comes after the block is not released with it.
        world.Change(s => s.Row("sailors", "B077", "Not", "Yet", "", "", "", ""));
        Assert.Contains((await world.Fleet.RunAsync("job", "resume", "Crew")).Code, new[] { ExitCode.Done, ExitCode.Blocked });
        var sailors = (await world.Fleet.RunAsync("resource", "list", "Fleet_Sailor", "--json")).Out;
        Assert.Equal(4, sailors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("B077", sailors, StringComparison.Ordinal);
    }
}
