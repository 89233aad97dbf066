using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Muster.Servers;

namespace Muster.Scenarios.Tests.Directories;

/// <summary>
/// A tree on a real server that changes at random: entries come, go and come back, are renamed, moved and swapped with all below them, enter and
/// leave the searched part and the filter, and refer to one another. Names are few and used again and again, and all kinds of characters are in them.
/// </summary>
internal sealed partial class LiveTree(DirectoryKind kind, int seed)
{
    /// <summary>A description with which an entry is left out by <see cref="Filter"/>.</summary>
    private const string HiddenMark = "hidden";

    private static readonly string[] Names =
    [
        "Ann", "Bo", "Cy Dee", "Ærø Åse", "O'Neil, Jr.", "a+b=c", "x;y", "<tag>", "\"quoted\"", "back\\slash", "#hash", "=eq", " lead", "trail ", "日本", "Zoë", "(*)",
    ];

    private readonly Random _random = new(seed);
    private readonly List<LiveNode> _nodes = [];
    private readonly List<(LiveNode Node, string Id)> _deleted = [];
    private LiveNode _unit = null!;
    private LiveNode _elsewhere = null!;
    private LiveNode _anchor = null!;
    private int _last;

    /// <summary>The filter of the worlds; what it leaves out comes and goes too. Null: everything.</summary>
    public string? Filter => seed % 2 == 0 ? null : $"(!(description={HiddenMark}))";

    /// <summary>What the worlds see.</summary>
    public string Unit => _unit.Dn;

    private bool IsActiveDirectory => kind == DirectoryKind.ActiveDirectory;

    private IDirectoryServer Server { get; } = kind.Server();

    /// <param name="members">How many members a group has from the beginning, which is never taken apart.</param>
    public void Plant(int members)
    {
        _unit = new LiveNode(NodeKind.Unit, "ou", Server.NewUnit(), null);
        _elsewhere = new LiveNode(NodeKind.Unit, "ou", Server.NewUnit(), null);
        _anchor = new LiveNode(NodeKind.Person, "cn", "anchor", _unit);
        Server.Modify(Added(_anchor));
        for (var i = 0; i < 4; i++)
        {
            AddUnit();
            AddGroup();
        }

        for (var i = 0; i < 14; i++)
        {
            AddPerson();
        }

        if (members > 0)
        {
            var crowd = new LiveNode(NodeKind.Unit, "ou", "Crowd", _unit);
            Server.Modify(Added(crowd));
            _nodes.Add(crowd);
            var people = Enumerable.Range(0, members).Select(i => new LiveNode(NodeKind.Person, "cn", Next("m"), crowd)).ToList();
            Server.Modify(string.Concat(people.Select(p => Added(p) + "\n")));
            _nodes.AddRange(people);
            var group = _nodes.First(n => n.Kind == NodeKind.Group);
            Server.Modify($"{Name(group)}changetype: modify\nadd: member\n{string.Concat(people.Except(group.Links).Select(p => Line("member", p.Dn)))}");
            group.Links.UnionWith(people);
        }
    }

    /// <summary>One random operation; gives what was done, for whoever looks for a difference.</summary>
    public string Step() => _random.Next(26) switch
    {
        0 or 1 => AddPerson(),
        2 => AddUnit(),
        3 => AddGroup(),
        4 or 5 => Change(),
        6 => Hide(),
        7 => Delete(Any(NodeKind.Person)),
        8 => Delete(Any(NodeKind.Group)),
        9 => _random.Next(3) == 0 ? DeleteUnit() : Refer(),
        10 => Recreate(),
        11 => IsActiveDirectory ? Undelete() : Refer(),
        12 => Rename(Any(NodeKind.Person), null, null),
        13 => Rename(Any(NodeKind.Group), null, null),
        14 => Rename(Any(NodeKind.Unit), null, null),
        15 => Rename(Any(NodeKind.Person), null, AnyUnit(true)),
        16 => Rename(Any(NodeKind.Group), null, AnyUnit(true)),
        17 or 18 => MoveUnit(),
        19 => Swap(),
        20 => ChangeCase(),
        21 or 22 => Refer(),
        _ => ChangeGroup(),
    };

    private string AddPerson() => Add(new LiveNode(NodeKind.Person, !IsActiveDirectory && _random.Next(3) == 0 ? "uid" : "cn", "", AnyUnit(true)));

    private string AddUnit() => Add(new LiveNode(NodeKind.Unit, !IsActiveDirectory && _random.Next(4) == 0 ? "l" : "ou", "", AnyUnit(false)));

    private string AddGroup() => _nodes.Count(n => n.Kind == NodeKind.Group) < 8 ? Add(new LiveNode(NodeKind.Group, "cn", "", AnyUnit(false))) : ChangeGroup();

    private string Add(LiveNode node)
    {
        node.Value = Free(node, node.Above!);
        Server.Modify(Added(node));
        _nodes.Add(node);
        if (node.Kind == NodeKind.Group)
        {
            node.Links.Add(_anchor);
        }

        return $"add {node.Dn}";
    }

