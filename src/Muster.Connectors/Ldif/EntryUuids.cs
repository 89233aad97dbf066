using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Values;

namespace Muster.Connectors.Ldif;

/// <summary>
/// The UUIDs of new entries (RFC 9562, version 8): made of the connection, the entry's name and how often that was taken, so that directories
/// that went through the same orders are the same. An entry that was deleted and comes again is another one.
/// </summary>
/// <param name="wasGiven">Whether an order has been answered with a UUID before.</param>
internal sealed class EntryUuids(DirectoryFile directory, string connection, Func<Guid, bool> wasGiven)
{
    private readonly HashSet<Guid> _given = [];

    public Guid Next(DistinguishedName name)
    {
        for (var turn = 0; ; turn++)
        {
            var uuid = Of(string.Create(CultureInfo.InvariantCulture, $"{connection}\n{name.Normalized}\n{turn}"));
            if (!wasGiven(uuid) && directory.FindByUuid(uuid.ToString("D")) is null && _given.Add(uuid))
            {
                return uuid;
            }
        }
    }

    private static Guid Of(string text)
    {
        var octets = SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16);
        octets[6] = (byte)((octets[6] & 0x0F) | 0x80);
        octets[8] = (byte)((octets[8] & 0x3F) | 0x80);
        return new Guid(octets, bigEndian: true);
    }
}
