using System.Text.Json.Nodes;

namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 4: a faithful preview (every member of it is compared in <see cref="JobPlanTests"/>).</summary>
public sealed class Ask04PreviewTests
{
    [Fact]
    public async Task Preview_ChangesNothing_AndEqualsTheLaterRun()
    {
        using var world = await AskWorld.LoadedAsync();
        world.Change(s => s.With("sailors", "B001", "last", "Renamed").Without("sailors", "B003").With("vessels", "H02", "name", "SS New"));
        var before = (await world.Fleet.RunAsync("repository", "fingerprint")).Out;
        var yard = world.Yard;

        var plan = await world.JsonAsync("job", "plan", "Compared");

        Assert.Equal(before, (await world.Fleet.RunAsync("repository", "fingerprint")).Out);
        Assert.Equal(yard, world.Yard);
        var run = await world.RunAsync();
        foreach (var task in plan["run"]!["tasks"]!.AsArray())
        {
            Assert.True(
                JsonNode.DeepEquals(task!["counts"], run.Task((string)task["identifier"]!)["counts"]),
                $"{task["identifier"]}: {task["counts"]!.ToJsonString()} was planned, {run.Task((string)task["identifier"]!)["counts"]!.ToJsonString()} was done");
        }
    }
}
