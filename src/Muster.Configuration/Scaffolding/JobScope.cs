namespace Muster.Configuration.Scaffolding;

/// <summary>A connector of a generated job, and what of it is in the job.</summary>
internal sealed record ScopedConnector(SourceConnector Connector, bool IsSynchronized, bool IsProvisioned);

/// <summary>
/// What a generated job works on: its connectors, and the entity types and resource types of each task
/// (scaffoldings.md, Which entity types and resource types). Connectors stay in order of declaration, and within one everything is sorted.
/// </summary>
internal sealed class JobScope
{
    private readonly SourceConfiguration _configuration;

    public JobScope(SourceConfiguration configuration, IReadOnlyList<ScopedConnector> connectors)
    {
        _configuration = configuration;
        Connectors = connectors;
        ResourceTypes = [.. connectors.SelectMany(c => ResourceTypesOf(c.Connector)).DistinctBy(r => r.Identifier)];
        ProvisionedResourceTypes =
            [.. connectors.Where(c => c.IsProvisioned).SelectMany(c => ResourceTypesOf(c.Connector)).DistinctBy(r => r.Identifier)];
    }

    public IReadOnlyList<ScopedConnector> Connectors { get; }

    /// <summary>Connectors whose systems are read: those that have something to export.</summary>
    public IEnumerable<SourceConnector> Synchronized =>
        Connectors.Where(c => c.IsSynchronized && c.Connector.Exports.Count > 0).Select(c => c.Connector);

    public IReadOnlyList<SourceResourceType> ResourceTypes { get; }

    public IReadOnlyList<SourceResourceType> ProvisionedResourceTypes { get; }

    /// <summary>For the role model and the risk scores.</summary>
    public IReadOnlyList<string> SourceEntityTypes => [.. PerConnector(types => Sorted(types.Select(r => r.Source)))];

    /// <summary>For correlation keys: both sides of the resource types with a correlation rule, targets first.</summary>
    public IReadOnlyList<string> CorrelatedEntityTypes =>
    [
        .. PerConnector(types =>
        {
            var correlated = types.Where(r => _configuration.Correlated.Contains(r.Identifier)).ToList();
            return Sorted(correlated.Select(r => r.Target)).Concat(Sorted(correlated.Select(r => r.Source)));
        }),
    ];

    public IReadOnlyList<string> ClassifiedEntityTypes =>
        [.. PerConnector(types => Sorted(types.Where(r => _configuration.Classified.Contains(r.Identifier)).Select(r => r.Target)))];

    /// <summary>Entity types whose resources are users by a profile rule context of their own, held or fulfilled by the job's connectors.</summary>
    public IReadOnlyList<string> ProfiledEntityTypes =>
    [
        .. Connectors.Where(c => c.IsProvisioned)
            .SelectMany(c => Sorted(ResourceTypesOf(c.Connector).Select(r => r.Target).Concat(c.Connector.EntityTypes)))
            .Where(_configuration.ProfiledEntityTypes.Contains)
            .Distinct(),
    ];

    public IReadOnlyList<SourceResourceType> ProfiledResourceTypes =>
        [.. ProvisionedResourceTypes.Where(r => _configuration.ProfiledResourceTypes.Contains(r.Identifier))];

    /// <summary>Entity types with a computed property: those of the connectors, the sources, and the records that the sources read from.</summary>
    public IReadOnlyList<string> ComputedEntityTypes
    {
        get
        {
            var sources = SourceEntityTypes;
            return
            [
                .. Connectors.SelectMany(c => c.Connector.EntityTypes)
                    .Concat(sources)
                    .Concat(sources.SelectMany(s => _configuration.Records[s]))
                    .Where(_configuration.Computed.Contains)
                    .Distinct(),
            ];
        }
    }

    /// <summary>Every entity type with a computed property, for jobs of a whole agent: those of the job first, then the others, sorted.</summary>
    public IReadOnlyList<string> AllComputedEntityTypes => [.. ComputedEntityTypes.Concat(Sorted(_configuration.Computed)).Distinct()];

    /// <summary>The job restricted to some connectors.</summary>
    public JobScope Only(Func<SourceConnector, bool> isWanted) =>
        new(_configuration, [.. Connectors.Where(c => isWanted(c.Connector))]);

    /// <summary>Connectors of the given resource types, in order of declaration.</summary>
    public IReadOnlyList<SourceConnector> ConnectorsOf(IReadOnlyCollection<SourceResourceType> resourceTypes) =>
        [.. Connectors.Select(c => c.Connector).Where(c => resourceTypes.Any(r => c.EntityTypes.Contains(r.Target)))];

    /// <summary>Resource types that a connector can fulfil, sorted.</summary>
    public IEnumerable<SourceResourceType> ResourceTypesOf(SourceConnector connector) =>
        connector.CanFulfill ? _configuration.ResourceTypes.Where(r => connector.EntityTypes.Contains(r.Target)) : [];

    private IEnumerable<string> PerConnector(Func<List<SourceResourceType>, IEnumerable<string>> select) =>
        Connectors.SelectMany(c => select([.. ResourceTypesOf(c.Connector)])).Distinct();

    private static IEnumerable<string> Sorted(IEnumerable<string> names) => names.Distinct().Order(StringComparer.Ordinal);
}
