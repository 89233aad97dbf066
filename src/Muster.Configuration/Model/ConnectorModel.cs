using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Model;

/// <summary>A part of Muster that talks to managed systems.</summary>
public sealed class Agent
{
    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public SourceLocation Location { get; init; }
}

/// <summary>Whether a job scaffolding takes a connector (<c>JobIntegrationRule</c>).</summary>
public enum JobIntegrationRule
{
    Used = 0,
    NotUsed = 1,
    OnlySynchronization = 2,
    OnlyProvisioning = 3,
}

/// <summary>What a connector does when its source has lost the watermark (our addition, asks.md, the two decisions).</summary>
public enum WatermarkLost
{
    /// <summary>The chain of the running job becomes a complete one.</summary>
    Heal = 0,

    /// <summary>The chain ends in error and asks for a complete job.</summary>
    Stop = 1,
}

/// <summary>A managed system's entry in the configuration (synchronization.md 3.2).</summary>
public sealed class Connector
{
    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public SourceLocation Location { get; init; }

    public Agent? Agent { get; init; }

    public bool IsDeactivated { get; init; }

    /// <summary>Its orders are fulfilled by workflows (scaffoldings.md).</summary>
    public bool IsWorkflowProvisioning { get; init; }

    public WatermarkLost OnWatermarkLost { get; init; }

    public JobIntegrationRule CompleteJob { get; init; }

    public JobIntegrationRule IncrementalJob { get; init; }

    public Thresholds Thresholds { get; init; } = Thresholds.Off;

    public IReadOnlyList<Connection> Connections { get; internal set; } = [];

    /// <summary>In order of declaration.</summary>
    public IReadOnlyList<EntityTypeMapping> EntityTypeMappings { get; internal set; } = [];

    /// <summary>In order of declaration.</summary>
    public IReadOnlyList<EntityAssociationMapping> AssociationMappings { get; internal set; } = [];

    public override string ToString() => Identifier;
}

/// <summary>Limits on a delivery at one level; 0 is off. Exceeded means strictly greater (synchronization.md 10.2).</summary>
public sealed record Thresholds
{
    public static Thresholds Off { get; } = new();

    public long MaximumInserted { get; init; }

    public long MaximumUpdated { get; init; }

    public long MaximumDeleted { get; init; }

    public double MaximumInsertedPercent { get; init; }

    public double MaximumUpdatedPercent { get; init; }

    public double MaximumDeletedPercent { get; init; }

    public long MaximumLinkInserted { get; init; }

    public long MaximumLinkDeleted { get; init; }

    public double MaximumLinkInsertedPercent { get; init; }

    public double MaximumLinkDeletedPercent { get; init; }
}

/// <summary>One way to reach a managed system; its settings stand in the agent's settings file under its identifier.</summary>
public sealed class Connection
{
    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public SourceLocation Location { get; init; }

    public required Connector Connector { get; init; }

    /// <summary>As written: <c>Usercube.CSV.Complete@0000001</c>, <c>Muster.Ldif</c>.</summary>
    public required string Package { get; init; }

    public bool ExportDeactivated { get; init; }

    public bool FulfillDeactivated { get; init; }

    /// <summary>Changes to the exported files, in order of declaration (synchronization.md 3.4).</summary>
    public IReadOnlyList<Transformation> Transformations { get; internal set; } = [];

    public override string ToString() => Identifier;
}

/// <summary>One <c>Transformation</c> of exported files, attributes as written (synchronization.md 3.4).</summary>
public sealed record Transformation(string Type, IReadOnlyDictionary<string, string> Attributes, SourceLocation Location);

/// <summary>How an entity type is fed from a table of a connector (synchronization.md 3.6).</summary>
public sealed class EntityTypeMapping
{
    public required EntityType EntityType { get; init; }

    public string Identifier => EntityType.Identifier;

    public SourceLocation Location { get; init; }

    public required Connector Connector { get; init; }

    /// <summary>Name of the source file in <c>Temp/ExportOutput</c>, without extension; compared without regard to case.</summary>
    public required string ConnectionTable { get; init; }

    public string? C0 { get; init; }

    public Thresholds Thresholds { get; init; } = Thresholds.Off;

