using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Packages;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>A connector as scaffoldings see it.</summary>
internal sealed record SourceConnector
{
    public required string Identifier { get; init; }

    public required ConfigurationElement Element { get; init; }

    /// <summary>As written, else the only agent; null if there is none or several.</summary>
    public required string? Agent { get; init; }

    /// <summary>Identifiers of the connections that can export, in order of declaration.</summary>
    public required IReadOnlyList<string> Exports { get; init; }

    /// <summary>Its resource types can be fulfilled: by a connection, by hand, or by workflows.</summary>
    public required bool CanFulfill { get; init; }

    public required bool IsWorkflowProvisioning { get; init; }

    /// <summary>The preparation type of an incremental chain; a complete one has it for Active Directory only.</summary>
    public required PreparationType IncrementalType { get; init; }

    /// <summary>Identifiers of the entity types that it feeds or holds, sorted.</summary>
    public required IReadOnlyList<string> EntityTypes { get; init; }

    public JobIntegrationRule RuleFor(bool isIncremental) =>
        AttributeText.Enumeration<JobIntegrationRule>(Element[isIncremental ? "IncrementalJob" : "CompleteJob"]) ?? JobIntegrationRule.Used;
}

/// <summary>A resource type as scaffoldings see it.</summary>
internal sealed record SourceResourceType(string Identifier, string Source, string Target, ConfigurationElement Element);

/// <summary>
/// What scaffoldings read of a configuration, straight from its elements: nothing is resolved or reported here, because the same
/// elements are read and validated again after the expansion.
/// </summary>
internal sealed class SourceConfiguration
{
    private readonly ILookup<string, ConfigurationElement> _byName;
    private readonly Dictionary<string, string> _navigations = new(StringComparer.Ordinal);

    public SourceConfiguration(IReadOnlyList<ConfigurationElement> elements)
    {
        _byName = elements.ToLookup(e => e.Name, StringComparer.Ordinal);
        Agents = [.. Identifiers("Agent")];
        ReadAssociations();
        Connectors = [.. _byName["Connector"].Where(e => e["Identifier"] is not null).Select(ReadConnector)];
        ResourceTypes =
        [
            .. _byName["ResourceType"].Where(e => e["Identifier"] is not null)
                .Select(e => new SourceResourceType(e["Identifier"]!, e["SourceEntityType"] ?? "", e["TargetEntityType"] ?? "", e))
                .OrderBy(r => r.Identifier, StringComparer.Ordinal),
        ];
        Computed = Values("EntityPropertyExpression", e => e["EntityType"] ?? PrefixOf(e["Property"]));
        Correlated = Values("ResourceCorrelationRule", e => e["ResourceType"]);
        Classified = Values("ResourceClassificationRule", e => e["ResourceType"]);
        ProfiledResourceTypes = Values("ProfileRuleContext", e => e["ResourceType"]);
        ProfiledEntityTypes = Values("ProfileRuleContext", e => e["ResourceType"] is null ? e["EntityType"] : null);
        Records = ReadRecords();
        Tasks = ReadTasks(elements);
        EntityTypes = [.. Identifiers("EntityType").Order(StringComparer.Ordinal)];
    }

    /// <summary>Identifiers of the entity types that are declared, sorted.</summary>
    public IReadOnlyList<string> EntityTypes { get; }

    public IReadOnlyList<string> Agents { get; }

    /// <summary>In order of declaration.</summary>
    public IReadOnlyList<SourceConnector> Connectors { get; }

    /// <summary>Sorted by identifier.</summary>
    public IReadOnlyList<SourceResourceType> ResourceTypes { get; }

    /// <summary>Entity types with a computed property.</summary>
    public IReadOnlySet<string> Computed { get; }

    /// <summary>Resource types with a correlation rule.</summary>
    public IReadOnlySet<string> Correlated { get; }

    /// <summary>Resource types with a classification rule.</summary>
    public IReadOnlySet<string> Classified { get; }

    public IReadOnlySet<string> ProfiledResourceTypes { get; }

    public IReadOnlySet<string> ProfiledEntityTypes { get; }

    /// <summary>By source entity type, the entity types of its records, sorted.</summary>
    public ILookup<string, string> Records { get; }

    /// <summary>Every task written in the configuration, at the top or in a job, by identifier.</summary>
    public IReadOnlyDictionary<string, ConfigurationElement> Tasks { get; }

    public SourceConnector? FindConnector(string identifier) => Connectors.FirstOrDefault(c => c.Identifier == identifier);

    /// <summary>The entity type to which a navigation leads; null if the property is none.</summary>
    public string? TargetOf(string entityType, string property) =>
        _navigations.GetValueOrDefault(property.Contains(':', StringComparison.Ordinal) ? property : $"{entityType}:{property}");

