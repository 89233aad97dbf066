using System.Globalization;
using System.Text.Json;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Repository.Changes;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

/// <summary>A delivered row that is new, or may differ from the stored one, or is a command to look at.</summary>
/// <param name="Offset">Where the row stands in its file.</param>
/// <param name="Resource">The stored resource with the row's key; null if there is none.</param>
/// <param name="Stored">Its values, in the order of <see cref="ResourceStaging.Columns"/>.</param>
public sealed record StagedCandidate(long Offset, RowCommand Command, long? Resource, string? ValidFrom, string?[] Stored);

/// <summary>
/// What a delivery does to the resources of one entity type: delivered keys and hashes are compared with the store by set-based
/// statements, the differences are staged in temporary tables, and then applied at once with history and change log
/// (synchronization.md 9.3 to 9.8). One instance per file of a delivery.
/// </summary>
public sealed partial class ResourceStaging
{
    /// <summary>Longer values are cut in the change list; the store keeps them whole.</summary>
    private const int MaximumDetailLength = 400;

    private const int IdBlock = 500;

    private static readonly JsonSerializerOptions DetailOptions = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly RepositoryTransaction _transaction;
    private readonly EntitySchema _schema;
    private readonly ResourceTable _table;
    private readonly LinkKeyStore _keys;
    private readonly IReadOnlyList<LinkKey> _linkKeys;
    private readonly int _keyIndex;
    private readonly int _displayIndex;
    private readonly PropertyType _keyType;
    private readonly string _now;
    private readonly string _delivered;
    private readonly string _inserts;
    private readonly string _updates;
    private readonly string _deletes;
    private readonly string _missed;
    private readonly string _keyColumn;
    private readonly string[] _columns;
    private long _nextId;
    private long _lastId;

    /// <param name="ordinal">Distinguishes the temporary tables of the delivery's files.</param>
    public ResourceStaging(RepositoryTransaction transaction, EntitySchema schema, EntityTypeMapping mapping, LinkKeyStore keys, int ordinal)
    {
        _transaction = transaction;
        _schema = schema;
        _table = schema.TableOf(mapping.EntityType);
        _keys = keys;
        _linkKeys = keys.Of(mapping.EntityType);
        Mapping = mapping;
        var mapped = mapping.Properties.Select(p => p.Property).Where(p => p.Kind is PropertyKind.Scalar or PropertyKind.Binary).ToList();
        Columns = [.. mapped, .. FileTag.Of(mapping.EntityType).Where(t => mapped.Contains(t.File)).Select(t => t.Tag)];
        _keyIndex = Columns.ToList().IndexOf(mapping.PrimaryKey.Property);
        _keyType = mapping.PrimaryKey.Property.Type;
        var display = DisplayNameRule.PropertyOf(mapping.EntityType);
        _displayIndex = display is null or { IsComputed: true } ? -1 : Columns.ToList().IndexOf(display);
        _now = transaction.Now.ToString(ResourceWriter.VersionFormat, CultureInfo.InvariantCulture);
        _columns = [.. Columns.Select(c => transaction.Quote(_table.FindScalar(c)!.Name))];
        _keyColumn = _columns[_keyIndex];
        var shape = schema.Model.EntityTypes.ToList().IndexOf(mapping.EntityType);
        _delivered = $"sync_delivered_{ordinal}_{shape}";
        _inserts = $"sync_inserts_{ordinal}_{shape}";
        _updates = $"sync_updates_{ordinal}_{shape}";
        _deletes = $"sync_deletes_{ordinal}";
        _missed = $"sync_missed_{ordinal}";
        CreateTables();
    }

    public EntityTypeMapping Mapping { get; }

    /// <summary>The hash of the type's rows. One for each thread that uses it.</summary>
    public SourceHash NewHash()
    {
        var tags = FileTag.Of(Mapping.EntityType).Select(t => t.Tag).ToHashSet();
        var others = Enumerable.Range(0, Columns.Count).Where(i => i != _keyIndex && !tags.Contains(Columns[i]));
        return new SourceHash(SourceHash.SecretOf(_transaction), Columns, [_keyIndex, .. others]);
    }

    /// <summary>The mapped scalars and files in order of declaration, then the tags that follow the files: the order of all value arrays here.</summary>
    public IReadOnlyList<EntityProperty> Columns { get; }

    public long Inserted { get; private set; }

    public long Updated { get; private set; }

    public long Deleted { get; private set; }

    /// <summary>Stored rows that are as delivered, but whose hash was not: it is brought up to date, which is no change.</summary>
    public long Refreshed { get; private set; }

    /// <summary>Rows of an initial load whose key was already there.</summary>
    public long Skipped { get; private set; }

    /// <summary>Temporary table of the ids that will be deleted.</summary>
    internal string DeletedTable => _deletes;

    private string Table => _transaction.Quote(_table.Name);

