using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;

namespace Muster.Preparation.Tests;

/// <summary>The specification's vector of the agent's difference (synchronization.md 21).</summary>
public sealed class AgentDifferenceTests : IDisposable
{
    private const string Previous = "Employee Id,Last name\n1,Abbott\n2,Baker\n4,Dunn\n";
    private const string New = "Last name,Employee Id,Unused\nEvans,5,x\nAbbott,1,x\nNobody,,x\nBakers,2,x\nTwice,1,x\n";

    private readonly World _world = World.OfPeople();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Incremental_DefectiveExtract_SendsTheDifferenceInKeyOrder()
    {
        await _world.Extract("HRPeople", Previous).Complete();
        var first = _world.Gateway.Last;
        var result = await _world.Extract("HRPeople", New).Incremental();

        Assert.True(result.Processed);
        Assert.Equal(SynchronizationMode.Incremental, _world.Gateway.Last.Mode);
        Assert.Equal(first.Id, _world.Gateway.Last.BuildsOn);
        Assert.Equal(
            "command,EmployeeId,LastName\nupdate,2,Bakers\ndelete,4,\ninsert,5,Evans\n", _world.Gateway.LastFile("HR_Person.sorted.delta"));
        var file = Assert.Single(_world.Gateway.Last.Files);
        Assert.Equal((DeliveryFileKind.EntityChanges, "HR_Person", 3L), (file.Kind, file.Mapping, file.Rows));
        Assert.Equal(["EmployeeId", "LastName"], file.Columns);
        Assert.Equal("Last name,Employee Id,Unused,__line\nNobody,,x,4\n", _world.Collected("HR_Person.nullpk.csv"));
        Assert.Equal("Last name,Employee Id,Unused,__line\nTwice,1,x,6\n", _world.Collected("HR_Person.duplicates.csv"));
        Assert.Equal(3, _world.SnapshotRows("HR_Person"));
        Assert.Equal((5, 1, 1, 3), (_world.Reporter["rowsRead"], _world.Reporter["nullKeys"], _world.Reporter["duplicates"], _world.Reporter["rowsSent"]));
        Assert.Equal((1, 1, 1), (_world.Reporter["inserts"], _world.Reporter["updates"], _world.Reporter["deletes"]));
    }

    [Fact]
    public async Task Incremental_SameInputAgain_HasNothingToDo()
    {
        await _world.Extract("HRPeople", Previous).Complete();
        await _world.Extract("HRPeople", New).Incremental();
        var result = await _world.Incremental();
        Assert.Equal(TaskResult.NothingToDo, result);
        Assert.Equal(2, _world.Gateway.Accepted.Count);
    }

    [Fact]
    public async Task Complete_DefectiveExtract_SendsAllSorted()
    {
        var result = await _world.Extract("HRPeople", New).Complete();
        Assert.True(result.Processed);
        Assert.Null(_world.Gateway.Last.BuildsOn);
        Assert.Equal("EmployeeId,LastName\n1,Abbott\n2,Bakers\n5,Evans\n", _world.Gateway.LastFile("HR_Person.sorted.csv"));
        Assert.Equal(DeliveryFileKind.Entities, _world.Gateway.Last.Files[0].Kind);
    }
}
