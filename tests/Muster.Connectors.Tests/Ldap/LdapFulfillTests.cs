using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Servers;
using static Muster.Connectors.Tests.Ldap.GivenOrders;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>Fulfilment on a real OpenLDAP server (synchronization.md 15.1); what is written is read back with <c>ldapsearch</c>.</summary>
public sealed class LdapFulfillTests
{
    [Fact]
    public async Task Addition_WritesTheEntry_AndGivesItsKeys()
    {
        using var given = GivenServer.Ldap();
        var result = Assert.Single(await FulfillAsync(given, Add(given, "Ada", ("sn", "Lovelace"), ("mail", "a@x\nb@x"), ("photo", "/9gAAQ=="), ("employeeType", "7"))));

        Assert.True(result.Executed, result.Message);
        Assert.Equal($"cn=Ada,{given.Unit}", result.Keys["dn"]);
        var found = given.Server.Search(given.Unit, "(cn=Ada)", "*", "entryUUID");
        Assert.Contains($"dn: cn=Ada,{given.Unit}\n", found, StringComparison.Ordinal);
        Assert.Contains("objectClass: top\nobjectClass: inetOrgPerson\n", found, StringComparison.Ordinal);
        Assert.Contains("sn: Lovelace\n", found, StringComparison.Ordinal);
        Assert.Contains("mail: a@x\nmail: b@x\n", found, StringComparison.Ordinal);
        Assert.Contains("jpegPhoto:: /9gAAQ==\n", found, StringComparison.Ordinal);
        Assert.Contains($"entryUUID: {new Guid(result.Keys["uuid"])}\n", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" Ada, \"the\" <first>; #1 + 1 = 2 \\ ")]
    [InlineData("#leading")]
    [InlineData("*)(cn=*")]
    [InlineData("Zoë Müller 漢字")]
    [InlineData("tab\tand\u0001control")]
    public async Task Names_WithAnyCharacters_AreEscaped_AndFoundAgain(string cn)
    {
        using var given = GivenServer.Ldap();
        var added = Assert.Single(await FulfillAsync(given, Add(given, cn, ("sn", "Odd"))));
        Assert.True(added.Executed, added.Message);
        await given.ExportAsync(complete: true);
        var row = given.Rows().Single(r => r["sn"] == "Odd");
        Assert.Equal(cn.Trim(), row["cn"].Trim());

        var resource = new JsonObject { ["Id"] = "1", ["dn"] = row["dn"], ["uuid"] = row["entryUUID"] };
        var changed = Assert.Single(await FulfillAsync(given, Order(OrderChangeType.Modified, resource, new JsonObject { ["sn"] = "Even" })));
        Assert.True(changed.Executed, changed.Message);
        Assert.Contains("sn: Even\n", given.Server.Search(given.Unit, "(sn=Even)"), StringComparison.Ordinal);
        Assert.True(Assert.Single(await FulfillAsync(given, Order(OrderChangeType.Deleted, resource, []))).Executed);
        Assert.DoesNotContain("Even", given.Server.Search(given.Unit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_WritesOnlyWhatDiffers_AndNullDeletes()
    {
        using var given = GivenServer.Ldap();
        var dn = given.Person("Ada", more: "mail: a@x\ndescription: old\n");
        var before = given.Server.Search(dn, "(objectClass=*)", "entryCSN");

        // Ask 9: what is there already is not written.
        Assert.True(Assert.Single(await FulfillAsync(given, Order(OrderChangeType.Modified, Named(dn), new JsonObject { ["sn"] = "Ada", ["mail"] = "a@x" }))).Executed);
        Assert.Equal(before, given.Server.Search(dn, "(objectClass=*)", "entryCSN"));

        Assert.True(Assert.Single(await FulfillAsync(given, Order(
            OrderChangeType.Modified, Named(dn), new JsonObject { ["sn"] = "Lovelace", ["description"] = null, ["mail"] = "b@x\nc@x" }))).Executed);
        var found = given.Server.Search(dn);
        Assert.Contains("sn: Lovelace\n", found, StringComparison.Ordinal);
        Assert.DoesNotContain("description", found, StringComparison.Ordinal);
        Assert.DoesNotContain("a@x", found, StringComparison.Ordinal);
        Assert.Contains("mail: b@x\nmail: c@x\n", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenameAndMove_InOneOrder_AndAgain()
    {
        // Asks 15 and 16.
        using var given = GivenServer.Ldap();
        var from = given.Person("Ada");
        var unit = given.NewUnit("Former");
        var group = given.Group("Crew", from);
        var order = Order(OrderChangeType.Modified, Named(from), new JsonObject { ["cn"] = "Augusta", ["parent"] = Named(unit), ["sn"] = "King" });

        var first = Assert.Single(await FulfillAsync(given, order));
        var second = Assert.Single(await FulfillAsync(given, order));

        Assert.True(first.Executed, first.Message);
        Assert.True(second.Executed, second.Message);
        Assert.Equal($"cn=Augusta,{unit}", second.Keys["dn"]);
        var found = given.Server.Search(given.Unit, "(sn=King)");
        Assert.Contains($"dn: cn=Augusta,{unit}\n", found, StringComparison.Ordinal);
        Assert.DoesNotContain("cn: Ada", found, StringComparison.Ordinal);
        given.Server.Settle();
        Assert.Contains($"member: cn=Augusta,{unit}\n", given.Server.Search(group), StringComparison.Ordinal);
    }

    /// <summary>A server whose references never follow stands for one that has not come so far: slapd rewrites them in the background.</summary>
    [Fact]
    public async Task RemovedMember_ThatWasRenamedInTheSameRun_IsGoneUnderItsFormerNameToo()
    {
        using var server = OpenLdapServer.Start(hasReferentialIntegrity: false);
        using var given = GivenServer.Ldap(server);
        var (ada, bob, zed) = (given.Person("Ada"), given.Person("Bob"), given.Person("Zed"));
        var unit = given.NewUnit("Former");
        var (crew, guests) = (given.Group("Crew", ada, bob, zed), given.Group("Guests", ada, bob, zed));
        var left = Order(
            OrderChangeType.Modified,
            Named(ada),
            new JsonObject { ["parent"] = Named(unit), ["groups_remove"] = new JsonArray(Named(crew)) });
        var renamed = Order(OrderChangeType.Modified, Named(bob), new JsonObject { ["cn"] = "Robert" });
        var removed = Order(
            OrderChangeType.Modified, Named(guests), new JsonObject { ["members_remove"] = new JsonArray(Named(bob)) }, "Groups");

        // Somebody else takes the free name, and is a member under it.
        var married = Order(OrderChangeType.Modified, Named(zed), new JsonObject { ["cn"] = "Zoe" });
        var other = Add(given, "Zed", ("sn", "Other"));
        other.Changes["groups_add"] = new JsonArray(Named(guests));
        var last = Order(OrderChangeType.Modified, Named($"cn=Zoe,{given.Unit}"), new JsonObject { ["groups_remove"] = new JsonArray(Named(guests)) });
        foreach (var orders in new ProvisioningOrder[][] { [left], [renamed, removed], [married, other, last] })
        {
            Assert.All(await FulfillAsync(given, orders), r => Assert.True(r.Executed, r.Message));
        }

        Assert.Equal([bob, zed], Members(crew));
        Assert.Equal([ada, zed], Members(guests));

        IEnumerable<string> Members(string group) =>
            given.Server.Search(group).Split('\n').Where(l => l.StartsWith("member: ", StringComparison.Ordinal)).Select(l => l["member: ".Length..]).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Members_AreAddedAndRemovedOneByOne_AndAgainIsNoError()
    {
        using var given = GivenServer.Ldap();
        var (ada, bob, cy) = (given.Person("Ada"), given.Person("Bob"), given.Person("Cy"));
        var group = given.Group("Crew", ada);
        var order = Order(
            OrderChangeType.Modified,
            Named(group),
            new JsonObject { ["members_add"] = new JsonArray(Named(bob), Named(ada), Named(cy)), ["members_remove"] = new JsonArray(Named($"cn=Nobody,{given.Unit}")) },
            "Groups");

        Assert.All((OrderResult[])[.. await FulfillAsync(given, order), .. await FulfillAsync(given, order)], r => Assert.True(r.Executed, r.Message));

        var found = given.Server.Search(group);
        Assert.Equal(3, found.Split("member: ").Length - 1);
        Assert.Contains($"member: {bob}\n", found, StringComparison.Ordinal);
        var removed = Assert.Single(await FulfillAsync(given, Order(
            OrderChangeType.Modified, Named(group), new JsonObject { ["members_remove"] = new JsonArray(Named(ada)) }, "Groups")));
        Assert.True(removed.Executed);
        Assert.DoesNotContain($"member: {ada}\n", given.Server.Search(group), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backlink_IsWrittenAtTheOtherEntry()
    {
        using var given = GivenServer.Ldap();
        var ada = given.Person("Ada");
        var group = given.Group("Crew", ada);
        var order = Add(given, "Bob", ("sn", "B"));
        order.Changes["groups_add"] = new JsonArray(Named(group));
        var added = Assert.Single(await FulfillAsync(given, order));
        Assert.True(added.Executed, added.Message);
        Assert.Contains($"member: cn=Bob,{given.Unit}\n", given.Server.Search(group), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repeats_OfABatchWhoseResultsWereLost_ChangeNothing()
    {
        // Ask 15: crash after the target accepted and before we recorded it.
        using var given = GivenServer.Ldap();
        var group = given.Group("Crew", given.Person("Zed"));
        var orders = Enumerable.Range(0, 30)
            .Select(i => Add(given, string.Create(CultureInfo.InvariantCulture, $"P{i}"), ("sn", "Many"))).ToArray();
        var link = Order(OrderChangeType.Modified, Named(group), new JsonObject { ["members_add"] = new JsonArray(Named($"cn=P3,{given.Unit}")) }, "Groups");
        var first = await FulfillAsync(given, [.. orders, link]);
        var before = given.Server.Search(given.Unit, "(objectClass=*)", "*", "entryUUID");

        var second = await FulfillAsync(given, [.. orders, link]);

        Assert.All(first.Concat(second), r => Assert.True(r.Executed, r.Message));
        Assert.Equal(orders.Select(o => o.Id).Append(link.Id), second.Select(r => r.OrderId));
        Assert.Equal(first.Take(30).Select(r => r.Keys["uuid"]), second.Take(30).Select(r => r.Keys["uuid"]));
        Assert.Equal(before, given.Server.Search(given.Unit, "(objectClass=*)", "*", "entryUUID"));
    }

    [Fact]
    public async Task EntryThatExists_AndIsNotTheOrdersOwn_IsAnError()
    {
        using var given = GivenServer.Ldap();
        given.Person("Ada");
        var result = Assert.Single(await FulfillAsync(given, Add(given, "Ada", ("sn", "Ada"))));
        Assert.False(result.Executed);
        Assert.Equal($"The entry 'cn=Ada,{given.Unit}' exists already.", result.Message);
    }

    [Fact]
    public async Task OneBadOrder_DoesNotStopTheOthers_AndSaysWhatTheServerSays()
    {
        // Ask 8.
        using var given = GivenServer.Ldap();
        var bad = Add(given, "Bad");
        var results = await FulfillAsync(given, Add(given, "Ada", ("sn", "A")), bad, Add(given, "Bob", ("sn", "B")));
        Assert.Equal([true, false, true], results.Select(r => r.Executed));
        Assert.Contains($"cn=Bad,{given.Unit}", results[1].Message, StringComparison.Ordinal);
        Assert.Contains("objectClassViolation (object class 'inetOrgPerson' requires attribute 'sn')", results[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OrdersOfOneEntry_RunInTheirSequence()
    {
        using var given = GivenServer.Ldap();
        var orders = new List<ProvisioningOrder>();
        for (var i = 0; i < 10; i++)
        {
            var cn = string.Create(CultureInfo.InvariantCulture, $"P{i}");
            var dn = $"cn={cn},{given.Unit}";
            orders.Add(Add(given, cn, ("sn", "0")));
            orders.AddRange(Enumerable.Range(1, 5).Select(step => Order(
                OrderChangeType.Modified, Named(dn), new JsonObject { ["sn"] = step.ToString(CultureInfo.InvariantCulture) })));
            orders.Add(Order(OrderChangeType.Modified, Named(dn), new JsonObject { ["cn"] = cn + "x" }));
            orders.Add(Order(OrderChangeType.Modified, Named(dn), new JsonObject { ["cn"] = cn }));
            orders.Add(Order(OrderChangeType.Modified, Named(dn), new JsonObject { ["cn"] = cn + "x", ["description"] = "after the new name" }));
        }

        Assert.All(await FulfillAsync(given, [.. orders]), r => Assert.True(r.Executed, r.Message));
        var found = given.Server.Search(given.Unit, "(&(sn=5)(description=after the new name))", "1.1");
        Assert.Equal(10, found.Split("x," + given.Unit).Length - 1);
    }

    [Fact]
    public async Task Deletion_TakesThoseBelowAlong_OnlyIfItMay_AndAgainIsASuccess()
    {
        using var given = GivenServer.Ldap();
        var unit = given.NewUnit("Ship");
        given.Person("Ada", below: given.NewUnit("Inner", unit));
        var order = Order(OrderChangeType.Deleted, Named(unit), []);

        var refused = Assert.Single(await FulfillAsync(given, order));
        Assert.False(refused.Executed);
        Assert.Contains("UseTreeDelete", refused.Message, StringComparison.Ordinal);

        given.Accounts.Mapping!.AllowTreeDelete();
        Assert.True(Assert.Single(await FulfillAsync(given, order)).Executed);
        Assert.True(Assert.Single(await FulfillAsync(given, order)).Executed);
        Assert.DoesNotContain("Ship", given.Server.Search(given.Unit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatIsNotThere_LeavesTheOrdersWaiting()
    {
        using var given = GivenServer.Ldap(address: $"127.0.0.1:{ServerProcess.FreePort()}");
        var failure = await Assert.ThrowsAsync<TaskFailedException>(() => FulfillAsync(given, Add(given, "Ada", ("sn", "A"))));
        Assert.Contains("wait for the next run", failure.Message, StringComparison.Ordinal);
    }
}
