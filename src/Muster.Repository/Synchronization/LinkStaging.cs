using System.Globalization;
using Muster.Configuration.Model;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

/// <summary>How the rows of an association come with a delivery.</summary>
public enum LinkSource
{
    /// <summary>No file: its links change only because resources or their keys do.</summary>
    None,

    /// <summary>Changed rows.</summary>
    Changes,

    /// <summary>All rows.</summary>
    Full,
}

/// <summary>
/// What a delivery does to the links of one association (synchronization.md 9.6, and architecture.md's first promise). It keeps this true:
/// the links of a mapped association are what the source's current rows (key1, key2) give with the current key values of the resources; rows
/// that do not give a link (an end is missing or ambiguous) wait in <c>pending_link</c>.
/// <para>
/// The rows that do give links are not stored: they can be told from the key values of the linked resources. Therefore every row that
/// is given through an affected key value (one that some resource gets or loses, by insert, delete or change) is taken
/// back <em>before</em> the resources change (<see cref="Capture"/>), and given again <em>after</em> (<see cref="Resolve"/>); only the difference,
/// by ids, is a change. So a rename whose rows are sent again is no link change, and one whose rows are not leaves them waiting.
/// </para>
/// </summary>
public sealed partial class LinkStaging
{
    /// <summary>In place of a key that a deletion leaves open; no key is empty.</summary>
    private const string AnyKey = "";

    private readonly RepositoryTransaction _transaction;
    private readonly LinkKeyStore _keys;
    private readonly EntitySchema _schema;
    private readonly LinkRows _links;
    private readonly LinkStorage _storage;
    private readonly LinkKey? _key1;
    private readonly LinkKey? _key2;
    private readonly int _owner;
    private readonly string _now;
    private readonly string _commands;
    private readonly string _before;
    private readonly string _rowsBefore;
    private readonly string _rowsAfter;
    private readonly string _after;
    private readonly string _pending;
    private readonly string _inserts;
    private readonly string _deletes;
    private readonly string _conflicts;
    private bool _isCaptured;

    /// <param name="ordinal">Distinguishes the temporary tables of the delivery's associations.</param>
    public LinkStaging(
        RepositoryTransaction transaction, EntitySchema schema, EntityAssociation association, LinkKeyStore keys, LinkSource source, int ordinal)
    {
        _transaction = transaction;
        _schema = schema;
        _keys = keys;
        _storage = schema.StorageOf(association);
        _links = new LinkRows(transaction, _storage);
        Association = association;
        Source = source;
        if (association.Mapping is { } mapping)
        {
            _key1 = keys[mapping.Key1];
            _key2 = keys[mapping.Key2];
            _owner = mapping.RowOwner;
        }

        _now = transaction.Now.ToString(ResourceWriter.VersionFormat, CultureInfo.InvariantCulture);
        var shape = $"{_owner}{(IsOneToOne ? "x" : "")}_{ordinal}";
        _commands = $"sync_link_commands_{shape}";
        _before = $"sync_link_before_{shape}";
        _rowsBefore = $"sync_link_rows_before_{shape}";
        _rowsAfter = $"sync_link_rows_after_{shape}";
        _after = $"sync_link_after_{shape}";
        _pending = $"sync_link_pending_{shape}";
        _inserts = $"sync_link_inserts_{shape}";
        _deletes = $"sync_link_deletes_{shape}";
        _conflicts = $"sync_link_conflicts_{shape}";
        CreateTables();
    }

    public EntityAssociation Association { get; }

    public LinkSource Source { get; }

    public long Inserted { get; private set; }

    public long Deleted { get; private set; }

    /// <summary>Rows that this delivery leaves waiting for an end and that did not wait before.</summary>
    public long NewlyPending { get; private set; }

    /// <summary>Rows that waited before and do not any more.</summary>
    public long NoLongerPending { get; private set; }

    /// <summary>Adds a row of a full file. Of several rows with one identity the first counts; null keys make no row.</summary>
    public void Deliver(string? key1, string? key2)
    {
        if (_key1!.Match(key1) is { } match1 && _key2!.Match(key2) is { } match2)
        {
            _transaction.Prepare($"INSERT INTO {_rowsAfter} (key1, key2) VALUES (@key1, @key2) ON CONFLICT DO NOTHING", "@key1", "@key2")
                .Execute(match1, match2);
        }
    }

