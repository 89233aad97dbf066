using Muster.Configuration.Faults;

namespace Muster.Configuration.Work;

/// <summary>A stream whose storage faults are thrown as <see cref="TaskFailedException"/>.</summary>
/// <param name="site">What is written, in <see cref="FaultPoints"/>.</param>
internal sealed class GuardedStream(FileStream inner, string folder, string site) : Stream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override void Flush()
    {
        try
        {
            inner.Flush();
        }
        catch (IOException exception)
        {
            throw Explained(exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return inner.Read(buffer);
        }
        catch (IOException exception)
        {
            throw Explained(exception);
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        try
        {
            return inner.Seek(offset, origin);
        }
        catch (IOException exception)
        {
            throw Explained(exception);
        }
    }

    public override void SetLength(long value)
    {
        try
        {
            inner.SetLength(value);
        }
        catch (IOException exception)
        {
            throw Explained(exception);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            Fault.Before(site, FaultOperation.Write);
            inner.Write(buffer);
            Fault.After(site, FaultOperation.Write);
        }
        catch (IOException exception)
        {
            throw Explained(exception);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            Fault.Before(site, FaultOperation.Write);
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            Fault.After(site, FaultOperation.Write);
        }
        catch (IOException exception)
        {
            throw Explained(exception);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                inner.Dispose();
            }
            catch (IOException exception)
            {
                throw Explained(exception);
            }
        }

        base.Dispose(disposing);
    }

    private TaskFailedException Explained(IOException exception) =>
        new(StorageFault.Explain(exception, folder) ?? exception.Message, exception);
}
