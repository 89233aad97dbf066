using System.Text;
using Muster.Configuration.Work;

namespace Muster.Synchronization.Files;

/// <summary>
/// Reads a file of a delivery (<see cref="Muster.Configuration.Exchange.DeliveryFile"/>): UTF-8, <c>,</c>, RFC 4180, <c>\n</c>, header
/// first, strictly. Fields are spans of octets that are valid until the next <see cref="Read"/>; a row can be read again by
/// <see cref="Seek"/>. Whatever is not in this form throws <see cref="TaskFailedException"/> with the file and the line.
/// </summary>
public sealed class DeliveredFileReader : IDisposable
{
    /// <summary>No row of ours is longer; octets.</summary>
    public const int MaximumRowLength = 64 << 20;

    private const int ReadLength = 1 << 18;
    private static readonly UTF8Encoding Strict = new(false, true);

    private readonly Stream _stream;
    private readonly string _name;
    private Field[] _fields = new Field[16];
    private int _count;
    private int _rowStart;
    private int _rowLength;
    private byte[] _buffer;
    private byte[] _unquoted = [];
    private int _unquotedLength;
    private int _start;
    private int _end;
    private long _bufferOffset;
    private long _nextLine = 1;

    /// <param name="stream">Owned by this reader; it can seek.</param>
    /// <param name="name">For messages.</param>
    public DeliveredFileReader(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
        _buffer = new byte[BufferLength.For(stream, ReadLength)];
        if (!Read())
        {
            _stream.Dispose();
            throw new TaskFailedException($"The delivered file '{name}' has no header.");
        }

        Header = [.. Enumerable.Range(0, _count).Select(i => Text(i) ?? "")];
        Rows = 0;
    }

    public IReadOnlyList<string> Header { get; }

    /// <summary>1-based number of the current row's first line; not kept after <see cref="Seek"/>.</summary>
    public long Line { get; private set; }

    /// <summary>Rows read so far, without the header.</summary>
    public long Rows { get; private set; }

    /// <summary>Where the current row starts, in octets.</summary>
    public long RowOffset { get; private set; }

    /// <summary>Reads the next row; false at the end.</summary>
    public bool Read()
    {
        if (!Skim())
        {
            return false;
        }

        Split();
        return true;
    }

    /// <summary>Goes to the next row without looking at its fields; false at the end. <see cref="Split()"/> takes them apart.</summary>
    public bool Skim()
    {
        var length = FindRow(out var lineFeeds);
        if (length < 0)
        {
            return false;
        }

        RowOffset = _bufferOffset + _start;
        (_rowStart, _rowLength) = (_start, length);
        _start = Math.Min(_end, _start + length + 1);
        Rows++;
        Line = _nextLine;
        _nextLine += lineFeeds + 1;
        return true;
    }

    /// <summary>Takes the current row apart, after <see cref="Skim"/>.</summary>
    public void Split()
    {
        _count = 0;
        _unquotedLength = 0;
        Split(_rowStart, _rowLength);
        if (Header is not null && _count != Header.Count)
        {
            throw Malformed($"has {_count} fields instead of {Header.Count}", Line);
        }
    }

    /// <summary>The octets of the whole current row, as it stands in the file.</summary>
    public ReadOnlySpan<byte> Row => _buffer.AsSpan(_rowStart, _rowLength);

    /// <summary>Where the next row starts, in octets.</summary>
    public long Position => _bufferOffset + _start;

    /// <summary>Goes to a row by its <see cref="RowOffset"/>; the next <see cref="Read"/> reads it.</summary>
    public void Seek(long offset)
    {
        if (offset >= _bufferOffset && offset <= _bufferOffset + _end)
        {
            _start = (int)(offset - _bufferOffset);
            return;
        }

        _stream.Position = offset;
        _bufferOffset = offset;
        _start = 0;
        _end = 0;
    }

