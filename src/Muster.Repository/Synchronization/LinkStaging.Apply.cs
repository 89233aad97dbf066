using System.Globalization;
using Muster.Repository.Changes;
using Muster.Repository.Resources;

namespace Muster.Repository.Synchronization;

/// <summary>A delivered row that gives no link (synchronization.md 9.6).</summary>
/// <param name="Reason"><c>Missing1</c>, <c>Missing2</c>, <c>MissingBoth</c>, <c>Ambiguous1</c>, <c>Ambiguous2</c>, or <c>Taken1</c>, <c>Taken2</c>: another row has the only place.</param>
public sealed record OrphanRow(string Key1, string Key2, string Reason);

public sealed partial class LinkStaging
{
    /// <summary>
    /// Gives the rows again with the resources as they are now, and stages the differences. To be called when all resources are applied.
    /// </summary>
    public void Resolve()
    {
        if (IsGivenAnew || _isCaptured)
        {
            Give();
            Difference();
            MovePending();
        }

        if (!_links.IsTable)
        {
            Displace();
        }

        Inserted = _loaded + _transaction.Count($"SELECT COUNT(*) FROM {_inserts}");
        Deleted = _transaction.Count($"SELECT COUNT(*) FROM {_deletes}");
    }

    /// <summary>Whether there is neither a link nor a waiting row.</summary>
    public bool IsEmpty() =>
        _transaction.Count($"SELECT COUNT(*) FROM (SELECT 1 FROM {_links.From("l")} WHERE {_links.IsLink("l")} LIMIT 1) l") == 0
        && _transaction.Count("SELECT COUNT(*) FROM (SELECT 1 FROM pending_link WHERE association = @a LIMIT 1) p", ("@a", Association.Identifier)) == 0;

    /// <summary>Writes what is staged: links, history and change log (synchronization.md 9.7, 9.8).</summary>
    /// <param name="isInitial">No history, and nothing logged one by one (9.5).</param>
    public void Apply(ChangeOrigin origin, bool isInitial)
    {
        if (Inserted == _loaded && Deleted == 0)
        {
            return;
        }

        if (!isInitial)
        {
            Log(origin, ChangeOperation.Delete, _deletes);
            Log(origin, ChangeOperation.Insert, _inserts);
        }

        if (_links.IsTable)
        {
            ApplyToTable(isInitial ? ResourceWriter.BeginningOfTime : _now);
        }
        else
        {
            ApplyToColumn(isInitial);
        }
    }

    /// <summary>The number of <see cref="Orphans"/>.</summary>
    public long CountOrphans() =>
        Source == LinkSource.None ? 0 : _transaction.Count($"SELECT COUNT(*) FROM {Waiting} p WHERE {IsDelivered}", ("@association", Association.Identifier));

    /// <summary>The delivered rows that gave no link, and why, in order of their keys.</summary>
    public IEnumerable<OrphanRow> Orphans()
    {
        if (Source == LinkSource.None)
        {
            yield break;
        }

        var rows = _transaction.Stream(
            $"SELECT p.key1, p.key2, {CountOf(_key1!, "p.key1")}, {CountOf(_key2!, "p.key2")} FROM {Waiting} p WHERE {IsDelivered} ORDER BY 1, 2",
            [("@association", Association.Identifier)]);
        foreach (var row in rows)
        {
            yield return new OrphanRow(row.GetString(0), row.GetString(1), Reason(row.GetInt64(2), row.GetInt64(3)));
        }
    }

    /// <summary>Delivered rows that wait: of a file that was compared, all that wait; what it did not name is as it says.</summary>
    private string Waiting => _isCompared ? "pending_link" : _pending;

    private string IsDelivered => _isCompared ? "p.association = @association" : Source == LinkSource.Full
        ? "1 = 1"
        : $"EXISTS (SELECT 1 FROM {_commands} c WHERE c.key1 = p.key1 AND c.key2 = p.key2 AND c.command <> {(int)RowCommand.Delete})";

    private string Reason(long ends1, long ends2) => (ends1, ends2) switch
    {
        (0, 0) => "MissingBoth",
        (0, _) => "Missing1",
        (_, 0) => "Missing2",
        ( > 1, _) => "Ambiguous1",
        (_, > 1) => "Ambiguous2",
        _ => $"Taken{Other(_owner)}",
    };

    private static string CountOf(LinkKey key, string value) =>
        $"(SELECT COUNT(*) FROM (SELECT 1 FROM {key.From("e")} WHERE {key.Has("e", value)} LIMIT 2) ends)";

    private void Give()
    {
        _transaction.Execute(
            $"INSERT INTO {_after} (r1, r2, key1, key2) SELECT {_key1!.Id("a")}, {_key2!.Id("b")}, s.key1, s.key2"
            + $" FROM {_rowsAfter} s CROSS JOIN {_key1.From("a")} CROSS JOIN {_key2.From("b")}"
            + $" WHERE {_key1.Has("a", "s.key1")} AND {_key2.Has("b", "s.key2")}"
            + $" AND {_key1.IsOnly("a", "s.key1")} AND {_key2.IsOnly("b", "s.key2")} ON CONFLICT DO NOTHING");
        if (IsOneToOne)
        {
            // Of the rows for one target that with the smallest owner wins, whatever came first; the others wait.
            var target = $"r{Other(_owner)}";
            _transaction.Execute(
                $"DELETE FROM {_after} WHERE EXISTS (SELECT 1 FROM {_after} o WHERE o.{target} = {_after}.{target} AND o.key{_owner} < {_after}.key{_owner})");
        }

        _transaction.Execute(
            $"INSERT INTO {_pending} (key1, key2) SELECT key1, key2 FROM {_rowsAfter} s"
            + $" WHERE NOT EXISTS (SELECT 1 FROM {_after} a WHERE a.key1 = s.key1 AND a.key2 = s.key2)");
    }

