using System.Runtime.CompilerServices;
using System.Text;

namespace Muster.Preparation.Sorting;

/// <summary>
/// Row identities as UTF-8 bytes: one key, or two separated by a zero byte (values never hold one). They sort by UTF-16 code units, the order
/// that agent, server and stores share (synchronization.md 8.3). UTF-8 bytes sort alike except that characters beyond U+FFFF (first byte
/// F0 to F4) come before U+E000 to U+FFFF (first byte EE or EF), because UTF-16 writes them with surrogates.
/// </summary>
internal static class RowIdentity
{
    public const byte Separator = 0;

    public const int PrefixLength = sizeof(ulong);

    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var common = left.CommonPrefixLength(right);
        return common == left.Length || common == right.Length
            ? left.Length.CompareTo(right.Length)
            : Rank(left[common]).CompareTo(Rank(right[common]));
    }

    /// <summary>
    /// The first eight bytes as a number that compares as they do; shorter ones are filled with zeros, so that equal prefixes decide nothing.
    /// </summary>
    public static ulong Prefix(ReadOnlySpan<byte> identity)
    {
        ulong prefix = 0;
        var length = Math.Min(identity.Length, PrefixLength);
        for (var i = 0; i < length; i++)
        {
            prefix |= (ulong)Rank(identity[i]) << (56 - (i * 8));
        }

        return prefix;
    }

    /// <summary>An identity as text for manifests and messages: keys separated by U+0000.</summary>
    public static string ToText(ReadOnlySpan<byte> identity) => Encoding.UTF8.GetString(identity);

    /// <summary>The parts of an identity of two keys.</summary>
    public static (int Length1, int Start2) Split(ReadOnlySpan<byte> identity)
    {
        var at = identity.IndexOf(Separator);
        return at < 0 ? (identity.Length, identity.Length) : (at, at + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Rank(byte value) => value < 0xEE ? value : value >= 0xF0 ? value - 2 : value + 5;
}

/// <summary>Compares identities in sets that are asked with spans.</summary>
internal sealed class IdentityComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static IdentityComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
