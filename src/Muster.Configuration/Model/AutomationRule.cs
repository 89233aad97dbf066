using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Model;

/// <summary>Decides on waiting assignments by itself (rolemodel.md 3.14). Exactly one of role, resource type, category and policy is set.</summary>
public sealed class AutomationRule
{
    /// <summary>As written, else made from what it is about and its place.</summary>
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    /// <summary>The single or composite role.</summary>
    public Role? Role { get; init; }

    public ResourceType? ResourceType { get; init; }

    public Category? Category { get; init; }

    public Policy? Policy { get; init; }

    /// <summary>Entity type of the owners; null: whatever the role or resource type is for.</summary>
    public EntityType? EntityType { get; init; }

    /// <summary>The workflow state that it waits for, by name or number (rolemodel.md 2.2).</summary>
    public required string WorkflowState { get; init; }

    /// <summary>Since the last change of the workflow state; below 0 is 0.</summary>
    public int HoursToWait { get; init; }

    /// <summary>True declines, false approves.</summary>
    public bool Declines { get; init; }

    public IReadOnlyList<DimensionCriterion> Criteria { get; init; } = [];

    public override string ToString() => Identifier;
}
