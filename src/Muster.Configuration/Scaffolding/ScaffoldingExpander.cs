using Muster.Configuration.Diagnostics;
using Muster.Configuration.Jobs;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>
/// Expands scaffoldings into the items that they stand for, and adjusts these by written items with their identifiers (scaffoldings.md;
/// configuration.md, Scaffoldings and their adjustment). A pure function over the elements of a configuration: its input is left as it is,
/// and the same input gives the same output.
/// </summary>
public static class ScaffoldingExpander
{
    /// <summary>The configuration with the generated items in place of the scaffoldings, and without <c>ConsolidationMode</c>.</summary>
    public static IReadOnlyList<ConfigurationElement> Expand(IReadOnlyList<ConfigurationElement> elements, DiagnosticBag bag) =>
        Report(elements, bag).Elements;

    /// <summary>The same, with what each scaffolding makes before and after adjustment.</summary>
    public static ScaffoldingReport Report(IReadOnlyList<ConfigurationElement> elements, DiagnosticBag bag)
    {
        ArgumentNullException.ThrowIfNull(elements);
        ArgumentNullException.ThrowIfNull(bag);
        var generated = new ScaffoldingGenerator(elements, bag).Generate();
        var consolidation = new Consolidation(generated.SelectMany(g => g.Value.Elements), bag);
        var written = elements.Where(e => !ScaffoldingElements.IsScaffolding(e.Name))
            .ToDictionary(e => e, consolidation.Take);
        var result = new List<ConfigurationElement>();
        var scaffoldings = new List<ExpandedScaffolding>();
        foreach (var element in elements)
        {
            if (generated.TryGetValue(element, out var made))
            {
                List<ConfigurationElement> adjusted = [.. made.Elements.Select(consolidation.Adjust).OfType<ConfigurationElement>()];
                scaffoldings.Add(new ExpandedScaffolding(made.Identifier, element.Location, made.Elements, adjusted));
                result.AddRange(adjusted);
            }
            else if (written.GetValueOrDefault(element) is { } kept)
            {
                result.Add(kept);
            }
        }

        return new ScaffoldingReport(scaffoldings, result);
    }
}

/// <summary>What one scaffolding makes before adjustment.</summary>
internal sealed record GeneratedItems(string Identifier, IReadOnlyList<ConfigurationElement> Elements);

/// <summary>First half of the expansion: checks the scaffoldings and makes their items.</summary>
internal sealed class ScaffoldingGenerator(IReadOnlyList<ConfigurationElement> elements, DiagnosticBag bag)
{
    private readonly SourceConfiguration _configuration = new(elements);

    public Dictionary<ConfigurationElement, GeneratedItems> Generate()
    {
        var planner = new JobPlanner(_configuration, bag);
        var jobs = new List<GeneratedJob>();
        var made = new Dictionary<ConfigurationElement, GeneratedItems>();
        foreach (var element in elements)
        {
            if (ScaffoldingElements.AccessControl.Contains(element.Name))
            {
                made[element] = new GeneratedItems(element.Name, [.. new AccessRulesScaffolding(element, _configuration).Make()]);
                continue;
            }

            if (!ScaffoldingElements.Jobs.Contains(element.Name))
            {
                continue;
            }

            made[element] = new GeneratedItems(element.Name, []);
            if (planner.Plan(element) is { } job)
            {
                jobs.Add(job);
            }
            else if (element.Name == ScaffoldingElements.ConnectorsJobs)
            {
                var factory = new TaskFactory(element, element.Name, element["Agent"]);
                made[element] = new GeneratedItems(element.Name, [.. new ConnectorsJobsScaffolding(factory, _configuration).Make()]);
            }
        }

        ApplyAdditions(jobs, made);
        foreach (var job in jobs)
        {
            made[job.Scaffolding] = new GeneratedItems(job.Identifier, [.. job.ToElements()]);
        }

        RefuseDoubles(made);
        return made;
    }

    /// <summary>Additions come last, because a job may take in tasks that another scaffolding makes.</summary>
    private void ApplyAdditions(List<GeneratedJob> jobs, Dictionary<ConfigurationElement, GeneratedItems> made)
    {
        var tasks = new Dictionary<string, ConfigurationElement>(_configuration.Tasks, StringComparer.Ordinal);
        var generated = jobs.SelectMany(j => j.Steps).Select(s => s.Element).Concat(made.Values.SelectMany(m => m.Elements));
        foreach (var task in generated.Where(t => TaskElements.Find(t.Name) is not null))
        {
            tasks.TryAdd(task["Identifier"]!, task);
        }

        var additions = new JobAdditions(tasks, bag);
        foreach (var job in jobs)
        {
            additions.Apply(job);
        }
    }

    /// <summary>The second of two scaffoldings that make one identifier makes nothing, so that the error is reported once.</summary>
    private void RefuseDoubles(Dictionary<ConfigurationElement, GeneratedItems> made)
    {
        var known = new Dictionary<(string Kind, string Identifier), ConfigurationElement>();
        foreach (var element in elements.Where(made.ContainsKey))
        {
            var keys = made[element].Elements.SelectMany(Consolidation.ItemsOf).Select(Consolidation.KeyOf).ToList();
            if (keys.FirstOrDefault(known.ContainsKey) is { Identifier: not null } first)
            {
                bag.Error(
                    ScaffoldingDiagnostics.MadeTwice, element.Location,
                    $"The scaffoldings '{element.Name}' here and '{known[first].Name}' at {known[first].Location} both make '{first.Identifier}'. " +
                    (ScaffoldingElements.AccessControl.Contains(element.Name) ? "Remove one of them." : "Give one of them another 'JobIdentifier', or remove it."));
                made[element] = made[element] with { Elements = [] };
                continue;
            }

            foreach (var key in keys)
            {
                known.TryAdd(key, element);
            }
        }
    }
}
