using Muster.Policy.Decisions;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>Roles deduced from the links that accounts have (rolemodel.md 5.5).</summary>
public sealed class RoleDeductionTests
{
    private static string Policy(string navigation, string roles = "", string typeRule = "<TypeRule Policy=\"P\" />") =>
        $"""
        {Given.Context}
        <SingleRole Identifier="A" DisplayName_L1="A" EntityType="Person" Policy="P" />
        <SingleRole Identifier="B" DisplayName_L1="B" EntityType="Person" Policy="P" />
        {roles}
        <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
          {typeRule}
          <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
          {navigation}
        </ResourceType>
        <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
        """;

    private static string Link(string group, string role, string more = "") =>
        $"<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"{group}\" SingleRole=\"{role}\" {more} />";

    private static PolicyWorld World(string policy, params string[] groups)
    {
        var world = new PolicyWorld(policy);
        foreach (var department in new[] { "Sales", "IT" })
        {
            world.Put("Department", department);
        }

        foreach (var group in new[] { "g1", "g2", "g3" })
        {
            world.Put("Group", group);
        }

        world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"));
        world.Put("Account", "cn=0", ("Login", "anna"));
        foreach (var group in groups)
        {
            world.Link("Account", "Groups", "cn=0", group);
        }

        world.Job(dirty: true);
        return world;
    }

    private static string Roles(PolicyWorld world) => string.Join(
        ' ',
        world.Of("001").CompositeRoles.Select(r => $"{r.Role}:{(int)r.WorkflowState}")
            .Concat(world.Of("001").Roles.Select(r => $"{r.Role}:{(int)r.WorkflowState}"))
            .Order(StringComparer.Ordinal));

