namespace Muster.Repository.Assignments;

/// <summary>Which assignments are asked for; what is null does not restrict.</summary>
public sealed record AssignmentFilter
{
    public IReadOnlyCollection<long>? Owners { get; init; }

    public IReadOnlyCollection<WorkflowState>? States { get; init; }

    /// <summary>Identifiers of roles or resource types.</summary>
    public IReadOnlyCollection<string>? Items { get; init; }

    /// <summary>Rows of each kind at most.</summary>
    public int Limit { get; init; } = 10_000;
}

/// <summary>Finds assignments by owner, state and item, for people who look at them or decide on them.</summary>
public sealed class AssignmentSearch(RepositoryTransaction transaction)
{
    public IReadOnlyList<AssignedSingleRole> SingleRoles(AssignmentFilter filter) => Select(AssignmentColumns.SingleRole, "role", filter);

    public IReadOnlyList<AssignedCompositeRole> CompositeRoles(AssignmentFilter filter) => Select(AssignmentColumns.CompositeRole, "role", filter);

    /// <summary>Rows without their values.</summary>
    public IReadOnlyList<AssignedResourceType> ResourceTypes(AssignmentFilter filter) => Select(AssignmentColumns.ResourceType, "resource_type", filter);

    /// <summary>The owner of a role or resource type with an id; null if there is no such row, or if it has no owner.</summary>
    public long? OwnerOf(long id) =>
        transaction.Scalar(
            "SELECT owner FROM assigned_single_role WHERE id = @id UNION ALL SELECT owner FROM assigned_composite_role WHERE id = @id"
            + " UNION ALL SELECT owner FROM assigned_resource_type WHERE id = @id",
            ("@id", id)) as long?;

    /// <summary>The assigned resource type that a row is, or whose value or link it is; null if there is none.</summary>
    public long? TypeOf(long id) =>
        transaction.Scalar(
            "SELECT id FROM assigned_resource_type WHERE id = @id UNION ALL SELECT assigned_resource_type FROM assigned_resource_scalar WHERE id = @id"
            + " UNION ALL SELECT assigned_resource_type FROM assigned_resource_navigation WHERE id = @id",
            ("@id", id)) as long?;

    /// <summary>Assigned resource types in which something waits for a review or has failed, by id: those after an id, up to a number.</summary>
    public IReadOnlyList<long> ToReview(IReadOnlyCollection<string> resourceTypes, long after, int limit) =>
        transaction.Query(
            $"SELECT id FROM assigned_resource_type WHERE id > @after AND {transaction.Dialect.IsInTexts("resource_type", "@types")}"
            + " AND (blocked_count > 0 OR found_count > 0 OR consolidated_provisioning_state IN (3, 5, 7)) ORDER BY id LIMIT @limit",
            row => row.GetInt64(0),
            ("@after", after),
            ("@types", transaction.Dialect.TextList(resourceTypes)),
            ("@limit", limit));

    /// <summary>Assigned resource types with a target in which something is Pending, Blocked or found, by id: those after an id, up to a number.</summary>
    public IReadOnlyList<long> WithDifferences(IReadOnlyCollection<string> resourceTypes, long after, int limit) =>
        transaction.Query(
            $"SELECT id FROM assigned_resource_type WHERE id > @after AND resource IS NOT NULL AND {transaction.Dialect.IsInTexts("resource_type", "@types")}"
            + " AND (blocked_count > 0 OR found_count > 0 OR consolidated_provisioning_state IN (1, 5)) ORDER BY id LIMIT @limit",
            row => row.GetInt64(0),
            ("@after", after),
            ("@types", transaction.Dialect.TextList(resourceTypes)),
            ("@limit", limit));

    private List<T> Select<T>(RowTable<T> table, string item, AssignmentFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object?)> { ("@limit", filter.Limit) };
        if (filter.Owners is { } owners)
        {
            conditions.Add(transaction.Dialect.IsIn("owner", "@owners"));
            parameters.Add(("@owners", transaction.Dialect.IdList(owners)));
        }

        if (filter.States is { } states)
        {
            conditions.Add(transaction.Dialect.IsIn("workflow_state", "@states"));
            parameters.Add(("@states", transaction.Dialect.IdList(states.Select(s => (long)s))));
        }

        if (filter.Items is { } items)
        {
            conditions.Add(transaction.Dialect.IsInTexts(item, "@items"));
            parameters.Add(("@items", transaction.Dialect.TextList(items)));
        }

        return table.Select(
            transaction,
            $"t.id IN (SELECT id FROM {table.Name} WHERE {string.Join(" AND ", conditions)} ORDER BY id LIMIT @limit)",
            [.. parameters]);
    }
}
