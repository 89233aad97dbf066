using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Values;

namespace Muster.Configuration.Resolution;

/// <summary>Naming rules (rolemodel.md 3.15).</summary>
internal sealed class RoleMappingResolution(ResolutionScope scope)
{
    /// <summary>Attributes of a mapping that its roles have too, as <c>config export</c> writes them.</summary>
    private static readonly string[] RoleAttributes =
    [
        "ImplicitApproval", "HideOnSimplifiedView", "CommentActivationOnApproveInReview", "CommentActivationOnDeclineInReview",
        "CommentActivationOnDeleteGapInReconciliation", "CommentActivationOnKeepGapInReconciliation",
    ];

    private readonly DiagnosticBag _bag = scope.Bag;

    public IReadOnlyList<RoleMapping> Resolve() => [.. scope.Of<RoleMappingElement>().Select(Of).OfType<RoleMapping>()];

    private RoleMapping? Of(RoleMappingElement element)
    {
        var policy = ResolutionScope.Find(scope.Policies, element.Policy);
        var rolePolicy = string.IsNullOrEmpty(element.RolePolicy) ? policy : ResolutionScope.Find(scope.Policies, element.RolePolicy);
        var type = ResolutionScope.Find(scope.ResourceTypes, element.ResourceType);
        if (policy is null || rolePolicy is null || type is null || element.Identifier.Length == 0 || Navigation(element, type) is not { } property)
        {
            return null;
        }

        CheckPolicies(element, type, policy, rolePolicy);
        CheckPairs(element);
        var values = property.TargetEntityType!;
        var approval = element is { ApprovalRequired: true, ApprovalWorkflowType: ApprovalWorkflowType.None } ? ApprovalWorkflowType.One : element.ApprovalWorkflowType;
        return new RoleMapping
        {
            Identifier = element.Identifier,
            Location = element.Location,
            Policy = policy,
            RolePolicy = rolePolicy,
            ResourceType = type,
            Property = property,
            Rules = [.. element.Rules.Select(r => new RoleMappingRule([.. r.Items.Select(i => Condition(i, values)).OfType<RoleMappingCondition>()]))],
            Where = ValueSources.Of(element, values, null, "WhereExpression"),
            RoleIdentifier = ValueSources.Of(element, values, "IdentifierBinding", "IdentifierExpression"),
            RoleDisplayName = ValueSources.Of(element, values, "DisplayNameBinding", "DisplayNameExpression"),
            CategoryIdentifier = ValueSources.Of(element, values, "CategoryIdentifierBinding", "CategoryIdentifierExpression"),
            CategoryDisplayName = ValueSources.Of(element, values, "CategoryDisplayNameBinding", "CategoryDisplayNameExpression"),
            ParentCategoryIdentifier = ValueSources.Of(element, values, "ParentCategoryIdentifierBinding", "ParentCategoryIdentifierExpression"),
            ApprovalWorkflowType = approval,
            Requests = RequestResolution.Of(element, approval, rolePolicy),
            RoleAttributes = [.. RoleAttributes.Select(element.Source.Find).OfType<Xml.ConfigurationAttribute>()],
        };
    }

    private EntityProperty? Navigation(RoleMappingElement element, ResourceType type)
    {
        var place = element.At("Property");
        var property = scope.PropertyOf(type.TargetEntityType, element.Property, place);
        if (property is null)
        {
            return null;
        }

        if (property.TargetEntityType is null)
        {
            _bag.Error(
                DiagnosticCodes.WrongProperty,
                place,
                $"'{property}' is no navigation, so that its values cannot become roles. Name a navigation of '{type.TargetEntityType}' in Property.");
            return null;
        }

        if (type.QueryRules.FirstOrDefault(q => q.Property == property) is { } query)
        {
            _bag.Error(
                DiagnosticCodes.NavigationAndQuery,
                place,
                $"'{property}' of resource type '{type}' has a query rule (at {query.Location}), and the role mapping '{element.Identifier}' would add navigation rules. Feed it by one kind only.");
            return null;
        }

        return property;
    }

    private void CheckPolicies(RoleMappingElement element, ResourceType type, Policy policy, Policy rolePolicy)
    {
        foreach (var external in new[] { type.Policy, policy, rolePolicy }.Distinct().Where(p => p.IsExternal))
        {
            _bag.Warning(
                DiagnosticCodes.RoleMapping,
                element.Location,
                $"The role mapping '{element.Identifier}' makes nothing: the policy '{external.Identifier}' is managed elsewhere (IsExternal). Name another policy.");
        }
    }

    /// <summary>Names of what there is none of.</summary>
    private void CheckPairs(RoleMappingElement element)
    {
        foreach (var (written, needed) in new[] { ("CategoryDisplayName", "CategoryIdentifier"), ("ParentCategoryIdentifier", "CategoryIdentifier") })
        {
            if ((Written(element, $"{written}Binding") ?? Written(element, $"{written}Expression")) is { } attribute
                && Written(element, $"{needed}Binding") is null && Written(element, $"{needed}Expression") is null)
            {
                _bag.Warning(
                    DiagnosticCodes.RoleMapping,
                    attribute.Location,
                    $"'{attribute.Name}' of the role mapping '{element.Identifier}' has no effect without {needed}Binding or {needed}Expression. Add one of them.");
            }
        }
    }

    private static Xml.ConfigurationAttribute? Written(RoleMappingElement element, string attribute) =>
        element.Source.Find(attribute) is { } found && !string.IsNullOrWhiteSpace(found.Value) ? found : null;

    private RoleMappingCondition? Condition(RoleMappingItemElement item, EntityType values)
    {
        if (scope.PropertyOf(values, item.Property, item.At("Property")) is not { } property)
        {
            return null;
        }

        if (property.Kind != PropertyKind.Scalar)
        {
            _bag.Error(DiagnosticCodes.WrongProperty, item.At("Property"), $"'{property}' is no scalar, so that it cannot be compared. Name a scalar of '{values}'.");
            return null;
        }

        if (item.Operator is QueryComparisonOperator.Equal or QueryComparisonOperator.NotEqual)
        {
            if (CanonicalText.TryNormalize(property.Type, item.Value, out var canonical))
            {
                return new RoleMappingCondition(property, item.Operator, canonical);
            }

            _bag.Error(DiagnosticCodes.BadValue, item.At("Value"), $"'{item.Value}' is no value of '{property}', which is a {property.Type}. Correct Value.");
            return null;
        }

        if (string.IsNullOrEmpty(item.Value))
        {
            _bag.Error(DiagnosticCodes.MissingAttribute, item.Location, $"The Item about '{property}' compares with nothing. Write Value.");
            return null;
        }

        return new RoleMappingCondition(property, item.Operator, item.Value);
    }
}
