using System.Text.Json.Nodes;
using Muster.Configuration.Model;
using Muster.Policy.Access;
using Muster.Repository;
using Muster.Repository.Dump;

namespace Muster.Jobs.Planning;

/// <summary>
/// What somebody sees of a plan. What it tells of is partly not there yet, so that filters cannot be held against it: of an entity type, or a kind of
/// assignment, all is shown to who may see all of it, and nothing to others. The operator sees everything.
/// </summary>
public sealed class SeenPlan(AccessGuard guard, RepositoryTransaction transaction, ConfigurationModel model)
{
    private readonly ResourceRights _resources = new(guard, model);

    public JobPlan Of(JobPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (guard.User is null)
        {
            return plan;
        }

        var orders = new SeenOrders(guard, _resources, transaction, model);
        return plan with
        {
            Changes = [.. plan.Changes.Select(Of).OfType<DumpChange>()],
            Dirty = [.. plan.Dirty.Where(d => model.FindEntityType(d.EntityType) is { } type && MayView(type) && MayName(type))],
            Orders = MayQuery("AssignedResourceType") ? [.. plan.Orders.Select(orders.Planned)] : [],
        };
    }

    private DumpChange? Of(DumpChange change)
    {
        Func<string, bool>? isVisible = change.Kind switch
        {
            "resource" => model.FindEntityType(change.Subject) is { } type && MayView(type) && MayName(type) ? Visible(type) : null,
            "link" => model.Associations.FirstOrDefault(a => a.Identifier == change.Subject) is { End1.Property: var first, End2.Property: var second }
                && (Shows(first) || Shows(second)) && MayName(first.EntityType) && MayName(second.EntityType) ? _ => true : null,
            "assignedSingleRole" => MaySee("AssignedSingleRole", model.SingleRoles.FirstOrDefault(r => r.Identifier == change.Subject)?.EntityType) ? _ => true : null,
            "assignedCompositeRole" => MaySee("AssignedCompositeRole", model.CompositeRoles.FirstOrDefault(r => r.Identifier == change.Subject)?.EntityType) ? _ => true : null,
            "assignedResourceType" => model.FindResourceType(change.Subject) is { } type && MaySee("AssignedResourceType", type.SourceEntityType) && MayName(type.TargetEntityType)
                ? Visible(type.TargetEntityType)
                : null,
            _ => null,
        };
        if (isVisible is null)
        {
            return null;
        }

        var seen = new DumpChange(Seen(change.Before, isVisible), Seen(change.After, isVisible));
        return seen is { Before: not null, After: not null } && seen.Differences().Count == 0 ? null : seen;
    }

    private Func<string, bool> Visible(EntityType type) => name => type.FindProperty(name) is { } property && IsVisible(type, property);

    private bool Shows(EntityProperty property) => MayView(property.EntityType) && IsVisible(property.EntityType, property);

    private bool MaySee(string kind, EntityType? owners) => owners is not null && MayName(owners) && MayQuery(kind);

    /// <summary>The key by which lines name resources of the type may be read.</summary>
    private bool MayName(EntityType type) => type.IdentityProperty is not { } key || IsVisible(type, key);

    private bool MayView(EntityType type) => _resources.MayView(type, null);

    private bool IsVisible(EntityType type, EntityProperty property) => _resources.IsVisible(type, null, property);

    private bool MayQuery(string kind) => guard.May(AccessQuestion.OfType(PermissionPaths.Assignment(kind, "Query"), kind));

    /// <summary>A line without hidden values, and without messages that may tell them: objects hold values by property, arrays those that name theirs.</summary>
    private static JsonObject? Seen(JsonObject? line, Func<string, bool> isVisible)
    {
        if (line is null)
        {
            return null;
        }

        var seen = new JsonObject();
        foreach (var (name, value) in line)
        {
            seen[name] = value switch
            {
                JsonObject values => new JsonObject(values.Where(v => isVisible(v.Key)).Select(v => KeyValuePair.Create(v.Key, v.Value?.DeepClone()))),
                JsonArray items => new JsonArray([.. items.Where(i => i is not JsonObject item || item["Property"] is not { } property || isVisible((string)property!)).Select(i => i?.DeepClone())]),
                _ => value?.DeepClone(),
            };
        }

        return seen;
    }
}
