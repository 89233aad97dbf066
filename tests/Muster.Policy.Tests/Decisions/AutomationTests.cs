using Muster.Configuration.Diagnostics;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Tests.Decisions;

/// <summary>Automation rules (rolemodel.md 3.14).</summary>
public sealed class AutomationTests
{
    private static PolicyWorld World(string rules, string role = "ApprovalWorkflowType=\"One\"", string roleRule = "")
    {
        var world = new PolicyWorld(
            $"""
            {Given.Context}
            <Category Identifier="Above" DisplayName_L1="Above" Policy="P" />
            <Category Identifier="Rights" DisplayName_L1="Rights" Policy="P" Parent="Above" />
            <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" Category="Rights" {role} />
            {roleRule}
            <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
              <ScalarRule Policy="P" Property="Login" Binding="Person:Login" SingleRole="Staff" />
            </ResourceType>
            {rules}
            """);
        world.Put("Department", "Sales");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"));
        world.Job(dirty: false);
        return world;
    }

    private static WorkflowState StateOf(PolicyWorld world) => Assert.Single(world.Of("001").Roles).WorkflowState;

    [Fact]
    public void Approve_WithoutWaiting_DecidesAtTheFirstEvaluation()
    {
        using var world = World("""<SingleRoleAutomationRule SingleRole="Staff" WorkflowState="PendingApproval" Decision="Approve" />""");
        world.Request("001", "Staff");

        world.Job(dirty: true);

        Assert.Equal(Approved, StateOf(world));
        Assert.Single(world.Of("001").Types);
        world.AssertSettled();
        using var transaction = world.Database.BeginRead();
        var decision = new DecisionStore(transaction).OfOwners([world.Id("001")])[1];
        Assert.Equal(("automation rule 'Staff/SingleRoleAutomationRule/1'", DecisionKind.Approve, "PendingApproval", "Approved"), (decision.By, decision.Kind, decision.From, decision.To));
    }

    [Fact]
    public void Approve_AllSteps_InOneRun()
    {
        using var world = World(
            """
            <PolicyAutomationRule Policy="P" EntityType="Person" WorkflowState="11" Decision="Approve" />
            <PolicyAutomationRule Policy="P" EntityType="Person" WorkflowState="12" Decision="Approve" />
            <PolicyAutomationRule Policy="P" EntityType="Person" WorkflowState="13" Decision="Approve" />
            """,
            "ApprovalWorkflowType=\"Three\"");
        world.Request("001", "Staff");

        world.Job(dirty: true);

        Assert.Equal(Approved, StateOf(world));
        world.AssertSettled();
    }

    [Fact]
    public void Decline_AfterHours_ComesByTheClockInADirtyRun()
    {
        using var world = World("""<SingleRoleAutomationRule SingleRole="Staff" WorkflowState="PendingApproval" HoursToWait="48" Decision="Decline" />""");
        world.Request("001", "Staff");
        world.Job(dirty: true);
        Assert.Equal(PendingApproval, StateOf(world));
        world.Later(47 * 60);
        world.Job(dirty: true);
        Assert.Equal(PendingApproval, StateOf(world));

        world.Later(60);
        world.Job(dirty: true);

        Assert.Equal(Declined, StateOf(world));
        world.AssertSettled();
    }

    [Fact]
    public void Rules_Several_TheMostSpecificDecides()
    {
        using var world = World(
            """
            <PolicyAutomationRule Policy="P" EntityType="Person" WorkflowState="PendingApproval" Decision="Decline" />
            <CategoryAutomationRule Category="Above" EntityType="Person" WorkflowState="PendingApproval" Decision="Decline" />
            <CategoryAutomationRule Category="Rights" EntityType="Person" WorkflowState="PendingApproval" Decision="Approve" />
            """);
        world.Request("001", "Staff");

        world.Job(dirty: true);

        Assert.Equal(Approved, StateOf(world));
    }

    [Fact]
    public void Rules_SeveralAlikeByDimension_DeclineWins()
    {
        using var world = World(
            """
            <SingleRoleAutomationRule SingleRole="Staff" WorkflowState="PendingApproval" Decision="Approve" />
            <SingleRoleAutomationRule SingleRole="Staff" WorkflowState="PendingApproval" Decision="Decline" D0="Sales" />
            """);
        world.Request("001", "Staff");

        world.Job(dirty: true);

        Assert.Equal(Declined, StateOf(world));
    }

    [Fact]
    public void Suggested_Approved_InTheRunThatSuggestsIt()
    {
        using var world = World(
            """<SingleRoleAutomationRule SingleRole="Staff" WorkflowState="Suggested" Decision="Approve" />""",
            roleRule: """<SingleRoleRule Role="Staff" Policy="P" D0="Sales" Type="Suggested" />""");

        Assert.Equal(Approved, StateOf(world));
        world.AssertSettled();
    }

    [Fact]
    public void Rule_OfAnUnknownState_IsAnError()
    {
        var loaded = Muster.Configuration.ConfigurationLoader.LoadText(("Conf.xml",
            $"""<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">{Given.Model}<PolicyAutomationRule Policy="P" EntityType="Person" WorkflowState="Fund" Decision="Approve" /></ConfigurationFile>"""));
        var bag = new DiagnosticBag();

        Muster.Policy.Compilation.PolicyCompiler.Compile(loaded.Model!, bag);

        Assert.Contains(bag.Items, d => d.Code == "MUS4004" && d.ToString().Contains("'Fund'", StringComparison.Ordinal));
    }
}
