using System.Globalization;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Preparation.Tests;

public sealed class CleansingTests
{
    [Fact]
    public async Task OnePoisonRowInTenThousand_IsParkedAndTheOthersAreSent()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", People(10_000, poison: -1)).Complete();
        var result = await world.Extract("HRPeople", People(10_000, poison: 5000, name: "New")).Incremental();

        Assert.True(result.Processed);
        var file = Assert.Single(world.Gateway.Last.Files);
        Assert.Equal(9_999, file.Rows);
        Assert.Contains("05000", file.ParkedKeys);
        Assert.False(file.HoldDeletions);
        Assert.Equal((0, 1), (world.Reporter["deletes"], world.Reporter["rowsRejected"]));
        Assert.Equal(
            "Employee Id,Last name,__line,__cause\n05000,Poison,5002,\"it has 3 fields, the header has 2.\",er\n", world.Collected("HR_Person.rejected.csv"));
        Assert.Contains("line 5002", Assert.Single(world.Reporter.Warnings), StringComparison.Ordinal);
        Assert.Equal(10_000, world.SnapshotRows("HR_Person"));
    }

    [Fact]
    public async Task ParkedRow_RepairedLater_IsOneUpdate()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", "Employee Id,Last name\n1,A\n2,B\n3,C\n").Complete();
        Assert.False((await world.Extract("HRPeople", "Employee Id,Last name\n1,A\n2,B,x\n3,C\n").Incremental()).Processed);
        await world.Extract("HRPeople", "Employee Id,Last name\n1,A\n2,Bx\n3,C\n").Incremental();
        Assert.Equal("command,EmployeeId,LastName\nupdate,2,Bx\n", world.Gateway.LastFile("HR_Person.sorted.delta"));
    }

    [Fact]
    public async Task ParkedRowInFirstLoad_DisappearsLater_IsDeletedToBeSure()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", "Employee Id,Last name\n1,A\n2,B,x\n3,C\n").Prepare(SynchronizationMode.Initial);
        Assert.Equal("EmployeeId,LastName\n1,A\n3,C\n", world.Gateway.LastFile("HR_Person.sorted.csv"));
        await world.Extract("HRPeople", "Employee Id,Last name\n1,A\n3,C\n").Incremental();
        Assert.Contains("\ndelete,2,\n", world.Gateway.LastFile("HR_Person.sorted.delta"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RejectedRowWhoseKeyIsWellInAnotherRow_DoesNotParkIt()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", "Employee Id,Last name\n1,A\n2,B\n").Complete();
        await world.Extract("HRPeople", "Employee Id,Last name\n1,A2\n1,A,x\n2,B\n").Incremental();
        Assert.Equal("command,EmployeeId,LastName\nupdate,1,A2\n", world.Gateway.LastFile("HR_Person.sorted.delta"));
        Assert.DoesNotContain("1", world.Gateway.Last.Files[0].ParkedKeys);
    }

    [Fact]
    public async Task ManyRejectedRows_StopTheTask()
    {
        using var world = World.OfPeople();
        var rows = string.Concat(Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},x{(i < 11 ? ",y" : "")}\n")));
        var message = await World.Fails(world.Extract("HRPeople", "Employee Id,Last name\n" + rows).Complete());
        Assert.Contains("11 of 100 rows were rejected", message, StringComparison.Ordinal);
        Assert.Empty(world.Gateway.Accepted);
        Assert.Contains("__cause", world.Collected("HR_Person.rejected.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TypedValues_AreBroughtToCanonicalForm()
    {
        using var world = TypedWorld();
        await world.Extract("HRPeople", "id;start;on;n;g;text;at\n007;2020-09-29 22:00:00;YES;+5;{C076E361-FA5F-428E-8339-39A449CE2DB3};\"b\na\nB\na\";132458904000000000\n").Complete();
        Assert.Equal(
            "Id,Start,On,N,G,Text,At\n7,20200929220000,true,5,c076e361fa5f428e833939a449ce2db3,\"a\nB\nb\",20200929220000\n".ReplaceLineEndings("\n"),
            world.Gateway.LastFile("T.sorted.csv"));
    }

    [Theory]
    [InlineData("1;x;;;;;", "column 'start' holds 'x', which is no DateTime")]
    [InlineData("1;;maybe;;;;", "column 'on' holds 'maybe', which is no Bool")]
    [InlineData("1;;;1.5;;;", "column 'n' holds '1.5', which is no Int32")]
    public async Task ValueOfOtherType_ParksTheRowWithItsCause(string row, string cause)
    {
        using var world = TypedWorld();
        await world.Extract("HRPeople", $"id;start;on;n;g;text;at\n{row}\n2;;;;;;\n").Complete();
        Assert.Equal(["1"], world.Gateway.Last.Files[0].ParkedKeys);
        Assert.Contains(cause, world.Collected("T.rejected.csv"), StringComparison.Ordinal);
    }

    /// <summary>As a full extract does, a list leaves what is stored where the last that it says cannot be read.</summary>
    [Theory]
    [InlineData("delete;1;;;;;;|insert;1;x;;;;;", "")]
    [InlineData("update;1;;;;;a;|update;1;x;;;;;", "")]
    [InlineData("insert;1;x;;;;;|update;1;;;;;a;", "merge,1,,,,,a,\n")]
    [InlineData("delete;1;;;;;;|insert;1;x;;;;;|delete;1;;;;;;", "delete,1,,,,,,\n")]
    public async Task UnreadableRowInAList_HoldsWhatTheListSaysBefore(string rows, string sent)
    {
        using var world = TypedWorld();
        await world.Extract("HRPeople", "id;start;on;n;g;text;at\n1;;;;;;\n").Complete(PreparationType.Changes);
        await world.Extract("HRPeople", $"command;id;start;on;n;g;text;at\n{rows.Replace('|', '\n')}\nupdate;2;;;;;b;\n").Incremental(PreparationType.Changes);
        Assert.Equal($"command,Id,Start,On,N,G,Text,At\n{sent}update,2,,,,,b,\n", world.Gateway.LastFile("T.sorted.delta"));
        Assert.Equal(sent.Length == 0 ? ["1"] : [], world.Gateway.Last.Files[0].ParkedKeys);
    }

    [Fact]
    public async Task UnreadableKey_HoldsDeletionsAndKeepsFormerRows()
    {
        using var world = TypedWorld();
        const string header = "id;start;on;n;g;text;at\n";
        await world.Extract("HRPeople", header + "1;;;;;a;\n2;;;;;b;\n3;;;;;c;\n").Complete();
        await world.Extract("HRPeople", header + "1;;;;;x;\nzwei;;;;;b;\n").Incremental();
        Assert.True(world.Gateway.Last.Files[0].HoldDeletions);
        Assert.Equal("command,Id,Start,On,N,G,Text,At\nupdate,1,,,,,x,\n", world.Gateway.LastFile("T.sorted.delta"));
        await world.Extract("HRPeople", header + "1;;;;;x;\n").Incremental();
        Assert.Equal((2, 0), (world.Reporter["deletes"], world.Reporter["updates"]));
    }

    [Fact]
    public async Task KeysMostlyEmpty_StopTheTask()
    {
        using var world = World.OfPeople();
        var message = await World.Fails(world.Extract("HRPeople", "Employee Id,Last name\n,A\n,B\n3,C\n").Complete());
        Assert.Contains("Is it the right key column?", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeysMostlyRepeated_StopTheTask()
    {
        using var world = World.OfPeople();
        var message = await World.Fails(world.Extract("HRPeople", "Employee Id,Last name\n1,A\n1,B\n1,C\n").Complete());
        Assert.Contains("'HR_Person.duplicates.csv'", message, StringComparison.Ordinal);
        Assert.Empty(world.Gateway.Accepted);
    }

    [Fact]
    public async Task EqualRows_AreMergedSilently()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", "Employee Id,Last name\n1,A\n1,A\n1,A\n").Complete();
        Assert.Equal(2, world.Reporter["duplicates"]);
        Assert.False(world.Folders.Work.Exists("Collect/HR_Person.duplicates.csv"));
    }

    [Fact]
    public async Task ShortRow_IsFilledWithNullsAndWarned()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", "Employee Id,Last name\n1\n2,B\n").Complete();
        Assert.Equal("EmployeeId,LastName\n1,\n2,B\n", world.Gateway.LastFile("HR_Person.sorted.csv"));
        Assert.Contains(world.Reporter.Warnings, w => w.Contains("fewer fields", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MissingKeyColumn_NamesFileColumnAndNearest()
    {
        using var world = World.OfPeople();
        var message = await World.Fails(world.Extract("HRPeople", "EmployeeId,Last name\n1,A\n").Complete());
        Assert.Contains("'HRPeople.csv' (connection 'HRPeople') has no column 'Employee Id'", message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'EmployeeId'?", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingOtherColumn_IsLeftUntouched()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", "Employee Id\n1\n").Complete();
        Assert.Equal(["EmployeeId"], world.Gateway.Last.Files[0].Columns);
        Assert.Contains(world.Reporter.Warnings, w => w.Contains("'Last name'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MissingFile_NamesFileAndConnection()
    {
        using var world = World.OfPeople();
        var message = await World.Fails(world.Complete());
        Assert.Contains("File 'HRPeople.csv' (connection 'HRPeople')", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileName_OtherCase_IsFound()
    {
        using var world = World.OfPeople();
        Assert.True((await world.Extract("hrpeople", "employee id,LAST NAME\n1,A\n").Complete()).Processed);
    }

    [Fact]
    public async Task DeleteRowsInFullExtract_AreLeftOut()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", "Command,Employee Id,Last name\ninsert,1,A\ndelete,2,B\n").Complete();
        Assert.Equal("EmployeeId,LastName\n1,A\n", world.Gateway.LastFile("HR_Person.sorted.csv"));
        Assert.Contains(world.Reporter.Warnings, w => w.Contains("'delete'", StringComparison.Ordinal));
    }

    private static World TypedWorld() => new(Models.Connector("HR").WithEntity(
        "T",
        "HRPeople",
        ("Id", "id", PropertyType.Int64, null),
        ("Start", "start", PropertyType.DateTime, null),
        ("On", "on", PropertyType.Bool, null),
        ("N", "n", PropertyType.Int32, null),
        ("G", "g", PropertyType.Guid, null),
        ("Text", "text", PropertyType.String, "multivaluedtext"),
        ("At", "at", PropertyType.DateTime, "1601date")));

    private static string People(int count, int poison, string name = "Name") => "Employee Id,Last name\n" + string.Concat(
        Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i:D5},{(i == poison ? "Poison,er" : $"{name}{i:D5}")}\n")));
}
