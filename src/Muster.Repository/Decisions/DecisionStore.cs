using Muster.Repository.Changes;
using Muster.Repository.Dialects;
using Muster.Repository.Rows;

namespace Muster.Repository.Decisions;

/// <summary>The history of decisions: written once, never changed.</summary>
public sealed class DecisionStore(RepositoryTransaction transaction)
{
    private const string Columns = "number, at, decided_by, kind, entity_type, owner, owner_key, assignment, item_kind, item, detail, from_state, to_state, comment";

    internal static IEnumerable<string> Statements(ISqlDialect dialect) =>
    [
        $"CREATE TABLE IF NOT EXISTS decision (number {dialect.AutoNumber}, at TEXT NOT NULL, decided_by TEXT NOT NULL, kind INTEGER NOT NULL,"
            + " entity_type TEXT NOT NULL, owner INTEGER, owner_key TEXT, assignment INTEGER NOT NULL, item_kind TEXT NOT NULL, item TEXT NOT NULL,"
            + " detail TEXT, from_state TEXT, to_state TEXT, comment TEXT)",
        "CREATE INDEX IF NOT EXISTS decision_owner ON decision (owner, number)",
        "CREATE INDEX IF NOT EXISTS decision_assignment ON decision (assignment, number)",
    ];

    /// <summary>Adds a decision at the transaction's instant.</summary>
    public void Add(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        transaction.Prepare(
                "INSERT INTO decision (at, decided_by, kind, entity_type, owner, owner_key, assignment, item_kind, item, detail, from_state, to_state, comment)"
                + " VALUES (@at, @by, @kind, @type, @owner, @key, @assignment, @itemkind, @item, @detail, @from, @to, @comment)",
                "@at", "@by", "@kind", "@type", "@owner", "@key", "@assignment", "@itemkind", "@item", "@detail", "@from", "@to", "@comment")
            .Execute(
                ChangeLog.FormatInstant(transaction.Now),
                decision.By,
                (int)decision.Kind,
                decision.EntityType,
                decision.Owner,
                decision.OwnerKey,
                decision.Assignment,
                decision.ItemKind,
                decision.Item,
                decision.Detail,
                decision.From,
                decision.To,
                decision.Comment);
    }

    /// <summary>Those on the assignments of some owners, in the order in which they were made.</summary>
    public IReadOnlyList<Decision> OfOwners(IReadOnlyCollection<long> owners) =>
        Select(transaction.Dialect.IsIn("owner", "@ids"), ("@ids", transaction.Dialect.IdList(owners)));

    /// <summary>Those on some rows, in the order in which they were made.</summary>
    public IReadOnlyList<Decision> OfAssignments(IReadOnlyCollection<long> assignments) =>
        Select(transaction.Dialect.IsIn("assignment", "@ids"), ("@ids", transaction.Dialect.IdList(assignments)));

    private List<Decision> Select(string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        transaction.Query(
            $"SELECT {Columns} FROM decision WHERE {condition} ORDER BY number",
            row =>
            {
                var reader = new DbRowReader(row);
                return new Decision
                {
                    Number = reader.Long(),
                    At = reader.Instant(),
                    By = reader.Text(),
                    Kind = (DecisionKind)reader.Int(),
                    EntityType = reader.Text(),
                    Owner = reader.LongOrNull(),
                    OwnerKey = reader.TextOrNull(),
                    Assignment = reader.Long(),
                    ItemKind = reader.Text(),
                    Item = reader.Text(),
                    Detail = reader.TextOrNull(),
                    From = reader.TextOrNull(),
                    To = reader.TextOrNull(),
                    Comment = reader.TextOrNull(),
                };
            },
            parameters);
}
