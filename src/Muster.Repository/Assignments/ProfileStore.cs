namespace Muster.Repository.Assignments;

/// <summary>Assigned profiles (rolemodel.md 5.12, 9.1).</summary>
/// <param name="transaction">In which they are read and written.</param>
/// <param name="consumers">
/// The consumers of users whose computation writes; all others look at the users again, since what others have given counts for them.
/// </param>
public sealed class ProfileStore(RepositoryTransaction transaction, IReadOnlyCollection<string>? consumers = null)
{
    private readonly ProfileDueStore _due = new(transaction);

    /// <summary>Users with automatic profiles given by some profile rule contexts, ascending: those after an id, up to a number.</summary>
    public IReadOnlyList<long> UsersAfter(IReadOnlyCollection<string> ruleContexts, long after, int limit) =>
        ruleContexts.Count == 0
            ? []
            : transaction.Query(
                $"SELECT DISTINCT \"user\" FROM assigned_profile WHERE \"user\" > @after AND is_automatic = 1 AND {transaction.Dialect.IsInTexts("rule_context", "@contexts")}"
                + " ORDER BY \"user\" LIMIT @limit",
                row => row.GetInt64(0),
                ("@after", after),
                ("@contexts", transaction.Dialect.TextList(ruleContexts)),
                ("@limit", limit));

    /// <summary>The profile rule contexts that have given profiles; each is found by one step in an index.</summary>
    public IReadOnlyList<string> RuleContexts() =>
        transaction.Query(
            "WITH RECURSIVE context (name) AS (SELECT MIN(rule_context) FROM assigned_profile"
            + " UNION ALL SELECT (SELECT MIN(rule_context) FROM assigned_profile WHERE rule_context > name) FROM context WHERE name IS NOT NULL)"
            + " SELECT name FROM context WHERE name IS NOT NULL",
            row => row.GetString(0));

    /// <summary>All profiles of users.</summary>
    public IReadOnlyList<AssignedProfile> Of(IReadOnlyCollection<long> users) =>
        AssignmentColumns.Profile.Select(transaction, transaction.Dialect.IsIn("t.\"user\"", "@ids"), ("@ids", transaction.Dialect.IdList(users)));

    public void Insert(IReadOnlyList<AssignedProfile> profiles)
    {
        if (profiles.Count == 0)
        {
            return;
        }

        var next = transaction.AllocateIds(profiles.Count);
        AssignmentColumns.Profile.Write(transaction, [.. profiles.Select(p => p with { Id = next++ })], [], [], keepHistory: true);
        _due.MarkUsers(profiles.Select(p => p.User), consumers ?? []);
    }

    public void End(IReadOnlyCollection<AssignedProfile> profiles)
    {
        AssignmentColumns.Profile.Write(transaction, [], [], [.. profiles.Select(p => p.Id)], keepHistory: true);
        _due.MarkUsers(profiles.Select(p => p.User), consumers ?? []);
    }
}
