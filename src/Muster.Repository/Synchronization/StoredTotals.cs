using Muster.Configuration.Model;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

/// <summary>
/// How many resources and links are stored, counted no further than asked: a percentage of few changes needs no count of a big table
/// (synchronization.md 10.2).
/// </summary>
public sealed class StoredTotals(RepositoryTransaction transaction, EntitySchema schema)
{
    /// <summary>The number of resources of some entity types, plus <paramref name="more"/>, or <paramref name="upTo"/> if it is greater.</summary>
    public long Resources(IReadOnlyCollection<EntityType> types, long more, long upTo) =>
        Total(types.Select(t => $"{transaction.Quote(schema.TableOf(t).Name)} l"), more, upTo);

    /// <summary>The number of links of some associations, plus <paramref name="more"/>, or <paramref name="upTo"/> if it is greater.</summary>
    public long Links(IReadOnlyCollection<EntityAssociation> associations, long more, long upTo) =>
        Total(
            associations.Select(a => new LinkRows(transaction, schema.StorageOf(a))).Select(l => $"{l.From("l")} WHERE {l.IsLink("l")}"),
            more,
            upTo);

    private long Total(IEnumerable<string> sources, long more, long upTo)
    {
        var total = more;
        foreach (var source in sources)
        {
            if (total >= upTo)
            {
                return upTo;
            }

            var limit = upTo == long.MaxValue ? long.MaxValue : upTo - total;
            total += transaction.Count($"SELECT COUNT(*) FROM (SELECT 1 FROM {source} LIMIT @limit) l", ("@limit", limit));
        }

        return total;
    }
}
