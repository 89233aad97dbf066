using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Servers;
using static Muster.Connectors.Tests.Ldap.GivenOrders;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>Issue 5, Show 5, on real servers: bad input is a clear error, or is handled correctly, and nothing is lost.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string> Servers { get; } = new("slapd", "samba");

    /// <summary>Characters that mean something in names, filters, LDIF or CSV files.</summary>
    private static readonly string[] OddNames =
    [
        "#leading", "Comma, plus + quote \" back\\slash", "<angle> ; semi = equals", "*)(cn=*", "a)(|(objectClass=*", "\\2a", "Zoë Müller 漢字 𝄞", "tab\tand\u0001control", "line\nfeed",
        "'quoted' $(x) `y`", "trailing\\",
    ];

    [Fact]
    public async Task Show5_WrongPassword_OfEveryPackage_IsSaidWithoutIt()
    {
        using var ldap = GivenServer.Ldap();
        using var directory = GivenServer.ActiveDirectory();
        ldap.Given.WithSettings($$"""
            "Servers": [ { "Server": "{{OpenLdapServer.Shared.Address}}", "Login": "{{OpenLdapServer.Login}}", "Password": "Canary-9" } ],
            "Tables": [ { "Table": "entries", "BaseDN": "{{ldap.Unit}}" } ], "RetryDelay": 1
            """);
        directory.Given.WithSettings($$"""
            "Servers": [ { "Server": "{{SambaServer.Shared.Address}}", "BaseDN": "{{directory.Unit}}" } ], "AuthType": "Basic", "Login": "{{SambaServer.Login}}", "Password": "Canary-9", "RetryDelay": 1
            """);
        foreach (var given in new[] { ldap, directory })
        {
            var export = await given.Given.ExportFailsAsync();
            Assert.Contains("refuses '", export.Message, StringComparison.Ordinal);
            Assert.Contains("or its password: invalidCredentials", export.Message, StringComparison.Ordinal);
            Assert.Contains("Correct 'Login' or 'Password' beside ", export.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Canary-9", export.ToString(), StringComparison.Ordinal);
            Assert.Empty(given.Given.ExportedFiles);

            var fulfilment = await Assert.ThrowsAsync<TaskFailedException>(() => FulfillAsync(given, Add(given, "Ada", ("sn", "A"))));
            Assert.Contains("or its password: invalidCredentials", fulfilment.Message, StringComparison.Ordinal);
            Assert.Contains("wait for the next run", fulfilment.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Canary-9", fulfilment.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Show5_CertificateOfADomainController_IsChecked()
    {
        var samba = SambaServer.Shared;
        var tls = samba.Address + ":636";
        foreach (var (extra, address, isGood) in new[]
        {
            (", \"EnableSSL\": true", tls, false),
            (", \"EnableSSL\": true, \"TrustedCertificates\": \"authority.pem\"", tls, true),
            (", \"StartTLS\": true, \"TrustedCertificates\": \"authority.pem\"", samba.Address, true),
            (", \"StartTLS\": true", samba.Address, false),
        })
        {
            using var given = GivenServer.ActiveDirectory(extra, server: address);
            File.Copy(samba.Authority, given.Given.PathOf("authority.pem"));
            if (isGood)
            {
                await given.ExportAsync(complete: true);
                Assert.Single(given.Rows());
            }
            else
            {
                Assert.Contains("cannot be trusted", (await given.Given.ExportFailsAsync()).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Show5_BaseThatADomainDoesNotHave_IsSaidWithWhatToDo()
    {
        using var given = GivenServer.ActiveDirectory(baseDn: "OU=Nowhere,DC=muster,DC=test");
        Assert.Contains("; correct the base of the search in the settings", (await given.Given.ExportFailsAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Show5_EntryThatViolatesTheSchema_IsTheOrdersError_AndTheOthersAreExecuted(string server)
    {
        using var given = On(server);
        var good = Add(given, "Ada", ("sn", "A"));
        var bad = Add(given, "Bob", ("sn", "B"), ("employeeType", "7"));
        bad.Changes["photo"] = Convert.ToBase64String("x"u8);
        bad.Changes["classes"] = "top\nnoSuchClass";
        var change = Order(OrderChangeType.Modified, Named($"cn=Ada,{given.Unit}"), new JsonObject { ["classes"] = "top" });

        var results = await FulfillAsync(given, good, bad, change);

        Assert.Equal([true, false, false], results.Select(r => r.Executed));
        Assert.StartsWith($"The server refuses the creation of 'cn=Bob,{given.Unit}': ", results[1].Message, StringComparison.Ordinal);
        Assert.StartsWith($"The server refuses the change of 'cn=Ada,{given.Unit}': ", results[2].Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("cn=Bob", given.Server.Search(given.Unit), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Show5_NamesWithAnyCharacters_AreWritten_FoundAgain_ReferredTo_AndExported(string server)
    {
        using var given = On(server);
        var names = server == "samba" ? OddNames.Where(n => !n.Contains('\n', StringComparison.Ordinal)).ToArray() : OddNames;
        var orders = names.Select((name, index) => Add(given, name, ("sn", string.Create(CultureInfo.InvariantCulture, $"Odd{index}")))).ToArray();
        Assert.All(await FulfillAsync(given, orders), r => Assert.True(r.Executed, r.Message));
        await given.ExportAsync(complete: true);
        var rows = given.Rows().Where(r => r["sn"].StartsWith("Odd", StringComparison.Ordinal)).OrderBy(r => int.Parse(r["sn"][3..], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(names, rows.Select(r => r["cn"]));

        // Each is found by the name that was exported, and held by a group as that name.
        JsonObject Resource(IReadOnlyDictionary<string, string> row) => new() { ["Id"] = row["sn"], ["dn"] = row["dn"], ["uuid"] = row[given.Key] };
        var group = given.Added($"cn=Crew,{given.Unit}", server == "samba" ? "objectClass: group\n" : $"objectClass: groupOfNames\nmember: {given.Unit}\n");
        var members = Order(
            OrderChangeType.Modified, Named(group), new JsonObject { ["members_add"] = new JsonArray([.. rows.Select(Resource)]) }, "Groups");
        var changes = rows.Select(r => Order(OrderChangeType.Modified, Resource(r), new JsonObject { ["sn"] = "Even" })).ToArray();
        Assert.All(await FulfillAsync(given, [members, .. changes]), r => Assert.True(r.Executed, r.Message));
        await given.ExportAsync(complete: true);
        Assert.Equal(names.Order(StringComparer.Ordinal), given.Rows().Where(r => r["sn"] == "Even").Select(r => r["cn"]).Order(StringComparer.Ordinal));
        Assert.Equal(
            rows.Select(r => r["dn"]).Order(StringComparer.Ordinal),
            given.Rows("HRPeople_member").Select(r => r["member"]).Where(m => m != given.Unit).Order(StringComparer.Ordinal));

        Assert.All(
            await FulfillAsync(given, [.. rows.Select(r => Order(OrderChangeType.Deleted, Resource(r), []))]),
            r => Assert.True(r.Executed, r.Message));
        Assert.DoesNotContain("sn: Even", given.Server.Search(given.Unit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show5_FilterInjection_ThroughAResourcesName_FindsThatEntryAndNoOther()
    {
        // A mono-valued link that the other end holds is looked for with a filter of the entry's own name.
        using var given = GivenServer.Ldap();
        var boss = given.Person("Boss");
        var other = given.Person("Other", more: $"manager: {boss}\n");
        var added = Assert.Single(await FulfillAsync(given, Add(given, "*)(manager=*", ("sn", "Odd"))));
        Assert.True(added.Executed, added.Message);
        var filter = Muster.Connectors.Ldap.Protocol.SearchFilter.Equal("manager", added.Keys["dn"]);
        await using var session = await Muster.Connectors.Ldap.Protocol.LdapSession.OpenAsync(
            Muster.Connectors.Ldap.Protocol.LdapEndpoint.Parse(OpenLdapServer.Shared.Address, false, false), c => c.BindAsync(OpenLdapServer.Login, OpenLdapServer.Password, CancellationToken.None), CancellationToken.None);
        var found = new List<string>();
        await foreach (var entry in session.SearchAsync(
            new Muster.Connectors.Ldap.Protocol.LdapSearch(given.Unit, Muster.Connectors.Ldap.Protocol.LdapScope.Subtree, filter, ["1.1"]), CancellationToken.None))
        {
            found.Add(entry.Dn);
        }

        Assert.Empty(found);
        given.Change(other, $"replace: manager\nmanager:: {Convert.ToBase64String(Encoding.UTF8.GetBytes(added.Keys["dn"]))}");
        await foreach (var entry in session.SearchAsync(
            new Muster.Connectors.Ldap.Protocol.LdapSearch(given.Unit, Muster.Connectors.Ldap.Protocol.LdapScope.Subtree, filter, ["1.1"]), CancellationToken.None))
        {
            found.Add(entry.Dn);
        }

        Assert.Equal([other], found);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Show5_ValuesWithControlCharacters_GoThereAndComeBack(string server)
    {
        using var given = On(server);
        string[] values = ["bell\u0007 escape\u001b[31m", "tab\tline\nfeed\r\nreturn", "\u007f\u0080\u2028\ufeff", "quote \" comma , semicolon ; '", " leading and trailing "];
        var orders = values.Select((value, index) =>
            Add(given, string.Create(CultureInfo.InvariantCulture, $"P{index}"), ("sn", "Odd"), ("description", value))).ToArray();
        Assert.All(await FulfillAsync(given, orders), r => Assert.True(r.Executed, r.Message));
        await given.ExportAsync(complete: true);
        Assert.Equal(values, given.Rows().Where(r => r["sn"] == "Odd").OrderBy(r => r["cn"], StringComparer.Ordinal).Select(r => r["description"]));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Show5_ValueWithNul_IsTheOrdersError_AndIsExportedAsOctets(string server)
    {
        using var given = On(server);
        var results = await FulfillAsync(
            given,
            Add(given, "Nul", ("sn", "Odd"), ("description", "a\0b")),
            Add(given, "N\0", ("sn", "Odd")),
            Add(given, "Good", ("sn", "Odd"), ("description", "good")));
        Assert.Equal([false, false, true], results.Select(r => r.Executed));
        Assert.Contains("The value of 'description' holds a NUL character", results[0].Message, StringComparison.Ordinal);
        Assert.Contains("The value of 'cn' holds a NUL character", results[1].Message, StringComparison.Ordinal);

        // Somebody else may have written it.
        given.Change($"cn=Good,{given.Unit}", "replace: description\ndescription:: YQBi");
        await given.ExportAsync(complete: true);
        Assert.Equal("YQBi", given.Rows().Single(r => r["sn"] == "Odd")["description"]);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Show5_PhotoOfTenMegabytes_IsWritten_Exported_AndNotWrittenAgain(string server)
    {
        using var given = On(server);
        var photo = RandomNumberGenerator.GetBytes(10 * 1024 * 1024);
        var text = Convert.ToBase64String(photo);
        var added = Assert.Single(await FulfillAsync(given, Add(given, "Ada", ("sn", "Photo"), ("photo", text))));
        Assert.True(added.Executed, added.Message);
        await given.ExportAsync(complete: true);
        Assert.Equal(text, given.Rows().Single(r => r["sn"] == "Photo")["jpegPhoto"]);

        var stamp = server == "samba" ? "uSNChanged" : "entryCSN";
        var before = given.Server.Search(given.Unit, "(cn=Ada)", stamp);
        var again = Order(OrderChangeType.Modified, Named($"cn=Ada,{given.Unit}"), new JsonObject { ["photo"] = text });
        Assert.True(Assert.Single(await FulfillAsync(given, again)).Executed);
        Assert.Equal(before, given.Server.Search(given.Unit, "(cn=Ada)", stamp));
    }

    [Fact]
    public async Task Show5_ReferralWithinTheTree_IsToldAndTheRestIsExported()
    {
        foreach (var given in new[] { GivenServer.Ldap(), GivenServer.OpenLdap() })
        {
            using (given)
            {
                given.Person("Ada");
                Elsewhere(given);
                await given.ExportAsync(complete: true);
                Assert.Equal([".", "cn=Ada"], given.Rows().Select(r => given.Short(r["dn"])).Order(StringComparer.Ordinal));
                Assert.Contains(given.Given.Reporter.Messages, m => m.Contains("1 parts of the tree below", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Show5_ReferralOfTheWholeBase_OrOfAnOrder_NamesTheOtherServer()
    {
        using var given = GivenServer.Ldap(tables: """{ "Table": "entries", "BaseDN": "ou=Elsewhere,$UNIT" }""");
        Elsewhere(given);
        var failure = await given.Given.ExportFailsAsync();
        Assert.Contains("another server has it: ldap://other.contoso.com/", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was taken; name that server in the settings", failure.Message, StringComparison.Ordinal);

        var order = Add(given, "Ada", ("sn", "A"));
        order.Changes["parent"] = Named($"ou=Elsewhere,{given.Unit}");
        var change = Order(OrderChangeType.Modified, Named($"cn=Bob,ou=Elsewhere,{given.Unit}"), new JsonObject { ["sn"] = "B" });
        foreach (var result in await FulfillAsync(given, order, change))
        {
            Assert.False(result.Executed);
            Assert.Contains("another server has it: ldap://other.contoso.com/", result.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Show5_SizeLimit_OfContentSynchronization_IsAnError_AndLeavesNothing()
    {
        using var limited = OpenLdapServer.Start(access: "sizelimit 2");
        using var given = GivenServer.OpenLdap(limited);
        given.Person("Ada");
        given.Person("Bob");
        given.Person("Cy");
        given.UseServer(limited.Address);
        var failure = await given.Given.ExportFailsAsync();
        Assert.Contains("sizeLimitExceeded", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was taken; raise the server's size limit for this account.", failure.Message, StringComparison.Ordinal);
        Assert.Empty(given.Given.ExportedFiles);
    }

    private static GivenServer On(string server)
    {
        if (server != "samba")
        {
            return GivenServer.Ldap(extra: ", \"TimeOut\": 300");
        }

        var given = GivenServer.ActiveDirectory();
        given.Groups.Mapping!.UseClasses("group");
        return given;
    }

    private static void Elsewhere(GivenServer given) => given.Server.Modify(
        $"dn: ou=Elsewhere,{given.Unit}\nchangetype: add\nobjectClass: referral\nobjectClass: extensibleObject\nou: Elsewhere\nref: ldap://other.contoso.com/ou=Elsewhere,{given.Unit}\n", "-M");
}
