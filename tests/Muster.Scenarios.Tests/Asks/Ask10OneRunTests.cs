using System.Text.Json.Nodes;
using Muster.Cli.Hosting;

namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 10: no overlap, no stuck lock (how a long run is refused and killed in the middle is in <see cref="Show8RunTests"/>).</summary>
public sealed class Ask10OneRunTests
{
    [Fact]
    public async Task TwoProcessesThatStartTheSameJob_RunItOnce_AndAKilledRunnerLeavesNoLock()
    {
        using var world = await AskWorld.LoadedAsync();
        world.Change(s => s.With("sailors", "B001", "last", "Renamed").Without("sailors", "B002"));
        using (var killed = world.Fleet.StartWith("kill:Synchronizer.Apply.commit.after", "job", "run", "Compared"))
        {
            await killed.WaitForExitAsync();
        }

        using var first = world.Fleet.StartWith(null, "job", "run", "Compared");
        using var second = world.Fleet.StartWith(null, "job", "run", "Compared");
        await Task.WhenAll(first.WaitForExitAsync(), second.WaitForExitAsync());

        // Whoever comes second is refused, or runs when the first has ended and finds little to do.
        Assert.Contains(ExitCode.Done, new[] { first.ExitCode, second.ExitCode });
        Assert.All(new[] { first.ExitCode, second.ExitCode }, code => Assert.True(code is ExitCode.Done or ExitCode.Failed, $"{code}"));
        var history = JsonNode.Parse((await world.Fleet.RunAsync("job", "history", "Compared", "--json")).Out)!.AsArray();
        Assert.DoesNotContain(history, i => (string)i!["state"]! == "InProgress");
        Assert.Equal(1, history.Sum(i => Deleted(i!)));
        Assert.DoesNotContain("b002", world.Yard, StringComparison.Ordinal);
        await world.AssertVerifiedAsync();
    }

    /// <summary>Deletions that an instance has recorded; the killed one recorded nothing of its last task.</summary>
    private static long Deleted(JsonNode instance) => instance["tasks"]!.AsArray()
        .Where(t => (string)t!["identifier"]! == "Compared_Fulfill_Yard")
        .Sum(t => (long?)t!["counts"]!["ordersExecuted"] ?? 0) > 0 ? 1 : 0;
}