    /// <summary>
    /// Adds a changed row (synchronization.md 8.2): for a mono-valued owner an empty target clears, and a deletion of one target does not
    /// undo the command that sets another. Where a pair is the identity, a deletion with one key ends all rows with that key: the entity whose
    /// row says what its links are begins anew.
    /// </summary>
    public void Deliver(RowCommand command, string? key1, string? key2)
    {
        var match1 = _key1!.Match(key1);
        var match2 = _key2!.Match(key2);
        if (_owner == 0 && command == RowCommand.Delete && (match1 is null) != (match2 is null))
        {
            (match1, match2) = (match1 ?? AnyKey, match2 ?? AnyKey);
        }

        if (_owner == 0 ? match1 is null || match2 is null : (_owner == 1 ? match1 : match2) is null)
        {
            return;
        }

        var kept = $"excluded.command = {(int)RowCommand.Delete} AND {_commands}.command <> {(int)RowCommand.Delete}"
            + $" AND excluded.key{Other(_owner)} IS DISTINCT FROM {_commands}.key{Other(_owner)}";
        _transaction.Prepare(
                $"INSERT INTO {_commands} (command, key1, key2) VALUES (@command, @key1, @key2) ON CONFLICT ({Identity()}) DO UPDATE SET"
                + $" command = excluded.command, key1 = excluded.key1, key2 = excluded.key2 WHERE NOT ({kept})",
                "@command",
                "@key1",
                "@key2")
            .Execute((int)command, match1, match2);
    }

    /// <summary>
    /// Takes back the rows that are given through affected keys or named by the delivery. To be called when all resources and rows are
    /// staged and before resources are applied.
    /// </summary>
    /// <param name="parked">Identities whose rows were rejected: what they say now stays (full files).</param>
    /// <param name="holdDeletions">No row of a full file may be taken as deleted.</param>
    public void Capture(IReadOnlyCollection<string> parked, bool holdDeletions)
    {
        if (_key1 is null || _key2 is null || _loaded > 0)
        {
            return;
        }

        if (IsGivenAnew)
        {
            if (holdDeletions || parked.Count > 0)
            {
                CaptureAll();
                KeepRows(holdDeletions ? null : parked);
                DropCaptured();
            }

            return;
        }

        if (Source == LinkSource.None && !_keys.IsAffected(_key1) && !_keys.IsAffected(_key2))
        {
            return;
        }

        _isCaptured = true;
        CaptureAffected();
        ApplyCommands();
    }

    /// <summary>Stages the deletion of all links of resources that will be deleted; before resources are applied.</summary>
    public void Sweep(ResourceStaging resources)
    {
        if (resources.Deleted == 0)
        {
            return;
        }

        foreach (var end in new[] { Association.End1, Association.End2 })
        {
            if (end.Property.EntityType == resources.Mapping.EntityType)
            {
                var own = end.Side == 1 ? _links.R1("l") : _links.R2("l");
                _transaction.Execute(
                    $"INSERT INTO {_deletes} (r1, r2) SELECT {_links.R1("l")}, {_links.R2("l")} FROM {resources.DeletedTable} d"
                    + $" CROSS JOIN {_links.From("l")} WHERE {own} = d.id AND {_links.IsLink("l")} ON CONFLICT DO NOTHING");
            }
        }
    }

    /// <summary>Several rows, told apart by their owner, may compete for one target.</summary>
    private bool IsOneToOne => _owner != 0 && !Association.End1.IsCollection && !Association.End2.IsCollection;

    private static int Other(int side) => side == 1 ? 2 : 1;

    private string Identity() => _owner == 0 ? "key1, key2" : $"key{_owner}";

    private LinkKey Key(int side) => side == 1 ? _key1! : _key2!;

    private void CreateTables()
    {
        Create(_commands, $"command INTEGER NOT NULL, key1 TEXT, key2 TEXT, PRIMARY KEY ({Identity()})");
        Create(_before, "r1 INTEGER NOT NULL, r2 INTEGER NOT NULL, key1 TEXT NOT NULL, key2 TEXT NOT NULL, PRIMARY KEY (r1, r2)");
        Create(_rowsBefore, "key1 TEXT NOT NULL, key2 TEXT NOT NULL, PRIMARY KEY (key1, key2)");
        Create(_rowsAfter, $"key1 TEXT NOT NULL, key2 TEXT NOT NULL, PRIMARY KEY ({Identity()})");
        string[] indexes = IsOneToOne ? ["key1, key2", $"r{Other(_owner)}, key{_owner}"] : ["key1, key2"];
        _transaction.MakeTemporaryTable(
            _after, "r1 INTEGER NOT NULL, r2 INTEGER NOT NULL, key1 TEXT NOT NULL, key2 TEXT NOT NULL, PRIMARY KEY (r1, r2)", indexes);
        Create(_pending, "key1 TEXT NOT NULL, key2 TEXT NOT NULL, PRIMARY KEY (key1, key2)");
        _transaction.MakeTemporaryTable(_inserts, "r1 INTEGER NOT NULL, r2 INTEGER NOT NULL, PRIMARY KEY (r1, r2)", "r2, r1");
        Create(_deletes, "r1 INTEGER NOT NULL, r2 INTEGER NOT NULL, PRIMARY KEY (r1, r2)");
        Create(_conflicts, "value TEXT NOT NULL PRIMARY KEY");
    }

    private void Create(string name, string columns) => _transaction.MakeTemporaryTable(name, columns);

    /// <summary>Empties the temporary tables.</summary>
    public void Clear()
    {
        foreach (var table in new[] { _commands, _before, _rowsBefore, _rowsAfter, _after, _pending, _inserts, _deletes, _conflicts })
        {
            _transaction.ClearTemporaryTable(table);
        }
    }
}
