using System.Runtime.InteropServices;

namespace Muster.Preparation.Snapshots;

/// <summary>
/// The checksum of a snapshot's file: notices what a disk or a person has changed, as fast as memory is read. It is no protection against
/// somebody who means to deceive, who could write the checksum as well.
/// </summary>
internal sealed class BlockChecksum
{
    private const int BlockLength = 1 << 14;

    private static readonly RowHash Hash = new("Muster's snapshot"u8[..RowHash.SeedLength]);

    private readonly byte[] _block = new byte[BlockLength];
    private readonly byte[] _state = new byte[32];
    private int _length;

    public static string Of(Stream stream)
    {
        var checksum = new BlockChecksum();
        var buffer = new byte[1 << 17];
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            checksum.Append(buffer.AsSpan(0, read));
        }

        return checksum.Finish();
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (_length + bytes.Length >= BlockLength)
        {
            var taken = BlockLength - _length;
            if (_length == 0)
            {
                Fold(bytes[..taken]);
            }
            else
            {
                bytes[..taken].CopyTo(_block.AsSpan(_length));
                Fold(_block);
                _length = 0;
            }

            bytes = bytes[taken..];
        }

        bytes.CopyTo(_block.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Lower-case hexadecimal; to be asked once.</summary>
    public string Finish()
    {
        Fold(_block.AsSpan(0, _length));
        return Convert.ToHexStringLower(_state.AsSpan(0, 16));
    }

    private void Fold(ReadOnlySpan<byte> block)
    {
        var hash = Hash.Of(block);
        MemoryMarshal.Write(_state.AsSpan(16), hash);
        hash = Hash.Of(_state);
        MemoryMarshal.Write(_state, hash);
    }
}
