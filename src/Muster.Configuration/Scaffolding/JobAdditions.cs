using System.Globalization;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Jobs;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>
/// Applies what a scaffolding adds to its generated job: <c>AddTask</c>, then <c>LinkDependTask</c>, in the order in which they are written.
/// A task is named by its identifier, or, inside the job, by the name of its element (<c>FulfillTask</c>), whose occurrences are then
/// counted in the order of the job.
/// </summary>
internal sealed class JobAdditions(IReadOnlyDictionary<string, ConfigurationElement> allTasks, DiagnosticBag bag)
{
    public void Apply(GeneratedJob job)
    {
        foreach (var child in job.Scaffolding.Children.Where(c => c.Name == "AddTask"))
        {
            if (!job.IsWithoutJob)
            {
                AddTask(job, child);
            }
        }

        foreach (var child in job.Scaffolding.Children.Where(c => c.Name == "LinkDependTask"))
        {
            Link(job, child);
        }
    }

    private void AddTask(GeneratedJob job, ConfigurationElement child)
    {
        var isBefore = AttributeText.IsTrue(child["Before"]);
        if (isBefore == AttributeText.IsTrue(child["After"]))
        {
            bag.Error(
                ScaffoldingDiagnostics.BeforeOrAfter, child.Location,
                $"'AddTask' of '{child["Task"]}' in the scaffolding of '{job.Identifier}' needs exactly one of Before=\"true\" and After=\"true\". Write one of them.");
            return;
        }

        if (StepFor(job, child) is not { } step || Occurrence(job, child, "TaskToCompareWith", "Occurence") is not { } place)
        {
            return;
        }

        job.InsertLevel(step, isBefore ? place.Level : place.Level + 1);
    }

    /// <summary>The new step: a copy of an occurrence that the job already holds, else a reference to a task from elsewhere.</summary>
    private ConfigurationElement? StepFor(GeneratedJob job, ConfigurationElement child)
    {
        if (child["Task"] is not { Length: > 0 } task)
        {
            return null;
        }

        var isInJob = job.Occurrences(task).Count > 0;
        if (!isInJob && !allTasks.ContainsKey(task))
        {
            Unknown(job, child, "Task", allTasks.Keys);
            return null;
        }

        if (!isInJob && (AttributeText.Number(child["CopyOccurence"]) ?? 0) == 0)
        {
            return Step(job, child, task);
        }

        return Occurrence(job, child, "Task", "CopyOccurence") is not { } copied ? null
            : TaskElements.FindOverridden(copied.Element.Name) is not null ? ElementCopy.Of(copied.Element)
            : Step(job, child, copied.Element["Identifier"]!);
    }

    private static ConfigurationElement Step(GeneratedJob job, ConfigurationElement child, string task) =>
        new ConfigurationElement("Step", child.Location) { MadeBy = job.Identifier }.Set("Identifier", task);

    private void Link(GeneratedJob job, ConfigurationElement child)
    {
        if (Occurrence(job, child, "Task", "ChildOccurence") is not { } dependent ||
            Occurrence(job, child, "DependOn", "ParentOccurence") is not { } parent)
        {
            return;
        }

        var element = dependent.Element;
        if (element.Name == "Step")
        {
            // A step has no dependencies of its own, so it becomes an override of its task, which keeps those that the task has.
            var task = allTasks[element["Identifier"]!];
            element = new ConfigurationElement(TaskElements.Find(task.Name)!.OverrideName, element.Location) { MadeBy = job.Identifier }
                .Set("Identifier", element["Identifier"]);
            foreach (var dependency in task.Children.Where(c => c.Name == "TaskDependsOnTask"))
            {
                element.Add(ElementCopy.Of(dependency));
            }

            job.Replace(dependent, element);
        }

        var parentIdentifier = parent.Element["Identifier"]!;
        if (!element.Children.Any(c => c.Name == "TaskDependsOnTask" && c["ParentTask"] == parentIdentifier))
        {
            element.Add(new ConfigurationElement("TaskDependsOnTask", child.Location) { MadeBy = job.Identifier }
                .Set("ParentTask", parentIdentifier));
        }
    }

    private GeneratedStep? Occurrence(GeneratedJob job, ConfigurationElement child, string attribute, string numberAttribute)
    {
        if (child[attribute] is not { Length: > 0 } task)
        {
            return null;
        }

        var occurrences = job.Occurrences(task);
        var number = (AttributeText.Number(child[numberAttribute]) ?? 0);
        if (occurrences.Count == 0)
        {
            Unknown(job, child, attribute, job.Steps.Select(s => s.Element["Identifier"]).OfType<string>());
            return null;
        }

        if (number < 0 || number >= occurrences.Count)
        {
            bag.Error(
                ScaffoldingDiagnostics.NoSuchOccurrence, child.Find(numberAttribute)?.Location ?? child.Location,
                $"'{child.Name}' asks for occurrence {number.ToString(CultureInfo.InvariantCulture)} of '{task}', but the job '{job.Identifier}' " +
                $"holds it {occurrences.Count.ToString(CultureInfo.InvariantCulture)} time(s) and the first occurrence is 0. Correct '{numberAttribute}'.");
            return null;
        }

        return occurrences[number];
    }

    private void Unknown(GeneratedJob job, ConfigurationElement child, string attribute, IEnumerable<string> known)
    {
        var task = child[attribute]!;
        bag.Error(
            ScaffoldingDiagnostics.UnknownIdentifier, child.Find(attribute)!.Location,
            $"'{child.Name}' in the scaffolding of '{job.Identifier}' names the task '{task}', which does not exist there. Name an existing task.",
            NearestName.Find(task, known));
    }
}
