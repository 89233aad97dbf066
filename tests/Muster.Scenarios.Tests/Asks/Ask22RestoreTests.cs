namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 22: a restored backup is noticed.</summary>
public sealed class Ask22RestoreTests
{
    private const string Repository = "repository";

    [Theory]
    [InlineData(Repository, false)]
    [InlineData(Repository, true)]
    [InlineData("Collect", false)]
    [InlineData("Collect", true)]
    public async Task YesterdaysRepositoryOrFiles_AreNoticed_AndACompleteReadMendsThem(string restored, bool isListed)
    {
        using var world = await AskWorld.LoadedAsync(isListed);
        var yesterday = restored == Repository ? world.Fleet.Store.BackUp(world.Fleet.PathOf("Yesterday")) : null;
        if (yesterday is null)
        {
            Copy(world, restored, "", ".yesterday");
        }

        world.Change(s => s.With("sailors", "B001", "last", "Today").Without("sailors", "B002"));
        await world.RunAsync();
        if (yesterday is null)
        {
            Copy(world, restored, ".yesterday", "");
        }
        else
        {
            world.Fleet.Store.Become(yesterday);
        }

        world.Change(s => s.With("sailors", "B004", "last", "Tomorrow"));

        var run = await world.RunAsync();

        Assert.Matches("(?i)complete", run.MessagesOf($"{world.Job}_Export_sailors") + run.MessagesOf($"{world.Job}_Prepare_Crew"));
        var sailors = (await world.Fleet.RunAsync("resource", "list", "Fleet_Sailor", "--json")).Out;
        Assert.Contains("Today", sailors, StringComparison.Ordinal);
        Assert.Contains("Tomorrow", sailors, StringComparison.Ordinal);
        Assert.DoesNotContain("B002", sailors, StringComparison.Ordinal);
        Assert.DoesNotContain("b002", world.Yard, StringComparison.Ordinal);
        world.NoChange();
        await world.RunAsync();
        await world.AssertVerifiedAsync();
    }

    private static void Copy(AskWorld world, string name, string from, string to)
    {
        var source = Path.Combine(world.Fleet.Work, name) + from;
        var target = Path.Combine(world.Fleet.Work, name) + to;
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
