namespace Muster.Repository.Synchronization;

public sealed partial class LinkStaging
{
    /// <summary>
    /// Links and waiting rows that the delivery may touch. For one-to-one associations also those that compete with them for the same
    /// target: which of several rows wins depends on all of them.
    /// </summary>
    private void CaptureAffected()
    {
        CaptureSide(_key1!.AffectedTable, "value", 1);
        CaptureSide(_key2!.AffectedTable, "value", 2);
        if (_owner == 0)
        {
            CapturePairs();
            CaptureSide($"(SELECT key1 AS value FROM {_commands} WHERE key2 = '{AnyKey}')", "value", 1);
            CaptureSide($"(SELECT key2 AS value FROM {_commands} WHERE key1 = '{AnyKey}')", "value", 2);
        }
        else
        {
            CaptureSide(_commands, $"key{_owner}", _owner);
        }

        CollectRows();
        if (IsOneToOne)
        {
            var target = Other(_owner);
            _transaction.Execute(
                $"INSERT INTO {_conflicts} (value) SELECT key{target} FROM {_rowsBefore} UNION SELECT key{target} FROM {_commands} WHERE key{target} IS NOT NULL");
            CaptureSide(_conflicts, "value", target);
            CollectRows();
        }
    }

    /// <summary>The links whose end of a side has one of the keys, and the rows that wait with it.</summary>
    private void CaptureSide(string table, string column, int side)
    {
        var other = Other(side);
        var (near, far) = (Key(side), Key(other));
        var (nearId, farId) = side == 1 ? (_links.R1("l"), _links.R2("l")) : (_links.R2("l"), _links.R1("l"));
        var (value1, value2) = side == 1 ? (near.Value("a"), far.Value("b")) : (far.Value("b"), near.Value("a"));
        _transaction.Execute(
            $"INSERT INTO {_before} (r1, r2, key1, key2) SELECT {_links.R1("l")}, {_links.R2("l")}, {value1}, {value2}"
            + $" FROM {table} k CROSS JOIN {near.From("a")} CROSS JOIN {_links.From("l")} CROSS JOIN {far.From("b")}"
            + $" WHERE {near.Has("a", $"k.{column}")} AND {nearId} = {near.Id("a")} AND {_links.IsLink("l")} AND {far.Is("b", farId)}"
            + " ON CONFLICT DO NOTHING");
        _transaction.Execute(
            $"INSERT INTO {_rowsBefore} (key1, key2) SELECT p.key1, p.key2 FROM {table} k CROSS JOIN pending_link p"
            + $" WHERE p.association = @association AND p.key{side} = k.{column} ON CONFLICT DO NOTHING",
            ("@association", Association.Identifier));
    }

    /// <summary>The links and waiting rows that commands name by both keys.</summary>
    private void CapturePairs()
    {
        _transaction.Execute(
            $"INSERT INTO {_before} (r1, r2, key1, key2) SELECT {_links.R1("l")}, {_links.R2("l")}, k.key1, k.key2"
            + $" FROM {_commands} k CROSS JOIN {_key1!.From("a")} CROSS JOIN {_key2!.From("b")} CROSS JOIN {_links.From("l")}"
            + $" WHERE {_key1.Has("a", "k.key1")} AND {_key2.Has("b", "k.key2")} AND {_links.R1("l")} = {_key1.Id("a")}"
            + $" AND {_links.R2("l")} = {_key2.Id("b")} AND {_links.IsLink("l")} ON CONFLICT DO NOTHING");
        _transaction.Execute(
            $"INSERT INTO {_rowsBefore} (key1, key2) SELECT p.key1, p.key2 FROM {_commands} k CROSS JOIN pending_link p"
            + " WHERE p.association = @association AND p.key1 = k.key1 AND p.key2 = k.key2 ON CONFLICT DO NOTHING",
            ("@association", Association.Identifier));
    }

    private void CollectRows() => _transaction.Execute(
        $"INSERT INTO {_rowsBefore} (key1, key2) SELECT key1, key2 FROM {_before} WHERE 1 = 1 ON CONFLICT DO NOTHING");

    /// <summary>The rows after the delivery's commands (synchronization.md 8.2).</summary>
    private void ApplyCommands()
    {
        const int Delete = (int)RowCommand.Delete;
        var isGone = _owner == 0
            ? $"c.command = {Delete} AND ((c.key1 = r.key1 AND c.key2 IN (r.key2, '{AnyKey}')) OR (c.key1 = '{AnyKey}' AND c.key2 = r.key2))"
            : $"c.key{_owner} = r.key{_owner} AND (c.command <> {Delete} OR c.key{Other(_owner)} IS NULL OR c.key{Other(_owner)} = r.key{Other(_owner)})";
        _transaction.Execute(
            $"INSERT INTO {_rowsAfter} (key1, key2) SELECT r.key1, r.key2 FROM {_rowsBefore} r"
            + $" WHERE NOT EXISTS (SELECT 1 FROM {_commands} c WHERE {isGone}) ORDER BY r.key1, r.key2 ON CONFLICT DO NOTHING");
        _transaction.Execute(
            $"INSERT INTO {_rowsAfter} (key1, key2) SELECT key1, key2 FROM {_commands}"
            + $" WHERE command <> {Delete} AND key1 IS NOT NULL AND key2 IS NOT NULL ON CONFLICT DO NOTHING");
    }

    private void CaptureAll()
    {
        _transaction.Execute(
            $"INSERT INTO {_rowsBefore} (key1, key2) SELECT {_key1!.Value("a")}, {_key2!.Value("b")} FROM {_links.From("l")}"
            + $" CROSS JOIN {_key1.From("a")} CROSS JOIN {_key2.From("b")} WHERE {_links.IsLink("l")}"
            + $" AND {_key1.Is("a", _links.R1("l"))} AND {_key2.Is("b", _links.R2("l"))} ON CONFLICT DO NOTHING");
        _transaction.Execute(
            $"INSERT INTO {_rowsBefore} (key1, key2) SELECT key1, key2 FROM pending_link WHERE association = @association ON CONFLICT DO NOTHING",
            ("@association", Association.Identifier));
    }

    /// <summary>Adds the rows of before that may not be taken as deleted to those of a full file.</summary>
    /// <param name="parked">Null: all of them.</param>
    private void KeepRows(IReadOnlyCollection<string>? parked)
    {
        if (parked is null)
        {
            _transaction.Execute(
                $"INSERT INTO {_rowsAfter} (key1, key2) SELECT key1, key2 FROM {_rowsBefore} WHERE 1 = 1 ORDER BY key1, key2 ON CONFLICT DO NOTHING");
            return;
        }

        foreach (var identity in parked)
        {
            var parts = identity.Split('\0');
            if (parts.Length == 2)
            {
                _transaction.Prepare(
                        $"INSERT INTO {_rowsAfter} (key1, key2) SELECT key1, key2 FROM {_rowsBefore} WHERE key1 = @key1 AND key2 = @key2"
                        + " ON CONFLICT DO NOTHING",
                        "@key1",
                        "@key2")
                    .Execute(_key1!.Match(parts[0]), _key2!.Match(parts[1]));
            }
            else
            {
                var side = _owner == 0 ? 1 : _owner;
                _transaction.Prepare(
                        $"INSERT INTO {_rowsAfter} (key1, key2) SELECT key1, key2 FROM {_rowsBefore} WHERE key{side} = @key ON CONFLICT DO NOTHING",
                        "@key")
                    .Execute(Key(side).Match(identity));
            }
        }
    }

    private void DropCaptured() => _transaction.Execute($"DELETE FROM {_rowsBefore}");
}
