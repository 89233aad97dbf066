using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Repository;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Access;

/// <summary>What is above the values of hierarchical dimensions. A hierarchy that runs in a circle ends where it meets itself.</summary>
internal sealed class DimensionAncestors(RepositoryTransaction transaction, EntitySchema schema)
{
    private readonly ResourceReader _reader = new(transaction, schema);
    private readonly Dictionary<(Dimension, long), long?> _parents = [];

    public IReadOnlySet<long> Of(Dimension dimension, long value)
    {
        var above = new HashSet<long>();
        if (dimension is { IsHierarchical: true, ParentProperty: { } parent })
        {
            for (var current = ParentOf(dimension, parent, value); current is { } id && above.Add(id); current = ParentOf(dimension, parent, id))
            {
            }
        }

        return above;
    }

    private long? ParentOf(Dimension dimension, EntityProperty parent, long value)
    {
        if (!_parents.TryGetValue((dimension, value), out var above))
        {
            var type = dimension.EntityType;
            above = _reader.Load(type, [value], [new ReadPath(type, [parent])]) is [var resource] ? resource.GetOne(parent)?.Id : null;
            _parents.Add((dimension, value), above);
        }

        return above;
    }
}
