using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Muster.Configuration.Values;

namespace Muster.Preparation.Snapshots;

/// <summary>The hashes of rows by which snapshots are compared: <see cref="KeyedHash"/>. Thread-safe.</summary>
/// <param name="isPlain">True: without the processor's multiplication.</param>
internal sealed class RowHash(ReadOnlySpan<byte> seed, bool isPlain = false)
{
    public const int SeedLength = KeyedHash.SeedLength;

    private readonly KeyedHash _hash = new(seed, isPlain);

    public static byte[] NewSeed() => KeyedHash.NewSeed();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<ulong> Of(ReadOnlySpan<byte> text) => _hash.Of(text);

    /// <summary>What a snapshot keeps of a row.</summary>
    /// <param name="line">The whole row, identity and all.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowMark MarkOf(ReadOnlySpan<byte> identity, ReadOnlySpan<byte> line)
    {
        var key = Of(identity);
        var row = Of(line);
        return new RowMark(Spread(key[0]), (uint)key[1], (uint)row[1], row[0]);
    }

    /// <summary>Keys that follow one another have hashes in a pattern: a bijection without one, so that all parts of a table fill alike.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Spread(ulong hash)
    {
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93;
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }
}

/// <summary>
/// A row as a snapshot knows it. Rows of one identity that differ have the same mark by a chance of about 1 in 2^92 (a line of 200 bytes; see
/// <see cref="RowHash"/>): a thousand million changed rows a day miss one change in 10^16 years or so.
/// </summary>
/// <param name="Place">Of the identity in the table: its upper bits name the bucket.</param>
/// <param name="Tag">Of the identity.</param>
/// <param name="RowLow">32 of the 96 bits of the whole row.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RowMark(ulong Place, uint Tag, uint RowLow, ulong RowHigh)
{
    public bool IsSameRow(RowMark other) => RowHigh == other.RowHigh && RowLow == other.RowLow;
}
