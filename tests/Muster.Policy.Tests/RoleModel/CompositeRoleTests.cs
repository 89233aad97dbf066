using Muster.Configuration.Diagnostics;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>Composite roles, their rules, and the single roles that they give (rolemodel.md 3.9, 5.4 phase 3).</summary>
public sealed class CompositeRoleTests
{
    private const string Roles =
        """
        <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" />
        <SingleRole Identifier="Mail" DisplayName_L1="Mail" EntityType="Person" Policy="P" />
        <CompositeRole Identifier="Seller" DisplayName_L1="Seller" EntityType="Person" Policy="P" />
        <CompositeRole Identifier="Head" DisplayName_L1="Head" EntityType="Person" Policy="P" />
        <CompositeRole Identifier="Boss" DisplayName_L1="Boss" EntityType="Person" Policy="P" />
        """;

    private const string Accounts =
        """
        <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
          <TypeRule Policy="P" />
          <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
          <NavigationRule Policy="P" Property="Groups" Resource="sales-staff" SingleRole="Staff" />
        </ResourceType>
        <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
        """;

    private static PolicyWorld World(string rules, string roles = Roles)
    {
        var world = new PolicyWorld(Given.Context + roles + rules + Accounts);
        world.Put("Department", "Sales");
        world.Put("Department", "North", ("Parent", "Sales"));
        world.Put("Department", "IT");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "North"));
        return world;
    }

    private static string Held(PolicyWorld world, string owner = "001") => string.Join(
        ' ',
        world.Of(owner).CompositeRoles.Select(r => $"{r.Role}:{(int)r.WorkflowState}{(r.IsIndirect ? "i" : "")}")
            .Concat(world.Of(owner).Roles.Select(r => $"{r.Role}:{(int)r.WorkflowState}{(r.IsIndirect ? "i" : "")}"))
            .Order(StringComparer.Ordinal));

    private static string Rule(string role, string attributes = "") => $"<CompositeRoleRule Role=\"{role}\" Policy=\"P\" {attributes} />";

    private static string Single(string role, string attributes = "") => $"<SingleRoleRule Role=\"{role}\" Policy=\"P\" {attributes} />";

    [Fact]
    public void Composite_GivenByContext_InfersItsSingleRolesAndTheirLinks()
    {
        using var world = World(Rule("Seller", "D0=\"Sales\" L0=\"true\"") + Single("Staff", "CompositeRole=\"Seller\"") + Single("Mail", "CompositeRole=\"Seller\""));

        world.Job(dirty: true);

        Assert.Equal("Mail:18i Seller:18 Staff:18i", Held(world));
        Assert.Equal(world.Id("sales-staff"), Assert.Single(world.Type("001").Navigations).Resource);
        Assert.Contains("\"assignedCompositeRole\":\"Seller\"", world.Snapshot(), StringComparison.Ordinal);
        world.AssertSettled();

        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);

        Assert.Equal("", Held(world));
        Assert.Empty(world.Type("001").Navigations);
        world.AssertSettled();
    }

    [Fact]
    public void Rule_WithCompositeAndDimension_NeedsBoth()
    {
        using var world = World(
            Rule("Seller", "D0=\"Sales\" L0=\"true\"") + Single("Staff", "CompositeRole=\"Seller\" D0=\"Sales\"") + Single("Mail", "CompositeRole=\"Seller\" D0=\"North\""));

        world.Job(dirty: true);

        Assert.Equal("Mail:18i Seller:18", Held(world));
    }

    [Fact]
    public void SingleRole_GivenByContextToo_IsNotIndirect()
    {
        using var world = World(Rule("Seller", "D0=\"North\"") + Single("Staff", "CompositeRole=\"Seller\"") + Single("Staff", "D0=\"North\""));

        world.Job(dirty: true);

        Assert.Equal("Seller:18 Staff:18", Held(world));
    }

    /// <summary>Rules that need roles which are declared later: to the end of the chain.</summary>
    [Fact]
    public void ParentRoles_ToAFixedPoint()
    {
        using var world = World(
            Rule("Seller", "ParentRole=\"Head\"") + Rule("Head", "ParentRole=\"Boss\" D0=\"North\"") + Rule("Boss", "D0=\"Sales\" L0=\"true\"")
            + Single("Staff", "CompositeRole=\"Seller\""));

        world.Job(dirty: true);

        Assert.Equal("Boss:18 Head:18i Seller:18i Staff:18i", Held(world));
        world.AssertSettled();
        world.Put("Department", "North", ("Parent", null));
        world.Job(dirty: true);
        Assert.Equal("", Held(world));
        world.AssertSettled();
    }

    [Fact]
    public void Cycle_IsReported_AndHeldOnlyFromOutside()
    {
        var cycle = Rule("Seller", "ParentRole=\"Head\"") + Rule("Head", "ParentRole=\"Seller\"");
        using var world = World(cycle + Rule("Boss", "D0=\"North\""));
        world.Job(dirty: true);
        Assert.Equal("Boss:18", Held(world));
        var finding = Assert.Single(world.Diagnostics.Items, d => d.Code == "MUS4003");
        Assert.Equal(DiagnosticSeverity.Warning, finding.Severity);
        Assert.Contains("'Head', 'Seller'", finding.Text, StringComparison.Ordinal);

        using var outside = World(cycle + Rule("Head", "D0=\"North\""));
        outside.Job(dirty: true);
        Assert.Equal("Head:18 Seller:18i", Held(outside));
        outside.AssertSettled();
        outside.Put("Person", "001", ("Department", "IT"));
        outside.Job(dirty: true);
        Assert.Equal("", Held(outside));
    }

    [Fact]
    public void Cycle_ThroughADeny_IsAnError() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => World(Rule("Seller", "ParentRole=\"Head\"") + Rule("Head", "ParentRole=\"Seller\" IsDenied=\"true\"")));

    [Theory]
    [InlineData(0, 0, "")]
    [InlineData(1, 2, "Seller:18 Staff:18i")]
    [InlineData(2, 1, "")]
    public void Priority_TheSmallestNumberWins_AndADenyBeatsAnEqualGrant(int grant, int deny, string expected)
    {
        using var world = World(
            Rule("Seller", $"D0=\"North\" Priority=\"{grant}\"") + Rule("Seller", $"D0=\"Sales\" L0=\"true\" IsDenied=\"true\" Priority=\"{deny}\"")
            + Single("Staff", "CompositeRole=\"Seller\""));

        world.Job(dirty: true);

        Assert.Equal(expected, Held(world));
    }

    [Fact]
    public void Deny_ByAComposite_TakesASingleRoleAway()
    {
        using var world = World(Rule("Head", "D0=\"North\"") + Single("Staff", "D0=\"Sales\" L0=\"true\"") + Single("Staff", "CompositeRole=\"Head\" IsDenied=\"true\""));

        world.Job(dirty: true);

        Assert.Equal("Head:18", Held(world));
    }

    [Theory]
    [InlineData("Suggested", "Seller:21")]
    [InlineData("RequestedAutomatically", "Seller:22")]
    public void Composite_OnlySuggestedOrRequested_InfersNothing(string type, string expected)
    {
        using var world = World(Rule("Seller", $"D0=\"North\" Type=\"{type}\"") + Single("Staff", "CompositeRole=\"Seller\""));

        world.Job(dirty: true);

        Assert.Equal(expected, Held(world));
        world.AssertSettled();
    }

    [Fact]
    public void Composite_ParameterMissing_InfersNothing()
    {
        using var world = World(
            Rule("Seller") + Single("Staff", "CompositeRole=\"Seller\""),
            Roles.Replace("Identifier=\"Seller\"", "Identifier=\"Seller\" R0=\"1\"", StringComparison.Ordinal));
        world.Put("Person", "002", ("Login", "bert"));

        world.Job(dirty: true);

        Assert.Equal("Seller:18 Staff:18i", Held(world));
        Assert.Equal("Seller:5", Held(world, "002"));
    }

    [Fact]
    public void Composite_ApprovedByHand_InfersForItsOwnPeriod()
    {
        using var world = World(Single("Staff", "CompositeRole=\"Seller\""));
        world.Job(dirty: true);
        world.Approve("001", "Seller", "2026-01-12T08:00:00");

        world.Job(dirty: false);

        Assert.Equal("Seller:16 Staff:18i", Held(world));
        Assert.Equal(new DateTime(2026, 1, 12, 8, 0, 0, DateTimeKind.Utc), Assert.Single(world.Of("001").Roles).EndDate);
        world.AssertSettled();
        world.At("2026-01-12T08:00:00");
        world.Job(dirty: true);
        Assert.Equal("", Held(world));
        world.AssertSettled();
    }

    [Fact]
    public void Composite_WithTheDatesOfItsContext_ComesAndGoesByTheClock()
    {
        using var world = World(Rule("Seller", "D0=\"North\"") + Single("Staff", "CompositeRole=\"Seller\""));
        world.Put("Person", "001", ("Start", "20260111080000"), ("End", "20260113080000"));
        world.Job(dirty: true);
        Assert.Equal("Seller:18 Staff:18i", Held(world));
        var role = Assert.Single(world.Of("001").Roles);
        Assert.Equal((new DateTime(2026, 1, 11, 8, 0, 0), new DateTime(2026, 1, 13, 8, 0, 0)), (role.StartDate, role.EndDate));

        world.At("2026-01-13T08:00:00");
        world.Job(dirty: true);

        Assert.Equal("", Held(world));
        world.AssertSettled();
    }

    [Fact]
    public void Composite_OfADeletedOwner_Ends()
    {
        using var world = World(Rule("Seller", "D0=\"North\"") + Single("Staff", "CompositeRole=\"Seller\""));
        world.Job(dirty: true);
        world.Delete("Person", "001");

        world.Job(dirty: true);

        Assert.Equal("", world.Snapshot());
        world.AssertSettled();
    }

    /// <summary>A changed rule, and a role that is gone, concern everybody who has it at the next dirty run.</summary>
    [Fact]
    public void Deployment_OfChangedRulesAndRoles_IsSeenByADirtyRun()
    {
        var staff = Single("Staff", "CompositeRole=\"Seller\"");
        using var world = World(Rule("Seller", "D0=\"North\"") + staff);
        world.Job(dirty: true);

        world.Deploy(Given.Context + Roles + Rule("Seller", "D0=\"IT\"") + staff + Accounts);
        world.Job(dirty: true);
        Assert.Equal("", Held(world));
        world.AssertSettled();

        world.Deploy(Given.Context + Roles + Rule("Seller", "D0=\"North\"") + staff + Accounts);
        world.Job(dirty: true);
        world.Approve("001", "Boss");
        Assert.Equal("Boss:16 Seller:18 Staff:18i", Held(world));

        world.Deploy(Given.Context + """<SingleRole Identifier="Mail" DisplayName_L1="Mail" EntityType="Person" Policy="P" />""" + Accounts.Replace("SingleRole=\"Staff\"", "SingleRole=\"Mail\"", StringComparison.Ordinal));
        world.Job(dirty: true);
        Assert.Equal("", Held(world));
        world.AssertSettled();
    }

    /// <summary>What is managed elsewhere or not computed is left as it is, and still gives what computed rules make of it.</summary>
    [Theory]
    [InlineData("IsExternal=\"true\"")]
    [InlineData("IsProvisioningEnabled=\"false\"")]
    public void Composite_OfAnExternalOrDisabledPolicy_IsNeitherGivenNorTaken(string policy)
    {
        var roles = $"<Policy Identifier=\"Q\" DisplayName_L1=\"Q\" {policy} />"
            + Roles.Replace("Identifier=\"Seller\" DisplayName_L1=\"Seller\" EntityType=\"Person\" Policy=\"P\"", "Identifier=\"Seller\" DisplayName_L1=\"Seller\" EntityType=\"Person\" Policy=\"Q\"", StringComparison.Ordinal);
        using var world = World(Rule("Seller", "D0=\"North\"") + Single("Staff", "CompositeRole=\"Seller\""), roles);
        world.Job(dirty: true);
        Assert.Equal("", Held(world));

        world.Approve("001", "Seller");
        world.Job(dirty: false);

        Assert.Equal("Seller:16 Staff:18i", Held(world));
        world.AssertSettled();
    }

    /// <summary>Two policies: each computes its own roles, and rules of one may build on roles of the other.</summary>
    [Fact]
    public void Composite_OfAnotherEnabledPolicy_Counts()
    {
        var roles = "<Policy Identifier=\"Q\" DisplayName_L1=\"Q\" IsProvisioningEnabled=\"true\" />"
            + Roles.Replace("EntityType=\"Person\" Policy=\"P\" />\n<CompositeRole Identifier=\"Head\"", "EntityType=\"Person\" Policy=\"Q\" />\n<CompositeRole Identifier=\"Head\"", StringComparison.Ordinal);
        using var world = World(Rule("Seller", "D0=\"North\"").Replace("Policy=\"P\"", "Policy=\"Q\"", StringComparison.Ordinal) + Single("Staff", "CompositeRole=\"Seller\""), roles);

        world.Job(dirty: true);

        Assert.Equal("Seller:18 Staff:18i", Held(world));
    }

    /// <summary>A dimension value that a role gives counts for the rules that follow, with all that is above it.</summary>
    [Fact]
    public void GivenDimension_OfARole_CountsForRulesThatFollow()
    {
        var roles = Roles.Replace("Identifier=\"Mail\"", "Identifier=\"Mail\" D0=\"North\"", StringComparison.Ordinal);
        using var world = new PolicyWorld(
            Given.Context + roles + Single("Mail") + Single("Staff", "D0=\"North\"")
            + Accounts.Replace("<TypeRule Policy=\"P\" />", "<TypeRule Policy=\"P\" D0=\"Sales\" L0=\"true\" />", StringComparison.Ordinal));
        world.Put("Department", "Sales");
        world.Put("Department", "North", ("Parent", "Sales"));
        world.Put("Department", "IT");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "IT"));

        world.Job(dirty: true);

        Assert.Equal("Mail:18", Held(world));
        Assert.Single(world.Of("001").Types);
        world.AssertSettled();
        world.Put("Department", "North", ("Parent", null));
        world.Job(dirty: true);
        Assert.Empty(world.Of("001").Types);
        world.AssertSettled();
    }
}
