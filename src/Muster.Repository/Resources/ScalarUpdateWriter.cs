using System.Globalization;
using System.Text.Json;
using Muster.Configuration.Model;
using Muster.Repository.Changes;
using Muster.Repository.Dialects;
using Muster.Repository.Schema;

namespace Muster.Repository.Resources;

/// <summary>
/// Writes scalars of many resources of one entity type, with their history and change log, by a few statements for each batch: what <see cref="ResourceWriter.Update"/>
/// does for one. Keys of associations and files need more, and are left to that one (<see cref="CanWrite"/>).
/// </summary>
/// <param name="properties">What may be written, each once: the positions of a <see cref="ScalarUpdate"/>.</param>
/// <param name="followsLoad">
/// The values belong to an initial load, which writes neither history nor single changes (synchronization.md 9.5): a row that nothing else has written since gets the
/// values that it did not have as if it had been loaded with them, and the log says once that the entity type was loaded.
/// </param>
public sealed class ScalarUpdateWriter(
    RepositoryTransaction transaction,
    EntitySchema schema,
    EntityType type,
    IReadOnlyList<EntityProperty> properties,
    ChangeOrigin origin,
    bool followsLoad)
{
    /// <summary>With more sets of changed properties in a batch, all that changed anywhere are written to all.</summary>
    private const int MostSets = 4;

    private readonly ResourceTable _table = schema.TableOf(type);
    private readonly ScalarColumn[] _columns = [.. properties.Select(p => schema.TableOf(type).FindScalar(p)!)];
    private readonly int _display = DisplayNameRule.PropertyOf(type) is { } display ? IndexOf(properties, display) : -1;
    private readonly string _now = transaction.Now.ToString(ResourceWriter.VersionFormat, CultureInfo.InvariantCulture);
    private bool _isLoaded;

    private string Table => transaction.Quote(_table.Name);

    /// <summary>Whether resources can be written in this way; the answer is the same for all of one entity type with these properties.</summary>
    public static bool CanWrite(EntitySchema schema, IEnumerable<EntityProperty> properties)
    {
        var keys = Synchronization.KeyedLinks.KeysOf(schema);
        return properties.All(p => p.Kind == PropertyKind.Scalar && !keys.Contains(p));
    }

    /// <summary>Writes resources that exist, each once, with at least one change.</summary>
    public void Write(IReadOnlyList<ScalarUpdate> updates)
    {
        if (updates.Count == 0)
        {
            return;
        }

        var validFrom = ValidFrom(updates);
        var logged = updates;
        if (followsLoad)
        {
            logged = [.. updates.Where(u => !IsLoaded(u, validFrom))];
            _isLoaded |= logged.Count < updates.Count;
        }

        Keep([.. logged.Where(u => IsVersioned(u, validFrom[u.Resource.Id]))], validFrom);
        foreach (var (changed, rows) in Sets(updates))
        {
            Update(changed, rows, validFrom);
        }

        Log(logged);
    }

    /// <summary>To be called after the last batch.</summary>
    public void Complete()
    {
        if (_isLoaded)
        {
            new ChangeLog(transaction, origin).Whole(type);
        }
    }

    private static int IndexOf(IReadOnlyList<EntityProperty> properties, EntityProperty property)
    {
        for (var index = 0; index < properties.Count; index++)
        {
            if (properties[index] == property)
            {
                return index;
            }
        }

        return -1;
    }

    private static bool IsLoaded(ScalarUpdate update, Dictionary<long, string> validFrom) =>
        update.IsAddition && validFrom[update.Resource.Id] == ResourceWriter.BeginningOfTime;

    private Dictionary<long, string> ValidFrom(IReadOnlyList<ScalarUpdate> updates)
    {
        var found = new Dictionary<long, string>(updates.Count);
        transaction.Each(
            $"SELECT id, valid_from FROM {Table} WHERE {transaction.Dialect.IsIn("id", "@ids")}",
            row => found.Add(row.Long(), row.Shared()),
            ("@ids", transaction.Dialect.IdList(updates.Select(u => u.Resource.Id))));
        return found;
    }

    /// <summary>A change makes a version unless the precision of every changed property forbids it (synchronization.md 9.8).</summary>
    private bool IsVersioned(ScalarUpdate update, string validFrom)
    {
        var precision = int.MaxValue;
        for (var index = 0; index < properties.Count; index++)
        {
            precision = update.Changed[index] ? Math.Min(precision, properties[index].HistoryPrecision) : precision;
        }

        return precision == 0
            ? string.CompareOrdinal(validFrom, _now) < 0
            : string.CompareOrdinal(
                validFrom, transaction.Now.AddMinutes(-precision).ToString(ResourceWriter.VersionFormat, CultureInfo.InvariantCulture)) <= 0;
    }

    /// <summary>Closes the present versions of rows, and notes that the next ones begin now.</summary>
    private void Keep(List<ScalarUpdate> versioned, Dictionary<long, string> validFrom)
    {
        if (versioned.Count == 0)
        {
            return;
        }

        var columns = _table.ColumnList(transaction.Dialect);
        transaction.Execute(
            $"INSERT INTO {transaction.Quote(_table.HistoryName)} ({columns}, valid_to) SELECT {columns}, @now FROM {Table}"
            + $" WHERE {transaction.Dialect.IsIn("id", "@ids")} ON CONFLICT DO NOTHING",
            ("@now", _now),
            ("@ids", transaction.Dialect.IdList(versioned.Select(u => u.Resource.Id))));
        versioned.ForEach(u => validFrom[u.Resource.Id] = _now);
    }

    /// <summary>The rows by what changed in them, or all together.</summary>
    private List<(bool[] Changed, List<ScalarUpdate> Rows)> Sets(IReadOnlyList<ScalarUpdate> updates)
    {
        var sets = new List<(bool[] Changed, List<ScalarUpdate> Rows)>();
        foreach (var update in updates)
        {
            var known = sets.FindIndex(s => update.Changed.SequenceEqual(s.Changed));
            if (known >= 0)
            {
                sets[known].Rows.Add(update);
            }
            else if (sets.Count < MostSets)
            {
                sets.Add((update.Changed.ToArray(), [update]));
            }
            else
            {
                var any = new bool[properties.Count];
                for (var index = 0; index < any.Length; index++)
                {
                    any[index] = updates.Any(u => u.Changed[index]);
                }

                return [(any, [.. updates])];
            }
        }

        return sets;
    }

    private void Update(bool[] changed, List<ScalarUpdate> rows, Dictionary<long, string> validFrom)
    {
        int[] written = [.. Enumerable.Range(0, changed.Length).Where(i => changed[i])];
        var isDisplayed = _display >= 0 && changed[_display];

        // The row is no longer what its source delivered: the next complete synchronization compares it by value.
        var isDelivered = type.Mapping is { } mapping && mapping.Properties.Any(m => written.Any(i => properties[i] == m.Property));
        List<(string Name, string Type)> columns =
        [
            ("valid_from", "TEXT"),
            .. isDelivered ? [("source_hash", "BLOB")] : Array.Empty<(string, string)>(),
            .. isDisplayed ? [("display_name", "TEXT")] : Array.Empty<(string, string)>(),
            .. written.Select(i => (transaction.Quote(_columns[i].Name), ColumnCodec.TypeOf(properties[i].Type))),
        ];
        using var update = transaction.BulkUpdate(Table, columns);
        var values = new RowValues(update);
        foreach (var row in rows)
        {
            update.Number(row.Resource.Id);
            values.Add(validFrom[row.Resource.Id]);
            if (isDelivered)
            {
                update.Null();
            }

            if (isDisplayed)
            {
                values.Add(Text(row.Resource.GetScalar(properties[_display])));
            }

            foreach (var index in written)
            {
                values.Add(ColumnCodec.ToColumn(properties[index].Type, row.Resource.GetScalar(properties[index])));
            }

            update.EndRow();
        }

        transaction.Wrote(update.Complete());
    }

    private void Log(IReadOnlyList<ScalarUpdate> updates)
    {
        if (updates.Count == 0)
        {
            return;
        }

        using var rows = transaction.BulkInsert(
            "change", ["at", "job_instance", "connector", "delivery", "operation", "entity_type", "resource", "resource_key", "properties", "detail", "is_listed"]);
        var values = new RowValues(rows);
        var at = ChangeLog.FormatInstant(transaction.Now);
        foreach (var update in updates)
        {
            values.Add(at);
            values.Add(origin.JobInstance);
            values.Add(Text(origin.Connector));
            values.Add(Text(origin.Delivery?.ToString("N")));
            rows.Number((int)ChangeOperation.Update);
            values.Add(Text(type.Identifier));
            rows.Number(update.Resource.Id);
            values.Add(Text(type.IdentityProperty is { } identity ? update.Resource.GetScalar(identity) : null));
            values.Add(Text(ChangeLog.PropertyList(properties.Where((_, index) => update.Changed[index]))));
            values.Add(Text(Detail(update)));
            rows.Number(origin.IsListed ? 1 : 0);
            rows.EndRow();
        }

        transaction.Wrote(rows.Complete());
    }

    private string Detail(ScalarUpdate update)
    {
        var detail = new Dictionary<string, string?[]>(update.Count);
        for (var index = 0; index < properties.Count; index++)
        {
            if (update.Changed[index])
            {
                detail.Add(properties[index].Identifier, [update.Before(index), update.Resource.GetScalar(properties[index])]);
            }
        }

        return JsonSerializer.Serialize(detail);
    }

    /// <summary>The store has no empty texts.</summary>
    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
