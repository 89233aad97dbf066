using System.Text;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>The attribute by which an entry is known whatever its name is.</summary>
internal sealed class EntryKey
{
    private readonly bool _isOctets;

    private EntryKey(string attribute, bool isOctets)
    {
        Attribute = attribute;
        _isOctets = isOctets;
    }

    /// <summary>That of the standard (RFC 4530), a text.</summary>
    public static EntryKey EntryUuid { get; } = new("entryUUID", false);

    /// <summary>That of Active Directory, 16 octets in the order of .NET.</summary>
    public static EntryKey ObjectGuid { get; } = new("objectGUID", true);

    public string Attribute { get; }

    /// <summary>
    /// Values that name a renamed entry may follow later, in the background (<c>refint</c> of OpenLDAP); in Active Directory they are links, which need not follow.
    /// </summary>
    public bool FollowsRenamesLater => !_isOctets;

    /// <summary>The identifier as the attribute holds it.</summary>
    public byte[] OctetsOf(Guid id) => _isOctets ? id.ToByteArray() : Encoding.ASCII.GetBytes(id.ToString("D"));

    /// <summary>The identifier of an entry that was read with the attribute; null if it has none.</summary>
    public Guid? IdOf(LdapEntry entry) => entry.Find(Attribute)?.Values switch
    {
        [{ Length: 16 } octets] when _isOctets => new Guid(octets),
        [var octets] when !_isOctets && Guid.TryParse(Encoding.UTF8.GetString(octets), out var id) => id,
        _ => null,
    };

    /// <summary>The searches that find an entry: by the name that Active Directory gives to identifiers, else below each base.</summary>
    public IEnumerable<LdapSearch> SearchesFor(Guid id, IReadOnlyList<string> bases, IReadOnlyList<string> attributes) => _isOctets
        ? [new LdapSearch($"<GUID={id:D}>", LdapScope.Base, SearchFilter.All, attributes)]
        : bases.Select(b => new LdapSearch(b, LdapScope.Subtree, SearchFilter.Equal(Attribute, id.ToString("D")), attributes));
}
