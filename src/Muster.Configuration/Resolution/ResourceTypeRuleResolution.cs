using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>The child rules of a resource type (rolemodel.md 3.10).</summary>
internal sealed class ResourceTypeRuleResolution(ResolutionScope scope, DimensionResolution dimensions)
{
    private const int GreatestConfidence = 150;

    private readonly DiagnosticBag _bag = scope.Bag;

    public void Resolve(ResourceType type, ResourceTypeElement element)
    {
        type.TypeRules = [.. element.TypeRules.Select((rule, index) => TypeRuleOf(type, rule, index + 1))];
        type.ScalarRules =
        [
            .. element.ScalarRules.Select((rule, index) => ScalarRuleOf(type, rule, index + 1)).OfType<ScalarRule>(),
            .. element.BinaryRules.Select((rule, index) => BinaryRuleOf(type, rule, index + 1)).OfType<ScalarRule>(),
        ];
        type.NavigationRules = [.. element.NavigationRules.Select((rule, index) => NavigationRuleOf(type, rule, index + 1)).OfType<NavigationRule>()];
        type.QueryRules = [.. element.QueryRules.Select((rule, index) => QueryRuleOf(type, rule, index + 1)).OfType<QueryRule>()];
        OffsetCheck.Check(type, _bag);
        foreach (var query in type.QueryRules.DistinctBy(q => q.Property))
        {
            if (type.NavigationRules.FirstOrDefault(n => n.Property == query.Property) is { } navigation)
            {
                _bag.Error(
                    DiagnosticCodes.NavigationAndQuery,
                    query.Location,
                    $"'{query.Property}' of resource type '{type}' has query rules and a navigation rule (at {navigation.Location}). Feed it by one kind only.");
            }
        }
    }

    private Policy PolicyOf(ResourceType type, ResourceTypeRuleElement rule) => ResolutionScope.Find(scope.Policies, rule.Policy) ?? type.Policy;

    private static TimeOffset OffsetOf(ResourceTypeRuleElement rule) =>
        new(rule.TimeOffsetReference, rule.TimeOffsetBeforeReference, rule.TimeOffsetAfterReference);

    private SingleRole? RoleOf(ResourceType type, ElementRecord rule, string? identifier)
    {
        var role = ResolutionScope.Find(scope.SingleRoles, identifier);
        if (role is not null && role.EntityType != type.SourceEntityType)
        {
            _bag.Warning(
                DiagnosticCodes.Mismatch,
                rule.At("SingleRole"),
                $"The single role '{role}' is for '{role.EntityType}', but the owners of resource type '{type}' are '{type.SourceEntityType}': "
                + "no owner can hold it. Name a role of the same entity type.");
        }

        return role;
    }

    private EntityProperty? PropertyOf(ResourceType type, string name, ElementRecord rule, PropertyKind[] kinds, string wanted)
    {
        var property = scope.PropertyOf(type.TargetEntityType, name, rule.At("Property"));
        if (property is null || kinds.Contains(property.Kind))
        {
            return property;
        }

        _bag.Error(
            DiagnosticCodes.WrongProperty,
            rule.At("Property"),
            $"'{property}' is not {wanted}, which a {rule.Source.Name} of resource type '{type}' needs. Use the kind of rule that fits the property.");
        return null;
    }

    private TypeRule TypeRuleOf(ResourceType type, TypeRuleElement rule, int ordinal) => new()
    {
        Identifier = $"{type.Identifier}/TypeRule/{ordinal}",
        Location = rule.Location,
        ResourceType = type,
        Policy = PolicyOf(type, rule),
        Offset = OffsetOf(rule),
        Criteria = dimensions.Criteria(rule, rule.Dimensions, rule.Inheritance),
        SingleRole = RoleOf(type, rule, rule.SingleRole),
        IsDenied = rule.IsDenied,
        Type = rule.Type,
    };

