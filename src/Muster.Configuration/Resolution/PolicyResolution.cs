using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Policies, categories, context rules, roles and their rules (rolemodel.md 3.2 to 3.9).</summary>
internal sealed class PolicyResolution(ResolutionScope scope, DimensionResolution dimensions)
{
    private readonly DiagnosticBag _bag = scope.Bag;

    public void ResolvePolicies()
    {
        foreach (var element in scope.Of<PolicyElement>())
        {
            var policy = new Policy
            {
                Identifier = element.Identifier,
                Location = element.Location,
                IsProvisioningEnabled = element.IsProvisioningEnabled,
                IsExternal = element.IsExternal,
                GracePeriod = element.GracePeriod,
                MaxDuration = element.MaxDuration,
                Requests = RequestResolution.Of(element),
            };
            ResolutionScope.Add(scope.Policies, element.Identifier, policy);
            if (!element.IsProvisioningEnabled && !element.IsExternal)
            {
                _bag.Warning(
                    DiagnosticCodes.PolicyDisabled,
                    element.Location,
                    $"The policy '{element.Identifier}' is not enabled, so that nothing of it is computed. Set IsProvisioningEnabled=\"true\".");
            }
        }
    }

    public void ResolveCategories()
    {
        foreach (var element in scope.Of<CategoryElement>())
        {
            if (ResolutionScope.Find(scope.Policies, element.Policy) is { } policy)
            {
                ResolutionScope.Add(
                    scope.Categories,
                    element.Identifier,
                    new Category { Identifier = element.Identifier, DisplayNames = element.DisplayName, Policy = policy, Location = element.Location });
            }
        }

        foreach (var element in scope.Of<CategoryElement>())
        {
            if (ResolutionScope.Find(scope.Categories, element.Identifier) is { Parent: null } category)
            {
                category.Parent = ResolutionScope.Find(scope.Categories, element.Parent);
            }
        }

        Cycles.Report(scope.Categories.Values, c => c.Parent, c => c.Identifier, c => c.Location, "category", "Parent", _bag);
    }

    public IReadOnlyList<ContextRule> ResolveContextRules()
    {
        var rules = new List<ContextRule>();
        var bySource = new Dictionary<EntityType, ContextRuleElement>();
        foreach (var element in scope.Of<ContextRuleElement>())
        {
            var policy = ResolutionScope.Find(scope.Policies, element.Policy);
            var source = ResolutionScope.Find(scope.EntityTypes, element.SourceEntityType);
            if (policy is null || source is null)
            {
                continue;
            }

            if (!bySource.TryAdd(source, element))
            {
                _bag.Error(
                    DiagnosticCodes.ContextRuleTwice,
                    element.Location,
                    $"The entity type '{source}' has two context rules, '{bySource[source].Identifier}' and '{element.Identifier}'. Leave one.");
                continue;
            }

            if (ContextEntityType(element, source) is { } context)
            {
                rules.Add(ContextRuleOf(element, policy, source, context));
            }
        }

        return rules;
    }

    private ContextRule ContextRuleOf(ContextRuleElement element, Policy policy, EntityType source, EntityType context) => new()
    {
        Identifier = element.Identifier,
        Location = element.Location,
        Policy = policy,
        SourceEntityType = source,
        ContextEntityType = context,
        Resources = ValueSources.Of(element, source, "ResourcesBinding", "ResourcesExpression"),
        Start = ValueSources.Of(element, context, "ResourcesStartBinding", "ResourcesStartExpression"),
        End = ValueSources.Of(element, context, "ResourcesEndBinding", "ResourcesEndExpression"),
        Bindings = dimensions.Bindings(element, context, element.Bindings),
        Exclude = ValueSources.Of(element, context, null, "ExcludeExpression"),
        RiskFactorType = element.RiskFactorType,
    };

    /// <summary>
    /// Where the resources' path ends; with an expression the entity type that the first dimension path names in front; else the owner's
    /// own entity type.
    /// </summary>
    private EntityType? ContextEntityType(ContextRuleElement element, EntityType source)
    {
        if (!string.IsNullOrWhiteSpace(element.ResourcesBinding))
        {
            return scope.WalkTo(source, element.ResourcesBinding, element.At("ResourcesBinding"));
        }

        if (string.IsNullOrWhiteSpace(element.ResourcesExpression))
        {
            return source;
        }

        var named = element.Bindings.Select(b => b.Value.Split(':', 2)).FirstOrDefault(p => p.Length == 2)?[0].Trim();
        return ResolutionScope.Find(scope.EntityTypes, named) ?? source;
    }

