using System.Buffers;
using System.Buffers.Binary;
using System.Net.Security;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>
/// What goes over a connection that a Negotiate sign-in has secured: pieces that are encrypted and signed with the key of the sign-in, each behind
/// its length (RFC 4422, 3.7). Reading and writing may go on at the same time, each from one place.
/// </summary>
internal sealed class SealedStream(Stream inner, NegotiateAuthentication context) : Stream
{
    /// <summary>Octets of a piece at most, as sent; servers take no more than they have agreed to.</summary>
    private const int SentPiece = 16 * 1024;

    /// <summary>Octets of a piece at most, as received.</summary>
    private const int ReceivedPiece = 0xffffff;

    private readonly byte[] _length = new byte[4];
    private ReadOnlyMemory<byte> _received;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_received.IsEmpty && buffer.Length > 0)
        {
            if (!await ReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _received.Length);
        _received[..count].CopyTo(buffer);
        _received = _received[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var start = 0; start < buffer.Length; start += SentPiece)
        {
            var piece = buffer.Slice(start, Math.Min(SentPiece, buffer.Length - start));
            await inner.WriteAsync(Seal(piece.Span), cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            context.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private ReadOnlyMemory<byte> Seal(ReadOnlySpan<byte> piece)
    {
        var sealedPiece = new ArrayBufferWriter<byte>(piece.Length + 128);
        sealedPiece.GetSpan(4);
        sealedPiece.Advance(4);
        var status = context.Wrap(piece, sealedPiece, requestEncryption: true, out var isEncrypted);
        if (status != NegotiateAuthenticationStatusCode.Completed || !isEncrypted)
        {
            throw new IOException($"What is sent cannot be encrypted ({status}).");
        }

        var octets = sealedPiece.WrittenMemory.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(octets, octets.Length - 4);
        return octets;
    }

    private async Task<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        var first = await inner.ReadAsync(_length, cancellationToken).ConfigureAwait(false);
        if (first == 0)
        {
            return false;
        }

        await inner.ReadExactlyAsync(_length.AsMemory(first), cancellationToken).ConfigureAwait(false);
        var length = BinaryPrimitives.ReadUInt32BigEndian(_length);
        if (length is 0 or > ReceivedPiece)
        {
            throw new IOException("The server sent something that is not encrypted as agreed.");
        }

        var piece = new byte[length];
        await inner.ReadExactlyAsync(piece, cancellationToken).ConfigureAwait(false);
        var status = context.UnwrapInPlace(piece, out var start, out var count, out var wasEncrypted);
        if (status != NegotiateAuthenticationStatusCode.Completed || !wasEncrypted)
        {
            throw new IOException($"What the server sent is not encrypted as agreed ({status}).");
        }

        _received = piece.AsMemory(start, count);
        return true;
    }
}
