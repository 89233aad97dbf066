using System.Text;
using Muster.Configuration.Model;
using Muster.Repository.Changes;

namespace Muster.Repository.Assignments;

/// <summary>When owners must be evaluated again although nothing changes: the next bound of any of their periods (rolemodel.md 5.0).</summary>
public sealed class EvaluationDueStore(RepositoryTransaction transaction)
{
    internal static IEnumerable<string> Statements() =>
    [
        "CREATE TABLE IF NOT EXISTS evaluation_due (entity_type TEXT NOT NULL, owner INTEGER NOT NULL, due_at TEXT NOT NULL,"
            + " PRIMARY KEY (entity_type, owner))",
        "CREATE INDEX IF NOT EXISTS evaluation_due_at ON evaluation_due (entity_type, due_at)",
    ];

    /// <summary>Owners whose next bound has come.</summary>
    public IReadOnlyList<long> Until(EntityType source, DateTime now) =>
        transaction.Query(
            "SELECT owner FROM evaluation_due WHERE entity_type = @type AND due_at <= @now",
            row => row.GetInt64(0),
            ("@type", source.Identifier),
            ("@now", ChangeLog.FormatInstant(now)));

    /// <summary>When owners must be evaluated again, as it is stored; owners for whom nothing is are absent.</summary>
    public IReadOnlyDictionary<long, string> Of(EntityType source, IReadOnlyCollection<long> owners)
    {
        var due = new Dictionary<long, string>(owners.Count);
        transaction.Each(
            $"SELECT owner, due_at FROM evaluation_due WHERE entity_type = @type AND {transaction.Dialect.IsIn("owner", "@ids")}",
            row => due.Add(row.Long(), row.Shared()),
            ("@type", source.Identifier),
            ("@ids", transaction.Dialect.IdList(owners)));
        return due;
    }

    /// <summary>Remembers when owners must be evaluated again; writes only what differs from what is stored, see <see cref="Of"/>.</summary>
    public void Set(EntityType source, IReadOnlyDictionary<long, DateTime?> due, IReadOnlyDictionary<long, string> stored)
    {
        var over = new List<long>();
        var set = new List<(long Owner, string At)>();
        foreach (var (owner, at) in due)
        {
            if (at is null)
            {
                if (stored.ContainsKey(owner))
                {
                    over.Add(owner);
                }
            }
            else if (ChangeLog.FormatInstant(at.Value) is var text && stored.GetValueOrDefault(owner) != text)
            {
                set.Add((owner, text));
            }
        }

        if (over.Count > 0)
        {
            transaction.Execute(
                $"DELETE FROM evaluation_due WHERE entity_type = @type AND {transaction.Dialect.IsIn("owner", "@ids")}",
                ("@type", source.Identifier),
                ("@ids", transaction.Dialect.IdList(over)));
        }

        Set(source, set);
    }

    private void Set(EntityType source, List<(long Owner, string At)> due)
    {
        if (due.Count == 0)
        {
            return;
        }

        transaction.MakeTemporaryTable("due_now", "owner INTEGER, due_at TEXT");
        using (var rows = transaction.BulkInsert("due_now", ["owner", "due_at"]))
        {
            Span<byte> octets = stackalloc byte[ChangeLog.InstantLength];
            foreach (var (owner, at) in due)
            {
                rows.Number(owner);
                rows.Text(octets[..Encoding.UTF8.GetBytes(at, octets)]);
                rows.EndRow();
            }

            rows.Complete();
        }

        transaction.Execute(
            "INSERT INTO evaluation_due (entity_type, owner, due_at) SELECT @type, owner, due_at FROM due_now WHERE true"
            + " ON CONFLICT (entity_type, owner) DO UPDATE SET due_at = excluded.due_at",
            ("@type", source.Identifier));
        transaction.ClearTemporaryTable("due_now");
    }
}