    private ScalarRule? ScalarRuleOf(ResourceType type, ScalarRuleElement rule, int ordinal)
    {
        var property = PropertyOf(type, rule.Property, rule, [PropertyKind.Scalar], "a scalar");
        var source = ValueSources.Of(rule, type.SourceEntityType, "Binding", "Expression");
        var role = RoleOf(type, rule, rule.SingleRole);
        if (source is null)
        {
            Incomplete(rule, $"The ScalarRule of '{rule.Property}' in resource type '{type}' has no value. Add Binding or Expression.");
        }

        return property is null || source is null
            ? null
            : new ScalarRule
            {
                Identifier = $"{type.Identifier}/ScalarRule/{ordinal}",
                Location = rule.Location,
                ResourceType = type,
                Policy = PolicyOf(type, rule),
                Offset = OffsetOf(rule),
                Property = property,
                Source = source,
                SingleRole = role,
                ComparisonType = rule.ComparisonType,
                IsMapped = rule.IsMapped,
            };
    }

    private ScalarRule? BinaryRuleOf(ResourceType type, BinaryRuleElement rule, int ordinal)
    {
        var property = PropertyOf(type, rule.Property, rule, [PropertyKind.Binary], "a file");
        var source = ValueSources.Of(rule, type.SourceEntityType, "Binding", null);
        var role = RoleOf(type, rule, rule.SingleRole);
        if (source is null)
        {
            Incomplete(rule, $"The BinaryRule of '{rule.Property}' in resource type '{type}' has no file. Add a Binding that leads to one.");
        }

        return property is null || source is null
            ? null
            : new ScalarRule
            {
                Identifier = $"{type.Identifier}/BinaryRule/{ordinal}",
                Location = rule.Location,
                ResourceType = type,
                Policy = PolicyOf(type, rule),
                Offset = OffsetOf(rule),
                Property = property,
                Source = source,
                SingleRole = role,
            };
    }

    private NavigationRule? NavigationRuleOf(ResourceType type, NavigationRuleElement rule, int ordinal)
    {
        var property = PropertyOf(type, rule.Property, rule, [PropertyKind.MonoNavigation, PropertyKind.MultiNavigation], "a navigation");
        var criteria = dimensions.Criteria(rule, rule.Dimensions, rule.Inheritance);
        var role = RoleOf(type, rule, rule.SingleRole);
        return property is null || rule.Resource.Length == 0
            ? null
            : new NavigationRule
            {
                Identifier = $"{type.Identifier}/NavigationRule/{ordinal}",
                Location = rule.Location,
                ResourceType = type,
                Policy = PolicyOf(type, rule),
                Offset = OffsetOf(rule),
                Property = property,
                Resource = rule.Resource,
                SingleRole = role,
                Criteria = criteria,
                IsDenied = rule.IsDenied,
            };
    }

    private QueryRule? QueryRuleOf(ResourceType type, QueryRuleElement rule, int ordinal)
    {
        var property = PropertyOf(type, rule.Property, rule, [PropertyKind.MonoNavigation, PropertyKind.MultiNavigation], "a navigation");
        if (property is null)
        {
            return null;
        }

        var source = ValueSources.Of(rule, type.SourceEntityType, "SourceBinding", "SourceExpression");
        var target = ValueSources.Of(rule, property.TargetEntityType!, "TargetBinding", "TargetExpression");
        CheckConfidence(rule, "TargetMatchedConfidenceLevel", rule.TargetMatchedConfidenceLevel);
        if (source is null || target is null)
        {
            Incomplete(
                rule,
                $"The QueryRule of '{property}' in resource type '{type}' has no {(source is null ? "source" : "target")} side. "
                + $"Add {(source is null ? "SourceBinding or SourceExpression" : "TargetBinding or TargetExpression")}.");
            return null;
        }

        if (ValueSources.IsLiteral(target))
        {
            _bag.Error(
                DiagnosticCodes.ExpressionKind,
                rule.At("TargetExpression"),
                $"The TargetExpression of the QueryRule of '{property}' is a literal; it must read the resource that is sought. Write a binding or C#.");
        }

        return new QueryRule
        {
            Identifier = $"{type.Identifier}/QueryRule/{ordinal}",
            Location = rule.Location,
            ResourceType = type,
            Policy = PolicyOf(type, rule),
            Offset = OffsetOf(rule),
            Property = property,
            Source = source,
            Target = target,
            TargetMatchedConfidenceLevel = rule.TargetMatchedConfidenceLevel,
        };
    }

