using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Connectors.Tests.Ldap;
using Muster.Servers;
using static Muster.Connectors.Tests.Ldap.GivenOrders;

namespace Muster.Connectors.Tests.ActiveDirectory;

/// <summary>Issue 5, fulfilment, on a real domain controller: account flags, sequences, repeats of whole batches. Read back with <c>ldapsearch</c>.</summary>
public sealed class DomainFulfillTests
{
    [Fact]
    public async Task Bits_OfTheAccountsFlags_AreChangedInTheValueThatIsThere()
    {
        using var given = Domain();
        given.AddProperty("isDisabled", "bit_userAccountControl_2", "bit:userAccountControl:2");
        given.AddProperty("neverExpires", "bit_userAccountControl_17", "bit:userAccountControl:17");
        var added = Assert.Single(await FulfillAsync(given, User(given, "Ada")));
        Assert.True(added.Executed, added.Message);
        Assert.Equal("512", ControlOf(given, "Ada"));

        await ModifyAsync(given, added, ("isDisabled", "1"), ("neverExpires", "1"));
        Assert.Equal("66050", ControlOf(given, "Ada"));
        var before = given.Server.Search(given.Unit, "(cn=Ada)", "uSNChanged");
        await ModifyAsync(given, added, ("isDisabled", "1"));
        Assert.Equal(before, given.Server.Search(given.Unit, "(cn=Ada)", "uSNChanged"));
        await ModifyAsync(given, added, ("isDisabled", "0"));
        Assert.Equal("66048", ControlOf(given, "Ada"));
    }

