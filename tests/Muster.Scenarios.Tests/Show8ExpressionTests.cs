using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests;

/// <summary>Show 8, expressions that would never end or need all memory: the resource keeps its value, the task says so.</summary>
public sealed class Show8ExpressionTests
{
    private const string Start = "C#:sailor:return sailor.First + &quot; &quot;";

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("var n = 0; for (;;) { n++; }")]
    [InlineData("var s = &quot;x&quot;; while (true) { s = s + s; }")]
    [InlineData("return &quot;x&quot;.PadLeft(2000000000);")]
    [InlineData("var s = &quot;0123456789&quot;; for (var i = 0; i &lt; 30; i++) { s += s; } return s;")]
    public async Task ExpressionWithoutEnd_OnOneResource_KeepsItsValue_AndWarns(string body)
    {
        using var world = new FleetWorld();
        var state = FleetState.Small();
        world.Sources(state);
        await world.JobAsync("Initial");
        world.Replace("Conf/Model.xml", Start, $"C#:sailor: if (sailor.Badge == &quot;B007&quot;) {{ {body} }} return sailor.First + &quot;+&quot;");

        var run = await world.JobAsync("Complete", ExitCode.Warnings);

        Assert.Equal("Warning", run.StateOf("Complete_Expressions_Crew"));
        Assert.Contains("B007", run.WarningsOf("Complete_Expressions_Crew"), StringComparison.Ordinal);
        var sailors = (await world.RunAsync("resource", "list", "Fleet_Sailor", "--json")).Out.Trim().Split('\n');
        Assert.Equal(39, sailors.Count(s => s.Contains("\"Berthing\":\"Fi", StringComparison.Ordinal) && s.Contains('+', StringComparison.Ordinal)));
        Assert.Contains("\"Berthing\":\"Fi7 ", sailors.Single(s => s.Contains("B007", StringComparison.Ordinal) && s.Contains("Fi7", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}
