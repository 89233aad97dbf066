namespace Muster.Repository.Synchronization;

/// <summary>A row of a source that waits for an end (synchronization.md 9.6). Keys are in matching form.</summary>
public sealed record PendingLink(string Association, string Key1, string Key2);

/// <summary>Reads the rows that wait for an end.</summary>
public sealed class PendingLinkStore(RepositoryTransaction transaction)
{
    /// <summary>All of them, in order.</summary>
    public IEnumerable<PendingLink> All() =>
        transaction.Stream("SELECT association, key1, key2 FROM pending_link ORDER BY 1, 2, 3", [])
            .Select(row => new PendingLink(row.GetString(0), row.GetString(1), row.GetString(2)));
}
