using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using static Muster.Connectors.Tests.Ldif.GivenDirectory;

namespace Muster.Connectors.Tests.Ldif;

/// <summary>Entries that no order touches are copied from the file; what is not written as Muster writes it is brought into that form.</summary>
public sealed class DirectoryRewriteTests
{
    private const string Top = "dn: dc=x\nobjectClass: domain\ndc: x\n\n";

    [Theory]
    [InlineData("dn: cn=a,dc=x\r\ncn: a\r\nsn: b\r\n\r\n", "dn: cn=a,dc=x\ncn: a\nsn: b\n\n")]
    [InlineData("dn: cn=a,dc=x\ncn: a\n# inside\nsn: b\n\n", "dn: cn=a,dc=x\ncn: a\nsn: b\n\n")]
    [InlineData("# before\ndn: cn=a,dc=x\ncn: a\n# behind\n\n\n\n", "dn: cn=a,dc=x\ncn: a\n\n")]
    [InlineData("DN: cn=a,\n dc=x\ncn:a\nsn:   b\n\n", "dn: cn=a,dc=x\ncn: a\nsn: b\n\n")]
    [InlineData("dn: cn=a,dc=x\nchangetype: add\ncn: a\n\n", "dn: cn=a,dc=x\ncn: a\n\n")]
    [InlineData("dn:: Y249YSxkYz14\ncn:: YQ==\nsn: Zoë\n\n", "dn: cn=a,dc=x\ncn: a\nsn:: Wm/Dqw==\n\n")]
    [InlineData("dn: cn=a,dc=x\ncn: a\nempty: \nempty:\nspace: b \n\n", "dn: cn=a,dc=x\ncn: a\nempty: \nempty: \nspace:: YiA=\n\n")]
    [InlineData("dn: cn=a,dc=x\ncn: a", "dn: cn=a,dc=x\ncn: a\n\n")]
    public async Task Rewrite_UntouchedEntry_HasTheUsualForm(string written, string expected)
    {
        foreach (var start in new[] { "", "\ufeff", "version: 1\n", "version: 1\n\n", "\ufeff# é\nversion: 1\r\n\r\n" })
        {
            using var directory = new GivenDirectory(start + Top + written);

            await directory.SucceedsAsync(Order(OrderChangeType.Modified, "dc=x", new() { ["sn"] = "new" }));

            Assert.Equal($"version: 1\n\ndn: dc=x\nobjectClass: domain\ndc: x\nsn: new\n\n{expected}", directory.File);
        }
    }

    [Fact]
    public async Task Rename_EntryWithMissingOnesBetween_TakesThoseFarBelowWithIt()
    {
        using var directory = new GivenDirectory(Top + "dn: ou=a,dc=x\nou: a\n\ndn: cn=far,ou=missing,ou=a,dc=x\ncn: far\nmanager: OU=A, dc=x\n\n");

        await directory.SucceedsAsync(Order(OrderChangeType.Modified, "ou=a,dc=x", new() { ["dn"] = "ou=b,dc=x" }, "Groups"));

        Assert.EndsWith("dn: ou=b,dc=x\nou: b\n\ndn: cn=far,ou=missing,ou=b,dc=x\ncn: far\nmanager: ou=b,dc=x\n\n", directory.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rename_ThereAndBackAndOthersIntoTheName_LeavesEachReferenceWithItsEntry()
    {
        using var directory = new GivenDirectory();
        const string ada = "cn=Ada Lovelace,ou=People,dc=contoso,dc=com";
        const string bob = "cn=Bob,ou=People,dc=contoso,dc=com";

        var results = await directory.FulfillAsync(
            Order(OrderChangeType.Modified, ada, new() { ["cn"] = "Ada King" }),
            Order(OrderChangeType.Modified, bob, new() { ["cn"] = "Ada Lovelace" }),
            Order(OrderChangeType.Modified, "cn=Ada King,ou=People,dc=contoso,dc=com", new() { ["cn"] = "Bob" }));

        Assert.All(results, r => Assert.True(r.Executed, r.Message));
        Assert.Contains("dn: cn=Bob,ou=People,dc=contoso,dc=com\nobjectClass: top\nobjectClass: inetOrgPerson\ncn: Bob\nsn: Lovelace\n", directory.File, StringComparison.Ordinal);
        Assert.Contains("sn: Babbage\nmanager: cn=Bob,ou=People,dc=contoso,dc=com\n", directory.File, StringComparison.Ordinal);
        Assert.Contains($"member: {bob}\nmember: {ada}\n\n", directory.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modify_EntryThatTheBatchDeletedUnderItsNewName_IsRefused()
    {
        using var directory = new GivenDirectory();
        const string ada = "cn=Ada Lovelace,ou=People,dc=contoso,dc=com";

        var results = await directory.FulfillAsync(
            Order(OrderChangeType.Modified, ada, new() { ["cn"] = "Ada King" }),
            Order(OrderChangeType.Deleted, "cn=Ada King,ou=People,dc=contoso,dc=com", new JsonObject()),
            Order(OrderChangeType.Modified, ada, new() { ["sn"] = "x" }));

        Assert.Equal([true, true, false], results.Select(r => r.Executed));
    }
}
