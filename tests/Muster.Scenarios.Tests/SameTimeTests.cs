using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>Several commands that are given one time with <c>--at</c>, as what-if and tests do.</summary>
public sealed class SameTimeTests
{
    [Fact]
    public async Task Jobs_AtOneTime_FollowOneAnother()
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.Sources(FleetState.Small());
        foreach (var job in new[] { "Initial", "Complete", "Compared", "Complete", "Complete" })
        {
            // Nothing is stale, although each run begins before the one before it ended.
            var run = await world.RunAsync("job", "run", job, "--at", "2026-03-01T08:00:00Z");
            Assert.True(run.Code is ExitCode.Done or ExitCode.Warnings, $"{job}: {run.Error}{run.Out}");
        }

        var settled = await world.DumpAsync();
        await world.RunAsync("job", "run", "Complete", "--at", "2026-03-01T08:00:00Z");
        Assert.Equal(settled, await world.DumpAsync());
    }
}
