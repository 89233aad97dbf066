using Muster.Repository.Changes;
using Muster.Repository.Dialects;
using Muster.Repository.Rows;

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

    /// <summary>References of the contents that it carries: kept until it has its result. Not read back.</summary>
    public IReadOnlyCollection<string> Files { get; init; } = [];

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

/// <summary>An order without its document.</summary>
public sealed record OrderHead(Guid Id, OrderState State, long AssignedResourceType, string ResourceType, int Rank, long Number)
{
    /// <summary>True while an answer counts.</summary>
    public bool IsOpen => State is OrderState.Waiting or OrderState.Taken;
}

/// <summary>The result of an order.</summary>
/// <param name="Message">Why it failed, or what is to be known of it.</param>
/// <param name="Keys">Identifiers that the system gave, as JSON.</param>
public sealed record EndedOrder(Guid Id, OrderState State, string? Message, string? Keys, DateTime At);

/// <summary>Orders: rows first, files after; an order exists when its row does.</summary>
public sealed class OrderStore(RepositoryTransaction transaction)
{
    private const string Columns =
        "number, id, assigned_resource_type, resource_type, connector, change_type, rank, document, file, state, message, keys, created_at, taken_at, ended_at";

    /// <summary>Stores new orders, numbered in this order.</summary>
    public void Insert(IReadOnlyCollection<StoredOrder> orders)
    {
        if (orders.Count == 0)
        {
            return;
        }

        using var insert = transaction.BulkInsert(
            "provisioning_order",
            ["id", "assigned_resource_type", "resource_type", "connector", "change_type", "rank", "document", "file", "state", "created_at"]);
        var values = new RowValues(insert);
        foreach (var order in orders)
        {
            values.Add(order.Id.ToString("N"));
            values.Add(order.AssignedResourceType);
            values.Add(order.ResourceType);
            values.Add(order.Connector);
            values.Add(order.ChangeType);
            values.Add(order.Rank);
            values.Add(order.Document);
            values.Add(order.File);
            values.Add((int)order.State);
            values.Add(ChangeLog.FormatInstant(order.CreatedAt));
            insert.EndRow();
        }

        transaction.Wrote(insert.Complete());
        foreach (var (order, file) in orders.SelectMany(o => o.Files.Select(f => (o.Id, f))))
        {
            transaction.Prepare("INSERT INTO provisioning_order_content (hash, order_id) VALUES (@hash, @order) ON CONFLICT DO NOTHING", "@hash", "@order")
                .Execute(file, order.ToString("N"));
        }
    }

    /// <summary>Orders of the resource types that have had no result, in the order of execution: those after another one, up to a number.</summary>
    /// <param name="after">The last order of the page before; null for the first page.</param>
    public IReadOnlyList<StoredOrder> Open(IReadOnlyCollection<string> resourceTypes, (int Rank, long Number)? after, int limit) =>
        Select(
            $"state < 2 AND {transaction.Dialect.IsInTexts("resource_type", "@types")} AND (rank, number) > (@rank, @number)"
            + " ORDER BY rank, number LIMIT @limit",
            ("@types", transaction.Dialect.TextList(resourceTypes)),
            ("@rank", after?.Rank ?? int.MinValue),
            ("@number", after?.Number ?? long.MinValue),
            ("@limit", limit));

    public bool AnyOpen(IReadOnlyCollection<string> resourceTypes) =>
        transaction.Count(
            $"SELECT EXISTS (SELECT 1 FROM provisioning_order WHERE state < 2 AND {transaction.Dialect.IsInTexts("resource_type", "@types")})",
            ("@types", transaction.Dialect.TextList(resourceTypes))) == 1;

    public StoredOrder? Find(Guid id) => Select("id = @id", ("@id", id.ToString("N"))).FirstOrDefault();

    /// <summary>All orders, the newest first; of one resource type and of some states where given.</summary>
    public IReadOnlyList<StoredOrder> List(string? resourceType, IReadOnlyCollection<OrderState>? states, int limit) =>
        Select(
            (resourceType is null ? "1 = 1" : "resource_type = @type")
            + (states is null ? "" : $" AND state IN ({string.Join(',', states.Select(s => (int)s))})")
            + " ORDER BY number DESC LIMIT @limit",
            resourceType is null ? [("@limit", limit)] : [("@type", resourceType), ("@limit", limit)]);

    /// <summary>The number of the newest order; 0 if there is none.</summary>
    public long LastNumber() => transaction.Count("SELECT COALESCE(MAX(number), 0) FROM provisioning_order");

    /// <summary>Orders that were made after another one, in the order of execution.</summary>
    public IReadOnlyList<StoredOrder> After(long number) => Select("number > @number ORDER BY rank, number", ("@number", number));

