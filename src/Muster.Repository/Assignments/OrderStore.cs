using Muster.Repository.Changes;

namespace Muster.Repository.Assignments;

/// <summary>Where an order stands.</summary>
public enum OrderState
{
    /// <summary>Waits for fulfilment.</summary>
    Waiting = 0,

    /// <summary>Handed to an agent that has not answered.</summary>
    Taken = 1,
    Executed = 2,
    Errored = 3,
}

/// <summary>One stored order.</summary>
public sealed record StoredOrder
{
    /// <summary>Order of generation.</summary>
    public long Number { get; init; }

    public required Guid Id { get; init; }

    public required long AssignedResourceType { get; init; }

    public required string ResourceType { get; init; }

    public required string Connector { get; init; }

    /// <summary>A value of <c>OrderChangeType</c>.</summary>
    public required int ChangeType { get; init; }

    /// <summary>Orders with a smaller rank are executed first.</summary>
    public required int Rank { get; init; }

    /// <summary>The order as it stands in its file.</summary>
    public required string Document { get; init; }

    /// <summary>Relative path of its file; null until it is written.</summary>
    public string? File { get; init; }

    public OrderState State { get; init; }

    public string? Message { get; init; }

    /// <summary>Identifiers that the system gave, as JSON.</summary>
    public string? Keys { get; init; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? TakenAt { get; init; }

    public DateTime? EndedAt { get; init; }
}

/// <summary>Orders: rows first, files after; an order exists when its row does.</summary>
public sealed class OrderStore(RepositoryTransaction transaction)
{
    private const string Columns =
        "number, id, assigned_resource_type, resource_type, connector, change_type, rank, document, file, state, message, keys, created_at, taken_at, ended_at";

    public void Insert(StoredOrder order) =>
        transaction.Prepare(
                "INSERT INTO provisioning_order (id, assigned_resource_type, resource_type, connector, change_type, rank, document, file, state, created_at)"
                + " VALUES (@id, @assigned, @type, @connector, @change, @rank, @document, @file, @state, @at)",
                "@id", "@assigned", "@type", "@connector", "@change", "@rank", "@document", "@file", "@state", "@at")
            .Execute(
                order.Id.ToString("N"),
                order.AssignedResourceType,
                order.ResourceType,
                order.Connector,
                order.ChangeType,
                order.Rank,
                order.Document,
                order.File,
                (int)order.State,
                ChangeLog.FormatInstant(order.CreatedAt));

    /// <summary>Orders of the resource types that have had no result, in the order of execution.</summary>
    public IReadOnlyList<StoredOrder> Open(IReadOnlyCollection<string> resourceTypes) =>
        Select(
            $"state IN (0, 1) AND {transaction.Dialect.IsInTexts("resource_type", "@types")} ORDER BY rank, number",
            ("@types", transaction.Dialect.TextList(resourceTypes)));

    public bool AnyOpen(IReadOnlyCollection<string> resourceTypes) =>
        transaction.Count(
            $"SELECT EXISTS (SELECT 1 FROM provisioning_order WHERE state IN (0, 1) AND {transaction.Dialect.IsInTexts("resource_type", "@types")})",
            ("@types", transaction.Dialect.TextList(resourceTypes))) == 1;

    public StoredOrder? Find(Guid id) => Select("id = @id", ("@id", id.ToString("N"))).FirstOrDefault();

    /// <summary>All orders, the newest first; of one resource type and of some states where given.</summary>
    public IReadOnlyList<StoredOrder> List(string? resourceType, IReadOnlyCollection<OrderState>? states, int limit) =>
        Select(
            "(@type IS NULL OR resource_type = @type)"
            + (states is null ? "" : $" AND state IN ({string.Join(',', states.Select(s => (int)s))})")
            + " ORDER BY number DESC LIMIT @limit",
            ("@type", resourceType),
            ("@limit", limit));

    /// <summary>The orders of one file.</summary>
    public IReadOnlyList<StoredOrder> OfFile(string file) => Select("file = @file ORDER BY number", ("@file", file));

    /// <summary>Files that hold an order which waits.</summary>
    public IReadOnlyList<string> WaitingFiles() =>
        transaction.Query("SELECT DISTINCT file FROM provisioning_order WHERE state = 0 AND file IS NOT NULL ORDER BY file", row => row.GetString(0));

    public void MarkTaken(IEnumerable<Guid> ids)
    {
        var statement = transaction.Prepare("UPDATE provisioning_order SET state = 1, taken_at = @at WHERE id = @id AND state = 0", "@id", "@at");
        foreach (var id in ids)
        {
            statement.Execute(id.ToString("N"), ChangeLog.FormatInstant(transaction.Now));
        }
    }

    public void End(Guid id, OrderState state, string? message, string? keys, DateTime at) =>
        transaction.Prepare(
                "UPDATE provisioning_order SET state = @state, message = @message, keys = @keys, ended_at = @at WHERE id = @id",
                "@id", "@state", "@message", "@keys", "@at")
            .Execute(id.ToString("N"), (int)state, message, keys, ChangeLog.FormatInstant(at));

    private List<StoredOrder> Select(string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        transaction.Query(
            $"SELECT {Columns} FROM provisioning_order WHERE {condition}",
            row =>
            {
                var reader = new RowReader(row);
                return new StoredOrder
                {
                    Number = reader.Long(),
                    Id = Guid.ParseExact(reader.Text(), "N"),
                    AssignedResourceType = reader.Long(),
                    ResourceType = reader.Text(),
                    Connector = reader.Text(),
                    ChangeType = reader.Int(),
                    Rank = reader.Int(),
                    Document = reader.Text(),
                    File = reader.TextOrNull(),
                    State = (OrderState)reader.Int(),
                    Message = reader.TextOrNull(),
                    Keys = reader.TextOrNull(),
                    CreatedAt = reader.Instant(),
                    TakenAt = reader.InstantOrNull(),
                    EndedAt = reader.InstantOrNull(),
                };
            },
            parameters);
}
