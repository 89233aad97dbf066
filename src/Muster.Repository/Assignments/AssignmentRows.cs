namespace Muster.Repository.Assignments;

/// <summary>The bounds that stand for "no date" (rolemodel.md 2.3).</summary>
public static class SentinelDates
{
    public static DateTime Minimum { get; } = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static DateTime Maximum { get; } = new(2079, 6, 6, 0, 0, 0, DateTimeKind.Utc);
}

/// <summary>What an assigned role and an assigned resource type have alike. <c>Id</c> 0 is a row not yet stored.</summary>
public abstract record AssignedItem
{
    public long Id { get; init; }

    public WorkflowState WorkflowState { get; init; }

    public required DateTime StartDate { get; init; }

    public required DateTime EndDate { get; init; }

    /// <summary>Values of the parameters, see <see cref="AssignmentParameters"/>; null for none.</summary>
    public string? ParametersValues { get; init; }

    /// <summary>When the workflow state changed last; kept by the store. Null: before Muster noted it.</summary>
    public DateTime? StateSince { get; init; }

    /// <summary>A manual assignment that ends when its owner's contexts end, wherever that moves (rolemodel.md 7.5).</summary>
    public bool IsContextBound { get; init; }

    /// <summary>What is requested is the removal: until the last approval the assignment holds (rolemodel.md 6.5).</summary>
    public bool AsksRemoval { get; init; }
}

/// <summary>A role of an owner (rolemodel.md 1.2).</summary>
public abstract record AssignedRole : AssignedItem
{
    public required long Owner { get; init; }

    public required string Role { get; init; }

    /// <summary>Inferred: held only because a composite role is held.</summary>
    public bool IsIndirect { get; init; }

    /// <summary>What rules the role came from when it was last given, so that their loss can be told from a change of data (rolemodel.md 7.5); null: none.</summary>
    public string? Rules { get; init; }
}

public sealed record AssignedSingleRole : AssignedRole;

/// <summary>A bundle of roles that an owner holds.</summary>
public sealed record AssignedCompositeRole : AssignedRole;

/// <summary>
/// A resource type of an owner (rolemodel.md 1.2). Equality is by content: that is how differences
/// are found.
/// </summary>
public sealed record AssignedResourceType : AssignedItem
{
    /// <summary>Null for a classified orphan.</summary>
    public long? Owner { get; init; }

    public required string ResourceType { get; init; }

    /// <summary>The target; null until it is known. With a <see cref="Confidence"/> under 100 it is only proposed.</summary>
    public long? Resource { get; init; }

    public ProvisioningState ProvisioningState { get; init; }

    /// <summary>The most urgent state of the row and its values (rolemodel.md 6.2).</summary>
    public ProvisioningState ConsolidatedProvisioningState { get; init; }

    public WorkflowState ConsolidatedWorkflowReviewState { get; init; }

    public int BlockedCount { get; init; }

    public WorkflowState ConsolidatedWorkflowFoundState { get; init; }

    public int FoundCount { get; init; }

    /// <summary>Confidence of the rule that found the target; null if no rule did.</summary>
    public int? Confidence { get; init; }

    /// <summary>Why the row is blocked, for a person; null if it is not.</summary>
    public string? BlockReason { get; init; }

    /// <summary>Why the row is in error, for a person.</summary>
    public string? Message { get; init; }

    /// <summary>True once rules or a person wanted it: ownership is then never computed again (rolemodel.md 5.6).</summary>
    public bool IsOwned { get; init; }

    /// <summary>The last order of the row itself (creation or deletion).</summary>
    public Guid? Order { get; init; }

    /// <summary>When that order was put together (Transmitted) or executed (Executed).</summary>
    public DateTime? OrderAt { get; init; }

    /// <summary>How often an executed creation or deletion was not seen afterwards.</summary>
    public int Attempts { get; init; }

    /// <summary>
    /// Not null: when something of this assignment was executed that no synchronisation has confirmed. A delivery exported later makes
    /// the owner due, although it may bring no change.
    /// </summary>
    public DateTime? AwaitsSince { get; init; }
}

/// <summary>A scalar value of an assigned resource type.</summary>
public sealed record AssignedResourceScalar
{
    public long Id { get; init; }

    public long AssignedResourceType { get; init; }

    public required string Property { get; init; }

    /// <summary>Canonical; null for none.</summary>
    public string? PolicyValue { get; init; }

    /// <summary>As synchronised last, or as written for a create-only value.</summary>
    public string? CurrentValue { get; init; }

    public WorkflowState WorkflowState { get; init; }

    public ProvisioningState ProvisioningState { get; init; }

    public required DateTime StartDate { get; init; }

    public required DateTime EndDate { get; init; }

    public string? Message { get; init; }

    public Guid? Order { get; init; }

    public DateTime? OrderAt { get; init; }
}

/// <summary>A link of an assigned resource type.</summary>
public sealed record AssignedResourceNavigation
{
    public long Id { get; init; }

    public long AssignedResourceType { get; init; }

    public required string Property { get; init; }

    /// <summary>The resource that the policy wants; of a multi-valued property never null. Null empties a mono-valued one.</summary>
    public long? Resource { get; init; }

    /// <summary>What the target links to: for a multi-valued property equal to <see cref="Resource"/> or null.</summary>
    public long? CurrentResource { get; init; }

    public WorkflowState WorkflowState { get; init; }

    public ProvisioningState ProvisioningState { get; init; }

    public required DateTime StartDate { get; init; }

    public required DateTime EndDate { get; init; }

    public int? Confidence { get; init; }

    public bool IsIndirect { get; init; }

    public string? Message { get; init; }

    public Guid? Order { get; init; }

    public DateTime? OrderAt { get; init; }
}

/// <summary>An assigned resource type with its values.</summary>
public sealed record AssignedType(
    AssignedResourceType Row, IReadOnlyList<AssignedResourceScalar> Scalars, IReadOnlyList<AssignedResourceNavigation> Navigations);

/// <summary>All assignments of one owner.</summary>
public sealed record OwnerAssignments(long Owner, IReadOnlyList<AssignedSingleRole> Roles, IReadOnlyList<AssignedType> Types)
{
    public IReadOnlyList<AssignedCompositeRole> CompositeRoles { get; init; } = [];

    /// <summary>Whether these are the very rows of others, in whatever order, so that there is nothing to be written. False says nothing.</summary>
    public bool HasRowsOf(OwnerAssignments stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return AreRowsOf(Roles, stored.Roles) && AreRowsOf(CompositeRoles, stored.CompositeRoles) && AreRowsOf(Types, stored.Types);
    }

    private static bool AreRowsOf<T>(IReadOnlyList<T> rows, IReadOnlyList<T> stored)
        where T : class
    {
        if (rows.Count != stored.Count)
        {
            return false;
        }

        for (var index = 0; index < rows.Count; index++)
        {
            if (!ReferenceEquals(rows[index], stored[index]) && !IsAmong(rows[index], stored))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAmong<T>(T row, IReadOnlyList<T> stored)
        where T : class
    {
        for (var index = 0; index < stored.Count; index++)
        {
            if (ReferenceEquals(row, stored[index]))
            {
                return true;
            }
        }

        return false;
    }
}
