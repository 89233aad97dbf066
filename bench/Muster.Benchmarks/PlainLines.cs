namespace Muster.Benchmarks;

/// <summary>Reads comma separated lines without quotes, header skipped; fields are octets of the current line.</summary>
internal sealed class PlainLines : IDisposable
{
    private readonly FileStream _file;
    private readonly int[] _ends;
    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;

    public PlainLines(string path, int fields)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        _ends = new int[fields];
        Read();
    }

    public ReadOnlyMemory<byte> Line { get; private set; }

    public bool Read()
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                Use(_buffer.AsMemory(_start, length));
                _start += length + 1;
                return true;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var read = _file.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }
    }

    /// <summary>Makes a line that was read before the current one.</summary>
    public void Use(ReadOnlyMemory<byte> line)
    {
        Line = line;
        var rest = line.Span;
        var at = 0;
        for (var field = 0; field < _ends.Length; field++)
        {
            var comma = field == _ends.Length - 1 ? -1 : rest[at..].IndexOf((byte)',');
            _ends[field] = comma < 0 ? rest.Length : at + comma;
            at = _ends[field] + 1;
        }
    }

    public ReadOnlySpan<byte> Field(int index) => FieldOctets(index).Span;

    public ReadOnlyMemory<byte> FieldOctets(int index) => Line[(index == 0 ? 0 : _ends[index - 1] + 1).._ends[index]];

    public void Dispose() => _file.Dispose();
}
