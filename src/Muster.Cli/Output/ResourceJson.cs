using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Configuration.Model;
using Muster.Policy.Access;
using Muster.Repository.Files;
using Muster.Repository.Resources;

namespace Muster.Cli.Output;

/// <summary>
/// A resource as one JSON object: <c>$id</c>, <c>$key</c>, <c>$displayName</c>, <c>$dirty</c>, then its properties by identifier: scalars by
/// their type, navigations by the keys of their targets. What is null or empty is left out.
/// </summary>
internal static class ResourceJson
{
    /// <param name="rights">What they do not show is left out.</param>
    /// <param name="files">What tells length and type of files; null: by their references only.</param>
    public static JsonObject Of(StoredResource resource, bool? isDirty, bool withCollections, ResourceRights rights, FileStore? files = null)
    {
        var json = new JsonObject { ["$id"] = resource.Id, ["$key"] = KeyOf(resource, rights), ["$displayName"] = NameOf(resource, rights) };
        if (isDirty is { } dirty)
        {
            json["$dirty"] = dirty;
        }

        foreach (var property in resource.EntityType.Properties.Where(p => rights.IsVisible(resource.EntityType, resource.Id, p)))
        {
            if (property.Kind is PropertyKind.Scalar or PropertyKind.Binary)
            {
                if (resource.GetScalar(property) is { } value)
                {
                    json[property.Identifier] = property.Kind == PropertyKind.Binary && files is not null
                        ? File(value, files, FileStore.NameOf(KeyOf(resource, rights), property))
                        : Scalar(property.Type, value);
                }
            }
            else if (property.Kind == PropertyKind.MonoNavigation)
            {
                if (resource.Targets(property) is [var target, ..])
                {
                    json[property.Identifier] = KeyOf(target, rights);
                }
            }
            else if (withCollections && resource.Targets(property) is { Count: > 0 } targets)
            {
                json[property.Identifier] = new JsonArray([.. targets.Select(t => KeyOf(t, rights)).Order(StringComparer.Ordinal).Select(k => JsonValue.Create(k))]);
            }
        }

        return json;
    }

    /// <summary>The value of the identity property; the display name or the id where there is none.</summary>
    public static string KeyOf(StoredResource resource, ResourceRights rights) =>
        (resource.EntityType.IdentityProperty is { Kind: PropertyKind.Scalar } identity && rights.IsVisible(resource.EntityType, resource.Id, identity) ? resource.GetScalar(identity) : null)
        ?? NameOf(resource, rights)
        ?? resource.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The display name; null where there is none, or it is not shown.</summary>
    public static string? NameOf(StoredResource resource, ResourceRights rights) => rights.ShowsDisplayName(resource.EntityType, resource.Id) ? resource.DisplayName : null;

    /// <summary>A file by what it is, never by its octets.</summary>
    public static JsonNode File(string reference, FileStore files, string? name = null)
    {
        var json = new JsonObject { ["sha256"] = reference };
        if (files.Find([reference]).GetValueOrDefault(reference) is { } file)
        {
            json["length"] = file.Length;
            json["mimeType"] = file.MimeType;
        }

        if (name is not null)
        {
            json["fileName"] = name;
        }

        return json;
    }

    public static JsonNode Scalar(PropertyType type, string value) => type switch
    {
        PropertyType.Bool => JsonValue.Create(value == "true"),
        PropertyType.Int32 or PropertyType.Int64 or PropertyType.Int16 or PropertyType.Byte or PropertyType.Option or PropertyType.ForeignKey
            when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(value),
    };
}
