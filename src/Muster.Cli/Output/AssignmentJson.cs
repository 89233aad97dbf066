using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Configuration.Model;
using Muster.Policy.Access;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.Assignments;

namespace Muster.Cli.Output;

/// <summary>The assignments of a resource as owner, as target, and its profiles.</summary>
internal static class AssignmentJson
{
    /// <param name="seen">Which of them are shown.</param>
    /// <param name="withProfiles">The profiles of others are the operator's to see.</param>
    /// <param name="keyOf">The key of a resource of an entity type.</param>
    public static JsonArray Of(
        RepositoryTransaction transaction, ConfigurationModel model, long id, SeenAssignments seen, bool withProfiles, Func<EntityType, long, string> keyOf)
    {
        var queries = new AssignmentQueries(transaction);
        var owned = seen.Of(queries.OfOwner(id));
        var json = new JsonArray();
        foreach (var role in owned.CompositeRoles)
        {
            json.Add(Role(role, "CompositeRole"));
        }

        foreach (var role in owned.Roles)
        {
            json.Add(Role(role, "SingleRole"));
        }

        foreach (var type in owned.Types)
        {
            json.Add(Type(type, model, "ResourceType", keyOf));
        }

        foreach (var type in seen.Of(queries.OfTarget(id)))
        {
            json.Add(Type(type, model, "TargetOf", keyOf));
        }

        foreach (var profile in withProfiles ? queries.ProfilesOf(id) : [])
        {
            json.Add(new JsonObject { ["assignment"] = "Profile", ["profile"] = profile.Profile, ["dimensions"] = profile.Dimensions });
        }

        return json;
    }

    private static JsonObject Role(AssignedRole role, string kind)
    {
        var json = new JsonObject
        {
            ["assignment"] = kind,
            ["role"] = role.Role,
            ["workflowState"] = role.WorkflowState.ToString(),
            ["start"] = Date(role.StartDate),
            ["end"] = Date(role.EndDate),
        };
        if (role.IsIndirect)
        {
            json["isIndirect"] = true;
        }

        return json;
    }

    private static JsonObject Type(AssignedType type, ConfigurationModel model, string kind, Func<EntityType, long, string> keyOf)
    {
        var definition = model.FindResourceType(type.Row.ResourceType);
        var json = new JsonObject
        {
            ["assignment"] = kind,
            ["resourceType"] = type.Row.ResourceType,
            ["owner"] = type.Row.Owner is { } owner && definition is not null ? keyOf(definition.SourceEntityType, owner) : null,
            ["target"] = type.Row.Resource is { } target && definition is not null ? keyOf(definition.TargetEntityType, target) : null,
            ["workflowState"] = type.Row.WorkflowState.ToString(),
            ["provisioningState"] = type.Row.ProvisioningState.ToString(),
            ["start"] = Date(type.Row.StartDate),
            ["end"] = Date(type.Row.EndDate),
            ["blockReason"] = type.Row.BlockReason,
            ["message"] = type.Row.Message,
        };
        json["values"] = new JsonArray([.. type.Scalars.Select(s => new JsonObject
        {
            ["property"] = s.Property,
            ["policy"] = s.PolicyValue,
            ["current"] = s.CurrentValue,
            ["provisioningState"] = s.ProvisioningState.ToString(),
        })]);
        json["links"] = new JsonArray([.. type.Navigations.Select(n => new JsonObject
        {
            ["property"] = n.Property,
            ["policy"] = Target(definition, n.Property, n.Resource, keyOf),
            ["current"] = Target(definition, n.Property, n.CurrentResource, keyOf),
            ["provisioningState"] = n.ProvisioningState.ToString(),
        })]);
        foreach (var name in json.Where(m => m.Value is null).Select(m => m.Key).ToList())
        {
            json.Remove(name);
        }

        return json;
    }

    private static string? Target(ResourceType? type, string property, long? id, Func<EntityType, long, string> keyOf) =>
        id is { } target && type?.TargetEntityType.FindProperty(property)?.TargetEntityType is { } entityType ? keyOf(entityType, target) : null;

    /// <summary>Null for the bounds that stand for "no date".</summary>
    private static string? Date(DateTime date) =>
        date <= SentinelDates.Minimum || date >= SentinelDates.Maximum ? null : date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
