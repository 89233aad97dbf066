using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Queries;

/// <summary>
/// What <c>queryHandler</c> enumerates: an entity type as it was when the first expression asked for it, kept for the run. Only
/// configurations that enumerate pay for it.
/// </summary>
public sealed class StoredResourceQuery(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy) : IResourceQuery
{
    private readonly Dictionary<EntityType, IReadOnlyList<IResource>> _loaded = [];

    public IReadOnlyList<IResource> All(EntityType entityType)
    {
        if (!_loaded.TryGetValue(entityType, out var resources))
        {
            var reader = new ResourceReader(transaction, schema);
            var ids = reader.AllIds(entityType, 10_000).SelectMany(b => b).ToList();
            resources = reader.Load(entityType, ids, Paths(entityType));
            _loaded.Add(entityType, resources);
        }

        return resources;
    }

    /// <summary>All scalars, the navigations to one step of scalars, and whatever the configuration's expressions read below the type.</summary>
    private IEnumerable<ReadPath> Paths(EntityType type) =>
        type.Scalars.Select(p => new ReadPath(type, [p]))
            .Concat(type.Navigations.SelectMany(n => n.TargetEntityType!.Scalars.Select(s => new ReadPath(type, [n, s]))))
            .Concat(policy.Graph.Computations.SelectMany(c => c.Reads.Paths).Where(p => p.Root == type));
}
