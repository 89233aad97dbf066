using System.Text;
using Muster.Configuration.Values;

namespace Muster.Repository.Synchronization;

/// <summary>
/// 128 bits for a pair of keys, for comparisons within one run: keyed with secrets of the run, so that nobody can make two pairs equal on purpose; by chance, two of
/// ten million are with a probability below 10^-22 (<see cref="KeyedHash"/>). Each key has its part, and both parts give the pair's. Thread-safe.
/// </summary>
public sealed class PairHash
{
    private readonly KeyedHash _first = new(KeyedHash.NewSeed());
    private readonly KeyedHash _second = new(KeyedHash.NewSeed());

    /// <summary>The hash of the pair of which these are the parts.</summary>
    public static HashValue Of(HashValue part1, HashValue part2) => new(part1.Low ^ part2.Low, part1.High ^ part2.High);

    /// <summary>The part of a key in UTF-8.</summary>
    /// <param name="side">Of which end it is the key: 1 or 2.</param>
    public HashValue Part(int side, ReadOnlySpan<byte> key) => (side == 1 ? _first : _second).ValueOf(key);

    /// <summary>The hash of two keys in UTF-8.</summary>
    public HashValue Of(ReadOnlySpan<byte> key1, ReadOnlySpan<byte> key2) => Of(_first.ValueOf(key1), _second.ValueOf(key2));

    /// <summary>As <see cref="Of(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>.</summary>
    public HashValue Of(string key1, string key2) => Of(Encoding.UTF8.GetBytes(key1), Encoding.UTF8.GetBytes(key2));
}
