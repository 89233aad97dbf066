using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Muster.Configuration.Exchange;
using Muster.Servers;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>The generic LDAP export with a real server (synchronization.md 7.2).</summary>
public sealed class LdapExportTests
{
    [Fact]
    public async Task Pages_GiveEveryEntryOnce()
    {
        using var given = GivenServer.Ldap(extra: ", \"Controls\": [\"PagedResult\"]");
        var ldif = string.Concat(Enumerable.Range(0, 2500).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"dn: cn=P{i},{given.Unit}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: P{i}\nsn: Many\n\n")));
        given.Server.Modify(ldif);

        var manifest = await given.ExportAsync(complete: true);

        Assert.Equal(ExtractContent.Full, manifest.Content);
        Assert.Empty(manifest.PendingWatermarks);
        Assert.Equal(2501, given.Rows().Select(r => r["dn"]).Distinct().Count());
        Assert.Equal(2501, given.Rows().Count);
    }

    [Fact]
    public async Task SizeLimit_ThatCutsTheAnswer_IsAnError_AndLeavesNothing()
    {
        // Ask 3: a part is not the whole.
        using var unpaged = OpenLdapServer.Start(access: "sizelimit 2");
        using var limited = GivenServer.Ldap(unpaged);
        limited.Person("Ada");
        limited.Person("Bob");
        limited.Person("Cy");
        limited.Given.WithSettings($$"""
            "Servers": [ { "Server": "{{unpaged.Address}}" } ], "Tables": [ { "Table": "entries", "BaseDN": "{{limited.Unit}}" } ], "RetryDelay": 1
            """);

        var failure = await limited.Given.ExportFailsAsync();

        Assert.Contains("sizeLimitExceeded", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was taken", failure.Message, StringComparison.Ordinal);
        Assert.Empty(limited.Given.ExportedFiles);
    }

    [Fact]
    public async Task Values_ComeInTheirFormats()
    {
        using var given = GivenServer.Ldap();
        var odd = """ # odd, "na+me" <of>; \ = """.TrimEnd();
        var ada = given.Added(
            $"cn=\\20# odd\\, \\22na\\2bme\\22 \\3cof\\3e\\3b \\5c \\3d,{given.Unit}",
            $"objectClass: inetOrgPerson\ncn:: {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(odd))}\nsn: Müller\njpegPhoto:: {Convert.ToBase64String([0xff, 0xd8, 0, 1])}\ndescription:: {Convert.ToBase64String("line\nfeed, \"quote\""u8)}\n");
        await given.ExportAsync(complete: true);

        var row = given.Rows().Single(r => r["sn"] == "Müller");
        Assert.Equal((odd, Convert.ToBase64String([0xff, 0xd8, 0, 1]), "line\nfeed, \"quote\""), (row["cn"], row["jpegPhoto"], row["description"]));
        Assert.Equal(given.Unit, row["parentdn"]);
        Assert.Contains(row["entryUUID"].Insert(8, "-").Insert(13, "-").Insert(18, "-").Insert(23, "-"), given.Server.Search(given.Unit, "(sn=Müller)", "entryUUID"), StringComparison.Ordinal);
        Assert.NotEmpty(ada);
    }

    [Fact]
    public async Task LinkTable_HasALinePerValue()
    {
        using var given = GivenServer.Ldap();
        var ada = given.Person("Ada");
        given.Group("Crew", ada, $"cn=Gone,{given.Unit}");
        await given.ExportAsync(complete: true);
        Assert.Equal(
            [("cn=Crew", "cn=Ada"), ("cn=Crew", "cn=Gone")],
            given.Rows("HRPeople_member").Select(r => (given.Short(r["dn"]), given.Short(r["member"]))).Order());
    }

    [Fact]
    public async Task Base_ThatDoesNotExist_IsAnError()
    {
        using var given = GivenServer.Ldap(tables: """{ "Table": "entries", "BaseDN": "ou=nowhere,$UNIT" }""");
        var failure = await given.Given.ExportFailsAsync();
        Assert.Contains($"starts at 'ou=nowhere,{given.Unit}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_IsUsed_IfTheCertificateIsTrusted_AndRefusedOtherwise()
    {
        var server = OpenLdapServer.Shared;
        using var untrusted = GivenServer.Ldap(extra: ", \"EnableSSL\": true", address: server.TlsAddress);
        untrusted.Person("Ada");
        var failure = await untrusted.Given.ExportFailsAsync();
        Assert.Contains("cannot be trusted", failure.Message, StringComparison.Ordinal);

        foreach (var (settings, address) in new[] { ("\"EnableSSL\": true", server.TlsAddress), ("\"StartTLS\": true", server.Address) })
        {
            using var given = GivenServer.Ldap(extra: $", {settings}, \"TrustedCertificates\": \"authority.pem\"", address: address);
            File.Copy(server.Authority, given.Given.PathOf("authority.pem"));
            given.Person("Ada");
            await given.ExportAsync(complete: true);
            Assert.Equal(2, given.Rows().Count);
        }

        // The certificate is good for the address, and not for another name of the same machine.
        using var misnamed = GivenServer.Ldap(
            extra: ", \"EnableSSL\": true, \"TrustedCertificates\": \"authority.pem\"", address: server.TlsAddress.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal));
        File.Copy(server.Authority, misnamed.Given.PathOf("authority.pem"));
        await misnamed.Given.ExportFailsAsync();
    }

    [Fact]
    public async Task ServerThatBreaksOff_LeavesNothing()
    {
        // Ask 3: the connection drops in the middle.
        using var given = GivenServer.Ldap();
        given.Server.Modify(string.Concat(Enumerable.Range(0, 300).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"dn: cn=P{i},{given.Unit}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: P{i}\nsn: Many\n\n"))));
        using var proxy = new BreakingProxy(OpenLdapServer.Shared.Port, octets: 30_000);
        given.Given.WithSettings($$"""
            "Servers": [ { "Server": "127.0.0.1:{{proxy.Port}}", "Login": "{{OpenLdapServer.Login}}", "Password": "{{OpenLdapServer.Password}}" } ],
            "Tables": [ { "Table": "entries", "BaseDN": "{{given.Unit}}" } ], "RetryDelay": 1
            """);

        var failure = await given.Given.ExportFailsAsync();

        Assert.Contains("is lost", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was taken; run the job again.", failure.Message, StringComparison.Ordinal);
        Assert.Empty(given.Given.ExportedFiles);
    }

    [Fact]
    public async Task ServerThatIsNotThere_IsNamed()
    {
        using var given = GivenServer.Ldap(address: $"127.0.0.1:{ServerProcess.FreePort()}");
        var failure = await given.Given.ExportFailsAsync();
        Assert.Contains("cannot be reached", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Server\": \"a b\"", "is not the name of a server")]
    [InlineData("\"Server\": \"a:0\"", "no port number")]
    [InlineData("\"Server\": \"a\", \"Login\": \"cn=x\"", "no 'Password'")]
    [InlineData("\"Server\": \"a\", \"AuthType\": \"Guess\"", "none of Anonymous, Basic, Negotiate")]
    public async Task WrongSettings_AreSaid(string server, string expected)
    {
        using var given = new Given("Muster.Ldap").WithSettings($$"""
            "Servers": [ { {{server}} } ], "Tables": [ { "Table": "entries" } ]
            """);
        Assert.Contains(expected, (await given.ExportFailsAsync()).Message, StringComparison.Ordinal);
    }

    /// <summary>Passes on what a server says, up to some octets, and breaks off then.</summary>
    private sealed class BreakingProxy : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public BreakingProxy(int port, int octets)
        {
            _listener.Start();
            _ = Task.Run(async () =>
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var server = new TcpClient("127.0.0.1", port);
                _ = client.GetStream().CopyToAsync(server.GetStream());
                var buffer = new byte[1000];
                for (var sent = 0; sent < octets;)
                {
                    var read = await server.GetStream().ReadAsync(buffer);
                    await client.GetStream().WriteAsync(buffer.AsMemory(0, read));
                    sent += read;
                }
            });
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose() => _listener.Dispose();
    }
}
