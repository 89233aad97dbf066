namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 6: no loss at the edge of the cursor.</summary>
public sealed class Ask06CursorEdgeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FileWithAnOlderTime_AndOneOfTheSameTimeAndLength_IsRead(bool isListed)
    {
        using var world = await AskWorld.LoadedAsync(isListed);
        world.Change(s => s.With("sailors", "B001", "last", "First"));
        await world.RunAsync();
        var read = File.GetLastWriteTimeUtc(FileOf(world));

        world.Change(s => s.With("sailors", "B001", "last", "Secon"));
        File.SetLastWriteTimeUtc(FileOf(world), read);
        Assert.Equal(1, (await world.RunAsync()).Count($"{world.Job}_Synchronize_Crew", "resourcesUpdated"));

        world.Change(s => s.With("sailors", "B001", "last", "Third"));
        File.SetLastWriteTimeUtc(FileOf(world), read.AddDays(-1));
        Assert.Equal(1, (await world.RunAsync()).Count($"{world.Job}_Synchronize_Crew", "resourcesUpdated"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ThousandRowsAtOnce_AreAllSeen(bool isListed)
    {
        using var world = await AskWorld.LoadedAsync(isListed);
        world.Change(s => Enumerable.Range(1, 1_000).Aggregate(s, (state, i) => state.Row("vessels", $"T{i:0000}", $"Tug {i}", "1")));

        Assert.Equal(1_000, (await world.RunAsync()).Count($"{world.Job}_Synchronize_Crew", "resourcesInserted"));
    }

    private static string FileOf(AskWorld world) => world.Fleet.PathOf(world.IsListed ? "Sources/sailors_changes.csv" : "Sources/sailors.csv");
}
