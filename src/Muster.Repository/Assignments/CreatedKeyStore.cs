using Muster.Configuration.Model;
using Muster.Repository.Schema;

namespace Muster.Repository.Assignments;

/// <summary>
/// The identifiers that the managed system gave to what a creation order made, until a synchronisation brings the resource and it is linked
/// (synchronization.md 17, 4): the resource then belongs to the owner for whom it was made, whatever has become of the values by which a
/// correlation rule would find it.
/// </summary>
public sealed class CreatedKeyStore(RepositoryTransaction transaction, EntitySchema schema)
{
    internal static IEnumerable<string> Statements() =>
    [
        "CREATE TABLE IF NOT EXISTS created_key (assigned_resource_type INTEGER NOT NULL, property TEXT NOT NULL, value TEXT NOT NULL,"
            + " PRIMARY KEY (assigned_resource_type, property)) WITHOUT ROWID",
        "CREATE INDEX IF NOT EXISTS created_key_value ON created_key (property, value)",
    ];

    /// <summary>Remembers the keys of a creation; those of an earlier one of the same assignment are forgotten.</summary>
    /// <param name="keys">By property of the target, canonical.</param>
    public static void Store(RepositoryTransaction transaction, long assignedResourceType, IReadOnlyDictionary<string, string> keys)
    {
        Forget(transaction, assignedResourceType);
        foreach (var (property, value) in keys)
        {
            transaction.Prepare(
                    "INSERT INTO created_key (assigned_resource_type, property, value) VALUES (@assigned, @property, @value)",
                    "@assigned", "@property", "@value")
                .Execute(assignedResourceType, property, value);
        }
    }

    /// <summary>The assignment has its resource now, or is over.</summary>
    public static void Forget(RepositoryTransaction transaction, long assignedResourceType) =>
        transaction.Prepare("DELETE FROM created_key WHERE assigned_resource_type = @assigned", "@assigned").Execute(assignedResourceType);

    /// <summary>The keys of creations, by assigned resource type and property.</summary>
    public ILookup<long, (string Property, string Value)> Of(IReadOnlyCollection<long> assignedResourceTypes) =>
        assignedResourceTypes.Count == 0
            ? Array.Empty<long>().ToLookup(_ => 0L, _ => ("", ""))
            : transaction.Query(
                    $"SELECT assigned_resource_type, property, value FROM created_key WHERE {transaction.Dialect.IsIn("assigned_resource_type", "@ids")}",
                    row => (Assigned: row.GetInt64(0), Property: row.GetString(1), Value: row.GetString(2)),
                    ("@ids", transaction.Dialect.IdList(assignedResourceTypes)))
                .ToLookup(r => r.Assigned, r => (r.Property, r.Value));

    /// <summary>Owners for whom one of the given resources seems to have been made, by one of the type's key properties.</summary>
    public IEnumerable<long> OwnersOf(
        EntityType target, IReadOnlyCollection<long> resources, IReadOnlyCollection<string> resourceTypes, IEnumerable<EntityProperty> keys)
    {
        var table = schema.TableOf(target);
        var dialect = transaction.Dialect;
        return keys.Select(k => (Property: k, Column: table.FindScalar(k)?.Name)).Where(k => k.Column is not null).SelectMany(key => transaction.Query(
            $"SELECT DISTINCT t.owner FROM {transaction.Quote(table.Name)} r"
            + $" JOIN created_key k ON k.property = @property AND k.value = {dialect.AsText(key.Property.Type, $"r.{transaction.Quote(key.Column!)}")}"
            + " JOIN assigned_resource_type t ON t.id = k.assigned_resource_type"
            + $" WHERE {dialect.IsIn("r.id", "@ids")} AND t.owner IS NOT NULL AND {dialect.IsInTexts("t.resource_type", "@types")}",
            row => row.GetInt64(0),
            ("@property", key.Property.Identifier),
            ("@ids", dialect.IdList(resources)),
            ("@types", dialect.TextList(resourceTypes))));
    }
}
