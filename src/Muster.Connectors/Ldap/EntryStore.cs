using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Ldap;

/// <summary>
/// What an incremental directory export goes on from: the server's cookie, and what was delivered of each entry, so that an entry that
/// leaves the scope is known, and of a group with many members only the changed ones are delivered. An index says which entries refer to
/// a name, and which stand below one, since servers do not tell what changes with a name. All is a watermark: written as pending, and made current
/// by the preparation when the server has accepted the delivery (architecture.md). A store whose files do not belong together counts as lost.
/// </summary>
internal sealed class EntryStore
{
    private const int EntriesPerPart = 256;
    private const int NamesPerPart = 512;

    /// <summary>To be counted up when the files are written otherwise.</summary>
    private const int CurrentFormat = 3;
    private static readonly string[] Kinds = ["entries", "names", "outside"];

    private static readonly StoreCodec<byte[]> Entries = new(
        (writer, octets) =>
        {
            writer.Write(octets.Length);
            writer.Write(octets);
        },
        reader =>
        {
            var length = reader.ReadInt32();
            var octets = reader.ReadBytes(length);
            return octets.Length == length ? octets : throw new EndOfStreamException();
        });

    private static readonly StoreCodec<HashSet<Guid>> Names = new(
        (writer, ids) =>
        {
            writer.Write(ids.Count);
            foreach (var id in ids)
            {
                writer.Write(id.ToByteArray());
            }
        },
        reader =>
        {
            var ids = new HashSet<Guid>();
            for (var count = reader.ReadInt32(); count > 0; count--)
            {
                ids.Add(new Guid(reader.ReadBytes(16)));
            }

            return ids;
        });

    private readonly IWorkFolder _work;
    private readonly string _connection;
    private readonly Head _head;
    private readonly StoreParts<byte[]> _entries;

    /// <summary>By key of a name: which entries refer to it, or stand directly below it. Null while everything is read: it is made at the end.</summary>
    private readonly StoreParts<HashSet<Guid>>? _names;

    /// <summary>By key of a name: identifier and name of an entry that is referred to and is not in the store.</summary>
    private readonly StoreParts<byte[]> _outside;

    /// <summary>By key: names that an entry refers to and did not refer to before.</summary>
    private readonly Dictionary<Guid, string> _added = [];

    private EntryStore(IWorkFolder work, string connection, Head head, bool hasNames)
    {
        _work = work;
        _connection = connection;
        _head = head;
        _entries = new StoreParts<byte[]>(work, FileOf(connection, "entries", head.Generation), head.Versions, Entries);
        _names = hasNames ? new StoreParts<HashSet<Guid>>(work, FileOf(connection, "names", head.Generation), head.NameVersions, Names) : null;
        _outside = new StoreParts<byte[]>(work, FileOf(connection, "outside", head.Generation), head.OutsideVersions, Entries);
        OutsideCookie = head.OutsideCookie;
        Count = head.Count;
    }

    /// <summary>The server's cookie; null if there is none.</summary>
    public byte[]? Cookie => _head.Cookie;

    public long Count { get; private set; }

    /// <summary>Entries that still referred to a name that is gone when they were read: they are to be read once more.</summary>
    public IReadOnlyCollection<Guid> Unsettled { get; set; } = [];

    /// <summary>Those that the previous export left.</summary>
    public IReadOnlyCollection<Guid> PreviouslyUnsettled => _head.Unsettled;

    /// <summary>From where changes of entries that are referred to and not exported are told; null if there are none.</summary>
    public byte[]? OutsideCookie { get; set; }

    /// <summary>Entries that have a name since this export: references to it may be written a little later.</summary>
    public IReadOnlyCollection<Guid> Recent { get; set; } = [];

    /// <summary>Those of the previous export.</summary>
    public IReadOnlyCollection<Guid> PreviouslyRecent => _head.Recent;

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

        if (head is not { Format: CurrentFormat } || head.Versions.Length is 0 or > StoreParts<byte[]>.Maximum || head.NameVersions.Length is 0 or > StoreParts<byte[]>.Maximum || head.OutsideVersions.Length != 1)
        {
            because = $"the cookie of connection '{connection}' cannot be read";
            return null;
        }

