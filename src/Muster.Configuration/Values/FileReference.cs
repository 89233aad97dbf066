using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Muster.Configuration.Values;

/// <summary>
/// How a file (the value of a property of type <c>Binary</c>) is written wherever a value is a text: by the SHA-256 of its content, in
/// lower-case hexadecimal. Two files are the same if their contents are; the contents themselves are kept once, beside the resources
/// (synchronization.md 6.4).
/// </summary>
public static class FileReference
{
    /// <summary>Characters of a reference.</summary>
    public const int Length = 2 * SHA256.HashSizeInBytes;

    /// <summary>The reference of a content; null for an empty one, which is no file.</summary>
    public static string? Of(ReadOnlySpan<byte> content) => content.IsEmpty ? null : Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The documented <c>DataHash</c>: the first four octets of the SHA-256, little-endian and signed.</summary>
    public static int DataHash(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return BinaryPrimitives.ReadInt32LittleEndian(Convert.FromHexString(reference.AsSpan(0, 2 * sizeof(int))));
    }

    /// <summary>Decodes base64 in UTF-8, white space allowed. Returns the content as a part of the buffer, which grows as needed.</summary>
    /// <param name="buffer">Used again from call to call.</param>
    /// <exception cref="FormatException">It is no base64.</exception>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> base64, ref byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (!Base64.IsValid(base64, out var length))
        {
            throw new FormatException("it is not the base64 text of a file.");
        }

        var needed = Base64.GetMaxDecodedFromUtf8Length(base64.Length);
        if (buffer.Length < needed)
        {
            buffer = new byte[needed];
        }

        Base64.DecodeFromUtf8(base64, buffer, out _, out var written);
        return written == length ? buffer.AsSpan(0, written) : throw new FormatException("it is not the base64 text of a file.");
    }
}
