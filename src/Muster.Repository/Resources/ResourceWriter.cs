using System.Globalization;
using System.Text.Json;
using Muster.Configuration.Model;
using Muster.Repository.Changes;
using Muster.Repository.Files;
using Muster.Repository.Schema;

namespace Muster.Repository.Resources;

/// <summary>
/// Writes single resources and links with their history and change log: for computed properties, internal fulfilment and decisions.
/// Synchronization has set-based statements of its own. Links by key follow what is written (<see cref="Together"/>).
/// </summary>
/// <param name="keepHistory">False overwrites in place (<c>IgnoreHistorization</c>).</param>
public sealed partial class ResourceWriter(RepositoryTransaction transaction, EntitySchema schema, ChangeOrigin origin, bool keepHistory = true)
{
    /// <summary>The form of <c>valid_from</c> and <c>valid_to</c>.</summary>
    public const string VersionFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    /// <summary><c>valid_from</c> of an initial load: open to the past (synchronization.md 9.5).</summary>
    public const string BeginningOfTime = "0001-01-01T00:00:00.0000000Z";

    private readonly ChangeLog _log = new(transaction, origin);
    private readonly string _now = transaction.Now.ToString(VersionFormat, CultureInfo.InvariantCulture);

    /// <summary>Inserts a resource and returns its id.</summary>
    public long Insert(EntityType type, IReadOnlyDictionary<EntityProperty, string?> scalars)
    {
        var id = transaction.AllocateIds(1);
        Insert(type, id, scalars, []);
        return id;
    }

    /// <summary>Inserts a resource with its mono-valued navigations, under an id that was allocated before.</summary>
    public void Insert(
        EntityType type,
        long id,
        IReadOnlyDictionary<EntityProperty, string?> scalars,
        IReadOnlyCollection<(EntityProperty Navigation, long Target)> targets) =>
        Together([new PlannedWrite(type, id, scalars)], () => InsertRow(type, id, scalars, targets));

    /// <summary>Writes those of the given values that differ from the stored ones. Returns the properties that changed.</summary>
    public IReadOnlyList<EntityProperty> Update(EntityType type, long id, IReadOnlyDictionary<EntityProperty, string?> scalars)
    {
        IReadOnlyList<EntityProperty> changed = [];
        Together([new PlannedWrite(type, id, scalars)], () => changed = UpdateRow(type, id, scalars));
        return changed;
    }

    private void InsertRow(
        EntityType type,
        long id,
        IReadOnlyDictionary<EntityProperty, string?> scalars,
        IReadOnlyCollection<(EntityProperty Navigation, long Target)> targets)
    {
        scalars = WithTags(type, scalars);
        var table = schema.TableOf(type);
        var columns = table.Scalars.Where(c => scalars.ContainsKey(c.Property)).ToList();
        var links = targets.Where(t => IsPlainColumn(t.Navigation.Navigation!)).ToList();
        string[] names =
        [
            "id", "valid_from", "display_name",
            .. columns.Select(c => transaction.Quote(c.Name)),
            .. links.Select(l => transaction.Quote(schema.StorageOf(l.Navigation.Navigation!.Association).ColumnName!)),
        ];
        string[] parameters = [.. names.Select((_, index) => $"@p{index}")];
        var displayed = DisplayNameRule.PropertyOf(type) is { } property ? scalars.GetValueOrDefault(property) : null;
        transaction.Prepare(
                $"INSERT INTO {transaction.Quote(table.Name)} ({string.Join(", ", names)}) VALUES ({string.Join(", ", parameters)})", parameters)
            .Execute([
                id, _now, displayed, .. columns.Select(c => ColumnCodec.ToColumn(c.Property.Type, scalars[c.Property])), .. links.Select(l => (object)l.Target)]);
        _log.Resource(ChangeOperation.Insert, type, id, KeyOf(type, scalars), null);

        // The link is logged although the resource is new: whoever reads it from the other end reads something else now.
        foreach (var (navigation, target) in links)
        {
            var end = navigation.Navigation!;
            _log.Link(ChangeOperation.Insert, end.Association, end.Side == 1 ? id : target, end.Side == 1 ? target : id);
        }

        foreach (var (navigation, target) in targets.Where(t => !IsPlainColumn(t.Navigation.Navigation!)))
        {
            SetTarget(navigation, id, target);
        }
    }

