using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>Kills jobs of a history at points, starts them again, and compares the end with the unharmed history's.</summary>
internal sealed partial class KillDriver(KillHistory history)
{
    /// <summary>The exit code of a process that was killed, as .NET tells it on Unix.</summary>
    public const int Killed = 128 + 9;

    private readonly ConcurrentBag<string> _problems = [];
    private readonly ConcurrentDictionary<string, int> _kills = new();

    /// <summary>Where a long run tells what it did and found while it runs, and goes on if it was stopped; null for nowhere.</summary>
    private static readonly string? Log = Environment.GetEnvironmentVariable("MUSTER_KILL_LOG");

    /// <summary>What an earlier run told to have ended well.</summary>
    private static readonly HashSet<string> Done = File.Exists(Log)
        ? [.. File.ReadLines(Log).Where(l => l.EndsWith(Same, StringComparison.Ordinal)).Select(l => l[..^Same.Length])]
        : [];

    private const string Same = ": the same";

    /// <summary>Of what is random, <c>MUSTER_SEED</c> if given.</summary>
    public static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_SEED"), out var seed) ? seed : 20261122;

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
        if (WasKilled(step, point, occurrence))
        {
            return;
        }

        var world = new FleetWorld(step.Before);
        var isKilled = await KillAsync(world, step, $"{point}:{occurrence}");
        await FinishAsync(world, step, [$"{point}:{occurrence}{(isKilled ? "" : " (not reached)")}"]);
    }

    /// <summary>Kills a step's job by one fault after the other, wherever each of them meets it, and finishes.</summary>
    public async Task RandomAsync(KillStep step, IReadOnlyList<string> faults)
    {
        var what = $"kills at {string.Join(", ", faults)}";
        if (IsDone(step.Number, what))
        {
            return;
        }

        var world = new FleetWorld(step.Before);
        foreach (var fault in faults)
        {
            var (code, said) = await KillHistory.RunProcessAsync(world, fault, "job", "run", step.Job);
            if (code is not (Killed or 0 or 3))
            {
                Problem($"{fault} in step {step.Number} ended with {code}: {said}");
            }

            if (code == Killed)
            {
                _kills.AddOrUpdate($"{fault.Split(':')[0]} in {step.Job}", 1, (_, times) => times + 1);
            }

            await CheckEffectsAsync(world, step, fault);
        }

        await FinishAsync(world, step.Number, what);
    }

    /// <summary>Runs a step's job on a disk that is, or becomes, full: that is said in words for people.</summary>
    public async Task FillAsync(FleetWorld world, KillStep step, string fault)
    {
        var (code, said) = await KillHistory.RunProcessAsync(world, fault, "job", "run", step.Job);
        // A task that the job goes on without (ContinueOnError) is a warning of the job.
        var isSaid = code is ExitCode.Failed or ExitCode.Warnings && FullDisk().IsMatch(said) && !said.Contains("   at Muster", StringComparison.Ordinal);
        // Where there was room again at once, the second attempt of a task may have done it all.
        if (!isSaid && !(code == ExitCode.Done && fault.StartsWith("once:", StringComparison.Ordinal)))
        {
            Problem($"{fault} in step {step.Number} ended with {code}: {said}");
        }

        await CheckEffectsAsync(world, step, fault);
    }

    /// <summary>Works on a queue with two processors.</summary>
    public static Task TwoAtATimeAsync<T>(IEnumerable<T> cases, Func<T, Task> run)
    {
        var queue = new ConcurrentQueue<T>(cases);
        return Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            while (queue.TryDequeue(out var next))
            {
                await run(next);
            }
        }));
    }

    /// <summary>What a killed run has done to the directory file: its orders, or nothing.</summary>
    public async Task CheckEffectsAsync(FleetWorld world, KillStep step, string what)
    {
        var now = await KillHistory.DirectoryAsync(world);
        if (now != step.DirectoryBefore && now != step.DirectoryAfter)
        {
            Problem($"{what} in step {step.Number} ({world.Folder}): the directory file is neither as before the job nor as after it.");
        }
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

        Say($"{what} in step {step}{Same}");
        world.Dispose();
    }

    [GeneratedRegex("(?i)(disk .* is full|no space left)")]
    private static partial Regex FullDisk();

    /// <summary>Whether an earlier run with the same log did this; it need not be done again.</summary>
    public static bool IsDone(int step, string what) => Done.Contains($"{what} in step {step}");

    /// <summary>Counts the kill that an earlier run did.</summary>
    public bool WasKilled(KillStep step, string point, int occurrence = 1)
    {
        var isDone = IsDone(step.Number, $"kills at {point}:{occurrence}");
        if (isDone)
        {
            _kills.AddOrUpdate(point, 1, (_, times) => times + 1);
        }

        return isDone;
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

    private async Task<bool> KillAsync(FleetWorld world, KillStep step, string point)
    {
        var isKilled = await KillAsync(world, "", point, "job", "run", step.Job);
        await CheckEffectsAsync(world, step, $"a kill at {point}");
        return isKilled;
    }

    private Task FinishAsync(FleetWorld world, KillStep step, IReadOnlyList<string> points) =>
        FinishAsync(world, step.Number, $"kills at {string.Join(", ", points)}");
}
