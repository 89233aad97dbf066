using Muster.Policy.Decisions;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Tests.Decisions;

/// <summary>Requests for roles and resource types, and what people decide on them (rolemodel.md 6.5, 7.1, 7.4, 7.5).</summary>
public sealed class RequestTests
{
    private static string Policy(string roles, string type = "") =>
        $"""
        {Given.Context}
        {roles}
        <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false" {type}>
          <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
          <NavigationRule Policy="P" Property="Groups" Resource="sales-staff" SingleRole="Staff" />
        </ResourceType>
        <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
        """;

    private static string Role(string attributes) => $"""<SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" {attributes} />""";

    private static PolicyWorld World(string policy)
    {
        var world = new PolicyWorld(policy);
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"));
        world.Put("Person", "002", ("Login", "bert"), ("Department", "Sales"));
        world.Job(dirty: false);
        return world;
    }

    private static WorkflowState StateOf(PolicyWorld world) => Assert.Single(world.Of("001").Roles).WorkflowState;

    [Fact]
    public void Request_WithoutApproval_GivesTheRoleAndItsAccount()
    {
        using var world = World(Policy(Role("")));

        var outcome = world.Request("001", "Staff");
        world.Job(dirty: true);

        Assert.Equal((null, Approved), (outcome.From, outcome.Assignment.WorkflowState));
        var account = world.Type("001");
        Assert.Equal((GivenByRole, ProvisioningState.Pending), (account.Row.WorkflowState, account.Row.ProvisioningState));
        Assert.Equal(world.Id("sales-staff"), Assert.Single(account.Navigations).Resource);
        Assert.Empty(world.Of("002").Types);
        world.AssertSettled();
    }

    [Theory]
    [InlineData("One", new[] { PendingApproval })]
    [InlineData("Two", new[] { PendingApproval1, PendingApproval2 })]
    [InlineData("Three", new[] { PendingApproval1Of3, PendingApproval2Of3, PendingApproval3Of3 })]
    public void Request_Approvals_GoStepByStepAndGiveNothingBefore(string approval, WorkflowState[] steps)
    {
        using var world = World(Policy(Role($"ApprovalWorkflowType=\"{approval}\"")));
        world.Request("001", "Staff");
        foreach (var step in steps)
        {
            Assert.Equal(step, StateOf(world));
            world.Job(dirty: true);
            Assert.Equal(step, StateOf(world));
            Assert.Empty(world.Of("001").Types);
            world.Decide("001", "Staff", AssignmentVerdict.Approve);
        }

        world.Job(dirty: true);

        Assert.Equal(Approved, StateOf(world));
        Assert.Equal(GivenByRole, world.Type("001").Row.WorkflowState);
        world.AssertSettled();
    }

    [Fact]
    public void Request_Declined_IsRememberedUntilRequestedAgain()
    {
        using var world = World(Policy(Role("ApprovalWorkflowType=\"Two\"") + "<SingleRoleRule Role=\"Staff\" Policy=\"P\" D0=\"Sales\" />".Replace("Sales", "None", StringComparison.Ordinal)));
        world.Request("001", "Staff");
        world.Decide("001", "Staff", AssignmentVerdict.Approve);

        world.Decide("001", "Staff", AssignmentVerdict.Decline);
        world.Job(dirty: true);

        Assert.Equal(Declined, StateOf(world));
        Assert.Empty(world.Of("001").Types);
        Assert.Equal(PendingApproval1, world.Request("001", "Staff").Assignment.WorkflowState);
        Assert.Single(world.Of("001").Roles);
    }

    [Fact]
    public void Decline_OfARoleGivenByARule_StaysDeclined()
    {
        using var world = World(Policy(Role("") + "<SingleRoleRule Role=\"Staff\" Policy=\"P\" D0=\"Sales\" />"));
        Assert.Equal(PolicyApproved, StateOf(world));

        world.Decide("001", "Staff", AssignmentVerdict.Decline);
        world.Job(dirty: true);

        Assert.Equal(Declined, StateOf(world));
        Assert.Empty(world.Of("001").Types);
        Assert.Single(world.Of("002").Types);
        world.AssertSettled();
    }

