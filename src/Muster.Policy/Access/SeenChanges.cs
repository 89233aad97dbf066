using Muster.Configuration.Model;
using Muster.Repository.Resources;
using Muster.Repository.Synchronization;

namespace Muster.Policy.Access;

/// <summary>
/// What somebody sees of changes to resources and links: those of resources that they may view, without properties that they may not read. What is
/// gone is shown to who may view all of its entity type. The operator sees everything.
/// </summary>
public sealed class SeenChanges(ResourceRights resources, ResourceReader reader, ConfigurationModel model)
{
    /// <summary>Null where nothing of the change is seen.</summary>
    public ChangeLine? Of(ChangeLine change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return resources.IsOperator ? change
            : change.Association is { } association ? OfLink(change, association)
            : change.EntityType is { } type && model.FindEntityType(type) is { } known ? OfResource(change, known)
            : null;
    }

    private ChangeLine? OfResource(ChangeLine change, EntityType type)
    {
        var id = Find(type, change.Key);
        if (!resources.MayView(type, id))
        {
            return null;
        }

        var values = change.Values.Where(v => type.FindProperty(v.Key) is { } property && resources.IsVisible(type, id, property)).ToDictionary();
        return change.Values.Count > 0 && values.Count == 0 ? null : change with { Key = Named(type, id, change.Key), Values = values };
    }

    private ChangeLine? OfLink(ChangeLine change, string identifier)
    {
        if (model.Associations.FirstOrDefault(a => a.Identifier == identifier) is not { End1.Property: var first, End2.Property: var second })
        {
            return null;
        }

        var (id1, id2) = (Find(first.EntityType, change.Key), Find(second.EntityType, change.Key2));
        bool Shows(EntityProperty property, long? id) => resources.MayView(property.EntityType, id) && resources.IsVisible(property.EntityType, id, property);
        return Shows(first, id1) || Shows(second, id2)
            ? change with { Key = Named(first.EntityType, id1, change.Key), Key2 = Named(second.EntityType, id2, change.Key2) }
            : null;
    }

    private long? Find(EntityType type, string? key) => key is null ? null : reader.FindByKey(type, key);

    private string? Named(EntityType type, long? id, string? key) =>
        type.IdentityProperty is { } identity && !resources.IsVisible(type, id, identity) ? null : key;
}
