using Muster.Configuration.Values;
using Muster.Repository.Rows;

namespace Muster.Repository.Synchronization;

/// <summary>
/// The links of an association that resources carry in a column, read along with the resources' rows (<see cref="ResourceStaging.Scan"/>): only where both keys are texts
/// that are compared as they are, and the targets are few enough to keep the hashes of their keys in memory.
/// </summary>
public sealed class CarriedLinks
{
    /// <summary>Targets that are kept: about 40 MB.</summary>
    private const int MostTargets = 500_000;

    private readonly Dictionary<long, HashValue> _targets;
    private readonly PairHash _hash;
    private readonly int _holder;

    private CarriedLinks(Dictionary<long, HashValue> targets, PairHash hash, int holder, string target, string own)
    {
        _targets = targets;
        _hash = hash;
        _holder = holder;
        (Target, Columns) = (target, $"{target}, {own}");
    }

    /// <summary>Of the resources' columns, that of the target.</summary>
    internal string Target { get; }

    /// <summary>What a query for resources gives of them: the target, and the key of the resource itself.</summary>
    internal string Columns { get; }

    /// <summary>Reads the keys of the targets; null if they are too many.</summary>
    internal static CarriedLinks? Read(RepositoryTransaction transaction, LinkRows links, LinkKey own, LinkKey target, PairHash hash, string alias)
    {
        var targets = new Dictionary<long, HashValue>();
        var side = links.Holder == 1 ? 2 : 1;
        transaction.Scan(
            "k.id, k.value",
            $"(SELECT t.id, {target.Value("t")} AS value FROM {target.From("t")} WHERE {target.Value("t")} IS NOT NULL LIMIT {MostTargets + 1}) k",
            row =>
            {
                var id = row.Long();
                if (row.TryOctets(out var key))
                {
                    targets.Add(id, hash.Part(side, key));
                }
            });
        return targets.Count > MostTargets
            ? null
            : new CarriedLinks(targets, hash, links.Holder, $"{alias}.{links.Column}", own.Value(alias));
    }

    /// <summary>The link of a resource; null if it has none.</summary>
    internal StoredLinkHash? Of(long id, ScannedRow row)
    {
        var target = row.LongOrNull();
        var hasKey = row.TryOctets(out var key);
        if (target is not { } other)
        {
            return null;
        }

        var (r1, r2) = _holder == 1 ? (id, other) : (other, id);
        return hasKey && _targets.TryGetValue(other, out var part)
            ? new StoredLinkHash(r1, r2, PairHash.Of(_hash.Part(_holder, key), part))
            : new StoredLinkHash(r1, r2, null);
    }
}
