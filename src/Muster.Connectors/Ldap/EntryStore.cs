using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;

namespace Muster.Connectors.Ldap;

/// <summary>What the last delivered export knew of an entry.</summary>
/// <param name="Links">The values of each link table, in the order of the tables.</param>
internal sealed record KnownEntry(string Dn, IReadOnlyList<IReadOnlyList<string>> Links);

/// <summary>
/// What an incremental directory export goes on from: the server's cookie, and what was delivered of each entry, so that an entry that
/// leaves the scope is known, and of a group with many members only the changed ones are delivered. Entries are spread over parts by their
/// identifier, and only the parts that changes touch are read and written. All is a watermark: written as pending, and made current
/// by the preparation when the server has accepted the delivery (architecture.md). A store whose files do not belong together counts as lost.
/// </summary>
internal sealed class EntryStore
{
    private const int EntriesPerPart = 256;
    private const int MaximumParts = 4096;
    private readonly IWorkFolder _work;
    private readonly string _connection;
    private readonly Head _head;
    private readonly Dictionary<int, Dictionary<Guid, byte[]>> _parts = [];
    private readonly HashSet<int> _changed = [];

    private EntryStore(IWorkFolder work, string connection, Head head)
    {
        _work = work;
        _connection = connection;
        _head = head;
    }

    /// <summary>The server's cookie; null if there is none.</summary>
    public byte[]? Cookie => _head.Cookie;

    public long Count { get; private set; }

    /// <summary>What was delivered last; null if there is nothing to go on from, and why.</summary>
    /// <param name="source">What was searched and for what: with other settings or mappings, the store is of no use.</param>
    public static EntryStore? Open(IWorkFolder work, string connection, string source, out string because)
    {
        var path = PathOf(connection);
        because = $"the connection '{connection}' has no cookie yet, or it was removed";
        if (!work.Exists(path))
        {
            return null;
        }

        Head? head = null;
        try
        {
            using var stream = work.OpenRead(path);
            head = JsonSerializer.Deserialize<Head>(stream, ExchangeJson.Options);
        }
        catch (JsonException)
        {
            // Counts as lost.
        }

        if (head is null || head.Versions.Length is 0 or > MaximumParts)
        {
            because = $"the cookie of connection '{connection}' cannot be read";
            return null;
        }

        because = $"the settings or the mapped attributes of connection '{connection}' have changed since its previous export";
        return head.Source == Fingerprint(source) ? new EntryStore(work, connection, head) { Count = head.Count } : null;
    }

    /// <summary>An empty one, for an export of everything.</summary>
    public static EntryStore Create(IWorkFolder work, string connection, string source)
    {
        var store = new EntryStore(work, connection, new Head { Source = Fingerprint(source), Generation = NextGeneration(work, connection), Versions = [0] });
        store._parts[0] = [];
        return store;
    }

    /// <summary>Throws <see cref="EntryStoreLostException"/> if the store's files do not belong together.</summary>
    public KnownEntry? Find(Guid id) => Part(PlaceOf(id)).TryGetValue(id, out var octets) ? Read(octets) : null;

    public void Put(Guid id, KnownEntry entry)
    {
        var place = PlaceOf(id);
        var part = Part(place);
        Count += part.ContainsKey(id) ? 0 : 1;
        part[id] = Write(entry);
        _changed.Add(place);
    }

    public void Remove(Guid id)
    {
        var place = PlaceOf(id);
        if (Part(place).Remove(id))
        {
            Count--;
            _changed.Add(place);
        }
    }

    /// <summary>Every entry, part by part; the store must not be changed meanwhile.</summary>
    public IEnumerable<(Guid Id, KnownEntry Entry)> All() =>
        Enumerable.Range(0, _head.Versions.Length).SelectMany(Part).Select(e => (e.Key, Read(e.Value)));

    /// <summary>Writes what has changed as pending and gives the names for the manifest.</summary>
    public IReadOnlyList<string> WritePending(byte[]? cookie)
    {
        var names = new List<string>();
        var isNew = _head.Cookie is null && _head.Versions is [0];
        var store = isNew ? Spread() : this;
        var versions = (long[])store._head.Versions.Clone();
        foreach (var place in store._changed.Order())
        {
            versions[place] = store._head.Versions[place] + 1;
            names.Add(store.WritePart(place, versions[place]));
        }

        names.Add(Save(_work, PathOf(_connection), JsonSerializer.SerializeToUtf8Bytes(
            store._head with { Cookie = cookie, Versions = versions, Count = Count }, ExchangeJson.Options)));
        return names;
    }

    private static string PathOf(string connection) => $"{AgentFolders.ExportCookies}/{connection}_cookie.json";

