using System.Text;
using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Worlds;

/// <summary>The directory file as an outsider changes it: entries by name, each a list of attribute and value.</summary>
internal sealed class DirectoryText
{
    public const string Initial =
        """
        dn: dc=d
        objectClass: domain
        dc: d

        dn: ou=people,dc=d
        objectClass: organizationalUnit
        ou: people

        dn: ou=groups,dc=d
        objectClass: organizationalUnit
        ou: groups

        dn: cn=g1,ou=groups,dc=d
        objectClass: groupOfNames
        cn: g1

        dn: cn=g2,ou=groups,dc=d
        objectClass: groupOfNames
        cn: g2

        """;

    /// <summary>What the directory makes up for itself.</summary>
    private static readonly string[] Operational = ["entryUUID", "createTimestamp", "modifyTimestamp"];

    private readonly List<(string Dn, List<(string Attribute, string Value)> Values)> _entries = [];

    public DirectoryText(string text)
    {
        foreach (var block in text.Replace("\r", "", StringComparison.Ordinal).Replace("\n ", "", StringComparison.Ordinal).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n').Where(l => l.Length > 0 && l[0] != '#' && !l.StartsWith("version:", StringComparison.Ordinal)).Select(Pair).ToList();
            if (lines.Count > 0)
            {
                _entries.Add((lines[0].Value, lines[1..]));
            }
        }
    }

    /// <summary>The content without the order of entries and values, and without what the directory makes up.</summary>
    public string Sorted =>
        string.Join('\n', _entries.Select(e => e.Dn + "\n  " + string.Join("\n  ", e.Values.Where(v => !Operational.Contains(v.Attribute)).Select(v => $"{v.Attribute}: {v.Value}").Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (dn, values) in _entries)
        {
            text.Append("dn: ").Append(dn).Append('\n');
            foreach (var (attribute, value) in values)
            {
                text.Append(attribute).Append(": ").Append(value).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    public void Apply(SourceChange change)
    {
        var index = _entries.FindIndex(e => e.Dn == change.Key);
        switch (change.Kind)
        {
            case ChangeKind.Put when index < 0:
                _entries.Add((change.Key, [.. change.Values.Select(v => (v.Split('=', 2)[0], v.Split('=', 2)[1]))]));
                break;
            case ChangeKind.Remove when index >= 0:
                _entries.RemoveAll(e => e.Dn == change.Key || e.Dn.EndsWith("," + change.Key, StringComparison.Ordinal));
                break;
            case ChangeKind.Set when index >= 0 && change.Column == "member":
                // A second time takes the member away.
                if (_entries[index].Values.RemoveAll(v => v.Attribute == "member" && v.Value == change.Value) == 0)
                {
                    _entries[index].Values.Add(("member", change.Value));
                }

                break;
            case ChangeKind.Set when index >= 0:
                _entries[index].Values.RemoveAll(v => v.Attribute == change.Column);
                if (change.Value.Length > 0)
                {
                    _entries[index].Values.Add((change.Column, change.Value));
                }

                break;
            default:
                break;
        }
    }

    private static (string Attribute, string Value) Pair(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return line[(colon + 1)..].StartsWith(": ", StringComparison.Ordinal)
            ? (line[..colon], Encoding.UTF8.GetString(Convert.FromBase64String(line[(colon + 3)..])))
            : (line[..colon], line[(colon + 1)..].TrimStart());
    }
}
