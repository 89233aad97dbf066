using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Model;

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
