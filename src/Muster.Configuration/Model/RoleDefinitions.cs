using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Model;

/// <summary>How many approvals a request needs (<c>ProvisioningPolicyApprovalWorkflow</c>).</summary>
public enum ApprovalWorkflowType
{
    None = 0,
    One = 1,
    Two = 2,
    Three = 3,
    ManualAssignmentNotAllowed = 4,
}

/// <summary>What a rule does for who matches it (<c>RuleType</c>).</summary>
public enum RuleType
{
    Required = 0,
    RequestedAutomatically = 1,
    Suggested = 2,
}

/// <summary>What single and composite roles share (rolemodel.md 3.7, 3.9).</summary>
public abstract class Role
{
    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public SourceLocation Location { get; init; }

    public required Policy Policy { get; init; }

    /// <summary>Who can receive it.</summary>
    public required EntityType EntityType { get; init; }

    public Category? Category { get; init; }

    public ApprovalWorkflowType ApprovalWorkflowType { get; init; }

    /// <summary>Dimensions that are required parameters (<c>R0</c>…).</summary>
    public IReadOnlyList<Dimension> RequiredParameters { get; init; } = [];

    /// <summary>How long it is kept after a rule that gave it was changed or taken away (rolemodel.md 7.5): its own, else the policy's; zero is not at all.</summary>
    public TimeSpan GracePeriod { get; init; }

    /// <summary>Longest assignment by hand (rolemodel.md 7.4): its own, else the policy's; zero is no limit.</summary>
    public TimeSpan MaxDuration { get; init; }

    /// <summary>How people ask for it and decide on it.</summary>
    public RequestRules Requests { get; init; } = RequestRules.Default;

    public override string ToString() => Identifier;
}

/// <summary>A single role (rolemodel.md 3.7).</summary>
public sealed class SingleRole : Role
{
    /// <summary>Dimension values that every holder gets.</summary>
    public IReadOnlyList<DimensionCriterion> GivenDimensions { get; init; } = [];
}

/// <summary>A bundle of single roles (rolemodel.md 3.9): a single role belongs to it by a <see cref="SingleRoleRule"/> that names it.</summary>
public sealed class CompositeRole : Role;

/// <summary>What the rules that give roles share (rolemodel.md 3.8, 3.9).</summary>
public abstract class RoleRule
{
    /// <summary>Stable name for messages and reasons: made from its role and its place.</summary>
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public required Policy Policy { get; init; }

    /// <summary>Must be held for the rule to apply: <c>CompositeRole</c> of a single role rule, <c>ParentRole</c> of a composite role rule.</summary>
    public CompositeRole? CompositeRole { get; init; }

    public IReadOnlyList<DimensionCriterion> Criteria { get; init; } = [];

    public bool IsDenied { get; init; }

    /// <summary>The smallest number wins.</summary>
    public int Priority { get; init; }

    public RuleType Type { get; init; }
}

/// <summary>Gives a single role by context, by a composite role, or by both (rolemodel.md 3.8).</summary>
public sealed class SingleRoleRule : RoleRule
{
    public required SingleRole Role { get; init; }
}

/// <summary>Gives a composite role by context, by another composite role, or by both (rolemodel.md 3.9).</summary>
public sealed class CompositeRoleRule : RoleRule
{
    public required CompositeRole Role { get; init; }
}
