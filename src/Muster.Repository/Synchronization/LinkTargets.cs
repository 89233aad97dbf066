using System.Diagnostics.CodeAnalysis;
using System.Text;
using Muster.Configuration.Model;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

/// <summary>
/// The resources of one entity type by the key through which rows of an association find them: for the initial load of the type at the association's
/// other end. Only for keys that are texts, and only for so many that they may be held in memory.
/// </summary>
public sealed class LinkTargets
{
    /// <summary>More are not read.</summary>
    private const int Most = 200_000;

    /// <summary>What <see cref="Find"/> gives for a key that several resources have.</summary>
    private const long Ambiguous = -1;

    private readonly Dictionary<byte[], long> _ids = new(OctetComparer.Instance);
    private readonly Dictionary<byte[], long>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    private LinkTargets() => _lookup = _ids.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Reads them; null if they are too many.</summary>
    public static LinkTargets? Read(RepositoryTransaction transaction, EntitySchema schema, EntityProperty key)
    {
        var table = schema.TableOf(key.EntityType);
        var column = transaction.Quote(table.FindScalar(key)!.Name);
        var targets = new LinkTargets();
        foreach (var row in transaction.Stream(
            $"SELECT id, {column} FROM {transaction.Quote(table.Name)} WHERE {column} IS NOT NULL LIMIT @most", [("@most", Most + 1)]))
        {
            var name = Encoding.UTF8.GetBytes(row.GetString(1));
            if (!targets._ids.TryAdd(name, row.GetInt64(0)))
            {
                targets._ids[name] = Ambiguous;
            }
        }

        return targets._ids.Count > Most ? null : targets;
    }

    /// <summary>The resource that has the key alone; 0 if there is none.</summary>
    public long Find(ReadOnlySpan<byte> key) => _lookup.TryGetValue(key, out var id) && id != Ambiguous ? id : 0;
}

/// <summary>Octets that are equal when they are the same.</summary>
public sealed class OctetComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static OctetComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
