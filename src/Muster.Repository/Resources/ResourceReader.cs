using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Expressions.Dependencies;
using Muster.Repository.Schema;

namespace Muster.Repository.Resources;

/// <summary>Reads resources by batches: one statement per place of the merged paths, never one per resource.</summary>
public sealed class ResourceReader(RepositoryTransaction transaction, EntitySchema schema)
{
    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<ResourceTable, Dictionary<EntityProperty, int>> Ordinals = [];

    /// <summary>Whether a text that a resource has twice, or that resources share, is worth looking for: then it is there once.</summary>
    public bool SharesTexts { get; init; }

    /// <summary>
    /// Loads resources with all that the paths reach. Ids that do not exist are left out; the result is in ascending order of id. Paths of
    /// other roots are ignored, so that one list of paths can serve several entity types.
    /// </summary>
    public IReadOnlyList<StoredResource> Load(EntityType type, IReadOnlyCollection<long> ids, IEnumerable<ReadPath> paths)
    {
        var known = new Dictionary<(EntityType, long), StoredResource>();
        return LoadNode(PathTree.Of(type, paths), ids, known);
    }

    /// <summary>The ids of an entity type in batches, ascending.</summary>
    public IEnumerable<IReadOnlyList<long>> AllIds(EntityType type, int batchSize)
    {
        for (var batch = IdsAfter(type, long.MinValue, batchSize); batch.Count > 0; batch = IdsAfter(type, batch[^1], batchSize))
        {
            yield return batch;
        }
    }

    /// <summary>The ids of an entity type, ascending: those after an id, up to a number.</summary>
    public IReadOnlyList<long> IdsAfter(EntityType type, long after, int limit) =>
        transaction.Query(
            $"SELECT id FROM {transaction.Quote(schema.TableOf(type).Name)} WHERE id > @after ORDER BY id LIMIT @limit",
            row => row.GetInt64(0),
            ("@after", after),
            ("@limit", limit));

    public long Count(EntityType type) =>
        transaction.Count($"SELECT COUNT(*) FROM {transaction.Quote(schema.TableOf(type).Name)}");

    /// <summary>The ids of the resources whose scalar property has one of the given canonical values, by value, ascending.</summary>
    public ILookup<string, long> FindIds(EntityProperty property, IEnumerable<string> values)
    {
        var table = schema.TableOf(property.EntityType);
        var column = transaction.Quote(table.FindScalar(property)!.Name);
        var wanted = values.Distinct(StringComparer.Ordinal).ToList();
        var condition = property.Type is PropertyType.String or PropertyType.DateTime or PropertyType.Guid or PropertyType.Bytes
            ? transaction.Dialect.IsInTexts(column, "@values")
            : transaction.Dialect.IsInTexts(transaction.Dialect.AsText(property.Type, column), "@values");
        var stored = wanted.Select(v => property.Type == PropertyType.Bool ? (v == "true" ? "1" : "0") : v);
        return transaction.Query(
                $"SELECT id, {column} FROM {transaction.Quote(table.Name)} WHERE {condition} ORDER BY id",
                row => (Id: row.GetInt64(0), Value: ColumnCodec.FromColumn(property.Type, row, 1)!),
                ("@values", transaction.Dialect.TextList(stored)))
            .ToLookup(r => r.Value, r => r.Id, StringComparer.Ordinal);
    }

    /// <summary>
    /// The resource that a reference of the configuration names: its key properties are tried one after the other until one finds a
    /// resource (synchronization.md 2.1); several resources with one value: the lowest id. Null if there is none.
    /// </summary>
    public long? FindByKey(EntityType type, string value)
    {
        foreach (var key in type.KeyProperties.Append(type.IdentityProperty).OfType<EntityProperty>().Distinct())
        {
            if (CanonicalText.TryNormalize(key.Type, value, out var canonical) && canonical is not null)
            {
                var found = FindIds(key, [canonical])[canonical];
                if (found.Any())
                {
                    return found.Min();
                }
            }
        }

        return null;
    }

    private List<StoredResource> LoadNode(
        PathTree node, IReadOnlyCollection<long> ids, Dictionary<(EntityType, long), StoredResource> known)
    {
        LoadScalars(node, ids, known);
        var resources = ids.Distinct().Order()
            .Select(id => known.GetValueOrDefault((node.EntityType, id)))
            .OfType<StoredResource>()
            .ToList();
        foreach (var (navigation, next) in node.Navigations)
        {
            LoadNavigation(navigation, next, resources, known);
        }

        return resources;
    }

