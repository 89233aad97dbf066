using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Values;

namespace Muster.Repository.Synchronization;

/// <summary>
/// The <c>source_hash</c> of a row: 128 bits over its line as the agent delivers it, keyed with a secret of the store and with which properties are mapped, so that a
/// changed mapping makes every row be looked at again. Equal hashes are taken as equal rows: two lines of up to 1 000 octets that differ have the same hash with a probability
/// below 2^-120, whoever chose them without knowing the secret (<see cref="KeyedHash"/>). Lines that differ in their quotes only have different hashes, which costs a look at
/// their values and is no change. Not thread-safe.
/// </summary>
public sealed class SourceHash
{
    /// <summary>Octets.</summary>
    public const int Size = HashValue.Size;

    private const int SecretLength = 32;

    private readonly KeyedHash _hash;
    private readonly CsvLine _line = new();
    private byte[] _value = new byte[1 << 10];

    /// <param name="secret">See <see cref="SecretOf"/>.</param>
    /// <param name="columns">The properties whose values the hash covers.</param>
    /// <param name="order">Places in <paramref name="columns"/> in the order of a delivered line.</param>
    public SourceHash(ReadOnlySpan<byte> secret, IEnumerable<EntityProperty> columns, IEnumerable<int> order)
    {
        var names = Encoding.UTF8.GetBytes(string.Join('\n', columns.Select(c => c.QualifiedName)));
        _hash = new KeyedHash(HMACSHA256.HashData(secret, names).AsSpan(0, KeyedHash.SeedLength));
        Order = [.. order];
    }

    /// <summary>Places in the columns in the order of a delivered line: the key's first.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>The secret of a store, which is chosen when it is first asked for.</summary>
    public static byte[] SecretOf(RepositoryTransaction transaction)
    {
        if (transaction.Scalar("SELECT secret FROM source_secret") is byte[] secret)
        {
            return secret;
        }

        secret = RandomNumberGenerator.GetBytes(SecretLength);
        transaction.Execute("INSERT INTO source_secret (one, secret) VALUES (1, @secret)", ("@secret", secret));
        return secret;
    }

    /// <summary>A hash as it is stored.</summary>
    public static byte[] ToOctets(HashValue hash)
    {
        var octets = new byte[Size];
        hash.Write(octets);
        return octets;
    }

    /// <summary>A stored hash; null for what is none.</summary>
    public static HashValue? FromOctets(ReadOnlySpan<byte> stored) => stored.Length == Size ? HashValue.Read(stored) : null;

    /// <summary>The hash of a whole line as it is delivered, without line end. Thread-safe.</summary>
    public HashValue OfLine(ReadOnlySpan<byte> line) => _hash.ValueOf(line);

    /// <summary>The hash of the line that values give, by their places in the columns.</summary>
    public HashValue Of(ReadOnlySpan<string?> values)
    {
        foreach (var place in Order)
        {
            var value = values[place] ?? "";
            var most = Encoding.UTF8.GetMaxByteCount(value.Length);
            if (_value.Length < most)
            {
                _value = new byte[most];
            }

            Add(_value.AsSpan(0, Encoding.UTF8.GetBytes(value, _value)));
        }

        return Finish();
    }

    /// <summary>Adds the next value of a line, in UTF-8; empty for null.</summary>
    public void Add(ReadOnlySpan<byte> value) => _line.Add(value);

    /// <summary>The hash of the line of the values added since the last one.</summary>
    public HashValue Finish()
    {
        var hash = _hash.ValueOf(_line.Bytes);
        _line.Clear();
        return hash;
    }
}
