using Muster.Configuration.Model;

namespace Muster.Configuration.Elements;

[Element("Policy", "Container of roles, resource types and rules.", IsTopLevel = true)]
public sealed record PolicyElement : ElementRecord
{
    [Field("Unique among policies.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("True for the policy to be computed.")]
    public bool IsProvisioningEnabled { get; init; }

    [Field("True to allow simulations.")]
    public bool IsSimulationEnabled { get; init; }

    [Field("True if its roles are managed elsewhere.")]
    public bool IsExternal { get; init; }

    [Field("Dimension value that restricts access to the policy.", Name = "D#")]
    public IReadOnlyList<NumberedValue<string>> Dimensions { get; init; } = [];

    [Field("Minutes that a lost assignment is kept.")]
    public int GracePeriod { get; init; }

    [Field("Longest assignment in minutes; 0 is no limit.")]
    public int MaxDuration { get; init; }

    [Field("True to skip the approval when the requester may review.")]
    public bool HasImplicitApproval { get; init; }

    [Field("True to prolong without approval.")]
    public bool ProlongationWithoutApproval { get; init; }

    [Field("Whether a manual assignment ends with its context.")]
    public EndDateLock ManualAssignmentEndDateLockedToContextMode { get; init; }

    [Field("Comment at approval.")]
    public CommentActivation CommentActivationOnApproveInReview { get; init; } = CommentActivation.Optional;

    [Field("Comment at refusal.")]
    public CommentActivation CommentActivationOnDeclineInReview { get; init; } = CommentActivation.Required;

    [Field("Comment when a non-conforming assignment is removed.")]
    public CommentActivation CommentActivationOnDeleteGapInReconciliation { get; init; } = CommentActivation.Optional;

    [Field("Comment when a non-conforming assignment is kept.")]
    public CommentActivation CommentActivationOnKeepGapInReconciliation { get; init; } = CommentActivation.Required;
}

[Element("Category", "Groups roles and resource types, as a tree.", IsTopLevel = true)]
public sealed record CategoryElement : ElementRecord
{
    [Field("Unique among categories.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Explanation shown to people.")]
    public DisplayNames Description { get; init; } = DisplayNames.Empty;

    [Field("The policy.", Required = true, Refers = typeof(PolicyElement))]
    public string Policy { get; init; } = "";

    [Field("The category above.", Refers = typeof(CategoryElement))]
    public string? Parent { get; init; }

    [Field("True to show it closed.")]
    public bool IsCollapsed { get; init; }
}

[Element("Dimension", "A criterion of rules: department, site, title.", IsTopLevel = true)]
public sealed record DimensionElement : ElementRecord
{
    [Field("Unique among dimensions.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Entity type of the values.", Required = true, Refers = typeof(EntityTypeElement))]
    public string EntityType { get; init; } = "";

    [Field("Its number, decimal, 0 to 127; written in base32hex in D…, B…, L….", Required = true)]
    public int ColumnMapping { get; init; }

    [Field("True if values have parents.")]
    public bool IsHierarchical { get; init; }

    [Field("Navigation from a value to its parent.")]
    public string? ParentProperty { get; init; }

    [Field("True to leave it out of role mining.")]
    public bool IsExcludedFromRoleMining { get; init; }
}

[Element("ContextRule", "How contexts are made for the owners of one entity type.", IsTopLevel = true)]
public sealed record ContextRuleElement : ElementRecord
{
    [Field("Unique among context rules.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("The policy.", Required = true, Refers = typeof(PolicyElement))]
    public string Policy { get; init; } = "";

    [Field("Entity type of the owners.", Required = true, Refers = typeof(EntityTypeElement))]
    public string SourceEntityType { get; init; } = "";

    [Field("Path from the owner to the resources that describe its contexts; absent: the owner itself.")]
    public string? ResourcesBinding { get; init; }

    [Field("C# that gives the resources that describe the contexts.")]
    public string? ResourcesExpression { get; init; }

    [Field("Path to the start of validity.")]
    public string? ResourcesStartBinding { get; init; }

    [Field("C# that gives the start of validity.")]
    public string? ResourcesStartExpression { get; init; }

    [Field("Path to the end of validity.")]
    public string? ResourcesEndBinding { get; init; }

    [Field("C# that gives the end of validity.")]
    public string? ResourcesEndExpression { get; init; }

    [Field("Path from the context resource to the dimension's value.", Name = "B#")]
    public IReadOnlyList<NumberedValue<string>> Bindings { get; init; } = [];

    [Field("C# that is true for what is left out.")]
    public string? ExcludeExpression { get; init; }

    [Field("How risk scores are brought together.")]
    public RiskFactorType RiskFactorType { get; init; }

    [Field("Least number of identities (role mining).")]
    public int MinIdentitiesCount { get; init; }

    [Field("Outliers that are left out, in percent (role mining).")]
    public double ReductionOutlierPercentage { get; init; }

    [Field("Path that is compared (access certification).")]
    public string? ResourceCertificationComparisonBinding { get; init; }

    [Field("Comparison (access certification).")]
    public string? ResourceCertificationComparisonOperator { get; init; }

    [Field("What it is compared with (access certification).")]
    public string? ResourceCertificationComparisonValue { get; init; }
}

[Element("RecordSection", "Properties of records that have dates of their own.", IsTopLevel = true)]
public sealed record RecordSectionElement : ElementRecord
{
    [Field("Unique among record sections.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Entity type of the owners.", Required = true, Refers = typeof(EntityTypeElement))]
    public string SourceEntityType { get; init; } = "";

    [Field("Entity type of the records.", Required = true, Refers = typeof(EntityTypeElement))]
    public string ResourceEntityType { get; init; } = "";

    [Field("Date-time property of the record where the section starts.")]
    public string? StartProperty { get; init; }

    [Field("Date-time property of the record where the section ends.")]
    public string? EndProperty { get; init; }

    [Field("What replaces missing dates.")]
    public RecordBoundaryKind BoundaryKind { get; init; }

    [Field("Whether values may be copied into contexts without any.")]
    public RecordExtensionKind ExtensionKind { get; init; }

    [Field("C# that identifies one position or contract.")]
    public string? InstanceKeyExpression { get; init; }

    [Field("C# that gives the priority among instances.")]
    public string? SortKeyExpression { get; init; }

    [Field("Smallest sort key that is copied.")]
    public string? ExtendedSortKey { get; init; }

    [Field("True if its dates are the owner's validity.")]
    public bool IsDefaultBoundariesSection { get; init; }

    [Children("The properties of the section.")]
    public IReadOnlyList<RecordSectionPropertyElement> Properties { get; init; } = [];
}

[Element("Property", "A property of a record section.", Key = ["Property"])]
public sealed record RecordSectionPropertyElement : ElementRecord
{
    [Field("The property of the records.", Required = true)]
    public string Property { get; init; } = "";

    [Field("Whether its values may be copied.")]
    public RecordExtensionKind ExtensionKind { get; init; }

    [Field("True to leave it out of the default section.")]
    public bool IsExcluded { get; init; }
}
