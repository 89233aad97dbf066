using System.Diagnostics;
using System.Text.Json.Nodes;
using Muster.Cli;
using Muster.Cli.Hosting;
using Muster.Servers;

namespace Muster.Scenarios.Tests.World;

/// <summary>A shipping line in a temporary folder, worked on through the command line only.</summary>
internal sealed class FleetWorld : IDisposable
{
    private readonly bool _isProvisioning;

    /// <param name="store">From the place of an embedded one; null: that of the test run.</param>
    public FleetWorld(bool isProvisioning = false, bool continueOnError = false, Func<string, TestStore>? store = null)
    {
        _isProvisioning = isProvisioning;
        Folder = Directory.CreateTempSubdirectory("muster-fleet-").FullName;
        Work = PathOf("Work");
        Store = (store ?? TestStore.CreateWhole)(Work);
        Directory.CreateDirectory(PathOf("Conf"));
        Directory.CreateDirectory(PathOf("Sources"));
        foreach (var file in new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "Fleet", "Conf")).GetFiles())
        {
            if (isProvisioning || file.Name != "Provisioning.xml")
            {
                file.CopyTo(PathOf("Conf/" + file.Name));
            }
        }

        WriteFile("Conf/Jobs.xml", FleetJobs.File(isProvisioning, continueOnError));
        Settings(isListed: false);
        WriteFile("Sources/yard.ldif", YardFile);
    }

    /// <summary>A copy of another world as it stands, in a folder of its own.</summary>
    public FleetWorld(FleetWorld other)
    {
        _isProvisioning = other._isProvisioning;
        Yard = other.Yard;
        Folder = Directory.CreateTempSubdirectory("muster-fleet-").FullName;
        Work = PathOf("Work");
        foreach (var file in Directory.EnumerateFiles(other.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = PathOf(Path.GetRelativePath(other.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Store = other.Store.CopyTo(Work);
    }

    /// <summary>The settings of the yard's directory, if it is a server and no file.</summary>
    public JsonObject? Yard { get; set; }

    public string Folder { get; }

    /// <summary>The repository; an embedded one is where commands look for it by themselves.</summary>
    public TestStore Store { get; }

    public string Work { get; set; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void WriteFile(string name, string text) => File.WriteAllText(PathOf(name), text);

    public void Replace(string name, string old, string with)
    {
        var text = File.ReadAllText(PathOf(name));
        Assert.Contains(old, text, StringComparison.Ordinal);
        WriteFile(name, text.Replace(old, with, StringComparison.Ordinal));
    }

    /// <summary>Writes the agent's settings: what an incremental export reads are full extracts, or lists of changes of the crewing office.</summary>
    public void Settings(bool isListed)
    {
        var connections = new JsonObject();
        foreach (var table in FleetState.Headers.Keys)
        {
            var suffix = isListed && table != "berths" ? "_changes" : "";
            connections[table] = new JsonObject { ["Path"] = $"Sources/{table}.csv", ["PathIncremental"] = $"Sources/{table}{suffix}.csv" };
        }

        if (_isProvisioning)
        {
            connections["yard"] = Yard?.DeepClone() ?? new JsonObject { ["LDIFFile"] = "Sources/yard.ldif", ["Directory"] = true };
        }

        WriteFile("appsettings.agent.json", new JsonObject { ["SourcesRootPaths"] = new JsonArray("Sources"), ["Connections"] = connections }.ToJsonString());
    }

    public void Sources(FleetState state)
    {
        foreach (var table in FleetState.Headers.Keys)
        {
            WriteFile($"Sources/{table}.csv", state.Csv(table));
        }
    }

    public void Changes(FleetState before, FleetState after)
    {
        foreach (var table in FleetState.Headers.Keys)
        {
            WriteFile($"Sources/{table}_changes.csv", after.Changes(table, before));
        }

        WriteFile("Sources/berths.csv", after.Csv("berths"));
    }

    public string[] Arguments(params string[] command) =>
    [
        .. command, "--config", PathOf("Conf"), "--work", Work, "--temp", PathOf("Temp"), "--log-level", "Warning",
        .. Store.IsOnServer ? ["--database", Store.Url] : Array.Empty<string>(),
    ];

    /// <summary>Runs a command in this process.</summary>
    public async Task<CommandResult> RunAsync(params string[] command)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader("");
        var terminal = new Terminal { Out = output, Error = TextWriter.Synchronized(error), In = input, Environment = new Dictionary<string, string>(), IsInputRedirected = true };
        var code = await MusterCommandLine.RunAsync(Arguments(command), terminal, CancellationToken.None);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command in this process; the exit code is asserted.</summary>
    public async Task<CommandResult> RunAsync(int code, params string[] command)
    {
        var result = await RunAsync(command);
        Assert.True(code == result.Code, $"exit code {result.Code} instead of {code}\n{result.Error}\n{result.Out}");
        return result;
    }

    /// <summary>Runs a job and reads its instance; the exit code is asserted.</summary>
    public async Task<Instance> JobAsync(string job, int code = ExitCode.Done) => new(await RunAsync(code, "job", "run", job, "--json"));

    public async Task<string> DumpAsync()
    {
        var result = await RunAsync("repository", "dump");
        Assert.True(result.Code == ExitCode.Done, result.Error);
        Assert.NotEmpty(result.Out);
        return result.Out;
    }

    /// <summary>Starts a process of its own; the caller waits for it or ends it.</summary>
    public Process Start(params string[] command) => StartWith(null, command);

    /// <summary>As <see cref="Start"/>, with faults (docs/development/fault-points.md).</summary>
    public Process StartWith(string? fault, params string[] command)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Folder };
        start.ArgumentList.Add(typeof(MusterCommandLine).Assembly.Location);
        foreach (var argument in Arguments(command))
        {
            start.ArgumentList.Add(argument);
        }

        if (fault is not null)
        {
            start.Environment["MUSTER_FAULT"] = fault;
        }

        return Process.Start(start)!;
    }

    public void Dispose()
    {
        // Kept for a look at what went wrong.
        if (Environment.GetEnvironmentVariable("MUSTER_KEEP_SCENARIOS") is null)
        {
            Store.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }

    private const string YardFile =
        """
        dn: dc=line,dc=example
        objectClass: domain
        dc: line

        dn: ou=crew,dc=line,dc=example
        objectClass: organizationalUnit
        ou: crew

        dn: ou=groups,dc=line,dc=example
        objectClass: organizationalUnit
        ou: groups

        dn: cn=all,ou=groups,dc=line,dc=example
        objectClass: groupOfNames
        cn: all

        dn: cn=flagship,ou=groups,dc=line,dc=example
        objectClass: groupOfNames
        cn: flagship

        dn: cn=divers,ou=groups,dc=line,dc=example
        objectClass: groupOfNames
        cn: divers

        """;
}

internal sealed record CommandResult(int Code, string Out, string Error);

/// <summary>A job instance as <c>--json</c> tells it.</summary>
internal sealed class Instance(CommandResult result)
{
    private readonly JsonNode _root = JsonNode.Parse(result.Out)!;

    public CommandResult Result => result;

    public string State => (string)_root["state"]!;

    public long Id => (long)_root["id"]!;

    public long RowsWritten => (long)_root["rowsWritten"]!;

    public IEnumerable<JsonNode> Tasks => _root["tasks"]!.AsArray().Select(t => t!);

    public JsonNode Task(string identifier) =>
        _root["tasks"]!.AsArray().First(t => (string)t!["identifier"]! == identifier && !(bool)t["isVirtual"]!)!;

    public string StateOf(string identifier) => (string)Task(identifier)["state"]!;

    public string? SkipOf(string identifier) => (string?)Task(identifier)["skippedBecause"];

    public long Count(string identifier, string counter) => (long?)Task(identifier)["counts"]![counter] ?? 0;

    public string ErrorOf(string identifier) => (string?)Task(identifier)["error"] ?? "";

    public string MessagesOf(string identifier) => string.Join('\n', Task(identifier)["messages"]!.AsArray().Select(m => (string)m!));

    public string WarningsOf(string identifier) => string.Join('\n', Task(identifier)["warnings"]!.AsArray().Select(m => (string)m!));

    public override string ToString() => result.Out;
}
