using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Policies, categories, context rules, single roles and their rules (rolemodel.md 3.2 to 3.8).</summary>
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
                    new Category { Identifier = element.Identifier, Policy = policy, Location = element.Location });
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
            var policy = ResolutionScope.Find(scope.Policies, element.Policy);
            var type = ResolutionScope.Find(scope.EntityTypes, element.EntityType);
            if (policy is null || type is null)
            {
                continue;
            }

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
            });
        }
    }

    public IReadOnlyList<SingleRoleRule> ResolveRoleRules()
    {
        CheckCompositeRoleRules();
        var rules = new List<SingleRoleRule>();
        var ordinals = new Dictionary<SingleRole, int>();
        foreach (var element in scope.Of<SingleRoleRuleElement>())
        {
            var role = Named(scope.SingleRoles, element, "SingleRole");
            var policy = ResolutionScope.Find(scope.Policies, element.Policy);
            if (role is null || policy is null)
            {
                continue;
            }

            var ordinal = ordinals[role] = ordinals.GetValueOrDefault(role) + 1;
            var criteria = dimensions.Criteria(element, element.Dimensions, element.Inheritance);
            if (!string.IsNullOrEmpty(element.CompositeRole))
            {
                // It asks for a composite role, which nobody holds until composite roles are evaluated: reported as not supported yet.
                continue;
            }

            rules.Add(new SingleRoleRule
            {
                Identifier = $"{role.Identifier}/SingleRoleRule/{ordinal}",
                Location = element.Location,
                Policy = policy,
                Role = role,
                Criteria = criteria,
                IsDenied = element.IsDenied,
                Priority = element.Priority,
                Type = element.Type,
            });
        }

        return rules;
    }

    private void CheckCompositeRoleRules()
    {
        var known = scope.Of<CompositeRoleElement>().Select(r => r.Identifier).ToHashSet();
        foreach (var rule in scope.Of<CompositeRoleRuleElement>().Where(r => r.Role.Length > 0 && !known.Contains(r.Role)))
        {
            ReportRole(rule, "CompositeRole", known);
        }
    }

    private T? Named<T>(Dictionary<string, T> roles, RoleRuleElement element, string kind)
        where T : class
    {
        var role = ResolutionScope.Find(roles, element.Role);
        var isDeclared = scope.Of<SingleRoleElement>().Any(r => r.Identifier == element.Role);
        if (role is null && element.Role.Length > 0 && !isDeclared)
        {
            ReportRole(element, kind, roles.Keys);
        }

        return role;
    }

    private void ReportRole(RoleRuleElement element, string kind, IEnumerable<string> known) => _bag.Error(
        DiagnosticCodes.UnknownReference,
        element.At("Role"),
        $"There is no {kind} '{element.Role}', which 'Role' of {element.Source.Name} names. Declare it or correct the name.",
        NearestName.Find(element.Role, known));
}
