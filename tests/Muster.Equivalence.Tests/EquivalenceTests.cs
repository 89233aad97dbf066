using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Muster.Equivalence.Tests.Failures;
using Muster.Equivalence.Tests.Generation;
using Muster.Equivalence.Tests.Worlds;
using Muster.Servers;
using Xunit.Abstractions;

namespace Muster.Equivalence.Tests;

/// <summary>
/// The first promise (architecture.md), on random configurations and histories. README.md beside this file says how to run long, how to
/// replay, and how to read a failure.
/// </summary>
public sealed class EquivalenceTests(ITestOutputHelper output)
{
    private const int DefaultSeed = 20261122;
    private const int MostFailures = 12;

    /// <summary>On a server a case takes five times as long.</summary>
    private static readonly int DefaultCases = TestStore.IsPostgres ? 25 : 100;
    private static readonly TimeSpan ShrinkingLimit = TimeSpan.FromMinutes(3);

    [Fact]
    public void Histories_ByIncrementalAndByCompleteJobs_LeaveTheSameRepository()
    {
        var (seed, first, count) = Settings();
        var watch = Stopwatch.StartNew();
        var failures = new SortedDictionary<int, Finding>();
        var done = 0;
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (number, loop) =>
        {
            var finding = Check(seed, number);
            lock (failures)
            {
                done++;
                if (finding is not null)
                {
                    failures.Add(number, finding);
                    Progress($"{seed}:{number} {finding.Text}");
                }

                if (done % 100 == 0)
                {
                    Progress($"seed {seed}: {done} of {count} cases, {failures.Count} failed, {watch.Elapsed}");
                }

                if (failures.Count >= MostFailures)
                {
                    loop.Stop();
                }
            }
        });
        output.WriteLine($"MUSTER_SEED={seed}: {done} cases in {watch.Elapsed}.");
        if (failures.Count > 0)
        {
            Assert.Fail(Explain(seed, failures, done));
        }
    }

    private static Finding? Check(int seed, int number)
    {
        try
        {
            return Execution.Run(CaseGenerator.Generate(seed, number));
        }
        catch (Exception exception)
        {
            return new Finding(0, exception.ToString());
        }
    }

    /// <summary>Makes the first failure small, writes it down, and lists the others.</summary>
    private static string Explain(int seed, SortedDictionary<int, Finding> failures, int done)
    {
        var (number, finding) = failures.First();
        var (smallest, found) = Shrinking.Shrink(seed, number, finding, ShrinkingLimit);
        var folder = Path.Combine(Path.GetTempPath(), "muster-equivalence", $"{seed}-{number}");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var recorder = new CaseFolder(folder);
        found = Record(smallest, recorder) ?? found;
        recorder.Finish($"Case {seed}:{number}", found);
        var others = failures.Skip(1).Select(f => $"\nMUSTER_SEED={seed}:{f.Key} step {f.Value.Step + 1}: {f.Value.Text}");
        return $"{failures.Count} of {done} cases differ. The first, made small, is in {folder}; replay it with MUSTER_SEED={seed}:{number}.\n"
            + $"Step {found.Step + 1}: {found.Text}\n{string.Concat(others)}";
    }

    private static Finding? Record(Model.Case smallest, CaseFolder recorder)
    {
        try
        {
            return Execution.Run(smallest, recorder);
        }
        catch (Exception exception)
        {
            return new Finding(0, exception.ToString());
        }
    }

    /// <summary><c>MUSTER_CASES</c> asks for that many, with a fresh seed or that of <c>MUSTER_SEED</c>; <c>MUSTER_SEED=seed:number</c> for one.</summary>
    private static (int Seed, int First, int Count) Settings()
    {
        var seed = Environment.GetEnvironmentVariable("MUSTER_SEED")?.Split(':');
        if (seed is [var run, var number])
        {
            return (Number(run), Number(number), 1);
        }

        var cases = Environment.GetEnvironmentVariable("MUSTER_CASES") is { Length: > 0 } given ? Number(given) : (int?)null;
        return seed is [var only] ? (Number(only), 0, cases ?? DefaultCases)
            : cases is { } many ? (RandomNumberGenerator.GetInt32(1, int.MaxValue), 0, many)
            : (DefaultSeed, 0, DefaultCases);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A long run can be watched in a file of the temporary folder.</summary>
    private static void Progress(string line)
    {
        var folder = Path.Combine(Path.GetTempPath(), "muster-equivalence");
        Directory.CreateDirectory(folder);
        File.AppendAllText(Path.Combine(folder, "progress.txt"), line + "\n");
    }
}
