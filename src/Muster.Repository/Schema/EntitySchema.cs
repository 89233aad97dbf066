using Muster.Configuration.Model;
using Muster.Repository.Dialects;

namespace Muster.Repository.Schema;

/// <summary>One column of a resource table: of a scalar, or of a file, which it refers to by <see cref="Muster.Configuration.Values.FileReference"/>.</summary>
public sealed record ScalarColumn(EntityProperty Property, string Name);

/// <summary>A column that holds the target's id of a mono-valued navigation.</summary>
public sealed record NavigationColumn(EntityProperty Property, AssociationEnd End, string Name);

/// <summary>The table of an entity type; names are not quoted.</summary>
public sealed class ResourceTable
{
    /// <summary>Columns that every resource table has before those of properties.</summary>
    public const string FixedColumns = "id, valid_from, source_hash, display_name";

    public required EntityType EntityType { get; init; }

    /// <summary><c>r_&lt;entity type&gt;</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>h_r_&lt;entity type&gt;</c>: the same columns and <c>valid_to</c>.</summary>
    public required string HistoryName { get; init; }

    public required IReadOnlyList<ScalarColumn> Scalars { get; init; }

    public required IReadOnlyList<NavigationColumn> Navigations { get; init; }

    public ScalarColumn? FindScalar(EntityProperty property) => Scalars.FirstOrDefault(c => c.Property == property);

    public NavigationColumn? FindNavigation(EntityProperty property) => Navigations.FirstOrDefault(c => c.Property == property);

    /// <summary>All columns, fixed ones first, quoted and separated by commas.</summary>
    public string ColumnList(ISqlDialect dialect, string prefix = "") =>
        string.Join(
            ", ",
            FixedColumns.Split(", ").Select(c => prefix + c)
                .Concat(Scalars.Select(c => prefix + dialect.Quote(c.Name)))
                .Concat(Navigations.Select(c => prefix + dialect.Quote(c.Name))));
}

/// <summary>
/// Where the links of an association are: in a table of pairs when both ends hold many, else in a column of the mono-valued end
/// (one-to-one: of End1). Names are not quoted.
/// </summary>
public sealed class LinkStorage
{
    public required EntityAssociation Association { get; init; }

    /// <summary><c>l_&lt;association&gt;(r1, r2, valid_from)</c>; null if links are in a column.</summary>
    public string? TableName { get; init; }

    /// <summary><c>h_l_&lt;association&gt;(r1, r2, valid_from, valid_to)</c>.</summary>
    public string? HistoryName { get; init; }

    /// <summary>The end whose resources carry the column; null if links are in a table.</summary>
    public AssociationEnd? ColumnEnd { get; init; }

    public ResourceTable? ColumnTable { get; init; }

    /// <summary><c>n_&lt;property&gt;</c>.</summary>
    public string? ColumnName { get; init; }
}

/// <summary>The tables of one entity model: computed from the configuration, never read from the database.</summary>
public sealed class EntitySchema
{
    private readonly Dictionary<EntityType, ResourceTable> _tables = [];
    private readonly Dictionary<EntityAssociation, LinkStorage> _links = [];

    public EntitySchema(ConfigurationModel model)
    {
        Model = model;
        var columnEnds = model.Associations
            .Where(a => !a.IsManyToMany)
            .Select(a => a.End1.IsCollection ? a.End2 : a.End1)
            .ToLookup(e => e.Property.EntityType);
        foreach (var type in model.EntityTypes)
        {
            _tables.Add(type, new ResourceTable
            {
                EntityType = type,
                Name = $"r_{type.Identifier}",
                HistoryName = $"h_r_{type.Identifier}",
                Scalars = [.. type.Properties
                    .Where(p => p.Kind is PropertyKind.Scalar or PropertyKind.Binary)
                    .Select(p => new ScalarColumn(p, $"p_{p.Identifier}"))],
                Navigations = [.. columnEnds[type].Select(e => new NavigationColumn(e.Property, e, $"n_{e.Property.Identifier}"))],
            });
        }

        foreach (var association in model.Associations)
        {
            _links.Add(association, StorageFor(association));
        }
    }

    public ConfigurationModel Model { get; }

    public IEnumerable<ResourceTable> Tables => _tables.Values;

    public IEnumerable<LinkStorage> Links => _links.Values;

    public ResourceTable TableOf(EntityType type) => _tables[type];

    public LinkStorage StorageOf(EntityAssociation association) => _links[association];

    private LinkStorage StorageFor(EntityAssociation association)
    {
        if (association.IsManyToMany)
        {
            return new LinkStorage
            {
                Association = association,
                TableName = $"l_{association.Identifier}",
                HistoryName = $"h_l_{association.Identifier}",
            };
        }

        var end = association.End1.IsCollection ? association.End2 : association.End1;
        return new LinkStorage
        {
            Association = association,
            ColumnEnd = end,
            ColumnTable = _tables[end.Property.EntityType],
            ColumnName = $"n_{end.Property.Identifier}",
        };
    }
}
