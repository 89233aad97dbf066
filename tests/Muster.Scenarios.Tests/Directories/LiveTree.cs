using System.Globalization;
using Muster.Servers;

namespace Muster.Scenarios.Tests.Directories;

/// <summary>A tree on a real server that changes at random: entries come, go, are renamed and moved with all below them, and change groups.</summary>
internal sealed class LiveTree(DirectoryKind kind, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<string> _people = [];
    private readonly List<string> _units = [];
    private readonly Dictionary<string, HashSet<string>> _groups = [];
    private int _last;

    private IDirectoryServer Server { get; } = kind == DirectoryKind.OpenLdap ? OpenLdapServer.Shared : SambaServer.Shared;

    /// <summary>What the worlds see.</summary>
    public string Unit { get; private set; } = "";

    private string Elsewhere { get; set; } = "";

    private string Anchor => $"cn=anchor,{Unit}";

    public void Plant()
    {
        Unit = Server.NewUnit();
        Elsewhere = Server.NewUnit();
        Add(Anchor, Person);
        for (var i = 0; i < 3; i++)
        {
            AddUnit();
            AddGroup();
        }

        for (var i = 0; i < 12; i++)
        {
            AddPerson();
        }
    }

    /// <summary>One random operation; gives what was done, for whoever looks for a difference.</summary>
    public string Step() => _random.Next(14) switch
    {
        0 or 1 => AddPerson(),
        2 => AddUnit(),
        3 when _groups.Count < 8 => AddGroup(),
        4 or 5 => Change(),
        6 => DeletePerson(),
        7 => RenamePerson(),
        8 => MovePerson(),
        9 => RenameUnit(),
        10 => MoveUnit(),
        11 => RenameGroup(),
        _ => ChangeGroup(),
    };

    private string Person => kind == DirectoryKind.OpenLdap ? "objectClass: inetOrgPerson\nsn: new\n" : "objectClass: contact\nsn: new\n";

    private string AddPerson()
    {
        var dn = $"cn={Next("p")},{AnyUnit(true)}";
        Add(dn, Person);
        _people.Add(dn);
        return $"add {dn}";
    }

    private string AddUnit()
    {
        var dn = $"ou={Next("u")},{AnyUnit(false)}";
        Add(dn, "objectClass: organizationalUnit\n");
        _units.Add(dn);
        return $"add {dn}";
    }

    private string AddGroup()
    {
        var name = Next("g");
        var dn = $"cn={name},{Unit}";
        Add(dn, kind == DirectoryKind.OpenLdap
            ? $"objectClass: groupOfNames\nmember: {Anchor}\n"
            : $"objectClass: group\nsAMAccountName: {name}-{Unit.Split(',')[0][3..]}-{seed}\nmember: {Anchor}\n");
        _groups.Add(dn, []);
        return $"add {dn}";
    }

    private string Change()
    {
        var dn = Any(_people);
        var what = _random.Next(3) switch { 0 => "replace: description\n", 1 => $"replace: description\ndescription: {Next("d")}\n", _ => $"replace: sn\nsn: {Next("s")}\n" };
        Server.Modify($"dn: {dn}\nchangetype: modify\n{what}");
        return $"change {dn}";
    }

    private string DeletePerson()
    {
        var dn = Any(_people);
        Server.Modify($"dn: {dn}\nchangetype: delete\n");
        _people.Remove(dn);
        foreach (var members in _groups.Values)
        {
            members.Remove(dn);
        }

        return $"delete {dn}";
    }

    private string RenamePerson() => Rename(Any(_people), $"cn={Next("p")}", null);

    private string MovePerson() => Rename(Any(_people), null, AnyUnit(true));

    private string RenameGroup() => Rename(Any([.. _groups.Keys]), $"cn={Next("g")}", null);

    private string RenameUnit() => Rename(Any(_units), $"ou={Next("u")}", null);

    private string MoveUnit()
    {
        var unit = Any(_units);
        var above = _random.Next(3) == 0 ? Elsewhere : AnyUnit(false);
        return above == unit || above.EndsWith("," + unit, StringComparison.Ordinal) ? RenameUnit() : Rename(unit, null, above);
    }

    private string ChangeGroup()
    {
        var group = Any([.. _groups.Keys]);
        var person = Any(_people);
        var isMember = _groups[group].Contains(person);
        Server.Modify($"dn: {group}\nchangetype: modify\n{(isMember ? "delete" : "add")}: member\nmember: {person}\n");
        _ = isMember ? _groups[group].Remove(person) : _groups[group].Add(person);
        return $"{(isMember ? "remove" : "add")} {person} {group}";
    }

    private string Rename(string dn, string? rdn, string? above)
    {
        var comma = dn.IndexOf(',', StringComparison.Ordinal);
        rdn ??= dn[..comma];
        var now = $"{rdn},{above ?? dn[(comma + 1)..]}";
        if (now == dn)
        {
            return "nothing";
        }

        Server.Modify($"dn: {dn}\nchangetype: modrdn\nnewrdn: {rdn}\ndeleteoldrdn: 1\n{(above is null ? "" : $"newsuperior: {above}\n")}");
        string Follow(string name) => name == dn ? now : name.EndsWith("," + dn, StringComparison.Ordinal) ? name[..^dn.Length] + now : name;
        Replace(_people, Follow);
        Replace(_units, Follow);
        foreach (var (group, members) in _groups.ToList())
        {
            _groups.Remove(group);
            _groups.Add(Follow(group), [.. members.Select(Follow)]);
        }

        return $"rename {dn} to {now}";
    }

    private static void Replace(List<string> names, Func<string, string> follow)
    {
        for (var i = 0; i < names.Count; i++)
        {
            names[i] = follow(names[i]);
        }
    }

    private string AnyUnit(bool orTop) => _units.Count == 0 || _random.Next(4) == 0 || !orTop && _random.Next(2) == 0 ? Unit : Any(_units);

    private string Any(List<string> names) => names[_random.Next(names.Count)];

    private string Next(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{++_last}");

    private void Add(string dn, string attributes) => Server.Modify($"dn: {dn}\nchangetype: add\n{attributes}");
}
