using Muster.Configuration.Xml;

namespace Muster.Configuration.Jobs;

/// <summary>
/// Identifiers of tasks that were written inside a job without one: <c>&lt;job&gt;_&lt;element without Task&gt;_&lt;ordinal of that kind in the
/// job, from 1&gt;</c> (jobs.md 3).
/// </summary>
internal static class DerivedIdentifiers
{
    /// <summary>The task elements of a job, without steps and overrides, in order and with their identifiers.</summary>
    public static IEnumerable<(ConfigurationElement Task, string Identifier)> TasksOf(ConfigurationElement job)
    {
        var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var child in job.Children)
        {
            if (TaskElements.Find(child.Name) is not { } task)
            {
                continue;
            }

            var ordinal = ordinals[task.Name] = ordinals.GetValueOrDefault(task.Name) + 1;
            var kind = task.Name[..^"Task".Length];
            yield return (child, child["Identifier"] is { Length: > 0 } written ? written : $"{job["Identifier"]}_{kind}_{ordinal}");
        }
    }
}
