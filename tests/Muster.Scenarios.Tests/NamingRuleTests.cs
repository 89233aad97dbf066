using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>Naming rules from outside (rolemodel.md 3.15): a group comes in the yard's directory, becomes a role, and is held.</summary>
public sealed class NamingRuleTests
{
    private const string Divers = "cn=divers,ou=groups,dc=line,dc=example";
    private const string Welders = "cn=welders,ou=groups,dc=line,dc=example";

    [Fact]
    public async Task AGroup_BecomesARole_IsFoundOnWhoHasIt_AndGoesAway()
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.Replace("Conf/Provisioning.xml", "BlockProvisioning=\"false\" ", "BlockProvisioning=\"false\" MaximumInsertPercent=\"0\" MaximumUpdatePercent=\"0\" MaximumDeletePercent=\"0\" ");
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        await world.JobAsync("Complete");
        Assert.Equal(["Yard/divers"], await NamedAsync(world));

        // The group comes with two members, whom nothing entitles to it.
        var yard = await File.ReadAllTextAsync(world.PathOf("Sources/yard.ldif"));
        var members = Entries(yard, "uid=").Take(2).ToList();
        world.WriteFile("Sources/yard.ldif", $"{yard.TrimEnd()}\n\ndn: {Welders}\nobjectClass: groupOfNames\ncn: welders\n{string.Concat(members.Select(m => $"member: {m}\n"))}\n");
        var plan = await world.RunAsync("job", "plan", "Compared");
        Assert.Contains("Yard/welders", plan.Out, StringComparison.Ordinal);
        var instance = await world.JobAsync("Compared");

        // Of the entries of the directory four have changed: the group, what it is below, and its members.
        Assert.Equal((1, 4), (instance.Count("Compared_Named_Yard", "rolesAdded"), instance.Count("Compared_Named_Yard", "valuesEvaluated")));
        Assert.Equal(2, instance.Count("Compared_Roles_Yard", "ownersEvaluated"));
        Assert.Equal(["Yard/divers", "Yard/welders"], await NamedAsync(world));
        Assert.Equal(2, (await ListAsync(world, "Found")).Count(a => (string?)a!["item"] == "Yard/welders"));
        await AssertSettledAsync(world, "Compared");

        // Asked for by hand, approved, and written into the directory.
        var other = (await MembersAsync(world)).First(b => members.TrueForAll(m => !m.Contains(b.ToLowerInvariant(), StringComparison.Ordinal)));
        Assert.Equal(ExitCode.Done, (await world.RunAsync("assignment", "request", "Roster_Member", other, "--role", "Yard/divers", "--by", "ann")).Code);
        Assert.Equal(ExitCode.Done, (await world.RunAsync("assignment", "approve", "Roster_Member", other, "--role", "Yard/divers", "--by", "bob")).Code);
        await world.JobAsync("Compared");
        await world.JobAsync("Compared");
        yard = await File.ReadAllTextAsync(world.PathOf("Sources/yard.ldif"));
        Assert.Contains($"member: uid=", yard[yard.IndexOf($"dn: {Divers}", StringComparison.Ordinal)..], StringComparison.Ordinal);
        var explained = await world.RunAsync("resource", "explain", "Roster_Member", other, "--role", "Yard/divers");
        Assert.True(explained.Code == ExitCode.Done, explained.Error);
        await AssertSettledAsync(world, "Compared");

        // It goes, and its role with it.
        world.WriteFile("Sources/yard.ldif", Without(yard, Welders));
        await world.JobAsync("Compared");
        Assert.Equal(["Yard/divers"], await NamedAsync(world));
        Assert.DoesNotContain(await ListAsync(world, "Found"), a => (string?)a!["item"] == "Yard/welders");
        await AssertSettledAsync(world, "Compared");
    }

    [Fact]
    public async Task Export_OfNamedRoles_IsAConfigurationThatMeansTheSame()
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        await world.JobAsync("Complete");

        var plain = await world.RunAsync("config", "export");
        Assert.DoesNotContain("Yard/divers", plain.Out, StringComparison.Ordinal);
        Assert.Contains("1 role of naming rules", plain.Error, StringComparison.Ordinal);
        var export = await world.RunAsync("config", "export", "--expanded");
        Assert.Contains("<SingleRole Identifier=\"Yard/divers\" DisplayName_L1=\"divers\" EntityType=\"Roster_Member\" Policy=\"Default\" Category=\"Yard\" ApprovalWorkflowType=\"One\" />", export.Out, StringComparison.Ordinal);
        Assert.Contains($"<NavigationRule Property=\"memberOf\" Resource=\"{Divers}\" SingleRole=\"Yard/divers\" />", export.Out, StringComparison.Ordinal);
        Assert.Contains("<Category Identifier=\"Yard\"", export.Out, StringComparison.Ordinal);

        // Deployed as it was printed it gives the same roles, now declared, and nothing else changes.
        foreach (var file in Directory.EnumerateFiles(world.PathOf("Conf")))
        {
            File.Delete(file);
        }

        var before = await RolesAsync(world);
        world.WriteFile("Conf/All.xml", export.Out);
        await world.JobAsync("Complete");
        Assert.Empty(await NamedAsync(world));
        Assert.Equal(before, await RolesAsync(world));
        await AssertSettledAsync(world, "Complete");
    }

    private static IEnumerable<string> Entries(string ldif, string rdn) =>
        ldif.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith($"dn: {rdn}", StringComparison.Ordinal)).Select(l => l[4..]);

    private static string Without(string ldif, string dn) =>
        string.Join("\n\n", ldif.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(e => !e.Contains($"dn: {dn}", StringComparison.Ordinal))) + "\n\n";

    private static async Task<List<string>> NamedAsync(FleetWorld world) =>
        [.. (await world.DumpAsync()).Split('\n').Where(l => l.StartsWith("{\"namedRole\"", StringComparison.Ordinal)).Select(l => (string)JsonNode.Parse(l)!["namedRole"]!)];

    private static async Task<string> RolesAsync(FleetWorld world) =>
        string.Join('\n', (await world.DumpAsync()).Split('\n').Where(l => l.StartsWith("{\"assigned", StringComparison.Ordinal)));

    private static async Task<JsonArray> ListAsync(FleetWorld world, string state) =>
        JsonNode.Parse((await world.RunAsync("assignment", "list", "--state", state, "--json")).Out)!.AsArray();

    private static async Task<List<string>> MembersAsync(FleetWorld world) =>
        [.. (await world.DumpAsync()).Split('\n').Where(l => l.StartsWith("{\"resource\":\"Roster_Member\"", StringComparison.Ordinal)).Select(l => (string)JsonNode.Parse(l)!["key"]!)];

    /// <summary>The job again writes no assignment, and a complete computation gives the same.</summary>
    private static async Task AssertSettledAsync(FleetWorld world, string job)
    {
        await world.JobAsync(job);
        var before = await world.DumpAsync();
        await world.JobAsync(job);
        Assert.Equal(before, await world.DumpAsync());
        var verified = await world.RunAsync("repository", "verify");
        Assert.True(verified.Code == ExitCode.Done, verified.Out + verified.Error);
    }
}
