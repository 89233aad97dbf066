using System.Text.Json.Nodes;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>Issue 3, Show 6: what <c>job plan</c> says is what <c>job run</c> then does, item by item.</summary>
public sealed class JobPlanTests
{
    [Theory]
    [InlineData("Compared")]
    [InlineData("Listed")]
    [InlineData("Complete")]
    public async Task Plan_OfEachStepOfAHistory_IsWhatTheRunThenDoes(string job)
    {
        using var world = new FleetWorld(isProvisioning: true);
        var state = FleetState.Small();
        world.Sources(state);
        world.Settings(isListed: job == "Listed");
        await AssertPlannedAsync(world, "Initial");
        await AssertPlannedAsync(world, "Complete");
        foreach (var change in Steps)
        {
            var before = state;
            state = change(state.Copy());
            world.Sources(state);
            world.Changes(before, state);

            var changes = await AssertPlannedAsync(world, job);

            Assert.NotEqual(0, changes);

            // What was ordered comes back with the next reading of the directory.
            world.Changes(state, state);
            await AssertPlannedAsync(world, job);
        }
    }

    [Fact]
    public async Task Plan_KeepsNothing_NeitherInTheStoreNorInFilesNorInTheDirectory()
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        world.Sources(FleetState.Small().With("sailors", "B002", "last", "Plans").Without("sailors", "B004"));
        var before = Files(world);
        var dump = await world.DumpAsync();

        var plan = await PlanAsync(world, "Compared");

