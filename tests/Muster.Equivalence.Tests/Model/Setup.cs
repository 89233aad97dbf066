namespace Muster.Equivalence.Tests.Model;

/// <summary>
/// A configuration, small enough to be read: entity types, associations, and rules as the XML that they are. Parts that refer to something
/// which is not there are left out by <see cref="Closed"/>, so that any part may be taken away.
/// </summary>
internal sealed record Setup(IReadOnlyList<EntityPart> Entities, IReadOnlyList<LinkPart> Links, IReadOnlyList<RulePart> Rules)
{
    public IEnumerable<string> CsvConnectors =>
        Entities.Select(e => e.Connector).Where(c => c is not (EntityPart.Own or EntityPart.Directory)).Distinct();

    public bool HasDirectory => Entities.Any(e => e.Connector == EntityPart.Directory);

    public bool HasOwn => Entities.Any(e => e.Connector == EntityPart.Own);

    public EntityPart Entity(string name) => Entities.First(e => e.Name == name);

    /// <summary>The connectors that are read, directory last.</summary>
    public IReadOnlyList<string> Connectors => [.. CsvConnectors, .. HasDirectory ? [EntityPart.Directory] : Array.Empty<string>()];

    /// <summary>Leaves out what refers to something that is not there, until nothing more goes.</summary>
    public Setup Closed()
    {
        var entities = Entities.ToDictionary(e => e.Name);
        var links = Links.Where(l => IsWhole(l.One, l.Key1) && IsWhole(l.Two, l.Key2)).ToList();
        var known = entities.Values.SelectMany(e => e.Scalars.Select(s => $"{e.Name}.{s.Name}").Prepend(e.Name))
            .Concat(links.SelectMany(l => new[] { $"{l.One.Entity}.{l.One.Property}", $"{l.Two.Entity}.{l.Two.Property}", l.Name }))
            .ToHashSet();
        var rules = Rules.ToList();
        int before;
        do
        {
            before = rules.Count;
            var names = rules.Select(r => "#" + r.Name).ToHashSet();
            rules.RemoveAll(r => !r.Uses.All(u => known.Contains(u) || names.Contains(u)) || (r.Parent is { } parent && !names.Contains("#" + parent)));
        }
        while (rules.Count < before);
        return this with { Links = links, Rules = rules };

        bool IsWhole(LinkEnd end, string key) =>
            entities.TryGetValue(end.Entity, out var entity) && entity.Scalars.Any(s => s.Name == key && (s.Name == entity.Key || s.IsUnique));
    }

    /// <summary>The configuration after deployments that switched parts on, off, or over to their other form.</summary>
    public Setup With(IReadOnlySet<string> switches) => new Setup(
        [.. Entities.Select(e => e with { Scalars = [.. e.Scalars.Select(s => switches.Contains($"{e.Name}.{s.Name}") ? s with { IsMapped = !s.IsMapped } : s)] })],
        [.. Links.Select(l => switches.Contains(l.Name) ? l with { IsMapped = !l.IsMapped } : l)],
        [
            .. Rules.Select(r => r.Other is { } other && switches.Contains("~" + r.Name) ? r with { Xml = other.Xml, Uses = other.Uses, Remembers = other.Remembers } : r)
                .Where(r => r.IsOff == switches.Contains("#" + r.Name)),
        ]).Closed();
}

/// <summary>An entity type of one connector.</summary>
internal sealed record EntityPart(string Name, string Connector, IReadOnlyList<ScalarPart> Scalars)
{
    /// <summary>The connector of resources that Muster owns.</summary>
    public const string Own = "Own";

    /// <summary>The connector of the directory file.</summary>
    public const string Directory = "Dir";

    public string Key => Connector == Directory ? "dn" : "Key";

    public bool IsCsv => Connector is not (Own or Directory);
}

/// <param name="IsInSource">The source has a column for it.</param>
/// <param name="IsMapped">The column is mapped; deployments may change that.</param>
/// <param name="IsUnique">Links may name a resource by it.</param>
internal sealed record ScalarPart(string Name, string Type = "String", bool IsInSource = true, bool IsMapped = true, bool IsUnique = false);

/// <summary>An association; <see cref="IsMapped"/> if the sources tell its links, by the keys of both ends.</summary>
internal sealed record LinkPart(string Name, LinkEnd One, LinkEnd Two, bool IsInSource, string Key1, string Key2)
{
    /// <summary>The link of places to what they lie in.</summary>
    public const string Above = "Above";

    /// <summary>The link to a place.</summary>
    public const string Place = "Place";

    public bool IsMapped { get; init; } = IsInSource;

    public bool IsManyToMany => One.IsMany && Two.IsMany;

    /// <summary>The end whose resources have one link at most, in whose table the link is a column; the first end of many to many.</summary>
    public LinkEnd Holder => One.IsMany && !Two.IsMany ? Two : One;
}

/// <param name="GroupBy">A scalar of the other end's entity, if rules give at most one link of a group at a time.</param>
internal sealed record LinkEnd(string Entity, string Property, bool IsMany, string? GroupBy = null);

/// <summary>An element of the configuration with what it refers to.</summary>
/// <param name="Uses"><c>Entity</c>, <c>Entity.Property</c>, or <c>#Rule</c>.</param>
internal sealed record RulePart(string Name, string Xml, IReadOnlyList<string> Uses)
{
    /// <summary>The resource type, or connection, that the element is a child of.</summary>
    public string? Parent { get; init; }

    /// <summary>What a deployment can change it to.</summary>
    public RulePart? Other { get; init; }

    /// <summary>Not there before a deployment switches it on.</summary>
    public bool IsOff { get; init; }

    /// <summary>The property that it computes.</summary>
    public string? Computes { get; init; }

    /// <summary>Its result may depend on what was before (an error keeps the old value), or on the order in which resources came.</summary>
    public bool Remembers { get; init; }
}
