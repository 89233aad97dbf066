using System.Text.Json.Nodes;
using Muster.Servers;

namespace Muster.Scenarios.Tests.World;

/// <summary>The yard's directory as a server: what the shipping line's configuration becomes with it, and what it holds.</summary>
internal sealed class DirectoryYard : IDisposable
{
    private static readonly string[] Shown =
        ["objectClass", "cn", "sn", "ou", "uid", "sAMAccountName", "displayName", "description", "member", "memberOf", "userAccountControl"];

    private readonly bool _isActiveDirectory;

    public DirectoryYard(bool isActiveDirectory)
    {
        _isActiveDirectory = isActiveDirectory;
        Server = isActiveDirectory ? SambaServer.StartOwn() : OpenLdapServer.Start();
        Unit = Server.NewUnit();
        Server.Modify(isActiveDirectory ? ActiveDirectoryEntries() : OpenLdapEntries());
    }

    public IOwnServer Server { get; }

    /// <summary>The part of the tree that the yard is.</summary>
    public string Unit { get; }

    /// <summary>The shipping line, connected with the server.</summary>
    public FleetWorld NewWorld()
    {
        var world = new FleetWorld(isProvisioning: true)
        {
            Yard = _isActiveDirectory
                ? new JsonObject
                {
                    ["Servers"] = new JsonArray(new JsonObject { [nameof(Server)] = Server.Address, ["BaseDN"] = Unit }),
                    ["AuthType"] = "Basic",
                    ["Login"] = Server.Login,
                    ["Password"] = Server.Password,
                    ["RetryDelay"] = 20,
                }
                : new JsonObject
                {
                    [nameof(Server)] = Server.Address,
                    ["DistinguishedName"] = Unit,
                    ["Login"] = Server.Login,
                    ["Password"] = Server.Password,
                    ["RetryDelay"] = 20,
                },
        };
        foreach (var (from, to) in Changes())
        {
            world.Replace("Conf/Provisioning.xml", from, to);
        }

        foreach (var reading in _isActiveDirectory ? Enum.GetValues<Reading>() : [Reading.Compared, Reading.Listed])
        {
            foreach (var task in (string[])["PrepareSynchronizationTask", "SynchronizeTask"])
            {
                var name = $"{reading}_{(task[0] == 'P' ? "Prepare" : "Synchronize")}_Yard";
                world.Replace("Conf/Jobs.xml", $"<{task} Identifier=\"{name}\"", $"<{task} Identifier=\"{name}\" Type=\"{(_isActiveDirectory ? "ActiveDirectory" : "Changes")}\"");
            }
        }

        world.Settings(isListed: false);
        return world;
    }

    /// <summary>What the yard holds, read by the usual tool: each entry with its attributes, in an order of their own.</summary>
    public string Content() => string.Join("\n\n", Entries(Shown).Select(e => string.Join('\n', e)));

    /// <summary>A text in which each entry's identifier, which another run makes anew, is the entry's name; its lines in an order of their own.</summary>
    public string WithNames(string text)
    {
        foreach (var entry in Entries([_isActiveDirectory ? "objectGUID" : "entryUUID"]))
        {
            var line = entry.First(l => l.StartsWith("objectGUID:: ", StringComparison.Ordinal) || l.StartsWith("entryUUID: ", StringComparison.Ordinal));
            var id = line[0] == 'o' ? new Guid(Convert.FromBase64String(line[13..])) : new Guid(line[11..]);
            text = text.Replace(id.ToString("N"), entry[0], StringComparison.OrdinalIgnoreCase).Replace(id.ToString("D"), entry[0], StringComparison.OrdinalIgnoreCase);
        }

        return string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal));
    }

    public void Dispose() => Server.Dispose();

    private IEnumerable<List<string>> Entries(string[] attributes) => Server.Search(Unit, "(objectClass=*)", attributes)
        .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .Select(e => e.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        .Select(lines => (List<string>)[lines[0], .. lines.Skip(1).Order(StringComparer.Ordinal)])
        .OrderBy(e => e[0], StringComparer.Ordinal);

    private IEnumerable<(string From, string To)> Changes()
    {
        yield return ("\"Muster.Ldif@0000001\"", _isActiveDirectory ? "\"Usercube.AD@0000001\"" : "\"Usercube.OpenLDAP@0000001\"");
        yield return ("<Property Identifier=\"objectClass\" D", "<Property Identifier=\"uuid\" DisplayName_L1=\"Id\" Type=\"Guid\" />\n    <Property Identifier=\"objectClass\" D");
        yield return (
            "<Property Identifier=\"dn\" ConnectionColumn=\"dn\" IsPrimaryKey=\"true\" />",
            $"<Property Identifier=\"uuid\" ConnectionColumn=\"{(_isActiveDirectory ? "objectGUID" : "entryUUID")}\" Format=\"guid\" IsPrimaryKey=\"true\" />\n    <Property Identifier=\"dn\" ConnectionColumn=\"dn\" IsUniqueKey=\"true\" />");
        if (_isActiveDirectory)
        {
            yield return ("ou=crew,", "OU=crew,");
            yield return ("ou=groups,", "OU=groups,");
            yield return ("cn=all,", "CN=all,");
            yield return ("cn=flagship,", "CN=flagship,");
            yield return ("ConnectionColumn=\"uid\"", "ConnectionColumn=\"sAMAccountName\"");
            yield return ("ConnectionColumn=\"cn\"", "ConnectionColumn=\"displayName\"");
            yield return ("RDNAttributeIdentifier=\"uid\"", "RDNAttributeIdentifier=\"cn\"");
            yield return ("organizationalPerson&#xA;inetOrgPerson", "organizationalPerson&#xA;user");
            yield return ("groupOfNames", "group");
            yield return ("entry.uid != null", "entry.objectClass != null &amp;&amp; entry.objectClass.Contains(&quot;user&quot;)");
        }
        else
        {
            yield return ("yard_entries", "yard_entry");
        }

        yield return ("dc=line,dc=example", Unit);
    }

    private string OpenLdapEntries()
    {
        var units = string.Concat(((string[])["crew", "groups"]).Select(ou => $"dn: ou={ou},{Unit}\nchangetype: add\nobjectClass: organizationalUnit\nou: {ou}\n\n"));

        // A group has a member here, always.
        return units + string.Concat(((string[])["all", "flagship", "divers"]).Select(cn =>
            $"dn: cn={cn},ou=groups,{Unit}\nchangetype: add\nobjectClass: groupOfNames\ncn: {cn}\nmember: ou=crew,{Unit}\n\n"));
    }

    private string ActiveDirectoryEntries() =>
        string.Concat(((string[])["crew", "groups"]).Select(ou => $"dn: OU={ou},{Unit}\nchangetype: add\nobjectClass: organizationalUnit\nou: {ou}\n\n"))
        + string.Concat(((string[])["all", "flagship", "divers"]).Select(cn =>
            $"dn: CN={cn},OU=groups,{Unit}\nchangetype: add\nobjectClass: group\ncn: {cn}\nsAMAccountName: {cn}\ndisplayName: {cn}\n\n"));
}
