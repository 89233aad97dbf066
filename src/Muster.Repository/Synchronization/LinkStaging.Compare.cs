using Muster.Configuration.Model;
using Muster.Configuration.Values;

namespace Muster.Repository.Synchronization;

/// <summary>A stored row of an association, by the hash of its keys.</summary>
/// <param name="R1">0 for a row that waits.</param>
/// <param name="Hash">Null for a link of which an end has no key.</param>
public readonly record struct StoredLinkHash(long R1, long R2, HashValue? Hash);

/// <summary>A stored row of an association: a link, or one that waits. Keys are in matching form; null where an end has none.</summary>
/// <param name="R1">0 for a row that waits.</param>
public readonly record struct StoredLinkRow(long R1, long R2, string? Key1, string? Key2);

public sealed partial class LinkStaging
{
    private bool _isCompared;

    /// <summary>Whether everything of the association is given anew, in place of what differs.</summary>
    private bool IsGivenAnew => Source == LinkSource.Full && !_isCompared;

    /// <summary>Whether delivered keys are in matching form as they come.</summary>
    public bool HasPlainKeys => _key1 is { IsPlain: true } && _key2 is { IsPlain: true };

    /// <summary>A delivered key in matching form; null for none.</summary>
    public string? Match(int side, string? key) => Key(side).Match(key);

    /// <summary>
    /// The association's links as resources of a type carry them, to be read with the resources in place of <see cref="ScanLinks"/>; null if they do not, or if that is
    /// not possible.
    /// </summary>
    public CarriedLinks? CarriedBy(EntityType type, PairHash hash) =>
        !_links.IsTable && _links.ColumnTable!.EntityType == type && HasPlainKeys
            ? CarriedLinks.Read(_transaction, _links, Key(_links.Holder), Key(Other(_links.Holder)), hash, ResourceStaging.Alias)
            : null;

    /// <summary>
    /// Passes all links by. With <see cref="WaitingRows"/> they are all rows that the source is known to have. A full file that is compared with them is as a list of
    /// changes (<see cref="BeginComparison"/>).
    /// </summary>
    public void ScanLinks(PairHash hash, Action<StoredLinkHash> take)
    {
        var joins = "";
        string Value(int side)
        {
            var key = Key(side);
            if (!_links.IsTable && _links.Holder == side && !key.IsName)
            {
                return key.Value("l");
            }

            var id = side == 1 ? _links.R1("l") : _links.R2("l");
            joins += $" LEFT JOIN {key.From($"k{side}")} ON {(key.IsName ? $"k{side}.property = {key.Literal} AND k{side}.resource = {id}" : $"k{side}.id = {id}")}";
            return key.Value($"k{side}");
        }

        var values = $"{Value(1)}, {Value(2)}";
        var isLink = _links.IsTable ? "1 = 1" : $"{_transaction.Dialect.Unindexed($"l.{_links.Column}")} IS NOT NULL";
        _transaction.Scan(
            $"{_links.R1("l")}, {_links.R2("l")}, {values}",
            $"{_links.From("l")}{joins} WHERE {isLink}",
            row =>
            {
                var (r1, r2) = (row.Long(), row.Long());
                take(new StoredLinkHash(r1, r2, row.TryOctets(out var key1) && row.TryOctets(out var key2) ? hash.Of(key1, key2) : null));
            });
    }

    /// <summary>The rows that wait.</summary>
    public IEnumerable<StoredLinkRow> WaitingRows() =>
        _transaction.Stream("SELECT key1, key2 FROM pending_link WHERE association = @association", [("@association", Association.Identifier)])
            .Select(row => new StoredLinkRow(0, 0, row.GetString(0), row.GetString(1)));

    /// <summary>From now on a full file's differences are delivered, by commands.</summary>
    public void BeginComparison() => _isCompared = true;

    /// <summary>A link that no row can give any more, because an end has no key.</summary>
    public void DeleteKeyless(long r1, long r2) =>
        _transaction.Prepare($"INSERT INTO {_deletes} (r1, r2) VALUES (@r1, @r2) ON CONFLICT DO NOTHING", "@r1", "@r2").Execute(r1, r2);

    /// <summary>The row of a stored link.</summary>
    public StoredLinkRow RowOf(long r1, long r2)
    {
        string Of(int side, long id)
        {
            var key = Key(side);
            var condition = key.IsName ? $"k.property = {key.Literal} AND k.resource = @id" : "k.id = @id";
            return Convert.ToString(
                _transaction.Prepare($"SELECT {key.Value("k")} FROM {key.From("k")} WHERE {condition}", "@id").Scalar(id),
                System.Globalization.CultureInfo.InvariantCulture)!;
        }

        return new StoredLinkRow(r1, r2, Of(1, r1), Of(2, r2));
    }

    /// <summary>The identity of a row, as rejected rows are named (<c>ParkedKeys</c>), in matching form.</summary>
    public string IdentityOf(StoredLinkRow row) => _owner switch
    {
        0 => $"{row.Key1}\0{row.Key2}",
        1 => row.Key1!,
        _ => row.Key2!,
    };

    /// <summary>An identity in matching form; null for none.</summary>
    public string? MatchIdentity(string identity)
    {
        if (_owner != 0)
        {
            return Key(_owner).Match(identity);
        }

        var parts = identity.Split('\0');
        return parts.Length == 2 ? $"{_key1!.Match(parts[0])}\0{_key2!.Match(parts[1])}" : null;
    }
}
