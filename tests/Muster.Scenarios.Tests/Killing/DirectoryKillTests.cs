using System.Globalization;
using Muster.Configuration.Faults;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>
/// Issue 5, Show 4, and ask 15, with OpenLDAP and a domain controller: a job is killed during export or fulfilment, or its server is, and the next
/// run ends as if nothing had happened. <c>MUSTER_DIRECTORY_KILLS=50</c> is the whole form; the default is a handful.
/// </summary>
public abstract class DirectoryKillTests(Lazy<Task<IDisposable>> shared)
{
    private const string Accepted = "directory-request.call.after";
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_DIRECTORY_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 3;

    [Fact]
    public async Task Show4_KilledAtRandom_DuringExportAndFulfilment_EndsAsTheUnharmedHistory()
    {
        var history = (DirectoryKillHistory)await shared.Value;
        var points = KillPoints.All.Concat(FaultPoints.Requests.SelectMany(r => r.Points)).ToHashSet();
        Assert.Empty(history.Steps.SelectMany(s => s.Trace).Where(p => !p.StartsWith("JobLeases.Renew.", StringComparison.Ordinal)).Except(points).Distinct());
        var random = new Random(KillDriver.Seed);
        var problems = new List<string>();
        var killed = 0;
        for (var number = 0; killed < Kills && number < 3 * Kills; number++)
        {
            var step = history.Steps[number % history.Steps.Count];
            var faults = Enumerable.Range(0, random.Next(3) == 0 ? 2 : 1).Select(_ => FaultOf(step, random)).ToList();
            var world = history.Begin(step);
            foreach (var fault in faults)
            {
                var (code, said) = await KillHistory.RunProcessAsync(world, fault, "job", "run", step.Job);
                killed += code == KillDriver.Killed ? 1 : 0;
                if (code is not (KillDriver.Killed or 0 or 3))
                {
                    problems.Add($"{fault} in {step.Job} ({world.Folder}) ended with {code}: {said}");
                }
            }

            if (await history.FinishAsync(world, step.Number) is { } difference)
            {
                problems.Add($"{string.Join(", ", faults)} in {step.Job} ({world.Folder}): {difference}");
                continue;
            }

            world.Dispose();
        }

        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
        Assert.True(killed >= Kills, $"{killed} kills");
        await Console.Out.WriteLineAsync($"{GetType().Name}: {killed} kills at random.");
    }

    [Fact]
    public async Task Ask15_KilledAfterTheServerAccepted_AndBeforeItWasRecorded_TheNextRunEndsTheSame()
    {
        var history = (DirectoryKillHistory)await shared.Value;
        foreach (var step in history.Steps.Where(s => s.TimesOf(Accepted) > 0).DistinctBy(s => s.Job))
        {
            using var world = history.Begin(step);
            var before = history.Yard.Content();
            var (code, said) = await KillHistory.RunProcessAsync(world, $"kill:{Accepted}:{(step.TimesOf(Accepted) + 1) / 2}", "job", "run", step.Job);
            Assert.True(code == KillDriver.Killed, $"{code} {said}");
            Assert.NotEqual(before, history.Yard.Content());

            // All of the batch is done, and again its results are not recorded.
            (code, said) = await KillHistory.RunProcessAsync(world, $"kill:ReportResults.call.before:{step.TimesOf("ReportResults.call.before")}", "job", "run", step.Job);
            Assert.True(code is KillDriver.Killed or 0 or 3, $"{code} {said}");
            Assert.Null(await history.FinishAsync(world, step.Number));
        }
    }

    [Fact]
    public async Task Show5_ServerKilledDuringFulfilment_TheOrdersWait_AndTheNextRunEndsTheSame()
    {
        var history = (DirectoryKillHistory)await shared.Value;
        var step = history.Steps.MaxBy(s => s.TimesOf(Accepted))!;
        var world = history.Begin(step);
        var trace = world.PathOf("trace.txt");
        var job = KillHistory.RunProcessAsync(world, $"trace:{trace}", "job", "run", step.Job);
        while (!job.IsCompleted && (!File.Exists(trace) || Lines(trace).Count(l => l == Accepted) < step.TimesOf(Accepted) / 3))
        {
            await Task.Delay(2);
        }

        history.Yard.Server.Kill();
        var (code, said) = await job;
        history.Yard.Server.Resume();
        Assert.True(code is 0 or 2 or 3, $"{code} {said}");
        Assert.DoesNotContain("   at Muster", said, StringComparison.Ordinal);
        Assert.DoesNotContain(history.Yard.Server.Password, said, StringComparison.Ordinal);
        if (code != 0)
        {
            Assert.Contains($"The server '{history.Yard.Server.Address}", said, StringComparison.Ordinal);
        }

        File.Delete(trace);
        Assert.Null(await history.FinishAsync(world, step.Number));
        world.Dispose();
    }

    /// <summary>Where the process is killed: anywhere, while something is exported, at a request to the directory, or when a time has passed.</summary>
    private static string FaultOf(DirectoryKillStep step, Random random)
    {
        var kind = random.Next(5);
        if (kind == 4)
        {
            return $"clock:{random.Next(700, 3500)}";
        }

        var indices = Enumerable.Range(1, step.Trace.Count).Where(i => kind switch
        {
            0 => true,
            1 => step.Trace[i - 1].Split('.')[0] is "extract" or "export-manifest" or "watermark",
            _ => step.Trace[i - 1].Split('.')[0] is FaultPoints.DirectoryRequest or "journal" or "ReportResults" or "order-file",
        }).ToList();
        return indices.Count == 0 ? $"kill:*:{random.Next(1, step.Trace.Count + 1)}" : $"kill:*:{indices[random.Next(indices.Count)]}";
    }

    private static string[] Lines(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n');
    }
}

/// <summary>With slapd.</summary>
public sealed class OpenLdapKillTests(OpenLdapKillFixture fixture) : DirectoryKillTests(fixture.History), IClassFixture<OpenLdapKillFixture>;

/// <summary>With Samba as a domain controller.</summary>
public sealed class ActiveDirectoryKillTests(ActiveDirectoryKillFixture fixture) : DirectoryKillTests(fixture.History), IClassFixture<ActiveDirectoryKillFixture>;

public sealed class OpenLdapKillFixture() : DirectoryKillFixture(false);

public sealed class ActiveDirectoryKillFixture() : DirectoryKillFixture(true);

/// <summary>The unharmed history, run once; its server ends with the tests.</summary>
public abstract class DirectoryKillFixture(bool isActiveDirectory) : IDisposable
{
    internal Lazy<Task<IDisposable>> History { get; } = new(async () => await DirectoryKillHistory.RunAsync(isActiveDirectory));

    public void Dispose()
    {
        if (History.IsValueCreated && History.Value.IsCompletedSuccessfully)
        {
            History.Value.Result.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
