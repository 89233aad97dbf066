using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>
/// What commands with <c>--as</c> show (rolemodel.md 9): on the shipping line a captain sees the crew of the vessel without private properties, an
/// auditor everything.
/// </summary>
public sealed class SeenTests
{
    /// <summary>B001, B008, B015, … sail on H02, B007 and B014 on H01. Names of people, and what is made of them, are private.</summary>
    private const string Access = """
        <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
          <Profile Identifier="Captain" DisplayName_L1="Captain" /><Profile Identifier="Auditor" DisplayName_L1="Auditor" /><Profile Identifier="Harbour" DisplayName_L1="Harbour master" />
          <ProfileContext Id="-2" D0="H02" />
          <AssignedProfile User="B008" Profile="Captain" Context="-2" AccessState="Approved" />
          <AssignedProfile User="B014" Profile="Auditor" Context="-1" AccessState="Approved" />
          <AssignedProfile User="B014" Profile="Harbour" Context="-1" AccessState="Approved" />
          <AssignedProfile User="B002" Profile="Harbour" Context="-1" AccessState="Approved" />
          <AccessControlPropertyGroup Identifier="Private" DisplayName_L1="Private" />
          <AccessControlEntityType Identifier="Roster_Member">
            <Property Identifier="Family" VisibilityGroup="Private" /><Property Identifier="Handle" VisibilityGroup="Private" />
          </AccessControlEntityType>
          <AccessControlEntityType Identifier="Yard_Entry">
            <Property Identifier="dn" VisibilityGroup="Private" /><Property Identifier="uid" VisibilityGroup="Private" />
            <Property Identifier="cn" VisibilityGroup="Private" /><Property Identifier="sn" VisibilityGroup="Private" />
          </AccessControlEntityType>
          <AccessControlRule Identifier="Auditor_Resources" DisplayName_L1="All" Profile="Auditor" EntityType="Resource">
            <Entry Permission="/Custom/Resources" CanExecute="true" FullAccessProperties="true" />
          </AccessControlRule>
          <AccessControlRule Identifier="Auditor_Roles" DisplayName_L1="All" Profile="Auditor" EntityType="AssignedSingleRole">
            <Entry Permission="/ProvisioningPolicy/AssignedSingleRole/Query" CanExecute="true" />
          </AccessControlRule>
          <AccessControlRule Identifier="Auditor_Types" DisplayName_L1="All" Profile="Auditor" EntityType="AssignedResourceType">
            <Entry Permission="/ProvisioningPolicy/AssignedResourceType/Query" CanExecute="true" />
          </AccessControlRule>
          <AccessControlRule Identifier="Auditor_Risks" DisplayName_L1="All" Profile="Auditor" EntityType="Risk">
            <Entry Permission="/ProvisioningPolicy/Risk/Query" CanExecute="true" />
          </AccessControlRule>
          <AccessControlRule Identifier="Captain_Crew" DisplayName_L1="Crew" Profile="Captain" EntityType="Roster_Member">
            <Entry Permission="/Custom/Resources/Roster_Member/View" CanExecute="true" />
            <Filter Binding="Vessel" Dimension="Vessel" />
          </AccessControlRule>
          <AccessControlRule Identifier="Captain_Yard" DisplayName_L1="Yard" Profile="Captain" EntityType="Yard_Entry">
            <Entry Permission="/Custom/Resources/Yard_Entry" CanExecute="true" />
          </AccessControlRule>
          <AccessControlRule Identifier="Captain_Roles" DisplayName_L1="Roles" Profile="Captain" EntityType="AssignedSingleRole">
            <Entry Permission="/ProvisioningPolicy/AssignedSingleRole/Query" CanExecute="true" />
            <Filter Binding="Owner.Vessel" Dimension="Vessel" />
          </AccessControlRule>
          <AccessControlRule Identifier="Captain_Types" DisplayName_L1="Types" Profile="Captain" EntityType="AssignedResourceType">
            <Entry Permission="/ProvisioningPolicy/AssignedResourceType/Query" CanExecute="true" />
            <Entry Permission="/Custom/ProvisioningPolicy/ReviewProvisioning/Roster_Member" CanExecute="true" />
            <Filter Binding="Owner.Vessel" Dimension="Vessel" />
          </AccessControlRule>
          <RunJobAdministrationAccessControlRules Profile="Harbour" /><TaskAdministrationAccessControlRules Profile="Harbour" />
        </ConfigurationFile>
        """;

