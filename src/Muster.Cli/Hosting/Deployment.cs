using Muster.Configuration.Xml;

namespace Muster.Cli.Hosting;

/// <summary>What a deployment added, changed and removed: elements below the root, as <c>Name Identifier</c>.</summary>
internal sealed record Deployment(
    string Fingerprint, IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed)
{
    public static Deployment Between(
        IReadOnlyList<ConfigurationElement> before, IReadOnlyList<ConfigurationElement> after, string fingerprint)
    {
        var old = ByName(before);
        var current = ByName(after);
        return new Deployment(
            fingerprint,
            [.. current.Keys.Except(old.Keys).Order(StringComparer.Ordinal)],
            [.. current.Where(e => old.TryGetValue(e.Key, out var text) && text != e.Value).Select(e => e.Key).Order(StringComparer.Ordinal)],
            [.. old.Keys.Except(current.Keys).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Elements without an identifier are told apart by their content, so that they are added and removed, never changed.</summary>
    private static Dictionary<string, string> ByName(IReadOnlyList<ConfigurationElement> elements)
    {
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var element in elements)
        {
            var text = ConfigurationXml.Write([element]);
            var attributes = string.Join(' ', element.Attributes.Select(a => $"{a.Name}=\"{a.Value}\""));
            byName[element["Identifier"] is { } identifier ? $"{element.Name} {identifier}" : $"{element.Name} {attributes}"] = text;
        }

        return byName;
    }
}
