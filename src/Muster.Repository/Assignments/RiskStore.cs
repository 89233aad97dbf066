using Muster.Configuration.Model;
using Muster.Repository.Changes;

namespace Muster.Repository.Assignments;

/// <summary>
/// Risks that owners have, with since when and, once they are over, until when (rolemodel.md 1.2, 5.8); and the scores that a task makes of
/// them. Owners whose risks have changed since are due for a score.
/// </summary>
public sealed class RiskStore(RepositoryTransaction transaction)
{
    internal static IEnumerable<string> Statements() =>
    [
        "CREATE TABLE IF NOT EXISTS identified_risk (entity_type TEXT NOT NULL, owner INTEGER NOT NULL, risk TEXT NOT NULL, valid_from TEXT NOT NULL,"
            + " PRIMARY KEY (entity_type, owner, risk))",
        "CREATE TABLE IF NOT EXISTS h_identified_risk (entity_type TEXT NOT NULL, owner INTEGER NOT NULL, risk TEXT NOT NULL, valid_from TEXT NOT NULL,"
            + " valid_to TEXT NOT NULL)",
        "CREATE INDEX IF NOT EXISTS h_identified_risk_owner ON h_identified_risk (entity_type, owner)",
        "CREATE TABLE IF NOT EXISTS risk_score (entity_type TEXT NOT NULL, owner INTEGER NOT NULL, score INTEGER NOT NULL, PRIMARY KEY (entity_type, owner))",
        "CREATE TABLE IF NOT EXISTS risk_score_due (entity_type TEXT NOT NULL, owner INTEGER NOT NULL, PRIMARY KEY (entity_type, owner))",
        "CREATE TABLE IF NOT EXISTS risk_score_rule (entity_type TEXT NOT NULL PRIMARY KEY, signature TEXT NOT NULL)",
    ];

    /// <summary>Whether an owner of the type has any, so that an evaluation without risks need not look for what has ended.</summary>
    public bool Any(EntityType source) =>
        transaction.Count("SELECT EXISTS (SELECT 1 FROM identified_risk WHERE entity_type = @type)", ("@type", source.Identifier)) == 1;

    /// <summary>By owner, ordinal; owners without any are absent.</summary>
    public ILookup<long, string> Of(EntityType source, IReadOnlyCollection<long> owners) =>
        transaction.Query(
                $"SELECT owner, risk FROM identified_risk WHERE entity_type = @type AND {transaction.Dialect.IsIn("owner", "@ids")} ORDER BY owner, risk",
                row => (Owner: row.GetInt64(0), Risk: row.GetString(1)),
                ("@type", source.Identifier),
                ("@ids", transaction.Dialect.IdList(owners)))
            .ToLookup(r => r.Owner, r => r.Risk);

    /// <summary>All of the owners of a type.</summary>
    public IReadOnlyList<(long Owner, string Risk)> All(EntityType source) =>
        transaction.Query(
            "SELECT owner, risk FROM identified_risk WHERE entity_type = @type ORDER BY owner, risk",
            row => (row.GetInt64(0), row.GetString(1)),
            ("@type", source.Identifier));

    /// <summary>Writes what differs: what has come to be, and what is over.</summary>
    /// <param name="risks">Of each of the owners, also of those without any.</param>
    /// <param name="keepHistory">False keeps nothing of what is over (<c>IgnoreHistorization</c>).</param>
    public (int Found, int Ended) Save(EntityType source, IReadOnlyDictionary<long, IReadOnlyList<string>> risks, bool keepHistory)
    {
        var stored = Of(source, [.. risks.Keys]);
        var (found, ended) = (0, 0);
        foreach (var (owner, wanted) in risks)
        {
            var added = wanted.Except(stored[owner], StringComparer.Ordinal).ToList();
            var over = stored[owner].Except(wanted, StringComparer.Ordinal).ToList();
            foreach (var risk in added)
            {
                transaction.Prepare("INSERT INTO identified_risk (entity_type, owner, risk, valid_from) VALUES (@type, @owner, @risk, @at)", "@type", "@owner", "@risk", "@at")
                    .Execute(source.Identifier, owner, risk, ChangeLog.FormatInstant(transaction.Now));
            }

            foreach (var risk in over)
            {
                End(source, owner, risk, keepHistory);
            }

            if (added.Count + over.Count > 0)
            {
                transaction.Prepare("INSERT INTO risk_score_due (entity_type, owner) VALUES (@type, @owner) ON CONFLICT (entity_type, owner) DO NOTHING", "@type", "@owner")
                    .Execute(source.Identifier, owner);
            }

            found += added.Count;
            ended += over.Count;
        }

        return (found, ended);
    }

