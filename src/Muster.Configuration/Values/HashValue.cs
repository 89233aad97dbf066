using System.Buffers.Binary;

namespace Muster.Configuration.Values;

/// <summary>The 128 bits of a <see cref="KeyedHash"/>. Not the library's number of that size, whose users cannot be compiled ahead of time.</summary>
public readonly record struct HashValue(ulong Low, ulong High)
{
    /// <summary>Octets.</summary>
    public const int Size = 16;

    /// <summary>What <see cref="Write"/> wrote.</summary>
    public static HashValue Read(ReadOnlySpan<byte> octets) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(octets), BinaryPrimitives.ReadUInt64LittleEndian(octets[sizeof(ulong)..]));

    /// <summary>Writes the <see cref="Size"/> octets of the value.</summary>
    public void Write(Span<byte> octets)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(octets, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(octets[sizeof(ulong)..], High);
    }
}
