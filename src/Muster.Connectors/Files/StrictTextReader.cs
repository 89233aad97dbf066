using System.Text;
using Muster.Configuration.Work;

namespace Muster.Connectors.Files;

/// <summary>
/// Reads text in a declared encoding and says in which line octets are not valid in it. Lines are bounded, so that a file without line
/// ends cannot fill the memory. A byte order mark of the encoding is left out.
/// </summary>
internal sealed class StrictTextReader : TextReader
{
    private const int MostChunk = 1 << 16;
    private readonly Stream _stream;
    private readonly string _path;
    private readonly Encoding _encoding;
    private readonly Decoder _decoder;
    private readonly int _maximumLine;
    private readonly byte[] _octets;
    private readonly char[] _characters;
    private int _position;
    private int _length;
    private int _lineLength;
    private bool _atEnd;
    private bool _atStart = true;

    /// <param name="encoding">With a decoder fallback that throws.</param>
    /// <param name="maximumLine">Characters in one line at most.</param>
    public StrictTextReader(Stream stream, string path, Encoding encoding, int maximumLine = 1 << 26)
    {
        _stream = stream;
        _path = path;
        _encoding = encoding;
        _decoder = encoding.GetDecoder();
        _maximumLine = maximumLine;
        _octets = new byte[BufferLength.For(stream, MostChunk)];
        _characters = new char[encoding.GetMaxCharCount(_octets.Length)];
    }

    /// <summary>Octets of the line end that <see cref="ReadLine"/> took last: 0 at the end of the file, 2 for carriage return and line feed.</summary>
    public int LineEndLength { get; private set; }

    /// <summary>True if the line that <see cref="ReadLine"/> gave last ended with a line feed alone; of no meaning at the end of the file.</summary>
    public bool IsLineFeed { get; private set; }

    /// <summary>True if a byte order mark was left out at the start.</summary>
    public bool HasMark { get; private set; }

    /// <summary>The character that <see cref="Read(Span{char})"/> gave last.</summary>
    public char LastCharacter { get; private set; }

    /// <summary>The last line of which characters were decoded, from 1.</summary>
    private long DecodedLine { get; set; } = 1;

    public override int Peek() => Fill() ? _characters[_position] : -1;

    public override int Read() => Fill() ? _characters[_position++] : -1;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        if (buffer.IsEmpty || !Fill())
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _length - _position);
        _characters.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        LastCharacter = _characters[_position - 1];
        return count;
    }

    public override string? ReadLine()
    {
        if (!Fill())
        {
            return null;
        }

        LineEndLength = 0;
        StringBuilder? begun = null;
        while (Fill())
        {
            var rest = _characters.AsSpan(_position, _length - _position);
            var end = rest.IndexOfAny('\r', '\n');
            if (end < 0)
            {
                (begun ??= new StringBuilder()).Append(rest);
                _position = _length;
                continue;
            }

            // Most lines lie in the buffer as a whole and are copied once. The text is taken before the buffer may be filled again.
            var line = begun is null ? rest[..end].ToString() : begun.Append(rest[..end]).ToString();
            var isReturn = rest[end] == '\r';
            _position += end + 1;
            LineEndLength = 1;
            if (isReturn && Peek() == '\n')
            {
                _position++;
                LineEndLength = 2;
            }

            IsLineFeed = !isReturn;
            return line;
        }

        return begun?.ToString() ?? "";
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool Fill()
    {
        while (_position == _length)
        {
            if (_atEnd)
            {
                return false;
            }

            var read = _stream.Read(_octets);
            _atEnd = read == 0;
            _position = 0;
            _length = Decode(read);
            if (_atStart && _length > 0)
            {
                _atStart = false;
                HasMark = _characters[0] == '\ufeff';
                _position = HasMark ? 1 : 0;
            }
        }

        return true;
    }

    private int Decode(int read)
    {
        int count;
        try
        {
            count = _decoder.GetChars(_octets, 0, read, _characters, 0, _atEnd);
        }
        catch (DecoderFallbackException failure)
        {
            var lenient = (Encoding)_encoding.Clone();
            lenient.DecoderFallback = DecoderFallback.ReplacementFallback;
            var before = lenient.GetString(_octets, 0, Math.Clamp(failure.Index, 0, read));
            var line = DecodedLine + before.Count(c => c == '\n');
            throw new TaskFailedException(
                $"The file '{_path}' is not valid {_encoding.WebName} in line {line}. Set the connection's encoding to that of the file, or have the file written anew.",
                failure);
        }

        foreach (var character in _characters.AsSpan(0, count))
        {
            if (character == '\n')
            {
                DecodedLine++;
                _lineLength = 0;
            }
            else if (character == '\r')
            {
                _lineLength = 0;
            }
            else if (++_lineLength > _maximumLine)
            {
                throw new TaskFailedException(
                    $"Line {DecodedLine} of the file '{_path}' is longer than {_maximumLine} characters. Check that it is a text file with line ends.");
            }
        }

        return count;
    }
}
