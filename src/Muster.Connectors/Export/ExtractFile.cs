using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;

namespace Muster.Connectors.Export;

/// <summary>
/// One extract file being written: UTF-8 without BOM, <c>,</c>, RFC 4180 quoting, <c>\n</c> (synchronization.md 5). Hashes and counts what
/// it writes. Not thread-safe.
/// </summary>
public sealed class ExtractFile : IDisposable
{
    private const int FlushAt = 1 << 16;
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");
    private readonly IPendingFile _file;
    private readonly TransformationPipeline _transformations;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly StringBuilder _text = new();

    internal ExtractFile(string name, IPendingFile file, IReadOnlyList<string> columns, TransformationPipeline transformations)
    {
        Name = name;
        _file = file;
        _transformations = transformations;
        AppendLine(transformations.Columns);
    }

    /// <summary>File name with extension.</summary>
    public string Name { get; }

    /// <summary>Rows written so far, without the header and without those that a transformation left out.</summary>
    public long Rows { get; private set; }

    /// <summary>
    /// Writes one row, if the transformations keep it. Null is an empty field. A row may be shorter than the header, or longer: such rows
    /// are written as they are, for the preparation to judge.
    /// </summary>
    /// <param name="isChange">The row is one of a list of changes, and its column 'command' says what to do.</param>
    public void Write(IReadOnlyList<string?> fields, bool isChange = false)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (_transformations.Apply(fields, isChange) is { } kept)
        {
            AppendLine(kept);
            Rows++;
        }
    }

    public void Dispose()
    {
        _hash.Dispose();
        _file.Dispose();
    }

    internal ExportedFile Commit()
    {
        Flush();
        var hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        _file.Commit();
        return new ExportedFile(Name, Rows, hash);
    }

    private void AppendLine(IReadOnlyList<string?> fields)
    {
        for (var index = 0; index < fields.Count; index++)
        {
            if (index > 0)
            {
                _text.Append(',');
            }

            Append(fields[index]);
        }

        _text.Append('\n');
        if (_text.Length >= FlushAt)
        {
            Flush();
        }
    }

    private void Append(string? field)
    {
        if (field is null)
        {
            return;
        }

        if (field.AsSpan().ContainsAny(NeedsQuotes))
        {
            _text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            _text.Append(field);
        }
    }

    private void Flush()
    {
        var octets = Encoding.UTF8.GetBytes(_text.ToString());
        _text.Clear();
        _hash.AppendData(octets);
        _file.Stream.Write(octets);
    }
}
