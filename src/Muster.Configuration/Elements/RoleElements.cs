using Muster.Configuration.Model;

namespace Muster.Configuration.Elements;

/// <summary>What single and composite roles share (rolemodel.md 3.7, 3.9).</summary>
public abstract record RoleElement : ElementRecord
{
    [Field("Unique among roles of its kind.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Explanation shown to people.")]
    public DisplayNames Description { get; init; } = DisplayNames.Empty;

    [Field("Entity type of who can receive it.", Required = true, Refers = typeof(EntityTypeElement))]
    public string EntityType { get; init; } = "";

    [Field("The policy.", Required = true, Refers = typeof(PolicyElement))]
    public string Policy { get; init; } = "";

    [Field("The category.", Refers = typeof(CategoryElement))]
    public string? Category { get; init; }

    [Field("How many approvals a request needs.")]
    public ApprovalWorkflowType ApprovalWorkflowType { get; init; }

    [Field("Whether the right to review counts as approval.")]
    public ImplicitApproval ImplicitApproval { get; init; }

    [Field("True if the dimension is a required parameter.", Name = "R#")]
    public IReadOnlyList<NumberedValue<bool>> RequiredParameters { get; init; } = [];

    [Field("Minutes that a lost assignment is kept; absent: as the policy says.")]
    public int? GracePeriod { get; init; }

    [Field("Longest assignment in minutes; absent: as the policy says.")]
    public int? MaxDuration { get; init; }

    [Field("Whether it can be prolonged without approval.")]
    public ProlongationWithoutApproval ProlongationWithoutApproval { get; init; }

    [Field("Whether a manual assignment ends with its context.")]
    public EndDateLock ManualAssignmentEndDateLockedToContextMode { get; init; }

    [Field("True to hide automatic assignments in the simplified view.")]
    public bool HideOnSimplifiedView { get; init; }

    [Field("Comment at approval.")]
    public CommentActivationWithInherited CommentActivationOnApproveInReview { get; init; } = CommentActivationWithInherited.Inherited;

    [Field("Comment at refusal.")]
    public CommentActivationWithInherited CommentActivationOnDeclineInReview { get; init; } = CommentActivationWithInherited.Inherited;

    [Field("Comment when a non-conforming assignment is removed.")]
    public CommentActivationWithInherited CommentActivationOnDeleteGapInReconciliation { get; init; } = CommentActivationWithInherited.Inherited;

    [Field("Comment when a non-conforming assignment is kept.")]
    public CommentActivationWithInherited CommentActivationOnKeepGapInReconciliation { get; init; } = CommentActivationWithInherited.Inherited;

    [Field("Labels divided by ¤.")]
    public string? Tags { get; init; }
}

[Element("SingleRole", "A right that can be given to people.", IsTopLevel = true)]
public sealed record SingleRoleElement : RoleElement
{
    [Field("Dimension value that every holder gets.", Name = "D#")]
    public IReadOnlyList<NumberedValue<string>> Dimensions { get; init; } = [];
}

[Element("CompositeRole", "A bundle of single roles.", IsTopLevel = true)]
public sealed record CompositeRoleElement : RoleElement;

/// <summary>What the rules that give roles share.</summary>
public abstract record RoleRuleElement : ElementRecord
{
    [Field("The role that is given.", Required = true)]
    public string Role { get; init; } = "";

    [Field("The policy.", Required = true, Refers = typeof(PolicyElement))]
    public string Policy { get; init; } = "";

    [Field("Key of the dimension value that is asked for.", Name = "D#")]
    public IReadOnlyList<NumberedValue<string>> Dimensions { get; init; } = [];

    [Field("True if the values below count too.", Name = "L#")]
    public IReadOnlyList<NumberedValue<bool>> Inheritance { get; init; } = [];

    [Field("True to take the role away.")]
    public bool IsDenied { get; init; }

    [Field("The smallest number wins.")]
    public int Priority { get; init; }

    [Field("What it does for who matches.")]
    public RuleType Type { get; init; }
}

