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
