using System.Security;
using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>Makes computed properties: along one to three links, over collections, of one another, by look-up, by the clock, by enumeration.</summary>
internal sealed class ComputedGenerator(Draw draw, List<EntityPart> entities, List<LinkPart> links, List<RulePart> rules)
{
    public void Generate()
    {
        var places = entities.SelectMany(e => e.Scalars.Where(s => s.Name is "C1" or "C2").Select(s => (Entity: e, s.Name))).ToList();
        foreach (var (entity, name) in draw.Some(places, 0.45))
        {
            var rule = Scalar($"{entity.Name}_{name}", entity, name);
            Add(draw.Chance(0.25) ? rule with { Other = Scalar(rule.Name, entity, name) } : rule);
        }

        foreach (var link in links.Where(l => !l.IsInSource && !(l.One.IsMany && l.Two.IsMany)).ToList())
        {
            if (draw.Chance(0.7))
            {
                Add(LookUp(link));
            }
        }
    }

    /// <summary>Properties that depend on themselves are not computed to an end: what would lead in a circle is left out.</summary>
    private void Add(RulePart rule)
    {
        var reached = new HashSet<string>(Reads(rule));
        int before;
        do
        {
            before = reached.Count;
            reached.UnionWith(rules.Where(r => Written(r).Any(reached.Contains)).SelectMany(Reads));
        }
        while (reached.Count > before);
        if (!Written(rule).Any(reached.Contains))
        {
            rules.Add(rule);
        }
    }

    /// <summary>What it reads, in either form; for a look-up also the value that is looked for.</summary>
    private static IEnumerable<string> Reads(RulePart rule) => rule.Uses.Skip(1).Concat(rule.Other?.Uses.Skip(1) ?? []);

    /// <summary>The property, and for a link its other end.</summary>
    private IEnumerable<string> Written(RulePart rule) =>
        links.Select(l => new[] { $"{l.One.Entity}.{l.One.Property}", $"{l.Two.Entity}.{l.Two.Property}" })
            .Where(ends => ends.Contains(rule.Computes)).SelectMany(ends => ends).Append(rule.Computes!);

    private RulePart Scalar(string name, EntityPart entity, string property)
    {
        var (attributes, uses, remembers) = Value(entity);
        return new RulePart(
            name,
            $"<EntityPropertyExpression Identifier=\"{name}\" EntityType=\"{entity.Name}\" Property=\"{property}\" {attributes} />",
            [$"{entity.Name}.{property}", .. uses])
        {
            Computes = $"{entity.Name}.{property}",
            Remembers = remembers,
            IsOff = draw.Chance(0.08),
        };
    }

    /// <summary>A mono-valued link that no source tells: found by equal values.</summary>
    private RulePart LookUp(LinkPart link)
    {
        var (from, to) = !link.One.IsMany ? (link.One, link.Two) : (link.Two, link.One);
        var entity = entities.First(e => e.Name == from.Entity);
        var target = entities.First(e => e.Name == to.Entity);
        var criteria = draw.Of<string>([.. target.Scalars.Where(s => s.Type == "String" && s.Name != "objectClass").Select(s => s.Name)]);
        var walk = Walk.Random(draw, links, from.Entity, draw.Int(0, 2), e => !e.IsMany && e != from) ?? new Walk(from.Entity, [], []);
        var scalar = draw.Of<string>([.. entities.First(e => e.Name == walk.Last).Scalars.Where(s => s.Type == "String" && s.Name != "objectClass").Select(s => s.Name)]);
        return new RulePart(
            link.Name + "_LookUp",
            $"<EntityPropertyExpression Identifier=\"{link.Name}_LookUp\" EntityType=\"{entity.Name}\" Property=\"{from.Property}\" Expression=\"{CSharp($"return {walk.Value("x", scalar)};")}\" PropertyCriteria=\"{target.Name}:{criteria}\" />",
            [$"{from.Entity}.{from.Property}", $"{to.Entity}.{criteria}", $"{walk.Last}.{scalar}", .. walk.Uses])
        {
            Computes = $"{from.Entity}.{from.Property}",

            // Of several that fit, the one that came first is taken; and the other end of one to one can be lost to another resource.
            Remembers = criteria != target.Key || !to.IsMany,
        };
    }

    private (string Attributes, IReadOnlyList<string> Uses, bool Remembers) Value(EntityPart entity)
    {
        var kind = draw.Int(0, 19);
        return kind switch
        {
            0 => Clock(entity),
            1 => Enumeration(entity),
            2 or 3 => Binding(entity),
            4 => Throwing(entity),
            >= 5 and <= 10 => Collection(entity) ?? Concatenation(entity),
            _ => Concatenation(entity),
        };
    }

    private (string, IReadOnlyList<string>, bool) Clock(EntityPart entity) =>
        entity.Scalars.Any(s => s.Name == "Since")
            ? (Expression("return x.Since != null && x.Since <= DateTime.Now ? \"begun\" : \"not yet\";"), [$"{entity.Name}.Since"], false)
            : Concatenation(entity);