    public long? ScoreOf(EntityType source, long owner) =>
        transaction.Query("SELECT score FROM risk_score WHERE entity_type = @type AND owner = @owner", row => (long?)row.GetInt64(0), ("@type", source.Identifier), ("@owner", owner))
            .FirstOrDefault();

    public IReadOnlyList<(long Owner, long Score)> Scores(EntityType source) =>
        transaction.Query("SELECT owner, score FROM risk_score WHERE entity_type = @type ORDER BY owner", row => (row.GetInt64(0), row.GetInt64(1)), ("@type", source.Identifier));

    /// <summary>Owners whose risks have changed since their score was made.</summary>
    public IReadOnlyList<long> Due(EntityType source) =>
        transaction.Query("SELECT owner FROM risk_score_due WHERE entity_type = @type ORDER BY owner", row => row.GetInt64(0), ("@type", source.Identifier));

    public bool AnyDue(EntityType source) =>
        transaction.Count("SELECT EXISTS (SELECT 1 FROM risk_score_due WHERE entity_type = @type)", ("@type", source.Identifier)) == 1;

    /// <summary>How the scores of a type were made last; null: never.</summary>
    public string? ScoreRule(EntityType source) =>
        transaction.Query("SELECT signature FROM risk_score_rule WHERE entity_type = @type", row => row.GetString(0), ("@type", source.Identifier)).FirstOrDefault();

    /// <summary>Writes what differs of the scores of some owners, who are due no more; returns how many were written.</summary>
    /// <param name="scores">Null: no score.</param>
    public int SaveScores(EntityType source, IReadOnlyDictionary<long, long?> scores, string rule)
    {
        var stored = Scores(source).ToDictionary(s => s.Owner, s => s.Score);
        var written = 0;
        foreach (var (owner, score) in scores.Where(s => s.Value != (stored.TryGetValue(s.Key, out var known) ? known : null)))
        {
            written++;
            if (score is { } value)
            {
                transaction.Prepare(
                        "INSERT INTO risk_score (entity_type, owner, score) VALUES (@type, @owner, @score) ON CONFLICT (entity_type, owner) DO UPDATE SET score = excluded.score",
                        "@type",
                        "@owner",
                        "@score")
                    .Execute(source.Identifier, owner, value);
            }
            else
            {
                transaction.Prepare("DELETE FROM risk_score WHERE entity_type = @type AND owner = @owner", "@type", "@owner").Execute(source.Identifier, owner);
            }
        }

        if (AnyDue(source))
        {
            transaction.Execute("DELETE FROM risk_score_due WHERE entity_type = @type", ("@type", source.Identifier));
        }

        if ((ScoreRule(source) ?? "") != rule)
        {
            transaction.Execute(
                "INSERT INTO risk_score_rule (entity_type, signature) VALUES (@type, @rule) ON CONFLICT (entity_type) DO UPDATE SET signature = excluded.signature",
                ("@type", source.Identifier),
                ("@rule", rule));
        }

        return written;
    }

    private void End(EntityType source, long owner, string risk, bool keepHistory)
    {
        if (keepHistory)
        {
            transaction.Prepare(
                    "INSERT INTO h_identified_risk (entity_type, owner, risk, valid_from, valid_to)"
                    + " SELECT entity_type, owner, risk, valid_from, @at FROM identified_risk WHERE entity_type = @type AND owner = @owner AND risk = @risk",
                    "@at",
                    "@type",
                    "@owner",
                    "@risk")
                .Execute(ChangeLog.FormatInstant(transaction.Now), source.Identifier, owner, risk);
        }

        transaction.Prepare("DELETE FROM identified_risk WHERE entity_type = @type AND owner = @owner AND risk = @risk", "@type", "@owner", "@risk")
            .Execute(source.Identifier, owner, risk);
    }
}
