using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.Decisions;

/// <summary>What waits for a reviewer, as people see it.</summary>
/// <param name="Id">Of the assigned resource type, the value, or the link; stable as long as it lives in this repository.</param>
/// <param name="Policy">Of a value or link: what the policy wants.</param>
/// <param name="Current">Of a value or link: what the managed system holds.</param>
/// <param name="Reason">Why it waits (<c>BlockReason</c>).</param>
public sealed record ReviewView(
    long Id,
    ReviewKind Kind,
    string ResourceType,
    string OwnerType,
    string? OwnerKey,
    string? Target,
    string? Property,
    string? Policy,
    string? Current,
    WorkflowState WorkflowState,
    ProvisioningState ProvisioningState,
    int? Confidence,
    string Reason);

/// <summary>Which reviews a list or a decision is of; what is null does not restrict.</summary>
public sealed record ReviewFilter
{
    /// <summary>Identifiers; null for all that are computed.</summary>
    public IReadOnlyCollection<string>? ResourceTypes { get; init; }

    public long? Owner { get; init; }

    public string? Property { get; init; }

    /// <summary>Only what this user may decide on; null: everything, for the operator.</summary>
    public string? ActingUser { get; init; }

    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = 10_000;
}
