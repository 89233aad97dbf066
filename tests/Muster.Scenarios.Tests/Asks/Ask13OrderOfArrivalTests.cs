using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 13: memberships do not depend on the order of arrival.</summary>
public sealed class Ask13OrderOfArrivalTests
{
    [Fact]
    public async Task ShuffledRows_GiveTheSameState()
    {
        var random = new Random(13);
        var dumps = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            using var world = new FleetWorld(isProvisioning: true);
            world.Sources(FleetState.Small());
            foreach (var table in FleetState.Headers.Keys)
            {
                Shuffle(world.PathOf($"Sources/{table}.csv"), i == 0 ? null : random);
            }

            await world.JobAsync("Initial");
            await world.JobAsync("Compared");
            dumps.Add(await world.DumpAsync());
        }

        Assert.Single(dumps);
    }

    [Fact]
    public async Task LinksThatComeBeforeTheirEnds_AreThereInTheEnd()
    {
        using var early = await AskWorld.LoadedAsync(isListed: true);
        early.Change(s => s.Row("holdings", "B060", "ENG").Row("sailors", "B061", "Has", "Mentor", "", "", "H08", "B060"));
        await early.RunAsync();
        early.Change(s => s.Row("sailors", "B060", "Comes", "Late", "", "", "", ""));
        await early.RunAsync();
        early.Change(s => s.Row("vessels", "H08", "MV Last", "8"));
        await early.RunAsync();

        using var late = await AskWorld.LoadedAsync(isListed: true);
        late.Change(_ => early.State.Copy());
        await late.RunAsync();

        foreach (var world in new[] { early, late })
        {
            world.NoChange();
            await world.RunAsync();
        }

        // The names of accounts are made by the directory; everything else is the same.
        Assert.Equal(await late.Fleet.DumpAsync(), await early.Fleet.DumpAsync());
    }

    private static void Shuffle(string path, Random? random)
    {
        var lines = File.ReadAllLines(path);
        var rows = lines[1..];
        random?.Shuffle(rows);
        File.WriteAllLines(path, [lines[0], .. rows]);
    }
}
