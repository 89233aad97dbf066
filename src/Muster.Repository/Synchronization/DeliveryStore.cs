using System.Data.Common;
using System.Text.Json;
using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Repository.Changes;

namespace Muster.Repository.Synchronization;

/// <summary>The records of deliveries and of connectors' chains (architecture.md, "Deliveries, watermarks, and applying once").</summary>
public sealed class DeliveryStore(RepositoryTransaction transaction)
{
    private const string Columns =
        "id, connector, sequence, mode, state, manifest, accepted_at, applied_at, block, failure";

    public StoredDelivery? Find(Guid id) =>
        transaction.Query($"SELECT {Columns} FROM delivery WHERE id = @id", Read, ("@id", Key(id))).FirstOrDefault();

    /// <summary>The deliveries of a connector that are not finished: open, ready, failed or blocked, in order.</summary>
    public IReadOnlyList<StoredDelivery> Unfinished(string connector) =>
        transaction.Query(
            $"SELECT {Columns} FROM delivery WHERE connector = @connector AND state IN ('Open', 'Ready', 'Failed', 'Blocked') ORDER BY sequence",
            Read,
            ("@connector", connector));

    /// <summary>The delivery that blocks a connector, or null.</summary>
    public StoredDelivery? Blocked(string connector) =>
        transaction.Query(
            $"SELECT {Columns} FROM delivery WHERE connector = @connector AND state = 'Blocked' ORDER BY sequence LIMIT 1",
            Read,
            ("@connector", connector)).FirstOrDefault();

    public ConnectorState State(string connector) =>
        transaction.Query(
            "SELECT last_accepted, last_applied, complete_required, exports FROM connector_state WHERE connector = @connector",
            row => new ConnectorState(
                connector,
                Text(row, 0) is { } accepted ? Guid.ParseExact(accepted, "N") : null,
                Text(row, 1) is { } applied ? Guid.ParseExact(applied, "N") : null,
                Text(row, 2),
                ExportsOf(row.GetString(3))),
            ("@connector", connector)).FirstOrDefault()
        ?? new ConnectorState(connector, null, null, null, new Dictionary<string, DateTimeOffset>());

    /// <summary>When the latest export of an accepted delivery started, of whatever connector; null if none was accepted.</summary>
    public DateTimeOffset? LastExport() =>
        transaction.Query("SELECT exports FROM connector_state", row => ExportsOf(row.GetString(0)))
            .SelectMany(e => e.Values)
            .Max(started => (DateTimeOffset?)started);

    /// <summary>Records a delivery whose files are being received; it takes the next place of its connector.</summary>
    public void Open(Guid id, string connector)
    {
        var sequence = transaction.Count(
            """
            INSERT INTO connector_state (connector, last_sequence, exports) VALUES (@connector, 1, '{}')
            ON CONFLICT (connector) DO UPDATE SET last_sequence = connector_state.last_sequence + 1 RETURNING last_sequence
            """,
            ("@connector", connector));
        transaction.Execute(
            "INSERT INTO delivery (id, connector, sequence, mode, state, opened_at) VALUES (@id, @connector, @sequence, '', 'Open', @now)",
            ("@id", Key(id)),
            ("@connector", connector),
            ("@sequence", sequence),
            ("@now", ChangeLog.FormatInstant(transaction.Now)));
    }

    /// <summary>
    /// Makes an open delivery <see cref="DeliveryState.Ready"/> and the last accepted one of its connector. A delivery that is complete
    /// fulfils what <see cref="RequireComplete"/> asked for.
    /// </summary>
    public void Accept(DeliveryManifest manifest, IReadOnlyDictionary<string, DateTimeOffset> exports)
    {
        transaction.Execute(
            "UPDATE delivery SET state = 'Ready', mode = @mode, builds_on = @base, manifest = @manifest, accepted_at = @now, failure = NULL WHERE id = @id",
            ("@id", Key(manifest.Id)),
            ("@mode", manifest.Mode.ToString()),
            ("@base", manifest.BuildsOn is { } on ? Key(on) : null),
            ("@manifest", manifest.ToJson()),
            ("@now", ChangeLog.FormatInstant(transaction.Now)));
        transaction.Execute(
            "UPDATE connector_state SET last_accepted = @id, exports = @exports,"
            + " complete_required = CASE WHEN @complete = 1 THEN NULL ELSE complete_required END WHERE connector = @connector",
            ("@connector", manifest.Connector),
            ("@id", Key(manifest.Id)),
            ("@exports", JsonSerializer.Serialize(exports)),
            ("@complete", manifest.Mode == SynchronizationMode.Incremental ? 0 : 1));
    }

    /// <summary>Remembers when sources were read that had nothing new.</summary>
    public void Confirm(string connector, IReadOnlyDictionary<string, DateTimeOffset> exports) =>
        transaction.Execute(
            "UPDATE connector_state SET exports = @exports WHERE connector = @connector",
            ("@connector", connector),
            ("@exports", JsonSerializer.Serialize(exports)));

    /// <summary>Marks a delivery as applied; belongs in the transaction that applies it.</summary>
    public void Applied(StoredDelivery delivery)
    {
        transaction.Execute(
            "UPDATE delivery SET state = 'Applied', applied_at = @now, failure = NULL WHERE id = @id",
            ("@id", Key(delivery.Id)),
            ("@now", ChangeLog.FormatInstant(transaction.Now)));
        transaction.Execute(
            "UPDATE connector_state SET last_applied = @id WHERE connector = @connector",
            ("@connector", delivery.Connector),
            ("@id", Key(delivery.Id)));
    }

    public void Block(Guid id, BlockRecord block) =>
        transaction.Execute(
            "UPDATE delivery SET state = 'Blocked', block = @block, failure = NULL WHERE id = @id",
            ("@id", Key(id)),
            ("@block", JsonSerializer.Serialize(block, ExchangeJson.Options)));

    public void Fail(Guid id, string because) =>
        transaction.Execute(
            "UPDATE delivery SET state = 'Failed', failure = @because WHERE id = @id", ("@id", Key(id)), ("@because", because));

    public void Cancel(Guid id, string because) =>
        transaction.Execute(
            "UPDATE delivery SET state = 'Cancelled', failure = @because WHERE id = @id", ("@id", Key(id)), ("@because", because));

    /// <summary>From now on only a complete delivery of the connector is accepted.</summary>
    public void RequireComplete(string connector, string because) =>
        transaction.Execute(
            """
            INSERT INTO connector_state (connector, last_sequence, complete_required, exports) VALUES (@connector, 0, @because, '{}')
            ON CONFLICT (connector) DO UPDATE SET complete_required = excluded.complete_required
            """,
            ("@connector", connector),
            ("@because", because));

    private static string Key(Guid id) => id.ToString("N");

    private static string? Text(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    private static Dictionary<string, DateTimeOffset> ExportsOf(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, DateTimeOffset>>(json) ?? [];

    private static StoredDelivery Read(DbDataReader row) => new(
        Guid.ParseExact(row.GetString(0), "N"),
        row.GetString(1),
        row.GetInt64(2),
        Enum.Parse<DeliveryState>(row.GetString(4)),
        Enum.TryParse<SynchronizationMode>(row.GetString(3), out var mode) ? mode : null,
        Text(row, 5) is { } manifest ? DeliveryManifest.FromJson(manifest) : null,
        Text(row, 6),
        Text(row, 7),
        Text(row, 8) is { } block ? JsonSerializer.Deserialize<BlockRecord>(block, ExchangeJson.Options) : null,
        Text(row, 9));
}
