using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Work;

namespace Muster.Connectors.Ldap;

/// <summary>How values of <see cref="StoreParts{T}"/> are written and read.</summary>
internal sealed record StoreCodec<T>(Action<BinaryWriter, T> Write, Func<BinaryReader, T> Read);

/// <summary>
/// A part of the watermark of a directory export: values by identifier, spread over files by it, of which only those that changes touch are read
/// and written.
/// </summary>
/// <param name="name">Beginning of the files' names.</param>
/// <param name="versions">
/// Of each file, counted up with each writing: by it a file that is older or newer than the cookie is known. 0: it was never written and is empty.
/// </param>
internal sealed class StoreParts<T>(IWorkFolder work, string name, IReadOnlyList<long> versions, StoreCodec<T> codec)
    where T : class
{
    public const int Maximum = 4096;
    private readonly Dictionary<int, Dictionary<Guid, T>> _parts = [];
    private readonly HashSet<int> _changed = [];

    /// <summary>As many files as some values need.</summary>
    public static long[] Spread(long values, int valuesPerPart)
    {
        var parts = 1;
        while (parts < Maximum && (long)parts * valuesPerPart < values)
        {
            parts *= 2;
        }

        return new long[parts];
    }

    /// <summary>Throws <see cref="EntryStoreLostException"/> if the files do not belong together.</summary>
    public T? Find(Guid id) => Part(PlaceOf(id)).GetValueOrDefault(id);

    /// <summary>Sets a value, or marks one as changed.</summary>
    /// <returns>True if there was none.</returns>
    public bool Set(Guid id, T value)
    {
        var place = PlaceOf(id);
        var part = Part(place);
        var isNew = !part.ContainsKey(id);
        part[id] = value;
        _changed.Add(place);
        return isNew;
    }

    public bool Remove(Guid id)
    {
        var place = PlaceOf(id);
        var isThere = Part(place).Remove(id);
        if (isThere)
        {
            _changed.Add(place);
        }

        return isThere;
    }

    /// <summary>All of them, file by file; nothing must be changed meanwhile.</summary>
    public IEnumerable<KeyValuePair<Guid, T>> All() => Enumerable.Range(0, versions.Count).SelectMany(Part);

    /// <summary>Writes the files that have changed as pending.</summary>
    /// <param name="names">Gets the names of what was written.</param>
    /// <returns>The versions now.</returns>
    public long[] WritePending(List<string> names)
    {
        long[] next = [.. versions];
        foreach (var place in _changed.Order())
        {
            next[place]++;
            names.Add(Write(place, next[place]));
        }

        return next;
    }

    /// <summary>Writes a file of the watermark as pending and gives its name.</summary>
    public static string Save(IWorkFolder work, string path, byte[] octets)
    {
        using var file = work.Create(path + ".pending");
        file.Stream.Write(octets);
        file.Commit();
        return Path.GetFileName(path) + ".pending";
    }

    private int PlaceOf(Guid id)
    {
        Span<byte> octets = stackalloc byte[16];
        id.TryWriteBytes(octets);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(octets, hash);
        return BitConverter.ToUInt16(hash) % versions.Count;
    }

    private string PathOf(int place) => string.Create(CultureInfo.InvariantCulture, $"{AgentFolders.ExportCookies}/{name}.{place}");

    private Dictionary<Guid, T> Part(int place)
    {
        if (!_parts.TryGetValue(place, out var part))
        {
            part = versions[place] == 0 ? [] : Read(place);
            _parts.Add(place, part);
        }

        return part;
    }

    private Dictionary<Guid, T> Read(int place)
    {
        try
        {
            using var reader = new BinaryReader(work.OpenRead(PathOf(place)));
            if (reader.ReadInt64() != versions[place])
            {
                throw new EntryStoreLostException($"'{work.PathOf(PathOf(place))}' does not belong to the cookie");
            }

            var count = reader.ReadInt32();
            var part = new Dictionary<Guid, T>();
            for (var index = 0; index < count; index++)
            {
                part.Add(new Guid(reader.ReadBytes(16)), codec.Read(reader));
            }

            return part;
        }
        catch (Exception failure) when (failure is IOException or ArgumentException)
        {
            throw new EntryStoreLostException($"'{work.PathOf(PathOf(place))}' cannot be read ({failure.Message.TrimEnd('.')})");
        }
    }

    private string Write(int place, long version)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(version);
            writer.Write(_parts[place].Count);
            foreach (var (id, value) in _parts[place])
            {
                writer.Write(id.ToByteArray());
                codec.Write(writer, value);
            }
        }

        return Save(work, PathOf(place), stream.ToArray());
    }
}
