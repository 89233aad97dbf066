using Muster.Configuration.Model;

namespace Muster.Configuration.Elements;

[Element("ResourceType", "Ties owners of one entity type to the accounts of another that they get.", IsTopLevel = true)]
public sealed record ResourceTypeElement : ElementRecord
{
    [Field("Unique among resource types; a C# name.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Explanation shown to people.")]
    public DisplayNames Description { get; init; } = DisplayNames.Empty;

    [Field("The policy.", Required = true, Refers = typeof(PolicyElement))]
    public string Policy { get; init; } = "";

    [Field("Entity type of the owners.", Required = true, Refers = typeof(EntityTypeElement))]
    public string SourceEntityType { get; init; } = "";

    [Field("Entity type of the accounts.", Required = true, Refers = typeof(EntityTypeElement))]
    public string TargetEntityType { get; init; } = "";

    [Field("The category.", Refers = typeof(CategoryElement))]
    public string? Category { get; init; }

    [Field("Present in one documented example only.", IsObsolete = true)]
    public string? Type { get; init; }

    [Field("How many approvals a request needs.")]
    public ApprovalWorkflowType ApprovalWorkflowType { get; init; }

    [Field("Whether the right to review counts as approval.")]
    public ImplicitApproval ImplicitApproval { get; init; }

    [Field("True to create targets automatically.")]
    public bool AllowAdd { get; init; } = true;

    [Field("True to delete targets automatically.")]
    public bool AllowRemove { get; init; } = true;

    [Field("True to delete the targets of deleted owners; needs AllowRemove.")]
    public bool RemoveOrphans { get; init; }

    [Field("True if every order needs a review.")]
    public bool BlockProvisioning { get; init; } = true;

    [Field("True if an owner may own several targets.")]
    public bool CorrelateMultipleResources { get; init; }

    [Field("True to suggest all correlations.")]
    public bool SuggestAllCorrelations { get; init; }

    [Field("Resource type of which the owner must already have a provisioned target.", Refers = typeof(ResourceTypeElement))]
    public string? DependsOn { get; init; }

    [Field("Property of the owner that must not be empty.")]
    public string? DependsOnOwnerProperty { get; init; }

    [Field("True if a changed owner overwrites manual values.")]
    public bool DiscardManualAssignments { get; init; }

    [Field("C# that gives the arguments of each order.")]
    public string? ArgumentsExpression { get; init; }

    [Field("Hours that orders may leave before the start date.")]
    public int FulfillHoursAheadOfTime { get; init; }

    [Field("Minutes after which an unconfirmed order is an error; 0 is never.")]
    public int TransmittedStateValidityPeriod { get; init; }

    [Field("Most targets that one generation may create; 0 is no limit.")]
    public int MaximumInsert { get; init; }

    [Field("Most targets that one generation may update; 0 is no limit.")]
    public int MaximumUpdate { get; init; }

    [Field("Most targets that one generation may delete; 0 is no limit.")]
    public int MaximumDelete { get; init; }

    [Field("As MaximumInsert, in percent; 0 is no limit.")]
    public double MaximumInsertPercent { get; init; } = 30;

    [Field("As MaximumUpdate, in percent; 0 is no limit.")]
    public double MaximumUpdatePercent { get; init; } = 30;

    [Field("As MaximumDelete, in percent; 0 is no limit.")]
    public double MaximumDeletePercent { get; init; } = 30;

    [Field("True if some type rule uses the dimension as a parameter.", Name = "P#")]
    public IReadOnlyList<NumberedValue<bool>> Parameters { get; init; } = [];

    [Field("True if the dimension is a required parameter.", Name = "R#")]
    public IReadOnlyList<NumberedValue<bool>> RequiredParameters { get; init; } = [];

    [Field("Whether it can be prolonged without approval.")]
    public ProlongationWithoutApproval ProlongationWithoutApproval { get; init; }

    [Field("Whether a manual assignment ends with its context.")]
    public EndDateLock ManualAssignmentEndDateLockedToContextMode { get; init; }

    [Field("True to hide automatic assignments in the simplified view.")]
    public bool HideOnSimplifiedView { get; init; }

    [Children("Who gets the resource type.")]
    public IReadOnlyList<TypeRuleElement> TypeRules { get; init; } = [];

    [Children("Values of scalar properties.")]
    public IReadOnlyList<ScalarRuleElement> ScalarRules { get; init; } = [];

    [Children("Links to given resources.")]
    public IReadOnlyList<NavigationRuleElement> NavigationRules { get; init; } = [];

    [Children("Links to the resource that a value of the owner names.")]
    public IReadOnlyList<QueryRuleElement> QueryRules { get; init; } = [];

    [Children("Files.")]
    public IReadOnlyList<BinaryRuleElement> BinaryRules { get; init; } = [];
}

/// <summary>What the child rules of a resource type share (rolemodel.md 3.10).</summary>
public abstract record ResourceTypeRuleElement : ElementRecord
{
    [Field("The policy; absent: that of the resource type.", Refers = typeof(PolicyElement))]
    public string? Policy { get; init; }

    [Field("Where the offset is measured from.")]
    public TimeOffsetReference TimeOffsetReference { get; init; }

    [Field("Minutes before the reference.")]
    public int TimeOffsetBeforeReference { get; init; }

    [Field("Minutes after the reference.")]
    public int TimeOffsetAfterReference { get; init; }
}

