using System.Formats.Asn1;
using System.Text;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>Writes requests (RFC 4511).</summary>
internal static class LdapWriter
{
    /// <summary>The operation that ends a search (RFC 4511, 4.5.2): the one result that is not its request's number and one more.</summary>
    public const int SearchEnd = 5;

    public static byte[] SimpleBind(int id, string name, string password) => Message(id, [], writer =>
    {
        using (writer.PushSequence(Application(0)))
        {
            writer.WriteInteger(3);
            Text(writer, name);
            writer.WriteOctetString(Encoding.UTF8.GetBytes(password), LdapReader.Context(0, false));
        }
    });

    public static byte[] SaslBind(int id, string mechanism, byte[] credentials) => Message(id, [], writer =>
    {
        using (writer.PushSequence(Application(0)))
        {
            writer.WriteInteger(3);
            Text(writer, "");
            using (writer.PushSequence(LdapReader.Context(3)))
            {
                Text(writer, mechanism);
                writer.WriteOctetString(credentials);
            }
        }
    });

    public static byte[] Unbind(int id) => Message(id, [], writer => writer.WriteNull(new Asn1Tag(TagClass.Application, 2)));

    public static byte[] StartTls(int id) => Message(id, [], writer =>
    {
        using (writer.PushSequence(Application(23)))
        {
            writer.WriteOctetString(Encoding.ASCII.GetBytes(LdapOid.StartTls), LdapReader.Context(0, false));
        }
    });

    /// <summary>Sets a password by the server's own operation (RFC 3062).</summary>
    public static byte[] PasswordModify(int id, string name, string password) => Message(id, [], writer =>
    {
        using (writer.PushSequence(Application(23)))
        {
            writer.WriteOctetString(Encoding.ASCII.GetBytes(LdapOid.PasswordModify), LdapReader.Context(0, false));
            writer.WriteOctetString(
                Value(value =>
                {
                    using (value.PushSequence())
                    {
                        value.WriteOctetString(Encoding.UTF8.GetBytes(name), LdapReader.Context(0, false));
                        value.WriteOctetString(Encoding.UTF8.GetBytes(password), LdapReader.Context(2, false));
                    }
                }),
                LdapReader.Context(1, false));
        }
    });

    public static byte[] Search(int id, LdapSearch search) => Message(id, search.Controls, writer =>
    {
        using (writer.PushSequence(Application(3)))
        {
            Text(writer, search.BaseDn);
            writer.WriteEnumeratedValue(search.Scope);
            writer.WriteEnumeratedValue(LdapDereference.Never);
            writer.WriteInteger(search.SizeLimit);
            writer.WriteInteger(search.TimeLimit);
            writer.WriteBoolean(false);
            writer.WriteEncodedValue(search.Filter.Encoded.Span);
            using (writer.PushSequence())
            {
                foreach (var attribute in search.Attributes)
                {
                    Text(writer, attribute);
                }
            }
        }
    });

    public static byte[] Add(int id, string dn, IReadOnlyList<LdapAttribute> attributes, IReadOnlyList<LdapControl> controls) => Message(id, controls, writer =>
    {
        using (writer.PushSequence(Application(8)))
        {
            Text(writer, dn);
            using (writer.PushSequence())
            {
                foreach (var attribute in attributes)
                {
                    Attribute(writer, attribute);
                }
            }
        }
    });

    public static byte[] Modify(int id, string dn, IReadOnlyList<LdapChange> changes, IReadOnlyList<LdapControl> controls) => Message(id, controls, writer =>
    {
        using (writer.PushSequence(Application(6)))
        {
            Text(writer, dn);
            using (writer.PushSequence())
            {
                foreach (var change in changes)
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteEnumeratedValue(change.Kind);
                        Attribute(writer, change.Attribute);
                    }
                }
            }
        }
    });

    public static byte[] Delete(int id, string dn, IReadOnlyList<LdapControl> controls) => Message(
        id, controls, writer => writer.WriteOctetString(Encoding.UTF8.GetBytes(dn), new Asn1Tag(TagClass.Application, 10)));

    /// <param name="newSuperior">Null: the entry stays below the same one.</param>
    public static byte[] Rename(int id, string dn, string newRdn, bool deleteOldRdn, string? newSuperior) => Message(id, [], writer =>
    {
        using (writer.PushSequence(Application(12)))
        {
            Text(writer, dn);
            Text(writer, newRdn);
            writer.WriteBoolean(deleteOldRdn);
            if (newSuperior is not null)
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(newSuperior), LdapReader.Context(0, false));
            }
        }
    });

    /// <summary>Asks for attributes of an entry as they are after the change (RFC 4527).</summary>
    public static LdapControl PostRead(IReadOnlyList<string> attributes) => new(LdapOid.PostRead, false, Value(writer =>
    {
        using (writer.PushSequence())
        {
            foreach (var attribute in attributes)
            {
                Text(writer, attribute);
            }
        }
    }));

    /// <summary>The number of a message's operation.</summary>
    public static int OperationOf(byte[] message)
    {
        var sequence = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
        sequence.ReadEncodedValue();
        return sequence.PeekTag().TagValue;
    }

    /// <summary>The value of a control.</summary>
    public static byte[] Value(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        write(writer);
        return writer.Encode();
    }

    private static byte[] Message(int id, IReadOnlyList<LdapControl> controls, Action<AsnWriter> operation)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            operation(writer);
            if (controls.Count > 0)
            {
                using (writer.PushSequence(LdapReader.Context(0)))
                {
                    foreach (var control in controls)
                    {
                        Control(writer, control);
                    }
                }
            }
        }

        return writer.Encode();
    }

    private static void Control(AsnWriter writer, LdapControl control)
    {
        using (writer.PushSequence())
        {
            Text(writer, control.Oid);
            if (control.IsCritical)
            {
                writer.WriteBoolean(true);
            }

            if (control.Value is { } value)
            {
                writer.WriteOctetString(value);
            }
        }
    }

    private static void Attribute(AsnWriter writer, LdapAttribute attribute)
    {
        using (writer.PushSequence())
        {
            Text(writer, attribute.Name);
            using (writer.PushSetOf())
            {
                foreach (var value in attribute.Values)
                {
                    writer.WriteOctetString(value);
                }
            }
        }
    }

    private static void Text(AsnWriter writer, string text) => writer.WriteOctetString(Encoding.UTF8.GetBytes(text));

    private static Asn1Tag Application(int number) => new(TagClass.Application, number, true);

    private enum LdapDereference
    {
        Never = 0,
    }
}
