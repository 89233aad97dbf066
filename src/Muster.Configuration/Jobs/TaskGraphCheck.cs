using System.Globalization;
using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Jobs;

/// <summary>
/// Checks <c>TaskDependsOnTask</c> (jobs.md 2.4, 2.5): parents exist, nothing waits for itself, and in a job a parent runs on a lower level.
/// </summary>
internal sealed class TaskGraphCheck(IReadOnlyDictionary<string, DeclaredTask> declared, DiagnosticBag bag)
{
    private readonly HashSet<string> _inCycle = new(StringComparer.Ordinal);

    /// <summary>Checks all tasks as they are declared: unknown parents and cycles.</summary>
    public void CheckDeclared()
    {
        foreach (var task in declared.Values)
        {
            CheckParents(task);
        }

        ReportCycles(declared);
    }

    /// <summary>Checks the tasks of a job, with its overrides, against one another.</summary>
    public void CheckJob(string job, IReadOnlyList<ResolvedStep> steps)
    {
        var inJob = steps.GroupBy(s => s.Declared.Identifier).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var overridden = steps.Where(s => s.Element != s.Declared.Element && s.Element.Name != "Step").ToList();
        if (overridden.Count > 0)
        {
            overridden.ForEach(s => CheckParents(s.Declared));
            ReportCycles(inJob.ToDictionary(p => p.Key, p => p.Value.Declared, StringComparer.Ordinal));
        }

        foreach (var step in steps)
        {
            foreach (var (parent, element) in step.Declared.Dependencies.Where(d => declared.ContainsKey(d.Parent)))
            {
                if (!inJob.TryGetValue(parent, out var parentStep))
                {
                    bag.Warning(
                        JobDiagnostics.DependencyOutsideJob, element.Location,
                        $"The task '{step.Task.Identifier}' depends on '{parent}', which is not in the job '{job}': the dependency is ignored there. " +
                        "Name a task of the job, or remove the dependency.");
                }
                else if (parentStep.Level >= step.Level && !(_inCycle.Contains(parent) && _inCycle.Contains(step.Task.Identifier)))
                {
                    bag.Error(
                        JobDiagnostics.DependencyLevel, element.Location,
                        $"In the job '{job}', the task '{step.Task.Identifier}' on level {Text(step.Level)} depends on '{parent}' on level {Text(parentStep.Level)}, " +
                        "which has not ended by then. Give the task a higher level than its parent.");
                }
            }
        }
    }

    private void CheckParents(DeclaredTask task)
    {
        foreach (var (parent, element) in task.Dependencies.Where(d => !declared.ContainsKey(d.Parent)))
        {
            bag.Error(
                JobDiagnostics.UnknownTask, element.Find("ParentTask")!.Location,
                $"The task '{task.Identifier}' depends on the task '{parent}', which does not exist. Correct the name, or remove the dependency.",
                NearestName.Find(parent, declared.Keys));
        }
    }

    /// <summary>Reports each cycle once, at its task that comes first in the configuration.</summary>
    private void ReportCycles(IReadOnlyDictionary<string, DeclaredTask> tasks)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in tasks.Keys)
        {
            Walk(tasks, start, done);
        }
    }

    /// <summary>Depth first with a stack of its own, because a chain may be as long as the configuration.</summary>
    private void Walk(IReadOnlyDictionary<string, DeclaredTask> tasks, string start, HashSet<string> done)
    {
        var path = new List<(string Task, int Next)>();
        if (done.Add(start))
        {
            path.Add((start, 0));
        }

        while (path.Count > 0)
        {
            var (task, next) = path[^1];
            var parents = tasks[task].Dependencies;
            if (next == parents.Count)
            {
                path.RemoveAt(path.Count - 1);
                continue;
            }

            path[^1] = (task, next + 1);
            var parent = parents[next].Parent;
            var place = path.FindIndex(p => p.Task == parent);
            if (place >= 0)
            {
                ReportCycle(tasks, [.. path.Skip(place).Select(p => p.Task)]);
            }
            else if (tasks.ContainsKey(parent) && done.Add(parent))
            {
                path.Add((parent, 0));
            }
        }
    }

    private void ReportCycle(IReadOnlyDictionary<string, DeclaredTask> tasks, List<string> cycle)
    {
        if (cycle.TrueForAll(_inCycle.Contains))
        {
            return;
        }

        _inCycle.UnionWith(cycle);
        bag.Error(
            JobDiagnostics.DependencyCycle, tasks[cycle[0]].Element.Location,
            $"Tasks depend on one another in a circle: {string.Join(" → ", cycle.Append(cycle[0]).Select(t => $"'{t}'"))}. Remove one of the dependencies.");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
