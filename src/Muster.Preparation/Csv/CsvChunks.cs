using System.Text;
using Muster.Configuration.Work;

namespace Muster.Preparation.Csv;

/// <summary>
/// Cuts a CSV text at ends of rows, so that several readers may each take the next piece: the pieces are handed out in order, one caller at a
/// time, and what a piece holds is worked on side by side. Where a piece has no quote, its last line feed ends its last row; where it has one,
/// its rows are walked through, because only who starts at the start of a row knows which line feeds end one. Thread-safe.
/// </summary>
internal sealed class CsvChunks : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly CsvLimits _limits;
    private readonly CsvReader _framer;
    private readonly int _length;
    private byte[] _rest;
    private int _restLength;
    private bool _isEndOfStream;
    private bool _isStopped;
    private long _offset;
    private long _line = 1;
    private int _number;

    /// <param name="separator">Null: detected on the first line, among <c>,</c> <c>;</c> and tab.</param>
    /// <param name="fileName">For messages.</param>
    public CsvChunks(Stream stream, string fileName, byte? separator = null, CsvLimits? limits = null, bool useVectors = true)
    {
        _stream = stream;
        FileName = fileName;
        _limits = limits ?? CsvLimits.Default;
        UseVectors = useVectors;
        _length = BufferLength.For(stream, Math.Max(_limits.BufferLength, 16));
        _rest = new byte[_length];
        _restLength = Fill(_rest, 0, _length);
        SkipMark();
        Separator = separator ?? SeparatorDetection.Detect(_rest.AsSpan(0, _restLength));
        _framer = new CsvReader(this);
    }

    public string FileName { get; }

    public byte Separator { get; }

    public CsvLimits Limits => _limits;

    public bool UseVectors { get; }

    /// <summary>True if the text is so long that it has several pieces.</summary>
    public bool HasMany => !_isEndOfStream || _restLength > _length;

    /// <summary>Fills a chunk with the next rows; false at the end of the text, or after <see cref="Stop"/>.</summary>
    public bool Next(CsvChunk chunk)
    {
        lock (_gate)
        {
            if (_isStopped || (_isEndOfStream && _restLength == 0))
            {
                return false;
            }

            var length = TakeRest(chunk);
            int end;
            while (true)
            {
                length = Fill(chunk.Bytes, length, chunk.Bytes.Length - SpecialBytes.BlockLength);
                end = EndOfRows(chunk, length);
                if (end > 0 || _isEndOfStream)
                {
                    break;
                }

                Grow(chunk, length);
            }

            KeepRest(chunk.Bytes.AsSpan(end, length - end));
            Describe(chunk, end);
            return end > 0;
        }
    }

    /// <summary>No more pieces are handed out.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
        }
    }

    public void Dispose() => _stream.Dispose();

    private int TakeRest(CsvChunk chunk)
    {
        var needed = Math.Max(_length, _restLength + (_restLength / 2)) + SpecialBytes.BlockLength;
        if (chunk.Bytes.Length < needed)
        {
            chunk.Bytes = new byte[needed];
        }

        _rest.AsSpan(0, _restLength).CopyTo(chunk.Bytes);
        return _restLength;
    }

    private void KeepRest(ReadOnlySpan<byte> rest)
    {
        if (_rest.Length < rest.Length)
        {
            _rest = new byte[rest.Length];
        }

        rest.CopyTo(_rest);
        _restLength = rest.Length;
    }

    private void Describe(CsvChunk chunk, int end)
    {
        chunk.End = end;
        chunk.Number = _number++;
        chunk.Offset = _offset;
        chunk.Line = _line;
        _offset += end;
        _line += chunk.Bytes.AsSpan(0, end).Count(SpecialBytes.LineFeed);
    }

    /// <summary>Where the last whole row ends; 0 if there is none.</summary>
    private int EndOfRows(CsvChunk chunk, int length)
    {
        var text = chunk.Bytes.AsSpan(0, length);
        chunk.HasQuotes = text.Contains(SpecialBytes.Quote);
        return chunk.HasQuotes ? _framer.EndOfRows(chunk.Bytes, length, _line, _isEndOfStream)
            : _isEndOfStream ? length
            : text.LastIndexOf(SpecialBytes.LineFeed) + 1;
    }

    private int Fill(byte[] bytes, int length, int most)
    {
        while (length < most && !_isEndOfStream)
        {
            var read = Read(bytes.AsSpan(length, most - length));
            _isEndOfStream = read == 0;
            length += read;
        }

        return length;
    }

    private int Read(Span<byte> bytes)
    {
        try
        {
            return _stream.Read(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new TaskFailedException(
                $"File '{FileName}', behind line {_line}: the text is not the UTF-16 that the file's mark promises. Write the file again, as UTF-8 if you can.", exception);
        }
    }

    private void Grow(CsvChunk chunk, int length)
    {
        if (length > _limits.MaximumRowLength)
        {
            throw new TaskFailedException(
                $"File '{FileName}', line {_line}: the row is longer than {_limits.MaximumRowLength} bytes. "
                + "Is a quote missing at the end of a value? Correct the file at its source and export again.");
        }

        var larger = new byte[(length * 2) + SpecialBytes.BlockLength];
        chunk.Bytes.AsSpan(0, length).CopyTo(larger);
        chunk.Bytes = larger;
    }

    private void SkipMark()
    {
        var mark = "\uFEFF"u8;
        if (_rest.AsSpan(0, _restLength).StartsWith(mark))
        {
            _restLength -= mark.Length;
            _rest.AsSpan(mark.Length, _restLength).CopyTo(_rest);
        }
    }
}
