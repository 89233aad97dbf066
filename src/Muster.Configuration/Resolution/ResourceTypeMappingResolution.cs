using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>All variants of resource type mappings into one form (synchronization.md 13).</summary>
internal sealed class ResourceTypeMappingResolution(ResolutionScope scope)
{
    private static readonly string[] Common = ["Identifier", "Connection", "DefaultObjectClass", "ConsolidationMode"];

    private Dictionary<string, PasswordPolicy> _passwords = [];

    public void Resolve()
    {
        _passwords = new PasswordPolicyResolution(scope).Resolve();
        foreach (var element in scope.Records.OfType<ResourceTypeMappingElementBase>())
        {
            if (ResolutionScope.Find(scope.ResourceTypes, element.Identifier) is { Mapping: null } type)
            {
                Check(element, "Connection", element.Connection, element is not ResourceTypeMappingElement);
                Check(element, "DefaultObjectClass", element.DefaultObjectClass, element is LdapResourceTypeMappingElement or MicrosoftEntraIDResourceTypeMappingElement);
                type.Mapping = MappingOf(element, type);
            }
        }
    }

    private void Check(ResourceTypeMappingElementBase element, string attribute, string? value, bool isRequired)
    {
        if (isRequired && string.IsNullOrWhiteSpace(value))
        {
            scope.Bag.Error(
                DiagnosticCodes.MissingAttribute,
                element.Location,
                $"The {element.Source.Name} '{element.Identifier}' lacks the attribute '{attribute}'. Add it.");
        }
    }

    private ResourceTypeMapping MappingOf(ResourceTypeMappingElementBase element, ResourceType type) => new()
    {
        ResourceType = type,
        Location = element.Location,
        Kind = ElementCatalogue.Of(element.GetType()).Name,
        Connection = ResolutionScope.Find(scope.Connections, element.Connection),
        DefaultObjectClasses = (element.DefaultObjectClass ?? "").Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        Password = ResolutionScope.Find(_passwords, element.PasswordResetSetting),
        Settings = element.Source.Attributes.Where(a => !Common.Contains(a.Name)).DistinctBy(a => a.Name).ToDictionary(a => a.Name, a => a.Value),
        Properties = [.. element.Properties
            .Select(p => (Property: scope.PropertyOf(type.TargetEntityType, p.Property, p.At("Property")), Element: p))
            .Where(p => p.Property is not null)
            .Select(p => new ResourceTypeMappingProperty(
                p.Property!,
                p.Element.Source.Attributes.Where(a => a.Name is not ("Property" or "ConsolidationMode")).DistinctBy(a => a.Name)
                    .ToDictionary(a => a.Name, a => a.Value)))],
    };
}
