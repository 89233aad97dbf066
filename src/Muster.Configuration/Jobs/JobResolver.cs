using System.Globalization;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Jobs;

/// <summary>All tasks, whether declared at the top or in a job, and all jobs.</summary>
internal sealed record ResolvedJobs(IReadOnlyList<JobTask> Tasks, IReadOnlyList<Job> Jobs);

/// <summary>
/// Resolves the jobs and tasks of a configuration whose scaffoldings are expanded: identifiers, references, overrides, levels,
/// dependencies, schedules (jobs.md 2 to 5), with every finding of 2.7.
/// </summary>
internal sealed class JobResolver
{
    private readonly JobResolutionScope _scope;
    private readonly DiagnosticBag _bag = new();
    private readonly TaskReader _reader;
    private readonly Dictionary<string, DeclaredTask> _declared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobTask> _tasks = new(StringComparer.Ordinal);

    private JobResolver(JobResolutionScope scope)
    {
        _scope = scope;
        _reader = new TaskReader(scope, _bag);
    }

    /// <summary>Resolves all jobs; what is wrong is reported, and left out where it cannot be resolved.</summary>
    public static ResolvedJobs Resolve(IReadOnlyList<ConfigurationElement> expanded, JobResolutionScope scope, DiagnosticBag bag)
    {
        var resolver = new JobResolver(scope);
        var resolved = resolver.Resolve(expanded);
        // A task that several jobs share is looked at in each of them; what is wrong with it is said once.
        foreach (var diagnostic in resolver._bag.Items.Distinct())
        {
            bag.Add(diagnostic);
        }

        return resolved;
    }

    private ResolvedJobs Resolve(IReadOnlyList<ConfigurationElement> expanded)
    {
        var jobElements = expanded.Where(e => e.Name == "Job").ToList();
        foreach (var element in expanded)
        {
            Declare(element);
        }

        foreach (var declared in _declared.Values)
        {
            _tasks.Add(declared.Identifier, _reader.Read(declared));
        }

        var graph = new TaskGraphCheck(_declared, _bag);
        graph.CheckDeclared();
        var jobs = new Dictionary<string, (Job Job, ConfigurationElement Element)>(StringComparer.Ordinal);
        foreach (var element in jobElements)
        {
            if (element["Identifier"] is not { Length: > 0 } identifier)
            {
                continue;
            }

            if (jobs.TryGetValue(identifier, out var other))
            {
                _bag.Error(
                    JobDiagnostics.DuplicateJob, element.Location,
                    $"There is another job '{identifier}' at {other.Element.Location}. Give one of them another identifier.");
                continue;
            }

            jobs.Add(identifier, (ResolveJob(element, identifier, graph), element));
        }

        return new ResolvedJobs([.. _tasks.Values], [.. jobs.Values.Select(j => j.Job)]);
    }

    private void Declare(ConfigurationElement element)
    {
        if (element.Name == "Job")
        {
            foreach (var (task, identifier) in DerivedIdentifiers.TasksOf(element))
            {
                Declare(new DeclaredTask(task, identifier, element));
            }
        }
        else if (TaskElements.Find(element.Name) is not null)
        {
            if (element["Identifier"] is not { Length: > 0 } identifier)
            {
                _bag.Error(
                    JobDiagnostics.TaskWithoutIdentifier, element.Location,
                    $"The '{element.Name}' stands outside jobs and has no 'Identifier', so that no job can use it. Write one, or move it into a job.");
                return;
            }

            if (AttributeText.Number(element["Level"]) is >= 0)
            {
                _bag.Warning(
                    JobDiagnostics.LevelOutsideJob, element.Find("Level")!.Location,
                    $"The 'Level' of the task '{identifier}' has no effect outside a job. Write it on the step that uses the task.");
            }

            Declare(new DeclaredTask(element, identifier, null));
        }
    }