        because = $"the settings or the mapped attributes of connection '{connection}' have changed since its previous export";
        return head.Source == Fingerprint(source) ? new EntryStore(work, connection, head, true) : null;
    }

    /// <summary>An empty one, for an export of everything.</summary>
    public static EntryStore Create(IWorkFolder work, string connection, string source) =>
        new(work, connection, new Head { Format = CurrentFormat, Source = Fingerprint(source), Generation = NextGeneration(work, connection), Versions = [0] }, false);

    /// <summary>Throws <see cref="EntryStoreLostException"/> if the store's files do not belong together.</summary>
    public KnownEntry? Find(Guid id) => _entries.Find(id) is { } octets ? KnownEntry.Read(octets) : null;

    public void Put(Guid id, KnownEntry entry)
    {
        var keys = _names is null ? null : KeysOf(entry);
        if (keys is not null && Find(id) is { } before)
        {
            var left = KeysOf(before);
            Unindex(id, left.Except(keys));
            keys.ExceptWith(left);
        }

        foreach (var value in keys is { Count: > 0 } ? entry.AllReferences.Where(v => keys.Contains(v.Key)) : [])
        {
            _added[value.Key] = value.Text;
        }

        Index(id, keys ?? []);
        _outside.Remove(KnownValue.KeyOf(entry.Dn));
        Count += _entries.Set(id, entry.ToOctets()) ? 1 : 0;
    }

    public void Remove(Guid id)
    {
        if (_names is not null && Find(id) is { } before)
        {
            Unindex(id, KeysOf(before));
        }

        Count -= _entries.Remove(id) ? 1 : 0;
    }

    /// <summary>The identifiers of all; the store must not be changed meanwhile.</summary>
    public IEnumerable<Guid> Ids() => _entries.All().Select(e => e.Key);

    /// <summary>Every entry, part by part; the store must not be changed meanwhile.</summary>
    public IEnumerable<(Guid Id, KnownEntry Entry)> All() => _entries.All().Select(e => (e.Key, KnownEntry.Read(e.Value)));

    /// <summary>The entries that refer to a target, by the key of <see cref="KnownValue"/>.</summary>
    public IReadOnlyCollection<Guid> ReferrersOf(Guid key) => _names?.Find(key) is { } ids ? [.. ids] : [];

    /// <summary>
    /// Names that are referred to and are those of no entry here: while everything is read, all of them; else those that came with this export, or are
    /// among some names.
    /// </summary>
    public IReadOnlyList<string> UnknownNames(IEnumerable<string> names)
    {
        if (_names is not null)
        {
            return
            [
                .. _added.Values.Concat(names.Where(n => ReferrersOf(KnownValue.KeyOf(n)).Count > 0)).Distinct(StringComparer.Ordinal)
                    .Where(n => DirectoryKey.Normalize(n) is { } name && _names.Find(KnownValue.KeyIs(name)) is null),
            ];
        }

        var own = new HashSet<Guid>();
        var referred = new Dictionary<Guid, string>();
        foreach (var (_, entry) in All())
        {
            own.Add(KnownValue.KeyOf(entry.Dn));
            foreach (var value in entry.AllReferences.Where(v => v.Text.Contains('=', StringComparison.Ordinal)))
            {
                referred[value.Key] = value.Text;
            }
        }

        return [.. referred.Where(r => !own.Contains(r.Key)).Select(r => r.Value)];
    }

    /// <summary>Entries that are referred to and not exported.</summary>
    public IEnumerable<(Guid Key, Guid Id, string Dn)> Outside() =>
        _outside.All().Select(o => (o.Key, new Guid(o.Value.AsSpan(0, 16)), Encoding.UTF8.GetString(o.Value.AsSpan(16))));

    public void PutOutside(Guid id, string dn) => _outside.Set(KnownValue.KeyOf(dn), [.. id.ToByteArray(), .. Encoding.UTF8.GetBytes(dn)]);

    public void RemoveOutside(Guid key) => _outside.Remove(key);

    /// <summary>The entries that stand directly below a name.</summary>
    public IReadOnlyCollection<Guid> Below(string dn) =>
        DirectoryKey.Normalize(dn) is { } name && _names?.Find(KnownValue.KeyBelow(name)) is { } ids ? [.. ids] : [];

    /// <summary>Writes what has changed as pending and gives the names for the manifest.</summary>
    public IReadOnlyList<string> WritePending(byte[]? cookie)
    {
        var store = _names is null ? Spread() : this;
        var names = new List<string>();
        var head = store._head with
        {
            Cookie = cookie,
            Versions = store._entries.WritePending(names),
            NameVersions = store._names!.WritePending(names),
            OutsideVersions = _outside.WritePending(names),
            OutsideCookie = OutsideCookie,
            Count = Count,
            Unsettled = [.. Unsettled],
            Recent = [.. Recent],
        };
        names.Add(StoreParts<byte[]>.Save(_work, PathOf(_connection), JsonSerializer.SerializeToUtf8Bytes(head, ExchangeJson.Options)));
        return names;
    }

    private static string PathOf(string connection) => $"{AgentFolders.ExportCookies}/{connection}_cookie.json";

    /// <summary>Files of different generations have different names: those of an abandoned export never mix with the current ones.</summary>
    private static string FileOf(string connection, string kind, int generation) => string.Create(CultureInfo.InvariantCulture, $"{connection}_{kind}.{generation}");

    private static string Fingerprint(string source) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));

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
            var file = Path.GetFileName(path);
            if (Kinds.Any(kind => file.StartsWith($"{connection}_{kind}.", StringComparison.Ordinal)
                && !file.StartsWith($"{FileOf(connection, kind, current)}.", StringComparison.Ordinal)))
            {
                work.Delete(path);
            }
        }

        return current == int.MaxValue ? 0 : current + 1;
    }

    /// <summary>Where an entry stands in the index.</summary>
    private static HashSet<Guid> KeysOf(KnownEntry entry)
    {
        // A text that is no name is nobody's: it is not looked for.
        var keys = entry.AllReferences.Where(v => v.Text.Contains('=', StringComparison.Ordinal)).Select(v => v.Key).ToHashSet();
        if (DirectoryKey.Normalize(entry.Dn) is { } name)
        {
            keys.Add(KnownValue.KeyIs(name));
            if (DirectoryKey.ParentOf(name) is { } above)
            {
                keys.Add(KnownValue.KeyBelow(above));
            }
        }

        return keys;
    }

    private void Index(Guid id, IEnumerable<Guid> keys)
    {
        foreach (var key in keys)
        {
            var ids = _names!.Find(key) ?? [];
            ids.Add(id);
            _names.Set(key, ids);
        }
    }

    private void Unindex(Guid id, IEnumerable<Guid> keys)
    {
        foreach (var key in keys)
        {
            if (_names!.Find(key) is { } ids && ids.Remove(id))
            {
                if (ids.Count == 0)
                {
                    _names.Remove(key);
                }
                else
                {
                    _names.Set(key, ids);
                }
            }
        }
    }

    /// <summary>The same entries over as many files as they need, with the index.</summary>
    private EntryStore Spread()
    {
        var keys = new Dictionary<Guid, HashSet<Guid>>();
        foreach (var (id, entry) in All())
        {
            foreach (var key in KeysOf(entry))
            {
                if (!keys.TryGetValue(key, out var ids))
                {
                    keys.Add(key, ids = []);
                }

                ids.Add(id);
            }
        }

        var head = _head with { Versions = StoreParts<byte[]>.Spread(Count, EntriesPerPart), NameVersions = StoreParts<byte[]>.Spread(keys.Count, NamesPerPart) };
        var spread = new EntryStore(_work, _connection, head, true);
        foreach (var (id, octets) in _entries.All())
        {
            spread._entries.Set(id, octets);
        }

        foreach (var (key, ids) in keys)
        {
            spread._names!.Set(key, ids);
        }

        return spread;
    }

    private sealed record Head
    {
        public int Format { get; init; }

        public string Source { get; init; } = "";

        public int Generation { get; init; }

        public byte[]? Cookie { get; init; }

        /// <summary>Of each file with entries.</summary>
        public long[] Versions { get; init; } = [];

        /// <summary>Of each file of the index.</summary>
        public long[] NameVersions { get; init; } = [];

        /// <summary>Of the file with entries that are referred to and not exported.</summary>
        public long[] OutsideVersions { get; init; } = [0];

        public byte[]? OutsideCookie { get; init; }

        public long Count { get; init; }

        public Guid[] Unsettled { get; init; } = [];

        public Guid[] Recent { get; init; } = [];
    }
}

/// <summary>What the exporter remembers of entries cannot be used; the export must be complete. The message is the end of a sentence.</summary>
internal sealed class EntryStoreLostException(string because) : Exception(because);
