using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>
/// Access control through the command line alone (rolemodel.md 9): on the shipping line, every member may ask for themselves, captains decide
/// on the crew of their vessel, the harbour master runs jobs.
/// </summary>
public sealed class AccessTests
{
    private const string Flagship = "Line/Flagship";

    /// <summary>B001, B008 and B015 sail on H02, B007 and B014 on H01.</summary>
    private const string Access = """
        <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
          <Profile Identifier="Captain" DisplayName_L1="Captain" /><Profile Identifier="Harbour" DisplayName_L1="Harbour master" />
          <ProfileRuleContext EntityType="Roster_Member">
            <ProfileRule Profile="Captain" B0="Roster_Member:Vessel" RootExpression="C#:member:return member.Badge == &quot;B008&quot;;" />
          </ProfileRuleContext>
          <AssignedProfile User="B014" Profile="Harbour" Context="-1" AccessState="Approved" />
          <AssignedProfile User="B002" Profile="Harbour" Context="-1" AccessState="Approved" EndDate="20200101" />
          <AccessControlRule Identifier="Watch_Self" DisplayName_L1="Own assignments" Profile="Watch" EntityType="AssignedSingleRole">
            <Entry Permission="/ProvisioningPolicy/AssignedSingleRole" CanExecute="true" />
            <Filter Binding="Owner" CurrentUser="true" />
          </AccessControlRule>
          <AccessControlRule Identifier="Captain_Crew" DisplayName_L1="Crew" Profile="Captain" EntityType="AssignedSingleRole">
            <Entry Permission="/ProvisioningPolicy/AssignedSingleRole" CanExecute="true" />
            <Filter Binding="Owner.Vessel" Dimension="Vessel" />
          </AccessControlRule>
          <AccessControlRule Identifier="Captain_Review" DisplayName_L1="First step" Profile="Captain" EntityType="AssignedSingleRole">
            <Entry Permission="/Custom/ProvisioningPolicy/ReviewRoles/Roster_Member" CanExecute="true" />
            <Filter Group="1" Binding="Owner.Vessel" Dimension="Vessel" /><Filter Group="1" Binding="WorkflowState" Value="8" />
            <Filter Group="2" Binding="Owner.Vessel" Dimension="Vessel" /><Filter Group="2" Binding="WorkflowState" Value="PendingApproval1" />
          </AccessControlRule>
          <AccessControlRule Identifier="Captain_Orders" DisplayName_L1="Orders" Profile="Captain" EntityType="AssignedResourceType">
            <Entry Permission="/Custom/ProvisioningPolicy/ReviewProvisioning" CanExecute="true" />
            <Filter Binding="Owner.Vessel" Dimension="Vessel" />
          </AccessControlRule>
          <RunJobAdministrationAccessControlRules Profile="Harbour" /><GetJobLogAdministrationAccessControlRules Profile="Harbour" />
          <JobAdministrationAccessControlRules Profile="Harbour" />
        </ConfigurationFile>
        """;

    private static async Task<FleetWorld> LoadedAsync(Action<FleetWorld>? change = null)
    {
        var world = new FleetWorld(isProvisioning: true);
        world.Replace("Conf/Provisioning.xml", $"""<SingleRole Identifier="{Flagship}" """, $"""<SingleRole Identifier="{Flagship}" ApprovalWorkflowType="Two" """);
        world.Replace("Conf/Provisioning.xml", $"""<SingleRoleRule Role="{Flagship}" Policy="Default" D0="H01" />""", "");
        world.WriteFile("Conf/Access.xml", Access);
        change?.Invoke(world);
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        await world.JobAsync("Complete");
        return world;
    }

    private static async Task<string> RunAsync(FleetWorld world, int code, params string[] command)
    {
        var result = await world.RunAsync(code, command);
        return code == ExitCode.Done ? result.Out : result.Out + result.Error;
    }

