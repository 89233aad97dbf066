namespace Muster.Configuration.Elements;

/// <summary>What all automation rules share (rolemodel.md 3.14).</summary>
public abstract record AutomationRuleElementBase : ElementRecord
{
    [Field("Name of the rule.")]
    public string? Identifier { get; init; }

    [Field("Workflow state that it waits for.")]
    public string? WorkflowState { get; init; }

    [Field("Hours to wait since the last change of the workflow state.")]
    public int HoursToWait { get; init; } = -1;

    [Field("What it decides.")]
    public AutomationDecision? Decision { get; init; }

    [Field("Key of the dimension value that is asked for.", Name = "D#")]
    public IReadOnlyList<NumberedValue<string>> Dimensions { get; init; } = [];

    [Field("True if the values below count too.", Name = "L#")]
    public IReadOnlyList<NumberedValue<bool>> Inheritance { get; init; } = [];

    [Field("Entity type of the owners.", Refers = typeof(EntityTypeElement))]
    public string? EntityType { get; init; }

    [Field("The policy.", Refers = typeof(PolicyElement))]
    public string? Policy { get; init; }

    [Field("The category.", Refers = typeof(CategoryElement))]
    public string? Category { get; init; }

    [Field("The single role.", Refers = typeof(SingleRoleElement))]
    public string? SingleRole { get; init; }

    [Field("The composite role.", Refers = typeof(CompositeRoleElement))]
    public string? CompositeRole { get; init; }

    [Field("The resource type.", Refers = typeof(ResourceTypeElement))]
    public string? ResourceType { get; init; }
}

[Element("AutomationRule", "Decides on waiting assignments by itself.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record AutomationRuleElement : AutomationRuleElementBase
{
    [Field("What the rule is about.")]
    public AutomationRuleType? Type { get; init; }
}

[Element("CompositeRoleAutomationRule", "Decides on assignments of a composite role.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record CompositeRoleAutomationRuleElement : AutomationRuleElementBase;

[Element("SingleRoleAutomationRule", "Decides on assignments of a single role.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record SingleRoleAutomationRuleElement : AutomationRuleElementBase;

[Element("ResourceTypeAutomationRule", "Decides on assignments of a resource type.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record ResourceTypeAutomationRuleElement : AutomationRuleElementBase;

[Element("CategoryAutomationRule", "Decides on assignments of a category.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record CategoryAutomationRuleElement : AutomationRuleElementBase;

[Element("PolicyAutomationRule", "Decides on assignments of a policy.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record PolicyAutomationRuleElement : AutomationRuleElementBase;