    public void ResolveRoles()
    {
        foreach (var element in scope.Of<SingleRoleElement>())
        {
            if (Owners(element) is var (policy, type))
            {
                ResolutionScope.Add(scope.SingleRoles, element.Identifier, new SingleRole
                {
                    Identifier = element.Identifier,
                    DisplayNames = element.DisplayName,
                    Location = element.Location,
                    Policy = policy,
                    EntityType = type,
                    Category = ResolutionScope.Find(scope.Categories, element.Category),
                    ApprovalWorkflowType = element.ApprovalWorkflowType,
                    GivenDimensions = dimensions.Criteria(element, element.Dimensions, []),
                    RequiredParameters = dimensions.Named(element, "R", element.RequiredParameters),
                    GracePeriod = TimeSpan.FromMinutes(element.GracePeriod ?? policy.GracePeriod),
                    MaxDuration = TimeSpan.FromMinutes(element.MaxDuration ?? policy.MaxDuration),
                    Requests = RequestResolution.Of(element, policy),
                });
            }
        }

        foreach (var element in scope.Of<CompositeRoleElement>())
        {
            if (Owners(element) is var (policy, type))
            {
                ResolutionScope.Add(scope.CompositeRoles, element.Identifier, new CompositeRole
                {
                    Identifier = element.Identifier,
                    DisplayNames = element.DisplayName,
                    Location = element.Location,
                    Policy = policy,
                    EntityType = type,
                    Category = ResolutionScope.Find(scope.Categories, element.Category),
                    ApprovalWorkflowType = element.ApprovalWorkflowType,
                    RequiredParameters = dimensions.Named(element, "R", element.RequiredParameters),
                    GracePeriod = TimeSpan.FromMinutes(element.GracePeriod ?? policy.GracePeriod),
                    MaxDuration = TimeSpan.FromMinutes(element.MaxDuration ?? policy.MaxDuration),
                    Requests = RequestResolution.Of(element, policy),
                });
            }
        }
    }

    private (Policy Policy, EntityType Type)? Owners(RoleElement element) =>
        ResolutionScope.Find(scope.Policies, element.Policy) is { } policy && ResolutionScope.Find(scope.EntityTypes, element.EntityType) is { } type
            ? (policy, type)
            : null;

    public IReadOnlyList<SingleRoleRule> ResolveRoleRules() =>
        Rules<SingleRoleRuleElement, SingleRole, SingleRoleRule>(scope.SingleRoles, e => e.CompositeRole, (rule, role, policy, composite, ordinal) => new SingleRoleRule
        {
            Identifier = $"{role.Identifier}/SingleRoleRule/{ordinal}",
            Location = rule.Location,
            Policy = policy,
            Role = role,
            CompositeRole = composite,
            Criteria = dimensions.Criteria(rule, rule.Dimensions, rule.Inheritance),
            IsDenied = rule.IsDenied,
            Priority = rule.Priority,
            Type = rule.Type,
        });

    public IReadOnlyList<CompositeRoleRule> ResolveCompositeRoleRules() =>
        Rules<CompositeRoleRuleElement, CompositeRole, CompositeRoleRule>(scope.CompositeRoles, e => e.ParentRole, (rule, role, policy, parent, ordinal) => new CompositeRoleRule
        {
            Identifier = $"{role.Identifier}/CompositeRoleRule/{ordinal}",
            Location = rule.Location,
            Policy = policy,
            Role = role,
            CompositeRole = parent,
            Criteria = dimensions.Criteria(rule, rule.Dimensions, rule.Inheritance),
            IsDenied = rule.IsDenied,
            Priority = rule.Priority,
            Type = rule.Type,
        });

    /// <summary>A rule whose composite role does not exist is left out (and reported): without it the rule would give the role to everybody.</summary>
    private List<TRule> Rules<TElement, TRole, TRule>(
        Dictionary<string, TRole> roles, Func<TElement, string?> compositeOf, Func<TElement, TRole, Policy, CompositeRole?, int, TRule> make)
        where TElement : RoleRuleElement
        where TRole : Role
    {
        var rules = new List<TRule>();
        var ordinals = new Dictionary<TRole, int>();
        foreach (var element in scope.Of<TElement>())
        {
            var role = Named(roles, element);
            var policy = ResolutionScope.Find(scope.Policies, element.Policy);
            var composite = ResolutionScope.Find(scope.CompositeRoles, compositeOf(element));
            if (role is null || policy is null || (composite is null && !string.IsNullOrEmpty(compositeOf(element))))
            {
                continue;
            }

            var ordinal = ordinals[role] = ordinals.GetValueOrDefault(role) + 1;
            if (composite is not null && composite.EntityType != role.EntityType)
            {
                _bag.Warning(
                    DiagnosticCodes.Mismatch,
                    element.Location,
                    $"The composite role '{composite}' is for '{composite.EntityType}', but the role '{role}' is for '{role.EntityType}': nobody can hold both. "
                    + "Name a composite role of the same entity type.");
            }

            rules.Add(make(element, role, policy, composite, ordinal));
        }

        return rules;
    }

    private TRole? Named<TRole>(Dictionary<string, TRole> roles, RoleRuleElement element)
        where TRole : Role
    {
        var role = ResolutionScope.Find(roles, element.Role);
        var isSingle = typeof(TRole) == typeof(SingleRole);
        var declared = isSingle ? scope.Of<SingleRoleElement>().Cast<RoleElement>() : scope.Of<CompositeRoleElement>();
        if (role is null && element.Role.Length > 0 && !declared.Any(r => r.Identifier == element.Role))
        {
            _bag.Error(
                DiagnosticCodes.UnknownReference,
                element.At("Role"),
                $"There is no {(isSingle ? "SingleRole" : "CompositeRole")} '{element.Role}', which 'Role' of {element.Source.Name} names. Declare it or correct the name.",
                NearestName.Find(element.Role, roles.Keys));
        }

        return role;
    }
}