    [Fact]
    public async Task Change_WritesOnlyWhatDiffers()
    {
        using var given = Domain();
        var added = Assert.Single(await FulfillAsync(given, User(given, "Ada", ("sn", "Lovelace"), ("description", "d"))));
        var before = given.Server.Search(given.Unit, "(cn=Ada)", "uSNChanged");
        await ModifyAsync(given, added, ("sn", "Lovelace"), ("description", "d"));
        Assert.Equal(before, given.Server.Search(given.Unit, "(cn=Ada)", "uSNChanged"));
        await ModifyAsync(given, added, ("sn", "King"), ("description", null));
        Assert.Contains("sn: King\n", given.Server.Search(given.Unit, "(cn=Ada)", "sn", "description"), StringComparison.Ordinal);
        Assert.DoesNotContain("description", given.Server.Search(given.Unit, "(cn=Ada)", "sn", "description"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OrdersOfOneEntry_RunInTheirSequence_WhileOthersRunBeside()
    {
        using var given = Domain();
        var orders = new List<ProvisioningOrder>();
        for (var i = 0; i < 6; i++)
        {
            var cn = string.Create(CultureInfo.InvariantCulture, $"P{i}");
            var dn = $"CN={cn},{given.Unit}";
            orders.Add(User(given, cn, ("sn", "0")));
            orders.AddRange(Enumerable.Range(1, 4).Select(step => Order(
                OrderChangeType.Modified, Named(dn), new JsonObject { ["sn"] = step.ToString(CultureInfo.InvariantCulture) })));
            orders.Add(Order(OrderChangeType.Modified, Named(dn), new JsonObject { ["cn"] = cn + "x" }));
            orders.Add(Order(OrderChangeType.Modified, Named(dn), new JsonObject { ["description"] = "after the new name" }));
        }

        Assert.All(await FulfillAsync(given, [.. orders]), r => Assert.True(r.Executed, r.Message));
        Assert.Equal(6, given.Server.Search(given.Unit, "(&(cn=P*x)(sn=4)(description=after the new name))", "1.1").Split("dn: ").Length - 1);
    }

    [Fact]
    public async Task Repeats_OfABatchWhoseResultsWereLost_ChangeNothing()
    {
        // Ask 15: accounts with passwords, in groups, and renamed, all of it a second time.
        using var given = Domain();
        var group = given.Added($"CN=Crew,{given.Unit}", $"objectClass: group\nsAMAccountName: {$"g{Guid.NewGuid():N}"[..20]}\n");
        var orders = new List<ProvisioningOrder>();
        for (var i = 0; i < 8; i++)
        {
            var order = User(given, string.Create(CultureInfo.InvariantCulture, $"P{i}"), ("sn", "Many"));
            order.Changes["groups_add"] = new JsonArray(Named(group));
            orders.Add(order);
        }

        orders.Add(Order(OrderChangeType.Modified, Named($"CN=P3,{given.Unit}"), new JsonObject { ["sn"] = "Changed" }));
        var first = await FulfillAsync(given, [.. orders]);
        Assert.All(first, r => Assert.True(r.Executed, r.Message));
        var before = given.Server.Search(given.Unit, "(objectClass=*)", "*", "pwdLastSet");

        // The first order of P3 meets what the last one made of it: that is not its own any more, and it says so.
        var second = await FulfillAsync(given, [.. orders]);
        Assert.Equal([3], second.Select((r, index) => (r, index)).Where(r => !r.r.Executed).Select(r => r.index));
        Assert.Contains("exists already", second[3].Message, StringComparison.Ordinal);
        Assert.Equal(before, given.Server.Search(given.Unit, "(objectClass=*)", "*", "pwdLastSet"));
        Assert.Equal(8, given.Server.Search(group, "(objectClass=*)", "member").Split("member: ").Length - 1);
    }

    [Fact]
    public async Task PermissiveModify_IsTaken_ByBothServers()
    {
        foreach (var given in new[] { Domain(), GivenServer.Ldap() })
        {
            using (given)
            {
                ((Dictionary<string, string>)given.Accounts.Mapping!.Settings)["UsePermissiveModify"] = "true";
                ((Dictionary<string, string>)given.Groups.Mapping!.Settings)["UsePermissiveModify"] = "true";
                var isDomain = given.Key == "objectGUID";
                var added = Assert.Single(await FulfillAsync(
                    given, isDomain ? User(given, "Ada", ("sn", "A")) : Add(given, "Ada", ("sn", "A"))));
                Assert.True(added.Executed, added.Message);
                var dn = added.Keys["dn"];
                var group = isDomain
                    ? given.Added($"CN=Crew,{given.Unit}", $"objectClass: group\nsAMAccountName: {$"g{Guid.NewGuid():N}"[..20]}\nmember: {dn}\n")
                    : given.Group("Crew", dn, $"cn=Other,{given.Unit}");
                await ModifyAsync(given, added, ("sn", "B"), ("description", "d"));
                Assert.Contains("sn: B\n", given.Server.Search(given.Unit, "(cn=Ada)", "sn"), StringComparison.Ordinal);
                foreach (var change in new[] { "members_add", "members_remove", "members_remove" })
                {
                    var result = Assert.Single(await FulfillAsync(given, Order(
                        OrderChangeType.Modified, Named(group), new JsonObject { [change] = new JsonArray(Named(dn)) }, "Groups")));
                    Assert.True(result.Executed, result.Message);
                }

                Assert.DoesNotContain($"member: {dn}\n", given.Server.Search(group, "(objectClass=*)", "member"), StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    private static async Task ModifyAsync(GivenServer given, OrderResult added, params (string Property, string? Value)[] values)
    {
        var resource = new JsonObject { ["Id"] = "1", ["dn"] = added.Keys["dn"], ["uuid"] = added.Keys["uuid"] };
        var changes = new JsonObject();
        foreach (var (property, value) in values)
        {
            changes[property] = value;
        }

        var result = Assert.Single(await FulfillAsync(given, Order(OrderChangeType.Modified, resource, changes)));
        Assert.True(result.Executed, result.Message);
    }

    private static string ControlOf(GivenServer given, string cn) =>
        given.Server.Search(given.Unit, $"(cn={cn})", "userAccountControl").Split("userAccountControl: ")[1].Split('\n')[0];

    /// <summary>A domain whose new accounts have passwords.</summary>
    private static GivenServer Domain()
    {
        var given = GivenServer.ActiveDirectory(", \"EnableSSL\": true, \"TrustedCertificates\": \"authority.pem\"");
        given.Given.Write("authority.pem", File.ReadAllText(SambaServer.Shared.Authority));
        given.Accounts.Mapping!.UseClasses("user");
        given.Accounts.Mapping!.UsePassword(GeneratedPasswords);
        given.AddProperty("login", "sAMAccountName");
        return given;
    }
}
