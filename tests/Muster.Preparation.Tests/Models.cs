using Muster.Configuration.Model;

namespace Muster.Preparation.Tests;

/// <summary>Resolved configuration in a few words.</summary>
internal static class Models
{
    public static Connector Connector(string identifier, WatermarkLost onWatermarkLost = WatermarkLost.Heal)
    {
        var connector = new Connector { Identifier = identifier, OnWatermarkLost = onWatermarkLost };
        connector.Connections = [new Connection { Identifier = $"{identifier}People", Connector = connector, Package = "Muster.Csv" }];
        return connector;
    }

    /// <summary>The first property is the primary key.</summary>
    public static Connector WithEntity(
        this Connector connector, string identifier, string table, params (string Property, string Column, PropertyType Type)[] properties) =>
        connector.WithEntity(identifier, table, [.. properties.Select(p => (p.Property, p.Column, p.Type, (string?)null))]);

    public static Connector WithEntity(
        this Connector connector, string identifier, string table, params (string Property, string Column, PropertyType Type, string? Format)[] properties)
    {
        var type = new EntityType { Identifier = identifier };
        type.Properties = [.. properties.Select(p => new EntityProperty { EntityType = type, Identifier = p.Property, Type = p.Type, Kind = PropertyKind.Scalar })];
        var mapping = new EntityTypeMapping { EntityType = type, Connector = connector, ConnectionTable = table };
        mapping.Properties =
        [
            .. properties.Select((p, i) => new PropertyMapping
            {
                Property = type.Properties[i],
                ConnectionColumn = p.Column,
                Format = p.Format,
                IsPrimaryKey = i == 0,
            }),
        ];
        type.Mapping = mapping;
        connector.EntityTypeMappings = [.. connector.EntityTypeMappings, mapping];
        return connector;
    }

    public static Connector WithAssociation(
        this Connector connector, string identifier, string table, string column1, string column2, bool isCollection1, bool isCollection2)
    {
        var association = new EntityAssociation { Identifier = identifier };
        var left = new EntityType { Identifier = identifier + "_1" };
        var right = new EntityType { Identifier = identifier + "_2" };
        association.End1 = End(association, left, 1, isCollection1);
        association.End2 = End(association, right, 2, isCollection2);
        connector.AssociationMappings =
        [
            .. connector.AssociationMappings,
            new EntityAssociationMapping
            {
                Association = association,
                Connector = connector,
                ConnectionTable = table,
                Column1 = column1,
                Key1 = new EntityProperty { EntityType = left, Identifier = "Key" },
                Column2 = column2,
                Key2 = new EntityProperty { EntityType = right, Identifier = "Key" },
            },
        ];
        return connector;
    }

    private static AssociationEnd End(EntityAssociation association, EntityType type, int side, bool isCollection) => new()
    {
        Association = association,
        Property = new EntityProperty { EntityType = type, Identifier = "Navigation" },
        IsCollection = isCollection,
        Side = side,
    };
}