[Element("TypeRule", "Gives the resource type.", Key = [], MayRepeat = true)]
public sealed record TypeRuleElement : ResourceTypeRuleElement
{
    [Field("Key of the dimension value that is asked for.", Name = "D#")]
    public IReadOnlyList<NumberedValue<string>> Dimensions { get; init; } = [];

    [Field("True if the values below count too.", Name = "L#")]
    public IReadOnlyList<NumberedValue<bool>> Inheritance { get; init; } = [];

    [Field("Single role that must be held.", Refers = typeof(SingleRoleElement))]
    public string? SingleRole { get; init; }

    [Field("True to take the resource type away.")]
    public bool IsDenied { get; init; }

    [Field("What it does for who matches.")]
    public RuleType Type { get; init; }
}

[Element("ScalarRule", "Gives the value of a scalar property of the target.", Key = [], MayRepeat = true)]
public sealed record ScalarRuleElement : ResourceTypeRuleElement
{
    [Field("The property of the target.", Required = true)]
    public string Property { get; init; } = "";

    [Field("Path from the owner to the value.")]
    public string? Binding { get; init; }

    [Field("Predefined function, C# or literal expression.")]
    public string? Expression { get; init; }

    [Field("Single role that must be held.", Refers = typeof(SingleRoleElement))]
    public string? SingleRole { get; init; }

    [Field("How the value is compared with the stored one.")]
    public ComparisonType ComparisonType { get; init; }

    [Field("False: written at creation only, never compared.")]
    public bool IsMapped { get; init; } = true;
}

[Element("NavigationRule", "Gives a link of the target to one given resource.", Key = [], MayRepeat = true)]
public sealed record NavigationRuleElement : ResourceTypeRuleElement
{
    [Field("The navigation of the target.", Required = true)]
    public string Property { get; init; } = "";

    [Field("Key of the resource that it is linked to.", Required = true)]
    public string Resource { get; init; } = "";

    [Field("Single role that must be held.", Refers = typeof(SingleRoleElement))]
    public string? SingleRole { get; init; }

    [Field("Key of the dimension value that is asked for.", Name = "D#")]
    public IReadOnlyList<NumberedValue<string>> Dimensions { get; init; } = [];

    [Field("True if the values below count too.", Name = "L#")]
    public IReadOnlyList<NumberedValue<bool>> Inheritance { get; init; } = [];

    [Field("True to take the link away.")]
    public bool IsDenied { get; init; }
}

[Element("QueryRule", "Gives a link of the target to the resource whose key equals a value of the owner.", Key = [], MayRepeat = true)]
public sealed record QueryRuleElement : ResourceTypeRuleElement
{
    [Field("The navigation of the target.", Required = true)]
    public string Property { get; init; } = "";

    [Field("Path from the owner to the key.")]
    public string? SourceBinding { get; init; }

    [Field("Expression on the owner that gives the key.")]
    public string? SourceExpression { get; init; }

    [Field("Path from the resource that is sought to its key.")]
    public string? TargetBinding { get; init; }

    [Field("Expression on the resource that is sought; not Literal.")]
    public string? TargetExpression { get; init; }

    [Field("100 to 150 links by itself, below a person confirms.")]
    public int TargetMatchedConfidenceLevel { get; init; }
}

[Element("BinaryRule", "Gives a file of the target.", Key = [], MayRepeat = true)]
public sealed record BinaryRuleElement : ResourceTypeRuleElement
{
    [Field("The file property of the target.", Required = true)]
    public string Property { get; init; } = "";

    [Field("Path from the owner to the file.")]
    public string? Binding { get; init; }

    [Field("Single role that must be held.", Refers = typeof(SingleRoleElement))]
    public string? SingleRole { get; init; }
}

[Element("ResourceCorrelationRule", "Finds the owner of a target by equal keys.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record ResourceCorrelationRuleElement : ElementRecord
{
    [Field("The resource type.", Required = true, Refers = typeof(ResourceTypeElement))]
    public string ResourceType { get; init; } = "";

    [Field("The policy.", Required = true, Refers = typeof(PolicyElement))]
    public string Policy { get; init; } = "";

    [Field("Path from the owner to its key.")]
    public string? SourceBinding { get; init; }

    [Field("Expression on the owner that gives its key.")]
    public string? SourceExpression { get; init; }

    [Field("Path from the target to its key.")]
    public string? TargetBinding { get; init; }

    [Field("Expression on the target that gives its key.")]
    public string? TargetExpression { get; init; }

    [Field("100 and more correlates by itself, below a person confirms.")]
    public int SourceMatchedConfidenceLevel { get; init; }
}

[Element("ResourceClassificationRule", "Gives targets without owner a resource type.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record ResourceClassificationRuleElement : ElementRecord
{
    [Field("The resource type.", Required = true, Refers = typeof(ResourceTypeElement))]
    public string ResourceType { get; init; } = "";

    [Field("The policy.", Required = true, Refers = typeof(PolicyElement))]
    public string Policy { get; init; } = "";

    [Field("C# that is true for the targets of the type.")]
    public string? TargetExpression { get; init; }

    [Field("The highest wins; 100 and more classifies by itself.")]
    public int ResourceTypeIdentificationConfidenceLevel { get; init; }

    [Field("Without effect.")]
    public string? SourceMatchedConfidenceLevel { get; init; }
}
