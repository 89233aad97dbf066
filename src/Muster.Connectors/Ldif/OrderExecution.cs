using System.Globalization;
using Muster.Configuration.Exchange;
using Muster.Configuration.Values;
using Muster.Connectors.Contract;

namespace Muster.Connectors.Ldif;

/// <summary>Executes orders on a directory in memory, one by one (synchronization.md 15.1).</summary>
internal sealed class OrderExecution(DirectoryFile directory, FulfillRequest request, EntryUuids uuids)
{
    private const string AccountDisabled = "514";
    private readonly Dictionary<string, EntryLayout> _layouts = [];

    /// <param name="attemptedKeys">What an attempt that may or may not have happened gave to the order.</param>
    public OrderResult Execute(ProvisioningOrder order, IReadOnlyDictionary<string, string>? attemptedKeys)
    {
        try
        {
            var layout = LayoutOf(order.ResourceType);
            var entry = order.ChangeType switch
            {
                OrderChangeType.Added => Add(order, layout, attemptedKeys),
                OrderChangeType.Modified => Modify(order, layout),
                OrderChangeType.Deleted => Delete(order, layout),
                _ => null,
            };
            return new OrderResult(order.Id, true, null, KeysOf(layout, entry), request.Time.GetUtcNow());
        }
        catch (Exception failure) when (failure is DirectoryRefusal or FormatException or ArgumentException)
        {
            return new OrderResult(order.Id, false, failure.Message, new Dictionary<string, string>(), request.Time.GetUtcNow());
        }
    }

    private EntryLayout LayoutOf(string resourceType)
    {
        if (!_layouts.TryGetValue(resourceType, out var layout))
        {
            layout = new EntryLayout(
                request.ResourceTypes.GetValueOrDefault(resourceType)
                    ?? throw new DirectoryRefusal($"The resource type '{resourceType}' is not in the configuration."),
                request.Connection);
            _layouts.Add(resourceType, layout);
        }

        return layout;
    }

    private DirectoryEntry Add(ProvisioningOrder order, EntryLayout layout, IReadOnlyDictionary<string, string>? attemptedKeys)
    {
        var change = new EntryChange(directory, layout, order);
        var name = change.Name
            ?? (change.Parent ?? throw new DirectoryRefusal("The order says neither the entry's name nor the entry above it. Add a rule for one of them."))
                .Child(layout.RdnAttribute, change.RdnValue
                    ?? throw new DirectoryRefusal($"The order has no value for the relative name '{layout.RdnAttribute}'. Flag its property with IsRDNProperty and add a rule for it."));
        var entry = new DirectoryEntry(name, name.ToString(), InitialValues(layout, name));
        entry.Values = change.Apply(entry);
        if (directory.Find(name) is { } existing)
        {
            return IsOwn(existing, entry, layout, attemptedKeys)
                ? existing
                : throw new DirectoryRefusal($"The entry '{existing.Dn}' exists already.");
        }

        if (!entry.Values.Exists(v => v.Is("objectClass")))
        {
            throw new DirectoryRefusal($"The resource type mapping of '{order.ResourceType}' has no DefaultObjectClass, which a new entry needs.");
        }

        entry.Values.Add(new DirectoryValue("entryUUID", new LdifValue(uuids.Next(name).ToString("D"))));
        directory.Add(entry);
        change.ApplyBacklinks(entry);
        return entry;
    }

    private static List<DirectoryValue> InitialValues(EntryLayout layout, DistinguishedName name)
    {
        var values = layout.ObjectClasses.Select(c => new DirectoryValue("objectClass", new LdifValue(c))).ToList();
        values.AddRange(name.Rdn.Attributes.Where(a => !a.IsHexadecimal).Select(a => new DirectoryValue(a.Attribute, new LdifValue(a.Value))));
        if (layout.UserAccountControlProperty is { } control)
        {
            // New accounts are disabled until a rule says otherwise, as a whole value or bit by bit.
            values.Add(new DirectoryValue(layout.FormatOf(control)?.Attribute ?? "userAccountControl", new LdifValue(AccountDisabled)));
        }

        return values;
    }

