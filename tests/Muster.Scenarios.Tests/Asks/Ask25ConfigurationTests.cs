namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 25: changes of scopes and rules re-evaluate exactly what they touch.</summary>
public sealed class Ask25ConfigurationTests
{
    [Theory]
    [InlineData("Conf/Model.xml", "sailor.First + ", "sailor.First.ToUpper() + ", "Expressions_Crew")]
    [InlineData("Conf/Provisioning.xml", "member.Given + ", "member.Given.ToUpper() + ", "Roles_Yard")]
    [InlineData("Conf/Provisioning.xml", "D0=\"H01\"", "D0=\"H02\"", "Roles_Yard")]
    public async Task ChangedRule_IsAppliedByTheNextIncrementalJob_AsACompleteOneWould(string file, string old, string with, string task)
    {
        using var incremental = await AskWorld.LoadedAsync();
        using var complete = await AskWorld.LoadedAsync();
        foreach (var world in new[] { incremental, complete })
        {
            world.Fleet.Replace(file, old, with);
            world.Fleet.Replace("Conf/Provisioning.xml", "<ResourceType Identifier=\"Yard_Account\"", "<ResourceType Identifier=\"Yard_Account\" MaximumUpdatePercent=\"0\"");
        }

        var run = await incremental.RunAsync();
        await complete.Fleet.JobAsync("Complete");

        // No source is imported again: the chain stays incremental and finds nothing.
        Assert.False((bool)run.Task("Compared_Prepare_Crew")["processed"]!);
        Assert.Equal("ParentNoChange", run.SkipOf("Compared_Synchronize_Crew"));
        Assert.True(run.Count($"Compared_{task}", task.StartsWith("Roles", StringComparison.Ordinal) ? "ownersEvaluated" : "resourcesEvaluated") > 0);
        Assert.Equal(await complete.Fleet.DumpAsync(), await incremental.Fleet.DumpAsync());
        Assert.Equal(complete.YardWithoutIds, incremental.YardWithoutIds);
        await incremental.AssertVerifiedAsync();
    }

    [Fact]
    public async Task ChangedMapping_IsReadAgainByTheNextIncrementalJob()
    {
        using var incremental = await AskWorld.LoadedAsync();
        using var complete = await AskWorld.LoadedAsync();
        foreach (var world in new[] { incremental, complete })
        {
            world.Fleet.Replace("Conf/Model.xml", "<Property Identifier=\"Label\" ConnectionColumn=\"label\" />", "<Property Identifier=\"Label\" ConnectionColumn=\"code\" />");
        }

        await incremental.RunAsync();
        await complete.Fleet.JobAsync("Complete");

        Assert.Equal(await complete.Fleet.DumpAsync(), await incremental.Fleet.DumpAsync());
    }
}
