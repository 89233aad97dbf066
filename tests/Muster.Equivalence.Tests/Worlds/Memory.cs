using System.Text.Json.Nodes;
using Muster.Equivalence.Tests.Model;
using Muster.Repository.Dump;

namespace Muster.Equivalence.Tests.Worlds;

/// <summary>
/// Knows which values depend on more than the present state of the sources: resources that Muster owns, unmapped values that no expression
/// computes, expressions that keep an old value, and all that reads these.
/// </summary>
internal sealed class Memory
{
    private readonly HashSet<string> _properties = [];
    private readonly HashSet<string> _links = [];
    private readonly HashSet<string> _entities = [];

    public Memory(Setup setup)
    {
        var computed = setup.Rules.Where(r => r.Computes is not null).ToList();
        foreach (var entity in setup.Entities.Where(e => e.Connector == EntityPart.Own))
        {
            _entities.Add(entity.Name);
        }

        foreach (var entity in setup.Entities)
        {
            foreach (var scalar in entity.Scalars.Where(s => entity.Connector == EntityPart.Own || (!IsFed(entity, s) && computed.TrueForAll(c => c.Computes != $"{entity.Name}.{s.Name}"))))
            {
                _properties.Add($"{entity.Name}.{scalar.Name}");
            }
        }

        foreach (var link in setup.Links)
        {
            string[] ends = [$"{link.One.Entity}.{link.One.Property}", $"{link.Two.Entity}.{link.Two.Property}"];
            if (_entities.Contains(link.One.Entity) || _entities.Contains(link.Two.Entity)
                || (!link.IsMapped && !computed.Any(c => ends.Contains(c.Computes))))
            {
                _links.Add(link.Name);
                _properties.UnionWith(ends);
            }
        }

        bool grew;
        do
        {
            grew = false;
            foreach (var rule in computed.Where(c => c.Remembers || c.Uses.Any(u => u != c.Computes && (_properties.Contains(u) || _entities.Contains(u)))))
            {
                grew |= _properties.Add(rule.Computes!);
                foreach (var link in setup.Links.Where(l => new[] { l.One, l.Two }.Any(e => $"{e.Entity}.{e.Property}" == rule.Computes)))
                {
                    _links.Add(link.Name);
                    grew |= _properties.Add($"{link.One.Entity}.{link.One.Property}") | _properties.Add($"{link.Two.Entity}.{link.Two.Property}");
                }
            }
        }
        while (grew);
    }

    /// <summary>Mapped, or the tag of a file that is.</summary>
    private static bool IsFed(EntityPart entity, ScalarPart scalar) =>
        scalar.IsMapped || entity.Scalars.Any(s => s is { Type: "Binary", IsMapped: true } && s.Name + "Tag" == scalar.Name);

    public string[] Without(IReadOnlyList<DumpLine> lines) => [.. lines.Select(Without).OfType<string>()];

    private string? Without(DumpLine line)
    {
        var json = JsonNode.Parse(line.Json)!.AsObject();
        if (json["resource"] is { } resource)
        {
            var name = (string)resource!;
            foreach (var value in json["values"]!.AsObject().Select(v => v.Key).Where(v => _properties.Contains($"{name}.{v}")).ToList())
            {
                json["values"]!.AsObject().Remove(value);
            }

            return _entities.Contains(name) ? null : json.ToJsonString();
        }

        return _links.Any(l => line.Json.Contains($"\"{l}\"", StringComparison.Ordinal)) ? null : line.Json;
    }
}
