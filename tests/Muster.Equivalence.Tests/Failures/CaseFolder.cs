using System.Globalization;
using System.Text;
using Muster.Equivalence.Tests.Model;
using Muster.Equivalence.Tests.Worlds;

namespace Muster.Equivalence.Tests.Failures;

/// <summary>
/// Writes a case down as a folder that <c>muster</c> can run: configurations, the files of every step, <c>steps.sh</c> with the commands,
/// <c>README.md</c> with the history in words.
/// </summary>
internal sealed class CaseFolder : IRecorder
{
    private readonly string _folder;
    private readonly Dictionary<string, string> _configurations = [];
    private readonly Dictionary<string, string> _files = [];
    private readonly StringBuilder _script = new();
    private readonly StringBuilder _history = new();
    private string _configuration = "";
    private DateTimeOffset _at;

    public CaseFolder(string folder)
    {
        _folder = folder;
        _script.Append(Head);
    }

    public void File(string name, string text) => _files[name] = text;

    public void Decide(Decision decision, DateTimeOffset at, string configuration)
    {
        _at = at;
        var name = NameOf(configuration);
        var owner = $"{decision.Entity} {decision.Key}";
        var command = decision.Verb switch
        {
            DecisionVerb.Request => $"assignment request {owner} --role {decision.Item}",
            DecisionVerb.RequestRemoval => $"assignment request {owner} --role {decision.Item} --remove",
            DecisionVerb.Approve => $"assignment approve {owner} --role {decision.Item}",
            DecisionVerb.Decline => $"assignment decline {owner} --role {decision.Item}",
            DecisionVerb.ApproveOrders => $"order review approve --all-of {decision.Item} --owner {owner}",
            DecisionVerb.DeclineOrders => $"order review decline --all-of {decision.Item} --owner {owner}",
            _ => $"'order review --resource-type {decision.Item} --owner {owner}; then for each id: assignment confirm{(decision.Verb == DecisionVerb.KeepFound ? "" : " --remove")}'",
        };
        foreach (var world in new[] { "incremental", "complete" })
        {
            _script.Append(CultureInfo.InvariantCulture, $"\ndecide {world} {name} {At} {command}");
        }

        _script.Append('\n');
    }

    public void Step(
        int index, Step step, DateTimeOffset at, string configuration, IReadOnlyList<string?> directories, string incrementalJob, string completeJob)
    {
        _at = at;
        var name = NameOf(configuration);
        _configuration = name;
        var number = index + 1;
        foreach (var (file, text) in _files)
        {
            Write(file.StartsWith("Sources/", StringComparison.Ordinal) ? $"step-{number}/{file}" : $"start/{file}", text);
        }

        foreach (var (world, text) in new[] { "incremental", "complete" }.Zip(directories))
        {
            if (text is not null)
            {
                Write($"step-{number}/{world}/dir.ldif", text);
            }
        }

        _files.Clear();
        _script.Append(CultureInfo.InvariantCulture, $"\necho '# step {number}'\nfiles step-{number}\n");
        if (step.Kind == StepKind.FulfilInVain)
        {
            _script.Append("rm -f run/incremental/dir.ldif run/complete/dir.ldif\n");
        }

        _script.Append(CultureInfo.InvariantCulture, $"job incremental {incrementalJob} {name} {At}\njob complete {completeJob} {name} {At}\n");
        if (step.Kind == StepKind.FulfilInVain)
        {
            _script.Append(CultureInfo.InvariantCulture, $"files step-{number}\n");
        }

        _script.Append(CultureInfo.InvariantCulture, $"same {name}\n");
        Tell(number, step, name, incrementalJob, completeJob);
    }

    public void Repeat(string job) => _script.Append(CultureInfo.InvariantCulture,
        $"\necho '# a complete job after the incremental one changes nothing'\ndump incremental {_configuration} > run/before\njob incremental {job} {_configuration} {At}\ndump incremental {_configuration} | diff run/before - || differs=1\n");

    public void Anew(string job, string? directory)
    {
        _script.Append(CultureInfo.InvariantCulture, $"\necho '# an initial load of the final state (resources that Muster owns and values that remember differ rightly)'\n");
        _script.Append(CultureInfo.InvariantCulture, $"mkdir -p run/initial\ncp run/incremental/appsettings.agent.json run/initial/\ncp run/incremental/dir.ldif run/initial/ 2>/dev/null\njob initial {job} {_configuration} {At}\n");
        _script.Append(CultureInfo.InvariantCulture, $"diff <(dump initial {_configuration} | grep -v '^.\"assigned') <(dump incremental {_configuration} | grep -v '^.\"assigned')\n");
    }

    /// <summary>Ends the folder with what was found.</summary>
    public void Finish(string title, Finding finding)
    {
        _script.Append("\nexit ${differs:-0}\n");
        Write("steps.sh", _script.ToString());
        Write("README.md", $"# {title}\n\nRun `MUSTER=/path/to/muster ./steps.sh`.\n\nFound after step {finding.Step + 1}:\n\n```\n{finding.Text}\n```\n\n## What happens\n{_history}");
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(Path.Combine(_folder, "steps.sh"), (UnixFileMode)0b111_101_101);
        }
    }

    private const string Head =
        """
        #!/usr/bin/env bash
        # Takes two repositories through one history, by incremental jobs and by complete jobs, and compares them after every step.
        cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
        muster="${MUSTER:-muster}"
        rm -rf run && mkdir run && cp -r start/. run/
        job() { "$muster" job run "$2" --config "$3" --settings "run/$1/appsettings.agent.json" --work "run/$1/Work" --temp "run/$1/Temp" --at "$4" --log-level Error > "run/$1/last-job.txt" || { code=$?; [ $code -eq 3 ] || { echo "$1 $2: exit code $code"; differs=1; }; }; }
        dump() { "$muster" repository dump --config "$2" --work "run/$1/Work" --temp "run/$1/Temp" --log-level Error; }
        decide() { world="$1" conf="$2" at="$3"; shift 3; "$muster" "$@" --by ann --config "$conf" --work "run/$world/Work" --temp "run/$world/Temp" --at "$at" --log-level Error > /dev/null || echo "$world: refused: $*"; }
        files() { cp -r "$1/." run/; }
        same() { diff <(dump complete "$1") <(dump incremental "$1") || differs=1; }

        """;

    private string At => _at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private void Tell(int number, Step step, string configuration, string incrementalJob, string completeJob)
    {
        _history.Append(CultureInfo.InvariantCulture, $"\nStep {number}, {At}, {configuration}: `{incrementalJob}` and `{completeJob}`");
        _history.Append(step.Listed.Count > 0 ? $", changes of {string.Join(" and ", step.Listed)} as lists\n" : "\n");
        foreach (var text in step.Decisions.Select(d => d.ToString()).Concat(step.Switches.Select(s => $"deployed with {s} switched")).Concat(step.Changes.Select(c => c.ToString())))
        {
            _history.Append(CultureInfo.InvariantCulture, $"- {text}\n");
        }
    }

    private string NameOf(string configuration)
    {
        if (!_configurations.TryGetValue(configuration, out var name))
        {
            name = $"Conf-{_configurations.Count + 1}";
            _configurations.Add(configuration, name);
            Write($"{name}/Configuration.xml", configuration);
        }

        return name;
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
    }
}