    private void LoadScalars(PathTree node, IReadOnlyCollection<long> ids, Dictionary<(EntityType, long), StoredResource> known)
    {
        var missing = ids
            .Where(id => !known.TryGetValue((node.EntityType, id), out var resource) || !node.Scalars.All(resource.HasScalar))
            .ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var table = schema.TableOf(node.EntityType);
        var ordinals = OrdinalsOf(table);
        var columns = table.Scalars.Where(c => node.Scalars.Contains(c.Property)).ToList();
        var list = string.Concat(columns.Select(c => $", {transaction.Quote(c.Name)}"));
        var places = columns.ConvertAll(c => ordinals[c.Property]);
        known.EnsureCapacity(known.Count + missing.Count);
        transaction.Each(
            $"SELECT id, display_name{list} FROM {transaction.Quote(table.Name)} WHERE {transaction.Dialect.IsIn("id", "@ids")}",
            row =>
            {
                var id = row.Long();
                if (!known.TryGetValue((node.EntityType, id), out var resource))
                {
                    resource = new StoredResource(id, node.EntityType, ordinals);
                    known.Add((node.EntityType, id), resource);
                }

                resource.DisplayName = row.TextOrNull();
                for (var index = 0; index < columns.Count; index++)
                {
                    var property = columns[index].Property.Type;
                    resource.SetScalar(places[index], SharesTexts && ColumnCodec.IsText(property) ? row.SharedOrNull() : ColumnCodec.FromColumn(property, row));
                }
            },
            ("@ids", transaction.Dialect.IdList(missing)));
    }

    private void LoadNavigation(
        EntityProperty navigation, PathTree next, List<StoredResource> resources, Dictionary<(EntityType, long), StoredResource> known)
    {
        var sources = resources.FindAll(r => !r.HasNavigation(navigation));
        if (sources.Count > 0)
        {
            var pairs = Pairs(navigation, sources);
            LoadScalars(next, [.. pairs.Select(p => p.Target).Distinct()], known);
            SetTargets(navigation, next.EntityType, sources, pairs, known);
        }

        if (next.Scalars.Count == 0 && next.Navigations.Count == 0)
        {
            return;
        }

        // Also for resources that were loaded on another way: this place may ask for more of their targets.
        var targets = resources.SelectMany(r => r.Targets(navigation)).Select(t => t.Id).Distinct().ToList();
        LoadNode(next, targets, known);
    }

    private static void SetTargets(
        EntityProperty navigation, EntityType type, List<StoredResource> sources, List<(long Source, long Target)> pairs, Dictionary<(EntityType, long), StoredResource> known)
    {
        pairs.Sort();
        var at = 0;

        // Sources are in order too.
        foreach (var source in sources)
        {
            while (at < pairs.Count && pairs[at].Source < source.Id)
            {
                at++;
            }

            var end = at;
            while (end < pairs.Count && pairs[end].Source == source.Id)
            {
                end++;
            }

            if (end == at)
            {
                source.SetNavigation(navigation, []);
                continue;
            }

            var targets = new List<StoredResource>(end - at);
            for (; at < end; at++)
            {
                if (known.TryGetValue((type, pairs[at].Target), out var target))
                {
                    targets.Add(target);
                }
            }

            source.SetNavigation(navigation, targets);
        }
    }

    private List<(long Source, long Target)> Pairs(EntityProperty navigation, List<StoredResource> sources)
    {
        var end = navigation.Navigation!;
        var storage = schema.StorageOf(end.Association);
        var dialect = transaction.Dialect;
        string sql;
        if (storage.TableName is { } linkTable)
        {
            var (own, other) = end.Side == 1 ? ("r1", "r2") : ("r2", "r1");
            sql = $"SELECT {own}, {other} FROM {transaction.Quote(linkTable)} WHERE {dialect.IsIn(own, "@ids")}";
        }
        else
        {
            var column = transaction.Quote(storage.ColumnName!);
            var table = transaction.Quote(storage.ColumnTable!.Name);
            sql = storage.ColumnEnd == end
                ? $"SELECT id, {column} FROM {table} WHERE {dialect.IsIn("id", "@ids")} AND {column} IS NOT NULL"
                : $"SELECT {column}, id FROM {table} WHERE {dialect.IsIn(column, "@ids")}";
        }

        return transaction.Rows(sql, row => (row.Long(), row.Long()), ("@ids", dialect.IdList(sources.Select(s => s.Id))));
    }

    private static Dictionary<EntityProperty, int> OrdinalsOf(ResourceTable table) =>
        Ordinals.GetValue(table, static t => t.Scalars.Select((c, index) => (c.Property, index)).ToDictionary(p => p.Property, p => p.index));
}
