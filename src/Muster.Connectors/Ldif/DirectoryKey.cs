using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Values;

namespace Muster.Connectors.Ldif;

/// <summary>
/// The name of an entry in 16 octets, equal for all spellings of one name: half of the SHA-256 of its normal form. Nobody can make two names
/// that share one, so that keys are compared instead of names, and a hundred thousand of them are a few megabytes. The default is no name.
/// </summary>
internal readonly record struct DirectoryKey(UInt128 Value)
{
    private static readonly SearchValues<char> NotPlain = SearchValues.Create("+\"\\<>;#\u007f");

    public bool IsNone => Value == UInt128.Zero;

    public static DirectoryKey Of(DistinguishedName name) => OfNormalized(name.Normalized);

    public static DirectoryKey OfNormalized(ReadOnlySpan<char> normalized)
    {
        Span<byte> octets = stackalloc byte[512];
        var text = Encoding.UTF8.TryGetBytes(normalized, octets, out var length) ? octets[..length] : Encoding.UTF8.GetBytes(normalized.ToString());
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return new DirectoryKey(BinaryPrimitives.ReadUInt128LittleEndian(hash));
    }

    /// <summary>The key of a value that is a distinguished name; none if it is not one.</summary>
    public static DirectoryKey OfValue(string? text) =>
        text is not null && text.Contains('=', StringComparison.Ordinal) && Normalize(text) is { } normalized ? OfNormalized(normalized) : default;

    /// <summary>As <see cref="DistinguishedName.Normalized"/>, without parsing names that are written plainly; null if the text is no name.</summary>
    public static string? Normalize(string text)
    {
        if (IsPlain(text))
        {
            return text.ToLowerInvariant();
        }

        return DistinguishedName.TryParse(text, out var name) ? name.Normalized : null;
    }

    /// <summary>The normal form of the name above; null for a name of one part.</summary>
    public static string? ParentOf(string normalized)
    {
        for (var index = 0; index < normalized.Length; index++)
        {
            if (normalized[index] == '\\')
            {
                index++;
            }
            else if (normalized[index] == ',')
            {
                return normalized[(index + 1)..];
            }
        }

        return null;
    }

    /// <summary>True if lower case is all that the normal form changes: no escapes, no quotes, no spaces but single ones inside of values.</summary>
    private static bool IsPlain(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.ContainsAny(NotPlain) || text.ContainsAnyInRange('\0', '\u001f'))
        {
            return false;
        }

        foreach (var range in text.Split(','))
        {
            var part = text[range];
            var equals = part.IndexOf('=');
            if (equals <= 0 || !IsDescriptor(part[..equals]) || !IsPlainValue(part[(equals + 1)..]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPlainValue(ReadOnlySpan<char> value) =>
        !value.IsEmpty && value[0] != ' ' && value[^1] != ' ' && !value.Contains('=') && value.IndexOf("  ", StringComparison.Ordinal) < 0;

    private static bool IsDescriptor(ReadOnlySpan<char> attribute)
    {
        foreach (var character in attribute)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '-')
            {
                return false;
            }
        }

        return char.IsAsciiLetter(attribute[0]);
    }
}
