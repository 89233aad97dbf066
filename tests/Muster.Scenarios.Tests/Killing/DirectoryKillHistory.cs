using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>One job of the history, with the world and the server as they stand before it.</summary>
/// <param name="Server">The folder with what the server held.</param>
internal sealed record DirectoryKillStep(int Number, string Job, FleetWorld Before, string Server, IReadOnlyList<string> Trace)
{
    public int TimesOf(string point) => Trace.Count(p => p == point);
}

/// <summary>
/// The history of <see cref="KillHistory"/> with a real directory server as the yard. The server is put back to what it held before a job
/// is run again to be killed, so that each case begins with the same entries and the same cookies.
/// </summary>
internal sealed class DirectoryKillHistory : IDisposable
{
    private static readonly string[] Jobs = ["Initial", "Complete", "Listed"];
    private readonly string _folder = Directory.CreateTempSubdirectory("muster-yards-").FullName;
    private readonly List<DirectoryKillStep> _steps = [];

    private DirectoryKillHistory(DirectoryYard yard)
    {
        Yard = yard;
    }

    public DirectoryYard Yard { get; }

    public IReadOnlyList<DirectoryKillStep> Steps => _steps;

    public KillOutcome Expected { get; private set; } = new("", "", "");

    public static async Task<DirectoryKillHistory> RunAsync(bool isActiveDirectory)
    {
        var history = new DirectoryKillHistory(new DirectoryYard(isActiveDirectory));
        using var world = history.Yard.NewWorld();
        for (var number = 0; number < Jobs.Length; number++)
        {
            KillHistory.Prepare(world, number);
            var server = Path.Combine(history._folder, Jobs[number]);
            history.Yard.Server.Save(server);
            var before = new FleetWorld(world);
            var trace = world.PathOf("trace.txt");
            var (code, said) = await KillHistory.RunProcessAsync(world, $"trace:{trace}", "job", "run", Jobs[number]);
            Assert.True(code is ExitCode.Done or ExitCode.Warnings, $"{Jobs[number]}: {code} {said}");
            history._steps.Add(new DirectoryKillStep(number, Jobs[number], before, server, await File.ReadAllLinesAsync(trace)));
            File.Delete(trace);
        }

        await KillHistory.RunJobAsync(world, "Listed");
        history.Expected = await history.OutcomeAsync(world);
        return history;
    }

    /// <summary>The world and the server as they were before a step.</summary>
    public FleetWorld Begin(DirectoryKillStep step)
    {
        Yard.Server.Rewind(step.Server);
        return new FleetWorld(step.Before);
    }

    /// <summary>Goes on as a schedule does: the step's job again, and all that follows. Says what differs from the unharmed history in the end; null if nothing.</summary>
    public async Task<string?> FinishAsync(FleetWorld world, int step)
    {
        for (var number = step; number < Jobs.Length; number++)
        {
            KillHistory.Prepare(world, number);
            await KillHistory.RunJobAsync(world, Jobs[number]);
        }

        await KillHistory.RunJobAsync(world, "Listed");
        var actual = await OutcomeAsync(world);
        return KillHistory.Lines("dump", Expected.Dump, actual.Dump) ?? KillHistory.Lines("directory", Expected.Directory, actual.Directory)
            ?? KillHistory.Lines("orders", Expected.Orders, actual.Orders) ?? KillHistory.Leftovers(world);
    }

    public void Dispose()
    {
        foreach (var step in _steps)
        {
            step.Before.Dispose();
        }

        Yard.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<KillOutcome> OutcomeAsync(FleetWorld world) =>
        new(Yard.WithNames(await world.DumpAsync()), Yard.Content(), await KillHistory.OrdersAsync(world));
}
