namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 21: who leaves and comes back is the same person (a grace period between leaving and removal comes with time offsets).</summary>
public sealed class Ask21ReturnTests
{
    [Fact]
    public async Task MemberWhoLosesARoleAndGetsItBack_KeepsTheAccount_AndItsHistory()
    {
        using var world = await AskWorld.LoadedAsync();
        world.Change(s => s.With("sailors", "B004", "vessel", "H01"));
        await world.RunAsync();
        var before = Entry(world);
        Assert.Contains("last4b004", Flagship(world), StringComparison.Ordinal);

        world.Change(s => s.With("sailors", "B004", "vessel", ""));
        await world.RunAsync();
        Assert.DoesNotContain("last4b004", Flagship(world), StringComparison.Ordinal);
        world.Change(s => s.With("sailors", "B004", "vessel", "H01"));
        await world.RunAsync();

        Assert.Equal(before, Entry(world));
        Assert.Contains("last4b004", Flagship(world), StringComparison.Ordinal);
        var history = (await world.JsonAsync("resource", "show", "Fleet_Sailor", "B004", "--history"))["$history"]!.AsArray();
        Assert.True(history.Count >= 4, $"Only {history.Count} versions are kept.");
        Assert.DoesNotContain((await world.JsonAsync("order", "list")).AsArray(), o => (string)o!["changeType"]! == "Deleted");
    }

    /// <summary>The lines of the account, in an order of their own: a value that comes back stands last in the file.</summary>
    private static List<string> Entry(AskWorld world) => [.. Record(world, "uid=last4b004,").Split('\n').Order(StringComparer.Ordinal)];

    private static string Flagship(AskWorld world) => Record(world, "cn=flagship,");

    private static string Record(AskWorld world, string name) =>
        world.Yard.Split("\n\n").Single(e => e.Contains($"dn: {name}", StringComparison.Ordinal));
}
