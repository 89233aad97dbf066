using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Model;

/// <summary>Scalar types of the format; the numbers are those of <c>EntityPropertyType</c> (synchronization.md 2.2).</summary>
public enum PropertyType
{
    String = 0,
    Bytes = 1,
    Int32 = 2,
    Int64 = 3,
    DateTime = 4,
    Bool = 5,
    Guid = 6,
    Double = 7,
    Binary = 8,
    Byte = 9,
    Int16 = 10,

    /// <summary>Former name of <see cref="ForeignKey"/>, kept as an Int64 scalar.</summary>
    Option = 11,
    ForeignKey = 12,
}

/// <summary>What a property holds, decided by associations rather than by the declared type (synchronization.md 2.2).</summary>
public enum PropertyKind
{
    Scalar,

    /// <summary>A file, kept apart from the row.</summary>
    Binary,

    /// <summary>A navigation to at most one resource.</summary>
    MonoNavigation,

    /// <summary>A navigation to any number of resources.</summary>
    MultiNavigation,
}

/// <summary>A kind of resource: people, accounts, groups. Resolved and immutable once the configuration is loaded.</summary>
public sealed class EntityType
{
    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public SourceLocation Location { get; init; }

    /// <summary>In order of declaration.</summary>
    public IReadOnlyList<EntityProperty> Properties { get; internal set; } = [];

    /// <summary>
    /// The connector that its mapping names; null if it has none. A connector of internal resources has one too: its mapping has no
    /// source columns, so that <see cref="Mapping"/> is null.
    /// </summary>
    public Connector? Connector { get; internal set; }

    /// <summary>The mapping that feeds this entity type from a managed system; null for a type that Muster owns.</summary>
    public EntityTypeMapping? Mapping { get; internal set; }

    /// <summary>Properties usable to find a resource from the configuration (<c>IsKey</c>), in order of declaration.</summary>
    public IEnumerable<EntityProperty> KeyProperties => Properties.Where(p => p.IsKey);

    public IEnumerable<EntityProperty> Scalars => Properties.Where(p => p.Kind == PropertyKind.Scalar);

    public IEnumerable<EntityProperty> Navigations =>
        Properties.Where(p => p.Kind is PropertyKind.MonoNavigation or PropertyKind.MultiNavigation);

    /// <summary>The property that names a resource outside the store: the mapping's primary key, else the first key property, else null.</summary>
    public EntityProperty? IdentityProperty => Mapping?.PrimaryKey.Property ?? KeyProperties.FirstOrDefault();

    public EntityProperty? FindProperty(string identifier) => Properties.FirstOrDefault(p => p.Identifier == identifier);

    public override string ToString() => Identifier;
}

/// <summary>One property of an <see cref="EntityType"/>.</summary>
public sealed class EntityProperty
{
    public required EntityType EntityType { get; init; }

    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public SourceLocation Location { get; init; }

    public PropertyType Type { get; init; }

    public PropertyKind Kind { get; internal set; }

    public bool IsKey { get; init; }

    /// <summary>Minutes within which changes of this property make no new version (synchronization.md 9.8). 0: every change does.</summary>
    public int HistoryPrecision { get; init; }

    /// <summary>For a navigation: the end of its association that this property is; null for scalars and binaries.</summary>
    public AssociationEnd? Navigation { get; internal set; }

    /// <summary>For a navigation: the entity type that it leads to.</summary>
    public EntityType? TargetEntityType => Navigation?.Opposite.Property.EntityType;

    /// <summary>
    /// For a navigation to many: the property of <see cref="TargetEntityType"/> by which what rules give is grouped, at most one link of a
    /// group at a time (rolemodel.md 5.4, phase 4); null if it is not.
    /// </summary>
    public EntityProperty? GroupBy { get; internal set; }

    /// <summary>True if an <see cref="EntityPropertyExpression"/> computes this property.</summary>
    public bool IsComputed { get; internal set; }

    /// <summary><c>EntityType:Property</c>, the way in which the format refers to it.</summary>
    public string QualifiedName => $"{EntityType.Identifier}:{Identifier}";

    public override string ToString() => QualifiedName;
}

/// <summary>
/// Two mirror properties: <c>R1.Property1</c> contains <c>R2</c> exactly when <c>R2.Property2</c> contains <c>R1</c>
/// (synchronization.md 2.5).
/// </summary>
public sealed class EntityAssociation
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    /// <summary>Property1 and the entity type of R1.</summary>
    public AssociationEnd End1 { get; internal set; } = null!;

    /// <summary>Property2 and the entity type of R2.</summary>
    public AssociationEnd End2 { get; internal set; } = null!;

    public EntityAssociationMapping? Mapping { get; internal set; }

    public bool IsManyToMany => End1.IsCollection && End2.IsCollection;

    public override string ToString() => Identifier;
}

/// <summary>One side of an association: the property through which a resource of its entity type sees the other side.</summary>
public sealed class AssociationEnd
{
    public required EntityAssociation Association { get; init; }

    public required EntityProperty Property { get; init; }

    /// <summary>True if <see cref="Property"/> holds many resources.</summary>
    public required bool IsCollection { get; init; }

    /// <summary>1 or 2.</summary>
    public required int Side { get; init; }

    public AssociationEnd Opposite => Side == 1 ? Association.End2 : Association.End1;
}

/// <summary>Display names by language indicator (<c>_L1</c> is 1).</summary>
public sealed record DisplayNames(IReadOnlyDictionary<int, string> ByLanguage)
{
    public static DisplayNames Empty { get; } = new(new Dictionary<int, string>());

    /// <summary>The name in the first language, or the lowest one that exists, or null.</summary>
    public string? Default => ByLanguage.Count == 0 ? null : ByLanguage.OrderBy(p => p.Key).First().Value;
}

/// <summary>A property whose value is computed (rolemodel.md 3.16, 5.1).</summary>
public sealed class EntityPropertyExpression
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public required EntityProperty Property { get; init; }

    public EntityType EntityType => Property.EntityType;

    /// <summary>Binding and expression, uncompiled; see <see cref="ValueSource"/>.</summary>
    public required ValueSource Source { get; init; }

    /// <summary>For a navigation: the property of the pointed entity type that is compared with the computed value.</summary>
    public EntityProperty? PropertyCriteria { get; init; }

    /// <summary>Among expressions that do not depend on one another the smallest is computed first.</summary>
    public int Priority { get; init; }
}

/// <summary>
/// A value described in the configuration: a binding, an expression, or both, with the entity type that it starts from
/// (rolemodel.md 4). Compiled by <c>Muster.Expressions</c>.
/// </summary>
/// <param name="Root">The entity type of the input; null where the text has no input resource.</param>
/// <param name="Binding">A path as written, with or without entity type prefixes; null if absent.</param>
/// <param name="Expression">Predefined function, <c>C#:</c> or <c>Literal:</c> text as written; null if absent.</param>
/// <param name="BindingLocation">Where the binding stands.</param>
/// <param name="ExpressionLocation">Where the expression's text starts.</param>
public sealed record ValueSource(
    EntityType? Root,
    string? Binding,
    string? Expression,
    SourceLocation BindingLocation,
    SourceLocation ExpressionLocation)
{
    public bool IsEmpty => Binding is null && Expression is null;

    /// <summary>The attribute that <see cref="Expression"/> was read from; null for a source that no file holds.</summary>
    public Xml.ConfigurationAttribute? ExpressionAttribute { get; init; }
}
