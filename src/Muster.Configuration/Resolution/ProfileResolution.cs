using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Profiles and the rules that give them (rolemodel.md 9.1, 5.12).</summary>
internal sealed class ProfileResolution(ResolutionScope scope, DimensionResolution dimensions)
{
    public void ResolveProfiles()
    {
        foreach (var element in scope.Of<ProfileElement>())
        {
            ResolutionScope.Add(
                scope.Profiles,
                element.Identifier,
                new Profile { Identifier = element.Identifier, Location = element.Location, DisplayNames = element.DisplayName });
        }
    }

    public IReadOnlyList<ProfileRuleContext> ResolveContexts()
    {
        var contexts = new List<ProfileRuleContext>();
        var ordinals = new Dictionary<string, int>();
        foreach (var element in scope.Of<ProfileRuleContextElement>())
        {
            if (string.IsNullOrEmpty(element.ResourceType) && string.IsNullOrEmpty(element.EntityType))
            {
                scope.Bag.Error(
                    DiagnosticCodes.IncompleteRule,
                    element.Location,
                    "A ProfileRuleContext names neither ResourceType nor EntityType, so that it has no users. Add one.");
                continue;
            }

            var name = element.ResourceType ?? element.EntityType!;
            ordinals[name] = ordinals.GetValueOrDefault(name) + 1;
            if (ContextOf(element, element.Identifier ?? $"{name}/ProfileRuleContext/{ordinals[name]}") is { } context)
            {
                contexts.Add(context);
            }
        }

        return contexts;
    }

    private ProfileRuleContext? ContextOf(ProfileRuleContextElement element, string identifier)
    {
        var resourceType = ResolutionScope.Find(scope.ResourceTypes, element.ResourceType);
        var users = ResolutionScope.Find(scope.EntityTypes, element.EntityType) ?? resourceType?.SourceEntityType;
        if (users is null)
        {
            return null;
        }

        var root = Walk(element, "RootBinding", element.RootBinding, users) ?? users;
        var sub = Walk(element, "SubBinding", element.SubBinding, users) ?? resourceType?.TargetEntityType ?? users;
        var context = new ProfileRuleContext
        {
            Identifier = identifier,
            Location = element.Location,
            ResourceType = resourceType,
            EntityType = users,
            IsAppliedToRoot = element.IsAppliedToRoot,
            RootBinding = ValueSources.Of(element, users, "RootBinding", null),
            SubBinding = ValueSources.Of(element, users, "SubBinding", null),
        };
        context.Rules = [.. element.Rules
            .Select((rule, index) => RuleOf(rule, $"{identifier}/ProfileRule/{index + 1}", root, sub, element.IsAppliedToRoot)).OfType<ProfileRule>()];
        return context;
    }

    private EntityType? Walk(ProfileRuleContextElement element, string attribute, string? path, EntityType users) =>
        string.IsNullOrWhiteSpace(path) ? null : scope.WalkTo(users, path, element.At(attribute));

    private ProfileRule? RuleOf(ProfileRuleElement rule, string identifier, EntityType root, EntityType sub, bool isAppliedToRoot)
    {
        var bindings = dimensions.Bindings(rule, isAppliedToRoot ? root : sub, rule.Bindings);
        return ResolutionScope.Find(scope.Profiles, rule.Profile) is not { } profile
            ? null
            : new ProfileRule
            {
                Identifier = identifier,
                Location = rule.Location,
                Profile = profile,
                IsDenied = rule.IsDenied,
                RootExpression = ValueSources.Of(rule, root, null, "RootExpression"),
                SubExpression = ValueSources.Of(rule, sub, null, "SubExpression"),
                Bindings = bindings,
            };
    }
}
