using System.Formats.Asn1;
using System.Text;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>Reads messages of a server (RFC 4511). What is not exactly a message is refused: its sender is not believed.</summary>
internal static class LdapReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    /// <summary>Throws <see cref="LdapFault"/> if the octets are no message.</summary>
    public static (int Id, LdapResponse Response) Read(ReadOnlyMemory<byte> message)
    {
        try
        {
            var outer = new AsnReader(message, AsnEncodingRules.BER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (!sequence.TryReadInt32(out var id))
            {
                throw new AsnContentException("The message's number is too large.");
            }

            var response = ReadOperation(sequence);
            if (sequence.HasData)
            {
                response = response with { Controls = ReadControls(sequence.ReadSequence(Context(0))) };
            }

            // What later versions of the protocol add behind is passed over (RFC 4511, 4).
            return (id, response);
        }
        catch (Exception failure) when (failure is AsnContentException or DecoderFallbackException)
        {
            throw new LdapFault($"The server sent something that is not LDAP: {failure.Message}", false, failure);
        }
    }

    /// <summary>Reads a value of a control or message that is itself encoded.</summary>
    public static T ReadValue<T>(byte[]? value, string what, Func<AsnReader, T> read)
    {
        try
        {
            var reader = new AsnReader(value ?? [], AsnEncodingRules.BER);
            var result = read(reader);
            reader.ThrowIfNotEmpty();
            return result;
        }
        catch (Exception failure) when (failure is AsnContentException or DecoderFallbackException)
        {
            throw new LdapFault($"The server sent {what} that cannot be read: {failure.Message}", false, failure);
        }
    }

    /// <summary>The entry as it is after a change; null if the server does not say.</summary>
    public static LdapEntry? ReadPostRead(LdapDone done) => done.ControlValue(LdapOid.PostRead) is { } value
        ? ReadValue(value, "a changed entry", reader => ReadEntry(reader.ReadSequence(Application(4))))
        : null;

    public static Asn1Tag Context(int number, bool isConstructed = true) => new(TagClass.ContextSpecific, number, isConstructed);

    private static Asn1Tag Application(int number) => new(TagClass.Application, number, true);

    private static LdapResponse ReadOperation(AsnReader message)
    {
        var tag = message.PeekTag();
        if (tag.TagClass != TagClass.Application)
        {
            throw new AsnContentException("The message holds no operation.");
        }

        switch (tag.TagValue)
        {
            case 4:
                return ReadEntry(message.ReadSequence(Application(4)));
            case 19:
                return new LdapReference(ReadTexts(message.ReadSequence(Application(19))));
            case 25:
                return ReadIntermediate(message.ReadSequence(Application(25)));
            case 1 or 5 or 7 or 9 or 11 or 13 or 15 or 24:
                return ReadResult(message.ReadSequence(Application(tag.TagValue))) with { Operation = tag.TagValue };
            default:
                throw new AsnContentException($"The operation {tag.TagValue} is no answer.");
        }
    }

    private static LdapEntry ReadEntry(AsnReader entry)
    {
        var dn = Text(entry.ReadOctetString());
        var list = entry.ReadSequence();
        entry.ThrowIfNotEmpty();
        var attributes = new List<LdapAttribute>();
        while (list.HasData)
        {
            var attribute = list.ReadSequence();
            var name = Text(attribute.ReadOctetString());
            var set = attribute.ReadSetOf(skipSortOrderValidation: true);
            attribute.ThrowIfNotEmpty();
            var values = new List<byte[]>();
            while (set.HasData)
            {
                values.Add(set.ReadOctetString());
            }

            attributes.Add(new LdapAttribute(name, values));
        }

        return new LdapEntry(dn, attributes);
    }

    private static LdapIntermediate ReadIntermediate(AsnReader message)
    {
        string? oid = null;
        byte[]? value = null;
        while (message.HasData)
        {
            var tag = message.PeekTag();
            if (tag.HasSameClassAndValue(Context(0)))
            {
                oid = Text(message.ReadOctetString(Context(0, false)));
            }
            else
            {
                value = message.ReadOctetString(Context(1, false));
            }
        }

        return new LdapIntermediate(oid, value);
    }

    private static LdapDone ReadResult(AsnReader result)
    {
        var code = result.ReadEnumeratedBytes();
        var number = 0;
        foreach (var octet in code.Span)
        {
            number = code.Length > 4 ? throw new AsnContentException("The result code is too large.") : (number << 8) | octet;
        }

        var matched = Text(result.ReadOctetString());
        var text = Encoding.UTF8.GetString(result.ReadOctetString());
        IReadOnlyList<string> referrals = [];
        string? oid = null;
        byte[]? credentials = null;
        while (result.HasData)
        {
            var tag = result.PeekTag();
            if (tag.HasSameClassAndValue(Context(3)))
            {
                referrals = ReadTexts(result.ReadSequence(Context(3)));
            }
            else if (tag.HasSameClassAndValue(Context(10)))
            {
                oid = Text(result.ReadOctetString(Context(10, false)));
            }
            else if (tag.HasSameClassAndValue(Context(7)))
            {
                credentials = result.ReadOctetString(Context(7, false));
            }
            else
            {
                // The value of an extended answer: nothing that is asked for.
                result.ReadEncodedValue();
            }
        }

        return new LdapDone(number, matched, text, referrals, oid) { Credentials = credentials };
    }

    private static List<LdapControl> ReadControls(AsnReader list)
    {
        var controls = new List<LdapControl>();
        while (list.HasData)
        {
            var control = list.ReadSequence();
            var oid = Text(control.ReadOctetString());
            var isCritical = control.HasData && control.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && control.ReadBoolean();
            controls.Add(new LdapControl(oid, isCritical, control.HasData ? control.ReadOctetString() : null));
            control.ThrowIfNotEmpty();
        }

        return controls;
    }

    private static List<string> ReadTexts(AsnReader list)
    {
        var texts = new List<string>();
        while (list.HasData)
        {
            texts.Add(Text(list.ReadOctetString()));
        }

        return texts;
    }

    private static string Text(byte[] octets) => StrictUtf8.GetString(octets);
}
