using System.Globalization;
using Muster.Connectors.Ldap;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.ActiveDirectory;

/// <summary>What DirSync tells of one object since a cookie.</summary>
internal sealed class DirSyncObject(Guid id, string dn)
{
    public Guid Id { get; } = id;

    /// <summary>Its name now; of a deleted one, a mangled name.</summary>
    public string Dn { get; set; } = dn;

    public bool IsDeleted { get; set; }

    /// <summary>It is new, or it has another name or stands elsewhere: those below it, of which nothing is told, have new names too.</summary>
    public bool IsNamed { get; set; }

    /// <summary>It was deleted, and is there again: links to it may have come back, which nothing tells.</summary>
    public bool IsReanimated { get; set; }

    /// <summary>By link attribute, in the order in which they were told: values that came or went.</summary>
    public Dictionary<string, List<(bool IsAdd, KnownValue Value)>> Links { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Link attributes that were told as a whole.</summary>
    public HashSet<string> WholeLinks { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>
/// Active Directory's feed of changes (control 1.2.840.113556.1.4.841; synchronization.md 7.1). It speaks of a whole naming context, and of an
/// object that is moved or renamed but not of those below it; another domain controller may tell more than is new, and never less.
/// </summary>
internal static class DirSync
{
    /// <summary>Links are told value by value. The flag is the sign bit of a 32-bit number and is sent as a negative one.</summary>
    private const int IncrementalValues = unchecked((int)0x80000000);

    private const int MaximumOctets = 1 << 20;

    /// <summary>The request: where to go on from; null from the beginning.</summary>
    public static LdapControl Request(byte[]? cookie) => new(LdapOid.DirSync, true, LdapWriter.Value(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(IncrementalValues);
            writer.WriteInteger(MaximumOctets);
            writer.WriteOctetString(cookie ?? []);
        }
    }));

    /// <summary>
    /// A cookie of this moment, without the objects: nothing matches the filter. What is read after it may be told again, and nothing is missed.
    /// </summary>
    public static Task<byte[]> CookieAsync(LdapSession session, string namingContext, CancellationToken cancellationToken) =>
        ReadAsync(session, new LdapSearch(namingContext, LdapScope.Subtree, SearchFilter.Equal("objectGUID", Guid.Empty.ToByteArray()), ["1.1"]), null, _ => { }, cancellationToken);

    /// <summary>Reads what has changed since a cookie and gives the next one.</summary>
    /// <param name="links">The attributes whose values are told one by one.</param>
    public static async Task<(IReadOnlyCollection<DirSyncObject> Objects, byte[] Cookie)> ChangesAsync(
        LdapSession session, string namingContext, IReadOnlyList<string> attributes, IReadOnlyList<string> links, byte[] cookie, CancellationToken cancellationToken)
    {
        var objects = new Dictionary<Guid, DirSyncObject>();
        var search = new LdapSearch(namingContext, LdapScope.Subtree, SearchFilter.All, attributes);
        var next = await ReadAsync(session, search, cookie, entry => Take(ExtendedName.Plain(entry), links, objects), cancellationToken).ConfigureAwait(false);
        return (objects.Values, next);
    }

    /// <summary>Takes one row; an object may come several times.</summary>
    internal static void Take(LdapEntry entry, IReadOnlyList<string> links, Dictionary<Guid, DirSyncObject> objects)
    {
        if (entry.Find("objectGUID")?.Values is not [{ Length: 16 } octets])
        {
            throw new LdapFault($"The server told a change of '{entry.Dn}' without its objectGUID.", false);
        }

        var id = new Guid(octets);
        if (!objects.TryGetValue(id, out var changed))
        {
            objects.Add(id, changed = new DirSyncObject(id, entry.Dn));
        }

        changed.Dn = entry.Dn;
        foreach (var attribute in entry.Attributes)
        {
            if (attribute.Is("isDeleted"))
            {
                changed.IsDeleted = attribute.Values.Any(v => v.AsSpan().SequenceEqual("TRUE"u8));
                changed.IsReanimated = !changed.IsDeleted;
            }
            else if (attribute.Is("name"))
            {
                changed.IsNamed = true;
            }
            else
            {
                TakeLinks(attribute, links, changed);
            }
        }
    }

    private static void TakeLinks(LdapAttribute attribute, IReadOnlyList<string> links, DirSyncObject changed)
    {
        var semicolon = attribute.Name.IndexOf(';', StringComparison.Ordinal);
        var name = semicolon < 0 ? attribute.Name : attribute.Name[..semicolon];
        if (!links.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        var option = semicolon < 0 ? "" : attribute.Name[(semicolon + 1)..].ToLowerInvariant();
        if (option is not ("range=1-1" or "range=0-0"))
        {
            // All values, as many as come at once: the object is read.
            changed.WholeLinks.Add(name);
            return;
        }

        if (!changed.Links.TryGetValue(name, out var values))
        {
            changed.Links.Add(name, values = []);
        }

        values.AddRange(attribute.Values.Select(v => (option == "range=1-1", ExtendedName.ValueOf(v))));
    }

    private static async Task<byte[]> ReadAsync(
        LdapSession session, LdapSearch search, byte[]? cookie, Action<LdapEntry> take, CancellationToken cancellationToken)
    {
        var progress = new PageProgress();
        while (true)
        {
            var page = search with { Controls = [Request(cookie), new LdapControl(LdapOid.ShowDeleted, true), ExtendedName.Request] };
            var hasMore = false;
            progress.Begin(cookie);
            await foreach (var response in session.Connection.SearchAsync(page, cancellationToken).ConfigureAwait(false))
            {
                switch (response)
                {
                    case LdapEntry entry:
                        progress.Take(entry.Dn);
                        take(entry);
                        break;
                    case LdapDone { Code: not LdapCode.Success } done:
                        throw new LdapFault(done);
                    case LdapDone done:
                        (hasMore, cookie) = NextOf(done);
                        break;
                }
            }

            if (!hasMore)
            {
                return cookie!;
            }
        }
    }

    private static (bool HasMore, byte[] Cookie) NextOf(LdapDone done) => done.ControlValue(LdapOid.DirSync) is { } value
        ? LdapReader.ReadValue(value, "a DirSync cookie", reader =>
        {
            var sequence = reader.ReadSequence();
            var more = sequence.ReadInteger();
            sequence.ReadInteger();
            return (!more.IsZero, sequence.ReadOctetString());
        })
        : throw new LdapFault("The server gave no DirSync cookie, so that nobody can tell where to go on from.", false);

    /// <summary>The text by which an object is found whatever its name is.</summary>
    public static string NameOf(Guid id) => string.Create(CultureInfo.InvariantCulture, $"<GUID={id:D}>");
}