[Element("SingleRoleRule", "Gives a single role by context.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record SingleRoleRuleElement : RoleRuleElement
{
    [Field("Composite role that must be held.", Refers = typeof(CompositeRoleElement))]
    public string? CompositeRole { get; init; }
}

[Element("CompositeRoleRule", "Gives a composite role by context.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record CompositeRoleRuleElement : RoleRuleElement
{
    [Field("Composite role that must be held.", Refers = typeof(CompositeRoleElement))]
    public string? ParentRole { get; init; }
}

[Element("Risk", "Assignments that must not come together, or that are dangerous.", IsTopLevel = true)]
public sealed record RiskElement : ElementRecord
{
    [Field("Unique among risks.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Explanation shown to people.")]
    public DisplayNames Description { get; init; } = DisplayNames.Empty;

    [Field("What to do about it.")]
    public DisplayNames Remediation { get; init; } = DisplayNames.Empty;

    [Field("Entity type of the owners.", Required = true, Refers = typeof(EntityTypeElement))]
    public string EntityType { get; init; } = "";

    [Field("The policy.", Required = true, Refers = typeof(PolicyElement))]
    public string Policy { get; init; } = "";

    [Field("Kind of the risk.")]
    public RiskType RiskType { get; init; }

    [Field("What happens when it is met.")]
    public RiskExemptionPolicy ExemptionPolicy { get; init; }

    [Field("Weight, 0 to 100.")]
    public int Level { get; init; }

    [Children("Any of these triggers the risk.")]
    public IReadOnlyList<RiskRuleElement> Rules { get; init; } = [];
}

[Element("Rule", "Items that must all hold.", Key = [], MayRepeat = true)]
public sealed record RiskRuleElement : ElementRecord
{
    [Children("The items.")]
    public IReadOnlyList<RiskItemElement> Items { get; init; } = [];
}

[Element("Item", "A value that an owner holds.", Key = [], MayRepeat = true)]
public sealed record RiskItemElement : ElementRecord
{
    [Field("The resource type.", Required = true, Refers = typeof(ResourceTypeElement))]
    public string ResourceType { get; init; } = "";

    [Field("The property.", Required = true)]
    public string Property { get; init; } = "";

    [Field("The resource that it points at.")]
    public string? Resource { get; init; }
}

[Element("RoleMapping", "A naming rule: makes roles, categories and navigation rules from the values of a navigation, by BuildRoleModelTask.", IsTopLevel = true)]
public sealed record RoleMappingElement : ElementRecord
{
    [Field("Unique among role mappings.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("The policy of the rules.", Required = true, Refers = typeof(PolicyElement))]
    public string Policy { get; init; } = "";

    [Field("Navigation of the targets, whose values become roles.", Required = true)]
    public string Property { get; init; } = "";

    [Field("The resource type whose rules give the values.", Required = true, Refers = typeof(ResourceTypeElement))]
    public string ResourceType { get; init; } = "";

    [Field("Policy of the roles and categories; absent: Policy.", Refers = typeof(PolicyElement))]
    public string? RolePolicy { get; init; }

    [Field("True if requests need an approval: one, unless ApprovalWorkflowType says more.")]
    public bool ApprovalRequired { get; init; }

    [Field("How many approvals a request needs.")]
    public ApprovalWorkflowType ApprovalWorkflowType { get; init; }

    [Field("Whether the right to review counts as approval.")]
    public ImplicitApproval ImplicitApproval { get; init; }

    [Field("C# that is true for the values that count; absent: all.")]
    public string? WhereExpression { get; init; }

    [Field("Path from the value to the role's identifier; absent, like the expression: the value's key.")]
    public string? IdentifierBinding { get; init; }

    [Field("Expression of the role's identifier.")]
    public string? IdentifierExpression { get; init; }

    [Field("Path from the value to the role's name; absent, like the expression: the value's display name.")]
    public string? DisplayNameBinding { get; init; }

    [Field("Expression of the role's name.")]
    public string? DisplayNameExpression { get; init; }

    [Field("Path from the value to the category's identifier; absent, like the expression: no category.")]
    public string? CategoryIdentifierBinding { get; init; }

    [Field("Expression of the category's identifier.")]
    public string? CategoryIdentifierExpression { get; init; }

    [Field("Path from the value to the category's name; absent, like the expression: its identifier.")]
    public string? CategoryDisplayNameBinding { get; init; }

    [Field("Expression of the category's name.")]
    public string? CategoryDisplayNameExpression { get; init; }

    [Field("Path from the value to the identifier of the category above; absent, like the expression: none.")]
    public string? ParentCategoryIdentifierBinding { get; init; }

    [Field("Expression of the identifier of the category above.")]
    public string? ParentCategoryIdentifierExpression { get; init; }

    [Field("True to hide automatic assignments in the simplified view.")]
    public bool HideOnSimplifiedView { get; init; }

    [Field("Comment at approval.")]
    public CommentActivationWithInherited CommentActivationOnApproveInReview { get; init; } = CommentActivationWithInherited.Inherited;

    [Field("Comment at refusal.")]
    public CommentActivationWithInherited CommentActivationOnDeclineInReview { get; init; } = CommentActivationWithInherited.Inherited;

    [Field("Comment when a non-conforming assignment is removed.")]
    public CommentActivationWithInherited CommentActivationOnDeleteGapInReconciliation { get; init; } = CommentActivationWithInherited.Inherited;

    [Field("Comment when a non-conforming assignment is kept.")]
    public CommentActivationWithInherited CommentActivationOnKeepGapInReconciliation { get; init; } = CommentActivationWithInherited.Inherited;

    [Children("Which values count: those for which one of these holds.")]
    public IReadOnlyList<RoleMappingRuleElement> Rules { get; init; } = [];
}

[Element("Rule", "Conditions that must all hold.", Key = [], MayRepeat = true)]
public sealed record RoleMappingRuleElement : ElementRecord
{
    [Children("The conditions.")]
    public IReadOnlyList<RoleMappingItemElement> Items { get; init; } = [];
}

[Element("Item", "One condition.", Key = [], MayRepeat = true)]
public sealed record RoleMappingItemElement : ElementRecord
{
    [Field("Scalar property of the value.", Required = true)]
    public string Property { get; init; } = "";

    [Field("The comparison, without regard to letter case.", Required = true)]
    public QueryComparisonOperator Operator { get; init; }

    [Field("What it is compared with.")]
    public string? Value { get; init; }
}

[Element("MiningRule", "Settings of role mining.", IsTopLevel = true, Key = [], MayRepeat = true, Support = ElementSupport.NotYet)]
public sealed record MiningRuleElement : ElementRecord
{
    [Field("Name of the rule.")]
    public string? Identifier { get; init; }

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("The policy.", Refers = typeof(PolicyElement))]
    public string? Policy { get; init; }

    [Field("Entity type of the owners.", Refers = typeof(EntityTypeElement))]
    public string? EntityType { get; init; }

    [Field("Entity type of the owners.", Refers = typeof(EntityTypeElement))]
    public string? SourceEntityType { get; init; }

    [Field("Category of the roles.", Refers = typeof(CategoryElement))]
    public string? Category { get; init; }

    [Field("The single role.", Refers = typeof(SingleRoleElement))]
    public string? SingleRole { get; init; }

    [Field("What the rules do for who matches.")]
    public RuleType RuleType { get; init; }

    [Field("Order among mining rules.")]
    public int Priority { get; init; }

    [Field("True to leave excluded roles out.")]
    public bool ExcludeRole { get; init; }

    [Field("True to take part.")]
    public bool IsExcluded { get; init; }
}

[Element("IndirectResourceRule", "Finds rights that come through nested groups.", IsTopLevel = true, Key = [], MayRepeat = true, Support = ElementSupport.NotYet)]
public sealed record IndirectResourceRuleElement : ElementRecord
{
    [Field("The resource type.", Required = true, Refers = typeof(ResourceTypeElement))]
    public string ResourceType { get; init; } = "";

    [Field("The navigation.", Required = true)]
    public string Property { get; init; } = "";

    [Field("The property that corresponds in the other system.")]
    public string? Correspondence { get; init; }

    [Field("Its membership property.")]
    public string? CorrespondenceMembershipProperty { get; init; }

    [Field("The entitlement.")]
    public string? Entitlement { get; init; }
}
