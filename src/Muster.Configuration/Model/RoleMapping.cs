using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;

namespace Muster.Configuration.Model;

/// <summary>
/// A naming rule: it makes a single role, its category and the navigation rule that gives it for each value of a navigation
/// (rolemodel.md 3.15). What it has made is kept in the store, value by value; all else about the roles stands here.
/// </summary>
public sealed class RoleMapping
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    /// <summary>Of the navigation rules.</summary>
    public required Policy Policy { get; init; }

    /// <summary>Of the roles and categories.</summary>
    public required Policy RolePolicy { get; init; }

    public required ResourceType ResourceType { get; init; }

    /// <summary>Navigation of the resource type's targets.</summary>
    public required EntityProperty Property { get; init; }

    /// <summary>The resources that the navigation can lead to: each may become a role.</summary>
    public EntityType ValueType => Property.TargetEntityType!;

    /// <summary>Any of these must hold, if there are any.</summary>
    public IReadOnlyList<RoleMappingRule> Rules { get; init; } = [];

    /// <summary>True for the values that count; null is true for all.</summary>
    public ValueSource? Where { get; init; }

    /// <summary>Null: the value's key.</summary>
    public ValueSource? RoleIdentifier { get; init; }

    /// <summary>Null: the value's display name.</summary>
    public ValueSource? RoleDisplayName { get; init; }

    /// <summary>Null: roles without category.</summary>
    public ValueSource? CategoryIdentifier { get; init; }

    /// <summary>Null: the category's identifier.</summary>
    public ValueSource? CategoryDisplayName { get; init; }

    /// <summary>Null: categories without parent.</summary>
    public ValueSource? ParentCategoryIdentifier { get; init; }

    public ApprovalWorkflowType ApprovalWorkflowType { get; init; }

    /// <summary>How people ask for the roles and decide on them.</summary>
    public RequestRules Requests { get; init; } = RequestRules.Default;

    /// <summary>What is written into the roles that <c>config export</c> shows: the attributes that roles have too.</summary>
    public IReadOnlyList<Xml.ConfigurationAttribute> RoleAttributes { get; init; } = [];

    public override string ToString() => Identifier;
}

/// <summary>Conditions that must all hold.</summary>
public sealed record RoleMappingRule(IReadOnlyList<RoleMappingCondition> Conditions);

/// <summary>One condition of a <see cref="RoleMapping"/> about a scalar of the value. Texts are compared without regard to letter case.</summary>
/// <param name="Value">Canonical text; null is an empty value.</param>
public sealed record RoleMappingCondition(EntityProperty Property, QueryComparisonOperator Operator, string? Value);
