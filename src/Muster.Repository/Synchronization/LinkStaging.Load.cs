using Muster.Configuration.Model;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

public sealed partial class LinkStaging
{
    private long _loaded;

    /// <summary>
    /// Whether the rows of an entity type that has no resources can carry the links of an association that has none (initial load): the type is the
    /// owner of the association's rows, found by its primary key, and not at both ends. Returns the key by which the target is found; null if they cannot.
    /// </summary>
    public static EntityProperty? FindCarriedKey(RepositoryTransaction transaction, EntitySchema schema, EntityAssociation association, EntityTypeMapping mapping)
    {
        if (association.Mapping is not { RowOwner: not 0 } links || schema.StorageOf(association).ColumnEnd is not { } holder)
        {
            return null;
        }

        var (own, target) = links.RowOwner == 1 ? (links.Key1, links.Key2) : (links.Key2, links.Key1);
        var isCarried = holder.Side == links.RowOwner
            && holder.Property.EntityType == mapping.EntityType
            && own == mapping.PrimaryKey.Property
            && target.EntityType != mapping.EntityType
            && (association.End1.IsCollection || association.End2.IsCollection)
            && ColumnCodec.IsText(own.Type) && ColumnCodec.IsText(target.Type)
            && !LinkKey.IsDistinguishedName(own) && !LinkKey.IsDistinguishedName(target);
        return isCarried && transaction.Count(
            "SELECT COUNT(*) FROM (SELECT 1 FROM pending_link WHERE association = @association LIMIT 1) p", ("@association", association.Identifier)) == 0
            ? target
            : null;
    }

    /// <summary>Links that were loaded along with their resources.</summary>
    public void AddLoaded(long count) => _loaded = count;

    /// <summary>Takes away the delivered rows of owners that were loaded with their link: of several rows the first counts.</summary>
    public void DropLoaded()
    {
        var own = Key(_owner);
        _transaction.Execute(
            $"DELETE FROM {_rowsAfter} WHERE EXISTS (SELECT 1 FROM {_links.From("l")} WHERE {own.Has("l", $"{_rowsAfter}.key{_owner}")} AND {_links.IsLink("l")})");
    }
}
