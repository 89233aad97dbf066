using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Values;

namespace Muster.Connectors.Ldif;

/// <summary>
/// What one order changes, resolved against the directory before anything is changed: all that can be refused is refused here. Throws
/// <see cref="DirectoryRefusal"/> and <see cref="FormatException"/>.
/// </summary>
internal sealed class EntryChange
{
    private static readonly string[] KnownArguments = ["WorkflowIdentifier", "ResourceIdToCopy"];
    private readonly DirectoryFile _directory;
    private readonly EntryLayout _layout;
    private readonly ProvisioningOrder _order;
    private readonly List<Action<List<DirectoryValue>, DirectoryEntry>> _edits = [];
    private readonly List<Action<DirectoryEntry>> _backlinks = [];

    public EntryChange(DirectoryFile directory, EntryLayout layout, ProvisioningOrder order)
    {
        _directory = directory;
        _layout = layout;
        _order = order;
        foreach (var (key, value) in order.Changes)
        {
            Resolve(key, value);
        }

        foreach (var (name, value) in order.Arguments)
        {
            if (!KnownArguments.Contains(name))
            {
                _edits.Add((values, _) => values.Replace(name, [new LdifValue(value)]));
            }
        }
    }

    /// <summary>The whole name that is ordered; null if none.</summary>
    public DistinguishedName? Name { get; private set; }

    public DistinguishedName? Parent { get; private set; }

    /// <summary>Value of the relative name.</summary>
    public string? RdnValue { get; private set; }

    /// <summary>Applies the attribute changes to a copy of the entry's lines.</summary>
    public List<DirectoryValue> Apply(DirectoryEntry entry)
    {
        var values = new List<DirectoryValue>(entry.Values);
        foreach (var edit in _edits)
        {
            edit(values, entry);
        }

        foreach (var naming in entry.Name.Rdn.Attributes.Where(a => !a.IsHexadecimal))
        {
            if (!values.Exists(v => v.Is(naming.Attribute) && string.Equals(v.Value.Text, naming.Value, StringComparison.OrdinalIgnoreCase)))
            {
                values.AddValue(naming.Attribute, new LdifValue(naming.Value));
            }
        }

        return values;
    }

    /// <summary>Applies what stands at other entries, when this one has its final name.</summary>
    public void ApplyBacklinks(DirectoryEntry entry)
    {
        foreach (var backlink in _backlinks)
        {
            backlink(entry);
        }
    }

    /// <summary>The entry that an object of an order means, by its GUID or its name; null if it is not in the directory.</summary>
    public static DirectoryEntry? Find(DirectoryFile directory, EntityType type, JsonObject? resource, EntityProperty? nameProperty = null)
    {
        if (resource is null)
        {
            return null;
        }

        var uuid = EntryLayout.Mapped(type, "entryUUID") is { } uuidProperty ? TextOf(resource[uuidProperty.Property.Identifier]) : null;
        if (uuid is not null && directory.FindByUuid(uuid) is { } byUuid)
        {
            return byUuid;
        }

        var property = nameProperty ?? EntryLayout.Mapped(type, "dn")?.Property;
        return property is not null && DistinguishedName.TryParse(TextOf(resource[property.Identifier]), out var name)
            ? directory.FindAlsoFormer(name)
            : null;
    }

    internal static string? TextOf(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text.Length == 0 ? null : text,
        JsonValue value => value.ToJsonString(),
        _ => throw new DirectoryRefusal("The order holds an object where a text is expected."),
    };

    private void Resolve(string key, JsonNode? value)
    {
        if (_layout.EntityType.FindProperty(key) is { } property)
        {
            switch (property.Kind)
            {
                case PropertyKind.MonoNavigation or PropertyKind.MultiNavigation:
                    ResolveMono(property, value as JsonObject);
                    break;
                case PropertyKind.Binary:
                    Replace(property, TextOf((value as JsonObject)?["Data"]));
                    break;
                default:
                    ResolveScalar(property, TextOf(value));
                    break;
            }

            return;
        }

        var isAdd = key.EndsWith("_add", StringComparison.Ordinal);
        var navigation = isAdd ? _layout.EntityType.FindProperty(key[..^4])
            : key.EndsWith("_remove", StringComparison.Ordinal) ? _layout.EntityType.FindProperty(key[..^7])
            : null;
        if (navigation?.Navigation is null)
        {
            throw new DirectoryRefusal($"The order changes '{key}', which is no property of the entity type '{_layout.EntityType.Identifier}'.");
        }

        foreach (var reference in (value as JsonArray ?? []).OfType<JsonObject>())
        {
            ResolveLink(navigation, reference, isAdd);
        }
    }

    private void ResolveScalar(EntityProperty property, string? value)
    {
        if (property == _layout.NameProperty)
        {
            Name = DistinguishedName.TryParse(value, out var name) && !name.IsRoot
                ? name
                : throw new DirectoryRefusal($"The value '{value}' of '{property.Identifier}' is not a distinguished name.");
            return;
        }

        if (property == _layout.ParentProperty)
        {
            Parent = DistinguishedName.TryParse(value, out var parent)
                ? _directory.FindAlsoFormer(parent)?.Name ?? parent
                : throw new DirectoryRefusal($"The value '{value}' of '{property.Identifier}' is not a distinguished name.");
            return;
        }

        if (property == _layout.UuidProperty)
        {
            throw new DirectoryRefusal($"The property '{property.Identifier}' is the entry's entryUUID, which the directory gives and nobody changes.");
        }

        var isName = property == _layout.RdnProperty;
        if (isName)
        {
            RdnValue = RdnValueOf(property, value);
        }

        var format = _layout.FormatOf(property);
        var isPlainName = isName && (format is null || format.Attribute.Equals("rdn", StringComparison.OrdinalIgnoreCase)
            || format.Attribute.Equals(_layout.RdnAttribute, StringComparison.OrdinalIgnoreCase));
        if (!isPlainName)
        {
            Replace(property, value);
        }
    }

