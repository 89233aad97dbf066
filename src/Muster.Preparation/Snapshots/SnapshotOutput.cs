using System.Runtime.InteropServices;
using Muster.Configuration.Work;

namespace Muster.Preparation.Snapshots;

/// <summary>Writes a file of a snapshot and its checksum on the way. The file appears on <see cref="Commit"/> only.</summary>
internal sealed class SnapshotOutput(IWorkFolder work, string path) : IDisposable
{
    private const int BufferLength = 1 << 16;

    private readonly IPendingFile _file = work.Create(path);
    private readonly BlockChecksum _checksum = new();
    private byte[] _buffer = new byte[1 << 10];
    private int _length;
    private long _written;

    /// <summary>Bytes so far.</summary>
    public long Position => _written + _length;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _buffer.Length - _length && _buffer.Length < BufferLength)
        {
            Array.Resize(ref _buffer, _buffer.Length * 4);
        }

        if (bytes.Length > _buffer.Length - _length)
        {
            Flush(_buffer.AsSpan(0, _length));
            _length = 0;
        }

        if (bytes.Length > _buffer.Length)
        {
            Flush(bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    public void WriteAll<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Write(MemoryMarshal.AsBytes(values));

    public SnapshotPart Commit()
    {
        Flush(_buffer.AsSpan(0, _length));
        _length = 0;
        _file.Commit();
        return new SnapshotPart(path[(path.LastIndexOf('/') + 1)..], _written, _checksum.Finish());
    }

    public void Dispose() => _file.Dispose();

    private void Flush(ReadOnlySpan<byte> bytes)
    {
        _file.Stream.Write(bytes);
        _checksum.Append(bytes);
        _written += bytes.Length;
    }
}
