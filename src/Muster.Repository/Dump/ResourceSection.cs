using Muster.Repository.Schema;

namespace Muster.Repository.Dump;

/// <summary>Every resource with its scalar values.</summary>
internal sealed class ResourceSection : IDumpSection
{
    public IEnumerable<DumpLine> Lines(RepositoryTransaction transaction, EntitySchema schema)
    {
        foreach (var table in schema.Tables.OrderBy(t => t.EntityType.Identifier, StringComparer.Ordinal))
        {
            var type = table.EntityType;
            var columns = table.Scalars.OrderBy(c => c.Property.Identifier, StringComparer.Ordinal).ToList();
            var names = string.Concat(columns.Select(c => $", t.{transaction.Quote(c.Name)}"));
            var key = DumpText.KeyExpression(schema, type, transaction.Dialect, "t");
            var order = string.Concat(Enumerable.Range(2, columns.Count).Select(n => $", {n} NULLS FIRST"));
            var rows = transaction.Stream($"SELECT {key}{names} FROM {transaction.Quote(table.Name)} t ORDER BY 1{order}", []);
            foreach (var row in rows)
            {
                var values = new Dictionary<string, string>();
                for (var index = 0; index < columns.Count; index++)
                {
                    if (ColumnCodec.FromColumn(columns[index].Property.Type, row, index + 1) is { } value)
                    {
                        values.Add(columns[index].Property.Identifier, value);
                    }
                }

                yield return new DumpLine(
                    type.Identifier,
                    DumpText.Object(("resource", type.Identifier), ("key", row.GetString(0)), ("values", values)));
            }
        }
    }
}
