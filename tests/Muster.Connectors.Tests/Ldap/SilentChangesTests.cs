using Muster.Servers;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>What directory servers change without telling it: names of entries below others, and values that name them.</summary>
public sealed class SilentChangesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MemberThatIsRenamedOutsideTheBase_HasItsLinksWhenItComesBack(bool isActiveDirectory)
    {
        using var given = Server(isActiveDirectory);
        var elsewhere = given.Server.NewUnit();
        var ada = Person(given, "Ada", given.Unit);
        Group(given, "Crew", ada);
        await given.ExportAsync(complete: true);
        given.Rename(ada, "cn=Ada", elsewhere);
        await given.ExportAsync();

        given.Rename($"cn=Ada,{elsewhere}", "cn=Augusta");
        given.Rename($"cn=Augusta,{elsewhere}", "cn=Augusta", given.Unit);
        await given.ExportAsync();

        Assert.Equal(["insert cn=augusta"], given.Commands().Select(Lower));
        Assert.Contains("insert cn=crew cn=augusta", given.LinkCommands().Select(Lower));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NameThatIsTakenAgain_IsNotMixedUpWithItsFormerOwner(bool isActiveDirectory)
    {
        // Ada becomes Augusta, and another Ada comes into the same group.
        using var given = Server(isActiveDirectory);
        var ada = Person(given, "Ada", given.Unit);
        var crew = Group(given, "Crew", ada);
        await given.ExportAsync(complete: true);

        given.Rename(ada, "cn=Augusta");
        Person(given, "Ada", given.Unit);
        given.Change(crew, $"add: member\nmember: {ada}\n");
        await given.ExportAsync();

        // Of the rows of links, that with the name is there before and after.
        Assert.Equal(["insert cn=crew cn=augusta"], given.LinkCommands().Select(Lower));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GroupThatIsMadeAnewUnderItsName_KeepsTheRowsOfLinksThatBothHave(bool isActiveDirectory)
    {
        using var given = Server(isActiveDirectory);
        var (ada, bob) = (Person(given, "Ada", given.Unit), Person(given, "Bob", given.Unit));
        var crew = Group(given, "Crew", ada);
        await given.ExportAsync(complete: true);

        given.Delete(crew);
        Group(given, "Crew", ada, bob);
        await given.ExportAsync();

        Assert.Equal(["insert cn=crew cn=bob"], given.LinkCommands().Select(Lower));

        // The row of the one that is gone comes first, or does not name the one that is there: associations may be told by the name.
        var rows = given.Rows().Where(r => r.Values.Contains("delete") || r.Values.Contains("insert")).ToList();
        Assert.Equal(2, rows.Count);
        Assert.True(rows[0].Values.Contains("delete") || rows[1]["dn"].Length == 0, string.Join(' ', rows.SelectMany(r => r.Values)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RenamedManager_GivesRowsForThoseWhoHaveIt(bool isActiveDirectory)
    {
        using var given = Server(isActiveDirectory);
        var ada = Person(given, "Ada", given.Unit);
        Person(given, "Bob", given.Unit, $"manager: {ada}\n");
        await given.ExportAsync(complete: true);

        given.Rename(ada, "cn=Augusta");
        await given.ExportAsync();
        Assert.Equal(["merge cn=augusta", "merge cn=bob"], given.Commands().Select(Lower));
        Assert.Equal($"cn=augusta,{given.Unit}", given.Rows().Single(r => Lower(r["dn"]).StartsWith("cn=bob", StringComparison.Ordinal))["manager"], ignoreCase: true);

        given.Delete($"cn=Augusta,{given.Unit}");
        await given.ExportAsync();
        Assert.Equal(["delete cn=augusta", "merge cn=bob"], given.Commands().Select(Lower));
    }

    [Fact]
    public async Task OpenLdap_UnitThatTheFilterLeavesOut_TellsThoseBelowWhenItIsRenamedOrMovedOut()
    {
        using var given = GivenServer.OpenLdap(extra: ", \"Filter\": \"(objectClass=inetOrgPerson)\"");
        var elsewhere = given.Server.NewUnit();
        given.Person("Bob");
        var ship = given.NewUnit("Ship");
        var deck = given.NewUnit("Deck", ship);
        given.Person("Ada", below: deck);
        await given.ExportAsync(complete: true);
        Assert.Equal(["insert cn=Ada,ou=Deck,ou=Ship", "insert cn=Bob"], given.Commands());

        given.Rename(ship, "ou=Boat");
        await given.ExportAsync();
        Assert.Equal(["merge cn=Ada,ou=Deck,ou=Boat"], given.Commands());

        given.Rename($"ou=Boat,{given.Unit}", "ou=Boat", elsewhere);
        await given.ExportAsync();
        Assert.Equal(["delete cn=Ada,ou=Deck,ou=Boat"], given.Commands());

        given.Rename($"ou=Boat,{elsewhere}", "ou=Boat", given.Unit);
        await given.ExportAsync();
        Assert.Equal(["insert cn=Ada,ou=Deck,ou=Boat"], given.Commands());
    }

    [Fact]
    public async Task OpenLdap_UnitThatHadNothingBelow_IsFollowedFromItsFirstEntryOn()
    {
        using var given = GivenServer.OpenLdap(extra: ", \"Filter\": \"(objectClass=inetOrgPerson)\"");
        var ship = given.NewUnit("Ship");
        var elsewhere = given.Server.NewUnit();
        given.Person("Bob");
        await given.ExportAsync(complete: true);
        given.Person("Ada", below: ship);
        await given.ExportAsync();
        Assert.Equal(["insert cn=Ada,ou=Ship"], given.Commands());

        given.Rename(ship, "ou=Ship", elsewhere);
        await given.ExportAsync();
        Assert.Equal(["delete cn=Ada,ou=Ship"], given.Commands());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReferencesToEntriesOutsideTheBase_FollowThese(bool isActiveDirectory)
    {
        // Two connections, one for people and one for groups: what a group's rows name must be what people are called.
        using var given = Server(isActiveDirectory);
        var elsewhere = given.Server.NewUnit();
        var (ada, bob) = (Person(given, "Ada", elsewhere), Person(given, "Bob", elsewhere));
        var crew = Group(given, "Crew", ada);
        Person(given, "Cy", given.Unit, $"manager: {ada}\n");
        await given.ExportAsync(complete: true);

        given.Rename(ada, "cn=Augusta");
        await given.ExportAsync();
        Assert.Equal([$"delete cn=crew {Lower(ada)}", $"insert cn=crew cn=augusta,{Lower(elsewhere)}"], given.LinkCommands().Select(Lower));
        Assert.Equal(["merge cn=cy"], given.Commands().Select(Lower));
        Assert.Equal($"cn=augusta,{elsewhere}", given.Rows()[0]["manager"], ignoreCase: true);

        given.Change(crew, $"add: member\nmember: {bob}\n");
        await given.ExportAsync();
        Assert.Equal([$"insert cn=crew {Lower(bob)}"], given.LinkCommands().Select(Lower));

        var renamed = $"{elsewhere.Split(',')[0]}-now";
        given.Rename(elsewhere, renamed);
        elsewhere = $"{renamed}{elsewhere[elsewhere.IndexOf(',', StringComparison.Ordinal)..]}";
        await given.ExportAsync();
        Assert.Equal(4, given.LinkCommands().Count);
        Assert.Contains($"insert cn=crew cn=bob,{Lower(elsewhere)}", given.LinkCommands().Select(Lower));

        given.Delete($"cn=Bob,{elsewhere}");
        await given.ExportAsync();
        Assert.Equal([$"delete cn=crew cn=bob,{Lower(elsewhere)}"], given.LinkCommands().Select(Lower));
        await given.ExportAsync();
        Assert.Empty(given.Rows());
    }

    [Fact]
    public async Task ActiveDirectory_SeveralBases_FollowOneAnother()
    {
        using var given = GivenServer.ActiveDirectory();
        var people = given.Server.NewUnit();
        given.Given.WithSettings($$"""
            "Servers": [ { "Server": "{{SambaServer.Shared.Address}}", "BaseDN": "{{given.Unit}}" }, { "Server": "{{SambaServer.Shared.Address}}", "BaseDN": "{{people}}" } ],
            "AuthType": "Basic", "Login": "{{SambaServer.Login}}", "Password": "{{SambaServer.Password}}", "RetryDelay": 1
            """);
        var ada = Person(given, "Ada", people);
        Group(given, "Crew", ada);
        await given.ExportAsync(complete: true);

        given.Rename(ada, "cn=Augusta");
        await given.ExportAsync();
        Assert.Equal([$"merge cn=augusta,{Lower(people)}"], given.Commands().Select(Lower));
        Assert.Equal([$"delete cn=crew {Lower(ada)}", $"insert cn=crew cn=augusta,{Lower(people)}"], given.LinkCommands().Select(Lower));

        // From one base into the other: it is there all the time.
        given.Rename($"cn=Augusta,{people}", "cn=Augusta", given.Unit);
        await given.ExportAsync();
        Assert.Equal([$"delete cn=crew cn=augusta,{Lower(people)}", "insert cn=crew cn=augusta"], given.LinkCommands().Select(Lower));
        Assert.Equal(["insert cn=augusta"], given.Commands().Select(Lower));
        given.Rename($"cn=Augusta,{given.Unit}", "cn=Augusta", people);
        await given.ExportAsync();

        // Of two rows of one entry, the later one counts.
        Assert.Equal(["delete", "insert"], given.Rows().Select(r => r["command"]));
    }

    [Fact]
    public async Task ActiveDirectory_ReanimatedObject_ComesWithoutTheLinksThatItLost()
    {
        using var given = GivenServer.ActiveDirectory();
        var ada = Person(given, "Ada", given.Unit);
        var crew = Group(given, "Crew", ada);
        await given.ExportAsync(complete: true);
        var id = new Guid(Convert.FromHexString(given.Rows().Single(r => r["dn"].Equals(ada, StringComparison.OrdinalIgnoreCase))["objectGUID"]), bigEndian: true).ToString("D");
        given.Delete(ada);
        given.Server.Modify(
            $"dn: CN=Ada\\0ADEL:{id},CN=Deleted Objects,{SambaServer.Base}\nchangetype: modify\ndelete: isDeleted\n-\nreplace: distinguishedName\ndistinguishedName: {ada}\n",
            "-e",
            "!1.2.840.113556.1.4.417");

        // Between two exports: nothing but the name and an empty isDeleted tells of it.
        await given.ExportAsync();
        Assert.Equal(["merge cn=ada"], given.Commands().Select(Lower));
        Assert.Equal(["delete cn=crew cn=ada"], given.LinkCommands().Select(Lower));

        given.Change(crew, $"add: member\nmember: {ada}\n");
        await given.ExportAsync();
        Assert.Equal(["insert cn=crew cn=ada"], given.LinkCommands().Select(Lower));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BaseThatIsGone_IsAFailureAndNotAnEmptyDirectory(bool isActiveDirectory)
    {
        using var given = Server(isActiveDirectory);
        Person(given, "Ada", given.Unit);
        await given.ExportAsync(complete: true);

        given.Rename(given.Unit, given.Unit.Split(',')[0] + "gone");
        var failure = await given.Given.ExportFailsAsync(false);

        Assert.Contains("Nothing was taken", failure.Message, StringComparison.Ordinal);
        Assert.Empty(given.Given.ExportedFiles);
    }

    private static GivenServer Server(bool isActiveDirectory) => isActiveDirectory ? GivenServer.ActiveDirectory() : GivenServer.OpenLdap();

    private static string Person(GivenServer given, string cn, string below, string more = "") => given.Key == "objectGUID"
        ? given.Added($"cn={cn},{below}", $"objectClass: contact\n{more}")
        : given.Person(cn, more: more, below: below);

    private static string Group(GivenServer given, string cn, params string[] members) => given.Key == "objectGUID"
        ? given.Added(
            $"cn={cn},{given.Unit}",
            $"objectClass: group\nsAMAccountName: {cn}{given.Unit.Split(',')[0][3..]}\n{string.Concat(members.Select(m => $"member: {m}\n"))}")
        : given.Group(cn, members);

    private static string Lower(string text) => text.ToLowerInvariant();
}
