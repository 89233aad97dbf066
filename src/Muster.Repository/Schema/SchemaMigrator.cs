using Muster.Configuration.Work;
using Muster.Repository.Dialects;

namespace Muster.Repository.Schema;

/// <summary>
/// Brings the tables of the entity model from a deployed configuration to a new one. Adding is automatic; whatever loses data is asked
/// for by <c>--allow-data-loss</c>.
/// </summary>
public sealed class SchemaMigrator(RepositoryTransaction transaction)
{
    private ISqlDialect Dialect => transaction.Dialect;

    /// <summary>What would be lost, as sentences for a person; empty if nothing would be.</summary>
    public static IReadOnlyList<string> Losses(StoredEntityModel from, StoredEntityModel to)
    {
        var losses = new List<string>();
        foreach (var (table, columns) in from.Tables)
        {
            if (!to.Tables.TryGetValue(table, out var wanted))
            {
                losses.Add($"all resources of the removed entity type '{table[2..]}'");
                continue;
            }

            foreach (var (column, type) in columns)
            {
                if (!wanted.TryGetValue(column, out var wantedType))
                {
                    losses.Add($"the values of '{table[2..]}:{column[2..]}'");
                }
                else if (wantedType != type)
                {
                    losses.Add($"the values of '{table[2..]}:{column[2..]}', whose type changes");
                }
            }
        }

        losses.AddRange(from.LinkTables
            .Where(l => !to.LinkTables.TryGetValue(l.Key, out var ends) || ends != l.Value)
            .Select(l => $"the links of the association '{l.Key[2..]}'"));
        return losses;
    }

    /// <summary>Migrates. Throws <see cref="TaskFailedException"/> if data would be lost and that is not allowed.</summary>
    public void Migrate(StoredEntityModel from, StoredEntityModel to, bool allowDataLoss)
    {
        var losses = Losses(from, to);
        if (losses.Count > 0 && !allowDataLoss)
        {
            throw new TaskFailedException(
                $"Deploying this configuration would lose {string.Join("; ", losses)}. Give --allow-data-loss if that is meant.");
        }

        transaction.TablesChanged();
        foreach (var (name, index) in from.Indexes)
        {
            if (!to.Indexes.TryGetValue(name, out var wanted) || wanted != index)
            {
                transaction.Execute($"DROP INDEX IF EXISTS {Dialect.Quote(name)}");
            }
        }

        foreach (var table in from.Tables.Keys.Except(to.Tables.Keys))
        {
            transaction.Execute($"DROP TABLE {Dialect.Quote(table)}");
            transaction.Execute($"DROP TABLE {Dialect.Quote("h_" + table)}");
        }

        foreach (var (table, columns) in to.Tables)
        {
            if (from.Tables.TryGetValue(table, out var existing))
            {
                Alter(table, existing, columns);
            }
            else
            {
                Create(table, columns);
            }
        }

        MigrateLinks(from, to);
        foreach (var (name, index) in to.Indexes)
        {
            transaction.Execute(
                $"CREATE INDEX IF NOT EXISTS {Dialect.Quote(name)} ON {Dialect.Quote(index.Table)} ({Dialect.Quote(index.Column)})");
        }
    }

    private void Create(string table, IReadOnlyDictionary<string, string> columns)
    {
        var properties = string.Concat(columns.Select(c => $", {Dialect.Quote(c.Key)} {c.Value}"));
        transaction.Execute(
            $"CREATE TABLE {Dialect.Quote(table)} (id INTEGER PRIMARY KEY, valid_from TEXT NOT NULL, source_hash BLOB,"
            + $" display_name TEXT{properties}){Dialect.WideTable}");
        transaction.Execute(
            $"CREATE TABLE {Dialect.Quote("h_" + table)} (id INTEGER NOT NULL, valid_from TEXT NOT NULL, source_hash BLOB,"
            + $" display_name TEXT{properties}, valid_to TEXT NOT NULL, PRIMARY KEY (id, valid_from, valid_to)){Dialect.WideTable}");
    }

    private void Alter(string table, IReadOnlyDictionary<string, string> existing, IReadOnlyDictionary<string, string> wanted)
    {
        foreach (var name in new[] { table, "h_" + table })
        {
            foreach (var (column, type) in existing)
            {
                if (!wanted.TryGetValue(column, out var wantedType) || wantedType != type)
                {
                    transaction.Execute($"ALTER TABLE {Dialect.Quote(name)} DROP COLUMN {Dialect.Quote(column)}");
                }
            }

            foreach (var (column, type) in wanted)
            {
                if (!existing.TryGetValue(column, out var existingType) || existingType != type)
                {
                    transaction.Execute($"ALTER TABLE {Dialect.Quote(name)} ADD COLUMN {Dialect.Quote(column)} {type}");
                }
            }
        }
    }

    private void MigrateLinks(StoredEntityModel from, StoredEntityModel to)
    {
        foreach (var (table, ends) in from.LinkTables)
        {
            if (!to.LinkTables.TryGetValue(table, out var wanted) || wanted != ends)
            {
                transaction.Execute($"DROP TABLE {Dialect.Quote(table)}");
                transaction.Execute($"DROP TABLE {Dialect.Quote("h_" + table)}");
            }
        }

        foreach (var (table, ends) in to.LinkTables)
        {
            if (from.LinkTables.TryGetValue(table, out var existing) && existing == ends)
            {
                continue;
            }

            transaction.Execute(
                $"CREATE TABLE {Dialect.Quote(table)} (r1 INTEGER NOT NULL, r2 INTEGER NOT NULL, valid_from TEXT NOT NULL, PRIMARY KEY (r1, r2))");
            transaction.Execute($"CREATE INDEX {Dialect.Quote("i_" + table + "_r2")} ON {Dialect.Quote(table)} (r2, r1)");
            transaction.Execute(
                $"CREATE TABLE {Dialect.Quote("h_" + table)} (r1 INTEGER NOT NULL, r2 INTEGER NOT NULL, valid_from TEXT NOT NULL,"
                + " valid_to TEXT NOT NULL, PRIMARY KEY (r1, r2, valid_from, valid_to))");
        }
    }
}
