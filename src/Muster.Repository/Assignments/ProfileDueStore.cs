using Muster.Expressions.Dependencies;

namespace Muster.Repository.Assignments;

/// <summary>
/// Users whose profiles must be computed again although no resource was flagged: their logins came, went, or are provisioned now, or they were
/// given other profiles by hand or by another task. Written together with what causes it, and only for consumers that have finished once: the
/// others compute everybody.
/// </summary>
public sealed class ProfileDueStore(RepositoryTransaction transaction)
{
    private IReadOnlyList<string>? _consumers;
    private IReadOnlySet<string>? _logins;

    private IReadOnlyList<string> Consumers => _consumers ??=
    [
        .. transaction.Query(
                "SELECT DISTINCT kind FROM consumer WHERE kind > @from AND kind < @to",
                row => row.GetString(0),
                ("@from", $"{ConsumerKinds.SetInternalUserProfiles}."),
                ("@to", $"{ConsumerKinds.SetInternalUserProfiles}/"))
            .Where(ConsumerKinds.IsOfProfileUsers),
    ];

    private IReadOnlySet<string> Logins => _logins ??= Consumers.Select(ConsumerKinds.LoginOf).OfType<string>().ToHashSet(StringComparer.Ordinal);

    internal static IEnumerable<string> Statements() =>
    [
        "CREATE TABLE IF NOT EXISTS profile_due (consumer TEXT NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (consumer, resource))",
    ];

    /// <summary>The users that are due for some consumers.</summary>
    public IReadOnlyList<long> Of(IReadOnlyCollection<string> consumers) =>
        transaction.Query(
            $"SELECT DISTINCT resource FROM profile_due WHERE {transaction.Dialect.IsInTexts("consumer", "@consumers")} ORDER BY resource",
            row => row.GetInt64(0),
            ("@consumers", transaction.Dialect.TextList(consumers)));

    public bool Any(IReadOnlyCollection<string> consumers) =>
        transaction.Count(
            $"SELECT EXISTS (SELECT 1 FROM profile_due WHERE {transaction.Dialect.IsInTexts("consumer", "@consumers")})",
            ("@consumers", transaction.Dialect.TextList(consumers))) == 1;

    /// <summary>What was due for some consumers is done.</summary>
    public void Forget(IReadOnlyCollection<string> consumers) =>
        transaction.Execute(
            $"DELETE FROM profile_due WHERE {transaction.Dialect.IsInTexts("consumer", "@consumers")}",
            ("@consumers", transaction.Dialect.TextList(consumers)));

    /// <summary>Marks the owners whose logins differ between what assignments were and what they are.</summary>
    internal void MarkLogins(IEnumerable<AssignedResourceType> before, IEnumerable<AssignedResourceType> after)
    {
        if (Logins.Count == 0)
        {
            return;
        }

        var changed = before.Select(LoginOf).OfType<Login>().ToHashSet();
        changed.SymmetricExceptWith(after.Select(LoginOf).OfType<Login>().ToHashSet());
        foreach (var (type, owner) in changed.Select(l => (l.ResourceType, l.Owner)).Distinct())
        {
            Mark(Consumers.Where(c => ConsumerKinds.LoginOf(c) == type), owner);
        }
    }

    /// <summary>Marks users whose profiles have changed, for all consumers but those that have done it.</summary>
    internal void MarkUsers(IEnumerable<long> users, IReadOnlyCollection<string> doneBy)
    {
        var others = Consumers.Except(doneBy).ToList();
        foreach (var user in others.Count == 0 ? [] : users.Distinct())
        {
            Mark(others, user);
        }
    }

    private sealed record Login(string ResourceType, long Owner, long? Target);

    /// <summary>As <see cref="AssignmentStore.OwnersAndTargets"/> sees it.</summary>
    private Login? LoginOf(AssignedResourceType row) =>
        row.Owner is { } owner && Logins.Contains(row.ResourceType) && row.IsLogin() ? new Login(row.ResourceType, owner, row.Resource) : null;

    private void Mark(IEnumerable<string> consumers, long resource)
    {
        foreach (var consumer in consumers)
        {
            transaction.Prepare("INSERT INTO profile_due (consumer, resource) VALUES (@consumer, @resource) ON CONFLICT DO NOTHING", "@consumer", "@resource")
                .Execute(consumer, resource);
        }
    }
}