    private IReadOnlyList<EntityProperty> UpdateRow(EntityType type, long id, IReadOnlyDictionary<EntityProperty, string?> scalars)
    {
        scalars = WithTags(type, scalars);
        var table = schema.TableOf(type);
        var columns = table.Scalars.Where(c => scalars.ContainsKey(c.Property)).ToList();
        if (columns.Count == 0 || Stored(table, columns, id) is not { } stored)
        {
            return [];
        }

        var changed = columns.Where((c, index) => stored[index] != Normal(scalars[c.Property])).ToList();
        if (changed.Count == 0)
        {
            return [];
        }

        ReleaseFiles(changed, c => stored[columns.IndexOf(c)]);
        Version(table, id, changed.Select(c => c.Property));
        var display = DisplayNameRule.PropertyOf(type) is { } property && changed.Exists(c => c.Property == property) ? property : null;
        var assignments = string.Join(", ", changed.Select((c, index) => $"{transaction.Quote(c.Name)} = @p{index}"));

        // The row is no longer what its source delivered: the next complete synchronization compares it by value.
        var hash = type.Mapping is { } mapping && changed.Exists(c => mapping.Properties.Any(m => m.Property == c.Property)) ? ", source_hash = NULL" : "";
        transaction.Prepare(
                $"UPDATE {transaction.Quote(table.Name)} SET {assignments}{(display is null ? "" : ", display_name = @display")}{hash} WHERE id = @id",
                ["@id", .. changed.Select((_, index) => $"@p{index}"), .. display is null ? Array.Empty<string>() : ["@display"]])
            .Execute([
                id,
                .. changed.Select(c => ColumnCodec.ToColumn(c.Property.Type, scalars[c.Property])),
                .. display is null ? Array.Empty<object?>() : [Normal(scalars[display])]]);
        var detail = JsonSerializer.Serialize(changed.ToDictionary(
            c => c.Property.Identifier, c => new[] { stored[columns.IndexOf(c)], Normal(scalars[c.Property]) }));
        _log.Resource(ChangeOperation.Update, type, id, StoredKey(type, id), [.. changed.Select(c => c.Property)], detail);
        return [.. changed.Select(c => c.Property)];
    }

    /// <summary>Makes a mono-valued navigation point to a target, or to nothing. Returns true if that changed anything.</summary>
    public bool SetTarget(EntityProperty navigation, long id, long? target)
    {
        var current = Targets(navigation, id);
        if (target is { } wanted ? current.Count == 1 && current[0] == wanted : current.Count == 0)
        {
            return false;
        }

        foreach (var old in current.Where(t => t != target))
        {
            Unlink(navigation, id, old);
        }

        return target is null || Link(navigation, id, target.Value) || current.Count > 0;
    }

    /// <summary>Ensures a link from a resource through one of its navigations. Returns true if it was not there.</summary>
    public bool Link(EntityProperty navigation, long id, long target)
    {
        var end = navigation.Navigation!;
        return end.Side == 1 ? Link(end.Association, id, target) : Link(end.Association, target, id);
    }

    /// <summary>Ensures that there is no such link. Returns true if there was one.</summary>
    public bool Unlink(EntityProperty navigation, long id, long target)
    {
        var end = navigation.Navigation!;
        return end.Side == 1 ? Unlink(end.Association, id, target) : Unlink(end.Association, target, id);
    }

    /// <summary>Deletes a resource with all its links. Returns false if it does not exist.</summary>
    public bool Delete(EntityType type, long id)
    {
        var table = schema.TableOf(type);
        if (transaction.Count($"SELECT COUNT(*) FROM {transaction.Quote(table.Name)} WHERE id = @id", ("@id", id)) == 0)
        {
            return false;
        }

        Together([new PlannedWrite(type, id, null)], () => DeleteRow(type, id, table));
        return true;
    }