    private void Declare(DeclaredTask task)
    {
        if (_declared.TryAdd(task.Identifier, task))
        {
            return;
        }

        _bag.Error(
            JobDiagnostics.DuplicateTask, task.Element.Location,
            $"There is another task '{task.Identifier}' at {_declared[task.Identifier].Element.Location}. Give one of them another identifier, " +
            "or use the same task in both places by a 'Step'.");
    }

    private Job ResolveJob(ConfigurationElement element, string identifier, TaskGraphCheck graph)
    {
        var steps = StepsOf(element, identifier);
        WarnOfMixedLevels(identifier, steps);
        var agent = _reader.Resolve(element, "Agent", _scope.Agents);
        var job = new Job
        {
            Identifier = identifier,
            DisplayNames = TaskReader.DisplayNamesOf(element),
            Location = element.Location,
            Agent = agent,
            CronTabExpression = element["CronTabExpression"],
            CronTimeZone = AttributeText.Enumeration<CronTimeZone>(element["CronTimeZone"]) ?? CronTimeZone.UTC,
            IsConnectorJob = AttributeText.IsTrue(element["IsConnectorJob"]),
            IsIncremental = AttributeText.IsTrue(element["IsIncremental"]),
            IsInitializationJob = AttributeText.IsTrue(element["IsInitializationJob"]),
            UserStartDenied = AttributeText.IsTrue(element["UserStartDenied"]),
            LogLevel = AttributeText.Enumeration<JobLogLevel>(element["LogLevel"]) ?? JobLogLevel.None,
            Steps = [.. steps.Select(s => new JobStep(s.Task, s.Level))],
        };
        if (agent is not null || element["Agent"] is null)
        {
            CheckAgents(job, steps);
        }

        graph.CheckJob(identifier, steps);
        var schedule = ReadSchedule(element, identifier);
        new JobWarnings(job, steps, schedule, _bag).Report();
        return job;
    }

    private List<ResolvedStep> StepsOf(ConfigurationElement job, string identifier)
    {
        var identifiers = DerivedIdentifiers.TasksOf(job).ToDictionary(t => t.Task, t => t.Identifier);
        var steps = new List<ResolvedStep>();
        foreach (var child in job.Children)
        {
            var declared = identifiers.TryGetValue(child, out var own) ? OwnTask(child, own)
                : child.Name == "Step" ? StepTask(child, identifier)
                : TaskElements.FindOverridden(child.Name) is { } kind ? OverriddenTask(child, kind, job)
                : null;
            if (declared is null)
            {
                continue;
            }

            var written = AttributeText.Number(child["Level"]) is { } level and >= 0 ? level : (int?)null;
            var resolved = written ?? (steps.Count == 0 ? 0 : steps.Max(s => s.Level) + 1);
            // The element of a step or an override is where a person looks for what the job does with the task.
            steps.Add(new ResolvedStep(declared, TaskOf(declared), resolved, written is not null, child));
        }

        return steps;
    }

    /// <summary>A task in its job; one whose identifier is taken has been reported and is not run.</summary>
    private DeclaredTask? OwnTask(ConfigurationElement element, string identifier) =>
        _declared[identifier] is var declared && declared.Element == element ? declared : null;

    private DeclaredTask? StepTask(ConfigurationElement step, string job)
    {
        var written = new[] { step.Find("Identifier"), step.Find("Task") }.OfType<ConfigurationAttribute>().Where(a => a.Value.Length > 0).ToList();
        if (written.Count == 1)
        {
            return Find(written[0], $"A step of the job '{job}'");
        }

        _bag.Error(
            JobDiagnostics.StepReference, step.Location,
            $"A step of the job '{job}' names {(written.Count == 0 ? "no task" : "its task twice")}. Write exactly one of 'Identifier' and 'Task'.");
        return null;
    }

