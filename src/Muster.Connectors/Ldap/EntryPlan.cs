using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Ldap;

/// <summary>A value of an attribute that an order adds or removes, of the order's entry or of another.</summary>
/// <param name="Other">Name of the other entry that holds the value; null for the order's own.</param>
/// <param name="Value">Null: the name of the order's entry, as it is when the link is written.</param>
internal sealed record PlannedLink(string Attribute, bool IsAdd, DistinguishedName? Other, string? Value);

/// <summary>
/// What one order does to a directory (synchronization.md 15.1), resolved before anything is sent: what can be refused is refused here, by
/// <see cref="DirectoryRefusal"/> or <see cref="FormatException"/>.
/// </summary>
internal sealed class EntryPlan
{
    private static readonly string[] KnownArguments = ["WorkflowIdentifier", "ResourceIdToCopy"];
    private static readonly string[] PasswordAttributes = ["unicodePwd", "userPassword", "clearTextPassword", "dBCSPwd"];
    private readonly ProvisioningOrder _order;
    private readonly Predicate<string> _hasAttribute;

    /// <param name="hasAttribute">Whether the server's schema has an attribute.</param>
    public EntryPlan(EntryLayout layout, ProvisioningOrder order, Predicate<string> hasAttribute)
    {
        Layout = layout;
        _order = order;
        _hasAttribute = hasAttribute;
        CurrentName = NameOf(layout.EntityType, order.Resource, layout.NameProperty);
        foreach (var (key, value) in order.Changes)
        {
            Resolve(key, value);
        }

        foreach (var (name, value) in order.Arguments)
        {
            if (IsPassword(name))
            {
                throw new DirectoryRefusal($"The arguments of the order hold a password ('{name}'), which no order does. Take it out of the ArgumentsExpression, and name a PasswordResetSetting in the resource type mapping.");
            }

            if (!KnownArguments.Contains(name))
            {
                Replacements[name] = [new LdifValue(value)];
            }
        }
    }

    public EntryLayout Layout { get; }

    /// <summary>The name that the entry had when it was last synchronized; null for a new one.</summary>
    public DistinguishedName? CurrentName { get; }

    /// <summary>The whole name that is ordered; null if none.</summary>
    public DistinguishedName? Name { get; private set; }

    public DistinguishedName? Parent { get; private set; }

    /// <summary>Value of the relative name.</summary>
    public string? RdnValue { get; private set; }

