using Muster.Connectors.Contract;
using Muster.Servers;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>What <c>connector check</c> and <c>connector schema</c> say of real servers.</summary>
public sealed class ExaminationTests
{
    [Fact]
    public async Task Check_OfAConnectionThatWorks_FindsNothingMissing()
    {
        foreach (var given in new[] { GivenServer.OpenLdap(), GivenServer.Ldap() })
        {
            using (given)
            {
                given.Person("Ada");
                Assert.All(await CheckAsync(given), f => Assert.True(f.IsGood, f.Text));
            }
        }
    }

    [Fact]
    public async Task Check_SaysWhatIsMissing_AndNoSecret()
    {
        using var given = GivenServer.OpenLdap();
        given.Given.WithSettings(
            $"\"Server\": \"{OpenLdapServer.Shared.Address}\", \"DistinguishedName\": \"{given.Unit}\", \"Login\": \"{OpenLdapServer.Login}\", \"Password\": \"Canary-9\"");
        var refused = Assert.Single(await CheckAsync(given));
        Assert.False(refused.IsGood);
        Assert.Contains("refuses", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Canary-9", refused.Text, StringComparison.Ordinal);

        given.Given.WithSettings(
            $"\"Server\": \"{OpenLdapServer.Shared.Address}\", \"DistinguishedName\": \"ou=nowhere,{given.Unit}\", \"Login\": \"{OpenLdapServer.Login}\", \"Password\": \"{OpenLdapServer.Password}\"");
        Assert.Contains(await CheckAsync(given), f => !f.IsGood && f.Text.Contains("There is no entry 'ou=nowhere", StringComparison.Ordinal));

        given.Given.WithSettings("\"Server\": \"a b\", \"DistinguishedName\": \"dc=x\"");
        Assert.Contains("is not the name of a server", Assert.Single(await CheckAsync(given)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_HasTheAttributesWithTheirTypes()
    {
        using var given = GivenServer.OpenLdap();
        var columns = await new ConnectionExaminer(given.Given.Settings, ConnectorRegistry.Default).ReadSchemaAsync(given.Given.Connection, CancellationToken.None);
        Assert.Contains(new SchemaColumn("dn", "String", false), columns);
        Assert.Contains(new SchemaColumn("member", "String", true), columns);
        Assert.Contains(new SchemaColumn("jpegPhoto", "Bytes", true), columns);
        Assert.Contains(new SchemaColumn("entryUUID", "Guid", false), columns);
        Assert.Contains(new SchemaColumn("createTimestamp", "DateTime", false), columns);
    }

    private static Task<IReadOnlyList<ConnectionFinding>> CheckAsync(GivenServer given) =>
        new ConnectionExaminer(given.Given.Settings, ConnectorRegistry.Default).CheckAsync(given.Given.Connection, CancellationToken.None);
}
