using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Muster.Preparation.Csv;

/// <summary>
/// Finds the bytes that matter to CSV (separator, quote, line feed) in blocks of 64 bytes: bit <c>n</c> of a mask is set when byte <c>n</c>
/// is one of them. The vector path and its plain twin give the same mask for every block, which the tests check.
/// </summary>
internal static class SpecialBytes
{
    public const int BlockLength = 64;

    public const byte Quote = (byte)'"';

    public const byte LineFeed = (byte)'\n';

    /// <summary>The vector path; <paramref name="block"/> must be followed by at least 63 more bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MaskByVector(ref byte block, byte separator)
    {
        var separators = Vector256.Create(separator);
        var quotes = Vector256.Create(Quote);
        var lineFeeds = Vector256.Create(LineFeed);
        var low = Vector256.LoadUnsafe(ref block);
        var high = Vector256.LoadUnsafe(ref block, 32);
        var lowBits = (Vector256.Equals(low, separators) | Vector256.Equals(low, quotes) | Vector256.Equals(low, lineFeeds))
            .ExtractMostSignificantBits();
        var highBits = (Vector256.Equals(high, separators) | Vector256.Equals(high, quotes) | Vector256.Equals(high, lineFeeds))
            .ExtractMostSignificantBits();
        return lowBits | ((ulong)highBits << 32);
    }

    /// <summary>The plain twin.</summary>
    public static ulong MaskByByte(ReadOnlySpan<byte> block, byte separator)
    {
        var mask = 0UL;
        for (var i = 0; i < BlockLength; i++)
        {
            if (block[i] == separator || block[i] == Quote || block[i] == LineFeed)
            {
                mask |= 1UL << i;
            }
        }

        return mask;
    }

    /// <summary>Place of the lowest set bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int First(ulong mask) => BitOperations.TrailingZeroCount(mask);
}
