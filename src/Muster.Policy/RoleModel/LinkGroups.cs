using System.Collections.Concurrent;
using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Repository.Resources;

namespace Muster.Policy.RoleModel;

/// <summary>The groups of resources that rules link to (<c>Property/@GroupByProperty</c>): their values of the navigation's grouping property.</summary>
internal sealed class LinkGroups(ResourceReader reader)
{
    private readonly ConcurrentDictionary<(EntityProperty Group, long Resource), string?> _values = [];

    /// <summary>Reads the groups of resources that are not known yet. Does nothing where the navigation is not grouped.</summary>
    public void Prepare(EntityProperty navigation, IEnumerable<long> resources)
    {
        if (navigation.GroupBy is not { } group)
        {
            return;
        }

        var unknown = resources.Where(r => !_values.ContainsKey((group, r))).Distinct().ToList();
        foreach (var resource in reader.Load(group.EntityType, unknown, [new ReadPath(group.EntityType, [group])]))
        {
            _values[(group, resource.Id)] = resource.GetScalar(group);
        }
    }

    /// <summary>Null: the resource is in no group, and may be linked to beside any other.</summary>
    public string? Of(EntityProperty navigation, long resource) =>
        navigation.GroupBy is { } group ? _values.GetValueOrDefault((group, resource)) : null;
}
