using System.Buffers;

namespace Muster.Configuration.Exchange;

/// <summary>
/// Builds one line of an engine-written CSV file in a buffer that is used again: <c>,</c>, RFC 4180 quoting where it is needed, no line end
/// (synchronization.md 5).
/// </summary>
public sealed class CsvLine
{
    private static readonly SearchValues<byte> NeedQuotes = SearchValues.Create(",\"\n\r"u8);

    private byte[] _bytes = new byte[1024];
    private int _length;
    private bool _hasFields;

    /// <summary>The line, until the next change.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Begins another line.</summary>
    public void Clear()
    {
        _length = 0;
        _hasFields = false;
    }

    /// <summary>Adds a field, quoted if it must be.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        if (value.ContainsAny(NeedQuotes))
        {
            AddQuoted(value);
        }
        else
        {
            AddPlain(value);
        }
    }

    /// <summary>Adds a field that is known to need no quotes.</summary>
    public void AddPlain(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length + 1);
        if (_hasFields)
        {
            _bytes[_length++] = (byte)',';
        }

        _hasFields = true;
        value.CopyTo(_bytes.AsSpan(_length));
        _length += value.Length;
    }

    private void AddQuoted(ReadOnlySpan<byte> value)
    {
        AddPlain([]);
        Reserve((value.Length * 2) + 2);
        _bytes[_length++] = (byte)'"';
        foreach (var item in value)
        {
            if (item == (byte)'"')
            {
                _bytes[_length++] = (byte)'"';
            }

            _bytes[_length++] = item;
        }

        _bytes[_length++] = (byte)'"';
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - _length < more)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
        }
    }
}
