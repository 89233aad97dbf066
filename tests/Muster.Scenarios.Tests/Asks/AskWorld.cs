using System.Text.Json.Nodes;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests.Asks;

/// <summary>A fleet whose accounts are in step with its crewing office, and one change of it after the other.</summary>
internal sealed class AskWorld : IDisposable
{
    private AskWorld(bool isListed)
    {
        IsListed = isListed;
        Fleet = new FleetWorld(isProvisioning: true);
        Fleet.Settings(isListed);
    }

    public FleetWorld Fleet { get; }

    public bool IsListed { get; }

    public FleetState State { get; private set; } = FleetState.Small();

    /// <summary>The incremental job.</summary>
    public string Job => IsListed ? "Listed" : "Compared";

    /// <summary>The directory as it stands on the disk.</summary>
    public string Yard => File.ReadAllText(Fleet.PathOf("Sources/yard.ldif"));

    /// <summary>The same without what a directory invents for each entry.</summary>
    public string YardWithoutIds => string.Join('\n', Yard.Split('\n').Where(line => !line.StartsWith("entryUUID:", StringComparison.Ordinal)));

    public static async Task<AskWorld> LoadedAsync(bool isListed = false)
    {
        var world = new AskWorld(isListed);
        world.Fleet.Sources(world.State);
        await world.Fleet.JobAsync("Initial");
        await world.Fleet.JobAsync("Complete");
        return world;
    }

    /// <summary>Writes the sources of a changed state, as full extracts and as lists of changes.</summary>
    public void Change(Func<FleetState, FleetState> change)
    {
        var before = State;
        State = change(State.Copy());
        Fleet.Sources(State);
        Fleet.Changes(before, State);
    }

    /// <summary>The sources say that nothing has changed.</summary>
    public void NoChange() => Change(s => s);

    public Task<Instance> RunAsync() => Fleet.JobAsync(Job);

    public async Task<JsonNode> JsonAsync(params string[] command)
    {
        var result = await Fleet.RunAsync([.. command, "--json"]);
        Assert.True(result.Code == 0, $"exit code {result.Code}\n{result.Error}\n{result.Out}");
        return JsonNode.Parse(result.Out)!;
    }

    /// <summary>The lines of the change list of a job instance.</summary>
    public async Task<IReadOnlyList<JsonNode>> ChangesAsync(long instance)
    {
        var result = await Fleet.RunAsync("job", "show", instance.ToString(System.Globalization.CultureInfo.InvariantCulture), "--changes", "--json");
        Assert.True(result.Code == 0, result.Error);
        return [.. result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    public async Task AssertVerifiedAsync()
    {
        var result = await Fleet.RunAsync("repository", "verify");
        Assert.True(result.Code == 0, result.Out + result.Error);
    }

    public void Dispose() => Fleet.Dispose();
}