    private static string Links(PolicyWorld world) => string.Join(
        ' ',
        world.Type("001").Navigations
            .Select(n => $"{new[] { "g1", "g2", "g3" }.Single(g => world.Id(g) == n.Resource)}:{(int)n.WorkflowState}/{(int)n.ProvisioningState}")
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Invariant17_OneGroupOfOneRole_GivesTheRole()
    {
        using var world = World(Policy(Link("g1", "A")), "g1");

        Assert.Equal("A:1", Roles(world));
        Assert.Equal("g1:1/5", Links(world));
        world.AssertSettled();
    }

    [Fact]
    public void Invariant17_OneOfTwoGroupsOfASinglePossibleRole_GivesTheRoleAndThePendingSecondGroup()
    {
        using var world = World(Policy(Link("g1", "A") + Link("g2", "A")), "g1");

        Assert.Equal("A:1", Roles(world));
        Assert.Equal("g1:1/5 g2:18/1", Links(world));
        world.AssertSettled();

        world.Fulfill();
        world.Job(dirty: true);
        Assert.Equal("g1:1/5 g2:18/4", Links(world));
        world.AssertSettled();
    }

    [Fact]
    public void Invariant17_AGroupSharedByTwoRoles_GivesNoRole()
    {
        using var world = World(Policy(Link("g1", "A") + Link("g1", "B")), "g1");

        Assert.Equal("", Roles(world));
        Assert.Equal("g1:1/5", Links(world));
        world.AssertSettled();
    }

    /// <summary>What a chosen role gives is explained; what is left may then have one candidate only.</summary>
    [Fact]
    public void Deduction_AfterARoleIsChosen_LooksAtWhatIsLeft()
    {
        using var world = World(Policy(Link("g1", "A") + Link("g2", "A") + Link("g2", "B")), "g1", "g2");

        Assert.Equal("A:1", Roles(world));
        Assert.Equal("g1:1/5 g2:1/5", Links(world));
        world.AssertSettled();
    }

    [Fact]
    public void Deduction_OfARoleThatRulesGive_IsNone()
    {
        using var world = World(Policy(Link("g1", "A"), "<SingleRoleRule Role=\"A\" Policy=\"P\" D0=\"Sales\" />"), "g1");

        Assert.Equal("A:18", Roles(world));
        Assert.Equal("g1:18/4", Links(world));
    }

    /// <summary>Found until reviewed or conforming again: a rule that gives it makes it conforming.</summary>
    [Fact]
    public void DeducedRole_ThatARuleGivesLater_Conforms()
    {
        using var world = World(Policy(Link("g1", "A")), "g1");
        world.Deploy(Policy(Link("g1", "A"), "<SingleRoleRule Role=\"A\" Policy=\"P\" D0=\"Sales\" />"));

        world.Job(dirty: true);

        Assert.Equal("A:18", Roles(world));
        Assert.Equal("g1:18/4", Links(world));
        world.AssertSettled();
    }

    /// <summary>What was there before production stays so, though a rule comes to suggest the role.</summary>
    [Fact]
    public void DeducedRole_ThatARuleSuggestsLater_KeepsItsState()
    {
        using var world = World(Policy(Link("g1", "A")), "g1");
        world.Write(t =>
        {
            var store = new AssignmentStore(t);
            var before = store.Load([world.Id("001")])[world.Id("001")];
            store.Save([before], [before with { Roles = [.. before.Roles.Select(r => r with { WorkflowState = WorkflowState.Historic })] }], true);
        });
        world.Deploy(Policy(Link("g1", "A"), "<SingleRoleRule Role=\"A\" Policy=\"P\" D0=\"Sales\" Type=\"Suggested\" />"));

        world.Job(dirty: true);

        Assert.Equal("A:3", Roles(world));
        world.AssertSettled();
    }

    [Fact]
    public void DeducedRole_WhoseLastLinkIsGone_GoesToo()
    {
        using var world = World(Policy(Link("g1", "A") + Link("g2", "A")), "g1");
        world.Unlink("Account", "Groups", "cn=0", "g1");

        world.Job(dirty: true);

        Assert.Equal("", Roles(world));
        Assert.Empty(world.Type("001").Navigations);
        world.AssertSettled();
    }

    /// <summary>What was found keeps its state, though another role would explain the link as well by now.</summary>
    [Fact]
    public void DeducedRole_WhenAnotherRoleComesToGiveTheLink_Stays()
    {
        using var world = World(Policy(Link("g1", "A")), "g1");
        world.Deploy(Policy(Link("g1", "A") + Link("g1", "B")));

        world.Job(dirty: true);

        Assert.Equal("A:1", Roles(world));
        world.AssertSettled();
    }

    [Fact]
    public void Deduction_OfALinkThatARuleTakesAway_IsNone()
    {
        using var world = World(Policy(Link("g1", "A"), "<SingleRoleRule Role=\"A\" Policy=\"P\" D0=\"Sales\" />"), "g1");
        world.Put("Person", "001", ("Department", "IT"));

        world.Job(dirty: true);

        Assert.Equal("", Roles(world));
        Assert.Equal("g1:20/1", Links(world));
        world.AssertSettled();
    }

    [Fact]
    public void Deduction_OnAnAccountThatIsNotWanted_IsNone()
    {
        using var world = World(Policy(Link("g1", "A"), typeRule: "<TypeRule Policy=\"P\" D0=\"IT\" />"), "g1");

        Assert.Equal("", Roles(world));
        Assert.Equal(WorkflowState.Found, world.Type("001").Row.WorkflowState);
        world.AssertSettled();
    }

    private const string Bundle =
        """
        <CompositeRole Identifier="C" DisplayName_L1="C" EntityType="Person" Policy="P" />
        <SingleRoleRule Role="A" Policy="P" CompositeRole="C" />
        <SingleRoleRule Role="B" Policy="P" CompositeRole="C" />
        """;

    [Fact]
    public void Composite_OfWhichAllSingleRolesAreHeld_IsDeduced()
    {
        using var world = World(Policy(Link("g1", "A") + Link("g2", "B"), Bundle), "g1", "g2");

        Assert.Equal("A:1 B:1 C:1", Roles(world));
        world.AssertSettled();

        world.Unlink("Account", "Groups", "cn=0", "g2");
        world.Job(dirty: true);
        Assert.Equal("A:1", Roles(world));
        world.AssertSettled();
    }

    [Theory]
    [InlineData(ReviewVerdict.Keep, "A:16", "g1:16/4")]
    [InlineData(ReviewVerdict.Remove, "A:20", "g1:20/1")]
    public void ReviewOfALink_TakesTheRoleAlong(ReviewVerdict verdict, string role, string link)
    {
        using var world = World(Policy(Link("g1", "A")), "g1");

        world.Review(verdict, Assert.Single(world.Type("001").Navigations).Id);

        Assert.Equal((role, link), (Roles(world), Links(world)));
        var decisions = world.Explain("Person", "001").Owner!.SingleRoles.Single(r => r.Role == "A").Decisions;
        Assert.Equal((verdict.ToString(), "follows Groups 'g1' of resource type 'User'"), (Assert.Single(decisions).Decision, decisions[0].Detail));
        world.Job(dirty: true);
        Assert.Equal((role, link), (Roles(world), Links(world)));
        world.AssertSettled();
        if (verdict == ReviewVerdict.Remove)
        {
            world.Fulfill();
            world.Job(dirty: true);
            Assert.Equal(("", ""), (Roles(world), Links(world)));
        }
    }

    [Fact]
    public void Composite_ThatIsTakenAway_TakesItsSingleRolesAndTheirLinksAlong()
    {
        using var world = World(Policy(Link("g1", "A") + Link("g2", "B"), Bundle), "g1", "g2");
        Assert.Equal("A:1 B:1 C:1", Roles(world));

        world.Decide("001", "C", AssignmentVerdict.Remove, AssignmentKind.CompositeRole);

        Assert.Equal(("A:20 B:20 C:20", "g1:20/1 g2:20/1"), (Roles(world), Links(world)));
        world.Job(dirty: true);
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Equal(("", ""), (Roles(world), Links(world)));
        world.AssertSettled();
    }

    [Fact]
    public void Composite_OfWhichASingleRoleIsMissing_IsNotDeduced()
    {
        using var world = World(Policy(Link("g1", "A") + Link("g2", "B"), Bundle), "g1");

        Assert.Equal("A:1", Roles(world));
        world.AssertSettled();
    }

    [Fact]
    public void Composite_OfWhichAllSingleRolesAreGivenByRules_IsNotDeduced()
    {
        using var world = World(
            Policy(
                Link("g1", "A") + Link("g2", "B"),
                Bundle + "<SingleRoleRule Role=\"A\" Policy=\"P\" D0=\"Sales\" /><SingleRoleRule Role=\"B\" Policy=\"P\" D0=\"Sales\" />"),
            "g1",
            "g2");

        Assert.Equal("A:18 B:18", Roles(world));
    }

    /// <summary>A mono-valued link says as much as one of many.</summary>
    [Fact]
    public void Deduction_FromAMonoValuedLink_GivesTheRole()
    {
        using var world = new PolicyWorld(
            Policy("<NavigationRule Policy=\"P\" Property=\"Unit\" Resource=\"ou=Sales\" SingleRole=\"A\" />"), Histories.Model);
        world.Put("Unit", "ou=Sales");
        world.Put("Person", "001", ("Login", "anna"));
        world.Put("Account", "cn=0", ("Login", "anna"), ("Unit", "ou=Sales"));

        world.Job(dirty: true);

        Assert.Equal("A:1", Roles(world));
        Assert.Equal(WorkflowState.Found, Assert.Single(world.Type("001").Navigations).WorkflowState);
        world.AssertSettled();
        world.Put("Account", "cn=0", ("Unit", null));
        world.Job(dirty: true);
        Assert.Equal("", Roles(world));
        world.AssertSettled();
    }

    /// <summary>Each role with its parameters.</summary>
    private static string Found(PolicyWorld world) => string.Join(
        ' ', world.Of("001").Roles.Select(r => $"{r.Role}({r.ParametersValues}):{(int)r.WorkflowState}").Order(StringComparer.Ordinal));

    [Fact]
    public void Deduction_CriterionOfTheOwner_GivesTheRoleWithoutParameters()
    {
        using var world = World(Policy(Link("g1", "A", "D0=\"Sales\"")), "g1");

        Assert.Equal("A():1", Found(world));
        world.AssertSettled();
    }

    [Fact]
    public void Deduction_CriterionOfOthers_BecomesTheParameterOfTheRole()
    {
        using var world = World(Policy(Link("g1", "A", "D0=\"IT\"") + Link("g2", "A", "D0=\"IT\"") + Link("g3", "A", "D0=\"Sales\"")), "g1");

        // What the role gives with that value is wanted too; what it gives with others is not.
        Assert.Equal("A(Department=IT):1", Found(world));
        Assert.Equal("g1:1/5 g2:18/1", Links(world));
        world.AssertSettled();

        world.Decide("001", "A", AssignmentVerdict.Keep);
        world.Job(dirty: true);
        Assert.Equal("A(Department=IT):16", Found(world));
        Assert.Equal("g1:18/4 g2:18/1", Links(world));
        world.AssertSettled();
    }

    [Fact]
    public void Deduction_SeveralValues_GivesTheRoleWithEach()
    {
        using var world = World(Policy(Link("g1", "A", "D0=\"IT\"") + Link("g2", "A", "D0=\"Sales\"")), "g1", "g2");

        Assert.Equal("A():1 A(Department=IT):1", Found(world));
        world.AssertSettled();
    }

    [Fact]
    public void Deduction_LinkOfTwoValuesOfOneRole_GivesNone()
    {
        using var world = World(Policy(Link("g1", "A", "D0=\"IT\"") + Link("g1", "A", "D0=\"HR\"")));
        world.Put("Department", "HR");
        world.Link("Account", "Groups", "cn=0", "g1");
        world.Job(dirty: true);

        Assert.Equal("", Found(world));
        Assert.Equal("g1:1/5", Links(world));
        world.AssertSettled();
    }

    [Fact]
    public void Deduction_LinkWithoutCriterionOfARoleWithAValue_IsOfThatRole()
    {
        using var world = World(Policy(Link("g1", "A", "D0=\"IT\"") + Link("g2", "A")), "g1", "g2");

        Assert.Equal("A(Department=IT):1", Found(world));
        Assert.Equal("g1:1/5 g2:1/5", Links(world));
        world.AssertSettled();
    }

    [Fact]
    public void Deduction_ValueThatDoesNotExistYet_ComesWithIt()
    {
        using var world = World(Policy(Link("g1", "A", "D0=\"HR\"")), "g1");
        Assert.Equal("", Found(world));

        world.Put("Department", "HR");
        world.Job(dirty: true);
        Assert.Equal("A(Department=HR):1", Found(world));
        world.AssertSettled();
    }

    [Fact]
    public void Deduction_OwnerWhoMovesToTheValue_KeepsWhatWasFound()
    {
        using var world = World(Policy(Link("g1", "A", "D0=\"IT\"")), "g1");
        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);
        Assert.Equal("A(Department=IT):1", Found(world));
        world.AssertSettled();

        world.Unlink("Account", "Groups", "cn=0", "g1");
        world.Job(dirty: true);
        Assert.Equal("", Found(world));
        world.AssertSettled();
    }

    [Fact]
    public void Deduction_RoleDeclinedWithAValue_IsNotFoundAgainWithIt()
    {
        using var world = World(Policy(Link("g1", "A", "D0=\"IT\"") + Link("g2", "A", "D0=\"HR\"")), "g1");
        world.Put("Department", "HR");
        world.Decide("001", "A", AssignmentVerdict.Remove);
        world.Link("Account", "Groups", "cn=0", "g2");
        world.Job(dirty: true);

        Assert.Contains("A(Department=HR):1", Found(world), StringComparison.Ordinal);
        Assert.DoesNotContain("A(Department=IT):1", Found(world), StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_OfARoleThatIsFoundWithAValue_GivesItBeside()
    {
        using var world = World(Policy(Link("g1", "A", "D0=\"IT\""), "<SingleRoleRule Role=\"A\" Policy=\"P\" D0=\"Sales\" />"), "g1");

        Assert.Equal("A():18 A(Department=IT):1", Found(world));
        world.AssertSettled();
    }
}