    private static Task<string> RequestAsync(FleetWorld world, int code, string badge, params string[] options) =>
        RunAsync(world, code, ["assignment", "request", "Roster_Member", badge, "--role", Flagship, .. options]);

    private static Task<string> ApproveAsync(FleetWorld world, int code, string badge, params string[] options) =>
        RunAsync(world, code, ["assignment", "approve", "Roster_Member", badge, "--role", Flagship, .. options]);

    [Fact]
    public async Task Members_AskForThemselves_AndCaptainsDecideOnTheirCrew()
    {
        using var world = await LoadedAsync();
        var before = await world.DumpAsync();

        var refused = await RequestAsync(world, ExitCode.Failed, "B007", "--as", "B001");
        Assert.Contains("'B001' lacks the permission '/ProvisioningPolicy/AssignedSingleRole/Create' on single role 'Line/Flagship' of 'B007' (entity type 'AssignedSingleRole').", refused, StringComparison.Ordinal);
        Assert.Contains("'B001' has the profile 'Watch'.", refused, StringComparison.Ordinal);
        Assert.Contains("has a filter that does not hold: Owner Equals the user", refused, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", refused, StringComparison.Ordinal);
        await RequestAsync(world, ExitCode.Failed, "B001", "--as", "nobody");
        await RequestAsync(world, ExitCode.Wrong, "B001", "--as", "B001", "--by", "bob");
        Assert.Equal(before, await world.DumpAsync());

        Assert.Contains("PendingApproval1", await RequestAsync(world, ExitCode.Done, "B001", "--as", "B001"), StringComparison.Ordinal);
        Assert.Contains("PendingApproval1", await RequestAsync(world, ExitCode.Done, "B007", "--as", "B007"), StringComparison.Ordinal);

        var own = await ApproveAsync(world, ExitCode.Failed, "B001", "--as", "B001");
        Assert.Contains("Profiles whose rules give it: 'Captain'.", own, StringComparison.Ordinal);
        Assert.Contains("Owner.Vessel Equals the profile's Vessel", await ApproveAsync(world, ExitCode.Failed, "B007", "--as", "B008"), StringComparison.Ordinal);
        Assert.Contains("PendingApproval2", await ApproveAsync(world, ExitCode.Done, "B001", "--as", "B008"), StringComparison.Ordinal);

        // The captain decides on the first step alone; the operator, who names nobody, on everything.
        await ApproveAsync(world, ExitCode.Failed, "B001", "--as", "B008");
        Assert.Contains("Approved", await ApproveAsync(world, ExitCode.Done, "B001", "--by", "the owner"), StringComparison.Ordinal);

        var history = JsonNode.Parse(await RunAsync(world, ExitCode.Done, "assignment", "list", "--owner", "Roster_Member", "B001", "--history", "--json"))!["history"]!.AsArray();
        Assert.Equal(["B001", "B008", "the owner"], history.Select(d => (string)d!["by"]!));
    }

    [Fact]
    public async Task Lists_ShowWhatTheUserMaySee()
    {
        using var world = await LoadedAsync(w => w.Replace(
            "Conf/Provisioning.xml",
            """<ResourceType Identifier="Yard_Account" DisplayName_L1="Yard account" Policy="Default" Category="Line" BlockProvisioning="false" """,
            """<ResourceType Identifier="Yard_Account" DisplayName_L1="Yard account" Policy="Default" Category="Line" BlockProvisioning="true" """));
        async Task<List<string>> Owners(params string[] command) =>
            [.. JsonNode.Parse(await RunAsync(world, ExitCode.Done, [.. command, "--json"]))!.AsArray().Select(a => (string)a!["ownerKey"]!).Distinct().Order(StringComparer.Ordinal)];

        // Nobody has an account yet, so that nobody is Watch: only the captain sees, and only the crew.
        string[] crew = ["B001", "B008", "B015", "B022", "B029", "B036"];
        Assert.Equal(crew, await Owners("assignment", "list", "--role", "Line/Crew", "--as", "B008"));
        Assert.Contains("'B001' has no profile.", await RunAsync(world, ExitCode.Failed, "assignment", "list", "--as", "B001"), StringComparison.Ordinal);
        Assert.Empty(await Owners("assignment", "list", "--as", "B014"));
        Assert.Equal(crew, await Owners("order", "review", "--as", "B008"));
        Assert.Empty(await Owners("order", "review", "--as", "B014"));
        Assert.True((await Owners("order", "review")).Count > crew.Length);

        var items = JsonNode.Parse(await RunAsync(world, ExitCode.Done, "order", "review", "--json"))!.AsArray();
        string IdOf(string badge) => items.First(i => (string)i!["ownerKey"]! == badge)!["id"]!.ToString();
        Assert.Contains("'/Custom/ProvisioningPolicy/ReviewProvisioning/Roster_Member'", await RunAsync(world, ExitCode.Failed, "order", "review", "approve", IdOf("B001"), IdOf("B007"), "--as", "B008"), StringComparison.Ordinal);
        Assert.Contains("'/Custom/ProvisioningPolicy/BulkReviewProvisioning/Roster_Member'", await RunAsync(world, ExitCode.Failed, "order", "review", "approve", "--all-of", "Yard_Account", "--as", "B008"), StringComparison.Ordinal);
        Assert.Contains("on entity type 'AssignedResourceType'", await RunAsync(world, ExitCode.Failed, "order", "review", "approve", IdOf("B001"), "--as", "B014"), StringComparison.Ordinal);
        Assert.Equal(items.Count, JsonNode.Parse(await RunAsync(world, ExitCode.Done, "order", "review", "--json"))!.AsArray().Count);
        await RunAsync(world, ExitCode.Done, "order", "review", "approve", IdOf("B001"), "--as", "B008");
        Assert.DoesNotContain("B001", await Owners("order", "review", "--as", "B008"));
    }

    [Fact]
    public async Task ImplicitApproval_IsOfWhoMayReviewEveryStep()
    {
        using var world = await LoadedAsync(w =>
        {
            w.Replace("Conf/Provisioning.xml", "ApprovalWorkflowType=\"Two\"", "ApprovalWorkflowType=\"One\"");
            w.Replace("Conf/Provisioning.xml", "IsProvisioningEnabled=\"true\"", "IsProvisioningEnabled=\"true\" HasImplicitApproval=\"true\"");
        });

        Assert.Contains("PendingApproval", await RequestAsync(world, ExitCode.Done, "B007", "--as", "B007"), StringComparison.Ordinal);
        Assert.Contains("ReviewRoles", await RequestAsync(world, ExitCode.Failed, "B001", "--as", "B001", "--implicit"), StringComparison.Ordinal);
        Assert.Contains("Approved", await RequestAsync(world, ExitCode.Done, "B001", "--as", "B008"), StringComparison.Ordinal);
        Assert.Contains("Approved", await RequestAsync(world, ExitCode.Done, "B008", "--as", "B008", "--implicit"), StringComparison.Ordinal);
        Assert.Contains("Approved", await RequestAsync(world, ExitCode.Done, "B014", "--implicit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_AreRunByWhoHasTheLaunch()
    {
        using var world = await LoadedAsync();

        var refused = await RunAsync(world, ExitCode.Failed, "job", "run", "Compared", "--as", "B001");
        Assert.Contains("'B001' lacks the permission '/Jobs/JobInstance/Create' on an instance of job 'Compared' (entity type 'JobInstance').", refused, StringComparison.Ordinal);
        Assert.Contains("'Harbour' does not count: it ended 2020-01-01", await RunAsync(world, ExitCode.Failed, "job", "run", "Compared", "--as", "B002"), StringComparison.Ordinal);

        var run = JsonNode.Parse(await RunAsync(world, ExitCode.Done, "job", "run", "Compared", "--as", "B014", "--json"))!;
        Assert.Equal("person:B014", (string)run["initiator"]!);
        var id = run["id"]!.ToString();
        await RunAsync(world, ExitCode.Done, "job", "show", id, "--as", "B014");
        await RunAsync(world, ExitCode.Failed, "job", "show", id, "--as", "B008");
        Assert.Contains("'/Jobs/JobInstance/Update'", await RunAsync(world, ExitCode.Failed, "job", "cancel", id, "--as", "B014"), StringComparison.Ordinal);
        Assert.Contains("Compared", await RunAsync(world, ExitCode.Done, "job", "list", "--as", "B014"), StringComparison.Ordinal);
        Assert.DoesNotContain("Compared", await RunAsync(world, ExitCode.Done, "job", "list", "--as", "B001"), StringComparison.Ordinal);

        // Files with more rights are no way to have them: with --as nothing is deployed.
        world.Replace("Conf/Access.xml", "</ConfigurationFile>", "<RunJobAdministrationAccessControlRules Profile=\"Watch\" /></ConfigurationFile>");
        Assert.Contains("muster config deploy", await RunAsync(world, ExitCode.Wrong, "job", "run", "Compared", "--as", "B001"), StringComparison.Ordinal);
        await RunAsync(world, ExitCode.Done, "config", "deploy");
        await RunAsync(world, ExitCode.Done, "job", "run", "Compared", "--as", "B001");
    }

    [Fact]
    public async Task Check_SaysWhoMayAndWhy()
    {
        using var world = await LoadedAsync();

        var yes = await RunAsync(world, ExitCode.Done, "access", "check", "B014", "/Jobs/RunJob/Launch", "Task", "Compared_Export_sailors");
        Assert.Contains("'B014' has the permission '/Jobs/RunJob/Launch' on task 'Compared_Export_sailors' (entity type 'Task').", yes, StringComparison.Ordinal);
        Assert.Contains("The rule 'Harbour_Job_RunJobLaunch'", yes, StringComparison.Ordinal);

        var no = JsonNode.Parse((await world.RunAsync("access", "check", "B001", "/Jobs/RunJob/Launch", "Task", "--json")).Out)!;
        Assert.Equal((false, "Harbour"), ((bool)no["allowed"]!, (string)no["givenBy"]![0]!));
        Assert.True((bool)JsonNode.Parse((await world.RunAsync("access", "check", "B008", "/ProvisioningPolicy/AssignedSingleRole/Query", "AssignedSingleRole", "--json")).Out)!["dependsOnEntity"]!);
        await RunAsync(world, ExitCode.Wrong, "access", "check", "B001", "Jobs", "Task");
        Assert.Contains("Did you mean 'Roster_Member'?", await RunAsync(world, ExitCode.Wrong, "access", "check", "B001", "/Jobs", "Roster_Membr"), StringComparison.Ordinal);

        Assert.Contains("Vessel 'H02'", await RunAsync(world, ExitCode.Done, "access", "profiles", "B008"), StringComparison.Ordinal);
        Assert.Contains("no: it ended 2020-01-01", await RunAsync(world, ExitCode.Done, "access", "profiles", "B002"), StringComparison.Ordinal);
        Assert.Contains("'OpenIdClient:Job' lacks", await RunAsync(world, ExitCode.Failed, "access", "check", "OpenIdClient:Job", "/Jobs/RunJob/Launch", "Task"), StringComparison.Ordinal);

        var exported = await RunAsync(world, ExitCode.Done, "config", "export", "--expanded");
        Assert.Contains("Harbour_JobInstance_RunJobLaunch", exported, StringComparison.Ordinal);
        Assert.DoesNotContain("RunJobAdministrationAccessControlRules", exported, StringComparison.Ordinal);
    }
}
