using Muster.Configuration.Model;
using Muster.Connectors.Contract;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Asks whether the account may do what the resource types of a connection will want of it. A domain tells the rights of who asks (<c>allowed…Effective</c>);
/// other servers do not, so that there only what depends on the connection is looked at.
/// </summary>
internal sealed class LdapRights(LdapSession session, LdapPlace place, EntryKey key, List<ConnectionFinding> findings, CancellationToken cancellationToken)
{
    /// <summary>Units that are looked at.</summary>
    private const int MostUnits = 1000;

    /// <summary>Names that one finding tells.</summary>
    private const int Told = 10;

    private bool IsDomain => key == EntryKey.ObjectGuid;

    public async Task CheckAsync(ConnectionToExamine connection)
    {
        foreach (var type in connection.Written)
        {
            var layout = new EntryLayout(type, connection.Connection);
            if (layout.Password is not null && !session.Connection.IsEncrypted && (IsDomain || !place.Server.IsLocal))
            {
                findings.Add(new ConnectionFinding(
                    false, $"New accounts of the resource type '{type.Identifier}' get passwords, which need an encrypted connection. Set EnableSSL (SSL) or StartTLS."));
            }

            if (IsDomain && layout.ObjectClasses is [.., var structural])
            {
                await CheckCreationAsync(type, structural).ConfigureAwait(false);
                await CheckWritingAsync(type, layout, structural).ConfigureAwait(false);
            }
        }
    }

    private async Task CheckCreationAsync(ResourceType type, string structural)
    {
        var (all, allowed) = (0, 0);
        var filter = SearchFilter.Parse("(|(objectClass=organizationalUnit)(objectClass=container)(objectClass=domainDNS))");
        var search = new LdapSearch(place.BaseDn, LdapScope.Subtree, filter, ["allowedChildClassesEffective"]);
        await foreach (var unit in session.SearchAsync(search, cancellationToken).ConfigureAwait(false))
        {
            if (all++ < MostUnits && LdapSession.Texts(unit, "allowedChildClassesEffective").Contains(structural, StringComparer.OrdinalIgnoreCase))
            {
                allowed++;
            }
        }

        findings.Add(allowed > 0
            ? new ConnectionFinding(true, $"'{place.Server.Account}' may create entries of the class '{structural}' (resource type '{type.Identifier}') in {allowed} of {all} units below '{place.BaseDn}'.")
            : new ConnectionFinding(
                false,
                $"'{place.Server.Account}' may create no entries of the class '{structural}' below '{place.BaseDn}', which the resource type '{type.Identifier}' wants. Give it the right to create and delete them in the units concerned."));
    }

    /// <summary>Of one entry of the class, which stands for the others: attributes that rules write and the account may not.</summary>
    private async Task CheckWritingAsync(ResourceType type, EntryLayout layout, string structural)
    {
        var written = type.ScalarRules.Select(r => layout.FormatOf(r.Property)?.Attribute).OfType<string>()
            .Where(a => !a.Equals("dn", StringComparison.OrdinalIgnoreCase) && !a.Equals("rdn", StringComparison.OrdinalIgnoreCase)).ToList();
        await CheckWritingAsync(type, structural, written).ConfigureAwait(false);
        var backlinks = type.NavigationRules.Select(r => r.Property).Concat(type.QueryRules.Select(r => r.Property)).Distinct()
            .Select(layout.LinkOf).OfType<EntryLink>().Where(l => l.IsAtOther).Select(l => l.Column).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (backlinks.Count > 0)
        {
            await CheckWritingAsync(type, "group", backlinks).ConfigureAwait(false);
        }
    }

    private async Task CheckWritingAsync(ResourceType type, string objectClass, List<string> attributes)
    {
        if (!objectClass.All(char.IsAsciiLetterOrDigit))
        {
            return;
        }

        // Computers are users too, but for their category.
        LdapEntry? example = null;
        var filter = SearchFilter.Parse($"(&(objectClass={objectClass})(!(objectCategory=computer)))");
        var search = new LdapSearch(place.BaseDn, LdapScope.Subtree, filter, ["allowedAttributesEffective"]) { SizeLimit = 1 };
        await foreach (var response in session.Connection.SearchAsync(search, cancellationToken).ConfigureAwait(false))
        {
            example ??= response as LdapEntry;
        }

        if (example is null)
        {
            return;
        }

        var allowed = LdapSession.Texts(example, "allowedAttributesEffective").ToHashSet(StringComparer.OrdinalIgnoreCase);
        var refused = attributes.Where(a => !allowed.Contains(a)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (refused.Count > 0)
        {
            findings.Add(new ConnectionFinding(
                false,
                $"'{place.Server.Account}' may not write {string.Join(", ", refused.Take(Told).Select(a => $"'{a}'"))}{(refused.Count > Told ? $" and {refused.Count - Told} more" : "")} of '{example.Dn}', "
                + $"which the resource type '{type.Identifier}' wants. If Muster is to change such entries, give it the right to write these properties."));
        }
    }
}