    private static readonly string[] Crew = ["B001", "B008", "B015", "B022", "B029", "B036"];

    private static async Task<FleetWorld> LoadedAsync(Action<FleetWorld>? change = null)
    {
        var world = new FleetWorld(isProvisioning: true);
        world.WriteFile("Conf/Access.xml", Access);
        change?.Invoke(world);
        world.Sources(FleetState.Small().With("sailors", "B001", "last", "Quagmire"));
        await world.JobAsync("Initial");
        await world.JobAsync("Complete");
        return world;
    }

    private static async Task<string> RunAsync(FleetWorld world, int code, params string[] command)
    {
        var result = await world.RunAsync(code, command);
        return result.Out + result.Error;
    }

    /// <summary>What the captain is shown, without a private value in it.</summary>
    private static async Task<string> ShownAsync(FleetWorld world, params string[] command)
    {
        var text = await RunAsync(world, ExitCode.Done, [.. command, "--as", "B008"]);
        Assert.DoesNotContain("quagmire", text, StringComparison.OrdinalIgnoreCase);
        return text;
    }

    private static List<string> Keys(string lines) => [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => (string)JsonNode.Parse(l)!["$key"]!)];

    [Fact]
    public async Task Resources_AreThoseOfTheUsersContext_WithoutPrivateProperties()
    {
        using var world = await LoadedAsync();

        Assert.Equal(Crew, Keys(await ShownAsync(world, "resource", "list", "Roster_Member", "--json")));
        Assert.True(Keys(await RunAsync(world, ExitCode.Done, "resource", "list", "Roster_Member", "--json", "--as", "B014")).Count > Crew.Length);
        Assert.Contains("'/Custom/Resources/Fleet_Sailor/Query'", await RunAsync(world, ExitCode.Failed, "resource", "list", "Fleet_Sailor", "--as", "B008"), StringComparison.Ordinal);

        // A condition is no way to guess what may not be read.
        var guessed = await RunAsync(world, ExitCode.Done, "resource", "list", "Roster_Member", "--where", "resource.Family == \"Quagmire\"", "--as", "B008");
        Assert.Contains("6 more resources were not held against --where", guessed, StringComparison.Ordinal);
        Assert.DoesNotContain("B001", guessed, StringComparison.Ordinal);
        Assert.Equal(["B001"], Keys(await RunAsync(world, ExitCode.Done, "resource", "list", "Roster_Member", "--where", "resource.Family == \"Quagmire\"", "--json", "--as", "B014")));
        Assert.Equal(["B001"], Keys(await ShownAsync(world, "resource", "list", "Roster_Member", "--where", "resource.Badge == \"B001\"", "--json")));

        var shown = JsonNode.Parse(await ShownAsync(world, "resource", "show", "Roster_Member", "B001", "--json"))!;
        Assert.Equal((null, null, "H02"), ((string?)shown["Family"], (string?)shown["Handle"], (string)shown["Vessel"]!));
        var account = Assert.Single(shown["$assignments"]!.AsArray(), a => (string)a!["assignment"]! == "ResourceType")!;
        Assert.Equal("description", (string)Assert.Single(account["values"]!.AsArray())!["property"]!);
        Assert.True(long.TryParse((string)account["target"]!, out _));
        Assert.Contains("Quagmire", await RunAsync(world, ExitCode.Done, "resource", "show", "Roster_Member", "B001", "--as", "B014"), StringComparison.Ordinal);

        var refused = await RunAsync(world, ExitCode.Failed, "resource", "show", "Roster_Member", "B007", "--as", "B008");
        Assert.Contains("'B008' lacks the permission '/Custom/Resources/Roster_Member/View' on Roster_Member 'B007'", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was changed", refused, StringComparison.Ordinal);
        Assert.Contains("ViewHistory", await RunAsync(world, ExitCode.Failed, "resource", "show", "Roster_Member", "B001", "--history", "--as", "B008"), StringComparison.Ordinal);
        await RunAsync(world, ExitCode.Done, "resource", "show", "Roster_Member", "B001", "--history", "--as", "B014");

        // Nor is a key that may not be read a way to find.
        const string name = "uid=quagmireb001,ou=crew,dc=line,dc=example";
        await RunAsync(world, ExitCode.Done, "resource", "show", "Yard_Entry", name, "--as", "B014");
        Assert.Contains("There is no 'Yard_Entry' with the key", await RunAsync(world, ExitCode.Failed, "resource", "show", "Yard_Entry", name, "--as", "B008"), StringComparison.Ordinal);
        Assert.Contains("lacks the permission", await RunAsync(world, ExitCode.Failed, "resource", "show", "Roster_Member", "B001", "--as", "B002"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explanations_LeaveOutWhatMayNotBeRead()
    {
        using var world = await LoadedAsync();

        var text = await ShownAsync(world, "resource", "explain", "Roster_Member", "B001");
        Assert.Contains("Vessel is 'H02'", text, StringComparison.Ordinal);
        Assert.Contains("description = ", text, StringComparison.Ordinal);
        Assert.Contains("both keys are equal", text, StringComparison.Ordinal);
        await ShownAsync(world, "resource", "explain", "Roster_Member", "B001", "--json");
        Assert.Contains("sn = 'Quagmire'", await RunAsync(world, ExitCode.Done, "resource", "explain", "Roster_Member", "B001", "--as", "B014"), StringComparison.Ordinal);

        Assert.Contains("yes", await ShownAsync(world, "resource", "explain", "Roster_Member", "B001", "--role", "Line/Crew"), StringComparison.Ordinal);
        Assert.Contains("no.", await ShownAsync(world, "resource", "explain", "Roster_Member", "B001", "--role", "Line/Flagship"), StringComparison.Ordinal);
        Assert.Contains(
            "'B008' may not read the property 'Yard_Entry:sn' of it",
            await RunAsync(world, ExitCode.Failed, "resource", "explain", "Roster_Member", "B001", "--property", "sn", "--as", "B008"),
            StringComparison.Ordinal);
        Assert.Contains("View", await RunAsync(world, ExitCode.Failed, "resource", "explain", "Roster_Member", "B007", "--as", "B008"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orders_AreThoseOfSeenAccounts_WithWhatMayBeRead()
    {
        using var world = await LoadedAsync(w => w.Replace(
            "Conf/Provisioning.xml",
            """<ResourceType Identifier="Yard_Account" DisplayName_L1="Yard account" Policy="Default" Category="Line" BlockProvisioning="false" """,
            """<ResourceType Identifier="Yard_Account" DisplayName_L1="Yard account" Policy="Default" Category="Line" BlockProvisioning="true" """));
        Assert.Contains("B001", await ShownAsync(world, "order", "review", "--json"), StringComparison.Ordinal);
        await RunAsync(world, ExitCode.Done, "order", "review", "approve", "--all-of", "Yard_Account");
        await world.JobAsync("Complete");

        var all = JsonNode.Parse(await RunAsync(world, ExitCode.Done, "order", "list", "--resource-type", "Yard_Account", "--json"))!.AsArray();
        string OwnerOf(JsonNode? order) => (string)order!["order"]!["Owner"]!["Badge"]!;
        var seen = JsonNode.Parse(await ShownAsync(world, "order", "list", "--resource-type", "Yard_Account", "--json"))!.AsArray();
        Assert.Equal(Crew, seen.Select(OwnerOf).Order(StringComparer.Ordinal));
        Assert.True(all.Count > seen.Count);
        await ShownAsync(world, "order", "list", "--json");
        Assert.Equal(2, JsonNode.Parse(await ShownAsync(world, "order", "list", "--limit", "2", "--json"))!.AsArray().Count);

        string IdOf(string badge) => (string)all.First(o => OwnerOf(o) == badge)!["id"]!;
        var order = JsonNode.Parse(await ShownAsync(world, "order", "show", IdOf("B001"), "--json"))!["order"]!;
        Assert.NotNull(order["Changes"]!["description"]);
        Assert.Null(order["Changes"]!["sn"]);
        Assert.Contains("Quagmire", await RunAsync(world, ExitCode.Done, "order", "show", IdOf("B001"), "--as", "B014"), StringComparison.Ordinal);
        Assert.Contains("'/ProvisioningPolicy/AssignedResourceType/Query'", await RunAsync(world, ExitCode.Failed, "order", "show", IdOf("B007"), "--as", "B008"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_ShowInstancesTasksChangesAndPlansToWhoMaySee()
    {
        using var world = await LoadedAsync();
        world.Sources(FleetState.Small().With("sailors", "B001", "last", "Quagmire-Smith"));

        // B014 audits and is harbour master; B002 is harbour master, and sees no resource.
        var planned = JsonNode.Parse(await RunAsync(world, ExitCode.Done, "job", "plan", "Compared", "--json", "--as", "B014"))!;
        Assert.NotEmpty(planned["resources"]!.AsArray());
        var plan = await RunAsync(world, ExitCode.Done, "job", "plan", "Compared", "--json", "--as", "B002");
        Assert.DoesNotContain("Quagmire", plan, StringComparison.Ordinal);
        Assert.Empty(JsonNode.Parse(plan)!["resources"]!.AsArray());
        await RunAsync(world, ExitCode.Failed, "job", "plan", "Compared", "--as", "B008");

        var run = JsonNode.Parse(await RunAsync(world, ExitCode.Done, "job", "run", "Compared", "--as", "B002", "--json"))!;
        var id = run["id"]!.ToString();
        var history = JsonNode.Parse(await RunAsync(world, ExitCode.Done, "job", "history", "--json", "--as", "B002"))!.AsArray();
        Assert.Equal(id, history[0]!["id"]!.ToString());
        Assert.Empty(history[0]!["tasks"]!.AsArray());
        Assert.Equal("[]", (await RunAsync(world, ExitCode.Done, "job", "history", "--json", "--as", "B008")).Trim());
        Assert.Contains("GetLog", await RunAsync(world, ExitCode.Failed, "job", "show", id, "--changes", "--as", "B002"), StringComparison.Ordinal);

        Assert.NotEmpty(JsonNode.Parse(await RunAsync(world, ExitCode.Done, "job", "steps", "Compared", "--json", "--as", "B002"))!.AsArray());
        Assert.Contains("'/Jobs/Job/Query'", await RunAsync(world, ExitCode.Failed, "job", "steps", "Compared", "--as", "B008"), StringComparison.Ordinal);

        world.Replace("Conf/Access.xml", "<RunJobAdministration", "<GetJobLogAdministrationAccessControlRules Profile=\"Harbour\" /><GetJobLogAdministrationAccessControlRules Profile=\"Captain\" /><RunJobAdministration");
        await RunAsync(world, ExitCode.Done, "config", "deploy");
        Assert.Contains("Quagmire-Smith", await RunAsync(world, ExitCode.Done, "job", "show", id, "--changes", "--as", "B014"), StringComparison.Ordinal);
        Assert.DoesNotContain("B001", await RunAsync(world, ExitCode.Done, "job", "show", id, "--changes", "--as", "B002"), StringComparison.Ordinal);
        await ShownAsync(world, "job", "show", id, "--changes");
    }
}