    /// <summary>The octets of a field, unquoted; empty for null.</summary>
    public ReadOnlySpan<byte> Octets(int field)
    {
        var (start, length, isUnquoted) = _fields[field];
        return (isUnquoted ? _unquoted : _buffer).AsSpan(start, length);
    }

    /// <summary>The field's text, or null if it is empty.</summary>
    public string? Text(int field)
    {
        var octets = Octets(field);
        try
        {
            return octets.IsEmpty ? null : Strict.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("is not valid UTF-8", Line);
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Makes the whole next row lie in the buffer at <see cref="_start"/>; its length without the line feed, or -1 at the end.</summary>
    private int FindRow(out int lineFeeds)
    {
        lineFeeds = 0;
        var isQuoted = false;
        var scanned = 0;
        while (true)
        {
            var span = _buffer.AsSpan(_start + scanned, _end - _start - scanned);
            var at = isQuoted ? span.IndexOfAny((byte)'"', (byte)'\n') : span.IndexOfAny((byte)'\n', (byte)'"');
            if (at >= 0)
            {
                scanned += at + 1;
                if (span[at] == (byte)'"')
                {
                    isQuoted = !isQuoted;
                }
                else if (isQuoted)
                {
                    lineFeeds++;
                }
                else
                {
                    return scanned - 1;
                }

                continue;
            }

            scanned = _end - _start;
            if (!Fill())
            {
                return isQuoted ? throw Malformed("has a quote that is not closed", _nextLine) : scanned == 0 ? -1 : scanned;
            }
        }
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _bufferOffset += _start;
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaximumRowLength)
            {
                throw Malformed($"is longer than {MaximumRowLength >> 20} MiB", _nextLine);
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }

    private void Split(int start, int length)
    {
        var end = start + length;
        var at = start;
        while (true)
        {
            if (at < end && _buffer[at] == (byte)'"')
            {
                at = Unquote(at + 1, end);
            }
            else
            {
                var comma = _buffer.AsSpan(at, end - at).IndexOf((byte)',');
                var stop = comma < 0 ? end : at + comma;
                Add(new Field(at, stop - at, false));
                at = stop;
            }

            if (at == end)
            {
                return;
            }

            at++;
        }
    }

    /// <summary>Adds the quoted field that starts after its opening quote; returns where it stops.</summary>
    private int Unquote(int at, int end)
    {
        var from = _unquotedLength;
        while (true)
        {
            var distance = _buffer.AsSpan(at, end - at).IndexOf((byte)'"');
            var quote = distance < 0 ? throw Malformed("has a quote that is not closed", Line) : at + distance;
            Append(_buffer.AsSpan(at, quote - at));
            if (quote + 1 < end && _buffer[quote + 1] == (byte)'"')
            {
                Append("\""u8);
                at = quote + 2;
                continue;
            }

            if (quote + 1 < end && _buffer[quote + 1] != (byte)',')
            {
                throw Malformed("has text after a closing quote", Line);
            }

            Add(new Field(from, _unquotedLength - from, true));
            return quote + 1;
        }
    }

    private void Add(Field field)
    {
        if (_count == _fields.Length)
        {
            Array.Resize(ref _fields, _count * 2);
        }

        _fields[_count++] = field;
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        if (_unquotedLength + octets.Length > _unquoted.Length)
        {
            Array.Resize(ref _unquoted, Math.Max(_unquoted.Length * 2, _unquotedLength + octets.Length));
        }

        octets.CopyTo(_unquoted.AsSpan(_unquotedLength));
        _unquotedLength += octets.Length;
    }

    private TaskFailedException Malformed(string what, long line) => new(
        $"Line {line} of the delivered file '{_name}' {what}. The file was changed after it was prepared: run a complete job for the connector.");

    /// <param name="IsUnquoted">It lies among the unquoted octets, not in the buffer.</param>
    private readonly record struct Field(int Start, int Length, bool IsUnquoted);
}
