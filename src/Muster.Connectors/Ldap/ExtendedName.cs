using System.Text;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Names as Active Directory gives them on request, with the identifiers of what they name: <c>&lt;GUID=…&gt;;&lt;SID=…&gt;;CN=…</c> (control
/// 1.2.840.113556.1.4.529). A name in a value follows what it names without any change being told; the identifier does not change.
/// </summary>
internal static class ExtendedName
{
    /// <summary>Asks for them, with the identifiers in their usual written form.</summary>
    public static LdapControl Request { get; } = new(LdapOid.ExtendedName, false, LdapWriter.Value(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
        }
    }));

    /// <summary>An entry with the name alone; its attributes stay as they came.</summary>
    public static LdapEntry Plain(LdapEntry entry) => entry.Dn.StartsWith('<') ? entry with { Dn = Read(entry.Dn).Name } : entry;

    /// <summary>An attribute with the names alone.</summary>
    public static LdapAttribute Plain(LdapAttribute attribute) =>
        attribute.Values.All(v => v.AsSpan().IndexOf((byte)'<') < 0) ? attribute : attribute with { Values = [.. attribute.Values.Select(v => Encoding.UTF8.GetBytes(ValueOf(v).Text))] };

    public static KnownValue ValueOf(byte[] octets)
    {
        var text = LinkFile.TextOf(octets);
        var (id, name) = Read(text);
        return id is { } key ? new KnownValue(name, key) : KnownValue.Of(name);
    }

    private static (Guid? Id, string Name) Read(string text)
    {
        if (text is ['B' or 'S', ':', ..] && text.IndexOf(":<", StringComparison.Ordinal) is > 0 and var colon)
        {
            // A name with octets or a text beside it.
            var (named, plain) = Read(text[(colon + 1)..]);
            return (named, text[..(colon + 1)] + plain);
        }

        Guid? id = null;
        var rest = text;
        while (rest.StartsWith('<') && rest.IndexOf(">;", StringComparison.Ordinal) is > 0 and var end)
        {
            if (rest.StartsWith("<GUID=", StringComparison.OrdinalIgnoreCase))
            {
                id = IdOf(rest[6..end]) ?? id;
            }

            rest = rest[(end + 2)..];
        }

        return (id, rest);
    }

    private static Guid? IdOf(string text)
    {
        if (text.Length == 32)
        {
            // Sixteen octets in hexadecimal digits, in the order in which objectGUID has them.
            Span<byte> octets = stackalloc byte[16];
            return Convert.FromHexString(text, octets, out _, out var written) == System.Buffers.OperationStatus.Done && written == 16 ? new Guid(octets) : null;
        }

        return Guid.TryParseExact(text, "D", out var id) ? id : null;
    }
}
