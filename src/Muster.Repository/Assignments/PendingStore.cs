using Muster.Configuration.Model;
using Muster.Repository.Changes;

namespace Muster.Repository.Assignments;

/// <summary>
/// Assigned resource types of which an order may leave now (rolemodel.md 5.9): something of them is Pending, and its time has come, or is over.
/// What waits for a later day is not read.
/// </summary>
public sealed class PendingStore(RepositoryTransaction transaction)
{
    /// <summary>More hours than any assignment waits; the sum with an instant stays an instant.</summary>
    private const int MostHours = 1_000_000;

    private const string Ids =
        "SELECT t.id FROM assigned_resource_type t WHERE t.resource_type = @type AND t.provisioning_state = 1 AND t.id > @after"
        + " AND (t.workflow_state IN (17, 20) OR t.end_date <= @now OR (t.resource IS NULL AND t.start_date <= @ahead))"
        + " UNION SELECT t.id FROM assigned_resource_scalar v JOIN assigned_resource_type t ON t.id = v.assigned_resource_type"
        + " WHERE v.provisioning_state = 1 AND v.assigned_resource_type > @after AND t.resource_type = @type"
        + " AND (t.workflow_state IN (17, 20) OR t.end_date <= @now OR t.start_date <= @ahead)"
        + " UNION SELECT t.id FROM assigned_resource_navigation v JOIN assigned_resource_type t ON t.id = v.assigned_resource_type"
        + " WHERE v.provisioning_state = 1 AND v.assigned_resource_type > @after AND t.resource_type = @type"
        + " AND (t.workflow_state IN (17, 20) OR t.end_date <= @now OR (t.start_date <= @ahead AND (v.workflow_state = 20 OR v.start_date <= @ahead)))";

    /// <summary>By id: those after an id, up to a number.</summary>
    public IReadOnlyList<long> Of(ResourceType type, long after = long.MinValue, int limit = int.MaxValue) =>
        transaction.Query($"{Ids} ORDER BY 1 LIMIT @limit", row => row.GetInt64(0), [.. Parameters(type, after), ("@limit", limit)]);

    public bool Any(ResourceType type) => Of(type, limit: 1).Count > 0;

    /// <summary>How many are to be removed, have no target yet, and have one.</summary>
    public (long Removals, long Creations, long Changes) Count(ResourceType type)
    {
        var counts = transaction.Query(
                "SELECT CASE WHEN workflow_state IN (17, 20) THEN 0 WHEN resource IS NULL THEN 1 ELSE 2 END, COUNT(*)"
                + $" FROM assigned_resource_type WHERE id IN ({Ids}) GROUP BY 1",
                row => (Kind: row.GetInt64(0), Count: row.GetInt64(1)),
                Parameters(type, long.MinValue))
            .ToDictionary(c => c.Kind, c => c.Count);
        return (counts.GetValueOrDefault(0), counts.GetValueOrDefault(1), counts.GetValueOrDefault(2));
    }

    private (string Name, object? Value)[] Parameters(ResourceType type, long after) =>
    [
        ("@type", type.Identifier),
        ("@after", after),
        ("@now", ChangeLog.FormatInstant(transaction.Now)),
        ("@ahead", ChangeLog.FormatInstant(transaction.Now.AddHours(Math.Clamp(type.FulfillHoursAheadOfTime, -MostHours, MostHours)))),
    ];
}
