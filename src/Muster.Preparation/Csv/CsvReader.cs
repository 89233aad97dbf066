using System.Text;
using System.Text.Unicode;
using Muster.Configuration.Work;

namespace Muster.Preparation.Csv;

/// <summary>What a reader accepts; the defaults are those of prepared input (synchronization.md 5).</summary>
internal sealed record CsvLimits
{
    public static CsvLimits Default { get; } = new();

    /// <summary>Bytes of the longest row; a longer one stops the task.</summary>
    public int MaximumRowLength { get; init; } = 64 << 20;

    /// <summary>Fields of one row.</summary>
    public int MaximumFields { get; init; } = 16_384;

    /// <summary>Bytes read at once, at most.</summary>
    public int BufferLength { get; init; } = 1 << 20;
}

/// <summary>
/// Reads CSV (synchronization.md 5: RFC 4180 with values of several lines, UTF-8 with or without mark) row by row, without a copy: fields
/// are spans of the reader's buffer, valid until the next row. Empty lines are passed over. What makes the rest of the file doubtful (not
/// UTF-8, a quote that is never closed, a row over the limit) throws <see cref="TaskFailedException"/> with file and line; what concerns one
/// row only (text after a closing quote) is told by <see cref="IsMalformed"/>.
/// </summary>
internal sealed partial class CsvReader : IDisposable
{
    private readonly Stream _stream;
    private readonly string _fileName;
    private readonly CsvLimits _limits;
    private readonly bool _useVectors;
    private byte[] _buffer;
    private int _end;
    private int _validated;
    private bool _isEndOfStream;
    private int _next;
    private long _nextLine = 1;

    private int[] _fieldEnds = new int[64];
    private int _rowStart;
    private int _rowEnd;
    private int _block;
    private ulong _mask;

    private byte[] _unquoted = [];
    private int _unquotedLength;

    /// <param name="separator">Null: detected on the first line, among <c>,</c> <c>;</c> and tab.</param>
    /// <param name="fileName">For messages.</param>
    public CsvReader(Stream stream, string fileName, byte? separator = null, CsvLimits? limits = null, bool useVectors = true)
    {
        _stream = stream;
        _fileName = fileName;
        _limits = limits ?? CsvLimits.Default;
        _useVectors = useVectors;
        _buffer = new byte[BufferLength.For(stream, Math.Max(_limits.BufferLength, 16)) + SpecialBytes.BlockLength];
        Fill();
        SkipMark();
        Separator = separator ?? SeparatorDetection.Detect(_buffer.AsSpan(_next, _end - _next));
        StartScan(_next);
    }

    public byte Separator { get; }

    public int FieldCount { get; private set; }

    /// <summary>Line on which the current row starts, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Text stands between a closing quote and the next separator.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>A quote stands somewhere in the row.</summary>
    public bool HasQuotes { get; private set; }

    /// <summary>The current row as it stands in the file, without its line end.</summary>
    public ReadOnlySpan<byte> Raw => _buffer.AsSpan(_rowStart, _rowEnd - _rowStart);

    /// <summary>The value of a field, quotes removed. Valid until the next row is read.</summary>
    public ReadOnlySpan<byte> Field(int index)
    {
        var raw = RawField(index);
        return raw.Length > 0 && raw[0] == SpecialBytes.Quote && !IsMalformed ? Unquote(raw) : raw;
    }

    /// <summary>A field as it stands in the file, with its quotes.</summary>
    public ReadOnlySpan<byte> RawField(int index)
    {
        var start = index == 0 ? _rowStart : _fieldEnds[index - 1] + 1;
        return _buffer.AsSpan(start, _fieldEnds[index] - start);
    }

    /// <summary>The fields of the current row as text.</summary>
    public string[] Texts()
    {
        var texts = new string[FieldCount];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Encoding.UTF8.GetString(Field(i));
        }

        return texts;
    }

    /// <summary>Goes to the next row that is no empty line; false at the end of the file.</summary>
    public bool ReadRow()
    {
        do
        {
            if (!Scan())
            {
                return false;
            }
        }
        while (FieldCount == 1 && _rowEnd == _rowStart);
        return true;
    }

    public void Dispose() => _stream.Dispose();

    private ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> raw)
    {
        var inner = raw[1..^1];
        if (!inner.Contains(SpecialBytes.Quote))
        {
            return inner;
        }

        if (_unquoted.Length < _unquotedLength + inner.Length)
        {
            // Spans given out before keep the former array alive.
            _unquoted = new byte[Math.Max(1024, (_unquotedLength + inner.Length) * 2)];
            _unquotedLength = 0;
        }

        var start = _unquotedLength;
        for (var i = 0; i < inner.Length; i++)
        {
            _unquoted[_unquotedLength++] = inner[i];
            if (inner[i] == SpecialBytes.Quote)
            {
                i++;
            }
        }

        return _unquoted.AsSpan(start, _unquotedLength - start);
    }

    private void SkipMark()
    {
        if (_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8))
        {
            _next = 3;
        }
    }

    /// <summary>Moves what is not read yet to the front of the buffer and fills the rest; false if nothing was added.</summary>
    private bool Fill()
    {
        if (_isEndOfStream)
        {
            return false;
        }

        var kept = _end - _next;
        MakeRoom(kept);
        _validated -= _next;
        _next = 0;
        _end = kept;
        while (_end < _buffer.Length - SpecialBytes.BlockLength)
        {
            var read = _stream.Read(_buffer, _end, _buffer.Length - SpecialBytes.BlockLength - _end);
            if (read == 0)
            {
                _isEndOfStream = true;
                break;
            }

            _end += read;
        }

        Validate();
        return _end > kept;
    }

    private void MakeRoom(int kept)
    {
        var capacity = _buffer.Length - SpecialBytes.BlockLength;
        if (kept < capacity)
        {
            if (_next > 0)
            {
                Buffer.BlockCopy(_buffer, _next, _buffer, 0, kept);
            }

            return;
        }

        if (kept > _limits.MaximumRowLength)
        {
            throw new TaskFailedException(
                $"File '{_fileName}', line {_nextLine}: the row is longer than {_limits.MaximumRowLength} bytes. "
                + "Is a quote missing at the end of a value? Correct the file at its source and export again.");
        }

        var larger = new byte[(capacity * 2) + SpecialBytes.BlockLength];
        Buffer.BlockCopy(_buffer, _next, larger, 0, kept);
        _buffer = larger;
    }

    private void Validate()
    {
        var boundary = _isEndOfStream ? _end : LastBoundary();
        var fresh = _buffer.AsSpan(_validated, boundary - _validated);
        if (!Utf8.IsValid(fresh))
        {
            var bad = FirstInvalid(fresh) + _validated;
            var line = _nextLine + _buffer.AsSpan(_next, Math.Max(0, bad - _next)).Count(SpecialBytes.LineFeed);
            throw new TaskFailedException(
                $"File '{_fileName}', line {line}: the text is not UTF-8. Name the encoding of the source in the connection's settings, or write the file as UTF-8.");
        }

        _validated = boundary;
    }

    /// <summary>Where the last whole character ends: one that the buffer's end cuts is checked with the next filling.</summary>
    private int LastBoundary()
    {
        for (var back = 1; back <= 3 && _end - back >= _validated; back++)
        {
            var value = _buffer[_end - back];
            if (value < 0x80)
            {
                break;
            }

            if (value >= 0xC0)
            {
                var length = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
                return length > back ? _end - back : _end;
            }
        }

        return _end;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length && Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
