using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.RoleModel;

/// <summary><c>Property/@GroupByProperty</c>: at most one link of a group at a time (rolemodel.md 5.4, phase 4).</summary>
public sealed class LinkGroupTests
{
    private static readonly string Model = Given.Model
        .Replace("<Property Identifier=\"Groups\" Type=\"ForeignKey\" />", "<Property Identifier=\"Groups\" Type=\"ForeignKey\" GroupByProperty=\"Kind\" />", StringComparison.Ordinal)
        .Replace("<Property Identifier=\"Members\" Type=\"ForeignKey\" />", "<Property Identifier=\"Members\" Type=\"ForeignKey\" /><Property Identifier=\"Kind\" Type=\"String\" />", StringComparison.Ordinal);

    [Fact]
    public void SeveralLinksOfOneGroup_TheFirstRuleWins_AndItIsTold()
    {
        using var world = World(Rule("small") + Rule("large") + Rule("vpn") + Rule("mail") + Rule("phone"));

        Assert.Equal(["mail", "phone", "small", "vpn"], Links(world).Select(l => l.Group));
        Assert.Contains(world.Warnings, w => w.Contains("'licence'; only one of them holds at a time", StringComparison.Ordinal));
        var rule = Assert.Single(world.Explain("Person", "001", r => r with { Property = "Groups", Value = "large" }).Answer!.Rules);
        Assert.Equal(("applies, and another link to one of the group 'licence' comes first", false), (rule.Outcome, rule.Counts));
    }

    [Fact]
    public void LinksThatFollowOneAnother_HoldInTurn()
    {
        using var world = World(Rule("small", "TimeOffsetReference=\"Around\" TimeOffsetBeforeReference=\"0\" TimeOffsetAfterReference=\"-7200\"") + Rule("large"));
        world.At("2026-03-12T00:00:00");
        world.Job(dirty: true);
        Assert.Equal([("small", "0310", "0315"), ("large", "0315", "0320")], Links(world).OrderBy(l => l.Start).Select(l => (l.Group, $"{l.Start:MMdd}", $"{l.End:MMdd}")));

        world.At("2026-03-16T00:00:00");
        world.Job(dirty: true);
        Assert.Equal(["large"], Links(world).Where(l => l.End > world.Now && l.Start <= world.Now).Select(l => l.Group));
    }

    [Fact]
    public void ResourceThatGetsAnotherGroup_ConcernsAllWhoMightHaveIt_AndNobodyElse()
    {
        using var dirty = World(Rule("small") + Rule("large"));
        using var complete = World(Rule("small") + Rule("large"));
        foreach (var world in new[] { dirty, complete })
        {
            world.Put("Group", "large", ("Kind", "other"));
        }

        dirty.Job(dirty: true);
        complete.Job(dirty: false);

        Assert.Equal(["large", "small"], Links(dirty).Select(l => l.Group));
        Assert.Equal(complete.Dump(), dirty.Dump());
        dirty.Counts.Clear();
        dirty.Put("Group", "unused", ("Kind", "licence"));
        dirty.Put("Group", "unused", ("Kind", "other"));
        dirty.Job(dirty: true);
        Assert.Equal(0, dirty.Counts.GetValueOrDefault("ownersEvaluated"));
    }

    private static string Rule(string group, string attributes = "") => $"<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"{group}\" {attributes} />";

    private static PolicyWorld World(string rules)
    {
        var world = new PolicyWorld(
            $"""
            {Given.Context}
            <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
              <TypeRule Policy="P" />
              <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
              {rules}
            </ResourceType>
            <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
            """,
            Model);
        foreach (var (group, kind) in new[] { ("small", "licence"), ("large", "licence"), ("vpn", "access"), ("mail", null), ("phone", (string?)null) })
        {
            world.Put("Group", group, ("Kind", kind));
        }

        world.Put("Person", "001", ("Login", "anna"), ("Start", "20260310000000"), ("End", "20260320000000"));
        world.At("2026-03-11T00:00:00");
        world.Job(dirty: false);
        return world;
    }

    private static List<(string Group, DateTime Start, DateTime End)> Links(PolicyWorld world) =>
    [
        .. world.Type("001").Navigations.Where(n => n.WorkflowState == WorkflowState.PolicyApproved)
            .Select(n => (new[] { "small", "large", "vpn", "mail", "phone" }.Single(g => world.Id(g) == n.Resource), n.StartDate, n.EndDate))
            .OrderBy(n => n.Item1, StringComparer.Ordinal),
    ];
}
