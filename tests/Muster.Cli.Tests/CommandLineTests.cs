using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Cli.Hosting;

namespace Muster.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly CliWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("job run")]
    [InlineData("job list --nope")]
    [InlineData("job list --log-level Loud")]
    [InlineData("job list --at yesterday")]
    [InlineData("job show twelve")]
    public async Task WrongWords_GiveTwo_AndSayWhy(string arguments)
    {
        var result = await _world.RunAsync(arguments.Split(' '));

        Assert.Equal(ExitCode.Wrong, result.Code);
        Assert.NotEmpty(result.Error);
        Assert.Empty(result.Out);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("server")]
    [InlineData("agent")]
    public async Task LaterCommands_GiveTwo_AndSayThatTheyAreNotSupportedYet(string arguments)
    {
        var result = await _world.RunAsync(arguments.Split(' '));

        Assert.Equal(ExitCode.Wrong, result.Code);
        Assert.StartsWith("not supported yet: muster ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownJob_GivesTwo_AndTheNearestName()
    {
        var result = await _world.RunAsync("job", "run", "HR_Completed");

        Assert.Equal(ExitCode.Wrong, result.Code);
        Assert.Contains("Did you mean 'HR_Complete'?", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigurationWithErrors_GivesTwo_AndStartsNothing()
    {
        File.WriteAllText(_world.PathOf("Conf/more.xml"), "<ConfigurationFile><Connector Identifier=");

        var check = await _world.RunAsync("config", "check");
        var run = await _world.RunAsync("job", "run", "HR_Complete");

        Assert.Equal((ExitCode.Wrong, ExitCode.Wrong), (check.Code, run.Code));
        Assert.Matches(@"more\.xml\(1,\d+\): error MUS\d{4}: ", check.Out);
        Assert.Contains("nothing was started", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.PathOf("Temp")));
    }

    [Fact]
    public async Task ConfigCheck_OfAGoodConfiguration_GivesZero()
    {
        var result = await _world.RunAsync("config", "check");

        Assert.Equal((ExitCode.Done, ""), (result.Code, result.Out.Trim()));
    }

    [Fact]
    public async Task JobStartedByAPerson_ThatDeniesIt_IsRefused()
    {
        var result = await _world.RunAsync("job", "run", "Scheduled");

        Assert.Equal(ExitCode.Wrong, result.Code);
        Assert.Contains("UserStartDenied", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JobThatPeopleMayNotStart_IsStartedForTheSchedulerAndAsInitialization()
    {
        Assert.Equal(ExitCode.Done, (await _world.RunAsync("job", "run", "Scheduled", "--scheduled")).Code);
        Assert.Equal(ExitCode.Done, (await _world.RunAsync("job", "run", "FirstLoad")).Code);
    }

    [Fact]
    public async Task JobSteps_AsJson_ListsLevelsAndDependencies()
    {
        var result = await _world.RunAsync("job", "steps", "HR_Incremental", "--json");

        var steps = JsonNode.Parse(result.Out)!.AsArray();
        Assert.Equal(["Export", "Prepare", "Synchronize", "Flag"], steps.Select(s => (string?)s!["identifier"]));
        Assert.Equal([0, 1, 2, 3], steps.Select(s => (int)s!["level"]!));
        Assert.Equal("SynchronizeTask", (string?)steps[2]!["task"]);
        Assert.Equal("Local", (string?)steps[0]!["agent"]);
        Assert.Equal("Prepare", (string?)steps[2]!["dependsOn"]![0]);
    }

    [Fact]
    public async Task JobRun_LoadsThenFindsNothing_AsJsonOfTheContract()
    {
        var complete = await _world.RunAsync("job", "run", "HR_Complete", "--json");
        Assert.True(complete.Code == ExitCode.Done, complete.Error);
        var instance = JsonNode.Parse(complete.Out)!;
        Assert.Equal(("HR_Complete", "Completed"), ((string?)instance["job"], (string?)instance["state"]));
        Assert.Equal(1, (long)instance["tasks"]![2]!["counts"]!["resourcesInserted"]!);
        foreach (var member in new[] { "identifier", "task", "level", "state", "processed", "startedAt", "endedAt", "skippedBecause", "counts", "warnings", "error" })
        {
            Assert.True(instance["tasks"]![0]!.AsObject().ContainsKey(member), member);
        }

        var first = await _world.RunAsync("job", "run", "HR_Incremental", "--json");
        Assert.True(first.Code == ExitCode.Done, first.Error);
        var second = JsonNode.Parse((await _world.RunAsync("job", "run", "HR_Incremental", "--json")).Out)!;

        Assert.Equal(0, (long)second["rowsWritten"]!);
        Assert.Equal("ParentNoChange", (string?)second["tasks"]![2]!["skippedBecause"]);
        Assert.Equal("ParentSkipped", (string?)second["tasks"]![3]!["skippedBecause"]);
    }

    [Theory]
    [InlineData("HR_Complete")]
    [InlineData("HR_Incremental")]
    public async Task JobRun_LeavesTheWholePreparedExtract_OnlyWhenAsked(string job)
    {
        var prepared = _world.PathOf("Work/Collect/Person.sorted.csv");
        _world.People("2,Bob", "1,Ann");
        Assert.Equal(ExitCode.Done, (await _world.RunAsync("job", "run", "HR_Complete")).Code);
        Assert.False(File.Exists(prepared));

        _world.People("3,Cy", "1,Anne");
        var kept = await _world.RunAsync("job", "run", job, "--keep-files");

        Assert.True(kept.Code == ExitCode.Done, kept.Error);
        Assert.Equal("Key,Name\n1,Anne\n3,Cy\n", File.ReadAllText(prepared));

        var next = await _world.RunAsync("job", "run", job);

        Assert.True(next.Code == ExitCode.Done, next.Error);
        Assert.False(File.Exists(prepared));
    }

    [Fact]
    public async Task Threshold_GivesFour_AndResumeApplies()
    {
        _world.People("1,Ann", "2,Bob", "3,Cy");

        var blocked = await _world.RunAsync("job", "run", "HR_Complete");
        var left = await _world.RunAsync("job", "run", "HR_Incremental", "--json");
        var resumed = await _world.RunAsync("job", "resume", "HR", "--json");
        var again = await _world.RunAsync("job", "resume", "HR");

        Assert.Equal(ExitCode.Blocked, blocked.Code);
        Assert.Contains("MaximumInsertedLines", blocked.Out, StringComparison.Ordinal);
        Assert.Equal("ConnectorBlocked", (string?)JsonNode.Parse(left.Out)!["tasks"]![0]!["skippedBecause"]);
        Assert.True(resumed.Code == ExitCode.Done, resumed.Error);
        Assert.Equal(3, (long)JsonNode.Parse(resumed.Out)!["tasks"]![2]!["counts"]!["resourcesInserted"]!);
        Assert.Equal(ExitCode.Failed, again.Code);
    }

    [Fact]
    public async Task Discard_MakesTheNextChainComplete_AndSaysSo()
    {
        _world.People("1,Ann", "2,Bob", "3,Cy");
        await _world.RunAsync("job", "run", "HR_Complete");

        var discarded = await _world.RunAsync("job", "discard", "HR");
        _world.People("1,Ann");
        var next = await _world.RunAsync("job", "run", "HR_Incremental", "--json");

        Assert.Equal(ExitCode.Done, discarded.Code);
        Assert.Contains("complete", discarded.Out, StringComparison.Ordinal);
        Assert.Contains("complete instead of incremental", (string?)JsonNode.Parse(next.Out)!["tasks"]![0]!["messages"]![0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadSource_GivesThreeWithContinueOnError_AndOneWithout()
    {
        await _world.RunAsync("job", "run", "HR_Complete");
        File.WriteAllBytes(_world.PathOf("people.csv"), [.. "key,name\n1,"u8, 0xFF, 0xFE, 0x0A]);

        var incremental = await _world.RunAsync("job", "run", "HR_Incremental");
        var complete = await _world.RunAsync("job", "run", "HR_Complete");

        Assert.Equal((ExitCode.Warnings, ExitCode.Failed), (incremental.Code, complete.Code));
        Assert.Contains("people.csv", complete.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkFolderThatIsAFile_GivesOne_WithAClearMessage()
    {
        File.WriteAllText(_world.PathOf("Work"), "");

        var result = await _world.RunAsync("job", "history");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains(_world.PathOf("Work"), result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeployTwice_ChangesNothingTheSecondTime_AndExportGivesItBack()
    {
        var first = await _world.RunAsync("config", "deploy", "--json");
        var second = await _world.RunAsync("config", "deploy");
        var export = await _world.RunAsync("config", "export");
        File.WriteAllText(_world.PathOf("Conf/configuration.xml"), export.Out);
        var third = await _world.RunAsync("config", "deploy");

        Assert.NotEmpty(JsonNode.Parse(first.Out)!["added"]!.AsArray());
        Assert.Equal("0 added, 0 changed, 0 removed.", second.Out.Trim());
        Assert.Equal("0 added, 0 changed, 0 removed.", third.Out.Trim());
    }

    [Fact]
    public async Task Resources_AreListedAndShown()
    {
        _world.People("1,Ann", "2,Bob");
        await _world.RunAsync("job", "run", "HR_Complete");
        _world.People("1,Anna", "2,Bob");
        await _world.RunAsync("job", "run", "HR_Complete");

        var list = await _world.RunAsync("resource", "list", "Person", "--json", "--where", "resource.Name == \"Bob\"");
        var show = await _world.RunAsync("resource", "show", "Person", "1", "--history", "--json");
        var none = await _world.RunAsync("resource", "show", "Person", "9");
        var type = await _world.RunAsync("resource", "list", "Persn");

        Assert.Equal("2", (string?)JsonNode.Parse(Assert.Single(list.Out.Trim().Split('\n')))!["Key"]);
        Assert.True(show.Code == ExitCode.Done, show.Error);
        Assert.Equal(["Ann", "Anna"], JsonNode.Parse(show.Out)!["$history"]!.AsArray().Select(v => (string?)v!["Name"]));
        Assert.Equal((ExitCode.Failed, ExitCode.Wrong), (none.Code, type.Code));
        Assert.Contains("Did you mean 'Person'?", type.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepositoryDump_IsOneObjectALine_AndItsFingerprintIsStable()
    {
        await _world.RunAsync("job", "run", "HR_Complete");

        var dump = await _world.RunAsync("repository", "dump");
        var first = await _world.RunAsync("repository", "fingerprint");
        await _world.RunAsync("job", "run", "HR_Complete");
        var second = await _world.RunAsync("repository", "fingerprint");

        Assert.All(dump.Out.TrimEnd().Split('\n'), line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.Equal(first.Out, second.Out);
    }

    [Fact]
    public async Task SecretProtect_NeverPrintsTheValue()
    {
        var result = await _world.RunAsync("secret", "protect");

        Assert.StartsWith("protected:v1:", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("from standard input", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WinOverTheEnvironment_WhichWinsOverDefaults()
    {
        var options = new CommonOptions();
        var root = new RootCommand();
        options.All.ToList().ForEach(root.Add);
        var environment = new Dictionary<string, string> { ["MUSTER_WORK"] = "/env/work", ["MUSTER_TEMP"] = "/env/temp", ["MUSTER_LOG_LEVEL"] = "Warning" };

        var settings = options.Read(root.Parse(["--work", "/option/work"]), environment);

        Assert.Equal((Path.GetFullPath("/option/work"), Path.GetFullPath("/env/temp")), (settings.Work, settings.Temp));
        Assert.Equal($"sqlite:{Path.Combine(Path.GetFullPath("/option/work"), "muster.db")}", settings.Database);
        Assert.Equal(Path.GetFullPath("Conf"), settings.Config);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Warning, settings.LogLevel);
        Assert.False(settings.Json);
    }

    [Fact]
    public void At_IsAClockThatRunsOn()
    {
        var options = new CommonOptions();
        var root = new RootCommand();
        options.All.ToList().ForEach(root.Add);

        var clock = new InvocationClock(options.Read(root.Parse(["--at", "2031-05-06T07:08:09Z"]), new Dictionary<string, string>()).At);

        Assert.Equal(new DateOnly(2031, 5, 6), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
    }
}