    /// <summary>An entry is the order's own from an earlier attempt if it has the GUID given then, or all that would be written.</summary>
    private static bool IsOwn(
        DirectoryEntry existing, DirectoryEntry wanted, EntryLayout layout, IReadOnlyDictionary<string, string>? attemptedKeys)
    {
        if (layout.UuidProperty is { } property && attemptedKeys?.GetValueOrDefault(property.Identifier) is { } attempted
            && Guid.TryParse(attempted, out var uuid))
        {
            return Guid.TryParse(existing.FirstText("entryUUID"), out var found) && found == uuid;
        }

        return wanted.Values.TrueForAll(w => existing.Values.Exists(v => v.Is(w.Name) && v.HasSameValue(w)));
    }

    private DirectoryEntry Modify(ProvisioningOrder order, EntryLayout layout)
    {
        var change = new EntryChange(directory, layout, order);

        // A repeated rename finds its entry under the new name.
        var entry = EntryChange.Find(directory, layout.EntityType, order.Resource, layout.NameProperty)
            ?? (change.Name is { } ordered ? directory.Find(ordered) : null)
            ?? throw new DirectoryRefusal($"The entry {Shown(order, layout)} is not in the directory. Synchronize the directory, and compute the role model again.");
        var name = NewName(entry, change, layout);
        if (name != entry.Name)
        {
            var former = entry.Name.Rdn;
            directory.Rename(entry, name);
            ReplaceNaming(entry, former);
        }

        directory.Modify(entry, change.Apply(entry));
        change.ApplyBacklinks(entry);
        return entry;
    }

    private DirectoryEntry? Delete(ProvisioningOrder order, EntryLayout layout)
    {
        if (EntryChange.Find(directory, layout.EntityType, order.Resource, layout.NameProperty) is { } entry)
        {
            directory.Delete(entry, layout.UseTreeDelete);
        }
        else if (layout.NameProperty is null || EntryChange.TextOf(order.Resource?[layout.NameProperty.Identifier]) is null)
        {
            throw new DirectoryRefusal("The order does not say which entry to delete: its resource has no distinguished name.");
        }

        return null;
    }

    private static DistinguishedName NewName(DirectoryEntry entry, EntryChange change, EntryLayout layout)
    {
        if (change.Name is { } ordered)
        {
            return ordered;
        }

        var rdn = change.RdnValue is { } value && value != entry.Name.Rdn.Value
            ? RelativeDistinguishedName.Of(layout.RdnAttribute, value)
            : entry.Name.Rdn;
        return (change.Parent ?? entry.Name.Parent).Child(rdn);
    }

    /// <summary>The values of the old relative name give way to those of the new one (deleteoldrdn), in the same place.</summary>
    private void ReplaceNaming(DirectoryEntry entry, RelativeDistinguishedName former)
    {
        var values = new List<DirectoryValue>(entry.Values);
        foreach (var old in former.Attributes)
        {
            var index = values.FindIndex(v => v.Is(old.Attribute) && string.Equals(v.Value.Text, old.Value, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                continue;
            }

            var replacement = entry.Name.Rdn.Attributes.FirstOrDefault(a => a.Attribute.Equals(old.Attribute, StringComparison.OrdinalIgnoreCase));
            if (replacement is null)
            {
                values.RemoveAt(index);
            }
            else
            {
                values[index] = new DirectoryValue(values[index].Name, new LdifValue(replacement.Value));
            }
        }

        directory.Modify(entry, values);
    }

    private static string Shown(ProvisioningOrder order, EntryLayout layout)
    {
        var name = layout.NameProperty is null ? null : EntryChange.TextOf(order.Resource?[layout.NameProperty.Identifier]);
        return name is null ? string.Create(CultureInfo.InvariantCulture, $"of the assigned resource type {order.AssignedResourceTypeId}") : $"'{name}'";
    }

    private static Dictionary<string, string> KeysOf(EntryLayout layout, DirectoryEntry? entry)
    {
        var keys = new Dictionary<string, string>();
        if (entry is null)
        {
            return keys;
        }

        if (layout.NameProperty is { } name)
        {
            keys[name.Identifier] = entry.Dn;
        }

        if (layout.UuidProperty is { } uuid && layout.FormatOf(uuid)!.TryRead([.. entry.ValuesOf("entryUUID")], out var text) && text is not null)
        {
            keys[uuid.Identifier] = text;
        }

        return keys;
    }
}