    /// <summary>The documents of the orders of one file, one after the other.</summary>
    public IEnumerable<string> DocumentsOf(string file) =>
        transaction.Stream("SELECT document FROM provisioning_order WHERE file = @file ORDER BY number", [("@file", file)]).Select(row => row.GetString(0));

    /// <summary>Files that hold an order which waits.</summary>
    public IReadOnlyList<string> WaitingFiles() =>
        transaction.Query("SELECT DISTINCT file FROM provisioning_order WHERE state = 0 AND file IS NOT NULL ORDER BY file", row => row.GetString(0));

    /// <summary>When the latest order got its result; null if that one has none, or there is no order.</summary>
    public DateTime? LastResult() =>
        transaction.Query(
            "SELECT ended_at FROM provisioning_order ORDER BY number DESC LIMIT 1",
            row => new DbRowReader(row).InstantOrNull()).FirstOrDefault();

    /// <summary>True if a file holds an order which waits.</summary>
    public bool IsWaiting(string file) =>
        transaction.Count("SELECT EXISTS (SELECT 1 FROM provisioning_order WHERE state = 0 AND file IS NOT NULL AND file = @file)", ("@file", file)) == 1;

    /// <summary>Those of the given files that hold orders, none of which waits.</summary>
    public IReadOnlyList<string> Consumed(IReadOnlyCollection<string> files) =>
        transaction.Query(
            $"SELECT file FROM provisioning_order WHERE {transaction.Dialect.IsInTexts("file", "@files")} GROUP BY file HAVING MIN(state) > 0",
            row => row.GetString(0),
            ("@files", transaction.Dialect.TextList(files)));

    public void MarkTaken(IEnumerable<Guid> ids) =>
        transaction.Execute(
            $"UPDATE provisioning_order SET state = 1, taken_at = @at WHERE {transaction.Dialect.IsInTexts("id", "@ids")} AND state = 0",
            ("@ids", transaction.Dialect.TextList(ids.Select(id => id.ToString("N")))),
            ("@at", ChangeLog.FormatInstant(transaction.Now)));

    /// <summary>What orders are of, and where they stand, without their documents; those that do not exist are left out.</summary>
    public IReadOnlyList<OrderHead> Heads(IEnumerable<Guid> ids) =>
        transaction.Query(
            "SELECT id, state, assigned_resource_type, resource_type, rank, number FROM provisioning_order"
            + $" WHERE {transaction.Dialect.IsInTexts("id", "@ids")}",
            row => new OrderHead(
                Guid.ParseExact(row.GetString(0), "N"), (OrderState)row.GetInt64(1), row.GetInt64(2), row.GetString(3), (int)row.GetInt64(4), row.GetInt64(5)),
            ("@ids", transaction.Dialect.TextList(ids.Select(id => id.ToString("N")))));

    /// <summary>Ends orders; one that was never handed out counts as taken at that instant.</summary>
    public void End(IReadOnlyCollection<EndedOrder> orders)
    {
        if (orders.Count == 0)
        {
            return;
        }

        transaction.MakeTemporaryTable("ended_order", "id TEXT, state INTEGER, message TEXT, keys TEXT, ended_at TEXT");
        using (var insert = transaction.BulkInsert("ended_order", ["id", "state", "message", "keys", "ended_at"]))
        {
            var values = new RowValues(insert);
            foreach (var order in orders)
            {
                values.Add(order.Id.ToString("N"));
                values.Add((int)order.State);
                values.Add(order.Message);
                values.Add(order.Keys);
                values.Add(ChangeLog.FormatInstant(order.At));
                insert.EndRow();
            }

            insert.Complete();
        }

        transaction.Execute(
            "UPDATE provisioning_order SET state = e.state, message = e.message, keys = e.keys, taken_at = COALESCE(taken_at, e.ended_at), ended_at = e.ended_at"
            + " FROM ended_order e WHERE provisioning_order.id = e.id");

        // Their files may be nobody's now.
        transaction.Execute(
            "INSERT INTO resource_file_release (hash) SELECT c.hash FROM ended_order e CROSS JOIN provisioning_order_content c WHERE c.order_id = e.id ON CONFLICT DO NOTHING");
        transaction.Execute("DELETE FROM provisioning_order_content WHERE order_id IN (SELECT id FROM ended_order)");
        transaction.ClearTemporaryTable("ended_order");
    }

    private List<StoredOrder> Select(string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        transaction.Query(
            $"SELECT {Columns} FROM provisioning_order WHERE {condition}",
            row =>
            {
                var reader = new DbRowReader(row);
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
