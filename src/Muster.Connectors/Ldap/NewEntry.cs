using System.Text;
using Muster.Configuration.Values;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Ldap;

/// <summary>What a new entry consists of (synchronization.md 15.1).</summary>
internal static class NewEntry
{
    private const string AccountEnabled = "512";
    private const string AccountDisabled = "514";

    /// <param name="isEnabled">Flags that no rule gives are those of an account that may be used.</param>
    public static List<LdapAttribute> AttributesOf(EntryPlan plan, DistinguishedName name, bool isEnabled)
    {
        var layout = plan.Layout;
        var values = new Dictionary<string, List<byte[]>>(StringComparer.OrdinalIgnoreCase);
        List<byte[]> Of(string attribute) => values.TryGetValue(attribute, out var list) ? list : values[attribute] = [];
        foreach (var (attribute, replacement) in plan.Replacements.Where(r => r.Value.Count > 0))
        {
            Of(attribute).AddRange(replacement.Select(v => v.Octets));
        }

        foreach (var link in plan.Links.Where(l => l is { Other: null, IsAdd: true, Value: not null }))
        {
            Of(link.Attribute).Add(Encoding.UTF8.GetBytes(link.Value!));
        }

        if (!values.ContainsKey("objectClass"))
        {
            Of("objectClass").AddRange(layout.ObjectClasses.Select(Encoding.UTF8.GetBytes));
        }

        if (layout.UserAccountControlProperty is { } control && !values.ContainsKey(layout.FormatOf(control)?.Attribute ?? "userAccountControl"))
        {
            // New accounts without password are disabled until a rule says otherwise, as a whole value or bit by bit.
            Of(layout.FormatOf(control)?.Attribute ?? "userAccountControl").Add(Encoding.ASCII.GetBytes(isEnabled ? AccountEnabled : AccountDisabled));
        }

        foreach (var (format, value) in plan.Bits)
        {
            var whole = Of(format.Attribute);
            var before = whole.Count == 0 ? null : Encoding.ASCII.GetString(whole[0]);
            values[format.Attribute] = [Encoding.ASCII.GetBytes(format.SetBit(before, value))];
        }

        foreach (var naming in name.Rdn.Attributes.Where(a => !a.IsHexadecimal))
        {
            if (!Of(naming.Attribute).Exists(v => string.Equals(Encoding.UTF8.GetString(v), naming.Value, StringComparison.OrdinalIgnoreCase)))
            {
                Of(naming.Attribute).Add(Encoding.UTF8.GetBytes(naming.Value));
            }
        }

        return values["objectClass"].Count == 0
            ? throw new DirectoryRefusal("The resource type mapping has no DefaultObjectClass, which a new entry needs.")
            : [.. values.Select(v => new LdapAttribute(v.Key, v.Value))];
    }
}
