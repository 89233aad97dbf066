using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Muster.Configuration.Values;

/// <summary>
/// A keyed 128-bit hash of any bytes: their 16-byte blocks and their length are the coefficients of a polynomial over the field of 2^128
/// elements, and the hash is its value at a random point, the seed. Two different texts of up to <c>n</c> blocks are two different polynomials
/// of degree <c>n + 1</c>, which agree at no more than <c>n + 1</c> of the 2^128 points: whatever the texts are, and whoever chose them without
/// knowing the seed, the chance that they collide is at most <c>(n + 1) / 2^128</c>, and that of any <c>k</c> bits of the hash at most
/// <c>(n + 1) / 2^k</c>. Processors multiply such polynomials in one step; the plain twin gives the same value, which the tests check.
/// Thread-safe.
/// </summary>
public sealed class KeyedHash
{
    /// <summary>Octets of a seed.</summary>
    public const int SeedLength = 16;

    private const int BlockLength = 16;

    /// <summary>Blocks whose products are added before they are reduced.</summary>
    private const int GroupLength = 16;

    private readonly Vector128<ulong>[] _powers;
    private readonly bool _isPlain;

    /// <param name="seed">A secret: <see cref="SeedLength"/> random octets.</param>
    /// <param name="isPlain">True: without the processor's multiplication.</param>
    public KeyedHash(ReadOnlySpan<byte> seed, bool isPlain = false)
    {
        _isPlain = isPlain;
        var point = MemoryMarshal.Read<Vector128<ulong>>(seed);
        _powers = new Vector128<ulong>[GroupLength + 1];
        _powers[1] = point;
        for (var i = 2; i <= GroupLength; i++)
        {
            Vector128<ulong> low = default, middle = default, high = default;
            Accumulate(_powers[i - 1], point, ref low, ref middle, ref high);
            _powers[i] = Reduce(low, middle, high);
        }
    }

    /// <summary>A seed that nobody knows.</summary>
    public static byte[] NewSeed() => RandomNumberGenerator.GetBytes(SeedLength);

    /// <summary>The hash of a text as a value to keep.</summary>
    public HashValue ValueOf(ReadOnlySpan<byte> text)
    {
        var hash = Of(text);
        return new HashValue(hash[0], hash[1]);
    }

    /// <summary>The hash of a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Vector128<ulong> Of(ReadOnlySpan<byte> text)
    {
        ref var at = ref MemoryMarshal.GetReference(text);
        ref var powers = ref MemoryMarshal.GetArrayDataReference(_powers);
        var whole = text.Length / BlockLength;
        var tail = text.Length % BlockLength;
        // The last block is the length, so that texts that differ in zeros at their end differ.
        var left = whole + (tail > 0 ? 1 : 0) + 1;
        var hash = Vector128<ulong>.Zero;
        while (true)
        {
            var group = Math.Min(left, GroupLength);
            Vector128<ulong> low = default, middle = default, high = default;
            for (var power = group; power > 0; power--, left--)
            {
                Vector128<ulong> block;
                if (whole > 0)
                {
                    block = Unsafe.ReadUnaligned<Vector128<ulong>>(ref at);
                    at = ref Unsafe.Add(ref at, BlockLength);
                    whole--;
                }
                else if (tail > 0)
                {
                    block = Tail(ref at, tail);
                    tail = 0;
                }
                else
                {
                    block = Vector128.Create((ulong)text.Length, 0UL);
                }

                Accumulate(block ^ hash, Unsafe.Add(ref powers, power), ref low, ref middle, ref high);
                hash = Vector128<ulong>.Zero;
            }

            hash = Reduce(low, middle, high);
            if (left == 0)
            {
                return hash;
            }
        }
    }