        Assert.NotEmpty(plan["resources"]!.AsArray());
        Assert.Equal(before, Files(world));
        Assert.Equal(dump, await world.DumpAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(world.PathOf("Temp/Scratch")));
    }

    [Fact]
    public async Task Plan_BeforeAnythingIsDeployed_ShowsTheFirstLoadAndMakesNoStore()
    {
        using var world = new FleetWorld();
        world.Sources(FleetState.Small());

        var plan = await PlanAsync(world, "Initial");

        Assert.Equal(6, plan["resources"]!.AsArray().Count(r => (string?)r!["entityType"] == "Fleet_Vessel" && (string?)r["change"] == "Inserted"));
        Assert.False(world.Store.Exists);
    }

    [Fact]
    public async Task Plan_OfAChangedConfiguration_ShowsWhatTheDeploymentDoes()
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        await world.JobAsync("Complete");
        world.Replace("Conf/Provisioning.xml", "member.Family.Simplify().ToLower()", "member.Family.Simplify().ToUpper()");

        var count = await AssertPlannedAsync(world, "Complete");

        Assert.True(count >= 40, $"{count} changes are too few.");
    }

    private static readonly IReadOnlyList<Func<FleetState, FleetState>> Steps =
    [
        s => s.With("sailors", "B001", "last", "Renamed"),
        s => s.Row("sailors", "B050", "New", "Comer", "2021-02-03", "false", "H02", "B001"),
        s => s.Without("sailors", "B003"),
        s => s.With("sailors", "B005", "ashore", "false").With("sailors", "B006", "vessel", "H01"),
        s => s.With("vessels", "H02", "name", "SS Renamed"),
        s => s.Without("vessels", "H04"),
        s => s.Row("vessels", "H07", "MV Late", "7"),
        s => s.Without("holdings", "B002", "NAV").Row("holdings", "B007", "ENG"),
        s => s.With("sailors", "B050", "badge", "B051"),
        s => s.Row("sailors", "B003", "Came", "Back", "2022-01-01", "true", "H07", ""),
    ];

    /// <summary>Plans, runs, and compares all that both tell. Returns how many resources, links and assignments changed.</summary>
    private static async Task<int> AssertPlannedAsync(FleetWorld world, string job)
    {
        var before = await DumpOrNothingAsync(world);
        var known = await OrdersAsync(world);
        var plan = await PlanAsync(world, job);

        var run = await world.JobAsync(job);

        AssertSame(plan["run"]!["tasks"]!.AsArray().Select(Outcome), JsonNode.Parse(run.Result.Out)!["tasks"]!.AsArray().Select(Outcome));
        var after = await world.DumpAsync();
        var expected = Difference(before, after);
        AssertSame(Changes(plan), expected);
        var orders = (await OrdersAsync(world)).Where(o => !known.ContainsKey(o.Key)).Select(o => o.Value);
        AssertSame(plan["orders"]!.AsArray().Select(Order).Order(StringComparer.Ordinal), orders.Order(StringComparer.Ordinal));
        return expected.Count;
    }

    private static async Task<JsonNode> PlanAsync(FleetWorld world, string job)
    {
        var result = await world.RunAsync("job", "plan", job, "--json");
        Assert.True(result.Code == 0, $"exit code {result.Code}\n{result.Error}\n{result.Out}");
        return JsonNode.Parse(result.Out)!;
    }

    private static async Task<string> DumpOrNothingAsync(FleetWorld world) =>
        world.Store.Exists ? await world.DumpAsync() : "";

    private static async Task<Dictionary<string, string>> OrdersAsync(FleetWorld world)
    {
        if (!world.Store.Exists)
        {
            return [];
        }

        var result = await world.RunAsync("order", "list", "--limit", "100000", "--json");
        return JsonNode.Parse(result.Out)!.AsArray().ToDictionary(o => (string)o!["id"]!, o => Order(o));
    }

    private static string Outcome(JsonNode? task) =>
        $"{task!["identifier"]} {task["state"]} {task["processed"]} {task["skippedBecause"]} {task["counts"]!.ToJsonString()} {task["warnings"]!.ToJsonString()}";

    private static void AssertSame(IEnumerable<string> planned, IEnumerable<string> done)
    {
        var (left, right) = (planned.ToList(), done.ToList());
        if (!left.SequenceEqual(right))
        {
            Assert.Fail($"planned only:\n{string.Join('\n', left.Except(right).Take(5))}\ndone only:\n{string.Join('\n', right.Except(left).Take(5))}");
        }
    }

    /// <summary>What an order orders: its ids and times are those of one run (connectors that load at the same time share the sequence of ids).</summary>
    private static string Order(JsonNode? order)
    {
        var document = order!["order"]!.DeepClone().AsObject();
        Assert.True(document.Remove("Timestamp"), $"An order has no time: {document.ToJsonString()}");
        WithoutIds(document);
        return $"{order["state"]} {order["changeType"]} {document.ToJsonString()}";
    }

    private static void WithoutIds(JsonNode? node)
    {
        if (node is JsonObject json)
        {
            json.Remove("Id");
            json.Remove("AssignedResourceTypeId");
            json.ToList().ForEach(m => WithoutIds(m.Value));
        }
        else if (node is JsonArray items)
        {
            items.ToList().ForEach(WithoutIds);
        }
    }

    /// <summary>Lines of the dump that went (-) and came (+).</summary>
    private static List<string> Difference(string before, string after)
    {
        var old = before.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var now = after.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        return [.. old.Except(now).Select(l => $"- {Name(l)}").Concat(now.Except(old).Select(l => $"+ {Name(l)}")).Order(StringComparer.Ordinal)];
    }

    private static List<string> Changes(JsonNode plan)
    {
        var lines = new List<string>();
        foreach (var link in plan["links"]!.AsArray())
        {
            lines.Add($"{((string)link!["change"]! == "Inserted" ? "+" : "-")} link {link["association"]} {link["key1"]} {link["key2"]}");
        }

        foreach (var resource in plan["resources"]!.AsArray())
        {
            Add(lines, (string)resource!["change"]!, $"resource {resource["entityType"]} {resource["key"]}");
        }

        foreach (var assignment in plan["assignments"]!.AsArray())
        {
            lines.AddRange(new[] { ("-", "before"), ("+", "after") }.Where(s => assignment![s.Item2] is not null).Select(s => $"{s.Item1} {assignment![s.Item2]!.ToJsonString()}"));
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static void Add(List<string> lines, string change, string name)
    {
        lines.AddRange(change == "Updated" ? [$"- {name}", $"+ {name}"] : [$"{(change == "Inserted" ? "+" : "-")} {name}"]);
    }

    private static string Name(string line)
    {
        var json = JsonNode.Parse(line)!;
        return json["resource"] is { } type ? $"resource {type} {json["key"]}"
            : json["link"] is { } link ? $"link {link} {json["key1"]} {json["key2"]}"
            : json.ToJsonString();
    }

    private static List<string> Files(FleetWorld world) =>
    [
        .. new[] { world.Work, world.PathOf("Sources") }
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(path => !Path.GetFileName(path).StartsWith("muster.db-", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => $"{path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}"),
    ];
}