    /// <summary>By attribute: the values that it gets; none deletes it.</summary>
    public Dictionary<string, IReadOnlyList<LdifValue>> Replacements { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Single bits of numbers.</summary>
    public List<(AttributeFormat Format, string? Value)> Bits { get; } = [];

    public List<PlannedLink> Links { get; } = [];

    /// <summary>Attributes of other entries from which this entry's name goes, before <see cref="Links"/>: a mono-valued link that is kept there.</summary>
    public List<string> ClearedBacklinks { get; } = [];

    /// <summary>The name that the entry will have; null if the order does not say it.</summary>
    public DistinguishedName? NewName(DistinguishedName? current)
    {
        if (Name is not null)
        {
            return Name;
        }

        if (current is null)
        {
            return Parent is not null && RdnValue is not null ? Parent.Child(Layout.RdnAttribute, RdnValue) : null;
        }

        var rdn = RdnValue is { } value && value != current.Rdn.Value ? RelativeDistinguishedName.Of(Layout.RdnAttribute, value) : current.Rdn;
        return (Parent ?? current.Parent).Child(rdn);
    }

    /// <summary>The name of a resource of an order; null if it has none.</summary>
    public static DistinguishedName? NameOf(EntityType type, JsonObject? resource, EntityProperty? property = null)
    {
        property ??= EntryLayout.Mapped(type, "dn")?.Property;
        return property is not null && DistinguishedName.TryParse(EntryChange.TextOf(resource?[property.Identifier]), out var name) && !name.IsRoot ? name : null;
    }

    private void Resolve(string key, JsonNode? value)
    {
        if (Layout.EntityType.FindProperty(key) is { } property)
        {
            switch (property.Kind)
            {
                case PropertyKind.MonoNavigation or PropertyKind.MultiNavigation:
                    ResolveMono(property, value as JsonObject);
                    break;
                case PropertyKind.Binary:
                    Replace(property, EntryChange.TextOf((value as JsonObject)?["Data"]));
                    break;
                default:
                    ResolveScalar(property, EntryChange.TextOf(value));
                    break;
            }

            return;
        }

        var isAdd = key.EndsWith("_add", StringComparison.Ordinal);
        var navigation = isAdd ? Layout.EntityType.FindProperty(key[..^4])
            : key.EndsWith("_remove", StringComparison.Ordinal) ? Layout.EntityType.FindProperty(key[..^7])
            : null;
        if (navigation?.Navigation is null)
        {
            throw new DirectoryRefusal($"The order changes '{key}', which is no property of the entity type '{Layout.EntityType.Identifier}'.");
        }

        foreach (var reference in (value as JsonArray ?? []).OfType<JsonObject>())
        {
            ResolveLink(navigation, reference, isAdd);
        }
    }

    private void ResolveScalar(EntityProperty property, string? value)
    {
        if (value?.Contains('\0', StringComparison.Ordinal) == true)
        {
            // Servers take it or cut it off there; read back it would be another value, and be ordered again and again.
            throw new DirectoryRefusal($"The value of '{property.Identifier}' holds a NUL character, which no text of a directory may. Correct the source, or take it out in the rule.");
        }

        if (property == Layout.NameProperty || property == Layout.ParentProperty)
        {
            var name = DistinguishedName.TryParse(value, out var parsed) && !parsed.IsRoot
                ? parsed
                : throw new DirectoryRefusal($"The value '{value}' of '{property.Identifier}' is not a distinguished name.");
            (Name, Parent) = property == Layout.NameProperty ? (name, Parent) : (Name, name);
            return;
        }

        if (property == Layout.UuidProperty)
        {
            throw new DirectoryRefusal($"The property '{property.Identifier}' is the entry's identifier, which the directory gives and nobody changes.");
        }

        var format = Layout.FormatOf(property);
        if (property == Layout.RdnProperty)
        {
            RdnValue = RdnValueOf(property, format, value);
            if (format is null || format.Attribute.Equals("rdn", StringComparison.OrdinalIgnoreCase)
                || format.Attribute.Equals(Layout.RdnAttribute, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }
        }

        Replace(property, value);
    }

    private static string RdnValueOf(EntityProperty property, AttributeFormat? format, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            throw new DirectoryRefusal($"The property '{property.Identifier}' names the entry and cannot be empty.");
        }

        // A column 'rdn' holds the whole relative name, attribute included, as it is exported.
        var isRelativeName = format?.Attribute.Equals("rdn", StringComparison.OrdinalIgnoreCase) == true;
        return isRelativeName && DistinguishedName.TryParse(value, out var name) && name.Components.Count == 1 ? name.Rdn.Value : value;
    }

    /// <summary>Passwords never stand in orders (synchronization.md 14).</summary>
    private static bool IsPassword(string attribute) => PasswordAttributes.Contains(attribute, StringComparer.OrdinalIgnoreCase);

    private void Replace(EntityProperty property, string? value)
    {
        var format = Layout.FormatOf(property) ?? throw new DirectoryRefusal(
            $"The property '{property.Identifier}' has no ConnectionColumn in the mapping of '{Layout.EntityType.Identifier}', so that there is no attribute to write it to.");
        if (IsPassword(format.Attribute))
        {
            throw new DirectoryRefusal($"The property '{property.Identifier}' is the password ('{format.Attribute}'), which no order holds. Take its rule away, and name a PasswordResetSetting in the resource type mapping.");
        }

        if (format.BitMask != 0)
        {
            Bits.Add((format, value));
            return;
        }

        Replacements[format.Attribute] = format.Write(value, Layout.SeparatorOf(property));
    }

    private void ResolveMono(EntityProperty navigation, JsonObject? reference)
    {
        if (navigation == Layout.ParentProperty)
        {
            Parent = NameOf(navigation.TargetEntityType!, reference)
                ?? throw new DirectoryRefusal($"The entry above, '{navigation.Identifier}', has no distinguished name yet. Synchronize the directory first.");
            return;
        }

        var link = Link(navigation);
        if (link.IsAtOther)
        {
            ClearedBacklinks.Add(AttributeOf(link));
        }
        else
        {
            Replacements[AttributeOf(link)] = reference is null ? [] : [new LdifValue(ValueOf(navigation, link, reference))];
            return;
        }

        if (reference is not null)
        {
            ResolveLink(navigation, reference, true);
        }
    }

    private void ResolveLink(EntityProperty navigation, JsonObject reference, bool isAdd)
    {
        var link = Link(navigation);
        var attribute = AttributeOf(link);
        if (!link.IsAtOther)
        {
            Links.Add(new PlannedLink(attribute, isAdd, null, ValueOf(navigation, link, reference)));
            return;
        }

        var other = NameOf(navigation.TargetEntityType!, reference) ?? throw NotYet(navigation);
        var column = link.OwnKey is null ? null : Layout.EntityType.Mapping?.Properties.FirstOrDefault(p => p.Property == link.OwnKey)?.ConnectionColumn;
        var own = column is null || column.Equals("dn", StringComparison.OrdinalIgnoreCase) ? null
            : EntryChange.TextOf(_order.Changes[link.OwnKey!.Identifier] ?? _order.Resource?[link.OwnKey.Identifier])
                ?? throw new DirectoryRefusal($"The entry has no '{link.OwnKey.Identifier}', by which '{navigation.Identifier}' refers to it.");
        Links.Add(new PlannedLink(attribute, isAdd, other, own));
    }

    private static string ValueOf(EntityProperty navigation, EntryLink link, JsonObject reference)
    {
        var isByName = link.OtherKey is null || EntryLayout.Mapped(link.OtherKey.EntityType, "dn")?.Property == link.OtherKey;
        return isByName
            ? (NameOf(navigation.TargetEntityType!, reference) ?? throw NotYet(navigation)).ToString()
            : EntryChange.TextOf(reference[link.OtherKey!.Identifier])
                ?? throw new DirectoryRefusal($"A resource in '{navigation.Identifier}' has no '{link.OtherKey.Identifier}' to refer to it by.");
    }

    private static DirectoryRefusal NotYet(EntityProperty navigation) => new(
        $"A resource that '{navigation.Identifier}' is to refer to has no distinguished name yet. Synchronize the directory first.");

    private EntryLink Link(EntityProperty navigation) => Layout.LinkOf(navigation) ?? throw new DirectoryRefusal(
        $"The association of '{navigation.QualifiedName}' is not mapped by this connection, so that there is no attribute to write it to.");

    private string AttributeOf(EntryLink link) => DirectoryExport.LinkAttribute(_hasAttribute, link.Suffix, link.Column);
}