    private void Difference()
    {
        var stored = $"SELECT 1 FROM {_links.From("l")} WHERE {_links.R1("l")} = a.r1 AND {_links.R2("l")} = a.r2";
        _transaction.Execute($"INSERT INTO {_inserts} (r1, r2) SELECT r1, r2 FROM {_after} a WHERE NOT EXISTS ({stored})");

        if (_loaded > 0)
        {
            return;
        }

        // What was captured may have ended meanwhile with a resource that was deleted (KeyedLinks).
        var before = IsGivenAnew
            ? $"SELECT {_links.R1("l")} AS r1, {_links.R2("l")} AS r2 FROM {_links.From("l")} WHERE {_links.IsLink("l")}"
            : $"SELECT r1, r2 FROM {_before} a WHERE EXISTS ({stored})";
        _transaction.Execute(
            $"INSERT INTO {_deletes} (r1, r2) SELECT x.r1, x.r2 FROM ({before}) x"
            + $" WHERE NOT EXISTS (SELECT 1 FROM {_after} a WHERE a.r1 = x.r1 AND a.r2 = x.r2) ON CONFLICT DO NOTHING");
    }

    private void MovePending()
    {
        var association = ("@association", (object?)Association.Identifier);
        var candidates = IsGivenAnew
            ? ""
            : $" AND (key1, key2) IN (SELECT key1, key2 FROM {_rowsBefore})";
        NoLongerPending = _transaction.Execute(
            $"DELETE FROM pending_link WHERE association = @association{candidates}"
            + $" AND NOT EXISTS (SELECT 1 FROM {_pending} p WHERE p.key1 = pending_link.key1 AND p.key2 = pending_link.key2)",
            association);
        NewlyPending = _transaction.Execute(
            $"INSERT INTO pending_link (association, key1, key2) SELECT @association, key1, key2 FROM {_pending} WHERE 1 = 1 ON CONFLICT DO NOTHING",
            association);
    }

    /// <summary>A column holds one target: a new one takes the place of whatever is there (a link that no row of the source gave).</summary>
    private void Displace()
    {
        var (holder, target) = Sides();
        _transaction.Execute(
            $"INSERT INTO {_deletes} (r1, r2) SELECT {_links.R1("l")}, {_links.R2("l")} FROM {_inserts} i CROSS JOIN {_links.From("l")}"
            + $" WHERE l.id = i.{holder} AND l.{_links.Column} <> i.{target} ON CONFLICT DO NOTHING");
    }

    private (string Holder, string Target) Sides() => _links.Holder == 1 ? ("r1", "r2") : ("r2", "r1");

    private void ApplyToTable(string validFrom)
    {
        var history = _transaction.Quote(_storage.HistoryName!);
        _transaction.Execute(
            $"INSERT INTO {history} (r1, r2, valid_from, valid_to) SELECT l.r1, l.r2, l.valid_from, @now FROM {_deletes} d"
            + $" CROSS JOIN {_links.Table} l WHERE l.r1 = d.r1 AND l.r2 = d.r2 ON CONFLICT DO NOTHING",
            ("@now", _now));
        _transaction.Execute($"DELETE FROM {_links.Table} WHERE (r1, r2) IN (SELECT r1, r2 FROM {_deletes})");
        _transaction.Execute(
            $"INSERT INTO {_links.Table} (r1, r2, valid_from) SELECT r1, r2, @from FROM {_inserts} ORDER BY r1, r2", ("@from", validFrom));
    }

    private void ApplyToColumn(bool isInitial)
    {
        var (holder, target) = Sides();
        var table = _links.ColumnTable!;
        var precision = _links.ColumnProperty!.HistoryPrecision;
        var latest = _transaction.Now.AddMinutes(-precision).ToString(ResourceWriter.VersionFormat, CultureInfo.InvariantCulture);
        var isVersioned = isInitial ? "1 = 0" : precision > 0 ? "valid_from <= @latest" : "valid_from < @latest";
        var holders = $"SELECT {holder} FROM {_deletes} UNION SELECT {holder} FROM {_inserts}";
        var columns = table.ColumnList(_transaction.Dialect);
        _transaction.Execute(
            $"INSERT INTO {_transaction.Quote(table.HistoryName)} ({columns}, valid_to) SELECT {columns}, @now FROM {_links.Table}"
            + $" WHERE id IN ({holders}) AND {isVersioned} ON CONFLICT DO NOTHING",
            ("@now", _now),
            ("@latest", latest));
        _transaction.Execute(
            $"UPDATE {_links.Table} SET {_links.Column} = (SELECT i.{target} FROM {_inserts} i WHERE i.{holder} = {_links.Table}.id),"
            + $" valid_from = CASE WHEN {isVersioned} THEN @now ELSE valid_from END WHERE id IN ({holders})",
            ("@now", _now),
            ("@latest", latest));
    }

    private void Log(ChangeOrigin origin, ChangeOperation operation, string table) =>
        _transaction.Execute(
            "INSERT INTO change (at, job_instance, connector, delivery, operation, resource, resource2, association, is_listed)"
            + $" SELECT @at, @job, @connector, @delivery, @operation, r1, r2, @association, @listed FROM {table} ORDER BY r1, r2",
            ("@at", ChangeLog.FormatInstant(_transaction.Now)),
            ("@job", origin.JobInstance),
            ("@connector", origin.Connector),
            ("@delivery", origin.Delivery?.ToString("N")),
            ("@operation", (int)operation),
            ("@association", Association.Identifier),
            ("@listed", origin.IsListed ? 1 : 0));
}
