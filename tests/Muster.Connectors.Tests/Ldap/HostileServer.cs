using System.Formats.Asn1;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>What a client asked the server.</summary>
/// <param name="Operation">Number of the operation (RFC 4511): 0 is a bind, 3 a search, 6 a modification, 8 an addition.</param>
/// <param name="Base">Of a search.</param>
internal sealed record HostileRequest(int Id, int Operation, string Base)
{
    /// <summary>A message with the request's own number.</summary>
    public byte[] Answer(Action<AsnWriter> operation, int? id = null) => LdapWriter.Value(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(id ?? Id);
            operation(writer);
        }
    });

    public byte[] Done(int code = 0, string text = "", Action<AsnWriter>? more = null, Action<AsnWriter>? controls = null, int? id = null) => Answer(
        writer =>
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.Application, Operation == 0 ? 1 : Operation == 3 ? 5 : Operation + 1, true)))
            {
                writer.WriteEnumeratedValue((LdapScope)code);
                Text(writer, "");
                Text(writer, text);
                more?.Invoke(writer);
            }

            controls?.Invoke(writer);
        },
        id);

    public byte[] Entry(string dn, params (string Name, string[] Values)[] attributes) => Answer(writer =>
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.Application, 4, true)))
        {
            Text(writer, dn);
            using (writer.PushSequence())
            {
                foreach (var (name, values) in attributes)
                {
                    using (writer.PushSequence())
                    {
                        Text(writer, name);
                        using (writer.PushSetOf())
                        {
                            foreach (var value in values)
                            {
                                Text(writer, value);
                            }
                        }
                    }
                }
            }
        }
    });

    /// <summary>The control of a page, for <see cref="Done"/>.</summary>
    public static Action<AsnWriter> Page(string cookie) => writer =>
    {
        using (writer.PushSequence(LdapReader.Context(0)))
        {
            using (writer.PushSequence())
            {
                Text(writer, LdapOid.PagedResults);
                writer.WriteOctetString(LdapWriter.Value(value =>
                {
                    using (value.PushSequence())
                    {
                        value.WriteInteger(0);
                        Text(value, cookie);
                    }
                }));
            }
        }
    };

    private static void Text(AsnWriter writer, string text) => writer.WriteOctetString(Encoding.UTF8.GetBytes(text));
}

/// <summary>
/// A server that signs everybody in, has pages, and answers all else as the test says; with a certificate it speaks TLS. An answer of null
/// closes the connection.
/// </summary>
internal sealed class HostileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<HostileRequest, IEnumerable<byte[]?>> _answers;
    private readonly X509Certificate2? _certificate;

    public HostileServer(Func<HostileRequest, IEnumerable<byte[]?>> answers, X509Certificate2? certificate = null)
    {
        _answers = answers;
        _certificate = certificate;
        _listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = Task.Run(() => ServeAsync(client));
            }
        });
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>A certificate for an address by an authority of its own, which is written to a file.</summary>
    public static X509Certificate2 Certificate(string authorityFile, string address, DateTimeOffset from, DateTimeOffset until)
    {
        using var authorityKey = RSA.Create(2048);
        var authorityRequest = new CertificateRequest("CN=Hostile authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(from.AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30));
        File.WriteAllText(authorityFile, authority.ExportCertificatePem());
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=hostile", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, from, until, [1, 2, 3, 4]);
        using var own = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            Stream stream = client.GetStream();
            try
            {
                if (_certificate is not null)
                {
                    var secured = new SslStream(stream);
                    stream = secured;
                    await secured.AuthenticateAsServerAsync(_certificate);
                }

                while (await ReadAsync(stream) is { } request)
                {
                    foreach (var answer in Answers(request))
                    {
                        if (answer is null)
                        {
                            return;
                        }

                        await stream.WriteAsync(answer);
                    }
                }
            }
            catch (Exception failure) when (failure is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The client has had enough.
            }
        }
    }

    /// <summary>Reads one message; null at the end.</summary>
    private static async Task<HostileRequest?> ReadAsync(Stream stream)
    {
        var head = new byte[6];
        if (await stream.ReadAtLeastAsync(head.AsMemory(0, 2), 2, throwOnEndOfStream: false) < 2)
        {
            return null;
        }

        var octets = head[1] < 0x80 ? 0 : head[1] & 0x7f;
        await stream.ReadExactlyAsync(head.AsMemory(2, octets));
        var length = octets == 0 ? head[1] : head.AsSpan(2, octets).ToArray().Aggregate(0, (all, octet) => (all << 8) | octet);
        var message = new byte[2 + octets + length];
        head.AsSpan(0, 2 + octets).CopyTo(message);
        await stream.ReadExactlyAsync(message.AsMemory(2 + octets));
        var sequence = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
        sequence.TryReadInt32(out var id);
        var tag = sequence.PeekTag();
        var isSearch = tag.TagValue == 3;
        return new HostileRequest(id, tag.TagValue, isSearch ? Encoding.UTF8.GetString(sequence.ReadSequence(tag).ReadOctetString()) : "");
    }

    private IEnumerable<byte[]?> Answers(HostileRequest request) => request switch
    {
        { Operation: 0 } => [request.Done()],
        { Operation: 2 } => [null],
        { Operation: 3, Base: "" } =>
        [
            request.Entry(
                "",
                ("supportedControl", [LdapOid.PagedResults, LdapOid.DirSync]),
                ("namingContexts", ["dc=x"]),
                ("defaultNamingContext", ["dc=x"])),
            request.Done(),
        ],
        _ => _answers(request),
    };
}
