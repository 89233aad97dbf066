using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>Show 7: whichever way leads to state B, the dump has the same bytes.</summary>
public sealed class Show7DumpTests
{
    /// <summary>
    /// Without provisioning nothing remembers: the whole dump is the same, and that of an initial load too. With provisioning, an order that
    /// was executed for the former state is remembered: the ways that passed through it are the same in everything, after the same steps;
    /// and what does not remember, the resources and links of the sources, is that of an initial load.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dump_ByEveryWayToAState_IsTheSame(bool isProvisioning)
    {
        var before = FleetState.Small();
        var after = Later(before);
        using var direct = new FleetWorld(isProvisioning);
        using var complete = new FleetWorld(isProvisioning);
        using var compared = new FleetWorld(isProvisioning);
        using var listed = new FleetWorld(isProvisioning);
        foreach (var world in new[] { direct, complete, compared, listed }.Where(_ => isProvisioning))
        {
            world.Replace("Conf/Provisioning.xml", "BlockProvisioning=\"false\" ", "BlockProvisioning=\"false\" MaximumInsertPercent=\"0\" MaximumUpdatePercent=\"0\" MaximumDeletePercent=\"0\" ");
        }

        direct.Sources(after);
        await direct.JobAsync("Initial");
        await SettleAsync(direct, isProvisioning, "Complete");
        var loaded = await direct.DumpAsync();
        var passed = new Dictionary<string, string>();
        foreach (var (world, job) in new[] { (complete, "Complete"), (compared, "Compared"), (listed, "Listed") })
        {
            world.Sources(before);
            await world.JobAsync("Initial");
            await SettleAsync(world, isProvisioning, "Complete");
            world.Sources(after);
            world.Changes(before, after);
            world.Settings(isListed: job == "Listed");
            var instance = await world.JobAsync(job);
            Assert.True(instance.RowsWritten > 0);
            AssertSameAsFirst(passed, "before the directory is read again", await world.DumpAsync(), job);
            await SettleAsync(world, isProvisioning, job);

            var dump = await world.DumpAsync();
            AssertSameAsFirst(passed, "in the end", dump, job);
            AssertSame(isProvisioning ? WithoutAssignments(loaded) : loaded, isProvisioning ? WithoutAssignments(dump) : dump, $"{job} and an initial load");
        }
    }

    /// <summary>Resources with their computed properties, and links: an assignment remembers its order, and what was once wanted.</summary>
    private static string WithoutAssignments(string dump) =>
        string.Join('\n', dump.Split('\n').Where(l => !l.StartsWith("{\"assigned", StringComparison.Ordinal)));

    private static void AssertSameAsFirst(Dictionary<string, string> first, string when, string dump, string way)
    {
        if (!first.TryAdd(when, dump))
        {
            AssertSame(first[when], dump, $"{way}, {when}");
        }
    }

    /// <summary>With provisioning, the accounts that were written come back with the next reading of the directory.</summary>
    private static async Task SettleAsync(FleetWorld world, bool isProvisioning, string job)
    {
        if (isProvisioning)
        {
            await world.JobAsync(job);
        }
    }

    private static void AssertSame(string expected, string actual, string way)
    {
        if (expected != actual)
        {
            var wanted = expected.Split('\n');
            var got = actual.Split('\n');
            Assert.Fail($"{way}:\n- {string.Join("\n- ", wanted.Except(got).Take(10))}\n+ {string.Join("\n+ ", got.Except(wanted).Take(10))}");
        }
    }

    /// <summary>A day later: renamed vessels, movers, leavers, joiners, changed mentors and licences, links whose end comes only now.</summary>
    private static FleetState Later(FleetState before)
    {
        var after = before.Copy()
            .With("vessels", "H02", "name", "SS Renamed")
            .With("vessels", "H05", "name", "MV Ærø 7")
            .With("vessels", "H03", "tonnage", "")
            .Without("vessels", "H04")
            .Row("vessels", "H07", "MV Ærø 5", "7")
            .Without("licences", "NAV")
            .Row("licences", "SUB", "Submarines")
            .With("licences", "RAD", "label", "Radio, \"new\"");
        for (var i = 1; i <= 40; i += 4)
        {
            after.With("sailors", $"B{i:000}", "last", $"Moved{i}").With("sailors", $"B{i:000}", "vessel", i % 3 == 0 ? "H99" : "H01");
        }

        after.With("sailors", "B002", "badge", "B902").With("sailors", "B006", "mentor", "B902").With("sailors", "B010", "ashore", "")
            .Without("sailors", "B014").Without("sailors", "B020").Without("sailors", "B011")
            .Row("sailors", "B041", "New", "Comer", "2021-02-03", "false", "H07", "B014")
            .Row("sailors", "B042", "Other", "Comer", "", "", "", "B041");
        return after.Without("holdings", "B002", "NAV").Row("holdings", "B902", "NAV").Row("holdings", "B041", "SUB").Without("holdings", "B012", "RAD")
            .Row("holdings", "B003", "ENG").With("berths", "1", "vessel", "SS Renamed").Without("berths", "4").Row("berths", "9", "Quay 9", "Ghost");
    }
}
