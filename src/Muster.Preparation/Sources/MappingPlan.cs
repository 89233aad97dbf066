using System.Text;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;

namespace Muster.Preparation.Sources;

/// <summary>One column of a prepared file and where it comes from.</summary>
/// <param name="Name">In the prepared file: the property's identifier, or <c>key1</c>, <c>key2</c>.</param>
/// <param name="SourceColumn">In the source file.</param>
/// <param name="ListSeparator">For links: what separates several values of one cell; null where a cell is one value.</param>
internal sealed record PlannedColumn(string Name, string SourceColumn, PropertyType Type, string? Format, byte[]? ListSeparator = null);

/// <summary>
/// What has to be done for one mapping: the columns of its prepared file and which of them tell its rows apart (synchronization.md 2.5, 8.3).
/// The first column of an entity file is its primary key; a link file has <c>key1</c> and <c>key2</c>.
/// </summary>
internal sealed record MappingPlan
{
    public required string Identifier { get; init; }

    /// <summary>Start of the names of the mapping's files: the identifier, prefixed where an entity type has the same one.</summary>
    public required string FileStem { get; init; }

    public required bool IsAssociation { get; init; }

    public required string Table { get; init; }

    public required IReadOnlyList<PlannedColumn> Columns { get; init; }

    /// <summary>Places in <see cref="Columns"/> of what makes the row identity: primary key, owner, or both ends.</summary>
    public required IReadOnlyList<int> IdentityColumns { get; init; }

    /// <summary>For links: true if the identity is both ends.</summary>
    public bool IsPair => IdentityColumns.Count == 2;

    /// <summary>For links of an association with a mono-valued end: the place of the target; -1 otherwise.</summary>
    public int TargetColumn => IsAssociation && !IsPair ? 1 - IdentityColumns[0] : -1;

    /// <summary>For links: the table feeds an entity type too, so that its commands are those of entities.</summary>
    public bool SharesEntityTable { get; init; }

    /// <summary>For associations: the table lists the resources that the rows belong to, so that a deleted row is a deleted owner.</summary>
    public bool IsOwnersTable { get; init; }

    /// <summary>
    /// For pairs in a table that feeds an entity type too: the place of the column by which the row's entity is known; -1 otherwise. In a
    /// change list such a row says which links its entity has, all of them.
    /// </summary>
    public int EntityColumn { get; init; } = -1;

    public string Description => IsAssociation ? $"EntityAssociationMapping '{Identifier}'" : $"EntityTypeMapping '{Identifier}'";

    public string SortedName => $"{FileStem}.sorted.csv";

    public string DeltaName => $"{FileStem}.sorted.delta";

    public DeliveryFileKind KindOf(bool isChanges) => (IsAssociation, isChanges) switch
    {
        (false, false) => DeliveryFileKind.Entities,
        (false, true) => DeliveryFileKind.EntityChanges,
        (true, false) => DeliveryFileKind.Links,
        (true, true) => DeliveryFileKind.LinkChanges,
    };

    /// <summary>The plans of a connector, entity types first, in order of declaration.</summary>
    public static IReadOnlyList<MappingPlan> Of(Connector connector)
    {
        var entities = connector.EntityTypeMappings.Where(m => m.Properties.Any(p => p.IsPrimaryKey)).Select(OfEntityType).ToList();
        var names = entities.Select(p => p.Identifier).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var tables = entities.Select(p => p.Table).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. entities, .. connector.AssociationMappings.Select(m => OfAssociation(m, names, tables))];
    }

    private static MappingPlan OfEntityType(EntityTypeMapping mapping)
    {
        // A navigation is fed by its association's mapping, never by a column of the entity.
        var properties = mapping.Properties.Where(p => p.Property.Kind is PropertyKind.Scalar or PropertyKind.Binary);
        var key = mapping.PrimaryKey;
        return new MappingPlan
        {
            Identifier = mapping.Identifier,
            FileStem = mapping.Identifier,
            IsAssociation = false,
            Table = mapping.ConnectionTable,
            Columns = [ColumnOf(key), .. properties.Where(p => p != key).Select(ColumnOf)],
            IdentityColumns = [0],
        };
    }

    private static PlannedColumn ColumnOf(PropertyMapping mapping) =>
        new(mapping.Property.Identifier, mapping.ConnectionColumn, mapping.Property.Type, mapping.Format);

    private static MappingPlan OfAssociation(EntityAssociationMapping mapping, HashSet<string> entityNames, HashSet<string> entityTables)
    {
        return new MappingPlan
        {
            Identifier = mapping.Identifier,
            FileStem = entityNames.Contains(mapping.Identifier) ? $"assoc.{mapping.Identifier}" : mapping.Identifier,
            IsAssociation = true,
            Table = mapping.ConnectionTable,
            Columns =
            [
                new PlannedColumn("key1", mapping.Column1, mapping.Key1.Type, null, ListSeparatorOf(mapping, mapping.Column1)),
                new PlannedColumn("key2", mapping.Column2, mapping.Key2.Type, null, ListSeparatorOf(mapping, mapping.Column2)),
            ],
            IdentityColumns = mapping.RowOwner == 0 ? [0, 1] : [mapping.RowOwner - 1],
            SharesEntityTable = entityTables.Contains(mapping.ConnectionTable),
            IsOwnersTable = mapping.RowOwner != 0 && mapping.RowOwner == mapping.EntitySide,
            EntityColumn = mapping.RowOwner == 0 ? mapping.EntitySide - 1 : -1,
        };
    }

    /// <summary>
    /// What separates the values of a cell (synchronization.md 8.3): that of the column's <c>concat:</c> format where a property maps it, else
    /// the line feed, by which exports join values and which no key contains.
    /// </summary>
    private static byte[] ListSeparatorOf(EntityAssociationMapping mapping, string column)
    {
        const string concat = "concat:";
        var format = mapping.EntityTypeMappingsOfTable
            .SelectMany(m => m.Properties)
            .FirstOrDefault(p => string.Equals(p.ConnectionColumn, column, StringComparison.OrdinalIgnoreCase)
                && p.Format?.StartsWith(concat, StringComparison.OrdinalIgnoreCase) == true && p.Format.Length > concat.Length)?.Format;
        return Encoding.UTF8.GetBytes(format is null ? "\n" : format[concat.Length..]);
    }
}