    /// <summary>The last bytes, filled up with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Tail(ref byte at, int length)
    {
        if (length >= sizeof(ulong))
        {
            var last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, length - sizeof(ulong)));
            return Vector128.Create(Unsafe.ReadUnaligned<ulong>(ref at), length == sizeof(ulong) ? 0 : last >> (8 * (BlockLength - length)));
        }

        if (length >= sizeof(uint))
        {
            ulong last = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, length - sizeof(uint)));
            return Vector128.Create(Unsafe.ReadUnaligned<uint>(ref at) | (last << (8 * (length - sizeof(uint)))), 0UL);
        }

        ulong few = at;
        few |= (ulong)Unsafe.Add(ref at, length >> 1) << (8 * (length >> 1));
        return Vector128.Create(few | ((ulong)Unsafe.Add(ref at, length - 1) << (8 * (length - 1))), 0UL);
    }

    /// <summary>Adds the product of two elements, not reduced: 256 bits as low, middle (shifted by 64) and high.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Accumulate(
        Vector128<ulong> left, Vector128<ulong> right, ref Vector128<ulong> low, ref Vector128<ulong> middle, ref Vector128<ulong> high)
    {
        low ^= Multiply<Low, Low>(left, right);
        high ^= Multiply<High, High>(left, right);
        middle ^= Multiply<Low, High>(left, right) ^ Multiply<High, Low>(left, right);
    }

    /// <summary>The remainder by x^128 + x^7 + x^2 + x + 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<ulong> Reduce(Vector128<ulong> low, Vector128<ulong> middle, Vector128<ulong> high)
    {
        var remainder = Vector128.Create(0x87UL, 0UL);
        low ^= Vector128.Create(0UL, middle[0]);
        high ^= Vector128.Create(middle[1], 0UL);
        // x^128 is the remainder's polynomial: the upper half is multiplied by it, and what that pushes over the edge once more.
        var upper = Multiply<High, Low>(high, remainder);
        low ^= Multiply<Low, Low>(high, remainder) ^ Vector128.Create(0UL, upper[0]);
        return low ^ Multiply<High, Low>(upper, remainder);
    }

    /// <summary>The carryless product of one half of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<ulong> Multiply<TLeft, TRight>(Vector128<ulong> left, Vector128<ulong> right)
        where TLeft : struct, IHalf
        where TRight : struct, IHalf
    {
        if (System.Runtime.Intrinsics.X86.Pclmulqdq.IsSupported && !_isPlain)
        {
            // The control is constant for each pair of types, as the instruction wants it.
            return (TLeft.Index, TRight.Index) switch
            {
                (0, 0) => System.Runtime.Intrinsics.X86.Pclmulqdq.CarrylessMultiply(left, right, 0x00),
                (1, 0) => System.Runtime.Intrinsics.X86.Pclmulqdq.CarrylessMultiply(left, right, 0x01),
                (0, 1) => System.Runtime.Intrinsics.X86.Pclmulqdq.CarrylessMultiply(left, right, 0x10),
                _ => System.Runtime.Intrinsics.X86.Pclmulqdq.CarrylessMultiply(left, right, 0x11),
            };
        }

        return System.Runtime.Intrinsics.Arm.Aes.IsSupported && !_isPlain
            ? System.Runtime.Intrinsics.Arm.Aes.PolynomialMultiplyWideningLower(
                Vector64.Create(left[TLeft.Index]), Vector64.Create(right[TRight.Index]))
            : MultiplyPlain(left[TLeft.Index], right[TRight.Index]);
    }

    private static Vector128<ulong> MultiplyPlain(ulong left, ulong right)
    {
        ulong low = 0, high = 0;
        for (var i = 0; i < 64; i++)
        {
            var isSet = 0 - ((right >> i) & 1);
            low ^= (left << i) & isSet;
            high ^= i == 0 ? 0 : (left >> (64 - i)) & isSet;
        }

        return Vector128.Create(low, high);
    }

    private interface IHalf
    {
        static abstract int Index { get; }
    }

    private readonly struct Low : IHalf
    {
        public static int Index => 0;
    }

    private readonly struct High : IHalf
    {
        public static int Index => 1;
    }
}
