using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>Show 5: which tasks are not launched, and why.</summary>
public sealed class Show5SkipTests
{
    [Fact]
    public async Task NoChangeAnywhere_SkipsWhatDependsOnChange_AndWritesNothing()
    {
        using var world = await ProvisionedAsync();

        var run = await world.JobAsync("Compared");

        Assert.Equal("Completed", run.State);
        Assert.Equal(0, run.RowsWritten);
        foreach (var connector in new[] { "Crew", "Port", "Yard" })
        {
            Assert.Equal("ParentNoChange", run.SkipOf($"Compared_Synchronize_{connector}"));
        }

        foreach (var task in new[] { "Flag", "Expressions_Crew", "Keys_Crew", "Roles_Crew", "Expressions_Roster", "Keys_Yard", "Roles_Yard", "Classify", "Profiles" })
        {
            Assert.Equal("Skipped", run.StateOf($"Compared_{task}"));
        }

        Assert.Equal("Completed", run.StateOf("Compared_Orders_Yard"));
        Assert.Equal("Skipped", run.StateOf("Compared_Fulfill_Roster"));
        Assert.Equal("Skipped", run.StateOf("Compared_Fulfill_Yard"));
        var again = await world.JobAsync("Listed");
        Assert.Equal(0, again.RowsWritten);
    }

    [Fact]
    public async Task ChangeWithoutNewOrder_RunsTheComputations_ButNotFulfill()
    {
        using var world = await ProvisionedAsync();
        world.Sources(FleetState.Small().With("sailors", "B001", "hired", "2020-03-03"));

        var run = await world.JobAsync("Compared");

        Assert.Equal("Completed", run.StateOf("Compared_Flag"));
        Assert.Equal("Completed", run.StateOf("Compared_Roles_Crew"));
        Assert.Equal("ParentNoChange", run.SkipOf("Compared_Fulfill_Roster"));
        Assert.Equal("ParentNoChange", run.SkipOf("Compared_Fulfill_Yard"));
        Assert.Equal("ParentSkipped", run.SkipOf("Compared_Profiles"));
    }

    [Fact]
    public async Task FulfillInWarning_SkipsProfiles()
    {
        using var world = await ProvisionedAsync();
        File.AppendAllText(world.PathOf("Sources/yard.ldif"), "\ndn: uid=piratex77,ou=crew,dc=line,dc=example\nobjectClass: account\ncn: taken\nuid: other\n");
        world.Sources(FleetState.Small().Row("sailors", "X77", "Jack", "Pirate", "", "", "H01", ""));

        var run = await world.JobAsync("Compared", ExitCode.Warnings);

        Assert.Equal("Warning", run.StateOf("Compared_Fulfill_Yard"));
        Assert.Contains("uid=piratex77,ou=crew,dc=line,dc=example", run.WarningsOf("Compared_Fulfill_Yard"), StringComparison.Ordinal);
        Assert.Equal("ParentWarning", run.SkipOf("Compared_Profiles"));
    }

    [Fact]
    public async Task Fulfill_ThatProcessed_LetsProfilesRun()
    {
        using var world = await ProvisionedAsync();
        world.Sources(FleetState.Small().Row("sailors", "X77", "Jack", "Pirate", "", "", "H01", ""));

        var run = await world.JobAsync("Compared");

        Assert.Equal(("Completed", "Completed"), (run.StateOf("Compared_Fulfill_Yard"), run.StateOf("Compared_Profiles")));
        Assert.Contains("dn: uid=piratex77,ou=crew,dc=line,dc=example", File.ReadAllText(world.PathOf("Sources/yard.ldif")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExportFailed_WithContinueOnError_SkipsItsChain_AndRunsTheRest()
    {
        using var world = new FleetWorld(continueOnError: true);
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        world.Sources(FleetState.Small().Without("sailors", "B001").Without("berths", "2"));
        File.Delete(world.PathOf("Sources/sailors.csv"));

        var run = await world.JobAsync("Compared", ExitCode.Warnings);

        Assert.Equal("Warning", run.State);
        Assert.Equal("Warning", run.StateOf("Compared_Export_sailors"));
        Assert.Contains("sailors.csv", run.ErrorOf("Compared_Export_sailors") + run.WarningsOf("Compared_Export_sailors"), StringComparison.Ordinal);
        Assert.Equal(("ParentWarning", "ParentSkipped"), (run.SkipOf("Compared_Prepare_Crew"), run.SkipOf("Compared_Synchronize_Crew")));
        Assert.Equal(1, run.Count("Compared_Synchronize_Port", "resourcesDeleted"));
        Assert.Equal("Completed", run.StateOf("Compared_Flag"));
        Assert.Contains("B001", await world.DumpAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExportFailed_WithoutContinueOnError_StopsTheJob()
    {
        using var world = new FleetWorld();
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        var before = await world.DumpAsync();
        world.Sources(FleetState.Small().Without("berths", "2"));
        File.Delete(world.PathOf("Sources/sailors.csv"));

        var run = await world.JobAsync("Compared", ExitCode.Failed);

        Assert.Equal("Error", run.State);
        Assert.Equal(("NotStarted", "NotStarted"), (run.StateOf("Compared_Prepare_Port"), run.StateOf("Compared_Flag")));
        Assert.Equal(before, await world.DumpAsync());
    }

    private static async Task<FleetWorld> ProvisionedAsync()
    {
        var world = new FleetWorld(isProvisioning: true);
        var state = FleetState.Small();
        world.Sources(state);
        world.Changes(state, state);
        await world.JobAsync("Initial");
        await world.JobAsync("Compared");
        await world.JobAsync("Compared");
        return world;
    }
}
