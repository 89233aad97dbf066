using System.Formats.Asn1;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>A server that answers searches as the test says: with content synchronization, by whether they come with a cookie; others as those without.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<bool, IReadOnlyList<Action<AsnWriter>>> _answers;
    private readonly bool _isSynchronizing;

    /// <param name="answers">The answers to a search, by whether it came with a cookie.</param>
    public ScriptedServer(Func<bool, IReadOnlyList<Action<AsnWriter>>> answers, bool isSynchronizing = true)
    {
        _answers = answers;
        _isSynchronizing = isSynchronizing;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public static Action<AsnWriter> Entry(string dn, Guid id, int state = 1) => writer =>
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.Application, 4, true)))
        {
            Text(writer, dn);
            using (writer.PushSequence())
            {
                Attribute(writer, "entryUUID", id.ToString("D"));
                Attribute(writer, "hasSubordinates", "FALSE");
            }
        }

        Control(writer, LdapOid.SyncState, LdapWriter.Value(value =>
        {
            using (value.PushSequence())
            {
                value.WriteEnumeratedValue((SyncState)state);
                value.WriteOctetString(id.ToByteArray(bigEndian: true));
            }
        }));
    };

    /// <param name="cookie">Null: without the control that says how the refresh ended.</param>
    public static Action<AsnWriter> Done(int code, string? cookie) => writer =>
    {
        Result(writer, code);
        if (cookie is not null)
        {
            Control(writer, LdapOid.SyncDone, LdapWriter.Value(value =>
            {
                using (value.PushSequence())
                {
                    Text(value, cookie);
                }
            }));
        }
    };

    public void Dispose() => _listener.Dispose();

    private static void Result(AsnWriter writer, int code, int tag = 5)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.Application, tag, true)))
        {
            writer.WriteEnumeratedValue((LdapScope)code);
            Text(writer, "");
            Text(writer, "");
        }
    }

    private static void Control(AsnWriter writer, string oid, byte[] value)
    {
        using (writer.PushSequence(LdapReader.Context(0)))
        {
            using (writer.PushSequence())
            {
                Text(writer, oid);
                writer.WriteOctetString(value);
            }
        }
    }

    private static void Attribute(AsnWriter writer, string name, string value)
    {
        using (writer.PushSequence())
        {
            Text(writer, name);
            using (writer.PushSetOf())
            {
                Text(writer, value);
            }
        }
    }

    private static void Text(AsnWriter writer, string text) => writer.WriteOctetString(Encoding.UTF8.GetBytes(text));

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync();
            _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var buffer = new byte[1 << 16];
            for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
            {
                foreach (var answer in Answers(buffer.AsMemory(0, read)))
                {
                    await stream.WriteAsync(answer);
                }
            }
        }
    }

    private IEnumerable<byte[]> Answers(ReadOnlyMemory<byte> request)
    {
        var message = new AsnReader(request, AsnEncodingRules.BER).ReadSequence();
        message.TryReadInt32(out var id);
        var tag = message.PeekTag();
        if (tag.TagValue != 3)
        {
            return [];
        }

        var search = message.ReadSequence(tag);
        var isRoot = search.ReadOctetString().Length == 0;
        var control = message.HasData ? message.ReadSequence(LdapReader.Context(0)).ReadSequence() : null;
        control?.ReadOctetString();
        control?.ReadBoolean();
        IReadOnlyList<Action<AsnWriter>> answers = isRoot ? [Root, writer => Result(writer, 0)]
            : control is null ? _answers(false)
            : _answers(control.ReadOctetString().Length > 5);
        return [.. answers.Select(answer => LdapWriter.Value(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(id);
                answer(writer);
            }
        }))];
    }

    private void Root(AsnWriter writer)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.Application, 4, true)))
        {
            Text(writer, "");
            using (writer.PushSequence())
            {
                Attribute(writer, "supportedControl", _isSynchronizing ? LdapOid.SyncRequest : LdapOid.PagedResults);
            }
        }
    }
}
