using System.Text.Json.Nodes;
using Muster.Equivalence.Tests.Model;
using Muster.Repository.Dump;
using Muster.Repository.Jobs;

namespace Muster.Equivalence.Tests.Worlds;

/// <summary>What went wrong, and after which step.</summary>
internal sealed record Finding(int Step, string Text);

/// <summary>
/// Takes two repositories through the same history, one by incremental jobs and the other by complete jobs, and looks for a difference
/// (architecture.md, the first promise).
/// </summary>
internal sealed class Execution : IDisposable
{
    private const int ShownLines = 12;
    private static readonly string[] Refusals = ["An empty extract is not taken as the truth", "holds changes only. Run a complete job"];
    private readonly Case _case;
    private readonly string _folder;
    private readonly IRecorder? _recorder;
    private readonly StepClock _clock = new();
    private readonly SourceSystem _sources;
    private readonly World _incremental;
    private readonly World _complete;
    private readonly HashSet<string> _switches = [];
    private Loaded _loaded;

    private Execution(Case @case, string folder, IRecorder? recorder)
    {
        _case = @case;
        _folder = folder;
        _recorder = recorder;
        _sources = new SourceSystem(@case.Setup);
        Directory.CreateDirectory(Path.Combine(folder, "Sources"));
        _loaded = Loaded.Of(@case.Setup.With(_switches));
        _incremental = Open("incremental");
        _complete = Open("complete");
    }

    private IEnumerable<World> Both => [_incremental, _complete];

    /// <summary>Runs a case in a folder that is removed afterwards; null if all is equal.</summary>
    public static Finding? Run(Case @case, IRecorder? recorder = null)
    {
        var folder = ScratchFolders.Create();
        try
        {
            using var execution = new Execution(@case, folder, recorder);
            return execution.Run();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose()
    {
        _incremental.Dispose();
        _complete.Dispose();
    }

    private Finding? Run()
    {
        for (var index = 0; index < _case.Steps.Count; index++)
        {
            if (Take(index, _case.Steps[index]) is { } problem)
            {
                return new Finding(index, problem);
            }
        }

        return (Settle() ?? RepeatCompletely() ?? LoadAnew()) is { } last ? new Finding(_case.Steps.Count, last) : null;
    }

    private string? Take(int index, Step step)
    {
        _clock.Now += TimeSpan.FromMinutes(step.Minutes);
        foreach (var decision in step.Decisions)
        {
            _recorder?.Decide(decision, _clock.Now, _loaded.Xml);
            var answers = Both.Select(w => w.Decide(decision)).ToList();
            if (answers[0] != answers[1])
            {
                return $"A decision has another effect in the complete repository: {decision}: '{answers[1]}', and in the incremental one: '{answers[0]}'.";
            }
        }

        foreach (var change in step.Changes)
        {
            Apply(change);
        }

        Write(step);
        if (step.Switches.Count > 0)
        {
            _switches.SymmetricExceptWith(step.Switches);
            _loaded = Loaded.Of(_case.Setup.With(_switches));
            foreach (var world in Both)
            {
                world.Deploy(_loaded);
            }
        }

        var first = index == 0 && step.Kind == StepKind.Complete ? "Initial_Collect" : null;
        var directories = Both.Select(w => w.DirectoryFile).ToList();
        _recorder?.Step(index, step, _clock.Now, _loaded.Xml, directories, first ?? SetupJobs.NameOf(true, step), first ?? SetupJobs.NameOf(false, step));
        if (step.Kind == StepKind.FulfilInVain)
        {
            foreach (var world in Both)
            {
                world.DirectoryFile = null;
            }
        }

        var problem = RunIncremental(first ?? SetupJobs.NameOf(true, step)) ?? Run(_complete, first ?? SetupJobs.NameOf(false, step));
        if (step.Kind == StepKind.FulfilInVain)
        {
            _incremental.DirectoryFile = directories[0];
            _complete.DirectoryFile = directories[1];
        }
        else if (step.Kind != StepKind.Fulfil)
        {
            _sources.Read(step.Connector);
        }

        return problem ?? Compare();
    }

    /// <summary>Lets the incremental repository see what the last fulfilment did, and every row that could not be read.</summary>
    private string? Settle()
    {
        _sources.Correct();
        _clock.Now += TimeSpan.FromMinutes(1);
        var step = new Step(StepKind.Collect) { Listed = [.. _case.Setup.Connectors] };
        Write(step);
        _recorder?.Step(_case.Steps.Count, step, _clock.Now, _loaded.Xml, [.. Both.Select(w => w.DirectoryFile)], "Incremental_Collect", "Complete_Collect");
        return RunIncremental("Incremental_Collect") ?? Run(_complete, "Complete_Collect") ?? Compare();
    }

    /// <summary>A complete job after the incremental one has nothing to do, but to record the delivery that it looked at.</summary>
    private string? RepeatCompletely()
    {
        var before = Text(_incremental.Dump());
        var (problem, instance) = RunJob(_incremental, "Complete_Collect");
        _recorder?.Repeat("Complete_Collect");
        if (problem is not null)
        {
            return problem;
        }

        var difference = Difference(before, Text(_incremental.Dump()));
        return difference.Length > 0
            ? $"A complete job after the incremental one changed the incremental repository:\n{difference}"
            : instance!.Tasks.Where(t => t.RowsWritten > 0 && t.Kind != "PrepareSynchronizationTask").ToList() is { Count: > 0 } writers
                ? $"A complete job after the incremental one wrote rows: {string.Join(", ", writers.Select(t => $"{t.Identifier} {t.RowsWritten}"))}."
                : null;
    }

    /// <summary>What remembers nothing is the same as after one initial load of the final state.</summary>
    private string? LoadAnew()
    {
        using var anew = Open("initial");
        anew.DirectoryFile = _incremental.DirectoryFile;
        _recorder?.Anew("Initial_Collect", anew.DirectoryFile);
        if (Run(anew, "Initial_Collect") is { } problem)
        {
            return problem;
        }

        var memory = new Memory(_case.Setup.With(_switches));
        var difference = Difference(memory.Without(anew.Dump(false)), memory.Without(_incremental.Dump(false)));
        return difference.Length == 0 ? null : $"An initial load of the final state gives something else (-) than the incremental repository has (+):\n{difference}";
    }

    private void Apply(SourceChange change)
    {
        if (change.Table != EntityPart.Directory)
        {
            _sources.Apply(change);
            return;
        }

        foreach (var world in Both.Where(w => w.DirectoryFile is not null))
        {
            var text = new DirectoryText(world.DirectoryFile!);
            text.Apply(change);
            world.DirectoryFile = text.ToString();
        }
    }

    private void Write(Step step)
    {
        foreach (var table in _sources.Tables)
        {
            var full = _sources.Full(table.Name);
            WriteFile($"Sources/{table.Name}.csv", full);

            // A full extract that is suddenly empty is not believed: such news come as a list.
            var isListed = step.Listed.Contains(table.Connector) || step.Listed.Contains(table.Name) || _sources.WasEmptied(table.Connector);
            WriteFile($"Sources/{table.Name}_changes.csv", isListed ? _sources.List(table.Name) : full);
        }
    }

    private void WriteFile(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder, name), text);
        _recorder?.File(name, text);
    }