    /// <summary>Reads that nobody can know before.</summary>
    private (string, IReadOnlyList<string>, bool) Enumeration(EntityPart entity)
    {
        var (other, property) = ScalarOf(draw.Of<EntityPart>(entities), "Name", "C1");
        return draw.Chance(0.5)
            ? (Expression($"return queryHandler.Select<{other.Name}>(\"Select {property} Where {property} = \\\"n1\\\"\").Count().ToString();"), [$"{other.Name}.{property}"], false)
            : (Expression($"return queryHandler.Select<{other.Name}>(\"Select {property} Where {property} != \\\"n1\\\"\").Any(o => o.{property} == x.{entity.Key}) ? \"named\" : \"nameless\";"),
                [$"{other.Name}.{property}"], false);
    }

    private (string, IReadOnlyList<string>, bool) Binding(EntityPart entity)
    {
        var walk = Walk.Random(draw, links, entity.Name, draw.Int(1, 3), e => !e.IsMany || draw.Chance(0.1)) ?? new Walk(entity.Name, [], []);
        var (last, property) = Readable(walk.Last);
        var function = draw.Chance(0.4) ? $" Expression=\"{draw.Of("ToUpper", "Simplify", "ToTitle")}\"" : "";
        return ($"Binding=\"{walk.Binding(property)}\"{function}", [$"{last.Name}.{property}", .. walk.Uses], !walk.IsToOne);
    }

    /// <summary>Keeps its old value where it fails.</summary>
    private static (string, IReadOnlyList<string>, bool) Throwing(EntityPart entity)
    {
        var (_, property) = ScalarOf(entity, "Note", "description");
        return (Expression($"return x.{property}.Substring(0, 2);"), [$"{entity.Name}.{property}"], true);
    }

    private (string, IReadOnlyList<string>, bool)? Collection(EntityPart entity)
    {
        var before = Walk.Random(draw, links, entity.Name, draw.Int(0, 1), e => !e.IsMany);
        if (before is null || Walk.Random(draw, links, before.Last, 1, e => e.IsMany) is not { } many)
        {
            return null;
        }

        var walk = new Walk(entity.Name, [.. before.Ends, .. many.Ends], [.. before.Opposites, .. many.Opposites]);
        var after = Walk.Random(draw, links, walk.Last, draw.Int(0, 1), e => !e.IsMany) ?? new Walk(walk.Last, [], []);
        var (last, property) = Readable(after.Last);
        string[] uses = [.. walk.Uses, .. after.Uses, $"{last.Name}.{property}"];
        var (guard, items) = before.Ends.Count == 0
            ? ("", $"x.{many.Ends[0].Property}")
            : ($"var b = {before.CSharp("x")}; if (b == null) {{ return null; }} ", $"b.{many.Ends[0].Property}");
        var value = after.Value("m", property);
        return draw.Int(0, 3) switch
        {
            0 => (Expression($"{guard}return {items}.Count(m => {value} != null).ToString();"), uses, false),
            1 => (Expression($"{guard}return {items}.Any(m => {value} == x.{entity.Key}) ? \"yes\" : \"no\";"), [.. uses, $"{entity.Name}.{entity.Key}"], false),
            2 when Walk.Random(draw, links, walk.Last, 1, e => e.IsMany) is { } further =>
                (Expression($"{guard}return {items}.Select(m => m.{further.Ends[0].Property}.Count()).Sum().ToString();"), [.. walk.Uses, .. further.Uses], false),
            _ => (Expression($"{guard}return string.Join(\"+\", {items}.Select(m => {value} ?? \"-\").OrderBy(n => n));"), uses, false),
        };
    }

    private (string, IReadOnlyList<string>, bool) Concatenation(EntityPart entity)
    {
        var terms = new List<string>();
        var uses = new List<string>();
        for (var count = draw.Int(1, 3); count > 0; count--)
        {
            var walk = Walk.Random(draw, links, entity.Name, draw.Int(0, 3), e => !e.IsMany) ?? new Walk(entity.Name, [], []);
            var (last, property) = Readable(walk.Last);
            terms.Add(walk.Value("x", property));
            uses.AddRange(walk.Uses.Append($"{last.Name}.{property}"));
        }

        return (Expression($"return {string.Join(" + \"/\" + ", terms)};"), uses, false);
    }

    /// <summary>A text of an entity type, computed ones rather often.</summary>
    private (EntityPart, string) Readable(string name)
    {
        var entity = entities.First(e => e.Name == name);
        return (entity, draw.Of<string>([.. entity.Scalars.Where(s => s.Type == "String" && s.Name != "objectClass").Select(s => s.Name)]));
    }

    private static (EntityPart, string) ScalarOf(EntityPart entity, params string[] names) =>
        (entity, names.FirstOrDefault(n => entity.Scalars.Any(s => s.Name == n)) ?? entity.Key);

    private static string Expression(string body) => $"Expression=\"{CSharp(body)}\"";

    public static string CSharp(string body) => SecurityElement.Escape("C#:x:" + body)!;
}
