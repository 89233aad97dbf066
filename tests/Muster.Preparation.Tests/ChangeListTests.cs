using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Preparation.Tests;

public sealed class ChangeListTests
{
    private const string A = "Employee Id,Last name\n1,A\n2,B\n";

    [Fact]
    public async Task ChangeList_IsFoldedSortedAndPassedOn()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete(PreparationType.Changes);
        await world.Extract("HRPeople", "Command;Employee Id;Last name\nADD;3;C\nDelete;1;whatever\nmodify;3;C2\nMERGE;2;B2\n").Incremental(PreparationType.Changes);
        Assert.Equal("command,EmployeeId,LastName\ndelete,1,\nmerge,2,B2\ninsert,3,C2\n", world.Gateway.LastFile("HR_Person.sorted.delta"));
        Assert.Equal((1, 1, 1, 1), (world.Reporter["coalesced"], world.Reporter["inserts"], world.Reporter["merges"], world.Reporter["deletes"]));
    }

    [Fact]
    public async Task ConnectorWhoseExportsMixBoth_EachIsReadForWhatItSaysItHolds()
    {
        var connector = Models.Connector("HR")
            .WithEntity("HR_Person", "HRPeople", ("EmployeeId", "Employee Id", PropertyType.String), ("LastName", "Last name", PropertyType.String))
            .WithEntity("HR_Site", "HRSites", ("Code", "Code", PropertyType.String));
        using var world = new World(connector);
        await world.Extract("HRPeople", A).Extract("HRSites", "Code\nS1\nS2\n").Complete();
        world.Extract("HRPeople", "command,Employee Id,Last name\nupdate,2,B2\n").Extract("HRSites", "Code\nS1\n");
        world.Manifest("HRPeople", SynchronizationMode.Incremental, ExtractContent.Changes, tables: ["HRPeople"]);
        world.Manifest("HRSites", SynchronizationMode.Incremental, ExtractContent.Full, tables: ["HRSites"]);

        await world.Incremental();

        Assert.Equal("command,EmployeeId,LastName\nupdate,2,B2\n", world.Gateway.LastFile("HR_Person.sorted.delta"));
        Assert.Equal("command,Code\ndelete,S2\n", world.Gateway.LastFile("HR_Site.sorted.delta"));
    }

    [Fact]
    public async Task ColumnName_NamesTheCommandColumn()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete(PreparationType.Changes);
        await world.Extract("HRPeople", "op,Employee Id,Last name\nupdate,2,X\n").Prepare(SynchronizationMode.Incremental, PreparationType.Changes, "OP");
        Assert.Equal("command,EmployeeId,LastName\nupdate,2,X\n", world.Gateway.LastFile("HR_Person.sorted.delta"));
    }

    [Theory]
    [InlineData("insert,3,C\n,4,D\n", 3)]
    [InlineData(",4,D\n,5,E\ninsert,3,C\n", 4)]
    public async Task MixedRows_NameTheFirstOffendingLine(string rows, int line)
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete(PreparationType.Changes);
        var message = await World.Fails(world.Extract("HRPeople", "command,Employee Id,Last name\n" + rows).Incremental(PreparationType.Changes));
        Assert.Contains($"line {line}:", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Employee Id,Last name\n1,A\n2,B2\n")]
    [InlineData("command,Employee Id,Last name\n,1,A\n,2,B2\n")]
    public async Task NoCommands_IsAFullExtractAndCompared(string csv)
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete(PreparationType.Changes);
        await world.Extract("HRPeople", csv).Incremental(PreparationType.Changes);
        Assert.Equal("command,EmployeeId,LastName\nupdate,2,B2\n", world.Gateway.LastFile("HR_Person.sorted.delta"));
    }

    [Fact]
    public async Task FullExtractAfterChangeList_HasNothingToCompareWithAndHeals()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete(PreparationType.Changes);
        await world.Extract("HRPeople", "command,Employee Id,Last name\ninsert,3,C\n").Incremental(PreparationType.Changes);
        await world.Extract("HRPeople", "Employee Id,Last name\n1,A\n").Incremental(PreparationType.Changes);
        Assert.Equal(SynchronizationMode.Complete, world.Gateway.Last.Mode);
    }

    [Fact]
    public async Task EmptyChangeList_IsNothingToDo()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete(PreparationType.Changes);
        Assert.False((await world.Extract("HRPeople", "command,Employee Id,Last name\n").Incremental(PreparationType.Changes)).Processed);
        Assert.Single(world.Gateway.Accepted);
    }

    [Fact]
    public async Task ChangeListWithoutSnapshot_AsksForACompleteJob()
    {
        using var world = World.OfPeople();
        var message = await World.Fails(world.Extract("HRPeople", "command,Employee Id,Last name\ninsert,3,C\n").Incremental(PreparationType.Changes));
        Assert.Contains("Run a complete job", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownCommand_ParksTheRow()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete(PreparationType.Changes);
        await world.Extract("HRPeople", "command,Employee Id,Last name\ninsert,3,C\nexplode,4,D\n").Incremental(PreparationType.Changes);
        Assert.Equal(["4"], world.Gateway.Last.Files[0].ParkedKeys);
        Assert.Contains("'explode' is no command", world.Collected("HR_Person.rejected.csv"), StringComparison.Ordinal);
    }

    /// <summary>Parity: applying the computed difference to the former set gives the new one.</summary>
    [Fact]
    public void Difference_AppliedToTheFormerSet_GivesTheNewSet() => Prop.ForAll(
        Sets().ToArbitrary(),
        Sets().ToArbitrary(),
        (former, latter) => AppliesTo(former, latter).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    private static async Task<bool> AppliesTo(Dictionary<string, string> former, Dictionary<string, string> latter)
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", Csv(former)).Complete();
        var result = await world.Extract("HRPeople", Csv(latter)).Incremental();
        var state = new Dictionary<string, string>(former);
        if (result.Processed)
        {
            Assert.Equal(SynchronizationMode.Incremental, world.Gateway.Last.Mode);
            foreach (var row in world.Gateway.LastFile("HR_Person.sorted.delta").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
            {
                var fields = row.Split(',');
                Assert.Equal(fields[0] switch { "insert" => false, _ => true }, state.ContainsKey(fields[1]));
                if (!(fields[0] == "delete" ? state.Remove(fields[1]) : (state[fields[1]] = fields[2]) is not null))
                {
                    return false;
                }
            }
        }

        return state.Count == latter.Count && latter.All(p => state[p.Key] == p.Value) && result.Processed == !Equal(former, latter);
    }

    private static bool Equal(Dictionary<string, string> left, Dictionary<string, string> right) =>
        left.Count == right.Count && left.All(p => right.GetValueOrDefault(p.Key) == p.Value);

    private static Gen<Dictionary<string, string>> Sets() =>
        Gen.Elements("1", "2", "10", "a", "B", "é", "\uFFFD", "\U0001F600").NonEmptyListOf()
            .SelectMany(keys => Gen.Elements("x", "y", "").ArrayOf(keys.Count).Select(values =>
                keys.Zip(values).GroupBy(p => p.First).ToDictionary(g => g.Key, g => g.First().Second)));

    private static string Csv(Dictionary<string, string> rows) =>
        "Employee Id,Last name\n" + string.Concat(rows.Select(p => $"{p.Key},{p.Value}\n"));
}