    private void DeleteRow(EntityType type, long id, ResourceTable table)
    {
        foreach (var navigation in type.Navigations)
        {
            foreach (var target in Targets(navigation, id))
            {
                Unlink(navigation, id, target);
            }
        }

        _log.Resource(ChangeOperation.Delete, type, id, StoredKey(type, id), null);
        var files = table.Scalars.Where(c => c.Property.Kind == PropertyKind.Binary).ToList();
        if (files.Count > 0 && Stored(table, files, id) is { } references)
        {
            ReleaseFiles(files, c => references[files.IndexOf(c)]);
        }

        if (keepHistory)
        {
            var columns = table.ColumnList(transaction.Dialect);
            transaction.Prepare(
                    $"INSERT INTO {transaction.Quote(table.HistoryName)} ({columns}, valid_to) SELECT {columns}, @now FROM"
                    + $" {transaction.Quote(table.Name)} WHERE id = @id ON CONFLICT DO NOTHING",
                    ["@id", "@now"])
                .Execute(id, _now);
        }

        transaction.Prepare($"DELETE FROM {transaction.Quote(table.Name)} WHERE id = @id", ["@id"]).Execute(id);
    }

    /// <summary>The targets of a navigation of one resource, ascending.</summary>
    public IReadOnlyList<long> Targets(EntityProperty navigation, long id)
    {
        var end = navigation.Navigation!;
        var storage = schema.StorageOf(end.Association);
        string sql;
        if (storage.TableName is { } linkTable)
        {
            var (own, other) = end.Side == 1 ? ("r1", "r2") : ("r2", "r1");
            sql = $"SELECT {other} FROM {transaction.Quote(linkTable)} WHERE {own} = @id ORDER BY {other}";
        }
        else
        {
            var column = transaction.Quote(storage.ColumnName!);
            var table = transaction.Quote(storage.ColumnTable!.Name);
            sql = storage.ColumnEnd == end
                ? $"SELECT {column} FROM {table} WHERE id = @id AND {column} IS NOT NULL"
                : $"SELECT id FROM {table} WHERE {column} = @id ORDER BY id";
        }

        return transaction.Query(sql, row => row.GetInt64(0), ("@id", id));
    }

    /// <summary>True if the link is a column of the resource's own row, and takes the target from nobody else.</summary>
    private bool IsPlainColumn(AssociationEnd end) => schema.StorageOf(end.Association).ColumnEnd == end && end.Opposite.IsCollection;

    private bool Link(EntityAssociation association, long resource1, long resource2)
    {
        var storage = schema.StorageOf(association);
        if (storage.TableName is { } table)
        {
            var inserted = transaction.Prepare(
                    $"INSERT INTO {transaction.Quote(table)} (r1, r2, valid_from) VALUES (@r1, @r2, @now) ON CONFLICT DO NOTHING",
                    ["@r1", "@r2", "@now"])
                .Execute(resource1, resource2, _now) > 0;
            if (inserted)
            {
                _log.Link(ChangeOperation.Insert, association, resource1, resource2);
            }

            return inserted;
        }

        var end = storage.ColumnEnd!;
        var (holder, target) = end.Side == 1 ? (resource1, resource2) : (resource2, resource1);
        var current = Targets(end.Property, holder);
        if (current.Contains(target))
        {
            return false;
        }

        var displaced = end.Opposite.IsCollection ? [] : Targets(end.Opposite.Property, target);
        foreach (var old in current)
        {
            Unlink(end.Property, holder, old);
        }

        foreach (var other in displaced)
        {
            Unlink(end.Property, other, target);
        }

        SetColumn(storage, holder, target);
        _log.Link(ChangeOperation.Insert, association, resource1, resource2);
        return true;
    }

    private bool Unlink(EntityAssociation association, long resource1, long resource2)
    {
        var storage = schema.StorageOf(association);
        if (storage.TableName is { } table)
        {
            if (keepHistory)
            {
                transaction.Prepare(
                        $"INSERT INTO {transaction.Quote(storage.HistoryName!)} (r1, r2, valid_from, valid_to) SELECT r1, r2, valid_from, @now"
                        + $" FROM {transaction.Quote(table)} WHERE r1 = @r1 AND r2 = @r2 ON CONFLICT DO NOTHING",
                        ["@r1", "@r2", "@now"])
                    .Execute(resource1, resource2, _now);
            }

            if (transaction.Prepare($"DELETE FROM {transaction.Quote(table)} WHERE r1 = @r1 AND r2 = @r2", ["@r1", "@r2"])
                    .Execute(resource1, resource2) == 0)
            {
                return false;
            }
        }
        else
        {
            var end = storage.ColumnEnd!;
            var (holder, target) = end.Side == 1 ? (resource1, resource2) : (resource2, resource1);
            if (!Targets(end.Property, holder).Contains(target))
            {
                return false;
            }

            SetColumn(storage, holder, null);
        }

        _log.Link(ChangeOperation.Delete, association, resource1, resource2);
        return true;
    }