    /// <summary>All mapped properties, in order of declaration; those without <c>ConnectionColumn</c> are not among them.</summary>
    public IReadOnlyList<PropertyMapping> Properties { get; internal set; } = [];

    public PropertyMapping PrimaryKey => Properties.First(p => p.IsPrimaryKey);

    /// <summary>Properties that an association may use to find a resource, the primary key among them.</summary>
    public IEnumerable<PropertyMapping> UniqueKeys => Properties.Where(p => p.IsPrimaryKey || p.IsUniqueKey);
}

/// <summary>One mapped property: a source column and its conversion.</summary>
public sealed class PropertyMapping
{
    public required EntityProperty Property { get; init; }

    public required string ConnectionColumn { get; init; }

    /// <summary>As written (synchronization.md 6.2); null if absent.</summary>
    public string? Format { get; init; }

    public bool IsPrimaryKey { get; init; }

    public bool IsUniqueKey { get; init; }

    public SourceLocation Location { get; init; }
}

/// <summary>How an association is fed from a table of a connector (synchronization.md 3.7).</summary>
public sealed class EntityAssociationMapping
{
    public required EntityAssociation Association { get; init; }

    public string Identifier => Association.Identifier;

    public SourceLocation Location { get; init; }

    public required Connector Connector { get; init; }

    public required string ConnectionTable { get; init; }

    /// <summary>Column with the value that identifies R1.</summary>
    public required string Column1 { get; init; }

    /// <summary>The property of R1 that <see cref="Column1"/> matches.</summary>
    public required EntityProperty Key1 { get; init; }

    public required string Column2 { get; init; }

    public required EntityProperty Key2 { get; init; }

    public string? C0 { get; init; }

    public Thresholds Thresholds { get; init; } = Thresholds.Off;

    /// <summary>The entity type mappings whose rows come from the same table.</summary>
    public IEnumerable<EntityTypeMapping> EntityTypeMappingsOfTable =>
        Connector.EntityTypeMappings.Where(m => string.Equals(m.ConnectionTable, ConnectionTable, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The side whose key column is, in the same table, the one that an entity's key is read from: each row there is one of its resources.
    /// 0 if the table is one of links only.
    /// </summary>
    public int EntitySide => IsKeyOfTable(Key1, Column1) ? 1 : IsKeyOfTable(Key2, Column2) ? 2 : 0;

    /// <summary>
    /// The side that identifies a row (synchronization.md 8.2): the mono-valued end, of two the one whose resources the table lists, else the
    /// first; 0 if both keys together identify it.
    /// </summary>
    public int RowOwner => (Association.End1.IsCollection, Association.End2.IsCollection) switch
    {
        (true, true) => 0,
        (true, false) => 2,
        (false, true) => 1,
        _ => EntitySide == 2 ? 2 : 1,
    };

    private bool IsKeyOfTable(EntityProperty key, string column) =>
        EntityTypeMappingsOfTable.SelectMany(m => m.Properties)
            .Any(p => p.Property == key && string.Equals(p.ConnectionColumn, column, StringComparison.OrdinalIgnoreCase));
}

/// <summary>How the orders of a resource type are written to a system (synchronization.md 13): all variants in one form.</summary>
public sealed class ResourceTypeMapping
{
    public required ResourceType ResourceType { get; init; }

    public SourceLocation Location { get; init; }

    /// <summary>The element's name: <c>LdapResourceTypeMapping</c>, ….</summary>
    public required string Kind { get; init; }

    public Connection? Connection { get; init; }

    public IReadOnlyList<string> DefaultObjectClasses { get; init; } = [];

    /// <summary>How the passwords of new accounts are made; null: they have none.</summary>
    public PasswordPolicy? Password { get; init; }

    /// <summary>Every other attribute as written.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    public IReadOnlyList<ResourceTypeMappingProperty> Properties { get; init; } = [];
}

/// <summary>Flags of one property of a <see cref="ResourceTypeMapping"/>, attributes as written (<c>IsDNProperty</c>, …).</summary>
public sealed record ResourceTypeMappingProperty(EntityProperty Property, IReadOnlyDictionary<string, string> Attributes)
{
    public bool Has(string flag) => Attributes.TryGetValue(flag, out var value) && value is "true" or "True" or "1";
}
