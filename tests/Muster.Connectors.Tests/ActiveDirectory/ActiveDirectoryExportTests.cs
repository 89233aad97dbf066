using System.Globalization;
using System.Text.Json.Nodes;
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
    public async Task Ask01_Deletion_IsARowOfTheNextExport_WithTheLinksThatGoWithIt()
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
    public async Task Ask07_GroupsAroundTheRange_AreComplete_AndOneChangeCostsOneRow()
    {
        // The server gives 1500 values at once.
        using var given = GivenServer.ActiveDirectory();
        var members = Enumerable.Range(0, 1502).Select(i => string.Create(CultureInfo.InvariantCulture, $"CN=C{i},{given.Unit}")).ToArray();
        given.Server.Modify(string.Concat(members.Select(m => $"dn: {m}\nchangetype: add\nobjectClass: contact\n\n")));
        var group = Group(given, "Crew", members[..1499]);
        for (var count = 1499; count <= 1501; count++)
        {
            await given.ExportAsync(complete: true);
            Assert.Equal(members[..count].Order(StringComparer.Ordinal), given.Rows("HRPeople_member").Select(r => r["member"]).Order(StringComparer.Ordinal));
            given.Change(group, $"add: member\nmember: {members[count]}\n");
            await given.ExportAsync();
            Assert.Empty(given.Commands());
            Assert.Equal([string.Create(CultureInfo.InvariantCulture, $"insert CN=Crew CN=C{count}")], given.LinkCommands());
        }

        given.Change(group, $"delete: member\nmember: {members[7]}\n");
        await given.ExportAsync();
        Assert.Equal(["delete CN=Crew CN=C7"], given.LinkCommands());
    }

    [Fact]
    public async Task Ask16_DirSyncContract3_RenamedUnit_GivesRowsForAllBelowIt_AndTheLinksFollow()
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
    public async Task DirSyncContract1_Ask20_CookieAndWhatItDescribes_AreCommittedTogether()
    {
        using var given = GivenServer.ActiveDirectory();
        User(given, "Ada");
        await given.ExportAsync(complete: true);
        User(given, "Bob");

        // What was not accepted is told again, whatever the export has read in the meantime.
        await given.ExportAsync(isAccepted: false);
        Assert.Equal(["insert CN=Bob"], given.Commands());
        await given.ExportAsync();
        Assert.Equal(["insert CN=Bob"], given.Commands());
        await given.ExportAsync();
        Assert.Empty(given.Rows());
    }

    [Fact]
    public async Task DirSyncContract1_CookieOfAnotherServer_IsNotUsed()
    {
        using var given = GivenServer.ActiveDirectory();
        var ada = User(given, "Ada");
        await given.ExportAsync(complete: true);
        given.Delete(ada);
        User(given, "Bob");

        // The same domain controller under another name is another server to whoever has only the name; by TLS, with its certificate checked.
        given.Given.WithSettings($$"""
            "Servers": [ { "Server": "{{SambaServer.Shared.Address}}", "BaseDN": "{{given.Unit}}" } ], "EnableSSL": true, "TrustedCertificates": "{{Authority(given)}}",
            "AuthType": "Basic", "Login": "{{SambaServer.Login}}", "Password": "{{SambaServer.Password}}", "RetryDelay": 1
            """);
        var manifest = await given.ExportAsync();
        Assert.Equal((SynchronizationMode.Complete, ExtractContent.Full), (manifest.Mode, manifest.Content));
        Assert.Contains("have changed since its previous export", manifest.HealedBecause, StringComparison.Ordinal);
        Assert.Equal(["insert .", "insert CN=Bob"], given.Commands());
        Assert.Equal(SynchronizationMode.Incremental, (await given.ExportAsync()).Mode);
    }

    [Fact]
    public async Task DirSyncContract2_Ask17_WhatIsToldAgain_IsAbsorbed_AndNothingIsMissing()
    {
        // Another domain controller may send everything again, but never less: here by an old cookie beside what is known now.
        using var given = GivenServer.ActiveDirectory();
        var (ada, bob) = (User(given, "Ada"), User(given, "Bob"));
        var crew = Group(given, "Crew", ada);
        await given.ExportAsync(complete: true);
        var path = given.Given.PathOf("Work/ExportCookies/HRPeople_cookie.json");
        var old = JsonNode.Parse(await File.ReadAllTextAsync(path))!["cookie"]!.GetValue<string>();
        given.Change(crew, $"add: member\nmember: {bob}\n-\ndelete: member\nmember: {ada}\n");
        given.Rename(bob, "CN=Rob");
        given.Delete(ada);
        await given.ExportAsync();
        var head = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        head["cookie"] = old;
        await File.WriteAllTextAsync(path, head.ToJsonString());
        User(given, "Cy");

        await given.ExportAsync();

        Assert.Equal(["insert CN=Cy"], given.Commands());
        Assert.Empty(given.LinkCommands());
    }

    [Fact]
    public async Task DirSyncContract4_FilterThatTombstonesDoNotMatch_LosesNoDeletion()
    {
        // A tombstone has no objectCategory, and this one no description.
        using var given = GivenServer.ActiveDirectory();
        given.Given.WithSettings($$"""
            "Servers": [ { "Server": "{{SambaServer.Shared.Address}}", "BaseDN": "{{given.Unit}}" } ], "Filter": "(&(objectCategory=person)(description=*))",
            "AuthType": "Basic", "Login": "{{SambaServer.Login}}", "Password": "{{SambaServer.Password}}", "RetryDelay": 1
            """);
        var ada = User(given, "Ada", "description: kept\n");
        var bob = User(given, "Bob");
        await given.ExportAsync(complete: true);
        Assert.Equal(["insert CN=Ada"], given.Commands());

        given.Delete(ada, bob);
        await given.ExportAsync();

        Assert.Equal(["delete CN=Ada"], given.Commands());
    }

    [Fact]
    public async Task DirSyncContract5_Ask19_AttributesThatNobodyMaps_AreNotTold_AndDeletionsAre()
    {
        using var given = GivenServer.ActiveDirectory();
        var ada = User(given, "Ada");
        await given.ExportAsync(complete: true);

        given.Change(ada, "replace: telephoneNumber\ntelephoneNumber: 7\n");
        await given.ExportAsync();
        Assert.Empty(given.Rows());

        // 'isDeleted' is asked for, though nobody maps it.
        given.Delete(ada);
        await given.ExportAsync();
        Assert.Equal(["delete CN=Ada"], given.Commands());
    }

    [Fact]
    public async Task Ask03_ConnectionThatBreaksAmongTheChanges_DerivesNothing_AndTheyComeAgain()
    {
        using var given = GivenServer.ActiveDirectory();
        var people = Enumerable.Range(0, 10).Select(i => User(given, string.Create(CultureInfo.InvariantCulture, $"P{i}"))).ToArray();
        await given.ExportAsync(complete: true);
        given.Delete(people[..6]);
        using var proxy = new CuttingProxy(SambaServer.Shared.Address, 389);
        given.Given.WithSettings($$"""
            "Servers": [ { "Server": "{{proxy.Address}}", "BaseDN": "{{given.Unit}}" } ], "Filter": "(objectClass=*)",
            "AuthType": "Basic", "Login": "{{SambaServer.Login}}", "Password": "{{SambaServer.Password}}", "RetryDelay": 1
            """);
        await given.ExportAsync(complete: true);
        given.Delete(people[6..]);
        proxy.Cut("P8\\0ADEL");

        var failure = await given.Given.ExportFailsAsync(false);
        Assert.Contains("Nothing was taken", failure.Message, StringComparison.Ordinal);
        Assert.True(proxy.HasCut);
        Assert.Empty(given.Given.ExportedFiles);

        await given.ExportAsync();
        Assert.Equal(["delete CN=P6", "delete CN=P7", "delete CN=P8", "delete CN=P9"], given.Commands());
    }

    [Fact]
    public async Task Ask14_ConnectionThatBreaksAtAPage_IsMadeAgain_WithoutDuplicatesOrLoss()
    {
        using var given = GivenServer.ActiveDirectory();
        var people = Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"CN=P{i},{given.Unit}")).ToArray();
        given.Server.Modify(string.Concat(people.Select(m => $"dn: {m}\nchangetype: add\nobjectClass: contact\n\n")));
        using var proxy = new CuttingProxy(SambaServer.Shared.Address, 389, $"CN=P20,{given.Unit}");
        given.Given.WithSettings($$"""
            "Servers": [ { "Server": "{{proxy.Address}}", "BaseDN": "{{given.Unit}}" } ], "Filter": "(objectClass=*)",
            "AuthType": "Basic", "Login": "{{SambaServer.Login}}", "Password": "{{SambaServer.Password}}", "RetryDelay": 1
            """);

        await given.ExportAsync(complete: true);

        Assert.True(proxy.HasCut);
        Assert.Equal(people.Append(given.Unit).Order(StringComparer.Ordinal), given.Rows().Select(r => r["dn"]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("\"EnableSSL\": true")]
    [InlineData("\"StartTLS\": true")]
    public async Task Export_ByTls_ChecksTheCertificate(string security)
    {
        using var given = GivenServer.ActiveDirectory();
        User(given, "Ada");
        var rest = $$"""
            "Servers": [ { "Server": "{{SambaServer.Shared.Address}}", "BaseDN": "{{given.Unit}}" } ], {{security}},
            "AuthType": "Basic", "Login": "{{SambaServer.Login}}", "Password": "{{SambaServer.Password}}", "RetryDelay": 1
            """;
        given.Given.WithSettings(rest);
        Assert.Contains("cannot be trusted", (await given.Given.ExportFailsAsync()).Message, StringComparison.Ordinal);

        given.Given.WithSettings($"{rest}, \"TrustedCertificates\": \"{Authority(given)}\"");
        await given.ExportAsync(complete: true);
        Assert.Equal(2, given.Rows().Count);
        User(given, "Bob");
        await given.ExportAsync();
        Assert.Equal(["insert CN=Bob"], given.Commands());
    }

    [Fact]
    public void DirSyncContract6_ReplayedChanges_AreTakenOnce_AndTheLastWordWins()
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

    private static string Authority(GivenServer given)
    {
        // Files of the settings stand beside them.
        File.Copy(SambaServer.Shared.Authority, given.Given.PathOf("authority.pem"), overwrite: true);
        return "authority.pem";
    }

    private static string User(GivenServer given, string cn, string more = "", string? below = null) =>
        given.Added($"CN={cn},{below ?? given.Unit}", $"objectClass: contact\n{more}");

    private static string Group(GivenServer given, string cn, params string[] members) => given.Added(
        $"CN={cn},{given.Unit}",
        $"objectClass: group\nsAMAccountName: {cn}{given.Unit.Split(',')[0][3..]}\n{string.Concat(members.Select(m => $"member: {m}\n"))}");
}
