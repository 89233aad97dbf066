using System.Text;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>Show 8, what is wrong in the sources: told with file and line, and nothing half applied.</summary>
public sealed class Show8SourceTests
{
    [Fact]
    public async Task MissingCsv_IsNamed() =>
        await FailsAsync("Complete", w => File.Delete(w.PathOf("Sources/vessels.csv")), "Complete_Export_vessels", @"vessels\.csv");

    [Fact]
    public async Task CsvWithoutItsKeyColumn_NamesTheColumn() =>
        await FailsAsync("Complete", w => w.Replace("Sources/vessels.csv", "hull,", "shell,"), "Complete_Prepare_Crew", "vessels.*'hull'");

    [Fact]
    public async Task Latin1DeclaredAsUtf8_NamesFileAndLine() =>
        await FailsAsync(
            "Complete",
            w => File.WriteAllText(w.PathOf("Sources/vessels.csv"), FleetState.Small().Csv("vessels"), System.Text.Encoding.Latin1),
            "Complete_Export_vessels",
            @"(?=.*vessels\.csv)(?=.*\bline 2\b)");

    [Fact]
    public async Task RowsWithTooManyFields_AreParked_AndNotDeleted()
    {
        using var world = await LoadedAsync();
        var before = FleetState.Small();
        world.Replace("Sources/vessels.csv", "H02,MV Ærø 2,2000", "H02,MV, Ærø 2,2000");

        // The task ends well, so that the other rows are applied; its warning names the file.
        var run = await world.JobAsync("Complete");
        Assert.Matches(@"vessels\.csv.*line \d+", run.WarningsOf("Complete_Prepare_Crew"));

        Assert.Equal(1, run.Count("Complete_Prepare_Crew", "rowsRejected"));
        var parked = Directory.GetFiles(world.PathOf("Work/Collect"), "*.rejected.csv", SearchOption.AllDirectories).Single();
        Assert.Contains("H02", await File.ReadAllTextAsync(parked), StringComparison.Ordinal);
        await Show6BlockTests.AssertStateAsync(world, before);
    }

    [Fact]
    public async Task OnePoisonRowInTenThousand_IsParkedWithItsCause_AndTheOthersAreApplied()
    {
        using var world = new FleetWorld();
        var state = FleetState.Small();
        for (var i = 0; i < 10_000 - 6; i++)
        {
            state.Row("vessels", $"X{i:00000}", $"Barge {i}", $"{i}");
        }

        world.Sources(state);
        world.Replace("Sources/vessels.csv", ",Barge 7777,7777", ",Barge 7777,heavy");

        var run = await world.JobAsync("Initial");
        Assert.Matches(@"vessels\.csv.*line \d+", run.WarningsOf("Initial_Prepare_Crew"));

        Assert.Equal(9_999, (await world.RunAsync("resource", "list", "Fleet_Vessel", "--json")).Out.Trim().Split('\n').Length);
        Assert.Equal(1, run.Count("Initial_Prepare_Crew", "rowsRejected"));
        var parked = await File.ReadAllLinesAsync(world.PathOf("Work/Collect/Fleet_Vessel.rejected.csv"));
        Assert.Equal("hull,name,tonnage,__line,__cause", parked[0]);
        Assert.Matches("^X07777,Barge 7777,heavy,[0-9]+,.*tonnage", parked[1]);
    }

    [Fact]
    public async Task EmptyExtractInACompleteJob_IsBlocked()
    {
        using var world = await LoadedAsync();
        var before = await world.DumpAsync();
        world.WriteFile("Sources/berths.csv", "number,quay,vessel\n");

        var run = await world.JobAsync("Complete", ExitCode.Blocked);

        Assert.Contains("EmptyExtract", run.Task("Complete_Synchronize_Port")["block"]!.ToJsonString(), StringComparison.Ordinal);
        var unmixed = await world.DumpAsync();
        Assert.Equal(before, unmixed);
    }

