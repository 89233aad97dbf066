using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Scenarios.Tests.Directories;

/// <summary>
/// Issue 5, show 1: after each round of random operations on a real directory, the repository that followed by changes is equal to one that read
/// everything. <c>MUSTER_ROUNDS</c> and <c>MUSTER_SEED</c> set how many, and which.
/// </summary>
public sealed partial class DirectoryEquivalenceTests
{
    private const int Operations = 20;

    [Theory]
    [InlineData(DirectoryKind.OpenLdap)]
    [InlineData(DirectoryKind.OpenLdapWithLog)]
    [InlineData(DirectoryKind.ActiveDirectory)]
    public async Task IncrementalRepository_EqualsACompleteOne_AfterEachRound(DirectoryKind kind)
    {
        var seed = Number("MUSTER_SEED", kind == DirectoryKind.ActiveDirectory ? 6 : 5);
        var tree = new LiveTree(kind, seed);
        tree.Plant(Number("MUSTER_MEMBERS", 0));
        using var followed = new DirectoryWorld(kind, tree.Unit, tree.Filter);
        using var read = new DirectoryWorld(kind, tree.Unit, tree.Filter);
        foreach (var world in new[] { followed, read })
        {
            var deployed = await world.RunAsync("config", "deploy");
            Assert.True(deployed.Code == 0, deployed.Error + deployed.Out);
            await world.JobAsync("Complete");
        }

        for (var round = 0; round < Number("MUSTER_ROUNDS", 6); round++)
        {
            var done = Enumerable.Range(0, Operations).Select(_ => tree.Step()).ToList();
            var instance = await followed.JobAsync("Incremental");
            await read.JobAsync("Complete");
            var (expected, actual) = (await read.DumpAsync(), await followed.DumpAsync());
            Assert.True(
                expected == actual,
                $"seed {seed}, round {round}:\n{string.Join('\n', done)}\n{Difference(expected, actual)}\n{instance.MessagesOf("Incremental_Export")}");
            Assert.DoesNotContain("complete instead of incremental", instance.MessagesOf("Incremental_Export"), StringComparison.Ordinal);
        }

        // A complete job finds nothing to do, and neither does another incremental one.
        var after = await followed.JobAsync("Complete");
        Assert.Equal(0, after.Count("Complete_Synchronize", "resourcesUpdated") + after.Count("Complete_Synchronize", "linksInserted") + after.Count("Complete_Synchronize", "linksDeleted"));
        Assert.Equal("", (await followed.JobAsync("Incremental")).ErrorOf("Incremental_Export"));
    }

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex Id();

    private static int Number(string variable, int absent) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : absent;

    private static string Difference(string expected, string actual)
    {
        var (left, right) = (expected.Split('\n'), actual.Split('\n'));
        var lines = left.Except(right).Select(l => "- " + l).Concat(right.Except(left).Select(l => "+ " + l)).Take(20).ToList();

        // Who that is whose links differ.
        var ids = lines.SelectMany(l => Id().Matches(l).Select(m => m.Value)).ToHashSet();
        return string.Join('\n', lines.Concat(left.Where(l => !l.Contains("\"link\"", StringComparison.Ordinal) && ids.Any(i => l.Contains(i, StringComparison.Ordinal)))));
    }
}
