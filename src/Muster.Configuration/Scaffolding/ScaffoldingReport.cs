using Muster.Configuration.Diagnostics;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>What the scaffoldings of a configuration expand to: what <c>config scaffold</c> prints.</summary>
/// <param name="Scaffoldings">In the order in which they are written.</param>
/// <param name="Elements">The whole configuration with the generated items, after their adjustment, in place of the scaffoldings.</param>
public sealed record ScaffoldingReport(IReadOnlyList<ExpandedScaffolding> Scaffoldings, IReadOnlyList<ConfigurationElement> Elements)
{
    /// <summary>A generated item (a job, or a task at the top or in a job) by its identifier; null if no scaffolding makes it.</summary>
    public ScaffoldedItem? Find(string identifier)
    {
        foreach (var scaffolding in Scaffoldings)
        {
            if (FindIn(scaffolding.Generated, identifier) is { } before)
            {
                return new ScaffoldedItem(identifier, scaffolding.Identifier, before, FindIn(scaffolding.Adjusted, identifier));
            }
        }

        return null;
    }

    /// <summary>Identifiers of all generated items, for suggestions.</summary>
    public IEnumerable<string> GeneratedIdentifiers =>
        Scaffoldings.SelectMany(s => s.Generated).SelectMany(Consolidation.ItemsOf).Select(i => i["Identifier"]!);

    private static ConfigurationElement? FindIn(IReadOnlyList<ConfigurationElement> elements, string identifier) =>
        elements.SelectMany(Consolidation.ItemsOf).FirstOrDefault(i => i["Identifier"] == identifier);
}

/// <summary>One scaffolding and what it makes.</summary>
/// <param name="Identifier">The identifier of its job, or the element's name where it makes the jobs of all connectors.</param>
/// <param name="Location">Where the scaffolding is written.</param>
/// <param name="Generated">Before adjustment.</param>
/// <param name="Adjusted">After adjustment by written items; an item that was deleted is not there.</param>
public sealed record ExpandedScaffolding(
    string Identifier, SourceLocation Location, IReadOnlyList<ConfigurationElement> Generated, IReadOnlyList<ConfigurationElement> Adjusted);

/// <summary>One generated item before and after its adjustment; <paramref name="After"/> is null if it was deleted.</summary>
public sealed record ScaffoldedItem(string Identifier, string MadeBy, ConfigurationElement Before, ConfigurationElement? After);
