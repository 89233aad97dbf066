namespace Muster.Repository.Assignments;

/// <summary>Assigned profiles (rolemodel.md 5.12, 9.1).</summary>
public sealed class ProfileStore(RepositoryTransaction transaction)
{
    /// <summary>Users with automatic profiles given by some profile rule contexts, ascending: those after an id, up to a number.</summary>
    public IReadOnlyList<long> UsersAfter(IReadOnlyCollection<string> ruleContexts, long after, int limit) =>
        transaction.Query(
            $"SELECT DISTINCT user FROM assigned_profile WHERE user > @after AND is_automatic = 1 AND {transaction.Dialect.IsInTexts("rule_context", "@contexts")}"
            + " ORDER BY user LIMIT @limit",
            row => row.GetInt64(0),
            ("@after", after),
            ("@contexts", transaction.Dialect.TextList(ruleContexts)),
            ("@limit", limit));

    /// <summary>All profiles of users.</summary>
    public IReadOnlyList<AssignedProfile> Of(IReadOnlyCollection<long> users) =>
        AssignmentColumns.Profile.Select(transaction, transaction.Dialect.IsIn("t.user", "@ids"), ("@ids", transaction.Dialect.IdList(users)));

    public void Insert(IReadOnlyList<AssignedProfile> profiles)
    {
        if (profiles.Count == 0)
        {
            return;
        }

        var next = transaction.AllocateIds(profiles.Count);
        foreach (var profile in profiles)
        {
            AssignmentColumns.Profile.Insert(transaction, profile with { Id = next++ });
        }
    }

    public void End(IEnumerable<AssignedProfile> profiles)
    {
        foreach (var profile in profiles)
        {
            AssignmentColumns.Profile.End(transaction, profile.Id, keepHistory: true);
        }
    }
}