    /// <summary>Adds a row's key and hash to what is delivered. Of several rows with one key the first counts.</summary>
    /// <param name="hash"><see cref="SourceHash"/> of the row; null if it cannot be compared by hash.</param>
    public void Deliver(string key, RowCommand command, HashValue? hash, long offset) =>
        _transaction.Prepare(
                $"INSERT INTO {_delivered} (key, command, hash, position) VALUES (@key, @command, @hash, @position) ON CONFLICT DO NOTHING",
                "@key",
                "@command",
                "@hash",
                "@position")
            .Execute(ColumnCodec.ToColumn(_keyType, key), (int)command, hash is { } row ? SourceHash.ToOctets(row) : null, offset);

    /// <summary>Notes a key whose row was rejected: it counts as delivered, and is left as it is (synchronization.md 8.9; asks.md 8).</summary>
    public void Park(string key) =>
        _transaction.Prepare(
                $"INSERT INTO {_delivered} (key, command, hash, position) VALUES (@key, 0, NULL, -1)"
                + " ON CONFLICT (key) DO UPDATE SET command = 0",
                "@key")
            .Execute(ColumnCodec.ToColumn(_keyType, key));

    /// <summary>The delivered rows that are not, by key and hash, what the store has. Staging while enumerating is allowed.</summary>
    public IEnumerable<StagedCandidate> Candidates()
    {
        var columns = string.Concat(_columns.Select(c => $", t.{c}"));
        var rows = _transaction.Stream(
            $"SELECT d.position, d.command, t.id, t.valid_from{columns} FROM {_delivered} d LEFT JOIN {Table} t ON t.{_keyColumn} = d.key"
            + " WHERE d.command <> 0 AND (t.id IS NULL OR d.hash IS NULL OR t.source_hash IS NULL OR t.source_hash <> d.hash)",
            []);
        foreach (var row in rows)
        {
            var isStored = !row.IsDBNull(2);
            yield return new StagedCandidate(
                row.GetInt64(0),
                (RowCommand)row.GetInt32(1),
                isStored ? row.GetInt64(2) : null,
                isStored ? row.GetString(3) : null,
                isStored ? [.. Columns.Select((c, index) => ColumnCodec.FromColumn(c.Type, row, index + 4))] : []);
        }
    }

    /// <summary>Stages the deletion of every stored resource with a key that was not delivered (synchronization.md 9.3).</summary>
    public void DeleteMissing()
    {
        var columns = string.Concat(_columns.Select(c => $", t.{c}"));
        var rows = _transaction.Stream(
            $"SELECT t.id{columns} FROM {Missing()}"
            + $" AND NOT EXISTS (SELECT 1 FROM {_delivered} d WHERE d.key = t.{_keyColumn})",
            []);
        foreach (var row in rows)
        {
            Delete(row.GetInt64(0), [.. Columns.Select((c, index) => ColumnCodec.FromColumn(c.Type, row, index + 1))]);
        }
    }

    /// <summary>Stages a new resource.</summary>
    public void Insert(string?[] values, HashValue hash)
    {
        var id = NextId();
        _transaction.Prepare(
                $"INSERT INTO {_inserts} (id, hash, display{Names("")}) VALUES (@id, @hash, @display{Names("@v")})",
                ["@id", "@hash", "@display", .. ValueParameters()])
            .Execute([id, SourceHash.ToOctets(hash), Display(values), .. ToColumns(values)]);
        Inserted++;
        Affect(id, null, values);
    }

    /// <summary>
    /// Stages the differences between a stored resource and its wanted values; none are staged if there are none. Returns whether there
    /// are any.
    /// </summary>
    public bool Update(StagedCandidate stored, string?[] values, HashValue hash)
    {
        var changed = Enumerable.Range(0, Columns.Count).Where(i => stored.Stored[i] != values[i]).ToList();
        var id = stored.Resource!.Value;
        var isVersioned = changed.Exists(i => IsVersioned(Columns[i], stored.ValidFrom!));
        _transaction.Prepare(
                $"INSERT INTO {_updates} (id, hash, display, is_versioned, properties, detail{Names("")})"
                + $" VALUES (@id, @hash, @display, @versioned, @properties, @detail{Names("@v")}) ON CONFLICT DO NOTHING",
                ["@id", "@hash", "@display", "@versioned", "@properties", "@detail", .. ValueParameters()])
            .Execute([
                id,
                SourceHash.ToOctets(hash),
                Display(values),
                isVersioned ? 1 : 0,
                changed.Count == 0 ? null : ChangeLog.PropertyList(changed.Select(i => Columns[i])),
                changed.Count == 0 ? null : Detail(changed, stored.Stored, values),
                .. ToColumns(values)]);
        if (changed.Count == 0)
        {
            Refreshed++;
            return false;
        }

        Updated++;
        Affect(id, stored.Stored, values);
        return true;
    }

    /// <summary>Stages the deletion of a resource.</summary>
    public void Delete(long id, string?[] stored)
    {
        _transaction.Prepare($"INSERT INTO {_deletes} (id) VALUES (@id) ON CONFLICT DO NOTHING", "@id").Execute(id);
        Deleted++;
        Affect(id, stored, null);
    }

