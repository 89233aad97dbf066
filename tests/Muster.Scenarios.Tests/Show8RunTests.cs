using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;
using Muster.Servers;

namespace Muster.Scenarios.Tests;

/// <summary>Shows 7 and 8, what happens to running jobs: killed, interrupted, started twice, without room or right to write.</summary>
public sealed class Show8RunTests
{
    private static readonly FleetState Before = Large(0);
    private static readonly FleetState After = Large(1);

    [Fact]
    public async Task KilledJob_StartedAgain_EndsAsAnUnharmedOne()
    {
        using var unharmed = new FleetWorld();
        unharmed.Sources(Before);
        await unharmed.JobAsync("Initial");
        unharmed.Sources(After);
        var watch = Stopwatch.StartNew();
        using (var process = unharmed.Start("job", "run", "Compared"))
        {
            await EndAsync(process);
            Assert.Equal(ExitCode.Done, process.ExitCode);
        }

        var duration = watch.Elapsed;
        var expected = await unharmed.DumpAsync();
        using var world = new FleetWorld();
        world.Sources(Before);
        await world.JobAsync("Initial");
        world.Sources(After);

        // The same job, killed again and again, each time a little later.
        foreach (var share in new[] { 0.4, 0.65, 0.85 })
        {
            using var process = world.Start("job", "run", "Compared");
            await Task.Delay(duration * share);
            process.Kill();
            await EndAsync(process);
        }

        var run = await world.JobAsync("Compared");

        Assert.Equal("Completed", run.State);
        Assert.Equal(expected, await world.DumpAsync());
        var history = JsonNode.Parse((await world.RunAsync("job", "history", "--json")).Out)!.AsArray();
        Assert.DoesNotContain(history, i => (string)i!["state"]! == "InProgress");
        Assert.Equal(0, (await world.JobAsync("Complete")).Count("Complete_Synchronize_Crew", "resourcesUpdated"));
        Assert.Equal(expected, await world.DumpAsync());
    }

    [Fact]
    public async Task InterruptedJob_IsCancelled_AndTheNextRunIsFine()
    {
        using var world = new FleetWorld();
        world.Sources(Before);
        using (var process = world.StartWith("wait:JobLeases.Start.commit.after", "job", "run", "Initial", "--json"))
        {
            await RunningAsync(world);
            using var signal = Process.Start("kill", [IgnoresInterrupts(process) ? "-TERM" : "-INT", $"{process.Id}"]);
            await EndAsync(process);
            Assert.Equal(ExitCode.Interrupted, process.ExitCode);
        }

        var last = JsonNode.Parse((await world.RunAsync("job", "history", "--json")).Out)!.AsArray()[0]!;
        Assert.Equal("Cancelled", (string)last["state"]!);
        await world.JobAsync("Initial");
        Assert.Equal(20_006, (await world.RunAsync("resource", "list", "Fleet_Vessel", "--json")).Out.Trim().Split('\n').Length);
    }

    [Fact]
    public async Task SecondRunOfARunningJob_IsRefused_AndNamesTheFirst()
    {
        using var world = new FleetWorld();
        world.Sources(Before);
        using var first = world.StartWith("wait:JobLeases.Start.commit.after", "job", "run", "Initial");
        await RunningAsync(world);

        var second = await world.RunAsync("job", "run", "Initial");
        var other = await world.RunAsync("job", "run", "Complete");

        await EndAsync(first);
        Assert.Equal((ExitCode.Failed, ExitCode.Failed), (second.Code, other.Code));
        Assert.Contains("The job 'Initial' is already running: instance 1", second.Error, StringComparison.Ordinal);
        Assert.Contains("in use by another job", other.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, first.ExitCode);
    }

    [Fact]
    public async Task WorkFolderThatCannotBeWritten_IsNamed()
    {
        using var world = new FleetWorld();
        world.Sources(FleetState.Small());
        foreach (var folder in new[] { "/proc/muster", world.PathOf("appsettings.agent.json") + "/Work" })
        {
            world.Work = folder;

            var run = await world.RunAsync("job", "run", "Initial");

            Assert.Equal(ExitCode.Failed, run.Code);
            Assert.Contains(folder, run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task FullDisk_FailsWithItsReason_AndNothingIsHalfApplied()
    {
        // A full disk of a server is the server's: PostgresScenarioTests.
        using var world = new FleetWorld(store: TestStore.InFolder);
        world.Sources(FleetState.Small());
        world.Work = world.PathOf("Small");
        Directory.CreateDirectory(world.Work);
        if (!await IsDoneAsync("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", world.Work))
        {
            // Without the right to mount there is no small disk to fill.
            return;
        }

        try
        {
            await world.JobAsync("Initial");
            var before = await world.DumpAsync();
            world.Sources(Before);

            // A process of its own: where not even the end of the job can be written any more, it is the end of the process that tells it to the next one.
            using var run = world.Start("job", "run", "Complete");
            var said = await EndAsync(run);

            Assert.True(run.ExitCode == ExitCode.Failed, said);
            Assert.Matches("(?i)(full|space)", said);
            Assert.DoesNotContain("   at Muster", said, StringComparison.Ordinal);
            Assert.Equal(before, await world.DumpAsync());

            // The person does what the message asks for.
            Assert.True(await IsDoneAsync("mount", "-o", "remount,size=64m", world.Work));
            world.Sources(FleetState.Small().Without("berths", "1"));
            await world.JobAsync("Complete");
            await Show6BlockTests.AssertStateAsync(world, FleetState.Small().Without("berths", "1"));
        }
        finally
        {
            await IsDoneAsync("umount", "-l", world.Work);
        }
    }

    private static async Task<bool> IsDoneAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Waits until the store says that a job is in progress.</summary>
    private static async Task RunningAsync(FleetWorld world)
    {
        while (true)
        {
            if (IsRunning(world.Store))
            {
                return;
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Asked of the store itself: a command of its own would take as long as the job is held, on a busy machine.</summary>
    private static bool IsRunning(TestStore store)
    {
        try
        {
            return store.Exists && store.Count("SELECT COUNT(*) FROM job_instance WHERE state = 'InProgress'") > 0;
        }
        catch (DbException)
        {
            // The table is not there yet, or the file is being made.
            return false;
        }
    }

    /// <summary>A test run in the background of a shell without job control passes on that interrupts are ignored, and .NET leaves it so.</summary>
    private static bool IgnoresInterrupts(Process process)
    {
        var ignored = File.ReadLines($"/proc/{process.Id}/status").Single(l => l.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (ulong.Parse(ignored.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 0b10) != 0;
    }

    /// <summary>Waits for the end of a process and gives what it has written.</summary>
    private static async Task<string> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return await output + await error;
    }

    private static FleetState Large(int day)
    {
        var state = FleetState.Small();
        for (var i = 0; i < 20_000; i++)
        {
            if (day == 0 || i % 10 != 0)
            {
                state.Row("vessels", $"X{i:00000}", i % 4 == 0 ? $"Barge {i + day}" : $"Barge {i}", $"{i}");
            }
        }

        for (var i = 0; i < 2_000; i++)
        {
            state.Row("sailors", $"S{i:00000}", "Able", $"Sailor {i}", "", "", $"X{i + (day * (i % 3)):00000}", "");
        }

        return state;
    }
}
