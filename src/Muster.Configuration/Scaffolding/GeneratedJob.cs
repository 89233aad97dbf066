using System.Globalization;
using Muster.Configuration.Jobs;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>
/// A job under construction: its own attributes and its steps by level. A level that nothing uses is not kept, because a level is opened
/// by the elements that it gets.
/// </summary>
internal sealed class GeneratedJob(ConfigurationElement scaffolding, ConfigurationElement job)
{
    private readonly List<GeneratedStep> _steps = [];

    /// <summary>The scaffolding element that asks for the job.</summary>
    public ConfigurationElement Scaffolding { get; } = scaffolding;

    public ConfigurationElement Job { get; } = job;

    public string Identifier => Job["Identifier"]!;

    /// <summary>The tasks are made without the job (<c>DoNotCreateJob</c>).</summary>
    public bool IsWithoutJob => Scaffolding.Children.Any(c => c.Name == "DoNotCreateJob");

    /// <summary>In order of level.</summary>
    public IReadOnlyList<GeneratedStep> Steps => _steps;

    /// <summary>Adds tasks that run at the same time, after all before.</summary>
    public void AddLevel(IEnumerable<ConfigurationElement> tasks)
    {
        var level = _steps.Count == 0 ? 0 : _steps[^1].Level + 1;
        _steps.AddRange(tasks.Select(t => new GeneratedStep(t, level)).ToList());
    }

    public void AddLevel(ConfigurationElement? task) => AddLevel(task is null ? [] : [task]);

    /// <summary>Puts an element on a level of its own at <paramref name="level"/>; that level and the later ones move by one.</summary>
    public void InsertLevel(ConfigurationElement element, int level)
    {
        for (var index = 0; index < _steps.Count; index++)
        {
            if (_steps[index].Level >= level)
            {
                _steps[index] = _steps[index] with { Level = _steps[index].Level + 1 };
            }
        }

        var place = _steps.FindIndex(s => s.Level > level);
        _steps.Insert(place < 0 ? _steps.Count : place, new GeneratedStep(element, level));
    }

    /// <summary>Replaces the element of a step, which keeps its level.</summary>
    public void Replace(GeneratedStep step, ConfigurationElement element) =>
        _steps[_steps.IndexOf(step)] = step with { Element = element };

    /// <summary>
    /// The steps that are an occurrence of a task, by its identifier, or else by the name of its element (<c>FulfillTask</c>); in the order
    /// in which they run.
    /// </summary>
    public IReadOnlyList<GeneratedStep> Occurrences(string task)
    {
        var byIdentifier = _steps.Where(s => s.Element["Identifier"] == task).ToList();
        return byIdentifier.Count > 0 ? byIdentifier : [.. _steps.Where(s => s.Element.Name == task)];
    }

    /// <summary>The elements that the scaffolding makes at the top of the configuration.</summary>
    public IEnumerable<ConfigurationElement> ToElements()
    {
        if (IsWithoutJob)
        {
            return _steps.Select(s => s.Element).Where(e => TaskElements.Find(e.Name) is not null);
        }

        foreach (var step in _steps)
        {
            Job.Add(step.Element.Set("Level", step.Level.ToString(CultureInfo.InvariantCulture)));
        }

        return [Job];
    }
}

/// <summary>An element of a job and the level on which it runs.</summary>
internal sealed record GeneratedStep(ConfigurationElement Element, int Level);
