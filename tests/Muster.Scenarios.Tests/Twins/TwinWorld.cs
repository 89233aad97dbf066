using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Cli;
using Muster.Cli.Hosting;
using Muster.Servers;

namespace Muster.Scenarios.Tests.Twins;

/// <summary>
/// Two repositories that see the same sources, decisions and clock, one by incremental jobs (<c>Inc</c>), the other by complete ones
/// (<c>Com</c>): whatever happens, they are the same. Configurations and sources were written from the specification alone.
/// </summary>
internal sealed class TwinWorld : IDisposable
{
    private static readonly (string Name, string Job)[] Twins = [("incremental", "Inc"), ("complete", "Com")];

    private readonly string _folder = Directory.CreateTempSubdirectory("muster-twins-").FullName;
    private readonly Dictionary<string, TestStore> _stores = [];
    private Dictionary<string, string> _logins = [];

    public TwinWorld(string name)
    {
        var given = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "Twins", name));
        foreach (var (twin, _) in Twins)
        {
            _stores.Add(twin, TestStore.CreateWhole(Path.Combine(_folder, twin, "Work")));
            var connections = new JsonObject { ["LDAPFile"] = new JsonObject { ["LDIFFile"] = "Sources/dir.ldif", ["Directory"] = true } };
            foreach (var file in given.GetFiles("*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(_folder, twin, Path.GetRelativePath(given.FullName, file.FullName));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                file.CopyTo(copy);
                if (file.Extension == ".csv")
                {
                    connections[Path.GetFileNameWithoutExtension(file.Name)] = new JsonObject { ["Path"] = $"Sources/{file.Name}", ["PathIncremental"] = $"Sources/{file.Name}" };
                }
            }

            File.WriteAllText(
                Path.Combine(_folder, twin, "appsettings.agent.json"),
                new JsonObject { ["SourcesRootPaths"] = new JsonArray("Sources"), ["Connections"] = connections }.ToJsonString());
        }
    }

    public string At { get; set; } = "2026-01-01T00:00:00Z";

    /// <summary>The lines of the dump after the last step.</summary>
    public IReadOnlyList<JsonNode> Lines { get; private set; } = [];

    public Task LoadAsync(string at) => StepAsync(at, "Init");

    /// <summary>Runs the jobs of both; the dumps must be the same.</summary>
    public async Task StepAsync(string at, string? job = null)
    {
        At = at;
        var dumps = new List<string>();
        foreach (var (twin, own) in Twins)
        {
            await RunAsync(twin, ["job", "run", job ?? own]);
            dumps.Add(await RunAsync(twin, ["repository", "dump"]));
        }

        var lines = dumps.Select(d => d.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.True(lines[0].SequenceEqual(lines[1]), $"At {at} only one has\n{string.Join('\n', lines[0].Except(lines[1]).Concat(lines[1].Except(lines[0])))}");
        Lines = [.. lines[0].Select(l => JsonNode.Parse(l)!)];
        _logins = Lines.Where(l => l["resource"] is not null && (string?)l["values"]?["uid"] is not null).ToDictionary(l => (string)l["key"]!, l => (string)l["values"]!["uid"]!);
    }

    /// <summary>Nothing is left to do, and complete computation finds nothing else.</summary>
    public async Task AssertSettledAsync()
    {
        var before = Lines.Select(l => l.ToJsonString()).ToList();
        await StepAsync(At);
        Assert.Equal(before, Lines.Select(l => l.ToJsonString()));
        await RunAsync(Twins[0].Name, ["repository", "verify"]);
    }

    public void Edit(string file, string old, string with)
    {
        foreach (var (twin, _) in Twins)
        {
            var path = Path.Combine(_folder, twin, file);
            var text = File.ReadAllText(path);
            Assert.Contains(old, text, StringComparison.Ordinal);
            File.WriteAllText(path, text.Replace(old, with, StringComparison.Ordinal));
        }
    }

    /// <summary>Decides on the account that waits in the review of both.</summary>
    public async Task ReviewAsync(string owner, string login, int code, params string[] command)
    {
        foreach (var (twin, _) in Twins)
        {
            var waiting = JsonDocument.Parse(await RunAsync(twin, ["order", "review", "--json"])).RootElement.EnumerateArray();
            var item = Assert.Single(waiting, w => w.GetProperty("ownerKey").GetString() == owner && _logins.GetValueOrDefault(w.GetProperty("target").GetString() ?? "") == login);
            await RunAsync(twin, [.. command.Select(c => c == "ID" ? item.GetProperty("id").GetRawText() : c)], code);
        }
    }

    /// <summary>The accounts of an owner: login, workflow and provisioning state.</summary>
    public IEnumerable<string> Accounts(string owner, string? type = null) =>
        Types(owner, type).Select(l => $"{_logins.GetValueOrDefault((string?)l["target"] ?? "") ?? "-"} {l["workflowState"]} {l["provisioningState"]}").Order(StringComparer.Ordinal);

    /// <summary>The groups of an owner's accounts: name, workflow state, first and last day.</summary>
    public IEnumerable<string> Groups(string owner, string? type = null) => Links(owner, "memberOf", type);

    public IEnumerable<string> Links(string owner, string property, string? type = null) =>
        Types(owner, type).SelectMany(l => l["navigations"]!.AsArray()).Where(n => (string)n!["Property"]! == property)
            .Select(n => $"{NameOf((string?)n!["Resource"] ?? (string?)n["Current"])} {n["WorkflowState"]} {Day(n["Start"])}-{Day(n["End"])}").Order(StringComparer.Ordinal);

    public string? Value(string owner, string property, string? type = null) =>
        Types(owner, type).SelectMany(l => l["scalars"]!.AsArray()).Where(s => (string)s!["Property"]! == property)
            .Select(s => $"{s!["PolicyValue"]} {s["WorkflowState"]} {s["ProvisioningState"]}").SingleOrDefault();

    /// <summary>The state of a role that somebody has; null for none.</summary>
    public string? Role(string owner, string role) =>
        Lines.Where(l => (string?)l["owner"] == owner && ((string?)l["assignedSingleRole"] ?? (string?)l["assignedCompositeRole"]) == role)
            .Select(l => (string?)l["workflowState"]).SingleOrDefault();

    public string? End(string owner, string role) =>
        Lines.Where(l => (string?)l["owner"] == owner && (string?)l["assignedSingleRole"] == role).Select(l => (string?)l["end"]).SingleOrDefault();

    public void Dispose()
    {
        foreach (var store in _stores.Values)
        {
            store.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<JsonNode> Types(string owner, string? type) =>
        Lines.Where(l => l["assignedResourceType"] is not null && (string?)l["owner"] == owner && (type is null || (string?)l["assignedResourceType"] == type));

    private string NameOf(string? key) =>
        _logins.GetValueOrDefault(key ?? "") ?? (string?)Lines.SingleOrDefault(l => (string?)l["resource"] == "LDAP_Entry" && (string?)l["key"] == key)?["values"]?["cn"] ?? "-";

    private static string Day(JsonNode? date) => ((string?)date)?[..8] ?? "";

    private async Task<string> RunAsync(string twin, string[] command, int code = ExitCode.Done)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader("");
        var terminal = new Terminal { Out = output, Error = TextWriter.Synchronized(error), In = input, Environment = new Dictionary<string, string>(), IsInputRedirected = true };
        var folder = Path.Combine(_folder, twin);
        string[] all = [.. command, "--config", Path.Combine(folder, "Conf"), "--work", Path.Combine(folder, "Work"), "--temp", Path.Combine(folder, "Temp"), "--database", _stores[twin].Url, "--at", At, "--log-level", "Warning"];
        var result = await MusterCommandLine.RunAsync(all, terminal, CancellationToken.None);
        Assert.True(result == code, $"{string.Join(' ', command)}: exit code {result} instead of {code}\n{error}\n{output}");
        return output.ToString();
    }
}
