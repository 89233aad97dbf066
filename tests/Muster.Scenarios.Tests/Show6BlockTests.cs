using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>Show 6: an extract that lost nine tenths of its rows changes nothing until a person has decided.</summary>
public sealed class Show6BlockTests
{
    private static readonly string[] Chain = ["Compared_Export_sailors", "Compared_Export_vessels", "Compared_Prepare_Crew", "Compared_Synchronize_Crew"];

    [Fact]
    public async Task TruncatedExtract_BlocksItsConnector_AndResumeAppliesExactlyIt()
    {
        using var world = new FleetWorld();
        var full = FleetState.Small();
        world.Sources(full);
        await world.JobAsync("Initial");
        var before = await world.DumpAsync();
        var truncated = Truncated(full);
        world.Sources(truncated);

        var blocked = await world.JobAsync("Compared", ExitCode.Blocked);

        Assert.Equal(("Blocked", "Blocked"), (blocked.State, blocked.StateOf("Compared_Synchronize_Crew")));
        Assert.Equal(before, await world.DumpAsync());
        var text = blocked.Task("Compared_Synchronize_Crew")["block"]!.ToJsonString();
        Assert.Contains("MaxPercentageDeletedLines", text, StringComparison.Ordinal);
        Assert.Contains("36", text, StringComparison.Ordinal);
        Assert.Matches("B0\\d\\d", text);

        // The port goes on alone, whatever the crewing office says now.
        world.Sources(full.Copy().Without("berths", "3"));
        var next = await world.JobAsync("Compared");
        Assert.All(Chain, task => Assert.Equal("ConnectorBlocked", next.SkipOf(task)));
        Assert.Equal(1, next.Count("Compared_Synchronize_Port", "resourcesDeleted"));

        var resumed = await world.RunAsync("job", "resume", "Crew", "--json");
        Assert.True(resumed.Code == ExitCode.Done, resumed.Error + resumed.Out);
        Assert.Equal(36, new Instance(resumed).Count("Compared_Synchronize_Crew", "resourcesDeleted"));
        using var expected = new FleetWorld();
        expected.Sources(truncated.Copy().Without("berths", "3"));
        await expected.JobAsync("Initial");
        Assert.Equal(await expected.DumpAsync(), await world.DumpAsync());
    }

    [Fact]
    public async Task Discard_MakesTheNextChainComplete_AndSaysSo()
    {
        using var world = new FleetWorld();
        var full = FleetState.Small();
        world.Sources(full);
        await world.JobAsync("Initial");
        world.Sources(Truncated(full));
        await world.JobAsync("Compared", ExitCode.Blocked);
        var repaired = full.Copy().With("sailors", "B001", "last", "Repaired").Without("sailors", "B030");

        var discarded = await world.RunAsync("job", "discard", "Crew");
        world.Sources(repaired);
        var next = await world.JobAsync("Compared");

        Assert.Equal(ExitCode.Done, discarded.Code);
        Assert.Contains("complete", discarded.Out, StringComparison.Ordinal);
        Assert.Contains("complete instead of incremental", next.MessagesOf("Compared_Export_sailors"), StringComparison.Ordinal);
        Assert.Contains("Complete", next.MessagesOf("Compared_Prepare_Crew"), StringComparison.OrdinalIgnoreCase);
        await AssertStateAsync(world, repaired);
        Assert.Equal(0, (await world.JobAsync("Compared")).RowsWritten);
    }

    [Fact]
    public async Task CompleteJob_Unblocks()
    {
        using var world = new FleetWorld();
        var full = FleetState.Small();
        world.Sources(full);
        await world.JobAsync("Initial");
        world.Sources(Truncated(full));
        var blocked = await world.JobAsync("Compared", ExitCode.Blocked);
        var repaired = full.Copy().With("sailors", "B001", "last", "Repaired");
        world.Sources(repaired);

        await world.JobAsync("Complete");
        var next = await world.JobAsync("Compared");

        Assert.Null(next.SkipOf("Compared_Export_sailors"));
        await AssertStateAsync(world, repaired);
        var shown = JsonNode.Parse((await world.RunAsync("job", "show", $"{blocked.Id}", "--json")).Out)!;
        Assert.Equal("Cancelled", (string)shown["state"]!);
        Assert.Equal(ExitCode.Failed, (await world.RunAsync("job", "resume", "Crew")).Code);
    }

    internal static async Task AssertStateAsync(FleetWorld world, FleetState state)
    {
        using var expected = new FleetWorld();
        expected.Sources(state);
        await expected.JobAsync("Initial");
        Assert.Equal(await expected.DumpAsync(), await world.DumpAsync());
    }

    private static FleetState Truncated(FleetState full)
    {
        var truncated = full.Copy();
        foreach (var badge in full.Keys("sailors").Skip(4))
        {
            truncated.Without("sailors", badge);
        }

        return truncated;
    }
}
