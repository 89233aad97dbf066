namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 9: "changed only" really means changed.</summary>
public sealed class Ask09NothingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SecondRunWithoutChanges_WritesNothing_FlagsNothing_OrdersNothing(bool isListed)
    {
        using var world = await AskWorld.LoadedAsync(isListed);
        world.Change(s => s.With("sailors", "B001", "last", "Renamed"));
        await world.RunAsync();

        // The accounts that were ordered come back with the next reading, and what that flags is passed by the one after it.
        world.NoChange();
        await world.RunAsync();
        await world.RunAsync();
        var orders = (await world.JsonAsync("order", "list")).AsArray().Count;
        var yard = File.GetLastWriteTimeUtc(world.Fleet.PathOf("Sources/yard.ldif"));

        var second = await world.RunAsync();

        Assert.True(second.RowsWritten == 0, second.ToString());
        Assert.Equal("", (await world.Fleet.RunAsync("resource", "list", "Fleet_Sailor", "--dirty", "--json")).Out.Trim());
        Assert.Equal(orders, (await world.JsonAsync("order", "list")).AsArray().Count);
        Assert.Equal(yard, File.GetLastWriteTimeUtc(world.Fleet.PathOf("Sources/yard.ldif")));
    }
}
