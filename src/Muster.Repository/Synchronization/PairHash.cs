using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Repository.Synchronization;

/// <summary>
/// 128 bits for a pair of keys, for comparisons within one run: keyed with secrets of the run, so that nobody can make two pairs equal on purpose; by chance, two of
/// ten million are with a probability below 10^-24. Thread-safe.
/// </summary>
public sealed class PairHash
{
    private readonly ulong[] _secrets = new ulong[4];

    public PairHash()
    {
        Span<byte> random = stackalloc byte[sizeof(ulong) * 4];
        RandomNumberGenerator.Fill(random);
        for (var index = 0; index < _secrets.Length; index++)
        {
            _secrets[index] = BinaryPrimitives.ReadUInt64LittleEndian(random[(index * sizeof(ulong))..]) | 1;
        }
    }

    /// <summary>The hash of two keys in UTF-8.</summary>
    public UInt128 Of(ReadOnlySpan<byte> key1, ReadOnlySpan<byte> key2)
    {
        var (low, high) = (_secrets[0] ^ (ulong)key1.Length, _secrets[2] ^ (ulong)key2.Length);
        Mix(key1, ref low, ref high);
        Mix(key2, ref low, ref high);
        return new UInt128(Fold(high ^ _secrets[1], _secrets[3] ^ (ulong)key1.Length), Fold(low ^ _secrets[3], _secrets[1] ^ (ulong)key2.Length));
    }

    /// <summary>As <see cref="Of(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>.</summary>
    public UInt128 Of(string key1, string key2)
    {
        Span<byte> buffer = stackalloc byte[1 << 10];
        var most = Encoding.UTF8.GetMaxByteCount(key1.Length + key2.Length) + 8;
        var octets = most <= buffer.Length ? buffer : new byte[most];
        var first = Encoding.UTF8.GetBytes(key1, octets);
        var second = Encoding.UTF8.GetBytes(key2, octets[first..]);
        return Of(octets[..first], octets.Slice(first, second));
    }

    private static ulong Fold(ulong one, ulong other)
    {
        var high = Math.BigMul(one, other, out var low);
        return high ^ low;
    }

    private void Mix(ReadOnlySpan<byte> key, ref ulong low, ref ulong high)
    {
        while (key.Length >= sizeof(ulong))
        {
            MixWord(BinaryPrimitives.ReadUInt64LittleEndian(key), ref low, ref high);
            key = key[sizeof(ulong)..];
        }

        ulong rest = 0;
        for (var index = 0; index < key.Length; index++)
        {
            rest |= (ulong)key[index] << (8 * index);
        }

        MixWord(rest, ref low, ref high);
    }

    private void MixWord(ulong word, ref ulong low, ref ulong high)
    {
        low = Fold(low ^ word, _secrets[1]) + _secrets[0];
        high = Fold(high ^ word, _secrets[3]) + _secrets[2];
    }
}
