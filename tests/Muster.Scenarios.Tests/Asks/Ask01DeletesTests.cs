using Muster.Cli.Hosting;

namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 1: deletes must not be missed on the incremental path.</summary>
public sealed class Ask01DeletesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DeletedAtTheSource_AfterOneIncrementalJob_HasNoAccessAnyMore(bool isListed)
    {
        using var world = await AskWorld.LoadedAsync(isListed);
        Assert.Contains("uid=last2b002,", world.Yard, StringComparison.Ordinal);
        world.Change(s => s.Without("sailors", "B002"));

        var run = await world.RunAsync();

        Assert.Equal(1, run.Count($"{world.Job}_Synchronize_Crew", "resourcesDeleted"));
        Assert.DoesNotContain("b002", world.Yard, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task AbsentFromAListOfChanges_IsNotDeleted_AndASourceWithoutDeletionsIsNeverTakenSilently()
    {
        using var world = await AskWorld.LoadedAsync(isListed: true);
        world.Change(s => s.With("sailors", "B001", "last", "Renamed"));

        var listed = await world.RunAsync();
        Assert.Equal(0, listed.Count("Listed_Synchronize_Crew", "resourcesDeleted"));

        // A file without a command column tells no changes, and there is no extract to compare it with: that is said, and what to do.
        world.Change(s => s.Without("sailors", "B002"));
        world.Fleet.WriteFile("Sources/sailors_changes.csv", world.State.Csv("sailors"));
        var refused = await world.Fleet.JobAsync("Listed", ExitCode.Failed);
        Assert.Contains("Run a complete job", refused.ErrorOf("Listed_Prepare_Crew"), StringComparison.Ordinal);
        var complete = await world.Fleet.JobAsync("Complete");
        Assert.Equal(1, complete.Count("Complete_Synchronize_Crew", "resourcesDeleted"));
    }
}