    private void SetColumn(LinkStorage storage, long holder, long? target)
    {
        Version(storage.ColumnTable!, holder, [storage.ColumnEnd!.Property]);
        transaction.Prepare(
                $"UPDATE {transaction.Quote(storage.ColumnTable!.Name)} SET {transaction.Quote(storage.ColumnName!)} = @target WHERE id = @id",
                ["@id", "@target"])
            .Execute(holder, target);
    }

    /// <summary>Closes the current version of a row, unless history is off, or the precision of every changed property forbids it (9.8).</summary>
    private void Version(ResourceTable table, long id, IEnumerable<EntityProperty> changed)
    {
        if (!keepHistory)
        {
            return;
        }

        var precision = changed.Min(p => p.HistoryPrecision);
        var latest = transaction.Now.AddMinutes(-precision).ToString(VersionFormat, CultureInfo.InvariantCulture);
        var columns = table.ColumnList(transaction.Dialect);
        var condition = precision > 0 ? "valid_from <= @latest" : "valid_from < @latest";
        transaction.Prepare(
                $"INSERT INTO {transaction.Quote(table.HistoryName)} ({columns}, valid_to) SELECT {columns}, @now FROM"
                + $" {transaction.Quote(table.Name)} WHERE id = @id AND {condition} ON CONFLICT DO NOTHING",
                ["@id", "@now", "@latest"])
            .Execute(id, _now, latest);
        transaction.Prepare(
                $"UPDATE {transaction.Quote(table.Name)} SET valid_from = @now WHERE id = @id AND {condition}", ["@id", "@now", "@latest"])
            .Execute(id, _now, latest);
    }

    /// <summary>The values with those of the tags that follow files (synchronization.md 6.4).</summary>
    private static IReadOnlyDictionary<EntityProperty, string?> WithTags(EntityType type, IReadOnlyDictionary<EntityProperty, string?> scalars)
    {
        var tags = scalars.Keys.Any(p => p.Kind == PropertyKind.Binary) ? FileTag.Of(type).Where(t => scalars.ContainsKey(t.File)).ToList() : [];
        return tags.Count == 0
            ? scalars
            : new Dictionary<EntityProperty, string?>([
                .. scalars.Where(s => !tags.Exists(t => t.Tag == s.Key)),
                .. tags.Select(t => KeyValuePair.Create(t.Tag, FileTag.ValueOf(scalars[t.File]))),
            ]);
    }

    /// <summary>Contents that a row refers to no more; a version before may still do.</summary>
    private void ReleaseFiles(IEnumerable<ScalarColumn> columns, Func<ScalarColumn, string?> reference)
    {
        foreach (var column in columns.Where(c => c.Property.Kind == PropertyKind.Binary))
        {
            if (reference(column) is { } released)
            {
                new FileStore(transaction).Release(released);
            }
        }
    }

    private string?[]? Stored(ResourceTable table, List<ScalarColumn> columns, long id) =>
        transaction.Query(
            $"SELECT {string.Join(", ", columns.Select(c => transaction.Quote(c.Name)))} FROM {transaction.Quote(table.Name)} WHERE id = @id",
            row => columns.Select((c, index) => ColumnCodec.FromColumn(c.Property.Type, row, index)).ToArray(),
            ("@id", id)).FirstOrDefault();

    private string? StoredKey(EntityType type, long id) =>
        type.IdentityProperty is { } identity && schema.TableOf(type).FindScalar(identity) is { } column
            ? Stored(schema.TableOf(type), [column], id)?[0]
            : null;

    private static string? KeyOf(EntityType type, IReadOnlyDictionary<EntityProperty, string?> scalars) =>
        type.IdentityProperty is { } identity ? scalars.GetValueOrDefault(identity) : null;

    private static string? Normal(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
