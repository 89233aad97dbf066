using System.Globalization;
using Muster.Configuration.Values;

namespace Muster.Repository.Synchronization;

public sealed partial class ResourceStaging
{
    private bool _isCompared;

    /// <summary>In <see cref="Scan"/>, the table.</summary>
    internal const string Alias = "t";

    /// <summary>Passes all stored resources by that a source's row can give, with the links that they carry. Nothing else may use the store meanwhile.</summary>
    /// <param name="take">Given the resource and the hash of its row; null where that is not known, or where the resource is none of the source's.</param>
    /// <param name="takeLink">Given the place in <paramref name="links"/>.</param>
    public void Scan(IReadOnlyList<CarriedLinks> links, Action<long, HashValue?> take, Action<int, StoredLinkHash> takeLink)
    {
        var columns = string.Concat(links.Select(l => $", {l.Columns}"));
        var carried = string.Concat(links.Select(l => $" OR {l.Target} IS NOT NULL"));
        _transaction.Scan(
            $"{Alias}.id, {Alias}.source_hash{columns}",
            $"{Table} {Alias} WHERE {_transaction.Dialect.Unindexed($"{Alias}.{_keyColumn}")} IS NOT NULL{carried}",
            row =>
            {
                var id = row.Long();
                take(id, row.TryOctets(out var hash) ? SourceHash.FromOctets(hash) : null);
                for (var index = 0; index < links.Count; index++)
                {
                    if (links[index].Of(id, row) is { } link)
                    {
                        takeLink(index, link);
                    }
                }
            });
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
