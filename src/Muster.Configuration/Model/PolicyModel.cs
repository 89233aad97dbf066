using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Model;

/// <summary>Container of roles, resource types and rules (rolemodel.md 3.2).</summary>
public sealed class Policy
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    /// <summary>Must be true for the policy to be computed.</summary>
    public bool IsProvisioningEnabled { get; init; }

    /// <summary>Roles are managed elsewhere: never added, updated or deleted here.</summary>
    public bool IsExternal { get; init; }

    /// <summary>Minutes that roles without a period of their own are kept after a rule change (rolemodel.md 7.5).</summary>
    public int GracePeriod { get; init; }

    /// <summary>Longest assignment by hand of roles without a duration of their own, in minutes; 0 is no limit (rolemodel.md 7.4).</summary>
    public int MaxDuration { get; init; }

    /// <summary>What roles and resource types inherit.</summary>
    public RequestRules Requests { get; init; } = RequestRules.Default;
}

/// <summary>A criterion of rules (rolemodel.md 3.4).</summary>
public sealed class Dimension
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    /// <summary>Entity type of the values.</summary>
    public required EntityType EntityType { get; init; }

    /// <summary>0 to 127: the number written in base32hex in <c>D…</c>, <c>B…</c>, <c>L…</c>.</summary>
    public required int Index { get; init; }

    public bool IsHierarchical { get; init; }

    /// <summary>Mono-valued navigation from a value to its parent; set if <see cref="IsHierarchical"/>.</summary>
    public EntityProperty? ParentProperty { get; init; }

    public override string ToString() => Identifier;
}

/// <summary>How contexts are made for the owners of one entity type (rolemodel.md 3.5).</summary>
public sealed class ContextRule
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public required Policy Policy { get; init; }

    public required EntityType SourceEntityType { get; init; }

    /// <summary>The entity type of the context resources: that of the records, else the source itself.</summary>
    public required EntityType ContextEntityType { get; init; }

    public ValueSource? Resources { get; init; }

    public ValueSource? Start { get; init; }

    public ValueSource? End { get; init; }

    /// <summary>By dimension: the path from the context resource to the value.</summary>
    public IReadOnlyList<DimensionBinding> Bindings { get; init; } = [];

    /// <summary>True for an owner (or context resource) that is left out.</summary>
    public ValueSource? Exclude { get; init; }

    /// <summary>How the records share their properties and dates (rolemodel.md 3.6); if there are any, <see cref="Start"/> and <see cref="End"/> have no effect.</summary>
    public IReadOnlyList<RecordSection> Sections { get; internal set; } = [];

    /// <summary>How an owner's risks make one score (rolemodel.md 5.8).</summary>
    public Elements.RiskFactorType RiskFactorType { get; init; }
}

/// <summary><c>B0="…"</c> of a context rule or profile rule.</summary>
public sealed record DimensionBinding(Dimension Dimension, ValueSource Source);

/// <summary><c>D0="…" L0="…"</c>: a dimension's wanted value, by the key of a resource of the dimension's entity type.</summary>
/// <param name="Value">Value of a key property (<c>IsKey</c>) of <see cref="Dimension.EntityType"/>.</param>
/// <param name="IsInherited">The rule holds for the descendants too (hierarchical dimension).</param>
public sealed record DimensionCriterion(Dimension Dimension, string Value, bool IsInherited, SourceLocation Location);

/// <summary>Tree that groups roles and resource types.</summary>
public sealed class Category
{
    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public required Policy Policy { get; init; }

    public Category? Parent { get; internal set; }

    public SourceLocation Location { get; init; }
}

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

/// <summary>How a policy value and a current value are compared (rolemodel.md 6.3).</summary>
public enum ComparisonType
{
    CaseSensitive = 0,
    IgnoreCase = 1,
    IgnoreDiacritics = 2,
    Simplified = 3,
    Approximate = 4,
}

/// <summary>Where an offset is measured from (rolemodel.md 7.2).</summary>
public enum TimeOffsetReference
{
    Default = 0,
    [Elements.Spelling("Arround")]
    Around = 1,
    Before = 2,
    After = 3,
}

/// <summary>Offsets of a rule in minutes.</summary>
public sealed record TimeOffset(TimeOffsetReference Reference, int BeforeMinutes, int AfterMinutes)
{
    public static TimeOffset None { get; } = new(TimeOffsetReference.Default, 0, 0);
}

/// <summary>Provisioning thresholds (rolemodel.md 8); 0 is off.</summary>
public sealed record ProvisioningThresholds
{
    public long MaximumInsert { get; init; }

    public long MaximumUpdate { get; init; }

    public long MaximumDelete { get; init; }

    public double MaximumInsertPercent { get; init; } = 30;

    public double MaximumUpdatePercent { get; init; } = 30;

    public double MaximumDeletePercent { get; init; } = 30;
}

/// <summary>Ties owners of one entity type to the accounts of another that they get (rolemodel.md 3.10).</summary>
public sealed class ResourceType
{
    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public SourceLocation Location { get; init; }

    public required Policy Policy { get; init; }

    public required EntityType SourceEntityType { get; init; }

    public required EntityType TargetEntityType { get; init; }

    public Category? Category { get; init; }

    public ApprovalWorkflowType ApprovalWorkflowType { get; init; }

    /// <summary>How people ask for it and decide on it.</summary>
    public RequestRules Requests { get; init; } = RequestRules.Default;

    /// <summary>Dimensions that are required parameters (<c>R0</c>…).</summary>
    public IReadOnlyList<Dimension> RequiredParameters { get; init; } = [];

    public bool AllowAdd { get; init; } = true;

    public bool AllowRemove { get; init; } = true;

    public bool RemoveOrphans { get; init; }

    public bool BlockProvisioning { get; init; } = true;

