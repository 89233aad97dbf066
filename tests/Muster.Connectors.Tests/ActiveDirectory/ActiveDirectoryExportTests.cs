using System.Globalization;
using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Connectors.ActiveDirectory;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Tests.Ldap;
using Muster.Servers;

namespace Muster.Connectors.Tests.ActiveDirectory;

/// <summary>DirSync with a real domain controller (synchronization.md 7.1; asks.md 1, 5, 7, 16, 18, and its contract of DirSync).</summary>
public sealed class ActiveDirectoryExportTests
{
    [Fact]
    public void Ask18_IncrementalValuesFlag_IsANegativeNumberOf32Bits() =>
        Assert.Equal("300e" + "020480000000" + "0203100000" + "0401aa", Convert.ToHexStringLower(DirSync.Request([0xaa]).Value!));

    [Fact]
    public async Task Deletion_IsARowOfTheNextExport_WithTheLinksThatGoWithIt()
    {
        // Ask 1. DirSync tells a tombstone, and nothing of the groups that it was in.
        using var given = GivenServer.ActiveDirectory();
        var ada = User(given, "Ada");
        var bob = User(given, "Bob");
        Group(given, "Crew", ada, bob);
        await given.ExportAsync(complete: true);
        var id = given.Rows().Single(r => r["dn"] == ada)["objectGUID"];

        given.Delete(ada);
        var manifest = await given.ExportAsync();

        Assert.Equal((SynchronizationMode.Incremental, ExtractContent.Changes), (manifest.Mode, manifest.Content));
        Assert.Equal(["delete CN=Ada"], given.Commands());
        Assert.Equal(id, given.Rows()[0]["objectGUID"]);
        Assert.Equal(["delete CN=Crew CN=Ada"], given.LinkCommands());
        await given.ExportAsync();
        Assert.Empty(given.Rows());
    }

    [Fact]
    public async Task Changes_ComeAsWholeRows_AndOnlyThose()
    {
        using var given = GivenServer.ActiveDirectory();
        var ada = User(given, "Ada", "sn: Byron\ndescription: kept\n");
        User(given, "Bob");
        var complete = await given.ExportAsync(complete: true);
        Assert.Equal((SynchronizationMode.Complete, ExtractContent.Full), (complete.Mode, complete.Content));
        Assert.Equal(3, given.Rows().Count);

        given.Change(ada, "replace: sn\nsn: Lovelace\n");
        var cy = User(given, "Cy");
        await given.ExportAsync(isAccepted: false);
        await given.ExportAsync();

        Assert.Equal(["insert CN=Cy", "merge CN=Ada"], given.Commands());
        var row = given.Rows().Single(r => r["dn"] == ada);
        Assert.Equal(("Lovelace", "kept", given.Unit), (row["sn"], row["description"], row["parentdn"]));
        await given.ExportAsync();
        Assert.Empty(given.Rows());
        Assert.NotEmpty(cy);
    }

    [Fact]
    public async Task Ask07_GroupOfManyMembers_IsComplete_AndOneChangeCostsOneRow()
    {
        using var given = GivenServer.ActiveDirectory();
        var members = Enumerable.Range(0, 1600).Select(i => string.Create(CultureInfo.InvariantCulture, $"CN=C{i},{given.Unit}")).ToArray();
        given.Server.Modify(string.Concat(members.Select(m => $"dn: {m}\nchangetype: add\nobjectClass: contact\n\n")));
        var group = Group(given, "Crew", members[..^1]);
        await given.ExportAsync(complete: true);
        Assert.Equal(1599, given.Rows("HRPeople_member").Count);

        given.Change(group, $"add: member\nmember: {members[^1]}\n-\ndelete: member\nmember: {members[7]}\n");
        await given.ExportAsync();
        Assert.Equal(["merge CN=Crew"], given.Commands());
        Assert.Equal(["delete CN=Crew CN=C7", "insert CN=Crew CN=C1599"], given.LinkCommands());
    }

    [Fact]
    public async Task Ask16_RenamedUnit_GivesRowsForAllBelowIt_AndTheLinksFollow()
    {
        // Contract 3: a move or rename of a parent does not report the children.
        using var given = GivenServer.ActiveDirectory();
        var unit = given.NewUnit("Old");
        var inner = given.NewUnit("Inner", unit);
        var ada = User(given, "Ada", below: inner);
        Group(given, "Crew", ada);
        await given.ExportAsync(complete: true);

        given.Rename(unit, "OU=New");
        await given.ExportAsync();

        Assert.Equal(["merge CN=Ada,OU=Inner,OU=New", "merge OU=Inner,OU=New", "merge OU=New"], given.Commands());
        Assert.Equal(["delete CN=Crew CN=Ada,OU=Inner,OU=Old", "insert CN=Crew CN=Ada,OU=Inner,OU=New"], given.LinkCommands());

        given.Rename($"CN=Crew,{given.Unit}", "CN=Team");
        await given.ExportAsync();
        Assert.Equal(["merge CN=Team"], given.Commands());
        Assert.Equal(["delete CN=Crew CN=Ada,OU=Inner,OU=New", "insert CN=Team CN=Ada,OU=Inner,OU=New"], given.LinkCommands());
    }

