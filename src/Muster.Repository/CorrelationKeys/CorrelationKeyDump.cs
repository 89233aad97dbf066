using Muster.Configuration.Model;
using Muster.Repository.Dump;
using Muster.Repository.Schema;

namespace Muster.Repository.CorrelationKeys;

/// <summary>
/// Correlation keys as lines of a dump. They are no part of <c>repository dump</c>: they follow from the resources; a verification compares
/// them nevertheless, because a key that is wrong finds the wrong owner later.
/// </summary>
/// <param name="expressions">The entity type of each expression key.</param>
public sealed class CorrelationKeyDump(IReadOnlyDictionary<string, EntityType> expressions) : IDumpSection
{
    public IEnumerable<DumpLine> Lines(RepositoryTransaction transaction, EntitySchema schema)
    {
        foreach (var (expression, type) in expressions.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            var name = DumpText.KeyExpression(schema, type, transaction.Dialect, "t");
            var rows = transaction.Stream(
                $"SELECT {name}, k.key FROM correlation_key k JOIN {transaction.Quote(schema.TableOf(type).Name)} t ON t.id = k.resource"
                + " WHERE k.expression_key = @expression ORDER BY 1, 2",
                [("@expression", expression)]);
            foreach (var row in rows)
            {
                yield return new DumpLine(
                    type.Identifier,
                    DumpText.Object(
                        ("correlationKey", expression), ("entityType", type.Identifier), ("key", row.GetString(0)), ("value", row.GetString(1))));
            }
        }
    }
}
