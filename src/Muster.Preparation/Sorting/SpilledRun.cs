using Muster.Configuration.Work;

namespace Muster.Preparation.Sorting;

/// <summary>A sorted run on disk. Its file never gets a name: it is gone when the run is disposed or the process ends.</summary>
internal sealed class SpilledRun : IDisposable
{
    private const int WriteLength = 1 << 17;

    private readonly IPendingFile _file;
    private readonly long _length;

    private SpilledRun(IPendingFile file, long length)
    {
        _file = file;
        _length = length;
    }

    public static SpilledRun Write(IWorkFolder folder, string path, RowCursor rows)
    {
        var file = folder.Create(path);
        try
        {
            return new SpilledRun(file, WriteRows(file.Stream, rows));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the run from its start; only one cursor at a time.</summary>
    public RowCursor Read(int bufferLength)
    {
        _file.Stream.Position = 0;
        return new RunCursor(this, bufferLength);
    }

    public void Dispose() => _file.Dispose();

    private static long WriteRows(Stream stream, RowCursor rows)
    {
        var buffer = new byte[WriteLength];
        var used = 0;
        var total = 0L;
        while (rows.MoveNext())
        {
            var row = rows.Whole;
            if (row.Length > buffer.Length - used)
            {
                stream.Write(buffer, 0, used);
                used = 0;
            }

            if (row.Length > buffer.Length)
            {
                stream.Write(row);
            }
            else
            {
                row.CopyTo(buffer.AsSpan(used));
                used += row.Length;
            }

            total += row.Length;
        }

        stream.Write(buffer, 0, used);
        stream.Flush();
        return total;
    }

    private sealed class RunCursor(SpilledRun run, int bufferLength) : RowCursor
    {
        private byte[] _buffer = new byte[bufferLength];
        private int _start;
        private int _rowLength;
        private int _end;
        private long _unread = run._length;

        protected override ReadOnlySpan<byte> Row => _buffer.AsSpan(_start, _rowLength);

        public override bool MoveNext()
        {
            _start += _rowLength;
            _rowLength = 0;
            if (!Require(RowArena.HeaderLength))
            {
                return false;
            }

            var header = _buffer.AsSpan(_start, RowArena.HeaderLength);
            var length = RowArena.HeaderLength + RowArena.IdentityLength(header) + RowArena.LineLength(header);
            if (!Require(length))
            {
                throw new EndOfStreamException("An intermediate file of the sort is shorter than what was written to it.");
            }

            _rowLength = length;
            return true;
        }

        public override void Dispose()
        {
            run.Dispose();
            base.Dispose();
        }

        private bool Require(int length)
        {
            if (_end - _start >= length)
            {
                return true;
            }

            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
            if (length > _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Max(length, _buffer.Length * 2));
            }

            var wanted = (int)Math.Min(_buffer.Length - _end, _unread);
            run._file.Stream.ReadExactly(_buffer, _end, wanted);
            _end += wanted;
            _unread -= wanted;
            return _end >= length;
        }
    }
}
