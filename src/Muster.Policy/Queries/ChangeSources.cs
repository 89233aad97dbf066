using Muster.Configuration.Model;

namespace Muster.Policy.Queries;

/// <summary>Which element of the configuration gives a value or a link: the mapping of a connector, an expression, or rules.</summary>
public sealed class ChangeSources(ConfigurationModel model)
{
    /// <summary>Of a property of a resource; null if nothing in the configuration writes it.</summary>
    /// <param name="connector">The connector whose synchronization wrote it; null for what Muster computed.</param>
    public string? OfProperty(string entityType, string property, string? connector)
    {
        if (connector is not null)
        {
            return model.FindEntityType(entityType)?.Mapping?.Properties.FirstOrDefault(p => p.Property.Identifier == property) is { } mapped
                ? $"EntityTypeMapping {entityType}, column {mapped.ConnectionColumn}"
                : null;
        }

        return Expression(entityType, property) ?? Rules(entityType, property);
    }

    /// <summary>Of the links of an association.</summary>
    public string? OfLink(string association, string? connector)
    {
        if (connector is not null)
        {
            return $"EntityAssociationMapping {association}";
        }

        return model.Associations.FirstOrDefault(a => a.Identifier == association) is { } found
            ? new[] { found.End1, found.End2 }
                .Select(e => OfProperty(e.Property.EntityType.Identifier, e.Property.Identifier, null))
                .FirstOrDefault(source => source is not null)
            : null;
    }

    /// <summary>Of an inserted or deleted resource.</summary>
    public string? OfResource(string entityType, string? connector) =>
        connector is not null
            ? $"EntityTypeMapping {entityType}"
            : Join(model.ResourceTypes.Where(t => t.TargetEntityType.Identifier == entityType).Select(t => $"ResourceType {t.Identifier}"));

    private string? Expression(string entityType, string property) =>
        model.PropertyExpressions.FirstOrDefault(e => e.EntityType.Identifier == entityType && e.Property.Identifier == property) is { } expression
            ? $"EntityPropertyExpression {expression.Identifier}"
            : null;

    private string? Rules(string entityType, string property) => Join(model.ResourceTypes
        .Where(t => t.TargetEntityType.Identifier == entityType)
        .SelectMany(t => t.ScalarRules.Where(r => r.Property.Identifier == property).Select(r => r.Identifier)
            .Concat(t.NavigationRules.Where(r => r.Property.Identifier == property).Select(r => r.Identifier))
            .Concat(t.QueryRules.Where(r => r.Property.Identifier == property).Select(r => r.Identifier))));

    private static string? Join(IEnumerable<string> names) => string.Join(", ", names.Distinct()) is { Length: > 0 } text ? text : null;
}
