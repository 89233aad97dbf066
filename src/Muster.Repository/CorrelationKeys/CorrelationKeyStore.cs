using Muster.Configuration.Model;
using Muster.Repository.Schema;

namespace Muster.Repository.CorrelationKeys;

/// <summary>A key that is another one than before; null where there was or is none.</summary>
public readonly record struct KeyChange(long Resource, string? Before, string? After);

/// <summary>
/// The stored keys by which resources are matched, so that matching is an index look-up (rolemodel.md 5.2). An expression key names one
/// distinct (entity type, binding, expression); rules that share it share its keys.
/// </summary>
public sealed class CorrelationKeyStore(RepositoryTransaction transaction)
{
    internal static IEnumerable<string> Statements() =>
    [
        "CREATE TABLE IF NOT EXISTS correlation_key (expression_key TEXT NOT NULL, resource INTEGER NOT NULL, key TEXT NOT NULL,"
            + " PRIMARY KEY (expression_key, resource)) WITHOUT ROWID",
        "CREATE INDEX IF NOT EXISTS correlation_key_key ON correlation_key (expression_key, key)",
    ];

    /// <summary>Stores keys; null or empty removes. Writes only what differs, and returns it.</summary>
    public IReadOnlyList<KeyChange> Store(string expressionKey, IReadOnlyList<(long Resource, string? Key)> keys)
    {
        var stored = KeysOf(expressionKey, keys.Select(k => k.Resource));
        var changes = new List<KeyChange>();
        foreach (var (resource, key) in keys)
        {
            var before = stored.GetValueOrDefault(resource);
            var after = string.IsNullOrEmpty(key) ? null : key;
            if (before == after)
            {
                continue;
            }

            changes.Add(new KeyChange(resource, before, after));
            if (after is null)
            {
                transaction.Prepare("DELETE FROM correlation_key WHERE expression_key = @expression AND resource = @resource", "@expression", "@resource")
                    .Execute(expressionKey, resource);
            }
            else
            {
                transaction.Prepare(
                        "INSERT INTO correlation_key (expression_key, resource, key) VALUES (@expression, @resource, @key)"
                        + " ON CONFLICT (expression_key, resource) DO UPDATE SET key = excluded.key",
                        "@expression",
                        "@resource",
                        "@key")
                    .Execute(expressionKey, resource, after);
            }
        }

        return changes;
    }

    /// <summary>The resources that have one of the keys, by key, ascending.</summary>
    public ILookup<string, long> ResourcesOf(string expressionKey, IEnumerable<string> keys) =>
        transaction.Query(
                $"SELECT key, resource FROM correlation_key WHERE expression_key = @expression AND {transaction.Dialect.IsInTexts("key", "@keys")}"
                + $" ORDER BY {transaction.Dialect.Unindexed("resource")}",
                row => (Key: row.GetString(0), Resource: row.GetInt64(1)),
                ("@expression", expressionKey),
                ("@keys", transaction.Dialect.TextList(keys.Distinct(StringComparer.Ordinal))))
            .ToLookup(r => r.Key, r => r.Resource, StringComparer.Ordinal);

    /// <summary>By key, the existing resource of an entity type with the lowest id that has it.</summary>
    public IReadOnlyDictionary<string, long> FirstOf(string expressionKey, IEnumerable<string> keys, EntityType type, EntitySchema schema) =>
        transaction.Query(
                $"SELECT k.key, MIN(k.resource) FROM correlation_key k WHERE k.expression_key = @expression AND {transaction.Dialect.IsInTexts("k.key", "@keys")}"
                + $" AND EXISTS (SELECT 1 FROM {transaction.Quote(schema.TableOf(type).Name)} r WHERE r.id = k.resource) GROUP BY k.key",
                row => (Key: row.GetString(0), Resource: row.GetInt64(1)),
                ("@expression", expressionKey),
                ("@keys", transaction.Dialect.TextList(keys.Distinct(StringComparer.Ordinal))))
            .ToDictionary(r => r.Key, r => r.Resource, StringComparer.Ordinal);

    /// <summary>The stored keys of resources; those without a key are absent.</summary>
    public IReadOnlyDictionary<long, string> KeysOf(string expressionKey, IEnumerable<long> resources) =>
        transaction.Query(
                $"SELECT resource, key FROM correlation_key WHERE expression_key = @expression AND {transaction.Dialect.IsIn("resource", "@ids")}",
                row => (Resource: row.GetInt64(0), Key: row.GetString(1)),
                ("@expression", expressionKey),
                ("@ids", transaction.Dialect.IdList(resources)))
            .ToDictionary(r => r.Resource, r => r.Key);

    /// <summary>Removes the keys of resources that do not exist any more, and returns them.</summary>
    public IReadOnlyList<KeyChange> RemoveDeleted(string expressionKey, EntityType type, EntitySchema schema)
    {
        var gone = transaction.Query(
            "SELECT resource, key FROM correlation_key WHERE expression_key = @expression"
            + $" AND resource NOT IN (SELECT id FROM {transaction.Quote(schema.TableOf(type).Name)})",
            row => new KeyChange(row.GetInt64(0), row.GetString(1), null),
            ("@expression", expressionKey));
        foreach (var change in gone)
        {
            transaction.Prepare("DELETE FROM correlation_key WHERE expression_key = @expression AND resource = @resource", "@expression", "@resource")
                .Execute(expressionKey, change.Resource);
        }

        return gone;
    }

    /// <summary>The expressions that keys are stored for and that no rule uses any more; found by jumps through the index, whatever the number of keys.</summary>
    public IReadOnlyList<string> Unused(IEnumerable<string> usedExpressionKeys) =>
        [.. IndexedTexts.Of(transaction, "correlation_key", "expression_key").Except(usedExpressionKeys, StringComparer.Ordinal)];

    /// <summary>Removes all keys of expressions.</summary>
    public void Remove(IEnumerable<string> expressionKeys)
    {
        foreach (var expression in expressionKeys)
        {
            transaction.Execute("DELETE FROM correlation_key WHERE expression_key = @expression", ("@expression", expression));
        }
    }
}
