using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Configuration.Model;
using Muster.Repository.Resources;

namespace Muster.Cli.Output;

/// <summary>
/// A resource as one JSON object: <c>$id</c>, <c>$key</c>, <c>$displayName</c>, <c>$dirty</c>, then its properties by identifier: scalars by
/// their type, navigations by the keys of their targets. What is null or empty is left out.
/// </summary>
internal static class ResourceJson
{
    public static JsonObject Of(StoredResource resource, bool? isDirty, bool withCollections)
    {
        var json = new JsonObject { ["$id"] = resource.Id, ["$key"] = KeyOf(resource), ["$displayName"] = resource.DisplayName };
        if (isDirty is { } dirty)
        {
            json["$dirty"] = dirty;
        }

        foreach (var property in resource.EntityType.Properties)
        {
            if (property.Kind is PropertyKind.Scalar or PropertyKind.Binary)
            {
                if (resource.GetScalar(property) is { } value)
                {
                    json[property.Identifier] = Scalar(property.Type, value);
                }
            }
            else if (property.Kind == PropertyKind.MonoNavigation)
            {
                if (resource.Targets(property) is [var target, ..])
                {
                    json[property.Identifier] = KeyOf(target);
                }
            }
            else if (withCollections && resource.Targets(property) is { Count: > 0 } targets)
            {
                json[property.Identifier] = new JsonArray([.. targets.Select(KeyOf).Order(StringComparer.Ordinal).Select(k => JsonValue.Create(k))]);
            }
        }

        return json;
    }

    /// <summary>The value of the identity property; the display name or the id where there is none.</summary>
    public static string KeyOf(StoredResource resource) =>
        (resource.EntityType.IdentityProperty is { Kind: PropertyKind.Scalar } identity ? resource.GetScalar(identity) : null)
        ?? resource.DisplayName
        ?? resource.Id.ToString(CultureInfo.InvariantCulture);

    public static JsonNode Scalar(PropertyType type, string value) => type switch
    {
        PropertyType.Bool => JsonValue.Create(value == "true"),
        PropertyType.Int32 or PropertyType.Int64 or PropertyType.Int16 or PropertyType.Byte or PropertyType.Option or PropertyType.ForeignKey
            when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(value),
    };
}