    private DeclaredTask? OverriddenTask(ConfigurationElement element, TaskElement kind, ConfigurationElement job)
    {
        if (element.Find("Identifier") is not { Value.Length: > 0 } written ||
            Find(written, $"The '{element.Name}' of the job '{job["Identifier"]}'") is not { } task)
        {
            return null;
        }

        if (task.Kind == kind)
        {
            return task.With(element, job);
        }

        _bag.Error(
            JobDiagnostics.OverrideOfAnotherKind, element.Location,
            $"The '{element.Name}' of the job '{job["Identifier"]}' overrides '{task.Identifier}', which is a '{task.Kind.Name}'. Write '{task.Kind.OverrideName}'.",
            task.Kind.OverrideName);
        return null;
    }

    private DeclaredTask? Find(ConfigurationAttribute reference, string who)
    {
        if (_declared.TryGetValue(reference.Value, out var task))
        {
            return task;
        }

        _bag.Error(
            JobDiagnostics.UnknownTask, reference.Location,
            $"{who} names the task '{reference.Value}', which does not exist. Declare it, or correct the name.",
            NearestName.Find(reference.Value, _declared.Keys));
        return null;
    }

    /// <summary>The task as declared, or read again with what an override says.</summary>
    private JobTask TaskOf(DeclaredTask declared) =>
        _declared[declared.Identifier] == declared ? _tasks[declared.Identifier] : _reader.Read(declared);

    private void WarnOfMixedLevels(string job, List<ResolvedStep> steps)
    {
        if (steps.Exists(s => s.HasLevel) && steps.Find(s => !s.HasLevel) is { } without)
        {
            _bag.Warning(
                JobDiagnostics.MixedLevels, without.Element.Location,
                $"The job '{job}' has levels on some of its tasks and none on '{without.Task.Identifier}', which therefore gets level " +
                $"{without.Level.ToString(CultureInfo.InvariantCulture)}. Write a 'Level' on all of them or on none.");
        }
    }

    private void CheckAgents(Job job, List<ResolvedStep> steps)
    {
        foreach (var step in steps)
        {
            var task = step.Task;
            if (job.Agent is null && (task.Agent is not null || step.Declared.Kind.Side == TaskSide.Agent))
            {
                _bag.Error(
                    JobDiagnostics.AgentTaskInServerJob, step.Element.Location,
                    $"The task '{task.Identifier}' runs on an agent, but the job '{job.Identifier}' has none and runs on the server. Write the job's 'Agent'.",
                    task.Agent?.Identifier);
            }
            else if (task.Agent is not null && job.Agent is not null && task.Agent != job.Agent)
            {
                _bag.Error(
                    JobDiagnostics.DifferentAgents, step.Element.Find("Agent")?.Location ?? step.Element.Location,
                    $"The task '{task.Identifier}' runs on the agent '{task.Agent.Identifier}', but the job '{job.Identifier}' runs on '{job.Agent.Identifier}'. " +
                    "All tasks of a job run on its agent or on the server: move the task to a job of its agent.");
            }
        }
    }

    private Crontab? ReadSchedule(ConfigurationElement element, string job)
    {
        if (element.Find("CronTabExpression") is not { } written)
        {
            return null;
        }

        if (Crontab.TryParse(written.Value, out var schedule, out var error))
        {
            return schedule;
        }

        _bag.Error(
            JobDiagnostics.InvalidSchedule, written.Location,
            $"The schedule '{written.Value}' of the job '{job}' cannot be read: {error}. Write five fields (minute, hour, day, month, day of the week), " +
            "or six with the second first.");
        return null;
    }
}

/// <summary>A step of a job while it is being resolved.</summary>
/// <param name="Declared">The task, with what an override says.</param>
/// <param name="HasLevel">Its level is written.</param>
/// <param name="Element">The task, step or override element in the job.</param>
internal sealed record ResolvedStep(DeclaredTask Declared, JobTask Task, int Level, bool HasLevel, ConfigurationElement Element);
