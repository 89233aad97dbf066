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

    [Fact]
    public async Task Refresh_WritesTheSchemaDown_AndSaysWhatChanged()
    {
        foreach (var given in new[] { GivenServer.OpenLdap(), GivenServer.Ldap(), GivenServer.ActiveDirectory() })
        {
            using (given)
            {
                var examiner = new ConnectionExaminer(given.Given.Settings, ConnectorRegistry.Default);
                var work = given.Given.Folders.Work;
                var first = await examiner.RefreshSchemaAsync(given.Given.Connection, work, CancellationToken.None);
                Assert.True(first is { IsNew: true, IsChanged: true, Columns: > 100, Missing.Count: 0 });
                Assert.False((await examiner.RefreshSchemaAsync(given.Given.Connection, work, CancellationToken.None)).IsChanged);

                // It is a configuration file, and what it says of the key and of types is so.
                var path = given.Given.PathOf("Work/" + SchemaSnapshot.PathOf("HRPeople"));
                var text = File.ReadAllText(path);
                Assert.Contains($"<ConnectionTable Identifier=\"{given.EntryTable}\" Connection=\"HRPeople\"", text, StringComparison.Ordinal);
                Assert.Contains($"<Column Identifier=\"{given.Key}\" ValueType=\"Guid\" KeyType=\"1\"", text, StringComparison.Ordinal);
                Assert.Contains("<Column Identifier=\"member\" ValueType=\"String\" IsMultivalued=\"true\"", text, StringComparison.Ordinal);

                // A server that knows one attribute less, one more, and another one otherwise than before.
                File.WriteAllText(path, text.Replace("Identifier=\"member\"", "Identifier=\"formerly\"", StringComparison.Ordinal)
                    .Replace("Identifier=\"sn\" ValueType=\"String\"", "Identifier=\"sn\" ValueType=\"Int32\"", StringComparison.Ordinal));
                given.AddProperty("odd", "noSuchAttribute");
                var second = await examiner.RefreshSchemaAsync(given.Given.Connection, work, CancellationToken.None);
                Assert.Equal((false, "member", "formerly", "sn", "noSuchAttribute"), (second.IsNew, second.Added.Single(), second.Removed.Single(), second.Changed.Single(), second.Missing.Single()));
            }
        }
    }

    [Fact]
    public async Task Refresh_ThatFails_KeepsTheFormerSchema()
    {
        using var given = GivenServer.OpenLdap();
        var work = given.Given.Folders.Work;
        await new ConnectionExaminer(given.Given.Settings, ConnectorRegistry.Default).RefreshSchemaAsync(given.Given.Connection, work, CancellationToken.None);
        given.UseServer($"127.0.0.1:{ServerProcess.FreePort()}");
        await Assert.ThrowsAsync<Muster.Configuration.Work.TaskFailedException>(
            () => new ConnectionExaminer(given.Given.Settings, ConnectorRegistry.Default).RefreshSchemaAsync(given.Given.Connection, work, CancellationToken.None));
        Assert.True(work.Exists(SchemaSnapshot.PathOf("HRPeople")));
    }

    private static Task<IReadOnlyList<ConnectionFinding>> CheckAsync(GivenServer given) =>
        new ConnectionExaminer(given.Given.Settings, ConnectorRegistry.Default).CheckAsync(given.Given.Connection, CancellationToken.None);
}
