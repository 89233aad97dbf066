using Muster.Configuration.Model;

namespace Muster.Configuration.Elements;

[Element("Language", "A language of the texts, and the suffix of the attributes that are written in it.", IsTopLevel = true, Key = ["Code"])]
public sealed record LanguageElement : ElementRecord
{
    [Field("Two-letter language and two-letter region: en-US.", Required = true)]
    public string Code { get; init; } = "";

    [Field("The number n of the attribute suffix _Ln, 1 to 16.", Required = true)]
    public int IndicatorNumber { get; init; }

    [Field("Name in some examples; without effect.")]
    public string? Identifier { get; init; }

    [Field("Name of the language.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;
}

[Element("EntityType", "A kind of resource: people, accounts, groups.", IsTopLevel = true)]
public sealed record EntityTypeElement : ElementRecord
{
    [Field("Unique among entity types; a C# name that is no reserved word.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Tag of a licence key; without effect.")]
    public string? LicenseTag { get; init; }

    [Field("Table of a built-in entity type; without effect.")]
    public string? TableName { get; init; }

    [Children("The properties of the entity type.")]
    public IReadOnlyList<EntityPropertyElement> Properties { get; init; } = [];
}

[Element("Property", "A property of an entity type: a scalar, a file, or a navigation.")]
public sealed record EntityPropertyElement : ElementRecord
{
    [Field("Unique in the entity type; letters, digits and underscore, not starting with a digit; never Id.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Type of the value. A property that an association names is a navigation whatever its type.")]
    public PropertyType Type { get; init; }

    [Field("Storage column of the original product: 0 to 127 scalars, 128 to 152 navigations, -1 none. Checked, without effect.")]
    public int TargetColumnIndex { get; init; } = -1;

    [Field("True if the configuration may name a resource by this property.")]
    public bool IsKey { get; init; }

    [Field("Minutes within which changes make no new version.")]
    public int HistoryPrecision { get; init; }

    [Field("Operator of flexible search; without effect.")]
    public string? FlexibleComparisonExpression { get; init; }

    [Field("Of a navigation to many: a property of the resources that it leads to. Rules give at most one link to resources with one value of it at a time.")]
    public string? GroupByProperty { get; init; }

    [Field("Language of a localized property.")]
    public string? Language { get; init; }

    [Field("The neutral property that this one localizes.")]
    public string? NeutralProperty { get; init; }
}

[Element("EntityAssociation", "Two properties that mirror each other: R1.Property1 holds R2, R2.Property2 holds R1.", IsTopLevel = true)]
public sealed record EntityAssociationElement : ElementRecord
{
    [Field("Unique among associations.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("EntityType:Property of the first side.", Required = true, RefersToProperty = true)]
    public string Property1 { get; init; } = "";

    [Field("EntityType:Property of the second side.", Required = true, RefersToProperty = true)]
    public string Property2 { get; init; } = "";

    [Field("True if Property1 holds many.")]
    public bool IsProperty1Collection { get; init; }

    [Field("True if Property2 holds many.")]
    public bool IsProperty2Collection { get; init; }
}

[Element("EntityPropertyExpression", "A property whose value is computed from others.", IsTopLevel = true)]
public sealed record EntityPropertyExpressionElement : ElementRecord
{
    [Field("Unique among property expressions.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Entity type of the computed property.", Required = true, Refers = typeof(EntityTypeElement))]
    public string EntityType { get; init; } = "";

    [Field("The computed property: a scalar, or a navigation to at most one resource.", Required = true)]
    public string Property { get; init; } = "";

    [Field("Predefined function, C# or literal expression.")]
    public string? Expression { get; init; }

    [Field("Path whose value is copied, or given to the expression.")]
    public string? Binding { get; init; }

    [Field("For a navigation: property of the pointed entity type that is compared with the computed value.")]
    public string? PropertyCriteria { get; init; }

    [Field("Among expressions that do not depend on one another the smallest is computed first.")]
    public int Priority { get; init; }

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;
}

[Element("Resource", "A resource that the configuration itself inserts.", IsTopLevel = true, Key = ["Type", "Id"], Support = ElementSupport.NotYet)]
public sealed record ResourceElement : ElementRecord
{
    [Field("Entity type of the resource.", Required = true, Refers = typeof(EntityTypeElement))]
    public string Type { get; init; } = "";

    [Field("Positive number, unique among resources.", Required = true)]
    public long Id { get; init; }

    [Field("True to have it computed by the next incremental job.")]
    public bool Dirty { get; init; }

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Value of the scalar in that storage column.", Name = "C#")]
    public IReadOnlyList<NumberedValue<string>> Scalars { get; init; } = [];

    [Field("Id of the target of the navigation in that storage column, I40 to I4O.", Name = "I#")]
    public IReadOnlyList<NumberedValue<string>> Navigations { get; init; } = [];
}
