namespace Muster.Repository.Assignments;

/// <summary>Assigned profiles (rolemodel.md 5.12, 9.1).</summary>
public sealed class ProfileStore(RepositoryTransaction transaction)
{
    /// <summary>Automatic profiles given by some profile rule contexts.</summary>
    public IReadOnlyList<AssignedProfile> Automatic(IReadOnlyCollection<string> ruleContexts) =>
        AssignmentColumns.Profile.Select(
            transaction,
            $"t.is_automatic = 1 AND {transaction.Dialect.IsInTexts("t.rule_context", "@contexts")}",
            ("@contexts", transaction.Dialect.TextList(ruleContexts)));

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
