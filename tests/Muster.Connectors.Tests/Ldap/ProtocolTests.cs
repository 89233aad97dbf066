using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using Muster.Connectors.Ldap;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>The message layer: what it sends, octet by octet, and what it does not believe.</summary>
public sealed class ProtocolTests
{
    [Fact]
    public void SyncRequest_HasTheOctetsOfTheStandard()
    {
        Assert.Equal("30030a0101", Convert.ToHexStringLower(SyncMessages.Request(null).Value!));
        Assert.Equal("30080a010104036b6579", Convert.ToHexStringLower(SyncMessages.Request("key"u8.ToArray()).Value!));
    }

    [Fact]
    public void Delete_HasTheOctetsOfTheStandard() =>
        Assert.Equal("300a0201034a056f753d6162", Convert.ToHexStringLower(LdapWriter.Delete(3, "ou=ab", [])));

    [Theory]
    [InlineData("(cn=a)", "a3070402636e040161")]
    [InlineData("cn=a", "a3070402636e040161")]
    [InlineData("(cn=*)", "8702636e")]
    [InlineData("(cn=a*b*c)", "a40f0402636e3009800161810162820163")]
    [InlineData("(!(cn=a))", "a209a3070402636e040161")]
    [InlineData("(&(cn=a)(cn=b))", "a012a3070402636e040161a3070402636e040162")]
    [InlineData("(cn>=a)", "a5070402636e040161")]
    [InlineData("(cn=\\2a\\00)", "a3080402636e04022a00")]
    [InlineData("(c:1.2:=2)", "a90b8103312e3282016383" + "0132")]
    public void Filter_OfTheSettings_IsEncoded(string text, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(SearchFilter.Parse(text).Encoded.Span));

    [Theory]
    [InlineData("(cn=a")]
    [InlineData("(cn)")]
    [InlineData("(cn=a))")]
    [InlineData("(=a)")]
    [InlineData("(cn=\\2)")]
    [InlineData("((cn=a))")]
    [InlineData("")]
    public void Filter_ThatIsNone_IsRefused(string text) => Assert.Throws<FormatException>(() => SearchFilter.Parse(text));

    [Fact]
    public void Filter_OfAnyValue_IsOneComparison() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), value =>
    {
        // Filter injection through a value: whatever it holds, the filter is one comparison with exactly this value.
        value = (value ?? "") + "*)(|(cn=*\0\\";
        if (value.EnumerateRunes().Any(r => r.Value == 0xfffd))
        {
            return true;
        }

        var reader = new AsnReader(SearchFilter.Equal("cn", value).Encoded, AsnEncodingRules.BER);
        var comparison = reader.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3, true));
        reader.ThrowIfNotEmpty();
        return comparison.ReadOctetString().AsSpan().SequenceEqual("cn"u8) && System.Text.Encoding.UTF8.GetString(comparison.ReadOctetString()) == value && !comparison.HasData;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Reader_OfAnyOctets_AnswersOrRefuses() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), octets =>
    {
        Try(octets);
        Try([0x30, (byte)Math.Min(octets.Length, 127), .. octets.Take(127)]);
        foreach (var message in Samples())
        {
            // A message with one octet bent, and one that is cut off.
            var bent = (byte[])message.Clone();
            if (octets.Length > 1)
            {
                bent[octets[0] % bent.Length] = octets[1];
                Try(bent);
                Try(message[..(octets[1] % message.Length)]);
            }
        }

        static void Try(byte[] message)
        {
            try
            {
                var (_, response) = LdapReader.Read(message);
                new SyncRefresh().Take(response);
            }
            catch (LdapFault)
            {
                // Refused, as it should be.
            }
        }
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("ldap.contoso.com", "ldap.contoso.com:389")]
    [InlineData("ldap.contoso.com:1389", "ldap.contoso.com:1389")]
    [InlineData("ldaps://ldap.contoso.com", "ldap.contoso.com:636")]
    [InlineData("ldap://[::1]:77/", "[::1]:77")]
    [InlineData("::1", "[::1]:389")]
    public void Server_IsRead(string text, string expected) => Assert.Equal(expected, LdapEndpoint.Parse(text, false, false).ToString());

    [Theory]
    [InlineData(new byte[] { 0x16, 0x03, 0x01 }, "not LDAP")]
    [InlineData(new byte[] { 0x30, 0x84, 0x7f, 0xff, 0xff, 0xff }, "are not taken")]
    [InlineData(new byte[] { 0x30, 0x80 }, "not LDAP")]
    [InlineData(new byte[] { 0x30, 0x05, 0x02, 0x01, 0x09, 0x61, 0x00 }, "not LDAP")]
    [InlineData(new byte[] { 0x30, 0x0c, 0x02, 0x01, 0x09, 0x61, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00 }, "not made")]
    [InlineData(new byte[] { 0x30, 0x20, 0x02 }, "is lost")]
    public async Task Server_ThatIsNoneOrHostile_IsRefused(byte[] answer, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadExactlyAsync(new byte[10]);
            await client.GetStream().WriteAsync(answer);
        });
        await using var connection = await LdapConnection.ConnectAsync(
            new LdapEndpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, LdapSecurity.None), CancellationToken.None);

        var fault = await Assert.ThrowsAsync<LdapFault>(() => connection.BindAsync("cn=x", "y", CancellationToken.None));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.False(connection.IsUsable);
        await server;
    }

    [Fact]
    public async Task Password_ThatIsEmpty_IsNotAnAnonymousSignIn()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var connection = await LdapConnection.ConnectAsync(
            new LdapEndpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, LdapSecurity.None), CancellationToken.None);
        await Assert.ThrowsAsync<LdapFault>(() => connection.BindAsync("cn=x", "", CancellationToken.None));
    }

    private static IEnumerable<byte[]> Samples()
    {
        // An entry with its state, a set of identifiers, the end of a refresh.
        yield return Convert.FromHexString("304402010264 0d0405636e3d61623004300204003100 a030302e0418312e332e362e312e342e312e343230332e312e392e312e320412300b0a01010410".Replace(" ", "", StringComparison.Ordinal) + new string('1', 32));
        yield return Convert.FromHexString("300c020102650 70a010004000400".Replace(" ", "", StringComparison.Ordinal));
    }
}