    [Fact]
    public async Task Scope_IsLeftAndEntered_WithAllBelow()
    {
        using var given = GivenServer.ActiveDirectory();
        var elsewhere = given.Server.NewUnit();
        var unit = given.NewUnit("Ship");
        var ada = User(given, "Ada", below: unit);
        Group(given, "Crew", ada);
        await given.ExportAsync(complete: true);

        given.Rename(unit, "OU=Ship", elsewhere);
        await given.ExportAsync();
        Assert.Equal(["delete CN=Ada,OU=Ship", "delete OU=Ship"], given.Commands());
        Assert.Equal(
            ["delete CN=Crew CN=Ada,OU=Ship", $"insert CN=Crew CN=Ada,OU=Ship,{elsewhere}"], given.LinkCommands());

        given.Rename($"OU=Ship,{elsewhere}", "OU=Ship", given.Unit);
        await given.ExportAsync();
        Assert.Equal(["insert CN=Ada,OU=Ship", "insert OU=Ship"], given.Commands());
    }

    [Fact]
    public async Task Filter_IsJudgedByTheServer_AndAnEntryThatEntersBringsItsLinks()
    {
        using var given = GivenServer.ActiveDirectory();
        given.Given.WithSettings($$"""
            "Servers": [ { "Server": "{{SambaServer.Shared.Address}}", "BaseDN": "{{given.Unit}}" } ], "Filter": "(!(description=hidden))", "AuthType": "Basic",
            "Login": "{{SambaServer.Login}}", "Password": "{{SambaServer.Password}}", "RetryDelay": 1
            """);
        var ada = User(given, "Ada");
        var group = Group(given, "Crew", ada);
        await given.ExportAsync(complete: true);

        given.Change(group, "add: description\ndescription: hidden\n");
        await given.ExportAsync();
        Assert.Equal(["delete CN=Crew"], given.Commands());
        Assert.Equal(["delete CN=Crew CN=Ada"], given.LinkCommands());

        given.Change(group, "delete: description\n");
        await given.ExportAsync();
        Assert.Equal(["insert CN=Crew"], given.Commands());
        Assert.Equal(["insert CN=Crew CN=Ada"], given.LinkCommands());
    }

    [Fact]
    public async Task Ask05_RefusedCookie_HealsByACompleteExport()
    {
        using var given = GivenServer.ActiveDirectory();
        var ada = User(given, "Ada");
        await given.ExportAsync(complete: true);
        given.BendCookie();
        given.Delete(ada);

        var manifest = await given.ExportAsync();

        Assert.Equal(SynchronizationMode.Complete, manifest.Mode);
        Assert.Contains("refuses the cookie", manifest.HealedBecause, StringComparison.Ordinal);
        Assert.DoesNotContain(given.Rows(), r => r["dn"] == ada);
        Assert.Equal(SynchronizationMode.Incremental, (await given.ExportAsync()).Mode);
    }

    [Fact]
    public void ReplayedChanges_AreTakenOnce_AndTheLastWordWins()
    {
        // Contract 6: replays happen.
        var id = Guid.NewGuid();
        var objects = new Dictionary<Guid, DirSyncObject>();
        foreach (var option in new[] { "range=1-1", "range=1-1", "range=0-0", "range=1-1" })
        {
            DirSync.Take(
                new LdapEntry("CN=G", [new LdapAttribute("objectGUID", [id.ToByteArray()]), new LdapAttribute($"member;{option}", ["CN=A"u8.ToArray()])]), ["member"], objects);
        }

        Assert.Equal([true, true, false, true], Assert.Single(objects.Values).Links["MEMBER"].Select(l => l.IsAdd));
        Assert.False(objects[id].IsNamed || objects[id].IsDeleted);
        Assert.Throws<LdapFault>(() => DirSync.Take(new LdapEntry("CN=G", []), [], objects));
    }

    private static string User(GivenServer given, string cn, string more = "", string? below = null) =>
        given.Added($"CN={cn},{below ?? given.Unit}", $"objectClass: contact\n{more}");

    private static string Group(GivenServer given, string cn, params string[] members) => given.Added(
        $"CN={cn},{given.Unit}",
        $"objectClass: group\nsAMAccountName: {cn}{given.Unit.Split(',')[0][3..]}\n{string.Concat(members.Select(m => $"member: {m}\n"))}");
}
