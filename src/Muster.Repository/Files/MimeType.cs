namespace Muster.Repository.Files;

/// <summary>Tells what a content is from its first octets (synchronization.md 6.4).</summary>
public static class MimeType
{
    /// <summary>What is not recognised.</summary>
    public const string Unknown = "application/octet-stream";

    private static readonly (byte[] Magic, int At, string Type)[] Known =
    [
        ([0xFF, 0xD8, 0xFF], 0, "image/jpeg"),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], 0, "image/png"),
        ([.. "GIF87a"u8], 0, "image/gif"),
        ([.. "GIF89a"u8], 0, "image/gif"),
        ([.. "WEBP"u8], 8, "image/webp"),
        ([.. "BM"u8], 0, "image/bmp"),
        ([0x49, 0x49, 0x2A, 0x00], 0, "image/tiff"),
        ([0x4D, 0x4D, 0x00, 0x2A], 0, "image/tiff"),
        ([0x00, 0x00, 0x01, 0x00], 0, "image/x-icon"),
        ([.. "ftypheic"u8], 4, "image/heic"),
        ([.. "ftypavif"u8], 4, "image/avif"),
        ([.. "<svg"u8], 0, "image/svg+xml"),
        ([.. "%PDF-"u8], 0, "application/pdf"),
        ([0x50, 0x4B, 0x03, 0x04], 0, "application/zip"),
        ([0x1F, 0x8B], 0, "application/gzip"),
        ([.. "<?xml"u8], 0, "application/xml"),
    ];

    public static string Of(ReadOnlySpan<byte> content)
    {
        foreach (var (magic, at, type) in Known)
        {
            if (content.Length >= at + magic.Length && content.Slice(at, magic.Length).SequenceEqual(magic))
            {
                return type;
            }
        }

        return Unknown;
    }
}