    /// <summary>The name of an item in a language, or in the first one, or its identifier.</summary>
    public static string NameOf(ConfigurationElement element, int language) =>
        element[$"DisplayName_L{language}"] ?? element["DisplayName_L1"] ?? element["Identifier"] ?? "";

    public ConfigurationElement? FindAgent(string identifier) => _byName["Agent"].FirstOrDefault(a => a["Identifier"] == identifier);

    private SourceConnector ReadConnector(ConfigurationElement element)
    {
        var identifier = element["Identifier"]!;
        var connections = _byName["Connection"].Where(c => c["Connector"] == identifier && c["Identifier"] is not null)
            .Select(c => (Element: c, Package: PackageCatalogue.Find(c["Package"] ?? ""), Off: AttributeText.Enumeration<Deactivation>(c["DeactivationExportFulfill"])))
            .ToList();
        // A package that is not known may do anything: it deploys with a warning and is refused when it is run (synchronization.md 3.3).
        var exports = connections.Where(c => c.Off != Deactivation.Export && c.Package?.CanExport != false).ToList();
        var types = exports.Select(c => c.Package?.IncrementalType ?? PreparationType.None).ToList();
        var isWorkflow = AttributeText.IsTrue(element["IsWorkflowProvisioning"]);
        return new SourceConnector
        {
            Identifier = identifier,
            Element = element,
            Agent = element["Agent"] ?? (Agents.Count == 1 ? Agents[0] : null),
            Exports = [.. exports.Select(c => c.Element["Identifier"]!)],
            CanFulfill = isWorkflow || connections.Exists(c => c.Off != Deactivation.Fulfill && c.Package?.CanFulfill != false),
            IsWorkflowProvisioning = isWorkflow,
            IncrementalType = types.Count == 0 ? PreparationType.None : types.Max(),
            EntityTypes =
            [
                .. _byName["EntityTypeMapping"].Where(m => m["Connector"] == identifier && m["Identifier"] is not null)
                    .Select(m => m["Identifier"]!).Distinct().Order(StringComparer.Ordinal),
            ],
        };
    }

    private void ReadAssociations()
    {
        foreach (var association in _byName["EntityAssociation"])
        {
            if (association["Property1"] is { } first && association["Property2"] is { } second)
            {
                _navigations.TryAdd(first, PrefixOf(second));
                _navigations.TryAdd(second, PrefixOf(first));
            }
        }
    }

    private ILookup<string, string> ReadRecords()
    {
        var sections = _byName["RecordSection"].Select(s => (Source: s["SourceEntityType"], Record: s["ResourceEntityType"]));
        var contexts = _byName["ContextRule"].Select(c => (Source: c["SourceEntityType"], Record: EndOf(c["SourceEntityType"], c["ResourcesBinding"])));
        return sections.Concat(contexts)
            .Where(p => p.Source is not null && p.Record is not null && p.Source != p.Record)
            .Distinct()
            .OrderBy(p => p.Record, StringComparer.Ordinal)
            .ToLookup(p => p.Source!, p => p.Record!, StringComparer.Ordinal);
    }

    /// <summary>The entity type at the end of a binding; null where it does not lead over navigations.</summary>
    private string? EndOf(string? entityType, string? binding)
    {
        if (entityType is null || binding is null)
        {
            return null;
        }

        var current = entityType;
        foreach (var step in binding.Split('.'))
        {
            if (TargetOf(current, step) is not { } next)
            {
                return null;
            }

            current = next;
        }

        return current;
    }

    private static Dictionary<string, ConfigurationElement> ReadTasks(IReadOnlyList<ConfigurationElement> elements)
    {
        var tasks = new Dictionary<string, ConfigurationElement>(StringComparer.Ordinal);
        foreach (var element in elements)
        {
            if (element.Name == "Job")
            {
                foreach (var (task, identifier) in DerivedIdentifiers.TasksOf(element))
                {
                    tasks.TryAdd(identifier, task);
                }
            }
            else if (TaskElements.Find(element.Name) is not null && element["Identifier"] is { } identifier)
            {
                tasks.TryAdd(identifier, element);
            }
        }

        return tasks;
    }

    private IEnumerable<string> Identifiers(string name) => _byName[name].Select(e => e["Identifier"]).OfType<string>().Distinct();

    private HashSet<string> Values(string name, Func<ConfigurationElement, string?> value) =>
        _byName[name].Select(value).OfType<string>().Where(v => v.Length > 0).ToHashSet(StringComparer.Ordinal);

    private static string PrefixOf(string? qualified) =>
        qualified?.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? qualified[..colon] : "";

    /// <summary><c>DeactivationExportFulfill</c> of a connection (synchronization.md 3.3).</summary>
    private enum Deactivation
    {
        None = 0,
        Export = 1,
        Fulfill = 2,
    }
}
