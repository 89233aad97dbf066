namespace Muster.Connectors.Ldap.Protocol;

/// <summary>Reads a stream in larger pieces than messages and their heads are: most messages come by one call of the system instead of three.</summary>
internal sealed class BufferedInput(Stream stream)
{
    private readonly byte[] _octets = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>Nothing was read that nobody has taken yet.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Fills a buffer; throws <see cref="EndOfStreamException"/> if the stream ends before.</summary>
    public async ValueTask ReadExactlyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var taken = Math.Min(buffer.Length, _end - _start);
            _octets.AsMemory(_start, taken).CopyTo(buffer);
            _start += taken;
            buffer = buffer[taken..];
            if (buffer.IsEmpty)
            {
                return;
            }

            if (buffer.Length >= _octets.Length)
            {
                await stream.ReadExactlyAsync(buffer, cancellationToken).ConfigureAwait(false);
                return;
            }

            _start = 0;
            _end = 0;
            _end = await stream.ReadAsync(_octets, cancellationToken).ConfigureAwait(false);
            if (_end == 0)
            {
                throw new EndOfStreamException();
            }
        }
    }
}