    private World Open(string name)
    {
        var world = new World(Path.Combine(_folder, name), _clock);
        var connections = new JsonObject();
        foreach (var table in _sources.Tables)
        {
            connections[SetupXml.ConnectionOf(table.Name)] = new JsonObject
            {
                ["Path"] = $"../Sources/{table.Name}.csv",
                ["PathIncremental"] = $"../Sources/{table.Name}_changes.csv",
            };
        }

        connections["dir"] = new JsonObject { ["LDIFFile"] = "dir.ldif", ["Directory"] = true };
        var settings = new JsonObject { ["SourcesRootPaths"] = new JsonArray(".", "../Sources"), ["Connections"] = connections }.ToString();
        File.WriteAllText(world.PathOf("appsettings.agent.json"), settings);
        _recorder?.File($"{name}/appsettings.agent.json", settings);
        world.DirectoryFile = DirectoryText.Initial;
        world.Deploy(_loaded);
        return world;
    }

    private static string? Run(World world, string job) => RunJob(world, job).Problem;

    /// <summary>
    /// Runs the incremental job; where a source is suddenly empty, or a full extract comes after lists with nothing to compare it with, does
    /// what the refusal asks for.
    /// </summary>
    private string? RunIncremental(string job)
    {
        var problem = Run(_incremental, job);
        return problem is not null && Refusals.Any(r => problem.Contains(r, StringComparison.Ordinal))
            ? Run(_incremental, job.Replace("Incremental", "Complete", StringComparison.Ordinal))
            : problem;
    }

    private static (string? Problem, JobInstance? Instance) RunJob(World world, string job)
    {
        var instance = world.Run(job);
        return instance.State is JobState.Completed or JobState.Warning
            ? (null, instance)
            : ($"The job '{job}' of '{Path.GetFileName(world.Folder)}' ended as {instance.State}: "
                + string.Join("; ", instance.Tasks.Where(t => t.Error is not null || t.Block is not null).Select(t => $"{t.Identifier}: {t.Error ?? t.Block?.ToString()}")), instance);
    }

    private string? Compare()
    {
        var difference = Difference(Text(_complete.Dump()), Text(_incremental.Dump()));
        if (difference.Length > 0)
        {
            return $"The complete repository has (-) what the incremental one has not, or otherwise (+):\n{difference}";
        }

        var files = Both.Select(w => w.DirectoryFile is { } text ? new DirectoryText(text).Sorted : "").ToList();
        return files[0] == files[1] ? null : $"The directory files differ:\n{Difference(files[1].Split('\n'), files[0].Split('\n'))}";
    }

    private static string[] Text(IEnumerable<DumpLine> lines) => [.. lines.Select(l => l.Json)];

    private static string Difference(string[] wanted, string[] got)
    {
        if (wanted.SequenceEqual(got))
        {
            return "";
        }

        var missing = Surplus(wanted, got).Select(l => "- " + l).Take(ShownLines);
        var added = Surplus(got, wanted).Select(l => "+ " + l).Take(ShownLines);
        var text = string.Join('\n', missing.Concat(added));
        return text.Length > 0 ? text : "the same lines in another order";
    }

    private static List<string> Surplus(string[] these, string[] those)
    {
        var rest = those.GroupBy(l => l).ToDictionary(g => g.Key, g => g.Count());
        return [.. these.Where(l => !rest.TryGetValue(l, out var count) || (rest[l] = count - 1) < 0)];
    }
}
