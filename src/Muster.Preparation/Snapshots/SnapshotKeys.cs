using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Muster.Preparation.Snapshots;

/// <summary>
/// The keys of a table's rows, in the order of its slots, each behind its length; at the end of the file, where each group of 64 keys starts.
/// Only the groups that hold a wanted key are read.
/// </summary>
internal sealed class SnapshotKeys : IDisposable
{
    public const int GroupLength = 64;

    private readonly SafeFileHandle _file;
    private readonly long[] _groups;
    private readonly int _count;
    private byte[] _buffer = new byte[1 << 12];
    private int _length;
    private int _group = -1;

    /// <exception cref="InvalidDataException">The file does not belong to a table of that many rows.</exception>
    public SnapshotKeys(string path, int count)
    {
        _count = count;
        _file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        _groups = new long[GroupsOf(count) + 1];
        var length = RandomAccess.GetLength(_file);
        var footer = _groups.Length * sizeof(long);
        if (length < footer)
        {
            throw new InvalidDataException($"'{path}' lacks keys.");
        }

        ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_groups.AsSpan()), length - footer);
    }

    public static int GroupsOf(int count) => (count + GroupLength - 1) / GroupLength;

    /// <summary>The key of a slot, valid until the next call. Slots in ascending order are read fastest.</summary>
    public ReadOnlySpan<byte> this[int slot]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)_count, nameof(slot));
            Load(slot / GroupLength);
            var at = 0;
            for (var i = slot % GroupLength; ; i--)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(at, sizeof(int)));
                at += sizeof(int);
                if (i == 0)
                {
                    return _buffer.AsSpan(at, length);
                }

                at += length;
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private void Load(int group)
    {
        if (group == _group)
        {
            return;
        }

        _length = checked((int)(_groups[group + 1] - _groups[group]));
        if (_buffer.Length < _length)
        {
            _buffer = new byte[_length + (_length / 2)];
        }

        ReadExactly(_buffer.AsSpan(0, _length), _groups[group]);
        _group = group;
    }

    private void ReadExactly(Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(_file, bytes, offset);
            if (read == 0)
            {
                throw new EndOfStreamException("The keys of a snapshot are shorter than what was written.");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }
}
