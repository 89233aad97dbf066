using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>Show 8, what is wrong in the configuration or on the command line: exit code 2, and nothing is started.</summary>
public sealed class Show8ConfigurationTests
{
    private const string Berthing = "return sailor.First + &quot; &quot; + sailor.Last + (sailor.Vessel == null ? &quot;&quot; : &quot; of &quot; + sailor.Vessel.Name);";

    [Fact]
    public async Task MalformedXml_NamesFileAndLine() =>
        await RefusedAsync(w => w.Replace("Conf/Model.xml", "</EntityType>\n  <EntityType Identifier=\"Port_Berth\"", "\n  <EntityType Identifier=\"Port_Berth\""), @"Model\.xml\(\d+,\d+\): error MUS\d{4}: ");

    [Fact]
    public async Task DocumentTypeDefinition_IsRefused() =>
        await RefusedAsync(w => w.Replace("Conf/Model.xml", "<ConfigurationFile ", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><ConfigurationFile "), @"Model\.xml\(\d+,\d+\): error MUS\d{4}: .*DTD");

    [Fact]
    public async Task DanglingReference_SuggestsTheNearestName() =>
        await RefusedAsync(w => w.Replace("Conf/Model.xml", "EntityPropertyMapping1=\"Fleet_Vessel:Hull\"", "EntityPropertyMapping1=\"Fleet_Vesel:Hull\""), @"Model\.xml\(\d+,\d+\): error MUS\d{4}: .*'Fleet_Vesel.*Fleet_Vessel'");

    [Fact]
    public async Task UnknownAttribute_SuggestsTheNearestName() =>
        await RefusedAsync(w => w.Replace("Conf/Model.xml", "MaxPercentageDeletedLines=\"60\"", "MaxPercentageDeletedLine=\"60\""), @"Model\.xml\(\d+,\d+\): error MUS\d{4}: .*'MaxPercentageDeletedLines'");

    [Fact]
    public async Task CyclicComputedProperties_NameTheCycle() =>
        await RefusedAsync(w => w.Replace("Conf/Model.xml", Berthing, "return sailor.Signature;"), @"Model\.xml\(\d+,\d+\): error MUS\d{4}: (?=.*Berthing)(?=.*Signature)");

    [Fact]
    public async Task CSharpThatDoesNotCompile_HasItsPosition()
    {
        using var world = new FleetWorld();
        world.Replace("Conf/Model.xml", Berthing, "return sailor.Frist;");
        var lines = await File.ReadAllLinesAsync(world.PathOf("Conf/Model.xml"));
        var line = Array.FindIndex(lines, l => l.Contains("Frist", StringComparison.Ordinal));

        var check = await world.RunAsync("config", "check");

        Assert.Equal(ExitCode.Wrong, check.Code);
        Assert.Matches($@"Model\.xml\({line + 1},{lines[line].IndexOf("Frist", StringComparison.Ordinal) + 1}\): error MUS\d{{4}}: .*Frist", check.Out);
    }

    [Theory]
    [InlineData("return System.IO.File.ReadAllText(&quot;/etc/passwd&quot;);")]
    [InlineData("return sailor.GetType().Assembly.FullName;")]
    [InlineData("return typeof(string).Name;")]
    [InlineData("dynamic d = sailor; return d.First;")]
    [InlineData("return System.Environment.GetEnvironmentVariable(&quot;HOME&quot;);")]
    [InlineData("System.Diagnostics.Process.Start(&quot;true&quot;); return null;")]
    [InlineData("unsafe { int x = 1; int* p = &amp;x; } return null;")]
    [InlineData("return new System.Net.WebClient().DownloadString(&quot;http://example.org&quot;);")]
    public async Task CSharpOutsideTheList_IsRefusedWithItsPosition(string expression) =>
        await RefusedAsync(w => w.Replace("Conf/Model.xml", Berthing, expression), @"Model\.xml\(\d+,\d+\): error MUS\d{4}: ");

    [Fact]
    public async Task UnknownJob_NamesTheNearest()
    {
        using var world = new FleetWorld();

        var run = await world.RunAsync("job", "run", "Compare");
        var steps = await world.RunAsync("job", "steps", "Compare");

        Assert.Equal((ExitCode.Wrong, ExitCode.Wrong), (run.Code, steps.Code));
        Assert.Contains("'Compared'", run.Error, StringComparison.Ordinal);
        Assert.Contains("'Compared'", steps.Error, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(Action<FleetWorld> spoil, string pattern)
    {
        using var world = new FleetWorld();
        world.Sources(FleetState.Small());
        await world.JobAsync("Initial");
        var before = await world.DumpAsync();
        spoil(world);

        var check = await world.RunAsync("config", "check");
        var run = await world.RunAsync("job", "run", "Compared");

        Assert.Equal((ExitCode.Wrong, ExitCode.Wrong), (check.Code, run.Code));
        Assert.Matches(pattern, check.Out);
        Assert.Matches(pattern, run.Error);
        Directory.Delete(world.PathOf("Conf"), recursive: true);
        Directory.CreateDirectory(world.PathOf("Conf"));
        Assert.Equal(before, await world.DumpAsync());
    }
}
