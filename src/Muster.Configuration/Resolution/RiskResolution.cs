using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Risks with their rules (rolemodel.md 3.13).</summary>
internal sealed class RiskResolution(ResolutionScope scope)
{
    private readonly DiagnosticBag _bag = scope.Bag;

    public IReadOnlyList<Risk> Resolve() => [.. scope.Of<RiskElement>().Select(Of).OfType<Risk>()];

    private Risk? Of(RiskElement element)
    {
        if (element.Level is < 0 or > 100)
        {
            _bag.Error(DiagnosticCodes.Range, element.At("Level"), $"The Level of the risk '{element.Identifier}' is {element.Level}. Write 0 to 100.");
        }

        var policy = ResolutionScope.Find(scope.Policies, element.Policy);
        var type = ResolutionScope.Find(scope.EntityTypes, element.EntityType);
        if (policy is null || type is null)
        {
            return null;
        }

        if (element.Rules.Count == 0)
        {
            _bag.Error(DiagnosticCodes.IncompleteRule, element.Location, $"The risk '{element.Identifier}' has no Rule, so that nothing triggers it. Add one.");
        }

        return new Risk
        {
            Identifier = element.Identifier,
            DisplayNames = element.DisplayName,
            Location = element.Location,
            Policy = policy,
            EntityType = type,
            RiskType = element.RiskType,
            ExemptionPolicy = element.ExemptionPolicy,
            Level = element.Level,
            Rules = [.. element.Rules.Select(r => Of(element, type, r)).OfType<RiskRule>()],
        };
    }

    private RiskRule? Of(RiskElement risk, EntityType owners, RiskRuleElement rule)
    {
        var needed = risk.RiskType == RiskType.SoD ? 2 : 1;
        if (rule.Items.Count < needed)
        {
            _bag.Error(
                DiagnosticCodes.IncompleteRule,
                rule.Location,
                $"A Rule of the risk '{risk.Identifier}' has {rule.Items.Count} Item(s), and a risk of the kind {risk.RiskType} needs {needed}. Add what is missing.");
            return null;
        }

        var items = rule.Items.Select(i => Of(risk, owners, i)).OfType<RiskItem>().ToList();
        return items.Count == rule.Items.Count ? new RiskRule(items) : null;
    }

    private RiskItem? Of(RiskElement risk, EntityType owners, RiskItemElement item)
    {
        if (ResolutionScope.Find(scope.ResourceTypes, item.ResourceType) is not { } type)
        {
            return null;
        }

        if (type.SourceEntityType != owners)
        {
            _bag.Error(
                DiagnosticCodes.Mismatch,
                item.At("ResourceType"),
                $"The risk '{risk.Identifier}' is one of '{owners}', and the resource type '{type}' is for '{type.SourceEntityType}'. Name one for '{owners}'.");
            return null;
        }

        var name = item.Property.Split(':')[^1].Trim();
        if (type.TargetEntityType.FindProperty(name) is not { } property)
        {
            _bag.Error(DiagnosticCodes.WrongProperty, item.At("Property"), $"'{type.TargetEntityType}' has no property '{name}', which an Item of the risk '{risk.Identifier}' names.");
            return null;
        }

        var isLink = property.Kind is PropertyKind.MonoNavigation or PropertyKind.MultiNavigation;
        if (property.Kind == PropertyKind.Binary || (!isLink && item.Resource is not null))
        {
            _bag.Error(
                DiagnosticCodes.WrongProperty,
                item.At("Property"),
                $"'{property}' is {(isLink ? "" : "not a link")}{(property.Kind == PropertyKind.Binary ? " but a file" : "")}, which an Item of the risk '{risk.Identifier}' asks for. Name a navigation, or a scalar without Resource.");
            return null;
        }

        return new RiskItem(type, property, string.IsNullOrWhiteSpace(item.Resource) ? null : item.Resource.Trim());
    }
}
