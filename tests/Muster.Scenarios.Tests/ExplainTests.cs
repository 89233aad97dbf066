using System.Text.Json.Nodes;
using Muster.Cli;
using Muster.Cli.Hosting;

namespace Muster.Scenarios.Tests;

/// <summary>
/// <c>resource explain</c> on people of the Contoso example, from outside. Who knows the rules expects the answers from the HR files alone.
/// </summary>
public sealed class ExplainTests : IDisposable
{
    private static readonly (string Role, string? Department, string? Title)[] Rules =
    [
        ("Contoso/Staff", "CONTOSO", null), ("Contoso/Finance", "FIN", null), ("Contoso/IT", "IT", null), ("Contoso/Sales", "SAL", null),
        ("Contoso/Research", "RND", null), ("Contoso/Manager", null, "MGR"), ("Contoso/System administrator", "IT", "SYSADM"),
    ];

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"muster-explain-{Guid.NewGuid():N}");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string name) => Path.Combine(_folder, name);

    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] command)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader("");
        var terminal = new Terminal { Out = output, Error = TextWriter.Synchronized(error), In = input, Environment = new Dictionary<string, string>(), IsInputRedirected = true };
        string[] folders = command[0] == "demo" ? [] : ["--config", PathOf("Conf"), "--work", PathOf("Work"), "--temp", PathOf("Temp")];
        var code = await MusterCommandLine.RunAsync([.. command, .. folders], terminal, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }

    private async Task<JsonNode> ExplainAsync(params string[] arguments)
    {
        var result = await RunAsync(["resource", "explain", .. arguments, "--json"]);
        Assert.True(result.Code == ExitCode.Done, result.Error);
        return JsonNode.Parse(result.Out)!;
    }

    private string[][] Rows(string file) => [.. File.ReadAllLines(PathOf("Sources/" + file)).Skip(1).Select(l => l.Split(','))];

    [Fact]
    public async Task TenPeopleOfContoso_AreExplainedAsTheFilesSay_AndNothingIsWritten()
    {
        Assert.Equal(ExitCode.Done, (await RunAsync("demo", "--people", "60", "--folder", _folder)).Code);
        var parents = Rows("hr_organizations.csv").ToDictionary(r => r[0], r => r[2]);
        var before = (await RunAsync("repository", "fingerprint")).Out;
        var people = Rows("hr_people.csv").Where(p => p[9] == "active" && p[8].Length == 0).ToList();
        var chosen = people.Where(p => p[4] is "MGR" or "SYSADM").Take(3).Concat(people.Where(p => p[4] is not ("MGR" or "SYSADM")).Take(7)).ToList();
        foreach (var person in chosen)
        {
            await AgreeAsync(person, parents);
        }

        Assert.Equal(before, (await RunAsync("repository", "fingerprint")).Out);
    }

    private async Task AgreeAsync(string[] person, Dictionary<string, string> parents)
    {
        var above = new List<string>();
        for (var unit = person[3]; unit.Length > 0; unit = parents[unit])
        {
            above.Add(unit);
        }

        var explained = await ExplainAsync("Directory_User", person[0]);
        var held = Rules.Where(r => (r.Department is null || above.Contains(r.Department)) && (r.Title is null || r.Title == person[4])).Select(r => r.Role);
        Assert.Equal(held.Order(StringComparer.Ordinal), explained["owner"]!["singleRoles"]!.AsArray().Select(r => (string)r!["role"]!));
        var context = Assert.Single(explained["owner"]!["contexts"]!.AsArray())!;
        Assert.Equal($"{person[7]}T00:00:00Z", (string?)context["start"]);
        Assert.Equal([person[3], person[4]], context["dimensions"]!.AsArray().Select(d => (string)d!["values"]![0]!));

        var values = Assert.Single(explained["owner"]!["resourceTypes"]!.AsArray())!["values"]!.AsArray();
        var name = values.Single(v => (string)v!["property"]! == "sn")!;
        Assert.Equal((person[2], "Directory_User:LastName", person[2]), ((string)name["policy"]!, (string)name["inputs"]![0]!["path"]!, (string)name["inputs"]![0]!["values"]![0]!));
        Assert.Equal(held.Count(), values.Count(v => (string)v!["property"]! == "memberOf"));

        foreach (var (role, department, title) in Rules)
        {
            var answer = (await ExplainAsync("Directory_User", person[0], "--role", role))["answer"]!;
            Assert.Equal(held.Contains(role), (bool)answer["has"]!);
            var conditions = Assert.Single(answer["rules"]!.AsArray())!["conditions"]!.AsArray()
                .Select(c => ((string)c!["condition"]!, (bool)c["holds"]!))
                .ToList();
            Assert.Equal(
                [
                    .. department is null ? Array.Empty<(string, bool)>() : [($"Organization is '{department}' or below it", above.Contains(department))],
                    .. title is null ? Array.Empty<(string, bool)>() : [($"Title is '{title}'", title == person[4])],
                ],
                conditions);
        }
    }

    [Fact]
    public async Task TextAndQuestions_AreForPeople_AndWrongOnesSayWhatIsWrong()
    {
        Assert.Equal(ExitCode.Done, (await RunAsync("demo", "--people", "30", "--folder", _folder)).Code);
        var person = Rows("hr_people.csv").First(p => p[9] == "active" && !p[3].StartsWith("FIN", StringComparison.Ordinal) && p[8].Length == 0);

        var text = (await RunAsync("resource", "explain", "Directory_User", person[0])).Out;
        Assert.Contains($"Organization is '{person[3]}'  <- Directory_UserRecord:Organization", text, StringComparison.Ordinal);
        Assert.Contains("rule 'Contoso/Staff/SingleRoleRule/1' gives it, context 1", text, StringComparison.Ordinal);
        Assert.Contains($"It is the 'Directory_User_HR' of HR_Person '{person[0]}'.", text, StringComparison.Ordinal);

        var link = (await RunAsync("resource", "explain", "Directory_User", person[0], "--property", "memberOf", "--value", "cn=finance,ou=groups,dc=contoso,dc=example")).Out;
        Assert.Contains("no. No rule that gives it applies.", link, StringComparison.Ordinal);
        Assert.Contains($"- Organization is 'FIN' or below it: it is '{person[3]}'", link, StringComparison.Ordinal);

        var account = (await RunAsync("resource", "explain", "LDAP_Entry", "cn=staff,ou=groups,dc=contoso,dc=example")).Out;
        Assert.Contains("It is nobody's", account, StringComparison.Ordinal);
        Assert.Contains("says that it is none", account, StringComparison.Ordinal);

        Assert.Contains("Did you mean 'Contoso/Finance'?", (await RunAsync("resource", "explain", "Directory_User", person[0], "--role", "Contoso/Finances")).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Wrong, (await RunAsync("resource", "explain", "Directory_User", person[0], "--value", "x")).Code);
        Assert.Equal(ExitCode.Failed, (await RunAsync("resource", "explain", "Directory_User", "nobody")).Code);
    }
}
