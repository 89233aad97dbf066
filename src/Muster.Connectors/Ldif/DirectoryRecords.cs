using System.Text;
using Muster.Configuration.Work;

namespace Muster.Connectors.Ldif;

/// <summary>Reads and copies single records of a directory file, which stays open meanwhile. Not thread-safe.</summary>
internal sealed class DirectoryRecords : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(false, true);
    private readonly LdifSettings _settings;
    private readonly FileStream _file;
    private byte[] _octets = new byte[1 << 12];

    public DirectoryRecords(LdifSettings settings)
    {
        _settings = settings;
        _file = new FileStream(settings.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
    }

    /// <summary>All entries, in the order of their slots.</summary>
    public IEnumerable<LdifRecord> All(CancellationToken cancellationToken) => DirectoryIndex.Records(_settings, cancellationToken);

    public LdifRecord Read(LdifRange range)
    {
        Fetch(range);
        try
        {
            using var octets = new MemoryStream(_octets, 0, range.Length, writable: false);
            using var text = new StreamReader(octets, Utf8);
            foreach (var record in _settings.Reread(text).Read())
            {
                return record;
            }
        }
        catch (DecoderFallbackException failure)
        {
            throw Changed(failure);
        }

        throw Changed(null);
    }

    /// <summary>Copies the octets of a record.</summary>
    public void Copy(LdifRange range, Stream target)
    {
        Fetch(range);
        target.Write(_octets, 0, range.Length);
    }

    public void Dispose() => _file.Dispose();

    private void Fetch(LdifRange range)
    {
        if (_octets.Length < range.Length)
        {
            _octets = new byte[range.Length];
        }

        // Going where the stream stands already, or within what it has read, costs nothing.
        _file.Position = range.Offset;
        try
        {
            _file.ReadExactly(_octets, 0, range.Length);
        }
        catch (EndOfStreamException failure)
        {
            throw Changed(failure);
        }
    }

    private TaskFailedException Changed(Exception? failure) => new(
        $"The directory file '{_settings.Path}' changed while it was read. Nothing was written; run the job again.", failure!);
}
