using System.Globalization;
using Muster.Configuration.Model;
using Muster.Configuration.Scaffolding;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Naming;

/// <summary>
/// What naming rules have made, as elements of the format (<c>config export --expanded</c>): categories and roles at the end, navigation rules in
/// their resource types. The document loads, and means the same: a role that it declares is the one that the naming rule would make.
/// </summary>
public static class NamedElements
{
    /// <param name="expanded">The configuration after its scaffoldings were expanded.</param>
    public static IReadOnlyList<ConfigurationElement> Added(IReadOnlyList<ConfigurationElement> expanded, NamedRoles named)
    {
        ArgumentNullException.ThrowIfNull(expanded);
        ArgumentNullException.ThrowIfNull(named);
        var rules = named.Rules.ToLookup(r => r.ResourceType.Identifier, StringComparer.Ordinal);
        return
        [
            .. expanded.Select(e => e.Name == "ResourceType" && rules[e["Identifier"] ?? ""].ToList() is { Count: > 0 } added ? With(e, added) : e),
            .. named.Categories.Select(Category),
            .. named.Roles.Select(r => Role(r, named.Rules.First(rule => rule.SingleRole == r).Mapping!)),
        ];
    }

    private static ConfigurationElement With(ConfigurationElement type, IEnumerable<NavigationRule> rules)
    {
        var copy = ElementCopy.Of(type);
        foreach (var rule in rules)
        {
            copy.Add(new ConfigurationElement("NavigationRule", rule.Location) { MadeBy = rule.Mapping?.Identifier }
                .Set("Property", rule.Property.Identifier)
                .Set("Resource", rule.Resource)
                .Set("SingleRole", rule.SingleRole?.Identifier)
                .Set("Policy", rule.Policy == rule.ResourceType.Policy ? null : rule.Policy.Identifier));
        }

        return copy;
    }

    private static ConfigurationElement Category(Category category)
    {
        var element = new ConfigurationElement("Category", category.Location).Set("Identifier", category.Identifier);
        return Named(element, category.DisplayNames).Set("Policy", category.Policy.Identifier).Set("Parent", category.Parent?.Identifier);
    }

    private static ConfigurationElement Role(SingleRole role, RoleMapping mapping)
    {
        var element = new ConfigurationElement("SingleRole", role.Location) { MadeBy = mapping.Identifier }.Set("Identifier", role.Identifier);
        Named(element, role.DisplayNames)
            .Set("EntityType", role.EntityType.Identifier)
            .Set("Policy", role.Policy.Identifier)
            .Set("Category", role.Category?.Identifier)
            .Set("ApprovalWorkflowType", role.ApprovalWorkflowType == ApprovalWorkflowType.None ? null : role.ApprovalWorkflowType.ToString());
        foreach (var attribute in mapping.RoleAttributes)
        {
            element.Set(attribute.Name, attribute.Value);
        }

        return element;
    }

    private static ConfigurationElement Named(ConfigurationElement element, DisplayNames names)
    {
        foreach (var (language, name) in names.ByLanguage.OrderBy(n => n.Key))
        {
            element.Set($"DisplayName_L{language.ToString(CultureInfo.InvariantCulture)}", name);
        }

        return element;
    }
}