    private string RdnValueOf(EntityProperty property, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            throw new DirectoryRefusal($"The property '{property.Identifier}' names the entry and cannot be empty.");
        }

        // A column 'rdn' holds the whole relative name, attribute included, as it is exported.
        var isRelativeName = _layout.FormatOf(property)?.Attribute.Equals("rdn", StringComparison.OrdinalIgnoreCase) == true;
        return isRelativeName && DistinguishedName.TryParse(value, out var name) && name.Components.Count == 1 ? name.Rdn.Value : value;
    }

    private void Replace(EntityProperty property, string? value)
    {
        var format = _layout.FormatOf(property) ?? throw new DirectoryRefusal(
            $"The property '{property.Identifier}' has no ConnectionColumn in the mapping of '{_layout.EntityType.Identifier}', so that there is no attribute to write it to.");
        if (format.BitMask != 0)
        {
            _edits.Add((values, _) =>
            {
                var whole = values.Find(v => v.Is(format.Attribute))?.Value.Text;
                values.Replace(format.Attribute, [new LdifValue(format.SetBit(whole, value))]);
            });
            return;
        }

        var replacement = format.Write(value, _layout.SeparatorOf(property));
        _edits.Add((values, _) => values.Replace(format.Attribute, replacement));
    }

    private void ResolveMono(EntityProperty navigation, JsonObject? reference)
    {
        if (navigation == _layout.ParentProperty)
        {
            Parent = Find(_directory, navigation.TargetEntityType!, reference)?.Name
                ?? throw new DirectoryRefusal($"The entry above, '{navigation.Identifier}', is not in the directory.");
            return;
        }

        var link = Link(navigation);
        var attribute = AttributeOf(link);
        if (!link.IsAtOther)
        {
            _edits.Add((values, _) => values.Replace(attribute, []));
        }
        else
        {
            _backlinks.Add(entry => RemoveFromAll(attribute, OwnValue(link, entry)));
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
        var target = Find(_directory, navigation.TargetEntityType!, reference);
        if (target is null && (isAdd || link.IsAtOther) && (link.IsAtOther || IsByName(link)))
        {
            if (!isAdd)
            {
                // The entry that held the link is gone, and the link with it.
                return;
            }

            var shown = EntryLayout.Mapped(navigation.TargetEntityType!, "dn") is { } dn ? TextOf(reference[dn.Property.Identifier]) : null;
            throw new DirectoryRefusal(shown is null
                ? $"A resource that '{navigation.Identifier}' is to refer to has no distinguished name yet. Synchronize the directory first."
                : $"There is no entry '{shown}' for '{navigation.Identifier}' to refer to.");
        }

        if (link.IsAtOther)
        {
            _backlinks.Add(entry => Edit(target!, attribute, OwnValue(link, entry), isAdd));
            return;
        }

        var written = target is null || !IsByName(link) ? TextOf(reference[link.OtherKey?.Identifier ?? ""]) : null;
        if (written is null && target is null)
        {
            throw new DirectoryRefusal($"A resource in '{navigation.Identifier}' has no '{link.OtherKey?.Identifier}' to refer to it by.");
        }

        _edits.Add((values, _) =>
        {
            var value = new LdifValue(written ?? target!.Dn);
            if (isAdd)
            {
                values.AddValue(attribute, value);
            }
            else
            {
                values.RemoveValue(attribute, value);
            }
        });
    }

    private void Edit(DirectoryEntry entry, string attribute, LdifValue value, bool isAdd)
    {
        if (isAdd)
        {
            _directory.AddValue(entry, attribute, value);
        }
        else
        {
            _directory.RemoveValue(entry, attribute, value);
        }
    }

    private void RemoveFromAll(string attribute, LdifValue value)
    {
        foreach (var entry in _directory.EntriesWith(attribute, value))
        {
            Edit(entry, attribute, value, false);
        }
    }

    private EntryLink Link(EntityProperty navigation) => _layout.LinkOf(navigation) ?? throw new DirectoryRefusal(
        $"The association of '{navigation.QualifiedName}' is not mapped by this connection, so that there is no attribute to write it to.");

    private string AttributeOf(EntryLink link) => DirectoryExport.LinkAttribute(_directory.HasAttribute, link.Suffix, link.Column);

    /// <summary>The other side is referred to by its distinguished name.</summary>
    private static bool IsByName(EntryLink link) =>
        link.OtherKey is null || EntryLayout.Mapped(link.OtherKey.EntityType, "dn")?.Property == link.OtherKey;

    private LdifValue OwnValue(EntryLink link, DirectoryEntry entry)
    {
        var column = link.OwnKey is null ? null
            : _layout.EntityType.Mapping?.Properties.FirstOrDefault(p => p.Property == link.OwnKey)?.ConnectionColumn;
        return column is null || column.Equals("dn", StringComparison.OrdinalIgnoreCase)
            ? new LdifValue(entry.Dn)
            : new LdifValue(entry.FirstText(column) ?? TextOf(_order.Resource?[link.OwnKey!.Identifier]) ?? "");
    }
}