    [Fact]
    public async Task FileOfZeroBytes_InACompleteJob_IsBlocked()
    {
        using var world = await LoadedAsync();
        var before = await world.DumpAsync();
        world.WriteFile("Sources/berths.csv", "");

        var run = await world.JobAsync("Complete", ExitCode.Blocked);

        Assert.Contains("berths.csv' is empty", run.MessagesOf("Complete_Export_berths"), StringComparison.Ordinal);
        Assert.Contains("EmptyExtract", run.Task("Complete_Synchronize_Port")["block"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(before, await world.DumpAsync());
    }

    [Fact]
    public async Task IncrementalExtractInACompletePrepare_IsRefused()
    {
        using var world = await LoadedAsync();
        var before = await world.DumpAsync();
        string[] tables = ["vessels", "sailors", "licences", "holdings"];
        var exports = tables.Select(t =>
            $"""<ExportTask Identifier="Read_{t}" DisplayName_L1="{t}" Level="0" Agent="Bridge" OpenIdClient="Job" Connector="Crew" Connection="{t}" />""");
        world.WriteFile(
            "Conf/Mixed.xml",
            $"""
            <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
              <Job Identifier="Read" DisplayName_L1="Read" Agent="Bridge" IsIncremental="true">{string.Concat(exports)}</Job>
              <Job Identifier="Mixed" DisplayName_L1="Mixed" Agent="Bridge">
                <PrepareSynchronizationTask Identifier="Mixed_Prepare" DisplayName_L1="P" Level="0" Agent="Bridge" OpenIdClient="Job" Connector="Crew" SynchronizationMode="Complete" />
                <SynchronizeTask Identifier="Mixed_Synchronize" DisplayName_L1="S" Level="1" Connector="Crew"><TaskDependsOnTask ParentTask="Mixed_Prepare" /></SynchronizeTask>
              </Job>
            </ConfigurationFile>
            """);
        var state = FleetState.Small();
        world.Settings(isListed: true);
        world.Changes(state, state.Copy().Without("sailors", "B001"));
        await world.JobAsync("Read");

        var run = await world.JobAsync("Mixed", ExitCode.Failed);

        Assert.Contains("MODE_MISMATCH", run.ErrorOf("Mixed_Prepare"), StringComparison.Ordinal);
        Assert.Equal(before, await world.DumpAsync());
    }

    [Fact]
    public async Task SnapshotEditedByHand_IsNoticed_AndHealsInTheSameJob()
    {
        using var world = await LoadedAsync();
        var snapshot = Directory.GetFiles(world.PathOf("Work/Collect/previous/Crew"), "Fleet_Sailor*.keys").Single();
        var text = await File.ReadAllTextAsync(snapshot, Encoding.Latin1);
        Assert.Contains("B003", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(snapshot, text.Replace("B003", "B993", StringComparison.Ordinal), Encoding.Latin1);
        var after = FleetState.Small().Without("sailors", "B008").With("sailors", "B001", "last", "Changed");
        world.Sources(after);

        var run = await world.JobAsync("Compared");

        Assert.Matches("(?i)complete", run.MessagesOf("Compared_Prepare_Crew") + run.MessagesOf("Compared_Export_sailors"));
        Assert.Equal(1, run.Count("Compared_Synchronize_Crew", "resourcesDeleted"));
        await Show6BlockTests.AssertStateAsync(world, after);
    }

    [Theory]
    [InlineData("Compared")]
    [InlineData("Listed")]
    public async Task RepositoryRestoredFromACopyOneDeliveryOlder_IsNoticed_AndHealsInTheSameJob(string job)
    {
        using var world = await LoadedAsync();
        var state = FleetState.Small();
        var copy = world.Store.BackUp(world.PathOf("Copy"));

        var second = state.Copy().Without("sailors", "B008").With("sailors", "B001", "last", "Changed");
        world.Settings(isListed: job == "Listed");
        world.Sources(second);
        world.Changes(state, second);
        await world.JobAsync(job);
        world.Store.Become(copy);
        var third = second.Copy().With("sailors", "B002", "last", "Third");
        world.Sources(third);
        world.Changes(second, third);

        var run = await world.JobAsync(job);

        Assert.Matches("(?i)complete", run.MessagesOf($"{job}_Prepare_Crew") + run.MessagesOf($"{job}_Export_sailors"));
        await Show6BlockTests.AssertStateAsync(world, third);

        // A list written within the two seconds that file clocks may differ is read once more, which changes nothing.
        await world.JobAsync(job);
        await Show6BlockTests.AssertStateAsync(world, third);
    }

    private static async Task FailsAsync(string job, Action<FleetWorld> spoil, string task, string pattern)
    {
        using var world = await LoadedAsync();
        var before = await world.DumpAsync();
        world.Sources(FleetState.Small().Without("berths", "1").Without("sailors", "B001"));
        spoil(world);

        var run = await world.JobAsync(job, ExitCode.Failed);

        Assert.Matches(pattern, run.ErrorOf(task));
        Assert.Equal(before, await world.DumpAsync());
    }

    private static async Task<FleetWorld> LoadedAsync()
    {
        var world = new FleetWorld();
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        return world;
    }
}
