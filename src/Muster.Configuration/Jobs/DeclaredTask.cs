using Muster.Configuration.Xml;

namespace Muster.Configuration.Jobs;

/// <summary>A task as it is declared, at the top of the configuration or in a job, or as an override makes it for one job.</summary>
/// <param name="Identifier">As written, or derived (jobs.md 3).</param>
/// <param name="Job">The job element that holds it; null at the top.</param>
internal sealed record DeclaredTask(ConfigurationElement Element, string Identifier, ConfigurationElement? Job)
{
    public TaskElement Kind { get; } = TaskElements.Find(Element.Name)!;

    /// <summary>The parents that its <c>TaskDependsOnTask</c> children name, without doubles.</summary>
    public IReadOnlyList<(string Parent, ConfigurationElement Element)> Dependencies { get; } =
    [
        .. Element.Children.Where(c => c.Name == "TaskDependsOnTask" && c["ParentTask"] is { Length: > 0 })
            .DistinctBy(c => c["ParentTask"])
            .Select(c => (c["ParentTask"]!, c)),
    ];

    /// <summary>
    /// The task with what an override says (jobs.md 2.6): attributes that are present replace, a kind of child that is present replaces all
    /// of its kind, everything else stays. The identifier stays that of the task.
    /// </summary>
    public DeclaredTask With(ConfigurationElement over, ConfigurationElement job)
    {
        var result = new ConfigurationElement(Element.Name, over.Location) { MadeBy = over.MadeBy };
        foreach (var attribute in Element.Attributes.Where(a => a.Name != "Level" && over.Find(a.Name) is null).Concat(over.Attributes))
        {
            result.Attributes.Add(attribute);
        }

        var replaced = over.Children.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var child in Element.Children.Where(c => !replaced.Contains(c.Name)).Concat(over.Children))
        {
            result.Add(child);
        }

        return new DeclaredTask(result, Identifier, job);
    }
}
