using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Resolution;

/// <summary>Resolves records into the configuration model, in the order in which one thing needs another.</summary>
internal static class ModelResolver
{
    private static readonly Language English = new("en-US", 1);

    /// <summary>The languages that the records declare; without any, English alone (configuration.md, Languages).</summary>
    public static IReadOnlyList<Language> Languages(IReadOnlyList<ElementRecord> records)
    {
        var languages = records.OfType<LanguageElement>().Select(l => new Language(l.Code, l.IndicatorNumber)).OrderBy(l => l.Indicator).ToList();
        return languages.Count == 0 ? [English] : languages;
    }

    /// <summary>The model; what cannot be resolved is left out of it and reported.</summary>
    public static ConfigurationModel Resolve(
        IReadOnlyList<ElementRecord> records,
        IReadOnlyList<ConfigurationElement> written,
        IReadOnlyList<ConfigurationElement> expanded,
        string fingerprint,
        DiagnosticBag bag)
    {
        new IdentifierCheck(bag).Check(records);
        new ReferenceCheck(records, bag).Check(records);

        var scope = new ResolutionScope(records, bag);
        var entities = new EntityResolution(scope);
        entities.Resolve();
        new ConnectorResolution(scope).Resolve();
        var expressions = entities.ResolveExpressions();
        new MappingResolution(scope).Resolve();

        var dimensions = new DimensionResolution(scope);
        dimensions.Resolve();
        var policies = new PolicyResolution(scope, dimensions);
        policies.ResolvePolicies();
        policies.ResolveCategories();
        var contextRules = policies.ResolveContextRules();
        new RecordSectionResolution(scope).Resolve(contextRules);
        policies.ResolveRoles();
        var roleRules = policies.ResolveRoleRules();
        var compositeRules = policies.ResolveCompositeRoleRules();
        new ResourceTypeResolution(scope, dimensions).Resolve();
        new ResourceTypeRuleResolution(scope, dimensions).ResolveTopLevelRules();
        var profiles = new ProfileResolution(scope, dimensions);
        profiles.ResolveProfiles();
        var profileContexts = profiles.ResolveContexts();
        var access = new AccessControlResolution(scope, dimensions).Resolve(profileContexts);
        ThresholdCheck.Check(scope);
        var jobs = JobResolver.Resolve(expanded, JobScopeOf(scope), bag);

        return new ConfigurationModel
        {
            Fingerprint = fingerprint,
            Elements = written,
            Records = records,
            Languages = Languages(records),
            EntityTypes = [.. scope.EntityTypes.Values],
            Associations = [.. scope.Associations.Values],
            PropertyExpressions = expressions,
            Agents = [.. scope.Agents.Values],
            Connectors = [.. scope.Connectors.Values],
            Policies = [.. scope.Policies.Values],
            Dimensions = [.. scope.Dimensions.Values],
            ContextRules = contextRules,
            SingleRoles = [.. scope.SingleRoles.Values],
            SingleRoleRules = roleRules,
            CompositeRoles = [.. scope.CompositeRoles.Values],
            CompositeRoleRules = compositeRules,
            AutomationRules = new AutomationResolution(scope, dimensions).Resolve(),
            ResourceTypes = [.. scope.ResourceTypes.Values],
            RoleMappings = new RoleMappingResolution(scope).Resolve(),
            Categories = [.. scope.Categories.Values],
            Risks = new RiskResolution(scope).Resolve(),
            Profiles = [.. scope.Profiles.Values],
            ProfileRuleContexts = profileContexts,
            AccessControl = access,
            Tasks = jobs.Tasks,
            Jobs = jobs.Jobs,
        };
    }

    private static JobResolutionScope JobScopeOf(ResolutionScope scope) => new()
    {
        Agents = scope.Agents,
        Connectors = scope.Connectors,
        Connections = scope.Connections,
        EntityTypes = scope.EntityTypes,
        ResourceTypes = scope.ResourceTypes,
    };
}
