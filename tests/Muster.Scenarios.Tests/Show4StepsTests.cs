using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>Shows 3 and 4: what a job consists of, told before it runs; the configuration's round trips.</summary>
public sealed class Show4StepsTests
{
    private const string Scaffoldings =
        """
        <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
          <CreateConnectorSynchroIncremental Connector="Crew" JobIdentifier="Crew_Short" DisplayName_L1="Crew, short" />
          <CreateConnectorSynchroComplete Connector="Yard" JobIdentifier="Yard_Long" DisplayName_L1="Yard, long" />
        </ConfigurationFile>
        """;

    [Fact]
    public async Task JobSteps_AsJson_GiveLevelsOrderAndDependenciesAsExecuted()
    {
        using var world = new FleetWorld(isProvisioning: true);

        var steps = JsonNode.Parse((await world.RunAsync("job", "steps", "Compared", "--json")).Out)!.AsArray();

        Assert.All(steps, s => Assert.Equal(["level", "task", "identifier", "displayName", "agent", "dependsOn"], s!.AsObject().Select(m => m.Key)));
        var levels = steps.Select(s => (int)s!["level"]!).ToList();
        Assert.Equal(levels.Order(), levels);
        var identifiers = steps.Select(s => (string)s!["identifier"]!).ToList();
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        var run = JsonNode.Parse((await world.RunAsync("job", "run", "Compared", "--json")).Out)!["tasks"]!.AsArray();
        Assert.Equal(identifiers, run.Select(t => (string)t!["identifier"]!));
        Assert.Equal(levels, run.Select(t => (int)t!["level"]!));
        foreach (var (step, index) in steps.Select((s, i) => (s!, i)))
        {
            Assert.All(step["dependsOn"]!.AsArray(), parent => Assert.InRange(identifiers.IndexOf((string)parent!), 0, index - 1));
        }
    }

    [Fact]
    public async Task JobSteps_SevenTasksOnALevel_AreListedInTwoBatches()
    {
        using var world = new FleetWorld();
        var tasks = Enumerable.Range(1, 7).Select(i =>
            $"<SetRecentlyModifiedFlagTask Identifier=\"Seven_{i}\" DisplayName_L1=\"{i}\" Level=\"4\" />");
        world.WriteFile("Conf/Seven.xml",
            $"""<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration"><Job Identifier="Seven" DisplayName_L1="Seven" Agent="Bridge">{string.Concat(tasks)}</Job></ConfigurationFile>""");

        var steps = JsonNode.Parse((await world.RunAsync("job", "steps", "Seven", "--json")).Out)!.AsArray();

        Assert.Equal(["Seven_1", "Seven_2", "Seven_3", "Seven_4", "Seven_5", "Seven_6", "Seven_7"], steps.Select(s => (string)s!["identifier"]!));
        Assert.Equal([4, 4, 4, 4, 4, 5, 5], steps.Select(s => (int)s!["level"]!));
    }

    [Fact]
    public async Task ConfigScaffold_PastedInPlaceOfTheScaffoldings_GivesTheSameSteps()
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.WriteFile("Conf/Scaffoldings.xml", Scaffoldings);
        string[] jobs = ["Crew_Short", "Yard_Long"];
        var before = new List<string>();
        foreach (var job in jobs)
        {
            before.Add((await world.RunAsync("job", "steps", job, "--json")).Out);
        }

        var scaffold = await world.RunAsync("config", "scaffold");
        world.WriteFile("Conf/Scaffoldings.xml", scaffold.Out);

        Assert.True(scaffold.Code == ExitCode.Done, scaffold.Error);
        foreach (var (job, steps) in jobs.Zip(before))
        {
            var after = await world.RunAsync("job", "steps", job, "--json");
            Assert.True(after.Code == ExitCode.Done, after.Error);
            Assert.NotEqual("[]", steps.Trim());
            Assert.Equal(steps, after.Out);
        }
    }

    [Fact]
    public async Task ConfigSchema_ValidatesTheConfiguration_AndRefusesAnUnknownAttribute()
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.WriteFile("Conf/Scaffoldings.xml", Scaffoldings);
        var schemas = new XmlSchemaSet();
        schemas.Add(XmlSchema.Read(XmlReader.Create(new StringReader((await world.RunAsync("config", "schema")).Out)), null)!);
        var findings = new List<string>();

        foreach (var file in Directory.GetFiles(world.PathOf("Conf")).Order(StringComparer.Ordinal))
        {
            XDocument.Load(file).Validate(schemas, (_, e) => findings.Add($"{file}: {e.Message}"));
        }

        Assert.Empty(findings);
        XDocument.Parse("""<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration"><Connector Identifier="X" DisplayName_L1="X" Agent="B" Nope="1" /></ConfigurationFile>""")
            .Validate(schemas, (_, e) => findings.Add(e.Message));
        Assert.Contains("Nope", Assert.Single(findings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigExport_DeployedAgain_ChangesNothing()
    {
        using var world = new FleetWorld(isProvisioning: true);
        world.WriteFile("Conf/Scaffoldings.xml", Scaffoldings);
        await world.RunAsync("config", "deploy");
        var export = await world.RunAsync("config", "export");
        foreach (var file in Directory.GetFiles(world.PathOf("Conf")))
        {
            File.Delete(file);
        }

        world.WriteFile("Conf/all.xml", export.Out);
        var deploy = await world.RunAsync("config", "deploy");

        Assert.Equal((ExitCode.Done, "0 added, 0 changed, 0 removed."), (deploy.Code, deploy.Out.Trim()));
        Assert.Equal(export.Out, (await world.RunAsync("config", "export")).Out);
    }
}
