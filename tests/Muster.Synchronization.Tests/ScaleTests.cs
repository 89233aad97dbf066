using System.Diagnostics;
using System.Globalization;
using Muster.Configuration.Jobs;
using Xunit.Abstractions;

namespace Muster.Synchronization.Tests;

/// <summary>More rows than buffers hold; <c>MUSTER_SCALE_ROWS</c> asks for more, and the times are printed.</summary>
public class ScaleTests(ITestOutputHelper output)
{
    [Fact]
    public void ManyRows_InitialCompleteIncremental_CountExactly()
    {
        var rows = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_SCALE_ROWS"), out var asked) ? asked : 8_000;
        var changed = rows / 1000;
        using var world = new SyncWorld();

        Time("initial", () => world.Apply("HR", SynchronizationMode.Initial, Files(rows, _ => "n")));
        Assert.Equal((rows + 10, rows), (world.Reporter["resourcesInserted"], world.Reporter["linksInserted"]));

        Time("complete", () => world.Apply("HR", SynchronizationMode.Complete, Files(rows, n => n < changed ? "m" : "n")));
        Assert.Equal((changed, 0, 0), (world.Reporter["resourcesUpdated"], world.Reporter["linksInserted"], world.Reporter["linksDeleted"]));

        Time("incremental", () => world.Apply(
            "HR",
            SynchronizationMode.Incremental,
            SyncWorld.EntityChanges("Person", SyncModel.Person, [.. Enumerable.Range(0, changed).Select(n => new[] { "update", Key(n), "o", $"l{n}", "1" })]),
            SyncWorld.LinkChanges("Person_Org", [.. Enumerable.Range(0, changed).Select(n => ("update", (string?)$"O{(n + 1) % 10}", (string?)Key(n)))])));
        Assert.Equal((changed, changed, changed), (world.Reporter["resourcesUpdated"], world.Reporter["linksInserted"], world.Reporter["linksDeleted"]));
    }

    private static string Key(int number) => $"P{number.ToString("D8", CultureInfo.InvariantCulture)}";

    private static TestFile[] Files(int rows, Func<int, string> name) =>
    [
        SyncWorld.Entities("Person", SyncModel.Person, [.. Enumerable.Range(0, rows).Select(n => new[] { Key(n), $"{name(n)}, \"{n}\" Example", $"l{n}", "1" })]),
        SyncWorld.Entities("Org", SyncModel.Org, [.. Enumerable.Range(0, 10).Select(n => new[] { $"O{n}", "t" })]),
        SyncWorld.Links("Person_Org", [.. Enumerable.Range(0, rows).Select(n => ((string?)$"O{n % 10}", (string?)Key(n)))]),
    ];

    private void Time(string what, Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        output.WriteLine($"{what}: {clock.ElapsedMilliseconds} ms");
    }
}
