using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Muster.Cli;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;
using Muster.Servers;

namespace Muster.Scenarios.Tests.Directories;

/// <summary>Somebody in HR.</summary>
internal sealed record Employee(string Login, string FirstName, string LastName, string Department, string Start = "2026-01-01", string End = "")
{
    /// <summary>What the account is called.</summary>
    public string Name => $"{LastName}, {FirstName}";
}

/// <summary>
/// A company whose HR stands in CSV files and whose accounts stand in one unit of a directory server: the whole incremental job, worked on through
/// the command line only.
/// </summary>
internal sealed class CompanyWorld : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muster-company-").FullName;
    private readonly DirectoryKind _kind;

    public CompanyWorld(DirectoryKind kind)
    {
        _kind = kind;
        Machine = kind == DirectoryKind.OpenLdap ? OpenLdapServer.Shared : SambaServer.Shared;
        Unit = Machine.NewUnit();
        Directory.CreateDirectory(PathOf("Conf"));
        Directory.CreateDirectory(PathOf("Sources"));
        File.WriteAllText(PathOf("Conf/Company.xml"), CompanyConfiguration.Of(kind, Unit));
        File.WriteAllText(PathOf("Sources/departments.csv"), "code,name\nD1,One\nD2,Two\n");
        File.Copy(kind == DirectoryKind.OpenLdap ? OpenLdapServer.Shared.Authority : SambaServer.Shared.Authority, PathOf("Sources/authority.pem"));
        File.WriteAllText(
            PathOf("appsettings.agent.json"),
            new JsonObject { ["SourcesRootPaths"] = new JsonArray("Sources"), ["Connections"] = new JsonObject { ["staff"] = Csv("staff"), ["departments"] = Csv("departments"), ["dir"] = Settings() } }
                .ToJsonString());
        foreach (var unit in new[] { "D1", "D2", "Gone", "Groups" })
        {
            Machine.Modify($"dn: ou={unit},{Unit}\nchangetype: add\nobjectClass: organizationalUnit\n");
        }

        foreach (var group in new[] { "All", "One", "Two" })
        {
            Machine.Modify($"dn: cn={group},ou=Groups,{Unit}\nchangetype: add\n" + (kind == DirectoryKind.OpenLdap
                ? $"objectClass: groupOfNames\nmember: ou=Groups,{Unit}\n"
                : $"objectClass: group\nsAMAccountName: {group}{Unit.Split(',')[0][3..]}\n"));
        }
    }

    public IDirectoryServer Machine { get; }

    /// <summary>The part of the directory that is the company's.</summary>
    public string Unit { get; }

    public string At { get; set; } = "2026-03-01T00:00:00Z";

    /// <summary>Logins are unique in a domain, which all tests share.</summary>
    public string LoginOf(string name) => $"{name}.{Unit.Split(',')[0][3..]}";

    public void Staff(IEnumerable<Employee> staff)
    {
        var text = new StringBuilder("login,first,last,department,start,end\n");
        foreach (var person in staff)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Field(person.Login)},{Field(person.FirstName)},{Field(person.LastName)},{person.Department},{person.Start},{person.End}\n");
        }

        File.WriteAllText(PathOf("Sources/staff.csv"), text.ToString());
    }

    /// <summary>Runs a job that must end without error, and no order of it in error.</summary>
    public async Task<Instance> JobAsync(string job)
    {
        var result = await RunAsync("job", "run", job, "--json");
        Assert.True(result.Code == ExitCode.Done, $"exit code {result.Code}\n{result.Error}\n{result.Out}");
        var instance = new Instance(result);
        Assert.True(instance.Tasks.All(t => (long?)t["counts"]?["ordersErrored"] is null or 0), result.Out);
        return instance;
    }

    public Task<CommandResult> RunAsync(params string[] command) => RunAsync(new Dictionary<string, string>(), command);

    public async Task<CommandResult> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader("");
        var terminal = new Terminal { Out = output, Error = TextWriter.Synchronized(error), In = input, Environment = environment, IsInputRedirected = true };
        string[] places = ["--config", PathOf("Conf"), "--work", PathOf("Work"), "--temp", PathOf("Temp"), "--at", At, "--log-level", "Warning"];
        var code = await MusterCommandLine.RunAsync([.. command, .. places], terminal, CancellationToken.None);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>The password that is handed over for a login; no other is.</summary>
    public async Task<string> PasswordAsync(string login)
    {
        var result = await RunAsync("connector", "passwords", "dir", "--hand-over", "--account", login, "--json");
        Assert.True(result.Code == ExitCode.Done, result.Error);
        return (string)Assert.Single(JsonNode.Parse(result.Out)!.AsArray())!["password"]!;
    }

    /// <summary>Every assignment of an account, its values and its links, as <c>what workflow provisioning</c>.</summary>
    public async Task<IReadOnlyList<string>> StatesAsync()
    {
        var dump = await RunAsync("repository", "dump");
        var types = dump.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).Where(l => l["assignedResourceType"] is not null).ToList();
        return
        [
            .. types.Select(t => $"account {t["provisioningState"]}"),
            .. types.SelectMany(t => t["scalars"]!.AsArray()).Select(s => $"{s!["Property"]} {s["ProvisioningState"]}"),
            .. types.SelectMany(t => t["navigations"]!.AsArray()).Select(s => $"{s!["Property"]} {s["ProvisioningState"]}"),
        ];
    }

    /// <summary>The accounts of the company as <c>ldapsearch</c> tells them: by name, the values of each attribute, sorted.</summary>
    public IReadOnlyDictionary<string, Entry> Accounts() =>
        Entry.Read(Machine.Search(Unit, _kind == DirectoryKind.OpenLdap ? "(objectClass=inetOrgPerson)" : "(objectClass=user)")).ToDictionary(e => e.One("cn"));

    /// <summary>The members of a group, as <c>ldapsearch</c> tells them.</summary>
    public IReadOnlyList<string> Members(string group) =>
        [.. Entry.Read(Machine.Search($"cn={group},ou=Groups,{Unit}", "(objectClass=*)", "member")).Single().All("member").Where(m => !m.StartsWith("ou=Groups,", StringComparison.Ordinal))];

    /// <summary>Whether a name and a password sign in.</summary>
    public bool SignsIn(string dn, string password) => ServerProcess.TryRun(
        "/usr/bin/ldapsearch", null, "-x", "-H", _kind == DirectoryKind.OpenLdap ? $"ldap://{OpenLdapServer.Shared.Address}" : $"ldap://{SambaServer.Shared.Address}",
        "-D", dn, "-w", password, "-s", "base", "-b", "", "1.1").Code == 0;

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("MUSTER_KEEP_SCENARIOS") is null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static JsonObject Csv(string name) => new() { ["Path"] = $"Sources/{name}.csv", ["PathIncremental"] = $"Sources/{name}.csv" };

    private static string Field(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private JsonObject Settings() => _kind == DirectoryKind.OpenLdap
        ? new JsonObject
        {
            ["Server"] = OpenLdapServer.Shared.TlsAddress,
            ["SSL"] = true,
            ["TrustedCertificates"] = "Sources/authority.pem",
            ["DistinguishedName"] = Unit,
            ["Login"] = OpenLdapServer.Login,
            ["Password"] = OpenLdapServer.Password,
        }
        : new JsonObject
        {
            ["Servers"] = new JsonArray(new JsonObject { ["Server"] = SambaServer.Shared.Address, ["BaseDN"] = Unit }),
            ["Filter"] = "(objectClass=*)",
            ["AuthType"] = "Basic",
            ["Login"] = SambaServer.Login,
            ["Password"] = SambaServer.Password,
            ["EnableSSL"] = true,
            ["TrustedCertificates"] = "Sources/authority.pem",
        };

    private string PathOf(string name) => Path.Combine(_folder, name);
}

/// <summary>An entry as <c>ldapsearch</c> prints it.</summary>
internal sealed class Entry(string dn, ILookup<string, string> values)
{
    public string Dn => dn;

    public string One(string attribute) => Assert.Single(All(attribute));

    public IReadOnlyList<string> All(string attribute) => [.. values[attribute.ToUpperInvariant()].Order(StringComparer.Ordinal)];

    public static IEnumerable<Entry> Read(string ldif)
    {
        foreach (var block in ldif.Split("\n\n").Select(b => b.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Where(b => b.Length > 0 && b[0].StartsWith("dn:", StringComparison.Ordinal)))
        {
            var lines = block.Where(l => l.Contains(':', StringComparison.Ordinal)).Select(Split).ToList();
            yield return new Entry(lines[0].Value, lines.ToLookup(l => l.Name.ToUpperInvariant(), l => l.Value));
        }
    }

    private static (string Name, string Value) Split(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return line[colon..].StartsWith("::", StringComparison.Ordinal)
            ? (line[..colon], Encoding.UTF8.GetString(Convert.FromBase64String(line[(colon + 2)..].Trim())))
            : (line[..colon], line[(colon + 1)..].TrimStart(' '));
    }
}
