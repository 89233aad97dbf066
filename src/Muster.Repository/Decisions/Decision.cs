namespace Muster.Repository.Decisions;

/// <summary>What somebody decided on an assignment, a value or an order.</summary>
public enum DecisionKind
{
    Request = 1,
    Approve = 2,
    Decline = 3,

    /// <summary>What was found, or is questioned, is kept.</summary>
    Keep = 4,

    /// <summary>What was found is removed, or the policy's value is taken.</summary>
    Remove = 5,

    /// <summary>A removal is asked for.</summary>
    RequestRemoval = 6,

    /// <summary>Parameters, dates or a comment of a request are given.</summary>
    Amend = 7,

    /// <summary>A review is put off.</summary>
    Postpone = 8,

    /// <summary>An order that failed is tried again.</summary>
    Unblock = 9,
}

/// <summary>One decision: who, when, why, on what, and what it did. Decisions are kept for ever.</summary>
public sealed record Decision
{
    public long Number { get; init; }

    public DateTime At { get; init; }

    /// <summary>The person, or the automation rule.</summary>
    public required string By { get; init; }

    public required DecisionKind Kind { get; init; }

    /// <summary>Entity type of the owner.</summary>
    public required string EntityType { get; init; }

    /// <summary>Null for a target without owner.</summary>
    public long? Owner { get; init; }

    /// <summary>Key of the owner when it was decided: the decision outlives the resource.</summary>
    public string? OwnerKey { get; init; }

    /// <summary>Id of the row that was decided on: a role, a resource type, a value, or a link.</summary>
    public required long Assignment { get; init; }

    /// <summary><c>SingleRole</c>, <c>CompositeRole</c>, <c>ResourceType</c>, <c>Value</c>, <c>Link</c>.</summary>
    public required string ItemKind { get; init; }

    /// <summary>Identifier of the role or resource type.</summary>
    public required string Item { get; init; }

    /// <summary>The property and its value, the target, or the parameters, as a person reads them.</summary>
    public string? Detail { get; init; }

    /// <summary>States before and after, as <c>WorkflowState</c>, or <c>WorkflowState/ProvisioningState</c>; null for no row.</summary>
    public string? From { get; init; }

    public string? To { get; init; }

    public string? Comment { get; init; }
}
