using System.Text;
using Muster.Configuration.Work;

namespace Muster.Preparation.Sources;

/// <summary>
/// Opens a source file as UTF-8. A file that starts with the mark of UTF-16 is translated on the way; all other encodings are translated by the
/// export that reads them, which has a setting for it (synchronization.md 5).
/// </summary>
internal static class SourceText
{
    /// <param name="onRead">Wraps the file as it is on disk; null leaves it.</param>
    public static Stream Open(IWorkFolder temp, SourceFile source, Func<Stream, Stream>? onRead = null)
    {
        var file = temp.OpenRead(source.Path!);
        var encoding = EncodingOf(file);
        var stream = onRead?.Invoke(file) ?? file;
        return encoding is null ? stream : Encoding.CreateTranscodingStream(stream, encoding, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    private static UnicodeEncoding? EncodingOf(Stream file)
    {
        Span<byte> mark = stackalloc byte[2];
        var length = file.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return length < mark.Length ? null : (mark[0], mark[1]) switch
        {
            (0xFF, 0xFE) => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
            (0xFE, 0xFF) => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
            _ => null,
        };
    }
}
