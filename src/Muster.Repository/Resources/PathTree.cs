using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;

namespace Muster.Repository.Resources;

/// <summary>Read paths from one entity type, merged: what to load at each place.</summary>
internal sealed class PathTree(EntityType entityType)
{
    public EntityType EntityType { get; } = entityType;

    public HashSet<EntityProperty> Scalars { get; } = [];

    public Dictionary<EntityProperty, PathTree> Navigations { get; } = [];

    public static PathTree Of(EntityType root, IEnumerable<ReadPath> paths)
    {
        var tree = new PathTree(root);
        foreach (var path in paths.Where(p => p.Root == root))
        {
            var node = tree;
            foreach (var step in path.Steps)
            {
                if (step.TargetEntityType is { } target)
                {
                    if (!node.Navigations.TryGetValue(step, out var next))
                    {
                        next = new PathTree(target);
                        node.Navigations.Add(step, next);
                    }

                    node = next;
                }
                else
                {
                    node.Scalars.Add(step);
                }
            }
        }

        return tree;
    }
}
