using Muster.Repository.Schema;

namespace Muster.Repository.Dump;

/// <summary>Every link, by the keys of both its ends; it counts for the entity type of its first end.</summary>
internal sealed class LinkSection : IDumpSection
{
    public IEnumerable<DumpLine> Lines(RepositoryTransaction transaction, EntitySchema schema)
    {
        foreach (var storage in schema.Links.OrderBy(l => l.Association.Identifier, StringComparer.Ordinal))
        {
            var association = storage.Association;
            var type = association.End1.Property.EntityType.Identifier;
            foreach (var row in transaction.Stream(Statement(transaction, schema, storage), []))
            {
                yield return new DumpLine(
                    type,
                    DumpText.Object(("link", association.Identifier), ("key1", row.GetString(0)), ("key2", row.GetString(1))));
            }
        }
    }

    private static string Statement(RepositoryTransaction transaction, EntitySchema schema, LinkStorage storage)
    {
        var association = storage.Association;
        var key1 = DumpText.KeyExpression(schema, association.End1.Property.EntityType, transaction.Dialect, "a");
        var key2 = DumpText.KeyExpression(schema, association.End2.Property.EntityType, transaction.Dialect, "b");
        var table1 = transaction.Quote(schema.TableOf(association.End1.Property.EntityType).Name);
        var table2 = transaction.Quote(schema.TableOf(association.End2.Property.EntityType).Name);
        if (storage.TableName is { } links)
        {
            return $"SELECT {key1}, {key2} FROM {transaction.Quote(links)} l JOIN {table1} a ON a.id = l.r1 JOIN {table2} b ON b.id = l.r2 ORDER BY 1, 2";
        }

        var column = transaction.Quote(storage.ColumnName!);
        return storage.ColumnEnd!.Side == 1
            ? $"SELECT {key1}, {key2} FROM {table1} a JOIN {table2} b ON b.id = a.{column} ORDER BY 1, 2"
            : $"SELECT {key1}, {key2} FROM {table2} b JOIN {table1} a ON a.id = b.{column} ORDER BY 1, 2";
    }
}