    [Fact]
    public void RequestRemoval_Declined_KeepsTheRole()
    {
        using var world = World(Policy(Role("ApprovalWorkflowType=\"One\"")));
        world.Request("001", "Staff");
        world.Decide("001", "Staff", AssignmentVerdict.Approve);
        world.Request("001", "Staff", with: r => r with { IsRemoval = true });

        world.Decide("001", "Staff", AssignmentVerdict.Decline);
        world.Job(dirty: true);

        Assert.Equal((Approved, false), (StateOf(world), world.Of("001").Roles[0].AsksRemoval));
    }

    [Fact]
    public void Request_MissingParameter_WaitsForItThenGoesOn()
    {
        using var world = World(Policy(Role("R0=\"true\" ApprovalWorkflowType=\"One\"")));

        var first = world.Request("001", "Staff");
        Assert.Equal(RequestedMissingParameters, first.Assignment.WorkflowState);
        Assert.Contains("'Department'", first.Next, StringComparison.Ordinal);
        Assert.Throws<DecisionRefusedException>(() => world.Decide("001", "Staff", AssignmentVerdict.Approve));
        world.Job(dirty: true);
        Assert.Equal(RequestedMissingParameters, StateOf(world));
        var wrong = Assert.Throws<DecisionRefusedException>(() => world.Request("001", "Staff", with: r => r with { Parameters = new Dictionary<string, string> { ["Department"] = "Nowhere" } }));
        Assert.True(wrong.IsWrong);

        var second = world.Request("001", "Staff", with: r => r with { Parameters = new Dictionary<string, string> { ["Department"] = "Sales" } });

        Assert.Equal(first.Assignment.Id, second.Assignment.Id);
        Assert.Equal(PendingApproval, second.Assignment.WorkflowState);
        Assert.Equal("Sales", second.Assignment.Parameters["Department"]);
    }

