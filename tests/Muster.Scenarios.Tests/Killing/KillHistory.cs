using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>
/// The shipping line with its roster and the yard's directory file, through an initial, a complete and an incremental job, each in a process of
/// its own, and one more incremental job by which what was provisioned comes back. Knows how the unharmed history ends.
/// </summary>
internal sealed class KillHistory : IDisposable
{
    private const string Clock = "clock:";
    private static readonly string[] Jobs = ["Initial", "Complete", "Listed"];

    private KillHistory(IReadOnlyList<KillStep> steps, KillOutcome expected)
    {
        Steps = steps;
        Expected = expected;
    }

    public IReadOnlyList<KillStep> Steps { get; }

    public KillOutcome Expected { get; }

    private static FleetState First { get; } = FleetState.Small();

    /// <summary>No login changes before the accounts have been seen once.</summary>
    private static FleetState Second { get; } = First.Copy()
        .With("vessels", "H03", "tonnage", "")
        .With("berths", "1", "vessel", "MV Ærø 2")
        .Row("holdings", "B003", "ENG")
        .Without("holdings", "B012", "RAD");

    /// <summary>Renamed vessels, movers, leavers, joiners, new logins.</summary>
    public static FleetState Third { get; } = Second.Copy()
        .With("vessels", "H02", "name", "SS Renamed")
        .Row("vessels", "H07", "MV Ærø 9", "7")
        .With("sailors", "B001", "last", "Moved")
        .With("sailors", "B005", "vessel", "H01")
        .With("sailors", "B008", "ashore", "true")
        .Without("sailors", "B014")
        .Row("sailors", "B041", "New", "Comer", "2021-02-03", "false", "H07", "B014")
        .Without("berths", "4");

    public static async Task<KillHistory> RunAsync()
    {
        using var world = new FleetWorld(isProvisioning: true);
        var steps = new List<KillStep>();
        for (var number = 0; number < Jobs.Length; number++)
        {
            Prepare(world, number);
            var before = new FleetWorld(world);
            var trace = world.PathOf("trace.txt");
            var (code, error) = await RunProcessAsync(world, $"trace:{trace}", "job", "run", Jobs[number]);
            Assert.True(code is ExitCode.Done or ExitCode.Warnings, $"{Jobs[number]}: {code} {error}");
            steps.Add(new KillStep(
                number, Jobs[number], before, await TraceAsync(trace), await DirectoryAsync(before), await DirectoryAsync(world)));
            File.Delete(trace);
        }

        await RunJobAsync(world, "Listed");
        return new KillHistory(steps, await OutcomeAsync(world));
    }

    /// <summary>Goes on from the start of a step, which may have been killed: the step's job again, and all that follows.</summary>
    public static async Task FinishAsync(FleetWorld world, int step)
    {
        for (var number = step; number < Jobs.Length; number++)
        {
            Prepare(world, number);
            await RunJobAsync(world, Jobs[number]);
        }

        await RunJobAsync(world, "Listed");
    }

    /// <summary>Says what differs from the unharmed history; null if nothing does.</summary>
    public async Task<string?> DifferenceAsync(FleetWorld world)
    {
        var actual = await OutcomeAsync(world);
        return Lines("dump", Expected.Dump, actual.Dump) ?? Lines("directory", Expected.Directory, actual.Directory)
            ?? Lines("orders", Expected.Orders, actual.Orders) ?? Leftovers(world);
    }

    /// <summary>
    /// Runs a command in a process of its own, with faults; <c>clock:MS</c> kills it from outside when so many milliseconds have passed. Returns
    /// its exit code and what it said.
    /// </summary>
    public static async Task<(int Code, string Error)> RunProcessAsync(FleetWorld world, string fault, params string[] command)
    {
        var isByClock = fault.StartsWith(Clock, StringComparison.Ordinal);
        using var process = world.StartWith(isByClock ? null : fault, command);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (isByClock)
        {
            await Task.Delay(int.Parse(fault.AsSpan(Clock.Length), CultureInfo.InvariantCulture));
            process.Kill();
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, await error + await output);
    }

    public static async Task RunJobAsync(FleetWorld world, string job)
    {
        var result = await world.RunAsync("job", "run", job);
        Assert.True(result.Code is ExitCode.Done or ExitCode.Warnings, $"{job} ended with {result.Code}\n{result.Error}\n{result.Out}");
    }

    public void Dispose()
    {
        foreach (var step in Steps)
        {
            step.Dispose();
        }
    }

    /// <summary>What the sources say at a step.</summary>
    public static void Prepare(FleetWorld world, int step)
    {
        world.Settings(isListed: step == 2);
        world.Sources(step switch { 0 => First, 1 => Second, _ => Third });
        if (step == 2)
        {
            world.Changes(Second, Third);
        }
    }

    /// <summary>The points that a job reaches whatever the machine's load: a slow one also renews its leases, which has a case of its own.</summary>
    private static async Task<IReadOnlyList<string>> TraceAsync(string file) =>
        [.. (await File.ReadAllLinesAsync(file)).Where(p => !p.StartsWith("JobLeases.Renew.", StringComparison.Ordinal))];

    /// <summary>The content of the directory file.</summary>
    public static Task<string> DirectoryAsync(FleetWorld world) => File.ReadAllTextAsync(world.PathOf("Sources/yard.ldif"));

    private static async Task<KillOutcome> OutcomeAsync(FleetWorld world) =>
        new(await world.DumpAsync(), await DirectoryAsync(world), await OrdersAsync(world));

    /// <summary>How many orders of each resource type and kind ended how.</summary>
    public static async Task<string> OrdersAsync(FleetWorld world)
    {
        var orders = JsonNode.Parse((await world.RunAsync("order", "list", "--limit", "100000", "--json")).Out)!.AsArray();
        var groups = orders
            .GroupBy(o => $"{o!["resourceType"]} {o["changeType"]} {o["state"]}")
            .Select(g => $"{g.Key}: {g.Count()}")
            .Order(StringComparer.Ordinal);
        return string.Join('\n', groups);
    }

    /// <summary>Files that nobody would ever clean up.</summary>
    public static string? Leftovers(FleetWorld world)
    {
        var left = Directory.EnumerateFiles(world.Folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(world.Folder, f))
            .Where(f => f.EndsWith(".tmp", StringComparison.Ordinal) || f.Contains("previous.new", StringComparison.Ordinal)
                || f.EndsWith(".pending.json", StringComparison.Ordinal) || Path.GetDirectoryName(f) == "Work/ProvisioningOrders")
            .ToList();
        return left.Count == 0 ? null : $"left over: {string.Join(", ", left)}";
    }

    public static string? Lines(string what, string expected, string actual)
    {
        if (expected == actual)
        {
            return null;
        }

        var (wanted, got) = (expected.Split('\n'), actual.Split('\n'));
        return $"{what}:\n- {string.Join("\n- ", wanted.Except(got).Take(8))}\n+ {string.Join("\n+ ", got.Except(wanted).Take(8))}";
    }
}
