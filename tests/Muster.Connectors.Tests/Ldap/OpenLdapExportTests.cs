using System.Globalization;
using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Servers;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>Content synchronization with a real OpenLDAP server (synchronization.md 7.3; asks.md 1, 3, 5, 7, 16, and its contract of RFC 4533).</summary>
public sealed class OpenLdapExportTests
{
    [Fact]
    public async Task Ask01_Deletion_BetweenTwoRefreshes_IsARowOfTheNextOne()
    {
        // Ask 1: deletes must not be missed on the incremental path.
        using var given = GivenServer.OpenLdap();
        var ada = given.Person("Ada");
        given.Person("Bob");
        await given.ExportAsync(complete: true);
        var id = given.Rows().Single(r => r["dn"] == ada)["entryUUID"];

        given.Delete(ada);
        var manifest = await given.ExportAsync();

        Assert.Equal((SynchronizationMode.Incremental, ExtractContent.Changes), (manifest.Mode, manifest.Content));
        Assert.Equal(["delete cn=Ada"], given.Commands());
        Assert.Equal(id, given.Rows()[0]["entryUUID"]);
    }

    [Fact]
    public async Task EverythingFirst_ThenOnlyWhatChanged()
    {
        using var given = GivenServer.OpenLdap();
        var ada = given.Person("Ada", more: "mail: a@x\nmail: B@x\nemployeeType: 7\n");
        given.Person("Bob", more: $"manager: {ada}\n");

        var complete = await given.ExportAsync(complete: true);
        Assert.Equal((SynchronizationMode.Complete, ExtractContent.Full), (complete.Mode, complete.Content));
        Assert.Equal(3, given.Rows().Count);
        var row = given.Rows().Single(r => r["dn"] == ada);
        Assert.Equal(("Ada", "a@x\nB@x", "7", given.Unit, "cn=Ada"), (row["cn"], row["mail"], row["employeeType"], row["parentdn"], row["rdn"]));
        Assert.Matches("^[0-9a-f]{32}$", row["entryUUID"]);
        Assert.Equal(ada, given.Rows().Single(r => r["cn"] == "Bob")["manager"]);

        // Ask 9: nothing changed, nothing written.
        await given.ExportAsync();
        Assert.Empty(given.Rows());

        given.Change(ada, "replace: sn\nsn: Lovelace\n");
        given.Person("Cy");
        await given.ExportAsync();
        Assert.Equal(["insert cn=Cy", "merge cn=Ada"], given.Commands());
        Assert.Equal("Lovelace", given.Rows().Single(r => r["dn"] == ada)["sn"]);
    }

    [Fact]
    public async Task Ask20_Cookie_OfADeliveryThatWasNotAccepted_IsNotUsed()
    {
        // Ask 20 and the second promise: what was not accepted comes again.
        using var given = GivenServer.OpenLdap();
        given.Person("Ada");
        await given.ExportAsync(complete: true);
        given.Person("Bob");

        await given.ExportAsync(isAccepted: false);
        Assert.Equal(["insert cn=Bob"], given.Commands());
        await given.ExportAsync(isAccepted: true);
        Assert.Equal(["insert cn=Bob"], given.Commands());
        await given.ExportAsync();
        Assert.Empty(given.Rows());
    }

