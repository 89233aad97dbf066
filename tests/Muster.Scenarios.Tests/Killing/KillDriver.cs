using System.Collections.Concurrent;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>Kills jobs of a history at points, starts them again, and compares the end with the unharmed history's.</summary>
internal sealed class KillDriver(KillHistory history)
{
    /// <summary>The exit code of a process that was killed, as .NET tells it on Unix.</summary>
    public const int Killed = 128 + 9;

    private readonly ConcurrentBag<string> _problems = [];
    private readonly ConcurrentDictionary<string, int> _kills = new();

    /// <summary>Where a long run tells what it did and found while it runs; null for nowhere.</summary>
    private static readonly string? Log = Environment.GetEnvironmentVariable("MUSTER_KILL_LOG");

    public IReadOnlyCollection<string> Problems => _problems;

    /// <summary>How often a process was killed at each point.</summary>
    public IReadOnlyDictionary<string, int> Kills => _kills;

    /// <summary>
    /// Kills a step's job at the first point, starts it again to be killed at the second, and so on, and finishes. A job that comes to its
    /// end because earlier attempts had done the work is followed by a new attempt in a world of its own.
    /// </summary>
    public async Task ChainAsync(KillStep step, IReadOnlyList<string> points)
    {
        var world = new FleetWorld(step.Before);
        var done = new List<string>();
        foreach (var point in points)
        {
            if (await KillAsync(world, step, point))
            {
                done.Add(point);
                continue;
            }

            await FinishAsync(world, step, done);
            (world, done) = (new FleetWorld(step.Before), []);
            if (await KillAsync(world, step, point))
            {
                done.Add(point);
            }
        }

        await FinishAsync(world, step, done);
    }

    /// <summary>Kills a step's job once, at a given occurrence of a point, and finishes.</summary>
    public async Task SingleAsync(KillStep step, string point, int occurrence)
    {
        var world = new FleetWorld(step.Before);
        var isKilled = await KillAsync(world, step, $"{point}:{occurrence}");
        await FinishAsync(world, step, [$"{point}:{occurrence}{(isKilled ? "" : " (not reached)")}"]);
    }

    /// <summary>Runs a command that is to be killed at a point, after other faults.</summary>
    public async Task<bool> KillAsync(FleetWorld world, string faults, string point, params string[] command)
    {
        var (code, said) = await KillHistory.RunProcessAsync(world, $"{faults}kill:{point}", command);
        if (code == Killed)
        {
            _kills.AddOrUpdate(point.Split(':')[0], 1, (_, times) => times + 1);
            return true;
        }

        if (code is not (0 or 3))
        {
            Problem($"'{string.Join(' ', command)}' with {faults}kill:{point} ended with {code}: {said}");
        }

        return false;
    }

    /// <summary>Finishes the history, compares, and removes the world if all is well.</summary>
    public async Task FinishAsync(FleetWorld world, int step, string what)
    {
        try
        {
            await KillHistory.FinishAsync(world, step);
            if (await history.DifferenceAsync(world) is { } difference)
            {
                Problem($"{what} in step {step} ({world.Folder}): {difference}");
                return;
            }
        }
        catch (Exception exception)
        {
            Problem($"{what} in step {step} ({world.Folder}): {exception.Message}");
            return;
        }

        Say($"{what} in step {step}: the same");
        world.Dispose();
    }

    private void Problem(string text)
    {
        _problems.Add(text);
        Say(text);
    }

    private void Say(string text)
    {
        if (Log is not null)
        {
            lock (_problems)
            {
                File.AppendAllText(Log, text + "\n");
            }
        }
    }

    private Task<bool> KillAsync(FleetWorld world, KillStep step, string point) => KillAsync(world, "", point, "job", "run", step.Job);

    private Task FinishAsync(FleetWorld world, KillStep step, IReadOnlyList<string> points) =>
        FinishAsync(world, step.Number, $"kills at {string.Join(", ", points)}");
}
