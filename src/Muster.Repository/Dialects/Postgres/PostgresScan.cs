using System.Buffers.Binary;
using Muster.Repository.Rows;
using Npgsql;

namespace Muster.Repository.Dialects.Postgres;

/// <summary>A scan of PostgreSQL: a binary COPY to here, taken apart in the buffer into which it is received.</summary>
internal sealed class PostgresScan : ScannedRow, IDisposable
{
    /// <summary>What a binary COPY begins with: signature and flags; behind it comes the length of what nobody uses yet.</summary>
    private const int HeaderLength = 15;

    private readonly NpgsqlRawCopyStream _rows;
    private byte[] _buffer = new byte[1 << 16];
    private int _at;
    private int _end;

    private PostgresScan(NpgsqlRawCopyStream rows) => _rows = rows;

    /// <summary>See <see cref="ISqlDialect.Scan"/>.</summary>
    public static long Run(NpgsqlConnection connection, string columns, string source, Action<ScannedRow> read)
    {
        using var scan = new PostgresScan(connection.BeginRawBinaryCopy($"COPY (SELECT {columns} FROM {source}) TO STDOUT (FORMAT BINARY)"));
        return scan.Read(read);
    }

    public override long? LongOrNull() => TryOctets(out var octets)
        ? octets.Length switch
        {
            sizeof(long) => BinaryPrimitives.ReadInt64BigEndian(octets),
            sizeof(int) => BinaryPrimitives.ReadInt32BigEndian(octets),
            _ => throw new InvalidOperationException($"A number of {octets.Length} octets was not expected."),
        }
        : null;

    public override bool TryOctets(out ReadOnlySpan<byte> octets)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_at));
        _at += sizeof(int);
        octets = length < 0 ? default : _buffer.AsSpan(_at, length);
        _at += Math.Max(length, 0);
        return length >= 0;
    }

    public void Dispose() => _rows.Dispose();

    private long Read(Action<ScannedRow> read)
    {
        Need(HeaderLength + sizeof(int));
        var extension = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(HeaderLength));
        _at = HeaderLength + sizeof(int);
        Need(extension);
        _at += extension;
        for (long rows = 0; ; rows++)
        {
            Need(sizeof(short));
            var fields = BinaryPrimitives.ReadInt16BigEndian(_buffer.AsSpan(_at));
            if (fields < 0)
            {
                Drain();
                return rows;
            }

            var length = Complete(fields);
            var next = _at + length;
            _at += sizeof(short);
            read(this);
            _at = next;
        }
    }

    /// <summary>Receives all of the row that begins here, and returns its length. The row may lie elsewhere in the buffer afterwards.</summary>
    private int Complete(int fields)
    {
        var length = sizeof(short);
        for (var field = 0; field < fields; field++)
        {
            Need(length + sizeof(int));
            length += sizeof(int) + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_at + length)));
        }

        Need(length);
        return length;
    }

    private void Need(int length)
    {
        while (_end - _at < length)
        {
            if (_buffer.Length - _at < length)
            {
                var target = _buffer.Length < length ? new byte[Math.Max(length, _buffer.Length * 2)] : _buffer;
                _buffer.AsSpan(_at, _end - _at).CopyTo(target);
                (_buffer, _end, _at) = (target, _end - _at, 0);
            }

            var read = _rows.Read(_buffer, _end, _buffer.Length - _end);
            _end += read > 0 ? read : throw new EndOfStreamException("The server's rows ended too early.");
        }
    }

    private void Drain()
    {
        while (_rows.Read(_buffer, 0, _buffer.Length) > 0)
        {
        }
    }
}
