using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Connectors.Contract;

namespace Muster.Connectors.Ldif;

/// <summary>
/// How the properties of one resource type become an entry: which give its name, which attribute each of the others is written to
/// (synchronization.md 13, 15.1). Throws <see cref="FormatException"/> if the mapping cannot be used.
/// </summary>
internal sealed class EntryLayout
{
    private readonly ResourceType _resourceType;
    private readonly Connection _connection;

    public EntryLayout(ResourceType resourceType, Connection connection)
    {
        _resourceType = resourceType;
        _connection = connection;
        var mapping = resourceType.Mapping;
        ObjectClasses = mapping?.DefaultObjectClasses ?? [];
        RdnAttribute = mapping?.Settings.GetValueOrDefault("RDNAttributeIdentifier") is { Length: > 0 } rdn ? rdn : "cn";
        UseTreeDelete = mapping?.Settings.GetValueOrDefault("UseTreeDelete") is "true" or "True" or "1";
        UsePermissiveModify = mapping?.Settings.GetValueOrDefault("UsePermissiveModify") is "true" or "True" or "1";
        NameProperty = Flagged("IsDNProperty") ?? Mapped("dn");
        ParentProperty = Flagged("IsParentProperty") ?? Mapped("parentdn")
            ?? EntityType.Navigations.FirstOrDefault(n => LinkOf(n)?.IsParent == true);
        RdnProperty = Flagged("IsRDNProperty") ?? Mapped("rdn") ?? Mapped(RdnAttribute);
        UserAccountControlProperty = Flagged("IsUserAccountControlProperty");
        Password = mapping?.Password is { Mode: PasswordResetMode.OneWay } password ? password : null;
        UuidProperty = Mapped("entryUUID") ?? Mapped("objectGUID");
    }

    public EntityType EntityType => _resourceType.TargetEntityType;

    public IReadOnlyList<string> ObjectClasses { get; }

    /// <summary>Attribute of the relative name of new entries; <c>cn</c> if the mapping names none.</summary>
    public string RdnAttribute { get; }

    public bool UseTreeDelete { get; }

    /// <summary>The server is asked not to mind a value that is added twice, or removed and not there.</summary>
    public bool UsePermissiveModify { get; }

    /// <summary>Holds the whole name.</summary>
    public EntityProperty? NameProperty { get; }

    /// <summary>A navigation to the entry above, or a scalar with its name.</summary>
    public EntityProperty? ParentProperty { get; }

    /// <summary>Holds the value of the relative name.</summary>
    public EntityProperty? RdnProperty { get; }

    public EntityProperty? UserAccountControlProperty { get; }

    /// <summary>How the passwords of new entries are made; null: they have none.</summary>
    public PasswordPolicy? Password { get; }

    public EntityProperty? UuidProperty { get; }

    /// <summary>The mapped property of an entity type that holds a column (<c>dn</c>, <c>entryUUID</c>).</summary>
    public static PropertyMapping? Mapped(EntityType type, string column) =>
        type.Mapping?.Properties.FirstOrDefault(p => p.ConnectionColumn.Equals(column, StringComparison.OrdinalIgnoreCase));

    /// <summary>Null for a scalar without source column.</summary>
    public AttributeFormat? FormatOf(EntityProperty property) =>
        EntityType.Mapping?.Properties.FirstOrDefault(p => p.Property == property) is { } mapped
            ? AttributeFormat.Of(mapped.ConnectionColumn, mapped)
            : null;

    public string? SeparatorOf(EntityProperty property) => Attributes(property)?.GetValueOrDefault("MultiValueSeparator");

    /// <summary>Where the links of a navigation are kept; null if its association is not mapped by this connection.</summary>
    public EntryLink? LinkOf(EntityProperty navigation)
    {
        if (navigation.Navigation is not { } end)
        {
            return null;
        }

        var backlink = Attributes(navigation)?.GetValueOrDefault("DataSourceBacklinkColumnName");
        if (end.Association.Mapping is not { } mapping || ConnectionTables.SuffixOf(mapping.ConnectionTable, _connection) is not { } suffix)
        {
            return string.IsNullOrEmpty(backlink) ? null : new EntryLink(backlink, backlink, true, false, null, null);
        }

        var (ownColumn, ownKey, otherColumn, otherKey) = end.Side == 1
            ? (mapping.Column1, mapping.Key1, mapping.Column2, mapping.Key2)
            : (mapping.Column2, mapping.Key2, mapping.Column1, mapping.Key1);
        if (!string.IsNullOrEmpty(backlink))
        {
            return new EntryLink(backlink, backlink, true, false, ownKey, otherKey);
        }

        // The link stands at the entry whose column is 'dn'; the other column is the attribute.
        var isOwn = IsName(ownColumn);
        var column = isOwn ? otherColumn : ownColumn;
        var isParent = column.Equals("parentdn", StringComparison.OrdinalIgnoreCase);

        // The entries below another are not written from above: each of them is moved by itself.
        return isParent && !isOwn ? null : new EntryLink(suffix, column, !isOwn, isParent, ownKey, otherKey);
    }

    private static bool IsName(string column) => column.Equals("dn", StringComparison.OrdinalIgnoreCase);

    private EntityProperty? Flagged(string flag) => _resourceType.Mapping?.Properties.FirstOrDefault(p => p.Has(flag))?.Property;

    private EntityProperty? Mapped(string column) => Mapped(EntityType, column)?.Property;

    private IReadOnlyDictionary<string, string>? Attributes(EntityProperty property) =>
        _resourceType.Mapping?.Properties.FirstOrDefault(p => p.Property == property)?.Attributes;
}

/// <summary>Where the links of a navigation are kept.</summary>
/// <param name="Suffix">Of the association's table.</param>
/// <param name="Column">The value column.</param>
/// <param name="IsAtOther">The attribute belongs to the entry that the navigation leads to, and holds this entry.</param>
/// <param name="IsParent">The navigation leads to the entry above.</param>
/// <param name="OwnKey">The property of this side by which the other refers to it; null is the name.</param>
/// <param name="OtherKey">The property of the other side by which this one refers to it; null is the name.</param>
internal sealed record EntryLink(string Suffix, string Column, bool IsAtOther, bool IsParent, EntityProperty? OwnKey, EntityProperty? OtherKey);
