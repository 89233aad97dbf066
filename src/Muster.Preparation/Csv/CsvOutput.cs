using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;

namespace Muster.Preparation.Csv;

/// <summary>
/// Writes an engine-written CSV file: UTF-8 without mark, <c>,</c>, <c>\n</c>, header first (synchronization.md 5). Counts its rows and hashes
/// its bytes on the way, so that the file need not be read again to describe it. The file appears on <see cref="Commit"/> only.
/// </summary>
internal sealed class CsvOutput : IDisposable
{
    private const int LeastBuffer = 1 << 11;
    private const int MostBuffer = 1 << 17;
    private readonly IPendingFile _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[LeastBuffer];
    private readonly CsvLine _line = new();
    private int _length;

    public CsvOutput(IWorkFolder folder, string path, IEnumerable<string> header)
    {
        Path = path;
        _file = folder.Create(path);
        WriteTexts(header);
        Rows = 0;
    }

    public string Path { get; }

    /// <summary>Without the header.</summary>
    public long Rows { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Lower-case hexadecimal; known once the file is committed.</summary>
    public string Sha256 { get; private set; } = string.Empty;

    /// <summary>Writes a whole line that is CSV already, without line end.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        Append(line);
        Append("\n"u8);
        Rows++;
    }

    /// <summary>Writes a line with a field before it that needs no quotes.</summary>
    public void Write(ReadOnlySpan<byte> first, ReadOnlySpan<byte> rest)
    {
        Append(first);
        Append(","u8);
        Write(rest);
    }

    public void WriteTexts(IEnumerable<string> values)
    {
        _line.Clear();
        foreach (var value in values)
        {
            _line.Add(Encoding.UTF8.GetBytes(value));
        }

        Write(_line.Bytes);
    }

    public void Commit()
    {
        Flush();
        Sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        _file.Commit();
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _buffer.Length - _length && _buffer.Length < MostBuffer)
        {
            // Most files are small; the buffer grows with the others.
            Array.Resize(ref _buffer, _buffer.Length * 4);
        }

        if (bytes.Length > _buffer.Length - _length)
        {
            Flush();
            if (bytes.Length > _buffer.Length)
            {
                WriteThrough(bytes);
                return;
            }
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Flush()
    {
        WriteThrough(_buffer.AsSpan(0, _length));
        _length = 0;
    }

    private void WriteThrough(ReadOnlySpan<byte> bytes)
    {
        _file.Stream.Write(bytes);
        _hash.AppendData(bytes);
        Bytes += bytes.Length;
    }
}
