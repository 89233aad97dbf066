using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Automation rules and their typed forms (rolemodel.md 3.14).</summary>
internal sealed class AutomationResolution(ResolutionScope scope, DimensionResolution dimensions)
{
    public IReadOnlyList<AutomationRule> Resolve()
    {
        var rules = new List<AutomationRule>();
        foreach (var element in Elements())
        {
            if (Of(element, TypeOf(element), rules.Count + 1) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return rules;
    }

    private IEnumerable<AutomationRuleElementBase> Elements() =>
    [
        .. scope.Of<AutomationRuleElement>(),
        .. scope.Of<CompositeRoleAutomationRuleElement>(),
        .. scope.Of<SingleRoleAutomationRuleElement>(),
        .. scope.Of<ResourceTypeAutomationRuleElement>(),
        .. scope.Of<CategoryAutomationRuleElement>(),
        .. scope.Of<PolicyAutomationRuleElement>(),
    ];

    private static AutomationRuleType? TypeOf(AutomationRuleElementBase element) => element switch
    {
        AutomationRuleElement general => general.Type,
        CompositeRoleAutomationRuleElement => AutomationRuleType.CompositeRole,
        SingleRoleAutomationRuleElement => AutomationRuleType.SingleRole,
        ResourceTypeAutomationRuleElement => AutomationRuleType.ResourceType,
        CategoryAutomationRuleElement => AutomationRuleType.Category,
        _ => AutomationRuleType.Policy,
    };

    private AutomationRule? Of(AutomationRuleElementBase element, AutomationRuleType? type, int ordinal)
    {
        var (attribute, name) = type switch
        {
            AutomationRuleType.CompositeRole => (nameof(element.CompositeRole), element.CompositeRole),
            AutomationRuleType.SingleRole => (nameof(element.SingleRole), element.SingleRole),
            AutomationRuleType.ResourceType => (nameof(element.ResourceType), element.ResourceType),
            AutomationRuleType.Category => (nameof(element.Category), element.Category),
            AutomationRuleType.Policy => (nameof(element.Policy), element.Policy),
            _ => ("Type", null),
        };
        if (string.IsNullOrEmpty(name))
        {
            Report(element, $"The {element.Source.Name} does not say what it is about. Write {attribute}.");
            return null;
        }

        if (element.Decision is null || string.IsNullOrEmpty(element.WorkflowState))
        {
            Report(element, $"The {element.Source.Name} about '{name}' needs WorkflowState (what it waits for) and Decision (Approve or Decline). Write both.");
            return null;
        }

        var rule = new AutomationRule
        {
            Identifier = string.IsNullOrEmpty(element.Identifier) ? $"{name}/{element.Source.Name}/{ordinal}" : element.Identifier,
            Location = element.Location,
            Role = type == AutomationRuleType.CompositeRole ? ResolutionScope.Find(scope.CompositeRoles, name)
                : type == AutomationRuleType.SingleRole ? ResolutionScope.Find(scope.SingleRoles, name)
                : null,
            ResourceType = type == AutomationRuleType.ResourceType ? ResolutionScope.Find(scope.ResourceTypes, name) : null,
            Category = type == AutomationRuleType.Category ? ResolutionScope.Find(scope.Categories, name) : null,
            Policy = type == AutomationRuleType.Policy ? ResolutionScope.Find(scope.Policies, name) : null,
            EntityType = ResolutionScope.Find(scope.EntityTypes, element.EntityType),
            WorkflowState = element.WorkflowState,
            HoursToWait = Math.Max(0, element.HoursToWait),
            Declines = element.Decision == AutomationDecision.Decline,
            Criteria = dimensions.Criteria(element, element.Dimensions, element.Inheritance),
        };

        // What does not exist was reported with its reference.
        return rule is { Role: null, ResourceType: null, Category: null, Policy: null } ? null : rule;
    }

    private void Report(AutomationRuleElementBase element, string text) => scope.Bag.Error(DiagnosticCodes.MissingAttribute, element.Location, text);
}
