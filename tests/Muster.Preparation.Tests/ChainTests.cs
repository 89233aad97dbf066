using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Preparation.Tests;

/// <summary>Modes, manifests, the chain of deliveries, and what happens when somebody dies in between.</summary>
public sealed class ChainTests
{
    private const string A = "Employee Id,Last name\n1,A\n2,B\n";
    private const string B = "Employee Id,Last name\n1,A\n2,B2\n";

    [Theory]
    [InlineData(SynchronizationMode.Complete)]
    [InlineData(SynchronizationMode.Initial)]
    public async Task IncrementalExport_InCompletePreparation_IsAModeMismatch(SynchronizationMode mode)
    {
        using var world = World.OfPeople();
        world.Extract("HRPeople", A).Manifest("HRPeople", SynchronizationMode.Incremental, ExtractContent.Full, tables: ["HRPeople"]);
        Assert.Contains("MODE_MISMATCH", await World.Fails(world.Prepare(mode)), StringComparison.Ordinal);
        Assert.Empty(world.Gateway.Accepted);
    }

    [Fact]
    public async Task ExtractEditedByHand_IsRefused()
    {
        using var world = World.OfPeople();
        world.Extract("HRPeople", A).Manifest("HRPeople", SynchronizationMode.Complete, tables: ["HRPeople"]).Extract("HRPeople", B);
        Assert.Contains("must not be edited", await World.Fails(world.Complete()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileThatTheExportDidNotWrite_IsRefused()
    {
        using var world = World.OfPeople();
        world.Extract("HRPeople", A).Manifest("HRPeople", SynchronizationMode.Complete);
        Assert.Contains("was not written by the last export", await World.Fails(world.Complete()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealedExport_MakesTheIncrementalPreparationComplete()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        world.Extract("HRPeople", B).Manifest("HRPeople", SynchronizationMode.Complete, ExtractContent.Full, "its cookie was refused", null, "HRPeople");
        await world.Incremental();
        Assert.Equal((SynchronizationMode.Complete, "its cookie was refused"), (world.Gateway.Last.Mode, world.Gateway.Last.HealedBecause));
        Assert.Contains("its cookie was refused", Assert.Single(world.Reporter.Messages), StringComparison.Ordinal);
        Assert.Equal(World.Start, world.Gateway.Last.ExportStartedAt["HRPeople"]);
    }

    [Fact]
    public async Task NoSnapshot_HealsWithACompleteDelivery()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Incremental();
        Assert.Equal(SynchronizationMode.Complete, world.Gateway.Last.Mode);
        Assert.Contains("no previous extract", world.Gateway.Last.HealedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TransformationChanged_BreaksTheChain()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        world.Connector.Connections[0].Transformations =
            [new Transformation("WhereValue", new Dictionary<string, string> { ["Table"] = "HRPeople", ["Column"] = "LastName", ["WhereValue"] = "A" }, new("C.xml", 1, 1))];

        var health = await new ChainExaminer(world.Folders, world.Gateway).ExamineAsync(world.Connector, CancellationToken.None);

        Assert.Contains("mappings or transformations of connector 'HR' have changed", health.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SnapshotEditedByHand_IsNoticedAndHealed()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        world.Damage("HR_Person.*.keys");
        var health = await new ChainExaminer(world.Folders, world.Gateway).ExamineAsync(world.Connector, CancellationToken.None);
        Assert.Contains("changed by hand", health.Because, StringComparison.Ordinal);
        await world.Extract("HRPeople", B).Incremental();
        Assert.Equal(SynchronizationMode.Complete, world.Gateway.Last.Mode);
        Assert.Contains("2,B2", world.Gateway.LastFile("HR_Person.sorted.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatermarkLostIsStop_FailsInsteadOfHealing()
    {
        using var world = World.OfPeople(WatermarkLost.Stop);
        Assert.Contains("Run a complete job for 'HR'", await World.Fails(world.Extract("HRPeople", A).Incremental()), StringComparison.Ordinal);
        Assert.Empty(world.Gateway.Accepted);
    }

    [Fact]
    public async Task RestoredRepository_IsNoticedAndHealed()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        world.Gateway.Chain = new ConnectorChain { LastAccepted = Guid.NewGuid() };
        await world.Extract("HRPeople", B).Incremental();
        Assert.Contains("restored", world.Gateway.Last.HealedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompleteRequiredByTheServer_Heals()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        world.Gateway.Chain = world.Gateway.Chain with { CompleteRequiredBecause = "a delivery was discarded." };
        await world.Extract("HRPeople", B).Incremental();
        Assert.Equal("a delivery was discarded", world.Gateway.Last.HealedBecause);
    }

    [Fact]
    public async Task ChangedMapping_MakesTheSnapshotObsolete()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        var other = Models.Connector("HR").WithEntity("HR_Person", "HRPeople", ("EmployeeId", "Employee Id", PropertyType.String));
        var health = await new ChainExaminer(world.Folders, world.Gateway).ExamineAsync(other, CancellationToken.None);
        Assert.Contains("mappings", health.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ColumnGoneFromTheSource_Heals()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        await world.Extract("HRPeople", "Employee Id\n1\n2\n").Incremental();
        Assert.Equal(SynchronizationMode.Complete, world.Gateway.Last.Mode);
        Assert.Equal(["EmployeeId"], world.Gateway.Last.Files[0].Columns);
    }

    [Fact]
    public async Task ReorderedSourceColumns_AreNoChange()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        Assert.Equal(Configuration.Work.TaskResult.NothingToDo, await world.Extract("HRPeople", "Last name;Employee Id\nB;2\nA;1\n").Incremental());
    }

    [Fact]
    public async Task NothingChanged_TellsTheServerWhatItStillBuildsOn()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        Assert.Empty(world.Gateway.Confirmed);

        await world.Extract("HRPeople", A).Incremental();

        Assert.Equal(("HR", world.Gateway.Last.Id), Assert.Single(world.Gateway.Confirmed));
    }

    [Fact]
    public async Task RefusedByTheServer_IsSentAgainAsComplete()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        world.Gateway.RefuseNextIncremental = "the repository was restored.";
        await world.Extract("HRPeople", B).Incremental();
        Assert.Equal((SynchronizationMode.Complete, "the repository was restored"), (world.Gateway.Last.Mode, world.Gateway.Last.HealedBecause));
        Assert.Equal("EmployeeId,LastName\n1,A\n2,B2\n", world.Gateway.LastFile("HR_Person.sorted.csv"));
    }

    [Fact]
    public async Task RefusedChangeList_FailsAndLeavesTheSnapshot()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete(PreparationType.Changes);
        var before = world.WorkText("Collect/previous/HR/chain.json");
        world.Gateway.RefuseNextIncremental = "the repository was restored.";
        var message = await World.Fails(world.Extract("HRPeople", "command,Employee Id,Last name\ndelete,1,\n").Incremental(PreparationType.Changes));
        Assert.Contains("Run a complete job", message, StringComparison.Ordinal);
        Assert.Equal(before, world.WorkText("Collect/previous/HR/chain.json"));
    }

    [Fact]
    public async Task EmptyExtract_InIncrementalMode_IsNotTheTruth()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        world.Extract("HRPeople", "Employee Id,Last name\n");
        Assert.Contains("not taken as the truth", await World.Fails(world.Incremental()), StringComparison.Ordinal);
        Assert.True((await world.Complete()).Processed);
        Assert.Equal(0, world.Gateway.Last.Files[0].Rows);
    }

    [Fact]
    public async Task DiesAfterAcceptance_RollsForward()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        world.WriteWork("ExportCookies/HR.bin", "old");
        world.WriteWork("ExportCookies/HR.bin.pending", "new");
        world.Extract("HRPeople", B).Manifest("HRPeople", SynchronizationMode.Incremental, ExtractContent.Full, null, ["HR.bin.pending"], "HRPeople");
        world.Gateway.AtClose = isBefore => Die(!isBefore);
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Incremental());
        Assert.Equal("old", world.WorkText("ExportCookies/HR.bin"));

        world.Gateway.AtClose = _ => { };
        var health = await new ChainExaminer(world.Folders, world.Gateway).ExamineAsync(world.Connector, CancellationToken.None);
        Assert.True(health.IsHealthy, health.Because);
        Assert.Equal("new", world.WorkText("ExportCookies/HR.bin"));
        Assert.False((await world.Incremental()).Processed);
        Assert.Equal(2, world.Gateway.Accepted.Count);
    }

    [Fact]
    public async Task DiesBeforeAcceptance_RollsBackAndLosesNothing()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        world.WriteWork("ExportCookies/HR.bin.pending", "new");
        world.Extract("HRPeople", B).Manifest("HRPeople", SynchronizationMode.Incremental, ExtractContent.Full, null, ["ExportCookies/HR.bin.pending"], "HRPeople");
        world.Gateway.AtClose = Die;
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Incremental());

        world.Gateway.AtClose = _ => { };
        Assert.True((await new ChainExaminer(world.Folders, world.Gateway).ExamineAsync(world.Connector, CancellationToken.None)).IsHealthy);
        Assert.False(world.Folders.Work.Exists("ExportCookies/HR.bin"));
        await world.Incremental();
        Assert.Equal("command,EmployeeId,LastName\nupdate,2,B2\n", world.Gateway.LastFile("HR_Person.sorted.delta"));
        Assert.Equal("new", world.WorkText("ExportCookies/HR.bin"));
    }

