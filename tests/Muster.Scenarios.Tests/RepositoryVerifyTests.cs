using System.Text.Json.Nodes;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary><c>repository verify</c>: nothing to say of a store that incremental jobs have kept, and every difference of one that is wrong.</summary>
public sealed class RepositoryVerifyTests
{
    [Fact]
    public async Task Verify_AfterEachStepOfAHistory_FindsNothing()
    {
        using var world = new FleetWorld(isProvisioning: true);
        var state = FleetState.Small();
        world.Sources(state);
        await world.JobAsync("Initial");
        await world.JobAsync("Complete");
        await AssertVerifiedAsync(world);
        Func<FleetState, FleetState>[] steps =
        [
            s => s.With("sailors", "B001", "last", "Renamed").Without("sailors", "B003"),
            s => s.With("vessels", "H02", "hull", "H09"),
            s => s.Without("vessels", "H05"),
            s => s.Row("vessels", "H02", "MV Again", "1").Without("holdings", "B002", "NAV"),
        ];
        foreach (var step in steps)
        {
            state = step(state.Copy());
            world.Sources(state);
            await world.JobAsync("Compared");
            await AssertVerifiedAsync(world);
        }
    }

    [Theory]
    [InlineData("UPDATE \"r_Fleet_Sailor\" SET \"p_Signature\" = 'wrong' WHERE \"p_Badge\" = 'B002'", "resource Fleet_Sailor key=B002", "Signature")]
    [InlineData("INSERT INTO pending_link (association, key1, key2) VALUES ('Sailor_Licences', 'B003', 'ENG')", "link Sailor_Licences key1=B003 key2=ENG", null)]
    [InlineData("UPDATE correlation_key SET key = 'wrong' WHERE resource = (SELECT id FROM \"r_Roster_Member\" WHERE \"p_Badge\" = 'B002')", "correlationKey", "value")]
    [InlineData("DELETE FROM named_value", "namedRole Yard/divers", null)]
    [InlineData("DELETE FROM assigned_single_role WHERE role = 'Line/Flagship'", "assignedSingleRole Line/Flagship", "workflowState")]
    public async Task Verify_OfAStoreThatIsWrong_NamesWhatIs(string damage, string identity, string? member)
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        await world.JobAsync("Complete");
        Execute(world, damage);

        var result = await world.RunAsync("repository", "verify", "--json");

        Assert.True(result.Code == 1, result.Error + result.Out);
        var differences = JsonNode.Parse(result.Out)!["differences"]!.AsArray();
        var named = differences.Where(d => ((string)d!["identity"]!).StartsWith(identity, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, d => Assert.True(member is null || d!["differences"]!.AsArray().Any(m => (string?)m!["member"] == member)));
    }

    [Fact]
    public async Task Verify_WithWorkThatWaits_TellsItAndIsNoFault()
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        world.Replace("Conf/Provisioning.xml", "member.Family.Simplify().ToLower()", "member.Family.Simplify().ToUpper()");
        Assert.Equal(0, (await world.RunAsync("config", "deploy")).Code);
        var dump = await world.DumpAsync();

        var result = await world.RunAsync("repository", "verify", "--json");

