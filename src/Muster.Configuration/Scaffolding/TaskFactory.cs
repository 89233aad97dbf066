using Muster.Configuration.Jobs;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>Makes the elements of one scaffolding: each knows who made it and points to the scaffolding as its place.</summary>
internal sealed class TaskFactory(ConfigurationElement scaffolding, string madeBy, string? agent)
{
    /// <summary>The identifier of the job, with which the identifiers of its tasks begin.</summary>
    public string MadeBy => madeBy;

    public string? Agent => agent;

    /// <summary><c>OpenIdIdentifier</c>, else <c>Job</c>.</summary>
    public string OpenIdClient { get; } =
        scaffolding.Children.FirstOrDefault(c => c.Name == "OpenIdIdentifier")?["Identifier"] ?? "Job";

    public ConfigurationElement Element(string name) => new(name, scaffolding.Location) { MadeBy = madeBy };

    public ConfigurationElement Task(string name, string identifier, Title title) => Element(name)
        .Set("Identifier", identifier)
        .Set("DisplayName_L1", title.English)
        .Set("DisplayName_L2", title.French);

    /// <summary>A task of this job: its identifier begins with the job's.</summary>
    public ConfigurationElement JobTask(string name, string suffix, Title title) => Task(name, $"{madeBy}_{suffix}", title);

    public ConfigurationElement WithAgent(ConfigurationElement task, string? ofConnector = null) =>
        task.Set("Agent", ofConnector ?? agent).Set("OpenIdClient", OpenIdClient);

    public ConfigurationElement DependsOn(ConfigurationElement task, IEnumerable<ConfigurationElement?> parents)
    {
        foreach (var parent in parents.OfType<ConfigurationElement>())
        {
            task.Add(Element("TaskDependsOnTask").Set("ParentTask", parent["Identifier"]));
        }

        return task;
    }

    public ConfigurationElement OverEntityTypes(ConfigurationElement task, IEnumerable<string> entityTypes)
    {
        foreach (var entityType in entityTypes)
        {
            task.Add(Element("TaskEntityType").Set("EntityType", entityType));
        }

        return task;
    }

    public ConfigurationElement OverResourceTypes(ConfigurationElement task, IEnumerable<SourceResourceType> resourceTypes)
    {
        foreach (var resourceType in resourceTypes)
        {
            task.Add(Element("TaskResourceType").Set("ResourceType", resourceType.Identifier));
        }

        return task;
    }

    /// <summary>The text of <c>Type</c>; null for the type that is not written.</summary>
    public static string? TextOf(PreparationType type) => type == PreparationType.None ? null : type.ToString();
}