    public bool CorrelateMultipleResources { get; init; }

    public bool SuggestAllCorrelations { get; init; }

    public ResourceType? DependsOn { get; internal set; }

    public EntityProperty? DependsOnOwnerProperty { get; init; }

    public bool DiscardManualAssignments { get; init; }

    public ValueSource? Arguments { get; init; }

    public int FulfillHoursAheadOfTime { get; init; }

    /// <summary>Minutes; 0 is none.</summary>
    public int TransmittedStateValidityPeriod { get; init; }

    public ProvisioningThresholds Thresholds { get; init; } = new();

    public IReadOnlyList<TypeRule> TypeRules { get; internal set; } = [];

    /// <summary>Those of scalars in order of declaration, then those of files.</summary>
    public IReadOnlyList<ScalarRule> ScalarRules { get; internal set; } = [];

    public IReadOnlyList<NavigationRule> NavigationRules { get; internal set; } = [];

    public IReadOnlyList<QueryRule> QueryRules { get; internal set; } = [];

    public IReadOnlyList<CorrelationRule> CorrelationRules { get; internal set; } = [];

    public IReadOnlyList<ClassificationRule> ClassificationRules { get; internal set; } = [];

    public ResourceTypeMapping? Mapping { get; internal set; }

    /// <summary>The connector through which its orders are fulfilled: that of the target entity type, else of its mapping's connection.</summary>
    public Connector? Connector => TargetEntityType.Connector ?? Mapping?.Connection?.Connector;

    public override string ToString() => Identifier;
}

/// <summary>What all child rules of a resource type share.</summary>
public abstract class ResourceTypeRule
{
    /// <summary>Stable name for messages and reasons: resource type, kind, ordinal from 1.</summary>
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public required ResourceType ResourceType { get; init; }

    public required Policy Policy { get; init; }

    public TimeOffset Offset { get; init; } = TimeOffset.None;
}

/// <summary>Gives the resource type itself.</summary>
public sealed class TypeRule : ResourceTypeRule
{
    public IReadOnlyList<DimensionCriterion> Criteria { get; init; } = [];

    public SingleRole? SingleRole { get; init; }

    public bool IsDenied { get; init; }

    public RuleType Type { get; init; }
}

/// <summary>
/// Gives the value of a scalar property of the target, or its file (a BinaryRule of the format, rolemodel.md 3.10): a file is told by its
/// reference wherever a value is a text, so that both kinds are one.
/// </summary>
public sealed class ScalarRule : ResourceTypeRule
{
    public required EntityProperty Property { get; init; }

    public required ValueSource Source { get; init; }

    public SingleRole? SingleRole { get; init; }

    public ComparisonType ComparisonType { get; init; }

    /// <summary>False: written at creation only, never compared.</summary>
    public bool IsMapped { get; init; } = true;
}

/// <summary>Gives a link of the target to one given resource.</summary>
public sealed class NavigationRule : ResourceTypeRule
{
    public required EntityProperty Property { get; init; }

    /// <summary>Value of a key property of the pointed entity type.</summary>
    public required string Resource { get; init; }

    public SingleRole? SingleRole { get; init; }

    public IReadOnlyList<DimensionCriterion> Criteria { get; init; } = [];

    public bool IsDenied { get; init; }

    /// <summary>The resource itself, by id, where a naming rule has made the rule of it: it stays the same when its key changes. Null: found by <see cref="Resource"/>.</summary>
    public long? ResourceId { get; init; }

    /// <summary>The naming rule that has made it; null where it was declared.</summary>
    public RoleMapping? Mapping { get; init; }
}

/// <summary>Gives a link of the target to the resource whose key equals a value of the owner.</summary>
public sealed class QueryRule : ResourceTypeRule
{
    public required EntityProperty Property { get; init; }

    public required ValueSource Source { get; init; }

    public required ValueSource Target { get; init; }

    public int TargetMatchedConfidenceLevel { get; init; }
}

/// <summary>Finds the owner of a target by equal keys (rolemodel.md 3.11).</summary>
public sealed class CorrelationRule
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public required ResourceType ResourceType { get; init; }

    public required Policy Policy { get; init; }

    public required ValueSource Source { get; init; }

    public required ValueSource Target { get; init; }

    /// <summary>100 and more correlates by itself, below a person confirms.</summary>
    public int Confidence { get; init; }
}

/// <summary>Gives unowned targets a resource type (rolemodel.md 3.12).</summary>
public sealed class ClassificationRule
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public required ResourceType ResourceType { get; init; }

    public required Policy Policy { get; init; }

    /// <summary>C# that is true for the targets of the type; absent is true for all.</summary>
    public ValueSource? Target { get; init; }

    public int Confidence { get; init; }
}

/// <summary>A profile of access control.</summary>
public sealed class Profile
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;
}

/// <summary>Who gets profiles automatically, and on what (rolemodel.md 9.1, 5.12).</summary>
public sealed class ProfileRuleContext
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public ResourceType? ResourceType { get; init; }

    /// <summary>Entity type of the users: as written, else the resource type's source.</summary>
    public required EntityType EntityType { get; init; }

    public bool IsAppliedToRoot { get; init; } = true;

    public ValueSource? RootBinding { get; init; }

    public ValueSource? SubBinding { get; init; }

    public IReadOnlyList<ProfileRule> Rules { get; internal set; } = [];
}

/// <summary>One profile given inside a <see cref="ProfileRuleContext"/>.</summary>
public sealed class ProfileRule
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public required Profile Profile { get; init; }

    public bool IsDenied { get; init; }

    public ValueSource? RootExpression { get; init; }

    public ValueSource? SubExpression { get; init; }

    public IReadOnlyList<DimensionBinding> Bindings { get; init; } = [];
}