    private static string Fingerprint(string source) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));

    /// <summary>Parts of different generations have different names: those of an abandoned export never mix with the current ones.</summary>
    private static int NextGeneration(IWorkFolder work, string connection)
    {
        var current = -1;
        try
        {
            if (work.Exists(PathOf(connection)))
            {
                using var stream = work.OpenRead(PathOf(connection));
                current = JsonSerializer.Deserialize<Head>(stream, ExchangeJson.Options)?.Generation ?? -1;
            }
        }
        catch (JsonException)
        {
            // Whatever it was, its parts are replaced.
        }

        // What is neither current nor about to be is of no use any more.
        foreach (var path in work.Files(AgentFolders.ExportCookies))
        {
            var name = Path.GetFileName(path);
            var prefix = $"{connection}_entries.";
            if (name.StartsWith(prefix, StringComparison.Ordinal)
                && !name.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{prefix}{current}."), StringComparison.Ordinal))
            {
                work.Delete(path);
            }
        }

        return current == int.MaxValue ? 0 : current + 1;
    }

    private static string Save(IWorkFolder work, string path, byte[] octets)
    {
        using var file = work.Create(path + ".pending");
        file.Stream.Write(octets);
        file.Commit();
        return Path.GetFileName(path) + ".pending";
    }

    private static byte[] Write(KnownEntry entry)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(entry.Dn);
        writer.Write7BitEncodedInt(entry.Links.Count);
        foreach (var values in entry.Links)
        {
            writer.Write7BitEncodedInt(values.Count);
            foreach (var value in values)
            {
                writer.Write(value);
            }
        }

        return stream.ToArray();
    }

    private static KnownEntry Read(byte[] octets)
    {
        using var reader = new BinaryReader(new MemoryStream(octets));
        var dn = reader.ReadString();
        var links = new IReadOnlyList<string>[reader.Read7BitEncodedInt()];
        for (var table = 0; table < links.Length; table++)
        {
            var values = new string[reader.Read7BitEncodedInt()];
            for (var index = 0; index < values.Length; index++)
            {
                values[index] = reader.ReadString();
            }

            links[table] = values;
        }

        return new KnownEntry(dn, links);
    }

    private int PlaceOf(Guid id)
    {
        Span<byte> octets = stackalloc byte[16];
        id.TryWriteBytes(octets);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(octets, hash);
        return BitConverter.ToUInt16(hash) % _head.Versions.Length;
    }

    private EntryStore Spread()
    {
        var parts = 1;
        while (parts < MaximumParts && (long)parts * EntriesPerPart < Count)
        {
            parts *= 2;
        }

        var spread = new EntryStore(_work, _connection, _head with { Versions = new long[parts] });
        for (var place = 0; place < parts; place++)
        {
            spread._parts[place] = [];
            spread._changed.Add(place);
        }

        foreach (var (id, octets) in _parts[0])
        {
            spread._parts[spread.PlaceOf(id)].Add(id, octets);
        }

        return spread;
    }

    private string PartPath(int place) => string.Create(
        CultureInfo.InvariantCulture, $"{AgentFolders.ExportCookies}/{_connection}_entries.{_head.Generation}.{place}");

    private Dictionary<Guid, byte[]> Part(int place)
    {
        if (!_parts.TryGetValue(place, out var part))
        {
            part = ReadPart(place);
            _parts.Add(place, part);
        }

        return part;
    }

    private Dictionary<Guid, byte[]> ReadPart(int place)
    {
        try
        {
            using var reader = new BinaryReader(_work.OpenRead(PartPath(place)));
            if (reader.ReadInt64() != _head.Versions[place])
            {
                throw new EntryStoreLostException($"'{_work.PathOf(PartPath(place))}' does not belong to the cookie");
            }

            var count = reader.ReadInt32();
            var part = new Dictionary<Guid, byte[]>();
            for (var index = 0; index < count; index++)
            {
                var id = new Guid(reader.ReadBytes(16));
                var length = reader.ReadInt32();
                var octets = reader.ReadBytes(length);
                part.Add(id, octets.Length == length ? octets : throw new EndOfStreamException());
            }

            return part;
        }
        catch (Exception failure) when (failure is IOException or ArgumentException)
        {
            throw new EntryStoreLostException($"'{_work.PathOf(PartPath(place))}' cannot be read ({failure.Message.TrimEnd('.')})");
        }
    }

    private string WritePart(int place, long version)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(version);
            writer.Write(_parts[place].Count);
            foreach (var (id, octets) in _parts[place])
            {
                writer.Write(id.ToByteArray());
                writer.Write(octets.Length);
                writer.Write(octets);
            }
        }

        return Save(_work, PartPath(place), stream.ToArray());
    }

    private sealed record Head
    {
        public string Source { get; init; } = "";

        public int Generation { get; init; }

        public byte[]? Cookie { get; init; }

        /// <summary>Of each part, counted up with each writing: by it a part that is older or newer than the cookie is known.</summary>
        public long[] Versions { get; init; } = [];

        public long Count { get; init; }
    }
}

/// <summary>What the exporter remembers of entries cannot be used; the export must be complete. The message is the end of a sentence.</summary>
internal sealed class EntryStoreLostException(string because) : Exception(because);
