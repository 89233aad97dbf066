namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 5: what Muster remembers of a source is lost, and it heals itself.</summary>
public sealed class Ask05WatermarkTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LostWatermark_BecomesACompleteRun_AndDeletionsInTheGapAreFound(bool isListed)
    {
        using var world = await AskWorld.LoadedAsync(isListed);
        world.Change(s => s.With("sailors", "B004", "last", "Before"));
        await world.RunAsync();

        // The list that held these changes is gone when the next job reads.
        world.Change(s => s.Without("sailors", "B002").With("sailors", "B001", "last", "Renamed"));
        world.Change(s => s.Row("sailors", "B050", "New", "Comer", "", "", "H01", ""));
        Directory.Delete(Path.Combine(world.Fleet.Work, "Collect"), recursive: true);

        var run = await world.RunAsync();

        Assert.Contains("complete", string.Concat(new[] { "sailors", "vessels" }.Select(t => run.MessagesOf($"{world.Job}_Export_{t}"))), StringComparison.Ordinal);
        Assert.Equal(1, run.Count($"{world.Job}_Synchronize_Crew", "resourcesDeleted"));
        Assert.Equal(1, run.Count($"{world.Job}_Synchronize_Crew", "resourcesInserted"));
        Assert.DoesNotContain("b002", world.Yard, StringComparison.OrdinalIgnoreCase);
        await world.AssertVerifiedAsync();
        world.NoChange();
        Assert.Equal(0, (await world.RunAsync()).Count($"{world.Job}_Synchronize_Crew", "resourcesInserted"));
    }
}
