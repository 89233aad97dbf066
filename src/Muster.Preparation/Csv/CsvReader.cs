using System.Runtime.CompilerServices;
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
    public int BufferLength { get; init; } = 1 << 19;
}

/// <summary>
/// Reads CSV (synchronization.md 5: RFC 4180 with values of several lines, UTF-8 with or without mark) row by row, without a copy: fields
/// are spans of the reader's buffer, valid until the next chunk. Empty lines are passed over. What makes the rest of the file doubtful (not
/// UTF-8, a quote that is never closed, a row over the limit) throws <see cref="TaskFailedException"/> with file and line; what concerns one
/// row only (text after a closing quote) is told by <see cref="IsMalformed"/>.
/// </summary>
internal sealed partial class CsvReader : IDisposable
{
    private readonly CsvChunks _chunks;
    private readonly CsvChunk _chunk = new();
    private readonly bool _ownsChunks;
    private readonly bool _useVectors;
    private byte[] _buffer = [];
    private int _end;
    private bool _isEndOfText = true;
    private bool _mayHaveQuotes;
    private int _next;
    private long _nextLine = 1;

    private int[] _fieldEnds = new int[64];
    private int _rowStart;
    private int _rowEnd;
    private int _block;
    private ulong _mask;

    private byte[] _unquoted = [];
    private int _unquotedLength;

    /// <summary>Reads a whole text.</summary>
    /// <param name="separator">Null: detected on the first line, among <c>,</c> <c>;</c> and tab.</param>
    /// <param name="fileName">For messages.</param>
    public CsvReader(Stream stream, string fileName, byte? separator = null, CsvLimits? limits = null, bool useVectors = true)
        : this(new CsvChunks(stream, fileName, separator, limits, useVectors)) => _ownsChunks = true;

    /// <summary>Reads those chunks of a text that it gets; other readers get the others.</summary>
    public CsvReader(CsvChunks chunks)
    {
        _chunks = chunks;
        _useVectors = chunks.UseVectors;
        Separator = chunks.Separator;
    }

    public byte Separator { get; }

    public int FieldCount { get; private set; }

    /// <summary>Line on which the current row starts, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Where the current row starts in the text, in bytes; it orders the rows of a text.</summary>
    public long Offset => _chunk.Offset + _rowStart;

    /// <summary>Text stands between a closing quote and the next separator.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>A quote stands somewhere in the row.</summary>
    public bool HasQuotes { get; private set; }

    /// <summary>The current row as it stands in the file, without its line end.</summary>
    public ReadOnlySpan<byte> Raw => _buffer.AsSpan(_rowStart, _rowEnd - _rowStart);

    /// <summary>Of the current chunk, from 0.</summary>
    public int ChunkNumber => _chunk.Number;

    /// <summary>The text of the current chunk, to which <see cref="StartOf"/> and <see cref="EndOf"/> refer.</summary>
    public byte[] Buffer => _buffer;

    /// <summary>A carriage return stands somewhere in the current chunk.</summary>
    public bool ChunkHasReturns { get; private set; }

    /// <summary>A zero byte stands somewhere in the current chunk.</summary>
    public bool ChunkHasZeros { get; private set; }

    /// <summary>The value of a field, quotes removed. Valid until the next row is read.</summary>
    public ReadOnlySpan<byte> Field(int index)
    {
        var raw = RawField(index);
        return raw.Length > 0 && raw[0] == SpecialBytes.Quote && !IsMalformed ? Unquote(raw) : raw;
    }

    /// <summary>A field as it stands in the file, with its quotes.</summary>
    public ReadOnlySpan<byte> RawField(int index)
    {
        var start = StartOf(index);
        return _buffer.AsSpan(start, _fieldEnds[index] - start);
    }

    /// <summary>Where a field starts in <see cref="Buffer"/>.</summary>
    public int StartOf(int field) => field == 0 ? _rowStart : _fieldEnds[field - 1] + 1;

    /// <summary>Where a field ends in <see cref="Buffer"/>.</summary>
    public int EndOf(int field) => _fieldEnds[field];

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
        while (!ReadRowOfChunk())
        {
            if (!NextChunk())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same, false at the end of the current chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool ReadRowOfChunk()
    {
        do
        {
            if ((_mayHaveQuotes ? ScanRow() : ScanPlainRow()) != ScanResult.Row)
            {
                return false;
            }
        }
        while (FieldCount == 1 && _rowEnd == _rowStart);
        return true;
    }

    /// <summary>Goes to the next chunk that nobody has taken.</summary>
    /// <param name="onTaken">Is told its number before anything can be wrong with it.</param>
    public bool NextChunk(Action<int>? onTaken = null)
    {
        if (!_chunks.Next(_chunk))
        {
            return false;
        }

        onTaken?.Invoke(_chunk.Number);

        Open(_chunk.Bytes, _chunk.End, _chunk.Line, isEndOfText: true, _chunk.HasQuotes);
        var text = _buffer.AsSpan(0, _end);
        Validate(text);
        ChunkHasReturns = text.Contains((byte)'\r');
        ChunkHasZeros = text.Contains((byte)0);
        return true;
    }

    /// <summary>The next reading gives the current row again.</summary>
    public void StepBack()
    {
        _next = _rowStart;
        _nextLine = Line;
        StartScan(_next);
    }

    /// <summary>Where the last whole row of a piece ends that starts with a row; 0 if there is none.</summary>
    internal int EndOfRows(byte[] bytes, int length, long line, bool isEndOfText)
    {
        Open(bytes, length, line, isEndOfText, mayHaveQuotes: true);
        var end = 0;
        while (ScanRow() == ScanResult.Row)
        {
            end = _next;
        }

        return isEndOfText ? length : end;
    }

    public void Dispose()
    {
        if (_ownsChunks)
        {
            _chunks.Dispose();
        }
    }

    private void Open(byte[] bytes, int end, long line, bool isEndOfText, bool mayHaveQuotes)
    {
        _buffer = bytes;
        _end = end;
        _next = 0;
        _nextLine = line;
        _isEndOfText = isEndOfText;
        _mayHaveQuotes = mayHaveQuotes;
        StartScan(0);
    }

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

    private void Validate(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            var line = _chunk.Line + text[..FirstInvalid(text)].Count(SpecialBytes.LineFeed);
            throw new TaskFailedException(
                $"File '{_chunks.FileName}', line {line}: the text is not UTF-8. Name the encoding of the source in the connection's settings, or write the file as UTF-8.");
        }
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