    private string Added(LiveNode node)
    {
        var classes = (node.Kind, IsActiveDirectory) switch
        {
            (NodeKind.Unit, _) => node.Attribute == "l" ? "objectClass: locality\n" : "objectClass: organizationalUnit\n",
            (NodeKind.Person, false) => $"objectClass: inetOrgPerson\n{Line("sn", Next("s"))}{(node.Attribute == "cn" ? "" : Line("cn", node.Value))}",
            (NodeKind.Person, true) when _last % 4 != 0 => "objectClass: contact\nsn: new\n",
            (NodeKind.Person, true) => $"objectClass: user\nsAMAccountName: {Account()}\n",
            (_, false) => $"objectClass: groupOfNames\n{Line("member", _anchor.Dn)}",
            _ => $"objectClass: group\nsAMAccountName: {Account()}\n{Line("member", _anchor.Dn)}",
        };
        return $"{Name(node)}changetype: add\n{Line(node.Attribute, node.Value)}{classes}";
    }

    /// <summary>A name of the domain, whoever else uses the same server.</summary>
    private string Account() => string.Create(CultureInfo.InvariantCulture, $"{Next("n")}-{_unit.Dn.Split(',')[0][3..]}-{seed}");

    private string Change()
    {
        var node = Any(NodeKind.Person);
        var photo = IsActiveDirectory ? "thumbnailPhoto" : "jpegPhoto";
        var what = _random.Next(5) switch
        {
            0 => "replace: sn\n" + Line("sn", Next("s")),
            1 => "replace: telephoneNumber\n" + string.Concat(Enumerable.Range(0, IsActiveDirectory ? 1 : 3).Select(_ => Line("telephoneNumber", Next("+1 ")))),
            2 => $"replace: {photo}\n",
            3 => $"replace: {photo}\n{photo}:: {Convert.ToBase64String([0xff, 0xd8, 0, (byte)_random.Next(256), 0x0a])}\n",
            _ => "replace: title\n" + Line("title", $" {Next("t")}, \"é\"\n2"),
        };
        Server.Modify($"{Name(node)}changetype: modify\n{what}");
        return $"change {node.Dn} {what.Split('\n')[0]}";
    }

    private string Hide()
    {
        var node = Any((NodeKind)_random.Next(3));
        node.IsHidden = !node.IsHidden;
        Server.Modify($"{Name(node)}changetype: modify\nreplace: description\n{(node.IsHidden ? Line("description", HiddenMark) : "")}");
        return $"{(node.IsHidden ? "hide" : "show")} {node.Dn}";
    }

    private string Delete(LiveNode node)
    {
        Remember(node);
        Server.Modify($"{Name(node)}changetype: delete\n");
        Server.Settle();
        Forget(node);
        return $"delete {node.Dn}";
    }

    private string DeleteUnit()
    {
        var unit = Any(NodeKind.Unit);
        var below = _nodes.Where(n => n.IsAtOrBelow(unit)).OrderByDescending(n => n.Dn.Length).ToList();
        if (below.Count > 12)
        {
            return "nothing";
        }

        foreach (var node in below)
        {
            Delete(node);
        }

        return $"delete {unit.Dn} with {below.Count - 1} below";
    }

    private void Forget(LiveNode node)
    {
        _nodes.Remove(node);
        foreach (var other in _nodes)
        {
            other.Links.Remove(node);
        }
    }

    /// <summary>Deletes an entry and makes another one of the same name at once.</summary>
    private string Recreate()
    {
        var node = Any(NodeKind.Person);
        Delete(node);
        var other = new LiveNode(node.Kind, node.Attribute, node.Value, node.Above);
        Server.Modify(Added(other));
        _nodes.Add(other);
        return $"recreate {node.Dn}";
    }

    private void Remember(LiveNode node)
    {
        if (IsActiveDirectory && IdLine().Match(Server.Search(node.Dn, "(objectClass=*)", "objectGUID")) is { Success: true } match)
        {
            _deleted.Add((node, new Guid(Convert.FromBase64String(match.Groups[1].Value)).ToString("D")));
        }
    }

    private string Undelete()
    {
        if (_deleted.Count == 0)
        {
            return "nothing";
        }

        var (node, id) = _deleted[^_random.Next(1, Math.Min(4, _deleted.Count) + 1)];
        _deleted.RemoveAll(d => d.Id == id);
        var tombstone = $"{node.Rdn}\\0ADEL:{id},CN=Deleted Objects,{SambaServer.Base}";
        node.Above = AnyUnit(true);
        node.Value = Free(node, node.Above);
        node.IsHidden = false;
        Server.Modify(
            $"{Line("dn", tombstone)}changetype: modify\ndelete: isDeleted\n-\nreplace: distinguishedName\n{Line("distinguishedName", node.Dn)}", "-e", "!1.2.840.113556.1.4.417");
        node.Links.Clear();
        _nodes.Add(node);
        return $"undelete {node.Dn}";
    }

