using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Connectors.Tests.Ldap;
using static Muster.Connectors.Tests.Ldap.GivenOrders;

namespace Muster.Connectors.Tests.ActiveDirectory;

/// <summary>Fulfilment on a real domain controller (synchronization.md 15.1); what is written is read back with <c>ldapsearch</c>.</summary>
public sealed class ActiveDirectoryFulfillTests
{
    [Fact]
    public async Task Addition_Change_Move_AndDeletion_OfAContact()
    {
        using var given = GivenServer.ActiveDirectory();
        given.Accounts.Mapping!.UseClasses("contact");
        var unit = given.NewUnit("Former");
        var added = Assert.Single(await FulfillAsync(
            given, Add(given, "Lovelace, Ada", ("sn", "Lovelace"), ("description", "first"))));
        Assert.True(added.Executed, added.Message);
        Assert.Equal($"cn=Lovelace\\, Ada,{given.Unit}", added.Keys["dn"], ignoreCase: true);
        Assert.Matches("^[0-9a-f]{32}$", added.Keys["uuid"]);

        // The name in the order is an old one; the identifier finds the entry.
        var resource = new JsonObject { ["Id"] = "1", ["dn"] = $"CN=Somebody,{given.Unit}", ["uuid"] = added.Keys["uuid"] };
        var order = Order(
            OrderChangeType.Modified, resource, new JsonObject { ["cn"] = "Ada King", ["parent"] = Named(unit), ["description"] = null });
        foreach (var result in (OrderResult[])[.. await FulfillAsync(given, order), .. await FulfillAsync(given, order)])
        {
            Assert.True(result.Executed, result.Message);
            Assert.Equal($"cn=Ada King,{unit}", result.Keys["dn"], ignoreCase: true);
        }

        var found = given.Server.Search(unit, "(sn=Lovelace)");
        Assert.Contains($"dn: cn=Ada King,{unit}\n", found, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("description", found, StringComparison.Ordinal);

        var deletion = Order(OrderChangeType.Deleted, resource, []);
        Assert.All((OrderResult[])[.. await FulfillAsync(given, deletion), .. await FulfillAsync(given, deletion)], r => Assert.True(r.Executed, r.Message));
        Assert.DoesNotContain("Lovelace", given.Server.Search(given.Unit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_AreAddedAndRemovedOneByOne_AndAgainIsNoError()
    {
        using var given = GivenServer.ActiveDirectory();
        var ada = given.Added($"CN=Ada,{given.Unit}", "objectClass: contact\n");
        var bob = given.Added($"CN=Bob,{given.Unit}", "objectClass: contact\n");
        var group = given.Added($"CN=Crew,{given.Unit}", $"objectClass: group\nsAMAccountName: crewF{given.Unit.Split(',')[0][3..]}\nmember: {ada}\n");
        var order = Order(
            OrderChangeType.Modified,
            Named(group),
            new JsonObject { ["members_add"] = new JsonArray(Named(bob), Named(ada)) },
            "Groups");
        var removal = Order(
            OrderChangeType.Modified, Named(group), new JsonObject { ["members_remove"] = new JsonArray(Named(ada)) }, "Groups");

        foreach (var repeated in new[] { order, order, removal, removal })
        {
            var result = Assert.Single(await FulfillAsync(given, repeated));
            Assert.True(result.Executed, result.Message);
        }

        var found = given.Server.Search(group, "(objectClass=*)", "member");
        Assert.Contains($"member: {bob}\n", found, StringComparison.Ordinal);
        Assert.DoesNotContain($"member: {ada}\n", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TreeDelete_TakesThoseBelowAlong()
    {
        using var given = GivenServer.ActiveDirectory();
        var unit = given.NewUnit("Ship");
        given.Added($"CN=Ada,{given.NewUnit("Inner", unit)}", "objectClass: contact\n");
        var order = Order(OrderChangeType.Deleted, Named(unit), []);
        Assert.False(Assert.Single(await FulfillAsync(given, order)).Executed);
        given.Accounts.Mapping!.AllowTreeDelete();
        var result = Assert.Single(await FulfillAsync(given, order));
        Assert.True(result.Executed, result.Message);
        Assert.DoesNotContain("Ship", given.Server.Search(given.Unit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheServerRefuses_IsSaidWithTheEntryAndTheReason()
    {
        using var given = GivenServer.ActiveDirectory();
        given.Accounts.Mapping!.UseClasses("nonsense");
        var result = Assert.Single(await FulfillAsync(given, Add(given, "Ada")));
        Assert.False(result.Executed);
        Assert.Contains($"The server refuses the creation of 'cn=Ada,{given.Unit}': ", result.Message, StringComparison.Ordinal);
    }
}
