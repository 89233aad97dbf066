using System.Text.Json;
using Muster.Configuration.Model;

namespace Muster.Repository.Schema;

/// <summary>
/// What the store remembers of the entity model that it was made for, so that a migration is the difference of two models and needs
/// nothing of the database's own catalogue.
/// </summary>
/// <param name="Tables">By table name: column names and types of properties.</param>
/// <param name="LinkTables">By link table: the two entity types.</param>
/// <param name="Indexes">By index name: table and column.</param>
public sealed record StoredEntityModel(
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Tables,
    IReadOnlyDictionary<string, string> LinkTables,
    IReadOnlyDictionary<string, StoredIndex> Indexes)
{
    public static StoredEntityModel Empty { get; } = new(
        new Dictionary<string, IReadOnlyDictionary<string, string>>(), new Dictionary<string, string>(), new Dictionary<string, StoredIndex>());

    public static StoredEntityModel Of(EntitySchema schema)
    {
        var tables = new SortedDictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        var indexes = new SortedDictionary<string, StoredIndex>(StringComparer.Ordinal);
        foreach (var table in schema.Tables)
        {
            var columns = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var column in table.Scalars)
            {
                columns.Add(column.Name, ColumnCodec.TypeOf(column.Property.Type));
            }

            foreach (var column in table.Navigations)
            {
                columns.Add(column.Name, ColumnCodec.TypeOf(PropertyType.Int64));
                Index(table, column.Name);
            }

            foreach (var column in table.Scalars.Where(c => c.Property.Kind == PropertyKind.Binary))
            {
                // By which it is told whether anything refers to a content, versions before included.
                Index(table, column.Name);
                indexes[$"i_h_{table.EntityType.Identifier}_{column.Name}"] = new StoredIndex(table.HistoryName, column.Name);
            }

            foreach (var property in IndexedProperties(table.EntityType, schema.Model))
            {
                if (table.FindScalar(property) is { } column)
                {
                    Index(table, column.Name);
                }
            }

            tables.Add(table.Name, columns);
        }

        var links = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var link in schema.Links.Where(l => l.TableName is not null))
        {
            links.Add(
                link.TableName!,
                $"{link.Association.End1.Property.EntityType.Identifier}/{link.Association.End2.Property.EntityType.Identifier}");
        }

        return new StoredEntityModel(tables, links, indexes);

        void Index(ResourceTable table, string column) =>
            indexes[$"i_{table.EntityType.Identifier}_{column}"] = new StoredIndex(table.Name, column);
    }

    public string ToJson() => JsonSerializer.Serialize(this);

    public static StoredEntityModel FromJson(string json) => JsonSerializer.Deserialize<StoredEntityModel>(json) ?? Empty;

    /// <summary>Properties by which resources are looked up: unique keys of mappings, keys for references, criteria of computed navigations.</summary>
    private static IEnumerable<EntityProperty> IndexedProperties(EntityType type, ConfigurationModel model) =>
        type.KeyProperties
            .Concat(type.Mapping?.UniqueKeys.Select(k => k.Property) ?? [])
            .Concat(model.Associations
                .Where(a => a.Mapping is not null)
                .SelectMany(a => new[] { a.Mapping!.Key1, a.Mapping.Key2 }))
            .Concat(model.PropertyExpressions.Select(e => e.PropertyCriteria).OfType<EntityProperty>())
            .Where(p => p.EntityType == type)
            .Distinct();
}

/// <summary>One index on one column.</summary>
public sealed record StoredIndex(string Table, string Column);
