using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>Makes random configurations: entity types and associations first, then what is computed over them.</summary>
internal sealed class SetupGenerator
{
    private static readonly string[] ConnectorNames = ["Hr", "Ad", "Fm"];
    private readonly Draw _draw;
    private readonly List<EntityPart> _entities = [];
    private readonly List<LinkPart> _links = [];
    private readonly List<RulePart> _rules = [];

    private SetupGenerator(Draw draw) => _draw = draw;

    public static Setup Generate(int seed)
    {
        var generator = new SetupGenerator(new Draw(seed));
        generator.Entities();
        generator.Links();
        RecordGenerator.Entities(generator._draw, generator._entities, generator._links);
        FileGenerator.Entities(generator._draw, generator._entities);
        generator.Groups();
        generator.Transformations();
        new ComputedGenerator(generator._draw, generator._entities, generator._links, generator._rules).Generate();
        if (generator._draw.Chance(0.8))
        {
            new PolicyGenerator(generator._draw, generator._entities, generator._links, generator._rules).Generate();
        }

        return new Setup(generator._entities, generator._links, generator._rules).Closed();
    }

    private void Entities()
    {
        var connectors = _draw.Int(1, 3);
        var letter = 'A';
        for (var connector = 0; connector < connectors; connector++)
        {
            for (var count = _draw.Int(1, connectors == 1 ? 3 : 2); count > 0; count--)
            {
                _entities.Add(new EntityPart($"{ConnectorNames[connector]}_{letter++}", ConnectorNames[connector], Scalars(isOwn: false)));
            }
        }

        if (_draw.Chance(0.4))
        {
            _entities.Add(new EntityPart("Own_" + letter, EntityPart.Own, Scalars(isOwn: true)));
        }

        if (_draw.Chance(0.35))
        {
            string[] scalars = ["dn", "objectClass", "uid", "cn", "sn", "description"];
            _entities.Add(new EntityPart("Dir_Entry", EntityPart.Directory,
                [.. scalars.Select(s => new ScalarPart(s)), new ScalarPart("C1", IsInSource: false, IsMapped: false)]));
            _links.Add(new LinkPart("Dir_parent", new LinkEnd("Dir_Entry", "children", true), new LinkEnd("Dir_Entry", "parent", false), true, "dn", "dn"));
            _links.Add(new LinkPart("Dir_member", new LinkEnd("Dir_Entry", "member", true), new LinkEnd("Dir_Entry", "memberOf", true), true, "dn", "dn"));
        }
    }

    /// <summary>Places that lie in one another, and resources that have one: what a hierarchical dimension is made of.</summary>
    private void Tree(List<EntityPart> csv)
    {
        var place = _draw.Of<EntityPart>(csv);
        _links.Add(new LinkPart(LinkPart.Above, new LinkEnd(place.Name, "Below", true), new LinkEnd(place.Name, "Above", false), true, "Key", "Key"));
        if (csv.Where(e => e != place).ToList() is { Count: > 0 } others)
        {
            var user = _draw.Of<EntityPart>(others);
            _links.Add(new LinkPart(LinkPart.Place, new LinkEnd(place.Name, "Users", true), new LinkEnd(user.Name, "Place", false), true, "Key", "Key"));
        }
    }

    /// <summary>Filters and concatenations between source and repository; deployments switch them, or change them to their other form.</summary>
    private void Transformations()
    {
        foreach (var entity in _entities.Where(e => e.IsCsv && _draw.Chance(0.25)).ToList())
        {
            var first = Transformation(entity);
            _rules.Add(_draw.Chance(0.5) ? first with { Other = Transformation(entity) } : first);
        }
    }