    [Fact]
    public async Task DiesWhileSending_AbandonsTheDelivery()
    {
        using var world = World.OfPeople();
        world.Gateway.AtSend = () => Die(true);
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Extract("HRPeople", A).Complete());
        Assert.Single(world.Gateway.Abandoned);
        world.Gateway.AtSend = () => { };
        Assert.True((await world.Complete()).Processed);
    }

    [Fact]
    public async Task NothingChanged_WatermarksBecomeCurrent()
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", A).Complete();
        world.WriteWork("ExportCookies/HR.bin.pending", "new");
        world.Manifest("HRPeople", SynchronizationMode.Incremental, ExtractContent.Full, null, ["HR.bin.pending"], "HRPeople");
        Assert.False((await world.Incremental()).Processed);
        Assert.Equal("new", world.WorkText("ExportCookies/HR.bin"));
        Assert.Single(world.Gateway.Accepted);
    }

    [Fact]
    public async Task SecondPreparationAtOnce_IsRefused()
    {
        using var world = World.OfPeople();
        string? message = null;
        world.Gateway.AtSend = () => message ??= World.Fails(world.Complete()).GetAwaiter().GetResult();
        await world.Extract("HRPeople", A).Complete();
        Assert.Contains("another preparation", message, StringComparison.Ordinal);
    }

    private static void Die(bool now)
    {
        if (now)
        {
            throw new InvalidOperationException("The process was killed.");
        }
    }
}
