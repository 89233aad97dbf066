using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Resource types and what surrounds their rules (rolemodel.md 3.10).</summary>
internal sealed class ResourceTypeResolution(ResolutionScope scope, DimensionResolution dimensions)
{
    private readonly DiagnosticBag _bag = scope.Bag;

    public void Resolve()
    {
        var elements = new Dictionary<ResourceType, ResourceTypeElement>();
        foreach (var element in scope.Of<ResourceTypeElement>())
        {
            if (ResourceTypeOf(element) is { } type && scope.ResourceTypes.TryAdd(type.Identifier, type))
            {
                elements.Add(type, element);
            }
        }

        var rules = new ResourceTypeRuleResolution(scope, dimensions);
        foreach (var (type, element) in elements)
        {
            type.DependsOn = ResolutionScope.Find(scope.ResourceTypes, element.DependsOn);
            rules.Resolve(type, element);
            CheckParameters(type, element);
        }

        Cycles.Report(
            scope.ResourceTypes.Values, t => t.DependsOn, t => t.Identifier, t => t.Location, "resource type", "DependsOn", _bag);
        new ResourceTypeMappingResolution(scope).Resolve();
    }

    /// <summary>A type is parametrised by what its type rules ask for (rolemodel.md 3.10): the declaration changes nothing, and one of something else is a mistake.</summary>
    private void CheckParameters(ResourceType type, ResourceTypeElement element)
    {
        foreach (var dimension in dimensions.Named(element, "P", element.Parameters).Where(d => !type.TypeRules.Any(r => r.Criteria.Any(c => c.Dimension == d))))
        {
            _bag.Warning(
                DiagnosticCodes.UnusedParameter,
                element.Location,
                $"The resource type '{type}' says that it is parametrised by the dimension '{dimension}' (P#), but none of its type rules asks for one. Add the criterion, or remove the attribute.");
        }
    }

    private ResourceType? ResourceTypeOf(ResourceTypeElement element)
    {
        var policy = ResolutionScope.Find(scope.Policies, element.Policy);
        var source = ResolutionScope.Find(scope.EntityTypes, element.SourceEntityType);
        var target = ResolutionScope.Find(scope.EntityTypes, element.TargetEntityType);
        if (policy is null || source is null || target is null || element.Identifier.Length == 0)
        {
            return null;
        }

        if (element is { RemoveOrphans: true, AllowRemove: false })
        {
            _bag.Error(
                DiagnosticCodes.RemoveOrphans,
                element.At("RemoveOrphans"),
                $"The resource type '{element.Identifier}' removes orphans but does not allow removal. Set AllowRemove=\"true\", or remove RemoveOrphans.");
        }

        return new ResourceType
        {
            Identifier = element.Identifier,
            DisplayNames = element.DisplayName,
            Location = element.Location,
            Policy = policy,
            SourceEntityType = source,
            TargetEntityType = target,
            Category = ResolutionScope.Find(scope.Categories, element.Category),
            ApprovalWorkflowType = element.ApprovalWorkflowType,
            Requests = RequestResolution.Of(element, policy),
            RequiredParameters = dimensions.Named(element, "R", element.RequiredParameters),
            AllowAdd = element.AllowAdd,
            AllowRemove = element.AllowRemove,
            RemoveOrphans = element.RemoveOrphans,
            BlockProvisioning = element.BlockProvisioning,
            CorrelateMultipleResources = element.CorrelateMultipleResources,
            SuggestAllCorrelations = element.SuggestAllCorrelations,
            DependsOnOwnerProperty = OwnerProperty(element, source),
            DiscardManualAssignments = element.DiscardManualAssignments,
            Arguments = ValueSources.Of(element, target, null, "ArgumentsExpression"),
            FulfillHoursAheadOfTime = element.FulfillHoursAheadOfTime,
            TransmittedStateValidityPeriod = element.TransmittedStateValidityPeriod,
            Thresholds = new ProvisioningThresholds
            {
                MaximumInsert = element.MaximumInsert,
                MaximumUpdate = element.MaximumUpdate,
                MaximumDelete = element.MaximumDelete,
                MaximumInsertPercent = element.MaximumInsertPercent,
                MaximumUpdatePercent = element.MaximumUpdatePercent,
                MaximumDeletePercent = element.MaximumDeletePercent,
            },
        };
    }

    private EntityProperty? OwnerProperty(ResourceTypeElement element, EntityType source)
    {
        var place = element.At("DependsOnOwnerProperty");
        var property = scope.PropertyOf(source, element.DependsOnOwnerProperty, place);
        if (property is { Kind: not PropertyKind.Scalar })
        {
            _bag.Error(DiagnosticCodes.WrongProperty, place, $"'{property}' is no scalar. Name a scalar property of '{source}' in DependsOnOwnerProperty.");
            return null;
        }

        return property;
    }
}