    /// <summary>Correlation and classification rules, which stand at the top level but belong to a resource type (rolemodel.md 3.11, 3.12).</summary>
    public void ResolveTopLevelRules()
    {
        var correlations = scope.Of<ResourceCorrelationRuleElement>().Select(CorrelationRuleOf).OfType<CorrelationRule>().ToList();
        var classifications = scope.Of<ResourceClassificationRuleElement>().Select(ClassificationRuleOf).OfType<ClassificationRule>().ToList();
        foreach (var type in scope.ResourceTypes.Values)
        {
            type.CorrelationRules = [.. correlations.Where(r => r.ResourceType == type)];
            type.ClassificationRules = [.. classifications.Where(r => r.ResourceType == type)];
        }
    }

    private CorrelationRule? CorrelationRuleOf(ResourceCorrelationRuleElement rule)
    {
        var type = ResolutionScope.Find(scope.ResourceTypes, rule.ResourceType);
        var policy = ResolutionScope.Find(scope.Policies, rule.Policy);
        if (type is null || policy is null)
        {
            return null;
        }

        var source = ValueSources.Of(rule, type.SourceEntityType, "SourceBinding", "SourceExpression");
        var target = ValueSources.Of(rule, type.TargetEntityType, "TargetBinding", "TargetExpression");
        CheckConfidence(rule, "SourceMatchedConfidenceLevel", rule.SourceMatchedConfidenceLevel);
        if (source is null || target is null)
        {
            Incomplete(
                rule,
                $"A ResourceCorrelationRule of '{type}' has no {(source is null ? "source" : "target")} side. "
                + $"Add {(source is null ? "SourceBinding or SourceExpression" : "TargetBinding or TargetExpression")}.");
            return null;
        }

        foreach (var attribute in new[] { (source, "SourceExpression"), (target, "TargetExpression") }.Where(s => ValueSources.IsLiteral(s.Item1)))
        {
            _bag.Error(
                DiagnosticCodes.ExpressionKind,
                rule.At(attribute.Item2),
                $"The {attribute.Item2} of a ResourceCorrelationRule of '{type}' is a literal, which would correlate everything. Write a binding or C#.");
        }

        return new CorrelationRule
        {
            Identifier = $"{type.Identifier}/ResourceCorrelationRule/{Ordinal(rule, r => r.ResourceType)}",
            Location = rule.Location,
            ResourceType = type,
            Policy = policy,
            Source = source,
            Target = target,
            Confidence = rule.SourceMatchedConfidenceLevel,
        };
    }

    private ClassificationRule? ClassificationRuleOf(ResourceClassificationRuleElement rule)
    {
        var type = ResolutionScope.Find(scope.ResourceTypes, rule.ResourceType);
        var policy = ResolutionScope.Find(scope.Policies, rule.Policy);
        CheckConfidence(rule, "ResourceTypeIdentificationConfidenceLevel", rule.ResourceTypeIdentificationConfidenceLevel);
        return type is null || policy is null
            ? null
            : new ClassificationRule
            {
                Identifier = $"{type.Identifier}/ResourceClassificationRule/{Ordinal(rule, r => r.ResourceType)}",
                Location = rule.Location,
                ResourceType = type,
                Policy = policy,
                Target = ValueSources.Of(rule, type.TargetEntityType, null, "TargetExpression"),
                Confidence = rule.ResourceTypeIdentificationConfidenceLevel,
            };
    }

    private int Ordinal<T>(T rule, Func<T, string> group)
        where T : ElementRecord =>
        scope.Of<T>().Where(r => group(r) == group(rule)).TakeWhile(r => !ReferenceEquals(r, rule)).Count() + 1;

    private void CheckConfidence(ElementRecord rule, string attribute, int confidence)
    {
        if (confidence is < 0 or > GreatestConfidence)
        {
            _bag.Error(
                DiagnosticCodes.Range, rule.At(attribute), $"The confidence {confidence} of {rule.Source.Name} is outside 0 to {GreatestConfidence}. Correct {attribute}.");
        }
    }

    private void Incomplete(ElementRecord rule, string text) => _bag.Error(DiagnosticCodes.IncompleteRule, rule.Location, text);
}
