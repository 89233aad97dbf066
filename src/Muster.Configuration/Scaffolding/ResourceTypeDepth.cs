namespace Muster.Configuration.Scaffolding;

/// <summary>
/// How many rounds of provisioning a set of resource types needs: one more than the longest chain among them of a type that needs what
/// another one makes. A type needs another by <c>DependsOn</c>, because its source resources are the other's targets, or because one of its
/// query or navigation rules looks for the other's targets. A circle counts once: its last edge is left out.
/// </summary>
internal sealed class ResourceTypeDepth
{
    private readonly SourceConfiguration _configuration;
    private readonly IReadOnlyList<SourceResourceType> _resourceTypes;
    private readonly Dictionary<string, int> _depths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public ResourceTypeDepth(SourceConfiguration configuration, IReadOnlyList<SourceResourceType> resourceTypes)
    {
        _configuration = configuration;
        _resourceTypes = resourceTypes;
        Maximum = resourceTypes.Max(Depth);
    }

    public int Maximum { get; }

    private int Depth(SourceResourceType type)
    {
        if (_depths.TryGetValue(type.Identifier, out var known))
        {
            return known;
        }

        _open.Add(type.Identifier);
        var depth = 1;
        foreach (var needed in _resourceTypes.Where(r => r != type && Needs(type, r) && !_open.Contains(r.Identifier)))
        {
            depth = Math.Max(depth, Depth(needed) + 1);
        }

        _open.Remove(type.Identifier);
        return _depths[type.Identifier] = depth;
    }

    private bool Needs(SourceResourceType type, SourceResourceType other) =>
        type.Element["DependsOn"] == other.Identifier ||
        (type.Source == other.Target && type.Target != other.Target) ||
        type.Element.Children.Any(rule =>
            rule.Name is "QueryRule" or "NavigationRule" &&
            rule["Property"] is { } property &&
            _configuration.TargetOf(type.Target, property) == other.Target &&
            type.Target != other.Target);
}
