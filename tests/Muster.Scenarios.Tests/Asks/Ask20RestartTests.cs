namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 20: the cursor survives restart and redeployment.</summary>
public sealed class Ask20RestartTests
{
    [Theory]
    [InlineData("kill:CloseDelivery.call.before", false)]
    [InlineData("kill:CloseDelivery.call.after", false)]
    [InlineData("kill:CloseDelivery.call.after", true)]
    [InlineData("kill:Synchronizer.Apply.commit.before", true)]
    public async Task KilledBetweenReadingAndApplying_TheNextRunAppliesIt_WithoutACompleteRead(string fault, bool isListed)
    {
        using var world = await AskWorld.LoadedAsync(isListed);
        world.Change(s => s.With("sailors", "B001", "last", "Renamed").Without("sailors", "B002"));
        using (var process = world.Fleet.StartWith(fault, "job", "run", world.Job))
        {
            await process.WaitForExitAsync();
        }

        var run = await world.RunAsync();

        Assert.DoesNotContain("complete", run.MessagesOf($"{world.Job}_Export_sailors"), StringComparison.Ordinal);
        Assert.DoesNotContain("b002", world.Yard, StringComparison.Ordinal);
        Assert.Contains("renamedb001", world.Yard, StringComparison.Ordinal);
        await world.AssertVerifiedAsync();
    }

    [Fact]
    public async Task DeploymentOfAnotherConfiguration_LeavesTheChainIncremental()
    {
        using var world = await AskWorld.LoadedAsync(isListed: true);
        world.Change(s => s.With("sailors", "B001", "last", "Renamed"));
        await world.RunAsync();
        world.Fleet.Replace("Conf/Model.xml", "sailor.First + ", "sailor.First.ToUpper() + ");
        Assert.Equal(0, (await world.Fleet.RunAsync("config", "deploy")).Code);
        world.Change(s => s.Without("sailors", "B002"));

        var run = await world.RunAsync();

        Assert.DoesNotContain("complete", run.MessagesOf("Listed_Export_sailors") + run.MessagesOf("Listed_Prepare_Crew"), StringComparison.Ordinal);
        Assert.Equal(1, run.Count("Listed_Synchronize_Crew", "resourcesDeleted"));
    }
}
