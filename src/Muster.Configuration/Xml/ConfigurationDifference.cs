using Muster.Configuration.Elements;

namespace Muster.Configuration.Xml;

/// <summary>What happened to an item between two configurations.</summary>
public enum ConfigurationChangeKind
{
    Added,
    Changed,
    Removed,
}

/// <summary>One item that differs.</summary>
/// <param name="Element">The element's name.</param>
/// <param name="Identifier">Its identifier; for rules, which have none, their attributes.</param>
/// <param name="Attributes">
/// For a changed item the paths of what differs, sorted: <c>MaximumDeletedLines</c>, <c>Property[EmployeeId]/ConnectionColumn</c>; a child
/// that was added or removed stands there by itself: <c>Property[Title]</c>. Else empty.
/// </param>
public sealed record ConfigurationChange(
    ConfigurationChangeKind Kind, string Element, string Identifier, IReadOnlyList<string> Attributes);

/// <summary>The items that differ between two configurations, for <c>config deploy</c>. What means the same does not differ.</summary>
public sealed record ConfigurationDifference(IReadOnlyList<ConfigurationChange> Changes)
{
    public bool IsEmpty => Changes.Count == 0;

    public IEnumerable<ConfigurationChange> Added => Changes.Where(c => c.Kind == ConfigurationChangeKind.Added);

    public IEnumerable<ConfigurationChange> Changed => Changes.Where(c => c.Kind == ConfigurationChangeKind.Changed);

    public IEnumerable<ConfigurationChange> Removed => Changes.Where(c => c.Kind == ConfigurationChangeKind.Removed);

    /// <summary>
    /// Compares two configurations after expansion, by element kind and identifier; rules without identifier are compared as wholes, so that
    /// a changed rule is one removed and one added. Sorted by kind of element, then identifier.
    /// </summary>
    /// <param name="deployed">What is deployed; null if nothing is.</param>
    /// <param name="wanted">What is to be deployed.</param>
    public static ConfigurationDifference Between(
        IReadOnlyList<ConfigurationElement>? deployed, IReadOnlyList<ConfigurationElement> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var before = ByKey(deployed ?? []);
        var after = ByKey(wanted);
        var changes = new List<ConfigurationChange>();
        foreach (var (key, element) in after)
        {
            if (!before.TryGetValue(key, out var old))
            {
                changes.Add(new ConfigurationChange(ConfigurationChangeKind.Added, key.Element, Shown(element), []));
            }
            else if (Differences(old, element, "") is { Count: > 0 } paths)
            {
                changes.Add(new ConfigurationChange(ConfigurationChangeKind.Changed, key.Element, Shown(element), [.. paths.Order(StringComparer.Ordinal)]));
            }
        }

        changes.AddRange(before.Where(b => !after.ContainsKey(b.Key))
            .Select(b => new ConfigurationChange(ConfigurationChangeKind.Removed, b.Key.Element, Shown(b.Value), [])));
        return new ConfigurationDifference(
            [.. changes.OrderBy(c => c.Element, StringComparer.Ordinal).ThenBy(c => c.Identifier, StringComparer.Ordinal).ThenBy(c => c.Kind)]);
    }

    private static Dictionary<(string Element, string Key, int Occurrence), ConfigurationElement> ByKey(IReadOnlyList<ConfigurationElement> elements)
    {
        var items = new Dictionary<(string Element, string Key, int Occurrence), ConfigurationElement>();
        foreach (var element in elements.Select(CanonicalForm.Normalize))
        {
            var key = Key(element) ?? CanonicalForm.Text(element);
            var occurrence = 0;
            while (!items.TryAdd((element.Name, key, occurrence), element))
            {
                occurrence++;
            }
        }

        return items;
    }

    /// <summary>What identifies an element among its siblings; null if nothing but its whole content does.</summary>
    private static string? Key(ConfigurationElement element)
    {
        var keys = ElementCatalogue.Find(element.Name)?.Meta.Key ?? ["Identifier"];
        var values = keys.Select(k => element[k]).ToList();
        return values.Count == 0 || values.Contains(null) ? element["Identifier"] : string.Join(' ', values);
    }

    private static string Shown(ConfigurationElement element) =>
        Key(element) ?? string.Join(' ', element.Attributes.Where(a => a.Value.Length <= 60).Select(a => $"{a.Name}={a.Value}"));

    private static List<string> Differences(ConfigurationElement old, ConfigurationElement element, string path)
    {
        var paths = element.Attributes.Select(a => a.Name).Union(old.Attributes.Select(a => a.Name))
            .Where(name => old[name] != element[name]).Select(name => path + name).ToList();
        if (CanonicalForm.Text(old) == CanonicalForm.Text(element))
        {
            return [];
        }

        var before = Children(old);
        var after = Children(element);
        foreach (var (name, child) in after)
        {
            if (before.TryGetValue(name, out var other))
            {
                paths.AddRange(Differences(other, child, $"{path}{name}/"));
            }
            else
            {
                paths.Add(path + name);
            }
        }

        paths.AddRange(before.Keys.Where(name => !after.ContainsKey(name)).Select(name => path + name));
        if (paths.Count == 0)
        {
            paths.Add(path + "(order of children)");
        }

        return paths;
    }

    private static Dictionary<string, ConfigurationElement> Children(ConfigurationElement element)
    {
        var children = new Dictionary<string, ConfigurationElement>(StringComparer.Ordinal);
        foreach (var child in element.Children)
        {
            var key = child["Identifier"] ?? child["Property"] ?? child["EntityType"] ?? child["ResourceType"] ?? child["ParentTask"] ?? child["Task"];
            var name = key is null ? child.Name : $"{child.Name}[{key}]";
            var unique = name;
            for (var number = 2; !children.TryAdd(unique, child); number++)
            {
                unique = $"{name}#{number}";
            }
        }

        return children;
    }
}