        Assert.True(result.Code == 0, result.Error + result.Out);
        var json = JsonNode.Parse(result.Out)!;
        Assert.Empty(json["differences"]!.AsArray());
        Assert.Contains(json["waiting"]!.AsArray(), w => (string?)w!["subject"] == "Roster_Member");
        Assert.Equal(dump, await world.DumpAsync());
    }

    /// <summary>
    /// A licence was proposed the member that a sailor had; the sailor comes back and takes it. The creation that the licence then needs is blocked by
    /// the task that computes licences, though it comes of evaluating sailors, whose task blocks nothing: what verify foretells the job does.
    /// </summary>
    [Fact]
    public async Task Verify_OfATargetThatGoesToAnotherSource_ForetellsItsBlocks()
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.WriteFile("Conf/Licences.xml", """
            <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
              <ResourceType Identifier="Member_of_Licence" DisplayName_L1="Member" Policy="Default" Category="Line" BlockProvisioning="false"
                  SourceEntityType="Fleet_Licence" TargetEntityType="Roster_Member" ApprovalWorkflowType="ManualAssignmentNotAllowed">
                <TypeRule />
                <ScalarRule Property="Badge" Binding="Fleet_Licence:Code" />
                <ScalarRule Property="Given" Binding="Fleet_Licence:Label" />
              </ResourceType>
              <ResourceCorrelationRule ResourceType="Member_of_Licence" Policy="Default" SourceBinding="Fleet_Licence:Code" TargetBinding="Roster_Member:Badge" SourceMatchedConfidenceLevel="90" />
              <Job Identifier="Licences" DisplayName_L1="Licences">
                <ComputeCorrelationKeysTask Identifier="Licences_Keys" DisplayName_L1="Keys" Level="0"><TaskEntityType EntityType="Fleet_Licence" /><TaskEntityType EntityType="Roster_Member" /></ComputeCorrelationKeysTask>
                <ComputeRoleModelTask Identifier="Licences_Roles" DisplayName_L1="Roles" Level="1" BlockProvisioning="true"><TaskEntityType EntityType="Fleet_Licence" /></ComputeRoleModelTask>
              </Job>
              <Job Identifier="Reading" DisplayName_L1="Reading" Agent="Bridge" IsIncremental="true">
                <ExportTask Identifier="Reading_vessels" DisplayName_L1="E" Level="0" Agent="Bridge" OpenIdClient="Job" Connector="Crew" Connection="vessels" />
                <ExportTask Identifier="Reading_sailors" DisplayName_L1="E" Level="0" Agent="Bridge" OpenIdClient="Job" Connector="Crew" Connection="sailors" />
                <ExportTask Identifier="Reading_licences" DisplayName_L1="E" Level="0" Agent="Bridge" OpenIdClient="Job" Connector="Crew" Connection="licences" />
                <ExportTask Identifier="Reading_holdings" DisplayName_L1="E" Level="0" Agent="Bridge" OpenIdClient="Job" Connector="Crew" Connection="holdings" />
                <PrepareSynchronizationTask Identifier="Reading_Prepare" DisplayName_L1="P" Level="1" Agent="Bridge" OpenIdClient="Job" Connector="Crew" SynchronizationMode="Incremental" />
                <SynchronizeTask Identifier="Reading_Synchronize" DisplayName_L1="S" Level="2" Connector="Crew" DoNotDeleteChanges="true" />
              </Job>
            </ConfigurationFile>
            """);
        world.Replace(
            "Conf/Provisioning.xml",
            """<ResourceType Identifier="Member_of_Crew" DisplayName_L1="Member" Policy="Default" Category="Line" BlockProvisioning="false" RemoveOrphans="true" """.TrimEnd(),
            """<ResourceType Identifier="Member_of_Crew" DisplayName_L1="Member" Policy="Default" Category="Line" BlockProvisioning="false" """.TrimEnd());
        var state = FleetState.Small().Row("licences", "B001", "Q9");
        world.Sources(state);
        await world.JobAsync("Initial");
        await world.JobAsync("Complete");
        world.Sources(state.Copy().Without("sailors", "B001"));
        await world.JobAsync("Compared");
        await world.JobAsync("Licences");
        await AssertVerifiedAsync(world);
        world.Sources(state);
        await world.JobAsync("Reading");

        var verify = await world.RunAsync("repository", "verify", "--json");

        Assert.True(verify.Code == 0, verify.Error + verify.Out);
        var foretold = Assert.Single(JsonNode.Parse(verify.Out)!["waiting"]!.AsArray(), w => w!.ToJsonString().Contains("Q9", StringComparison.Ordinal))!;
        Assert.Contains("\"provisioningState\":\"Blocked\"", foretold["after"]!.ToJsonString(), StringComparison.Ordinal);
        await world.JobAsync("Compared");
        Assert.Contains((await world.DumpAsync()).Split('\n'), line => line.Contains("Q9", StringComparison.Ordinal) && line.Contains("Blocked", StringComparison.Ordinal));
    }

    private static async Task AssertVerifiedAsync(FleetWorld world)
    {
        var result = await world.RunAsync("repository", "verify", "--json");
        Assert.True(result.Code == 0, result.Error + result.Out);
        Assert.True((bool)JsonNode.Parse(result.Out)!["isEqual"]!);
    }

    private static void Execute(FleetWorld world, string sql) => Assert.True(world.Store.Execute(sql) > 0, "Nothing was damaged.");
}
