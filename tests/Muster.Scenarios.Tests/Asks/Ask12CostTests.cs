namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 12: the cost of a run follows the changes: the store's own counters say so, at one size and at four times it.</summary>
public sealed class Ask12CostTests
{
    [Fact]
    public async Task SameChanges_InFourTimesAsManyResources_ReadAndWriteAsManyRows()
    {
        var small = await MeasureAsync(200);
        var large = await MeasureAsync(800);

        var grown = large.Keys.Where(task => large[task] > small[task] + (small[task] / 10) + 5).Select(task => $"{task}: {small[task]} at 200, {large[task]} at 800");
        Assert.Empty(grown);
    }

    private static async Task<Dictionary<string, long>> MeasureAsync(int tugs)
    {
        using var world = await AskWorld.LoadedAsync(isListed: true);
        world.Change(s => Enumerable.Range(1, tugs).Aggregate(s, (state, i) => state
            .Row("vessels", $"T{i:0000}", $"Tug {i}", "1")
            .Row("sailors", $"C{i:0000}", "Some", $"Body{i}", "", "", $"T{i:0000}", "")));
        await world.Fleet.RunAsync("job", "run", "Complete");
        await world.Fleet.JobAsync("Complete");
        world.NoChange();
        await world.RunAsync();
        await world.RunAsync();
        world.Change(s => s.With("sailors", "C0007", "last", "Renamed").With("vessels", "T0009", "name", "Big Tug").Without("sailors", "C0011"));

        var run = await world.RunAsync();

        return run.Tasks.SelectMany(t => new[] { "rowsWritten", "rowsRead" }.Select(name => ($"{t["identifier"]} {name}", (long)t[name]!)))
            .ToDictionary(p => p.Item1, p => p.Item2);
    }
}
