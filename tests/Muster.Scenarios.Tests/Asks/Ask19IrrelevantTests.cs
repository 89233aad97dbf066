namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 19: do not wake up for nothing.</summary>
public sealed class Ask19IrrelevantTests
{
    [Fact]
    public async Task ColumnThatIsNotMapped_IsNoChange()
    {
        using var world = await AskWorld.LoadedAsync();
        var path = world.Fleet.PathOf("Sources/vessels.csv");
        await File.WriteAllLinesAsync(path, (await File.ReadAllLinesAsync(path)).Select((line, i) => line + (i == 0 ? ",colour" : ",red")));

        var run = await world.RunAsync();

        Assert.False((bool)run.Task("Compared_Prepare_Crew")["processed"]!);
        Assert.Equal("ParentNoChange", run.SkipOf("Compared_Synchronize_Crew"));
    }

    [Fact]
    public async Task PropertyThatNothingReads_RecomputesNobody()
    {
        using var world = await AskWorld.LoadedAsync();
        world.NoChange();
        await world.RunAsync();
        world.Change(s => s.With("vessels", "H02", "tonnage", "12345"));

        var run = await world.RunAsync();

        Assert.Equal(1, run.Count("Compared_Synchronize_Crew", "resourcesUpdated"));
        Assert.Equal(1, run.Count("Compared_Flag", "resourcesFlagged"));
        Assert.Equal(0, run.Count("Compared_Expressions_Crew", "resourcesEvaluated"));
        Assert.Equal(0, run.Count("Compared_Roles_Crew", "ownersEvaluated"));
        Assert.Equal(0, run.Count("Compared_Roles_Yard", "ownersEvaluated"));
    }
}