    [Fact]
    public void Request_Dates_AreCutToTheOwnersValidityAndToday()
    {
        using var world = World(Policy(Role("")));
        world.Put("Person", "001", ("Start", "20250101000000"), ("End", "20260301000000"));
        world.Job(dirty: true);

        var view = world.Request("001", "Staff", with: r => r with { Start = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc), End = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc) }).Assignment;

        Assert.Equal((world.Now.Date, new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc)), (view.Start, view.End));
    }

    [Fact]
    public void Request_MaxDuration_OfTheRoleComesBeforeThePolicys()
    {
        using var world = World(Policy(Role("MaxDuration=\"1440\"")));

        var view = world.Request("001", "Staff").Assignment;

        Assert.Equal(view.Start.AddMinutes(1440), view.End);
    }

    [Fact]
    public void Approved_EndPasses_RoleAndAccountAreTakenAwayByTheClock()
    {
        using var world = World(Policy(Role("MaxDuration=\"2880\"")));
        world.Request("001", "Staff");
        world.Job(dirty: true);
        world.Fulfill();
        world.Job(dirty: true);
        Assert.NotNull(world.Type("001").Row.Resource);

        world.At("2026-01-20");
        world.Job(dirty: true);

        Assert.Equal(WorkflowState.Inactive, StateOf(world));
        Assert.Equal(Cancellation, world.Type("001").Row.WorkflowState);
        world.AssertSettled();
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Empty(world.Of("001").Roles);
    }

    [Fact]
    public void Request_NotAllowed_IsRefused()
    {
        using var world = World(Policy(Role("ApprovalWorkflowType=\"ManualAssignmentNotAllowed\"")));

        var refused = Assert.Throws<DecisionRefusedException>(() => world.Request("001", "Staff"));

        Assert.Contains("ManualAssignmentNotAllowed", refused.Message, StringComparison.Ordinal);
        Assert.Empty(world.Of("001").Roles);
    }

    [Fact]
    public void Request_UnknownRole_SuggestsTheNearest()
    {
        using var world = World(Policy(Role("")));

        var refused = Assert.Throws<DecisionRefusedException>(() => world.Request("001", "Staf"));

        Assert.True(refused.IsWrong);
        Assert.Contains("Did you mean 'Staff'?", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ImplicitApproval=\"Implicit\"", true)]
    [InlineData("ImplicitApproval=\"Explicit\"", false)]
    [InlineData("", false)]
    public void Request_Implicit_CountsWhereItIsAllowed(string attributes, bool isAllowed)
    {
        using var world = World(Policy(Role($"ApprovalWorkflowType=\"Three\" {attributes}")));

        DecisionOutcome Ask() => world.Request("001", "Staff", with: r => r with { IsImplicit = true });

        if (isAllowed)
        {
            Assert.Equal(Approved, Ask().Assignment.WorkflowState);
        }
        else
        {
            Assert.Throws<DecisionRefusedException>(Ask);
        }
    }

    [Fact]
    public void Decline_WithoutTheCommentThatThePolicyAsksFor_IsRefused()
    {
        using var world = World(Policy(Role("ApprovalWorkflowType=\"One\"")));
        world.Request("001", "Staff");
        var address = new AssignmentAddress { OwnerType = world.Model.FindEntityType("Person"), OwnerKey = "001", Kind = AssignmentKind.SingleRole, Item = "Staff" };

        var refused = Assert.Throws<DecisionRefusedException>(() => world.Decisions.Decide(address, AssignmentVerdict.Decline, new DecisionAuthor("eve", " ")));

        Assert.True(refused.IsWrong);
        Assert.Equal(PendingApproval, StateOf(world));
        world.Decisions.Decide(address, AssignmentVerdict.Approve, new DecisionAuthor("eve", null));
        Assert.Equal(Approved, StateOf(world));
    }

    [Fact]
    public void Decisions_AreKeptWithWhoWhenAndWhy()
    {
        using var world = World(Policy(Role("ApprovalWorkflowType=\"One\"")));
        world.Request("001", "Staff");
        world.Later(5);
        world.Decide("001", "Staff", AssignmentVerdict.Approve);
        var at = world.Now;

        using var transaction = world.Database.BeginRead();
        var history = new DecisionStore(transaction).OfOwners([world.Id("001")]);

        Assert.Equal([DecisionKind.Request, DecisionKind.Approve], history.Select(d => d.Kind));
        Assert.Equal(("eve", "because", "001", "PendingApproval", "Approved", at), (history[1].By, history[1].Comment, history[1].OwnerKey, history[1].From, history[1].To, history[1].At));
    }

    [Fact]
    public void Request_OfAResourceType_CreatesTheAccountOnceApproved()
    {
        using var world = World(Policy(Role(""), "ApprovalWorkflowType=\"One\""));
        world.Request("001", "User", AssignmentKind.ResourceType);
        world.Job(dirty: true);
        Assert.Equal((PendingApproval, ProvisioningState.None), (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState));
        Assert.Empty(world.Type("001").Scalars);

        world.Decide("001", "User", AssignmentVerdict.Approve, AssignmentKind.ResourceType);
        world.Job(dirty: true);
        Assert.Equal((Approved, ProvisioningState.Pending), (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState));
        world.Fulfill();
        world.Job(dirty: true);

        Assert.Equal((Approved, ProvisioningState.Verified), (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState));
        world.AssertSettled();
        world.Request("001", "User", AssignmentKind.ResourceType, r => r with { IsRemoval = true });
        world.Decide("001", "User", AssignmentVerdict.Approve, AssignmentKind.ResourceType);
        world.Job(dirty: true);
        Assert.Equal((Cancellation, ProvisioningState.Pending), (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState));
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Empty(world.Of("001").Types);
        world.AssertSettled();
    }

    [Fact]
    public void Decline_OfAProvisionedAccountThatARuleGives_RemovesItAndRemembers()
    {
        using var world = World(Policy(Role("") + "<SingleRoleRule Role=\"Staff\" Policy=\"P\" D0=\"Sales\" />"));
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Equal(ProvisioningState.Verified, world.Type("001").Row.ProvisioningState);

        world.Decide("001", "User", AssignmentVerdict.Decline, AssignmentKind.ResourceType);
        Assert.Equal((Cancellation, ProvisioningState.Pending), (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState));
        world.Job(dirty: true);
        Assert.Equal((Cancellation, ProvisioningState.Pending), (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState));
        world.Fulfill();
        world.Job(dirty: true);

        Assert.Equal((Declined, ProvisioningState.None, (long?)null), (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState, world.Type("001").Row.Resource));
        world.AssertSettled();
    }

    [Fact]
    public void Decision_MakesExactlyItsOwnerDirty()
    {
        using var world = World(Policy(Role("")));
        world.Counts.Clear();

        world.Request("001", "Staff");
        world.Job(dirty: true);

        Assert.Equal(1, world.Counts["ownersEvaluated"]);
    }

    [Fact]
    public void Approved_OwnerDeparts_IsTakenAway()
    {
        using var world = World(Policy(Role("")));
        world.Request("001", "Staff");
        world.Job(dirty: true);

        world.Put("Person", "001", ("End", "20260105000000"));
        world.Job(dirty: true);

        Assert.Empty(world.Of("001").Roles);
        Assert.Empty(world.Of("001").Types);
        Assert.Throws<DecisionRefusedException>(() => world.Request("001", "Staff"));
        world.AssertSettled();
    }

    [Fact]
    public void Approved_BoundToContext_FollowsItsEnd()
    {
        using var world = World(Policy(Role("ManualAssignmentEndDateLockedToContextMode=\"Always\"")));
        world.Put("Person", "001", ("End", "20260301000000"));
        world.Job(dirty: true);
        Assert.True(Assert.Throws<DecisionRefusedException>(() => world.Request("001", "Staff", with: r => r with { End = world.Now.AddDays(3) })).IsWrong);
        Assert.True(world.Request("001", "Staff").Assignment.IsContextBound);

        world.Put("Person", "001", ("End", "20260601000000"));
        world.Job(dirty: true);

        Assert.Equal(new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc), world.Of("001").Roles[0].EndDate);
        world.AssertSettled();
    }

    [Fact]
    public void RequestRemoval_WithApproval_HoldsUntilApproved()
    {
        using var world = World(Policy(Role("ApprovalWorkflowType=\"One\"")));
        world.Request("001", "Staff");
        world.Decide("001", "Staff", AssignmentVerdict.Approve);
        world.Job(dirty: true);

        world.Request("001", "Staff", with: r => r with { IsRemoval = true });
        world.Job(dirty: true);
        Assert.Equal((PendingApproval, true), (StateOf(world), world.Of("001").Roles[0].AsksRemoval));
        Assert.Equal(GivenByRole, world.Type("001").Row.WorkflowState);

        world.Decide("001", "Staff", AssignmentVerdict.Approve);
        world.Job(dirty: true);
        Assert.Empty(world.Of("001").Roles);
        Assert.Empty(world.Of("001").Types);
        world.AssertSettled();
    }

    [Fact]
    public void Approved_RuleGivesItToo_StaysApprovedAndTheRuleHoldsAfterwards()
    {
        using var world = World(Policy(Role("MaxDuration=\"2880\"") + "<SingleRoleRule Role=\"Staff\" Policy=\"P\" D0=\"Sales\" />"));
        world.Put("Department", "IT");
        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);
        world.Request("001", "Staff");
        world.Put("Person", "001", ("Department", "Sales"));
        world.Job(dirty: true);
        Assert.Contains(world.Of("001").Roles, r => r.WorkflowState == Approved);

        world.At("2026-01-20");
        world.Job(dirty: true);

        Assert.Equal(PolicyApproved, StateOf(world));
        Assert.NotEqual(Cancellation, world.Type("001").Row.WorkflowState);
        world.AssertSettled();
    }

    [Fact]
    public void Approved_WithParameters_RulesOfTheRoleSeeThemAndOthersDoNot()
    {
        using var world = World(
            $"""
            {Given.Context}
            {Role("R0=\"true\"")}
            <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
              <NavigationRule Policy="P" Property="Groups" Resource="sales-staff" SingleRole="Staff" D0="Sales" />
              <NavigationRule Policy="P" Property="Groups" Resource="it-staff" SingleRole="Staff" D0="IT" />
              <NavigationRule Policy="P" Property="Groups" Resource="it-all" D0="IT" />
            </ResourceType>
            """);
        world.Put("Department", "IT");
        world.Put("Group", "it-staff");
        world.Put("Group", "it-all");

        world.Request("001", "Staff", with: r => r with { Parameters = new Dictionary<string, string> { ["Department"] = "IT" } });
        world.Job(dirty: true);

        Assert.Equal(world.Id("it-staff"), Assert.Single(world.Type("001").Navigations).Resource);
        world.AssertSettled();
    }
}
