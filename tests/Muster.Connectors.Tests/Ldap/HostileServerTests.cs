using System.Formats.Asn1;
using System.Globalization;
using Muster.Configuration.Work;
using Muster.Connectors.Ldap.Protocol;
using Muster.Servers;
using static Muster.Connectors.Tests.Ldap.GivenOrders;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>Issue 5, Show 5: what a server says is not believed. An export from a server that means harm ends, with an error, and leaves nothing.</summary>
public sealed class HostileServerTests
{
    [Fact]
    public async Task Show5_PagesThatNeverEnd_TheSameAgain_AreAnError()
    {
        var failure = await ExportFailsAsync(request => [request.Entry("dc=x"), request.Done(controls: HostileRequest.Page("next"))]);
        Assert.Contains("gave the same part of its answer again, the one that begins with 'dc=x'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show5_PagesThatNeverEnd_AllEmpty_AreAnError()
    {
        var pages = 0;
        var failure = await ExportFailsAsync(request => [request.Done(controls: HostileRequest.Page($"next{pages++}"))]);
        Assert.Contains("without any entry, and says that there are more", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show5_EmptyPageBetweenOthers_IsNoError()
    {
        var page = 0;
        using var server = new HostileServer(request => page++ switch
        {
            0 => [request.Entry("dc=x"), request.Done(controls: HostileRequest.Page("same"))],
            1 => [request.Done(controls: HostileRequest.Page("same"))],
            _ => [request.Entry("cn=a,dc=x"), request.Done(controls: HostileRequest.Page(""))],
        });
        using var given = Connected(server.Address);
        await given.ExportAsync();
        Assert.Equal(3, given.Exported("HRPeople_entries").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Show5_PageWithoutItsCookie_IsAnError()
    {
        var failure = await ExportFailsAsync(request => [request.Entry("dc=x"), request.Done()]);
        Assert.Contains("left out the cookie of a page", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show5_RangeThatNeverEnds_IsAnError()
    {
        var failure = await ExportFailsAsync(request =>
        [
            request.Entry("dc=x", ("member;range=0-1", ["cn=a,dc=x", "cn=b,dc=x"])),
            request.Done(controls: HostileRequest.Page("")),
        ]);
        Assert.Contains("does not say where it ends", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong number", "a request that was not made")]
    [InlineData("notice", "ends the connection: unavailable (going down)")]
    [InlineData("result of another operation", "with the result of something else")]
    [InlineData("long length", "are not taken")]
    [InlineData("no end of length", "not LDAP")]
    [InlineData("deep", "not LDAP")]
    [InlineData("name", "is no distinguished name")]
    [InlineData("not UTF-8", "not LDAP")]
    [InlineData("cut", "is lost")]
    [InlineData("web", "not LDAP")]
    public async Task Show5_AnswerThatIsNone_IsAnError(string kind, string expected)
    {
        var failure = await ExportFailsAsync(request => kind switch
        {
            "wrong number" => [request.Done(id: request.Id + 5)],
            "notice" => [request.Done(52, "going down", id: 0)],
            "result of another operation" => [request with { Operation = 8 } is var other ? other.Done() : null, null],
            "long length" => [[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2, 1, 3]],
            "no end of length" => [[0x30, 0x80, 2, 1, 3]],
            "deep" => [Deep(request.Id)],
            "name" => [request.Entry("this is no name"), request.Done(controls: HostileRequest.Page(""))],
            "not UTF-8" => [request.Answer(writer =>
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.Application, 4, true)))
                {
                    writer.WriteOctetString([0xff, 0xfe]);
                    writer.PushSequence().Dispose();
                }
            })],
            "cut" => [request.Entry("dc=x").AsSpan(0, 9).ToArray(), null],
            _ => ["HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()],
        });
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show5_ReferralAtTheEnd_NamesTheOtherServer()
    {
        var failure = await ExportFailsAsync(request => [request.Done(10, more: writer =>
        {
            using (writer.PushSequence(LdapReader.Context(3)))
            {
                writer.WriteOctetString("ldap://other.contoso.com/dc=x"u8);
            }
        })]);
        Assert.Contains("referral (another server has it: ldap://other.contoso.com/dc=x)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("name that server in the settings", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show5_DirSyncThatNeverEnds_IsAnError()
    {
        using var server = new HostileServer(request => [request.Done(controls: writer =>
        {
            using (writer.PushSequence(LdapReader.Context(0)))
            {
                using (writer.PushSequence())
                {
                    writer.WriteOctetString("1.2.840.113556.1.4.841"u8);
                    writer.WriteOctetString(LdapWriter.Value(value =>
                    {
                        using (value.PushSequence())
                        {
                            value.WriteInteger(1);
                            value.WriteInteger(0);
                            value.WriteOctetString("more"u8);
                        }
                    }));
                }
            }
        })]);
        using var given = new Given("Muster.ActiveDirectory").WithSettings(
            $$""" "Servers": [ { "Server": "{{server.Address}}", "BaseDN": "dc=x" } ], "AuthType": "Basic", "Login": "x", "Password": "Canary-9", "RetryDelay": 1 """);
        var failure = await given.ExportFailsAsync();
        Assert.Contains("says that there are more", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show5_ServerThatIsSilent_IsAnErrorInTime()
    {
        using var server = new HostileServer(_ => []);
        using var given = Connected(server.Address, ", \"TimeOut\": 1");
        Assert.Contains("did not answer within 1 seconds", (await given.ExportFailsAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show5_ConnectionBrokenOffAtOneOrder_IsThatOrdersError_AndTheOthersAreExecuted()
    {
        // A server closes the connection at what it does not take (too large a message); it must not hold all orders up for ever.
        using var server = OpenLdapServer.Start(overlays: "sockbuf_max_incoming_auth 1000000");
        using var given = GivenServer.Ldap(server);
        var orders = new[]
        {
            Add(given, "Ada", ("sn", "A")), Add(given, "Bob", ("sn", "B"), ("photo", Convert.ToBase64String(new byte[5_000_000]))),
            Add(given, "Cy", ("sn", "C")),
        };
        var results = await FulfillAsync(given, orders);
        Assert.Equal([true, false, true], results.Select(r => r.Executed));
        Assert.Contains("breaks the connection off whenever this order is sent", results[1].Message, StringComparison.Ordinal);
        Assert.Contains("cn=Cy,", given.Server.Search(given.Unit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatIsBusy_IsAskedAgain_ALittleLater()
    {
        var busy = 0;
        using var server = new HostileServer(request => request.Operation == 8 && busy++ < 2
            ? [request.Done(LdapCode.Busy, "later")]
            : request.Operation == 3 ? [request.Entry(request.Base, ("entryUUID", [Guid.NewGuid().ToString()])), request.Done()] : [request.Done()]);
        using var given = GivenServer.Ldap(address: server.Address);
        var result = Assert.Single(await FulfillAsync(given, Add(given, "Ada", ("sn", "A"))));
        Assert.True(result.Executed, result.Message);
        Assert.Equal(3, busy);

        // Not for ever.
        busy = int.MinValue;
        var refused = Assert.Single(await FulfillAsync(given, Add(given, "Bob", ("sn", "B"))));
        Assert.Equal((false, int.MinValue + 6), (refused.Executed, busy));
        Assert.Contains("busy (later)", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired", "NotTimeValid")]
    [InlineData("not yet", "NotTimeValid")]
    [InlineData("wrong name", "RemoteCertificateNameMismatch")]
    [InlineData("unknown authority", "chain")]
    public async Task Show5_CertificateThatIsNotGood_IsAnError_AndNoPasswordGoesOut(string kind, string expected)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var given = Connected("127.0.0.1:1");
        using var certificate = HostileServer.Certificate(
            given.PathOf("authority.pem"), kind == "wrong name" ? "127.0.0.9" : "127.0.0.1", now.AddDays(kind == "not yet" ? 2 : -5), now.AddDays(kind == "expired" ? -2 : 5));
        var asked = 0;
        using var server = new HostileServer(
            request =>
            {
                asked++;
                return [request.Done()];
            },
            certificate);
        var trusted = kind == "unknown authority" ? OpenLdapServer.Shared.Authority : given.PathOf("authority.pem");
        File.Copy(trusted, given.PathOf("trusted.pem"));
        Connect(given, server.Address, ", \"EnableSSL\": true, \"TrustedCertificates\": \"trusted.pem\"");

        var failure = await given.ExportFailsAsync();

        Assert.Contains($"The server '{server.Address}' cannot be trusted", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("'TrustedCertificates'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Show5_AnswersBeforeTheEncryption_AreNotTakenForEncryptedOnes()
    {
        // Injected behind the answer to StartTLS, as somebody between could do.
        using var server = new HostileServer(request => [[.. request.Done(), .. (request with { Id = request.Id + 1, Operation = 0 }).Done()]]);
        using var given = Connected(server.Address, ", \"StartTLS\": true");
        Assert.Contains("before the connection was encrypted", (await given.ExportFailsAsync()).Message, StringComparison.Ordinal);
    }

    private static async Task<TaskFailedException> ExportFailsAsync(Func<HostileRequest, IEnumerable<byte[]?>> answers)
    {
        using var server = new HostileServer(answers);
        using var given = Connected(server.Address);
        var failure = await given.ExportFailsAsync();
        Assert.Contains($"The export of connection 'HRPeople' from the server '{server.Address}' failed", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was taken", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Canary-9", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(given.ExportedFiles);
        return failure;
    }

    private static Given Connected(string address, string extra = "")
    {
        var given = new Given("Muster.Ldap");
        Connect(given, address, extra);
        given.Connector.AssociationMappings = [];
        return given;
    }

    private static void Connect(Given given, string address, string extra) => given.WithSettings(string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        "Servers": [ { "Server": "{{address}}", "Login": "cn=x", "Password": "Canary-9" } ], "Tables": [ { "Table": "entries", "BaseDN": "dc=x" } ], "RetryDelay": 1{{extra}}
        """));

    /// <summary>A result with octet strings in octet strings, a hundred thousand deep.</summary>
    private static byte[] Deep(int id)
    {
        var inner = new List<byte>();
        for (var depth = 0; depth < 100_000; depth++)
        {
            inner.AddRange([0x24, 0x80]);
        }

        byte[] content = [0x02, 0x01, (byte)id, 0x65, 0x80, 0x0a, 0x01, 0x00, .. inner];
        return [0x30, 0x83, (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, .. content];
    }
}
