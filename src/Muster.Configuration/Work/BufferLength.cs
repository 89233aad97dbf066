namespace Muster.Configuration.Work;

/// <summary>
/// How large a buffer to read a file with. Most files of an incremental job are a few rows, and a large buffer costs more than they do: it is
/// cleared, and those beyond 85 kB make the runtime look for garbage in the whole process.
/// </summary>
public static class BufferLength
{
    private const int Least = 1 << 10;

    /// <summary>Octets: enough for the rest of the stream and for seeing that it ends there, at most <paramref name="most"/>.</summary>
    public static int For(Stream stream, int most)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream.CanSeek ? For(stream.Length - stream.Position, most) : most;
    }

    /// <summary>As above, for what has so many octets.</summary>
    public static int For(long length, int most) => (int)Math.Min(Math.Max(length + 16, Math.Min(Least, most)), most);
}
