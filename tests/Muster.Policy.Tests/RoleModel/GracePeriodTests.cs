using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>Roles that are lost by a change of rules are kept for a while, those lost by a change of data are not (rolemodel.md 7.5).</summary>
public sealed class GracePeriodTests
{
    private const int Day = 1_440;

    private static string Policy(string rules, string grace = "GracePeriod=\"1440\"", string composite = "") =>
        $"""
        {Given.Context}
        <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" {grace} />
        <CompositeRole Identifier="Seller" DisplayName_L1="Seller" EntityType="Person" Policy="P" {composite} />
        {rules}
        <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
          <TypeRule Policy="P" />
          <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
          <NavigationRule Policy="P" Property="Groups" Resource="sales-staff" SingleRole="Staff" />
        </ResourceType>
        <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
        """;

    private const string BySales = """<SingleRoleRule Role="Staff" Policy="P" D0="Sales" L0="true" />""";
    private const string ByIt = """<SingleRoleRule Role="Staff" Policy="P" D0="IT" />""";

    private static PolicyWorld World(string policy, string? modelXml = null)
    {
        var world = new PolicyWorld(policy, modelXml);
        world.Put("Department", "Sales");
        world.Put("Department", "IT");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"));
        world.Put("Account", "cn=0", ("Login", "anna"));
        world.Link("Account", "Groups", "cn=0", "sales-staff");
        world.Job(dirty: true);
        return world;
    }

    private static AssignedSingleRole Staff(PolicyWorld world) => Assert.Single(world.Of("001").Roles);

    private static WorkflowState Link(PolicyWorld world) => Assert.Single(world.Type("001").Navigations).WorkflowState;

    [Theory]
    [InlineData("")]
    [InlineData(ByIt)]
    public void Role_LostByAChangeOfRules_IsKeptUntilTheEndOfItsGracePeriod(string rules)
    {
        using var world = World(Policy(BySales));
        world.Deploy(Policy(rules));
        world.Job(dirty: true);

        Assert.Equal((WorkflowState.Prolonged, world.Now.AddMinutes(Day)), (Staff(world).WorkflowState, Staff(world).EndDate));
        Assert.Equal(WorkflowState.PolicyApproved, Link(world));
        world.AssertSettled();

        world.Later(Day);
        world.Job(dirty: true);

        Assert.Equal(WorkflowState.Inactive, Staff(world).WorkflowState);
        Assert.Equal(WorkflowState.Cancellation, Link(world));
        world.AssertSettled();
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Empty(world.Of("001").Roles);
        world.AssertSettled();
    }

    [Fact]
    public void Role_LostByAChangeOfData_GoesAtOnce()
    {
        using var world = World(Policy(BySales));
        world.Put("Person", "001", ("Department", "IT"));

        world.Job(dirty: true);

        Assert.Empty(world.Of("001").Roles);
        world.AssertSettled();
    }

    /// <summary>Both changed: the owner would have lost it under the former rules too.</summary>
    [Fact]
    public void Role_LostByChangesOfBoth_GoesAtOnce()
    {
        using var world = World(Policy(BySales));
        world.Put("Person", "001", ("Department", null));
        world.Deploy(Policy(ByIt));

        world.Job(dirty: true);

        Assert.Empty(world.Of("001").Roles);
        world.AssertSettled();
    }

    [Fact]
    public void Role_InItsGracePeriod_GoesWhenTheDataChange()
    {
        using var world = World(Policy(BySales));
        world.Deploy(Policy(""));
        world.Job(dirty: true);
        world.Put("Person", "001", ("Department", "IT"));

        world.Job(dirty: true);

        Assert.Empty(world.Of("001").Roles);
        world.AssertSettled();
    }

    [Fact]
    public void Role_InItsGracePeriod_IsGivenAgainByANewRule()
    {
        using var world = World(Policy(BySales));
        world.Deploy(Policy(""));
        world.Job(dirty: true);
        world.Deploy(Policy(BySales));

        world.Job(dirty: true);

        Assert.Equal((WorkflowState.PolicyApproved, SentinelDates.Maximum), (Staff(world).WorkflowState, Staff(world).EndDate));
        world.AssertSettled();
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("GracePeriod=\"0\"", false)]
    public void GracePeriod_OfThePolicy_HoldsUnlessTheRoleSaysOtherwise(string own, bool isKept)
    {
        var model = Given.Model.Replace("<Policy Identifier=\"P\"", "<Policy Identifier=\"P\" GracePeriod=\"1440\"", StringComparison.Ordinal);
        using var world = World(Policy(BySales, own), model);
        world.Deploy(Policy("", own), model);

        world.Job(dirty: true);

        Assert.Equal(isKept, world.Of("001").Roles.Any(r => r.WorkflowState == WorkflowState.Prolonged));
    }

    /// <summary>What is inferred from a role in its grace period is kept with it, and ends with it.</summary>
    [Fact]
    public void Composite_InItsGracePeriod_KeepsItsSingleRoles()
    {
        const string ByComposite = """<SingleRoleRule Role="Staff" Policy="P" CompositeRole="Seller" />""";
        const string Rule = """<CompositeRoleRule Role="Seller" Policy="P" D0="Sales" />""";
        using var world = World(Policy(Rule + ByComposite, "", "GracePeriod=\"1440\""));
        world.Deploy(Policy(ByComposite, "", "GracePeriod=\"1440\""));
        world.Job(dirty: true);

        Assert.Equal(WorkflowState.Prolonged, Assert.Single(world.Of("001").CompositeRoles).WorkflowState);
        Assert.Equal((WorkflowState.PolicyApproved, world.Now.AddMinutes(Day)), (Staff(world).WorkflowState, Staff(world).EndDate));
        world.AssertSettled();

        world.Later(Day);
        world.Job(dirty: true);

        Assert.Empty(world.Of("001").CompositeRoles);
        Assert.Equal(WorkflowState.Cancellation, Link(world));
        world.AssertSettled();
    }

    /// <summary>At the end of the owner's validity everything goes, whatever grace period there is (7.6).</summary>
    [Fact]
    public void Departure_EndsARoleInItsGracePeriod()
    {
        using var world = World(Policy(BySales));
        world.Deploy(Policy(""));
        world.Job(dirty: true);
        world.Put("Person", "001", ("End", "20260110090000"));
        world.At("2026-01-10T09:00:00");

        world.Job(dirty: true);

        Assert.DoesNotContain(world.Of("001").Roles, r => r.WorkflowState == WorkflowState.Prolonged);
        Assert.Equal(WorkflowState.Cancellation, world.Type("001").Row.WorkflowState);
        world.AssertSettled();
    }

    /// <summary>Two repositories that reach an owner some seconds apart have the same end.</summary>
    [Fact]
    public void GracePeriod_CountsFromTheMinute()
    {
        using var world = World(Policy(BySales));
        world.At("2026-04-04T08:00:37.5");
        world.Deploy(Policy(ByIt));

        world.Job(dirty: true);

        Assert.Equal(new DateTime(2026, 4, 5, 8, 0, 0), Staff(world).EndDate);
        world.AssertSettled();
    }
}