    private string Rename(LiveNode node, string? value, LiveNode? above)
    {
        above ??= node.Above!;
        value ??= Free(node, above, above == node.Above);
        var was = node.Dn;
        var rdn = node.RdnOf(value);
        try
        {
            Server.Modify($"{Name(node)}changetype: modrdn\n{Line("newrdn", rdn)}deleteoldrdn: 1\n{(above == node.Above ? "" : Line("newsuperior", above.Dn))}");
        }
        catch (InvalidOperationException failure) when (failure.Message.Contains("DN index add failed", StringComparison.Ordinal))
        {
            // slapd's own, now and then, where names differ by letter case.
            return $"slapd does not rename {was}";
        }

        Server.Settle();
        (node.Value, node.Above) = (value, above);
        return $"rename {was} to {node.Dn}";
    }

    private string MoveUnit()
    {
        var unit = Any(NodeKind.Unit);
        var above = _random.Next(3) == 0 ? _elsewhere : AnyUnit(false);
        return above.IsAtOrBelow(unit) ? Rename(unit, null, null) : Rename(unit, null, above);
    }

    private string Swap()
    {
        var one = Any((NodeKind)_random.Next(3));
        var other = _nodes.FirstOrDefault(n => n != one && n.Kind == one.Kind && n.Attribute == one.Attribute && !n.IsAtOrBelow(one) && !one.IsAtOrBelow(n));
        if (other is null)
        {
            return "nothing";
        }

        var (value, above) = (one.Value, one.Above);
        Rename(one, Next("swap"), _unit);
        var (otherValue, otherAbove) = (other.Value, other.Above);
        Rename(other, value, above);
        Rename(one, otherValue, otherAbove);
        return $"swap {one.Dn} and {other.Dn}";
    }

    private string ChangeCase()
    {
        var node = Any((NodeKind)_random.Next(3));
        var upper = node.Value.ToUpperInvariant();
        var value = upper == node.Value ? node.Value.ToLowerInvariant() : upper;
        return value == node.Value ? "nothing" : Rename(node, value, node.Above);
    }

    private string ChangeGroup()
    {
        var group = Any(NodeKind.Group);
        var member = _random.Next(4) == 0 ? Any(NodeKind.Group) : Any(NodeKind.Person);
        return member == group ? "nothing" : Toggle(group, "member", member);
    }

    private string Refer()
    {
        var person = Any(NodeKind.Person);
        var target = Any(NodeKind.Person);
        if (target == person)
        {
            return "nothing";
        }

        if (_random.Next(2) == 0)
        {
            return Toggle(person, "seeAlso", target);
        }

        Server.Modify($"{Name(person)}changetype: modify\nreplace: manager\n{(_random.Next(4) == 0 ? "" : Line("manager", target.Dn))}");
        return $"manager of {person.Dn} is {target.Dn}";
    }

    private string Toggle(LiveNode owner, string attribute, LiveNode target)
    {
        var isAdd = owner.Links.Add(target);
        if (!isAdd)
        {
            owner.Links.Remove(target);
        }

        // Samba does not find values of attributes that are no links again once their target was renamed.
        Server.Modify(IsActiveDirectory && owner.Kind == NodeKind.Person
            ? $"{Name(owner)}changetype: modify\nreplace: {attribute}\n{string.Concat(owner.Links.Select(l => Line(attribute, l.Dn)))}"
            : $"{Name(owner)}changetype: modify\n{(isAdd ? "add" : "delete")}: {attribute}\n{Line(attribute, target.Dn)}");

        return $"{(isAdd ? "add" : "remove")} {target.Dn} as {attribute} of {owner.Dn}";
    }

    /// <summary>A value that no entry at a place has.</summary>
    private string Free(LiveNode node, LiveNode above, bool isOther = false)
    {
        for (var attempt = 0; attempt < 40; attempt++)
        {
            var value = Names[_random.Next(Names.Length)];
            if (!(isOther && value == node.Value)
                && _nodes.All(n => n == node || n.Above != above || n.Attribute != node.Attribute || !n.Value.Equals(value, StringComparison.OrdinalIgnoreCase)))
            {
                return value;
            }
        }

        return Next("v");
    }

    private LiveNode AnyUnit(bool mayBeTop)
    {
        var units = _nodes.Where(n => n.Kind == NodeKind.Unit).ToList();
        return units.Count == 0 || _random.Next(4) == 0 || (!mayBeTop && _random.Next(2) == 0) ? _unit : units[_random.Next(units.Count)];
    }

    private LiveNode Any(NodeKind nodeKind)
    {
        var nodes = _nodes.Where(n => n.Kind == nodeKind).ToList();
        if (nodes.Count > 0)
        {
            return nodes[_random.Next(nodes.Count)];
        }

        Add(new LiveNode(nodeKind, nodeKind == NodeKind.Unit ? "ou" : "cn", "", _unit));
        return _nodes[^1];
    }

    private string Next(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{++_last}");

    private static string Name(LiveNode node) => Line("dn", node.Dn);

    private static string Line(string name, string value) => $"{name}:: {Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}\n";

    [GeneratedRegex("objectGUID:: (.*)")]
    private static partial Regex IdLine();
}
