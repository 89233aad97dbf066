using Muster.Configuration.Model;
using Muster.Repository.Changes;

namespace Muster.Repository.Synchronization;

public sealed partial class ResourceStaging
{
    /// <summary>Writes what is staged: resources, history and change log (synchronization.md 9.7, 9.8).</summary>
    public void Apply(ChangeOrigin origin)
    {
        if (Inserted > 0)
        {
            ApplyInserts(origin);
        }

        ApplyUpdates(origin);
        if (Deleted > 0)
        {
            ApplyDeletes(origin);
        }
    }

    /// <summary>Empties the temporary tables.</summary>
    public void Clear()
    {
        foreach (var table in new[] { _delivered, _inserts, _updates, _deletes, _missed })
        {
            _transaction.ClearTemporaryTable(table);
        }
    }

    private void ApplyInserts(ChangeOrigin origin)
    {
        var inserted = _transaction.Execute(
            $"INSERT INTO {Table} (id, valid_from, source_hash, display_name{Names("")}) SELECT id, @now, hash, display{Names("")}"
            + $" FROM {_inserts} ORDER BY id",
            ("@now", _now));
        if (inserted > 0)
        {
            Log(origin, ChangeOperation.Insert, $"SELECT id, {_keyColumn}, NULL, NULL FROM {_inserts} ORDER BY id");
        }
    }

    private void ApplyUpdates(ChangeOrigin origin)
    {
        Keep($"SELECT id FROM {_updates} WHERE is_versioned = 1");
        ReleaseFiles();
        var assignments = string.Concat(_columns.Select(c => $", {c} = s.{c}"));
        var display = _displayIndex < 0 ? "" : ", display_name = s.display";

        // The list of ids leads: without it SQLite may scan the whole table and look the few updates up.
        _transaction.Execute(
            $"UPDATE {Table} SET source_hash = s.hash, valid_from = CASE WHEN s.is_versioned = 1 THEN @now ELSE {Table}.valid_from END"
            + $"{display}{assignments} FROM {_updates} s WHERE {Table}.id = s.id AND {Table}.id IN (SELECT id FROM {_updates})",
            ("@now", _now));
        if (Updated > 0)
        {
            Log(
                origin,
                ChangeOperation.Update,
                $"SELECT id, {_keyColumn}, properties, detail FROM {_updates} WHERE properties IS NOT NULL ORDER BY id");
        }
    }

    /// <summary>Contents that are overwritten without a version that keeps referring to them.</summary>
    private void ReleaseFiles()
    {
        foreach (var column in _columns.Where((_, index) => Columns[index].Kind == PropertyKind.Binary))
        {
            _transaction.Execute(
                $"INSERT INTO resource_file_release (hash) SELECT DISTINCT t.{column} FROM {_updates} s CROSS JOIN {Table} t"
                + $" WHERE t.id = s.id AND s.is_versioned = 0 AND t.{column} IS NOT NULL AND (s.{column} IS NULL OR s.{column} <> t.{column})"
                + " ON CONFLICT DO NOTHING");
        }
    }

    private void ApplyDeletes(ChangeOrigin origin)
    {
        Keep($"SELECT id FROM {_deletes}");
        Log(
            origin,
            ChangeOperation.Delete,
            $"SELECT t.id, t.{_keyColumn}, NULL, NULL FROM {_deletes} d CROSS JOIN {Table} t WHERE t.id = d.id ORDER BY t.id");
        _transaction.Execute($"DELETE FROM {Table} WHERE id IN (SELECT id FROM {_deletes})");
    }

    /// <summary>Closes the current versions of the resources that a query gives.</summary>
    private void Keep(string ids)
    {
        var columns = _table.ColumnList(_transaction.Dialect);
        _transaction.Execute(
            $"INSERT INTO {_transaction.Quote(_table.HistoryName)} ({columns}, valid_to) SELECT {columns}, @now FROM {Table}"
            + $" WHERE id IN ({ids}) ON CONFLICT DO NOTHING",
            ("@now", _now));
    }

    private void Log(ChangeOrigin origin, ChangeOperation operation, string rows) =>
        _transaction.Execute(
            "INSERT INTO change (at, job_instance, connector, delivery, operation, entity_type, is_listed, resource, resource_key, properties, detail)"
            + $" SELECT @at, @job, @connector, @delivery, @operation, @type, @listed, x.* FROM ({rows}) x",
            ("@at", ChangeLog.FormatInstant(_transaction.Now)),
            ("@job", origin.JobInstance),
            ("@connector", origin.Connector),
            ("@delivery", origin.Delivery?.ToString("N")),
            ("@operation", (int)operation),
            ("@type", Mapping.EntityType.Identifier),
            ("@listed", origin.IsListed ? 1 : 0));
}
