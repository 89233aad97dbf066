using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>
/// An account belongs to the person for whom it was created, also when the values by which a rule would find it have changed before the
/// next reading of the directory (synchronization.md 17).
/// </summary>
public sealed class CreatedBeforeSeenTests
{
    [Theory]
    [InlineData("Complete")]
    [InlineData("Compared")]
    public async Task Account_OwnerRenamedBeforeItIsSeen_IsLinkedAndRenamed(string job)
    {
        var before = FleetState.Small();
        using var world = new FleetWorld(isProvisioning: true);
        world.Sources(before);
        await world.JobAsync("Initial");
        Assert.Contains("dn: uid=last1b001,ou=crew,dc=line,dc=example", Directory(world), StringComparison.Ordinal);
        world.Sources(before.Copy().With("sailors", "B001", "last", "Renamed"));

        var instance = await world.JobAsync(job);

        Assert.Equal(0, instance.Count($"{job}_Orders_Yard", "ordersAdded"));
        var directory = Directory(world);
        Assert.Contains("dn: uid=renamedb001,ou=crew,dc=line,dc=example", directory, StringComparison.Ordinal);
        Assert.DoesNotContain("last1b001", directory, StringComparison.Ordinal);

        await world.JobAsync(job);
        var dump = await world.DumpAsync();
        Assert.Contains("\"owner\":\"B001\",\"target\":\"uid=renamedb001,ou=crew,dc=line,dc=example\"", dump, StringComparison.Ordinal);
        Assert.Equal(0, (await world.JobAsync("Complete")).Count("Complete_Orders_Yard", "ordersGenerated"));
        Assert.Equal(dump, await world.DumpAsync());
    }

    /// <summary>One whose owner goes before it is seen is taken away again.</summary>
    [Fact]
    public async Task Account_OwnerGoneBeforeItIsSeen_IsDeleted()
    {
        var before = FleetState.Small();
        using var world = new FleetWorld(isProvisioning: true);
        world.Sources(before);
        await world.JobAsync("Initial");
        world.Sources(before.Copy().Without("sailors", "B001"));

        await world.JobAsync("Complete");
        await world.JobAsync("Complete");
        await world.JobAsync("Complete");

        Assert.DoesNotContain("last1b001", Directory(world), StringComparison.Ordinal);
    }

    private static string Directory(FleetWorld world) => File.ReadAllText(world.PathOf("Sources/yard.ldif"));
}
