namespace Muster.Repository.Changes;

/// <summary>
/// The part of the change log that SetRecentlyModifiedFlag and complete computations have passed: it is kept for a while, so that what a run
/// has changed can be told, object by object (asks.md, 11).
/// </summary>
public sealed class ConsumedChanges(RepositoryTransaction transaction)
{
    /// <summary>Consumed changes that are older are forgotten.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    /// <summary>At least so many old rows are looked at by a pruning.</summary>
    private const long LeastPruned = 1_000;

    /// <summary>What a range of the log says is flagged.</summary>
    internal void Mark(long from, long to) =>
        transaction.Execute("UPDATE change SET is_flagged = 1 WHERE is_flagged = 0 AND seq BETWEEN @from AND @to", ("@from", from), ("@to", to));

    /// <summary>Takes a range of the log out of the lists for people (synchronization.md 9.2).</summary>
    internal void Unlist(long from, long to) =>
        transaction.Execute("UPDATE change SET is_listed = 0 WHERE is_listed = 1 AND seq BETWEEN @from AND @to", ("@from", from), ("@to", to));

    /// <summary>Forgets what is too old, some times as many rows as were added at most: the cost follows the number of changes.</summary>
    internal void Prune(long added) =>
        transaction.Execute(
            "DELETE FROM change WHERE seq IN (SELECT seq FROM (SELECT seq, at, is_flagged, is_listed FROM change ORDER BY seq LIMIT @limit) oldest"
            + " WHERE at < @cutoff AND is_flagged = 1 AND is_listed = 0)",
            ("@limit", LeastPruned + (10 * added)),
            ("@cutoff", ChangeLog.FormatInstant(transaction.Now - Retention)));
}
