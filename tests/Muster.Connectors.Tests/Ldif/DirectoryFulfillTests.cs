using System.Text.Json.Nodes;
using Muster.Configuration.Elements;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Configuration.Work;
using Muster.Connectors.Tests.Ldap;
using static Muster.Connectors.Tests.Ldif.GivenDirectory;

namespace Muster.Connectors.Tests.Ldif;

public sealed class DirectoryFulfillTests : IDisposable
{
    private const string Ada = "cn=Ada Lovelace,ou=People,dc=contoso,dc=com";
    private const string Bob = "cn=Bob,ou=People,dc=contoso,dc=com";
    private const string Admins = "cn=Admins,dc=contoso,dc=com";
    private const string People = "ou=People,dc=contoso,dc=com";
    private readonly GivenDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Add_NewAccount_IsWrittenWithItsClassesNameAndUuid()
    {
        var result = await _directory.SucceedsAsync(NewAccount("Grace Hopper"));

        Assert.Equal("cn=Grace Hopper,ou=People,dc=contoso,dc=com", result.Keys["dn"]);
        var uuid = Guid.ParseExact(result.Keys["uuid"], "N");
        Assert.EndsWith(
            $"""
            dn: cn=Grace Hopper,ou=People,dc=contoso,dc=com
            objectClass: top
            objectClass: inetOrgPerson
            cn: Grace Hopper
            userAccountControl: 512
            sn: Hopper
            manager: cn=Ada Lovelace,ou=People,dc=contoso,dc=com
            entryUUID: {uuid:D}


            """,
            _directory.File,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_OfAnAccountThatWantsAPassword_SaysThatItHasNone()
    {
        _directory.UserAccounts.Mapping!.UsePassword(new PasswordPolicy { Identifier = "P", Mode = PasswordResetMode.OneWay, IsGenerated = true, Length = 12 });
        await _directory.SucceedsAsync(NewAccount("Grace Hopper"));
        Assert.Contains(_directory.Given.Reporter.Warnings, w => w.StartsWith("not supported yet: passwords in directory files", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Add_InTwoDirectoriesWithTheSameHistory_GivesTheSameUuids()
    {
        using var other = new GivenDirectory();
        var first = await _directory.SucceedsAsync(NewAccount("Grace Hopper"));
        Assert.Equal(first.Keys["uuid"], (await other.SucceedsAsync(NewAccount("Grace Hopper"))).Keys["uuid"]);

        await _directory.SucceedsAsync(Order(OrderChangeType.Deleted, first.Keys["dn"], []));
        var again = await _directory.SucceedsAsync(NewAccount("Grace Hopper"));

        Assert.NotEqual(first.Keys["uuid"], again.Keys["uuid"]);
    }

    [Fact]
    public async Task Fulfill_UntouchedEntries_KeepOrderAndSpelling()
    {
        await _directory.SucceedsAsync(NewAccount("Grace Hopper"));

        var untouched = Entries.Replace("# the top\n", "", StringComparison.Ordinal);
        Assert.StartsWith(untouched, _directory.File, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Lovelace, Ada")]
    [InlineData("a,ou=Admins")]
    [InlineData(" +\"\\<>;= ")]
    [InlineData("#1")]
    [InlineData("a\0b\r\nmember: x")]
    [InlineData("Zoë")]
    public async Task Add_HostileName_StaysOneEntryBelowItsParent(string name)
    {
        var result = await _directory.SucceedsAsync(NewAccount(name));

        var dn = DistinguishedName.Parse(result.Keys["dn"]);
        Assert.Equal(name, dn.Rdn.Value);
        Assert.Equal(DistinguishedName.Parse(People), dn.Parent);
        await _directory.Given.ExportAsync();
        Assert.Equal(7, _directory.Given.Manifest.Files.Single(f => f.Name.EndsWith("entries.csv", StringComparison.Ordinal)).Rows);
        Assert.True((await _directory.FulfillAsync(Order(OrderChangeType.Deleted, result.Keys["dn"], [])))[0].Executed);
    }

    [Fact]
    public async Task Add_ParentIsMissing_IsRefused()
    {
        var order = Order(OrderChangeType.Added, null, new() { ["dn"] = "cn=x,ou=Nowhere,dc=contoso,dc=com" });

        Assert.Contains("There is no entry 'ou=Nowhere,dc=contoso,dc=com'", await _directory.FailsAsync(order), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_OtherEntryHasTheName_IsRefusedNamingIt()
    {
        var message = await _directory.FailsAsync(NewAccount("BOB"));

        Assert.Contains($"'{Bob}' exists already", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_SameOrderAgain_GivesTheSameResultAndNoSecondEntry()
    {
        var order = NewAccount("Grace Hopper");
        var first = await _directory.SucceedsAsync(order);
        var file = _directory.File;

        var second = await _directory.SucceedsAsync(order);

        Assert.Equal(first.Keys, second.Keys);
        Assert.Equal(first.ExecutedAt, second.ExecutedAt);
        Assert.Equal(file, _directory.File);
    }

    [Fact]
    public async Task Add_JournalIsLost_FindsItsOwnEntry()
    {
        var order = NewAccount("Grace Hopper");
        var first = await _directory.SucceedsAsync(order);
        File.Delete(_directory.Given.PathOf("Work/Fulfill/HRPeople.journal.json"));

        var second = await _directory.SucceedsAsync(order);

        Assert.Equal(first.Keys, second.Keys);
    }

    [Fact]
    public async Task Fulfill_KilledBetweenRenameAndConfirmation_AnswersAsTheFirstTime()
    {
        var order = Order(OrderChangeType.Modified, Ada, new() { ["cn"] = "Ada King" });
        var first = await _directory.SucceedsAsync(order);
        var path = _directory.Given.PathOf("Work/Fulfill/HRPeople.journal.json");
        var journal = JsonNode.Parse(File.ReadAllText(path))!;
        var results = journal["results"]!.DeepClone();
        var mark = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_directory.Given.PathOf("directory.ldif"))));
        File.WriteAllText(path, new JsonObject { ["pending"] = new JsonObject { ["mark"] = mark, ["results"] = results }, ["results"] = new JsonArray() }.ToJsonString());

        var second = await _directory.SucceedsAsync(order);

        Assert.Equal(first.Keys, second.Keys);
        Assert.Equal(first.ExecutedAt, second.ExecutedAt);
    }

    [Fact]
    public async Task Modify_Scalars_AreReplacedAndNullDeletes()
    {
        await _directory.SucceedsAsync(Order(OrderChangeType.Modified, Bob, new() { ["sn"] = "Byron", ["proxies"] = "z@x\na@x", ["manager"] = null }));

        Assert.Contains("cn: Bob\nsn: Byron\nproxyAddresses: z@x\nproxyAddresses: a@x\n\n", _directory.File, StringComparison.Ordinal);
        await _directory.SucceedsAsync(Order(OrderChangeType.Modified, Bob, new() { ["proxies"] = null, ["expires"] = null, ["photo"] = "/9j/AA==" }));
        Assert.Contains("sn: Byron\naccountExpires: 9223372036854775807\njpegPhoto:: /9j/AA==\n\n", _directory.File, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", "514")]
    [InlineData("false", "512")]
    public async Task Modify_SingleBit_ChangesOnlyThatBit(string disabled, string expected)
    {
        await _directory.SucceedsAsync(Order(OrderChangeType.Modified, Ada, new() { ["disabled"] = disabled }));

        Assert.Contains($"userAccountControl: {expected}\n", _directory.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modify_RelativeName_RenamesAndReferencesFollow()
    {
        var result = await _directory.SucceedsAsync(Order(OrderChangeType.Modified, Ada, new() { ["cn"] = "Ada King" }));

        const string renamed = "cn=Ada King,ou=People,dc=contoso,dc=com";
        Assert.Equal(renamed, result.Keys["dn"]);
        Assert.Contains($"dn: {renamed}\nobjectClass: top\nobjectClass: inetOrgPerson\ncn: Ada King\nsn", _directory.File, StringComparison.Ordinal);
        Assert.Contains($"member: {renamed}\n", _directory.File, StringComparison.Ordinal);
        Assert.Contains($"manager: {renamed}\n", _directory.File, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada Lovelace", _directory.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modify_Parent_MovesAndLaterOrdersOfTheBatchStillFindIt()
    {
        var results = await _directory.FulfillAsync(
            Order(OrderChangeType.Modified, Ada, new() { ["parent"] = Reference("ou=Former,dc=contoso,dc=com") }),
            Order(OrderChangeType.Modified, Ada, new() { ["sn"] = "King" }),
            Order(OrderChangeType.Modified, Admins, new() { ["members_remove"] = new JsonArray(Reference(Ada)) }, "Groups"));

        Assert.All(results, r => Assert.True(r.Executed, r.Message));
        Assert.Contains("dn: cn=Ada Lovelace,ou=Former,dc=contoso,dc=com\n", _directory.File, StringComparison.Ordinal);
        Assert.Contains("sn: King\n", _directory.File, StringComparison.Ordinal);
        Assert.DoesNotContain("member: cn=Ada", _directory.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modify_NameOfAUnit_DescendantsAndTheirReferencesFollow()
    {
        await _directory.SucceedsAsync(Order(OrderChangeType.Modified, People, new() { ["dn"] = "ou=Staff,dc=contoso,dc=com" }, "Groups"));

        Assert.DoesNotContain("ou=people", _directory.File, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("dn: ou=Staff,dc=contoso,dc=com\nobjectClass: organizationalUnit\nou: Staff\n", _directory.File, StringComparison.Ordinal);
        Assert.Contains("member: cn=Bob,ou=Staff,dc=contoso,dc=com\n", _directory.File, StringComparison.Ordinal);
        Assert.Contains("manager: cn=Ada Lovelace,ou=Staff,dc=contoso,dc=com\n", _directory.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modify_Members_AddingTwiceAndRemovingTheAbsentAreHarmless()
    {
        var grace = (await _directory.SucceedsAsync(NewAccount("Grace"))).Keys["dn"];
        for (var round = 0; round < 2; round++)
        {
            await _directory.SucceedsAsync(Order(
                OrderChangeType.Modified,
                Admins,
                new()
                {
                    ["members_add"] = new JsonArray(Reference(grace), Reference(Ada.ToUpperInvariant())),
                    ["members_remove"] = new JsonArray(Reference(Bob)),
                },
                "Groups"));
        }

        Assert.Contains($"cn: Admins\nmember: {Ada}\nmember: {grace}\n\n", _directory.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modify_MembershipFromTheAccount_IsWrittenAtTheGroup()
    {
        var grace = (await _directory.SucceedsAsync(NewAccount("Grace"))).Keys["dn"];

        await _directory.SucceedsAsync(Order(OrderChangeType.Modified, grace, new() { ["groups_add"] = new JsonArray(Reference(Admins)) }));

        Assert.Contains($"member: {Bob}\nmember: {grace}\n", _directory.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modify_ReferenceWithoutEntry_IsRefusedAndOthersGoOn()
    {
        var results = await _directory.FulfillAsync(
            Order(OrderChangeType.Modified, Admins, new() { ["name"] = "Admins", ["members_add"] = new JsonArray(Reference("cn=Nobody,dc=contoso,dc=com")) }, "Groups"),
            Order(OrderChangeType.Modified, Bob, new() { ["unmapped"] = "x" }),
            Order(OrderChangeType.Modified, "cn=Gone,dc=contoso,dc=com", new() { ["sn"] = "x" }),
            Order(OrderChangeType.Modified, Bob, new() { ["sn"] = "Byron" }));

        Assert.Equal([false, false, false, true], results.Select(r => r.Executed));
        Assert.Contains("'cn=Nobody,dc=contoso,dc=com'", results[0].Message, StringComparison.Ordinal);
        Assert.Contains("'unmapped'", results[1].Message, StringComparison.Ordinal);
        Assert.Contains("'cn=Gone,dc=contoso,dc=com'", results[2].Message, StringComparison.Ordinal);
        Assert.Equal(1, _directory.Given.Reporter.Counters["ordersExecuted"]);
        Assert.Equal(3, _directory.Given.Reporter.Counters["ordersErrored"]);
    }

    [Fact]
    public async Task Delete_Account_TakesReferencesWithIt()
    {
        await _directory.SucceedsAsync(Order(OrderChangeType.Deleted, Ada, []));

        Assert.DoesNotContain("ada", _directory.File, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"member: {Bob}\n", _directory.File, StringComparison.Ordinal);
        await _directory.SucceedsAsync(Order(OrderChangeType.Deleted, Ada, []));
    }

    [Fact]
    public async Task Delete_EntryWithChildren_IsRefused() =>
        Assert.Contains("2 entries below it", await _directory.FailsAsync(Order(OrderChangeType.Deleted, People, [], "Groups")), StringComparison.Ordinal);

    [Fact]
    public async Task Fulfill_SameFileByTwoRunsAtOnce_LosesNothing()
    {
        var runs = Enumerable.Range(0, 8).Select(i => _directory.FulfillAsync(NewAccount($"Person {i}")));

        var results = await Task.WhenAll(runs);

        Assert.All(results, r => Assert.True(r[0].Executed, r[0].Message));
        Assert.All(Enumerable.Range(0, 8), i => Assert.Contains($"cn: Person {i}\n", _directory.File, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(100, false)]
    public async Task Fulfill_FileIsChangedBySomebodyElse_StartsAnewAndGivesUpInTheEnd(int times, bool succeeds)
    {
        var given = _directory.Given;
        var changes = 0;
        given.Folders = given.Folders with
        {
            Work = new HookedFolder(given.Folders.Work, _ =>
            {
                if (changes++ < times)
                {
                    File.AppendAllText(given.PathOf("directory.ldif"), $"dn: cn=other {changes},dc=contoso,dc=com\ncn: other {changes}\n\n");
                }
            }),
        };

        if (succeeds)
        {
            await _directory.SucceedsAsync(NewAccount("Grace"));
            Assert.Contains("cn=other 1,", _directory.File, StringComparison.Ordinal);
            Assert.Contains("dn: cn=Grace,", _directory.File, StringComparison.Ordinal);
        }
        else
        {
            await Assert.ThrowsAsync<TaskFailedException>(() => _directory.FulfillAsync(NewAccount("Grace")));
            Assert.DoesNotContain("Grace", _directory.File, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Fulfill_JournalCannotBeWritten_ChangesNothing()
    {
        var given = _directory.Given;
        var before = _directory.File;
        given.Folders = given.Folders with { Work = new HookedFolder(given.Folders.Work, _ => throw new IOException("No space left.")) };

        var failure = await Assert.ThrowsAsync<TaskFailedException>(() => _directory.FulfillAsync(NewAccount("Grace")));

        Assert.Contains("No space left.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, _directory.File);
    }

    [Fact]
    public async Task Fulfill_FilePermissions_AreKept()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = _directory.Given.PathOf("directory.ldif");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);

        await _directory.SucceedsAsync(NewAccount("Grace"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite, File.GetUnixFileMode(path));
        Assert.Empty(Directory.GetFiles(_directory.Given.Root, "*.tmp"));
    }

    [Fact]
    public async Task Fulfill_FileIsMissing_StopsBeforeAnyOrder()
    {
        File.Delete(_directory.Given.PathOf("directory.ldif"));

        await Assert.ThrowsAsync<TaskFailedException>(() => _directory.FulfillAsync(NewAccount("Grace")));
    }

    private static ProvisioningOrder NewAccount(string name) => Order(
        OrderChangeType.Added,
        null,
        new() { ["cn"] = name, ["sn"] = "Hopper", ["disabled"] = "false", ["manager"] = Reference(Ada), ["parent"] = Reference(People) });
}
