using System.Globalization;

namespace Muster.Repository.Synchronization;

public sealed partial class ResourceStaging
{
    private bool _isCompared;

    /// <summary>All stored resources that a source's row can give, with the hash of that row; null where it is not known.</summary>
    public IEnumerable<(long Id, UInt128? Hash)> StoredHashes()
    {
        foreach (var row in _transaction.StreamRows($"SELECT id, source_hash FROM {Table} WHERE {_transaction.Dialect.Unindexed(_keyColumn)} IS NOT NULL", []))
        {
            yield return (row.Long(), row.TryOctets(out var hash) && hash.Length == UnmatchedRows.HashSize ? UnmatchedRows.Number(hash) : null);
        }
    }

    /// <summary>
    /// Notes a stored resource that no delivered row equals. Once this is used, all others are taken for delivered as they are; those noted are deleted
    /// by <see cref="DeleteMissing"/> if their key is not delivered either.
    /// </summary>
    public void Miss(long id) => _transaction.Prepare($"INSERT INTO {_missed} (id) VALUES (@id) ON CONFLICT DO NOTHING", "@id").Execute(id);

    /// <summary>All stored resources were compared by hash; see <see cref="Miss"/>.</summary>
    public void EndComparison() => _isCompared = true;

    private string Missing() => _isCompared
        ? $"{_missed} m CROSS JOIN {Table} t WHERE t.id = m.id AND t.{_keyColumn} IS NOT NULL"
        : string.Create(CultureInfo.InvariantCulture, $"{Table} t WHERE t.{_keyColumn} IS NOT NULL");
}
