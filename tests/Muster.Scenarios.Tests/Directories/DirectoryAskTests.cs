using System.Globalization;
using Muster.Cli.Hosting;

namespace Muster.Scenarios.Tests.Directories;

/// <summary>What is asked of whole jobs with directories (asks.md 1, 16, 19, 20; docs/development/directory-asks.md).</summary>
public sealed class DirectoryAskTests
{
    public static TheoryData<DirectoryKind> Kinds { get; } = new(DirectoryKind.OpenLdap, DirectoryKind.ActiveDirectory);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Ask01_DeletionAtTheSource_RemovesResourceAndAccess_WithOneIncrementalJob(DirectoryKind kind)
    {
        using var world = await DeployedAsync(kind);
        var ada = world.AddPerson("Ada");
        world.AddGroup("Crew", ada);
        await world.JobAsync("Complete");
        Assert.Contains("\"Dir_member\"", await world.DumpAsync(), StringComparison.Ordinal);

        kind.Server().Modify($"dn: {ada}\nchangetype: delete\n");
        kind.Server().Settle();
        var run = await world.JobAsync("Incremental");

        Assert.Equal((1, 0), (run.Count("Incremental_Synchronize", "resourcesDeleted"), run.Count("Incremental_Synchronize", "resourcesInserted")));
        var dump = await world.DumpAsync();
        Assert.DoesNotContain("Ada", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("\"Dir_member\"", dump.Replace("anchor", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Ask16_RenamedUnitOfAThousandPeople_IsNoDeletionAndNoCreation(DirectoryKind kind)
    {
        const int People = 1000;
        using var world = await DeployedAsync(kind);
        var unit = world.Add("ou=Old", "objectClass: organizationalUnit\n");
        var names = Enumerable.Range(0, People).Select(i => string.Create(CultureInfo.InvariantCulture, $"cn=P{i},{unit}")).ToList();
        kind.Server().Modify(string.Concat(names.Select(n => $"dn: {n}\nchangetype: add\n{world.PersonClass}\n")));
        world.AddGroup("Crew", [.. names]);
        var before = await world.JobAsync("Complete");
        Assert.True(before.Count("Complete_Synchronize", "resourcesInserted") > People);

        kind.Server().Modify($"dn: {unit}\nchangetype: modrdn\nnewrdn: ou=New\ndeleteoldrdn: 1\n");
        kind.Server().Settle();
        var run = await world.JobAsync("Incremental");

        Assert.Equal(People + 1, run.Count("Incremental_Synchronize", "resourcesUpdated"));
        Assert.Equal(0, new[] { "resourcesInserted", "resourcesDeleted", "linksInserted", "linksDeleted" }.Sum(c => run.Count("Incremental_Synchronize", c)));
        Assert.Contains("P999,OU=New", await world.DumpAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Ask19_AttributeThatNobodyMaps_WakesNobody(DirectoryKind kind)
    {
        using var world = await DeployedAsync(kind);
        var ada = world.AddPerson("Ada");
        await world.JobAsync("Complete");

        kind.Server().Modify($"dn: {ada}\nchangetype: modify\nreplace: street\nstreet: Main\n");
        var run = await world.JobAsync("Incremental");

        Assert.Equal("ParentNoChange", run.SkipOf("Incremental_Prepare"));
        Assert.Equal("ParentSkipped", run.SkipOf("Incremental_Synchronize"));
    }

    [Theory]
    [InlineData(DirectoryKind.OpenLdap, "kill:CloseDelivery.call.before")]
    [InlineData(DirectoryKind.OpenLdap, "kill:CloseDelivery.call.after")]
    [InlineData(DirectoryKind.OpenLdap, "kill:Synchronizer.Apply.commit.before")]
    [InlineData(DirectoryKind.ActiveDirectory, "kill:CloseDelivery.call.before")]
    [InlineData(DirectoryKind.ActiveDirectory, "kill:CloseDelivery.call.after")]
    public async Task Ask20_KilledBetweenReadingAndApplying_TheNextJobAppliesIt_WithoutACompleteRead(DirectoryKind kind, string fault)
    {
        using var world = await DeployedAsync(kind);
        var ada = world.AddPerson("Ada");
        await world.JobAsync("Complete");
        kind.Server().Modify($"dn: {ada}\nchangetype: delete\n");
        world.AddPerson("Bob");
        Assert.NotEqual(ExitCode.Done, await world.RunKilledAsync(fault, "job", "run", "Incremental"));

        // Between both, another configuration is deployed that reads the same.
        world.Replace("DisplayName_L1=\"Entry\"", "DisplayName_L1=\"Entry of the directory\"");
        Assert.Equal(ExitCode.Done, (await world.RunAsync("config", "deploy")).Code);
        var run = await world.JobAsync("Incremental");

        Assert.DoesNotContain("complete instead of incremental", run.MessagesOf("Incremental_Export"), StringComparison.Ordinal);
        var dump = await world.DumpAsync();
        Assert.DoesNotContain("Ada", dump, StringComparison.Ordinal);
        Assert.Contains("Bob", dump, StringComparison.Ordinal);
    }

    private static async Task<DirectoryWorld> DeployedAsync(DirectoryKind kind)
    {
        var world = new DirectoryWorld(kind, kind.Server().NewUnit());
        Assert.Equal(ExitCode.Done, (await world.RunAsync("config", "deploy")).Code);
        return world;
    }
}
