using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Model;

namespace Muster.Expressions.Dependencies;

/// <summary>
/// The static graph (entity type, property) → computation, built once per configuration: from what changed it tells which paths must be
/// walked backwards to find the resources whose computations may give something else.
/// </summary>
public sealed class DependencyGraph
{
    private readonly ILookup<EntityProperty, PathStep> _steps;
    private readonly ILookup<(string Kind, EntityType Type), Computation> _computations;

    public DependencyGraph(IReadOnlyList<Computation> computations)
    {
        Computations = computations;
        var paths = computations
            .SelectMany(c => c.Reads.Paths.Where(p => p.Root == c.EntityType))
            .Concat(computations.SelectMany(c => c.Hierarchies).Select(h => h.Path))
            .Distinct()
            .ToList();
        _steps = paths
            .SelectMany(path => path.Steps.Select((step, index) => (Step: step, Path: new PathStep(path, index))))
            .ToLookup(p => p.Step, p => p.Path);
        _computations = computations.ToLookup(c => (c.Kind, c.EntityType));
        Hierarchies = [.. computations.SelectMany(c => c.Hierarchies).Distinct()];
    }

    public IReadOnlyList<Computation> Computations { get; }

    public IReadOnlyList<HierarchyRead> Hierarchies { get; }

    /// <summary>
    /// The places at which a property is read on the way of a path, beyond the root itself: a change of the property on a resource
    /// concerns the roots that reach it through the steps before. Prefixes that several paths share are given once.
    /// </summary>
    public IEnumerable<PathStep> ReadersOf(EntityProperty property) =>
        _steps[property].Where(s => s.Index > 0).DistinctBy(s => s.PrefixKey);

    /// <summary>The computations that look resources up by the value of a property.</summary>
    public IEnumerable<(EntityType EntityType, KeyLookup Lookup)> LookupsBy(EntityProperty criteria) =>
        Computations.SelectMany(c => c.Lookups.Where(l => l.Criteria == criteria).Select(l => (c.EntityType, l)));

    /// <summary>The consumers for which anything at all may change when a resource of this entity type does: they enumerate it.</summary>
    public IEnumerable<Computation> EnumeratorsOf(EntityType type) =>
        Computations.Where(c => c.Reads.EnumeratedEntityTypes.Contains(type));

    /// <summary>What a consumer computes for an entity type.</summary>
    public IEnumerable<Computation> ComputationsOf(string kind, EntityType type) => _computations[(kind, type)];

    /// <summary>True if the consumer's result for the type may change by the passing of time alone.</summary>
    public bool ReadsClock(string kind, EntityType type) => _computations[(kind, type)].Any(c => c.Reads.ReadsClock);

    /// <summary>A digest of all computations of a consumer over an entity type; empty text if it has none.</summary>
    public string SignatureOf(string kind, EntityType type)
    {
        var texts = _computations[(kind, type)].Select(c => c.Signature).Order(StringComparer.Ordinal).ToList();
        return texts.Count == 0
            ? ""
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))))[..32];
    }

    /// <summary>The consumers that compute anything for an entity type.</summary>
    public IReadOnlySet<string> KindsOf(EntityType type) => Computations.Where(c => c.EntityType == type).Select(c => c.Kind).ToHashSet();
}

/// <summary>A place in a path: the step at <paramref name="Index"/>, reached by the steps before it.</summary>
public readonly record struct PathStep(ReadPath Path, int Index)
{
    /// <summary>Equal for places that are reached in the same way from the same root.</summary>
    public string PrefixKey => $"{Path.Root.Identifier}:{string.Join('.', Path.Steps.Take(Index).Select(s => s.Identifier))}";
}