    [Theory]
    [InlineData(1499)]
    [InlineData(1500)]
    [InlineData(1501)]
    [InlineData(50000)]
    public async Task Ask07_GroupOfManyMembers_IsComplete_AndOneThatComesOrGoesCostsOneRow(int count)
    {
        using var given = GivenServer.OpenLdap();
        var members = Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"cn=M{i},{given.Unit}")).ToArray();
        var group = given.Group("Crew", members);
        await given.ExportAsync(complete: true);
        Assert.Equal(members.Order(StringComparer.Ordinal), given.Rows("HRPeople_member").Select(r => r["member"]).Order(StringComparer.Ordinal));

        given.Change(group, $"add: member\nmember: cn=New,{given.Unit}\n-\ndelete: member\nmember: {members[7]}\n");
        await given.ExportAsync();
        Assert.Equal(["delete cn=Crew cn=M7", "insert cn=Crew cn=New"], given.LinkCommands());
    }

    [Fact]
    public async Task Ask16_RenamedUnit_GivesRowsForAllBelowIt_AndNoDeletion()
    {
        // Ask 16: moves and renames keep the link.
        using var given = GivenServer.OpenLdap();
        var unit = given.NewUnit("Old");
        var below = given.NewUnit("Inner", unit);
        var people = Enumerable.Range(0, 20).Select(i => given.Person(string.Create(CultureInfo.InvariantCulture, $"P{i}"), below: below)).ToList();
        given.Group("Crew", [.. people]);
        await given.ExportAsync(complete: true);
        var ids = given.Rows().Select(r => r["entryUUID"]).ToHashSet();

        given.Rename(unit, "ou=New");
        await given.ExportAsync();

        Assert.DoesNotContain(given.Rows(), r => r["Command"] == "delete");
        Assert.All(given.Rows(), r => Assert.Contains(r["entryUUID"], ids));
        Assert.Equal(20, given.Rows().Count(r => r["dn"].EndsWith($",ou=Inner,ou=New,{given.Unit}", StringComparison.Ordinal)));
        Assert.Contains("merge ou=Inner,ou=New", given.Commands());

        await given.ExportAsync();
        Assert.Empty(given.Rows());
    }

    [Fact]
    public async Task UnitMovedOutOfTheSearchedTree_TakesThoseBelowWithIt_AndBringsThemBack()
    {
        using var given = GivenServer.OpenLdap();
        var elsewhere = given.Server.NewUnit();
        var unit = given.NewUnit("Ship");
        given.Person("Ada", below: unit);
        await given.ExportAsync(complete: true);

        given.Rename(unit, "ou=Ship", elsewhere);
        await given.ExportAsync();
        Assert.Equal(["delete cn=Ada,ou=Ship", "delete ou=Ship"], given.Commands());

        given.Rename($"ou=Ship,{elsewhere}", "ou=Ship", given.Unit);
        await given.ExportAsync();
        Assert.Equal(["insert cn=Ada,ou=Ship", "insert ou=Ship"], given.Commands());
    }

    [Fact]
    public async Task EntryThatLeavesTheFilter_IsDeleted_AndThoseBelowItStay()
    {
        using var given = GivenServer.OpenLdap(extra: ", \"Filter\": \"(!(description=hidden))\"");
        var unit = given.NewUnit("Ship");
        var ada = given.Person("Ada", below: unit);
        await given.ExportAsync(complete: true);

        given.Change(unit, "add: description\ndescription: hidden\n");
        await given.ExportAsync();
        Assert.Equal(["delete ou=Ship"], given.Commands());

        given.Change(ada, "add: description\ndescription: hidden\n");
        await given.ExportAsync();
        Assert.Equal(["delete cn=Ada,ou=Ship"], given.Commands());

        given.Change(ada, "delete: description\n");
        await given.ExportAsync();
        Assert.Equal(["insert cn=Ada,ou=Ship"], given.Commands());
    }

    [Fact]
    public async Task RenamedGroup_TakesItsLinksAlong()
    {
        using var given = GivenServer.OpenLdap();
        var ada = given.Person("Ada");
        var group = given.Group("Crew", ada);
        await given.ExportAsync(complete: true);

        given.Rename(group, "cn=Team");
        await given.ExportAsync();
        Assert.Equal(["merge cn=Team"], given.Commands());
        Assert.Equal(["delete cn=Crew cn=Ada", "insert cn=Team cn=Ada"], given.LinkCommands());

        given.Delete($"cn=Team,{given.Unit}");
        await given.ExportAsync();
        Assert.Equal(["delete cn=Team cn=Ada"], given.LinkCommands());
    }

    [Fact]
    public async Task Ask05_RefusedCookie_HealsByACompleteExport()
    {
        // Asks 5 and 22. The server was restored from a backup: the cookie is newer than what it knows of its own past.
        using var given = GivenServer.OpenLdap();
        given.Person("Ada");
        await given.ExportAsync(complete: true);
        given.BendCookie();

        var manifest = await given.ExportAsync();

        Assert.Equal((SynchronizationMode.Complete, ExtractContent.Full), (manifest.Mode, manifest.Content));
        Assert.Contains("refuses the cookie", manifest.HealedBecause, StringComparison.Ordinal);
        Assert.Contains(given.Given.Reporter.Messages, m => m.Contains("complete instead of incremental", StringComparison.Ordinal));
        Assert.Equal(2, given.Rows().Count);
        given.Person("Bob");
        Assert.Equal(SynchronizationMode.Incremental, (await given.ExportAsync()).Mode);
        Assert.Equal(["insert cn=Bob"], given.Commands());
    }

    [Fact]
    public async Task Ask14_ConnectionThatBreaksAtAPage_IsMadeAgain_WithoutDuplicatesOrLoss()
    {
        using var given = GivenServer.OpenLdap();
        var people = Enumerable.Range(0, 2500).Select(i => string.Create(CultureInfo.InvariantCulture, $"cn=P{i},{given.Unit}")).ToArray();
        given.Server.Modify(string.Concat(people.Select(m => $"dn: {m}\nchangetype: add\nobjectClass: inetOrgPerson\nsn: x\n\n")));
        using var proxy = new CuttingProxy("127.0.0.1", OpenLdapServer.Shared.Port, $"cn=P1500,{given.Unit}");
        given.Given.WithSettings(
            $"\"Server\": \"{proxy.Address}\", \"DistinguishedName\": \"{given.Unit}\", \"Login\": \"{OpenLdapServer.Login}\", \"Password\": \"{OpenLdapServer.Password}\", \"RetryDelay\": 1");

        await given.ExportAsync(complete: true);

        Assert.True(proxy.HasCut);
        Assert.Equal(people.Append(given.Unit).Order(StringComparer.Ordinal), given.Rows().Select(r => r["dn"]).Order(StringComparer.Ordinal));
        given.Delete(people[3]);
        await given.ExportAsync();
        Assert.Equal(["delete cn=P3"], given.Commands());
    }

    [Fact]
    public async Task Rfc4533Contract3_DeletePhase_OfTheSessionLog_NamesWhatIsGone()
    {
        // With the log, the server names what is gone, and not what is there: nothing else may be concluded to be gone.
        using var server = OpenLdapServer.Start("syncprov-sessionlog 1000");
        using var given = GivenServer.OpenLdap(server);
        var elsewhere = given.Server.NewUnit();
        var ship = given.NewUnit("Ship");
        var ada = given.Person("Ada");
        var bob = given.Person("Bob", below: ship);
        var cy = given.Person("Cy");
        given.Group("Crew", ada, bob, cy);
        await given.ExportAsync(complete: true);

        given.Delete(ada);
        given.Rename(ship, "ou=Ship", elsewhere);
        given.Change(cy, "replace: sn\nsn: Changed\n");
        Assert.False(await given.HasPresentPhaseAsync());
        await given.ExportAsync();
        Assert.Equal(["delete cn=Ada", "delete cn=Bob,ou=Ship", "delete ou=Ship", "merge cn=Cy"], given.Commands());

        given.Rename($"ou=Ship,{elsewhere}", "ou=Boat", given.Unit);
        await given.ExportAsync();
        Assert.Equal(["insert cn=Bob,ou=Boat", "insert ou=Boat"], given.Commands());
        Assert.Contains("insert cn=Crew cn=Bob,ou=Boat", given.LinkCommands());
    }

    [Theory]
    [InlineData("\"Filter\": \"(cn=*)\"")]
    [InlineData("\"Scope\": \"OneLevel\"")]
    public async Task SettingsThatChangeBetweenRuns_MakeTheExportComplete_Once(string setting)
    {
        using var given = GivenServer.OpenLdap();
        given.Person("Ada");
        await given.ExportAsync(complete: true);
        given.Given.WithSettings(
            $"\"Server\": \"{OpenLdapServer.Shared.Address}\", \"DistinguishedName\": \"{given.Unit}\", \"Login\": \"{OpenLdapServer.Login}\", \"Password\": \"{OpenLdapServer.Password}\", {setting}");

        var manifest = await given.ExportAsync();

        Assert.Equal((SynchronizationMode.Complete, ExtractContent.Full), (manifest.Mode, manifest.Content));
        Assert.Contains("the settings or the mapped attributes", manifest.HealedBecause, StringComparison.Ordinal);
        Assert.Equal(["insert cn=Ada"], given.Commands());
        Assert.Equal(SynchronizationMode.Incremental, (await given.ExportAsync()).Mode);
    }

    [Theory]
    [InlineData("cookie.json", "has no cookie yet")]
    [InlineData("entries", "cannot be read")]
    public async Task LostWatermark_HealsByACompleteExport(string lost, string because)
    {
        using var given = GivenServer.OpenLdap();
        given.Person("Ada");
        await given.ExportAsync(complete: true);
        var cookies = given.Given.Folders.Work;
        foreach (var file in cookies.Files(AgentFolders.ExportCookies).Where(f => f.Contains(lost, StringComparison.Ordinal)))
        {
            cookies.Delete(file);
        }

        given.Person("Bob");
        var manifest = await given.ExportAsync();
        Assert.Equal(SynchronizationMode.Complete, manifest.Mode);
        Assert.Contains(because, manifest.HealedBecause, StringComparison.Ordinal);
        Assert.Equal(3, given.Rows().Count);
    }

    [Fact]
    public async Task LostWatermark_OfAConnectorThatWantsToStop_Stops()
    {
        using var given = GivenServer.OpenLdap();
        var connector = new Connector { Identifier = "HR", OnWatermarkLost = WatermarkLost.Stop };
        var request = new Connection { Identifier = "HRPeople", Connector = connector, Package = "Muster.OpenLdap" };
        connector.Connections = [request];
        var failure = await Assert.ThrowsAsync<TaskFailedException>(() => given.ExportAsync(request));
        Assert.Contains("OnWatermarkLost", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask03_Rfc4533Contract1_ServerThatNamesNothing_IsNotTheTruth()
    {
        // Ask 3, ReOpenLDAP#71: a present phase that names nothing is not taken for a directory without entries.
        using var given = GivenServer.OpenLdap();
        var ids = new[] { Guid.NewGuid(), Guid.NewGuid() };
        using var server = new ScriptedServer(hasCookie => hasCookie
            ? [ScriptedServer.Done(0, "cookie")]
            : [ScriptedServer.Entry(given.Unit, ids[0]), ScriptedServer.Entry($"ou=A,{given.Unit}", ids[1]), ScriptedServer.Done(0, "cookie")]);
        given.UseServer(server.Address);
        await given.ExportAsync(complete: true);

        var manifest = await given.ExportAsync();

        Assert.Equal(SynchronizationMode.Complete, manifest.Mode);
        Assert.Contains("named none of the 2 entries", manifest.HealedBecause, StringComparison.Ordinal);
        Assert.Equal(2, given.Rows().Count);
    }

    [Fact]
    public async Task Ask03_Rfc4533Contract2_PresentPhaseThatEndsInAnError_DerivesNothing()
    {
        // Ask 3, ReOpenLDAP#70: an error on the server shortens the list.
        using var given = GivenServer.OpenLdap();
        var ids = new[] { Guid.NewGuid(), Guid.NewGuid() };
        using var server = new ScriptedServer(hasCookie => hasCookie
            ? [ScriptedServer.Entry(given.Unit, ids[0], state: 0), ScriptedServer.Done(80, null)]
            : [ScriptedServer.Entry(given.Unit, ids[0]), ScriptedServer.Entry($"ou=A,{given.Unit}", ids[1]), ScriptedServer.Done(0, "cookie")]);
        given.UseServer(server.Address);
        await given.ExportAsync(complete: true);

        var failure = await given.Given.ExportFailsAsync(false);

        Assert.Contains("Nothing was taken", failure.Message, StringComparison.Ordinal);
        Assert.Empty(given.Given.ExportedFiles);
    }

    [Fact]
    public async Task Show5_ServerThatWasKilled_AndKnowsLessThanItHolds_LosesNoEntry()
    {
        // Killed, slapd comes back with an older contextCSN than its last entries have: its content synchronization leaves them out, and names
        // none of them as present.
        using var server = OpenLdapServer.Start();
        using var given = GivenServer.OpenLdap(server);
        var ada = given.Person("Ada");
        await given.ExportAsync(complete: true);
        given.Person("Bob");
        given.Person("Cy");
        given.Change(ada, "replace: description\ndescription: new");
        server.Kill();
        server.Resume();

        await given.ExportAsync();
        Assert.Equal(["insert cn=Bob", "insert cn=Cy", "merge cn=Ada"], given.Commands().Where(c => !c.EndsWith(" .", StringComparison.Ordinal)));
        Assert.Equal("new", given.Rows().Single(r => r["Command"] == "merge" && given.Short(r["dn"]) == "cn=Ada")["description"]);
        await given.ExportAsync();
        Assert.DoesNotContain(given.Commands(), c => !c.StartsWith("merge", StringComparison.Ordinal));

        given.Change(ada, "replace: description\ndescription: newer");
        server.Kill();
        server.Resume();
        await given.ExportAsync(complete: true);
        Assert.Equal(4, given.Rows().Count);
        Assert.Contains(given.Rows(), r => r["description"] == "newer");
    }

    [Fact]
    public async Task ServerWithoutContentSynchronization_IsNamedWithWhatToDo()
    {
        using var given = GivenServer.OpenLdap();
        using var server = new ScriptedServer(_ => [], isSynchronizing: false);
        given.UseServer(server.Address);
        Assert.Contains("Load the overlay 'syncprov'", (await given.Given.ExportFailsAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongPassword_IsSaidWithoutIt()
    {
        using var given = GivenServer.OpenLdap();
        given.Given.WithSettings(
            $"\"Server\": \"{OpenLdapServer.Shared.Address}\", \"DistinguishedName\": \"{given.Unit}\", \"Login\": \"{OpenLdapServer.Login}\", \"Password\": \"Canary-9\"");
        var failure = await given.Given.ExportFailsAsync();
        Assert.Contains("refuses 'cn=admin,dc=muster,dc=test' or its password", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Canary-9", failure.ToString(), StringComparison.Ordinal);
    }
}
