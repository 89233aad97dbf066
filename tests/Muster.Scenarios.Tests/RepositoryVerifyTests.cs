using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
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
    [InlineData("UPDATE r_Fleet_Sailor SET p_Signature = 'wrong' WHERE p_Badge = 'B002'", "resource Fleet_Sailor key=B002", "Signature")]
    [InlineData("INSERT INTO pending_link (association, key1, key2) VALUES ('Sailor_Licences', 'B003', 'ENG')", "link Sailor_Licences key1=B003 key2=ENG", null)]
    [InlineData("UPDATE correlation_key SET key = 'wrong' WHERE resource = (SELECT id FROM r_Roster_Member WHERE p_Badge = 'B002')", "correlationKey", "value")]
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

    private static async Task AssertVerifiedAsync(FleetWorld world)
    {
        var result = await world.RunAsync("repository", "verify", "--json");
        Assert.True(result.Code == 0, result.Error + result.Out);
        Assert.True((bool)JsonNode.Parse(result.Out)!["isEqual"]!);
    }

    private static void Execute(FleetWorld world, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(world.Work, "muster.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0, "Nothing was damaged.");
    }
}