    private RulePart Transformation(EntityPart entity)
    {
        var table = SetupXml.ConnectionOf(entity.Name);
        var attributes = _draw.Chance(0.6)
            ? $"Type=\"WhereValue\" Table=\"{table}\" Column=\"{_draw.Of("Name", "Note")}\" WhereOperator=\"{_draw.Of("NotEquals", "NotEquals", "Equals", "NotContains")}\" WhereValue=\"{_draw.Of("n1", "n2", "k1")}\""
            : $"Type=\"ConcatColumns\" Table=\"{table}\" Column=\"Note\" InputColumn=\"{_draw.Of("Name", "Key")}\" InputColumn2=\"Note\" ConcatSeparator=\"{_draw.Of("+", "-")}\"";
        return new RulePart($"Transform_{entity.Name}", $"<Transformation {attributes} />", [entity.Name, $"{entity.Name}.Name", $"{entity.Name}.Note"])
        {
            IsOff = _draw.Chance(0.3),
        };
    }

    private List<ScalarPart> Scalars(bool isOwn)
    {
        var scalars = new List<ScalarPart> { Source("Key"), Source("Name") with { IsUnique = !isOwn && _draw.Chance(0.3) }, Source("Note") };
        if (_draw.Chance(0.5))
        {
            scalars.Add(Source("Flag", "Bool"));
        }

        if (_draw.Chance(0.35))
        {
            scalars.Add(Source("Count", "Int32"));
        }

        if (_draw.Chance(0.4))
        {
            scalars.Add(Source("Since", "DateTime"));
            scalars.Add(Source("Until", "DateTime"));
        }

        scalars.Add(new ScalarPart("C1", IsInSource: false, IsMapped: false));
        scalars.Add(new ScalarPart("C2", IsInSource: false, IsMapped: false));
        return scalars;

        ScalarPart Source(string name, string type = "String") => new(name, type, !isOwn, !isOwn);
    }

    /// <summary>Of some links to many, rules give at most one to resources of a group at a time.</summary>
    private void Groups()
    {
        for (var index = 0; index < _links.Count; index++)
        {
            var link = _links[index];
            _links[index] = link with { One = Grouped(link.One, link.Two), Two = Grouped(link.Two, link.One) };
        }

        LinkEnd Grouped(LinkEnd end, LinkEnd other)
        {
            var pointed = _entities.First(e => e.Name == other.Entity);
            return end.IsMany && _draw.Chance(0.25) ? end with { GroupBy = _draw.Of<string>([.. pointed.Scalars.Where(s => s.Type == "String").Select(s => s.Name)]) } : end;
        }
    }

    private void Links()
    {
        var csv = _entities.Where(e => e.IsCsv).ToList();
        var count = _draw.Int(1, Math.Min(5, _entities.Count + 2));
        for (var index = 1; index <= count; index++)
        {
            var one = _draw.Of<EntityPart>(_entities);
            var two = _draw.Chance(0.25) ? one : _draw.Of<EntityPart>(_entities);
            var (isOneMany, isTwoMany) = (_draw.Chance(0.6), _draw.Chance(0.35));
            var link = new LinkPart($"L{index}", new LinkEnd(one.Name, $"N{index}", isOneMany), new LinkEnd(two.Name, $"M{index}", isTwoMany), true, KeyOf(one), KeyOf(two));
            var holder = _entities.First(e => e.Name == link.Holder.Entity);
            link = link.IsManyToMany ? link : link.Holder == link.Two ? link with { Key2 = "Key" } : link with { Key1 = "Key" };
            var isSource = holder.IsCsv && new[] { one, two }.All(e => e.Connector != EntityPart.Own);
            _links.Add(isSource && _draw.Chance(0.9) ? link : link with { IsInSource = false, IsMapped = false, Key1 = one.Key, Key2 = two.Key });
        }

        if (_draw.Chance(0.6))
        {
            Tree(csv);
        }

        string KeyOf(EntityPart entity) => entity.Scalars.Any(s => s is { Name: "Name", IsUnique: true }) && _draw.Chance(0.6) ? "Name" : entity.Key;
    }
}