    /// <summary>Inserts a row of an initial load, unless its key is there already (synchronization.md 9.5). No history, no single changes.</summary>
    public void Load(string?[] values, HashValue hash)
    {
        var id = NextId();
        var inserted = _transaction.Prepare(
                $"INSERT INTO {Table} (id, valid_from, source_hash, display_name{Names("")}) SELECT @id, @from, @hash, @display{Names("@v")}"
                + $" WHERE NOT EXISTS (SELECT 1 FROM {Table} WHERE {_keyColumn} = @v{_keyIndex})",
                ["@id", "@from", "@hash", "@display", .. ValueParameters()])
            .Execute([id, ResourceWriter.BeginningOfTime, SourceHash.ToOctets(hash), Display(values), .. ToColumns(values)]);
        if (inserted == 0)
        {
            Skipped++;
            return;
        }

        Inserted++;
        foreach (var key in _linkKeys)
        {
            var value = ValueOf(key, values);
            _keys.Affect(key, value);
            _keys.StageName(key, id, value);
        }
    }

    private void Affect(long id, string?[]? before, string?[]? after)
    {
        foreach (var key in _linkKeys)
        {
            var old = before is null ? null : ValueOf(key, before) ?? UnmappedValueOf(key, id);
            if (old is not null && after is not null && !IsMapped(key))
            {
                continue;
            }

            var now = after is null ? null : ValueOf(key, after);
            if (old != now)
            {
                _keys.Affect(key, old);
                _keys.Affect(key, now);
                _keys.StageName(key, id, now);
            }
        }
    }

    private string? ValueOf(LinkKey key, string?[] values)
    {
        for (var index = 0; index < Columns.Count; index++)
        {
            if (Columns[index] == key.Property)
            {
                return values[index];
            }
        }

        return null;
    }

    private bool IsMapped(LinkKey key) => Columns.Contains(key.Property);

    /// <summary>The stored value of a key that no source column feeds: it goes with its resource all the same.</summary>
    private string? UnmappedValueOf(LinkKey key, long id) =>
        IsMapped(key)
            ? null
            : Convert.ToString(
                _transaction.Prepare($"SELECT {key.Value("t")} FROM {Table} t WHERE t.id = @id", "@id").Scalar(id), CultureInfo.InvariantCulture);

    private bool IsVersioned(EntityProperty property, string validFrom) =>
        property.HistoryPrecision == 0
            ? string.CompareOrdinal(validFrom, _now) < 0
            : string.CompareOrdinal(
                validFrom,
                _transaction.Now.AddMinutes(-property.HistoryPrecision).ToString(ResourceWriter.VersionFormat, CultureInfo.InvariantCulture)) <= 0;

    private string Detail(List<int> changed, string?[] before, string?[] after) =>
        JsonSerializer.Serialize(
            changed.ToDictionary(i => Columns[i].Identifier, i => new[] { Cut(before[i]), Cut(after[i]) }), DetailOptions);

    private static string? Cut(string? value) =>
        value is { Length: > MaximumDetailLength } ? string.Concat(value.AsSpan(0, MaximumDetailLength), "…") : value;

    private string? Display(string?[] values) => _displayIndex < 0 ? null : values[_displayIndex];

    private IEnumerable<object?> ToColumns(string?[] values) => Columns.Select((c, index) => ColumnCodec.ToColumn(c.Type, values[index]));

    private string Names(string parameter) =>
        string.Concat(_columns.Select((c, index) => parameter.Length == 0 ? $", {c}" : $", {parameter}{index}"));

    private IEnumerable<string> ValueParameters() => _columns.Select((_, index) => $"@v{index}");

    private long NextId()
    {
        if (_nextId == _lastId)
        {
            _nextId = _transaction.AllocateIds(IdBlock);
            _lastId = _nextId + IdBlock;
        }

        return _nextId++;
    }

    private void CreateTables()
    {
        var keyType = ColumnCodec.TypeOf(_keyType);
        var values = string.Concat(Columns.Select((c, index) => $", {_columns[index]} {ColumnCodec.TypeOf(c.Type)}"));
        Create(_delivered, $"key {keyType} PRIMARY KEY NOT NULL, command INTEGER NOT NULL, hash BLOB, position INTEGER NOT NULL");
        Create(_inserts, $"id INTEGER PRIMARY KEY, hash BLOB, display TEXT{values}");
        Create(
            _updates,
            $"id INTEGER PRIMARY KEY, hash BLOB, display TEXT, is_versioned INTEGER NOT NULL, properties TEXT, detail TEXT{values}");
        Create(_deletes, "id INTEGER PRIMARY KEY");
        Create(_missed, "id INTEGER PRIMARY KEY");
    }

    private void Create(string name, string columns) => _transaction.MakeTemporaryTable(name, columns);
}
