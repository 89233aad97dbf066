using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Configuration.Model;
using Muster.Policy.Decisions;
using Muster.Policy.Orders;
using Muster.Repository;
using Muster.Repository.Assignments;

namespace Muster.Policy.Access;

/// <summary>
/// What somebody sees of provisioning orders: those of assigned resource types of which they have the <c>Query</c>, and in their contents what
/// they may read of the owner, the target, and what it is linked with. The operator sees everything.
/// </summary>
public sealed class SeenOrders(AccessGuard guard, ResourceRights resources, RepositoryTransaction transaction, ConfigurationModel model)
{
    private static readonly string[] LinkSuffixes = ["_add", "_remove"];

    /// <summary>Those that are seen, in their order.</summary>
    public IReadOnlyList<OrderView> Of(IReadOnlyList<OrderView> orders)
    {
        ArgumentNullException.ThrowIfNull(orders);
        if (guard.User is null)
        {
            return orders;
        }

        var read = Read(orders);
        var seen = new SeenAssignments(guard, resources, model).Seen([.. read.Select(o => o.Entry)]).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. read.Where(o => seen.Contains(o.Entry)).Select(o => Shown(o.Order, o.Type, o.Document))];
    }

    /// <summary>One order. Throws <see cref="DecisionRefusedException"/> where it may not be seen.</summary>
    public OrderView Require(OrderView order)
    {
        if (guard.User is null)
        {
            return order;
        }

        if (Read([order]) is not [var (_, type, document, entry)])
        {
            throw new DecisionRefusedException($"The resource type '{order.ResourceType}' of the order is no longer in the configuration: only the operator sees it.");
        }

        guard.Require(AssignmentRights.Query(AssignmentItem.Find(model, AssignmentKind.ResourceType, type.Identifier), entry));
        return Shown(order, type, document);
    }

    private List<(OrderView Order, ResourceType Type, JsonObject Document, AssignmentEntry Entry)> Read(IReadOnlyList<OrderView> orders)
    {
        var rows = new AssignmentStore(transaction).LoadTypes([.. orders.Select(o => o.AssignedResourceType).Distinct()]).ToDictionary(t => t.Row.Id);
        return
        [
            .. orders.Select(o => (Order: o, Type: model.FindResourceType(o.ResourceType), Document: JsonNode.Parse(o.Document)!.AsObject()))
                .Where(o => o.Type is not null)
                .Select(o => (o.Order, o.Type!, o.Document, AssignmentEntry.Of(rows.GetValueOrDefault(o.Order.AssignedResourceType) ?? Ended(o.Order, o.Document)))),
        ];
    }

    private OrderView Shown(OrderView order, ResourceType type, JsonObject document) =>
        order with { Document = Document(document, type).ToJsonString(), Keys = Keys(order, type, document), Message = Message(order, type, document) };

    /// <summary>An order as somebody would see it who has the rights on all that it is about: for one that is only planned.</summary>
    public OrderView Planned(OrderView order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return guard.User is null || model.FindResourceType(order.ResourceType) is not { } type
            ? order
            : order with { Document = Document(JsonNode.Parse(order.Document)!.AsObject(), type).ToJsonString() };
    }

    /// <summary>What the assignment was, as far as its order tells it: rights are held against the owner and the resource type.</summary>
    private static AssignedType Ended(OrderView order, JsonObject document) => new(
        new AssignedResourceType
        {
            Id = order.AssignedResourceType,
            Owner = IdOf(document["Owner"]),
            ResourceType = order.ResourceType,
            Resource = IdOf(document["Resource"]),
            StartDate = SentinelDates.Minimum,
            EndDate = SentinelDates.Maximum,
        },
        [],
        []);

    private JsonObject Document(JsonObject order, ResourceType type)
    {
        var target = IdOf(order["Resource"]);
        var owned = IdOf(order["Owner"]);
        var hides = !resources.MayView(type.SourceEntityType, owned) || resources.HidesAny(type.SourceEntityType, owned) || resources.HidesAny(type.TargetEntityType, target);
        var seen = new JsonObject();
        foreach (var (name, value) in order.Select(m => (m.Key, m.Value?.DeepClone())).ToList())
        {
            switch (name)
            {
                case "Owner" when value is JsonObject owner:
                    seen[name] = Described(type.SourceEntityType, owner);
                    break;
                case "Resource" when value is JsonObject resource:
                    seen[name] = Described(type.TargetEntityType, resource);
                    break;
                case "Changes" when value is JsonObject changes:
                    seen[name] = Changes(changes, type.TargetEntityType, target);
                    RemoveFileNames(seen[name]!.AsObject(), type.SourceEntityType, owned);
                    break;
                case "Arguments" when hides:
                    // Computed texts: they may tell what is hidden.
                    break;
                default:
                    seen[name] = value;
                    break;
            }
        }

        return seen;
    }

    private JsonObject Changes(JsonObject changes, EntityType type, long? target)
    {
        var seen = new JsonObject();
        foreach (var (name, value) in changes)
        {
            var suffix = type.FindProperty(name) is null ? Array.Find(LinkSuffixes, s => name.EndsWith(s, StringComparison.Ordinal)) : null;
            if (type.FindProperty(suffix is null ? name : name[..^suffix.Length]) is { } property && resources.IsVisible(type, target, property))
            {
                seen[name] = Seen(property, value);
            }
        }

        return seen;
    }

    /// <summary>Names of files begin with the owner's key.</summary>
    private void RemoveFileNames(JsonObject changes, EntityType owners, long? owner)
    {
        if (owners.IdentityProperty is { } identity && !resources.IsVisible(owners, owner, identity))
        {
            foreach (var file in changes.Select(c => c.Value).OfType<JsonObject>())
            {
                file.Remove("FileName");
            }
        }
    }

    /// <summary>A resource with the values that may be read; without the right to view it, what names it.</summary>
    private JsonObject Described(EntityType type, JsonObject resource)
    {
        var id = IdOf(resource);
        var mayView = id is null || resources.MayView(type, id);
        var seen = new JsonObject();
        foreach (var (name, value) in resource)
        {
            var property = type.FindProperty(name);
            if (property is null ? name == "Id" || (name == "InternalDisplayName" && resources.ShowsDisplayName(type, id)) : (mayView || property == type.IdentityProperty) && resources.IsVisible(type, id, property))
            {
                seen[name] = property is null ? value?.DeepClone() : Seen(property, value);
            }
        }

        return seen;
    }

    private JsonNode? Seen(EntityProperty property, JsonNode? value) => (property.TargetEntityType, value) switch
    {
        ({ } type, JsonObject reference) => Described(type, reference),
        ({ } type, JsonArray references) => new JsonArray([.. references.OfType<JsonObject>().Select(r => (JsonNode)Described(type, r))]),
        _ => value?.DeepClone(),
    };

    private string? Keys(OrderView order, ResourceType type, JsonObject document)
    {
        if (order.Keys is null || JsonNode.Parse(order.Keys) is not JsonObject keys)
        {
            return order.Keys;
        }

        var target = IdOf(document["Resource"]);
        return new JsonObject(keys.Where(k => type.TargetEntityType.FindProperty(k.Key) is not { } property || resources.IsVisible(type.TargetEntityType, target, property))
            .Select(k => KeyValuePair.Create(k.Key, k.Value?.DeepClone()))).ToJsonString();
    }

    /// <summary>What a managed system answered may tell values.</summary>
    private string? Message(OrderView order, ResourceType type, JsonObject document) =>
        resources.HidesAny(type.TargetEntityType, IdOf(document["Resource"])) ? null : order.Message;

    private static long? IdOf(JsonNode? resource) =>
        resource is JsonObject { } known && long.TryParse((string?)known["Id"], NumberStyles.Integer, CultureInfo.InvariantCulture, out var id) ? id : null;
}
