using System.Formats.Asn1;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>What a server says of one entry (RFC 4533, 2.3).</summary>
internal enum SyncState
{
    /// <summary>It is there and has not changed.</summary>
    Present = 0,
    Add = 1,
    Modify = 2,
    Delete = 3,
}

/// <summary>What stands between the entries (RFC 4533, 2.5).</summary>
/// <param name="IsDeletePhase">The unique identifiers are of deleted entries, or the ended phase was one that names deletions.</param>
/// <param name="Ids">Null: a phase has ended.</param>
internal sealed record SyncInfo(byte[]? Cookie, bool IsDeletePhase, IReadOnlyList<Guid>? Ids, bool IsNewCookieOnly);

/// <summary>
/// The requests and messages of content synchronization (RFC 4533). Identifiers are UUIDs in network order; <see cref="Guid"/> here has the
/// same text as <c>entryUUID</c>.
/// </summary>
internal static class SyncMessages
{
    public static LdapControl Request(byte[]? cookie) => new(LdapOid.SyncRequest, true, LdapWriter.Value(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteEnumeratedValue(SyncMode.RefreshOnly);
            if (cookie is not null)
            {
                writer.WriteOctetString(cookie);
            }
        }
    }));

    /// <summary>Throws <see cref="LdapFault"/> if the entry does not say: without it, deletions would be lost silently.</summary>
    public static (SyncState State, Guid Id) StateOf(LdapResponse entry) => entry.ControlValue(LdapOid.SyncState) is { } value
        ? LdapReader.ReadValue(value, "the state of an entry", reader =>
        {
            var sequence = reader.ReadSequence();
            var state = sequence.ReadEnumeratedValue<SyncState>();
            var id = IdOf(sequence.ReadOctetString());
            return Enum.IsDefined(state) ? (state, id) : throw new AsnContentException("The state is not known.");
        })
        : throw new LdapFault("The server gave an entry without its state: it does not synchronize content (RFC 4533). Use the package for other LDAP servers.", false);

    public static SyncInfo InfoOf(LdapIntermediate message) => LdapReader.ReadValue(message.Value, "a message of synchronization", reader =>
    {
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific)
        {
            throw new AsnContentException("The kind of the message is not known.");
        }

        switch (tag.TagValue)
        {
            case 0:
                return new SyncInfo(reader.ReadOctetString(LdapReader.Context(0, false)), false, null, true);
            case 1 or 2:
                return new SyncInfo(CookieOf(reader.ReadSequence(tag)), tag.TagValue == 1, null, false);
            case 3:
                return IdSet(reader.ReadSequence(tag));
            default:
                throw new AsnContentException("The kind of the message is not known.");
        }
    });

    /// <summary>The end of a refresh.</summary>
    /// <returns>True: what was not mentioned is unchanged. False: it is no longer there.</returns>
    public static (byte[]? Cookie, bool NamesDeletions) DoneOf(LdapDone done) => done.ControlValue(LdapOid.SyncDone) is { } value
        ? LdapReader.ReadValue(value, "the end of synchronization", reader =>
        {
            var sequence = reader.ReadSequence();
            return (CookieOf(sequence), sequence.HasData && sequence.ReadBoolean());
        })
        : throw new LdapFault("The server ended a synchronization without saying how: it does not synchronize content (RFC 4533).", false);

    private static SyncInfo IdSet(AsnReader sequence)
    {
        var cookie = CookieOf(sequence);
        var isDeletion = sequence.HasData && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && sequence.ReadBoolean();
        var set = sequence.ReadSetOf(skipSortOrderValidation: true);
        var ids = new List<Guid>();
        while (set.HasData)
        {
            ids.Add(IdOf(set.ReadOctetString()));
        }

        return new SyncInfo(cookie, isDeletion, ids, false);
    }

    private static byte[]? CookieOf(AsnReader sequence) =>
        sequence.HasData && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString) ? sequence.ReadOctetString() : null;

    private static Guid IdOf(byte[] octets) =>
        octets.Length == 16 ? new Guid(octets, bigEndian: true) : throw new AsnContentException("An entry's identifier has not 16 octets.");

    private enum SyncMode
    {
        RefreshOnly = 1,
    }
}
