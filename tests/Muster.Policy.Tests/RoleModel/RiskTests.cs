using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration;
using Muster.Policy.Decisions;
using Muster.Policy.Risks;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>Risks of owners, requests that raise them, and scores (rolemodel.md 3.13, 5.8).</summary>
public sealed class RiskTests
{
    private static string Risk(string identifier, string attributes, params string[] rules) =>
        $"<Risk Identifier=\"{identifier}\" DisplayName_L1=\"{identifier}\" EntityType=\"Person\" Policy=\"P\" {attributes}>{string.Concat(rules.Select(r => $"<Rule>{r}</Rule>"))}</Risk>";

    private static string Item(string? group, string property = "Groups") =>
        $"<Item ResourceType=\"User\" Property=\"{property}\"{(group is null ? "" : $" Resource=\"{group}\"")} />";

    private static string Role(string role, string group, string attributes = "") =>
        $"<SingleRole Identifier=\"{role}\" DisplayName_L1=\"{role}\" EntityType=\"Person\" Policy=\"P\" {attributes} />";

    private static string Policy(string risks, string attributes = "", string context = "RiskFactorType=\"Max\"") =>
        $"""
        {Given.Context.Replace("Policy=\"P\"", $"Policy=\"P\" {context}", StringComparison.Ordinal)}
        {Role("Buy", "g1", attributes)}{Role("Pay", "g2", attributes)}
        <SingleRoleRule Role="Buy" Policy="P" D0="Sales" />
        <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
          <TypeRule Policy="P" />
          <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
          <ScalarRule Policy="P" Property="Title" Binding="Person:Title" />
          <NavigationRule Policy="P" Property="Groups" Resource="g1" SingleRole="Buy" />
          <NavigationRule Policy="P" Property="Groups" Resource="g2" SingleRole="Pay" />
        </ResourceType>
        <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
        {risks}
        """;

    private static PolicyWorld World(string policy)
    {
        var world = new PolicyWorld(policy);
        world.Put("Department", "Sales");
        world.Put("Department", "IT");
        world.Put("Group", "g1");
        world.Put("Group", "g2");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"));
        world.Put("Person", "002", ("Login", "bert"), ("Department", "IT"));
        world.Job(dirty: true);
        return world;
    }

    private static string Both(string attributes = "") => Risk("BuyAndPay", attributes, Item("g1") + Item("g2"));

    private static string Found(PolicyWorld world) => string.Join(
        ' ', world.Snapshot().Split('\n').Where(l => l.Contains("identifiedRisk", StringComparison.Ordinal)).Select(l => l.Replace("\"", "", StringComparison.Ordinal)));

    private static string Scores(PolicyWorld world, bool dirty = true)
    {
        world.Later(1);
        new RiskScoreComputation(world.Database, world.Policy, NullLogger<RiskScoreComputation>.Instance)
            .Run(new RiskScoreRequest(world.Model.EntityTypes, dirty), world, CancellationToken.None);
        return string.Join(' ', world.Snapshot().Split('\n').Where(l => l.Contains("riskScore", StringComparison.Ordinal)).Select(l => l.Replace("\"", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sod_WhoseItemsComeTogether_IsFoundWithTheNextRun_AndEndsWithOneOfThem()
    {
        using var world = World(Policy(Both()));
        Assert.Equal("", Found(world));

        world.Request("001", "Pay");
        world.Job(dirty: true);

        Assert.Equal("{identifiedRisk:BuyAndPay,owner:001}", Found(world));
        world.AssertSettled();

        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);

        Assert.Equal("", Found(world));
        world.AssertSettled();
    }

    [Fact]
    public void Links_ThatWereFoundInTheManagedSystem_CountToo()
    {
        using var world = World(Policy(Risk("Any", "RiskType=\"HighPrivileges\"", Item("g2"))));
        world.Put("Account", "cn=0", ("Login", "bert"));
        world.Link("Account", "Groups", "cn=0", "g2");

        world.Job(dirty: true);

        Assert.Equal("{identifiedRisk:Any,owner:002}", Found(world));
        Assert.Equal("Groups 'g2' of resource type 'User'", Assert.Single(Assert.Single(world.Explain("Person", "002").Owner!.Risks).Items));
    }

    [Fact]
    public void ItemWithoutResource_HoldsForAnyValue()
    {
        using var world = World(Policy(Risk("Titled", "RiskType=\"HighPrivileges\"", Item(null, "Title"))));
        Assert.Equal("", Found(world));

        world.Put("Person", "002", ("Title", "Head"));
        world.Job(dirty: true);

        Assert.Equal("{identifiedRisk:Titled,owner:002}", Found(world));
    }

    [Fact]
    public void AnyRuleOfARisk_TriggersIt_AndAResourceThatComesOrGoesCounts()
    {
        using var world = World(Policy(Risk("Two", "RiskType=\"HighPrivileges\"", Item("g1"), Item("g9"))));
        Assert.Equal("{identifiedRisk:Two,owner:001}", Found(world));

        world.Delete("Group", "g1");
        world.Job(dirty: true);

        Assert.Equal("", Found(world));
        world.AssertSettled();
    }

    [Fact]
    public void RiskThatIsDeployedLater_IsFoundByADirtyRun_AndOneThatIsTakenAwayEnds()
    {
        using var world = World(Policy(""));
        world.Deploy(Policy(Risk("Buyer", "RiskType=\"HighPrivileges\"", Item("g1"))));
        world.Job(dirty: true);
        Assert.Equal("{identifiedRisk:Buyer,owner:001}", Found(world));

        world.Deploy(Policy(Both()));
        world.Job(dirty: true);

        Assert.Equal("", Found(world));
        world.AssertSettled();
    }

    [Theory]
    [InlineData("Warning", "None", WorkflowState.Approved)]
    [InlineData("ApprovalRequired", "None", WorkflowState.PendingApprovalRisk)]
    [InlineData("Blocking", "None", WorkflowState.BlockedByRisk)]
    [InlineData("ApprovalRequired", "One", WorkflowState.PendingApproval)]
    public void Request_ThatRaisesARisk_GoesAsItsExemptionPolicySays(string exemption, string workflow, WorkflowState expected)
    {
        using var world = World(Policy(Both($"ExemptionPolicy=\"{exemption}\""), $"ApprovalWorkflowType=\"{workflow}\""));

        var risky = world.Request("001", "Pay");
        var harmless = world.Request("002", "Pay");

        Assert.Equal(expected, risky.Assignment.WorkflowState);
        Assert.Contains("'BuyAndPay'", risky.Next, StringComparison.Ordinal);
        Assert.Equal(workflow == "One" ? WorkflowState.PendingApproval : WorkflowState.Approved, harmless.Assignment.WorkflowState);
        Assert.DoesNotContain("BuyAndPay", harmless.Next, StringComparison.Ordinal);
        world.Job(dirty: true);
        Assert.Equal(expected, Assert.Single(world.Of("001").Roles, r => r.Role == "Pay").WorkflowState);
        world.AssertSettled();
    }

    [Fact]
    public void LastApproval_OfWhatRaisesARisk_IsFollowedByOneOnTheRisk()
    {
        using var world = World(Policy(Both("ExemptionPolicy=\"ApprovalRequired\""), "ApprovalWorkflowType=\"One\""));
        world.Request("001", "Pay");

        Assert.Equal(WorkflowState.PendingApprovalRisk, world.Decide("001", "Pay", AssignmentVerdict.Approve).Assignment.WorkflowState);
        world.Job(dirty: true);
        Assert.Equal("", Found(world));
        Assert.Equal(WorkflowState.ApprovedRisk, world.Decide("001", "Pay", AssignmentVerdict.Approve).Assignment.WorkflowState);
        world.Job(dirty: true);

        Assert.Equal("{identifiedRisk:BuyAndPay,owner:001}", Found(world));
        world.AssertSettled();
    }

    /// <summary>002 may ask for, and review, everything, and turns risks into warnings where the filter lets it; 001 asks and reviews only.</summary>
    private static string Overriders(string permission, string filter = "") =>
        $"""
        <Profile Identifier="Asks" DisplayName_L1="A" /><Profile Identifier="Overrides" DisplayName_L1="O" />
        <AssignedProfile User="001" Profile="Asks" Context="-1" AccessState="Approved" /><AssignedProfile User="002" Profile="Asks" Context="-1" AccessState="Approved" />
        <AssignedProfile User="002" Profile="Overrides" Context="-1" AccessState="Approved" />
        <AccessControlRule Identifier="Asks" DisplayName_L1="A" Profile="Asks" EntityType="AssignedSingleRole">
          <Entry Permission="/ProvisioningPolicy/AssignedSingleRole" CanExecute="true" /><Entry Permission="/Custom/ProvisioningPolicy/ReviewRoles" CanExecute="true" />
        </AccessControlRule>
        <AccessControlRule Identifier="Overrides" DisplayName_L1="O" Profile="Overrides" EntityType="Risk"><Entry Permission="{permission}" CanExecute="true" />{filter}</AccessControlRule>
        """;

    private static IReadOnlyList<Decision> Decisions(PolicyWorld world, string person)
    {
        using var transaction = world.Database.BeginRead();
        return new DecisionStore(transaction).OfOwners([world.Id(person)]);
    }

    private static AssignmentRequest As(AssignmentRequest request, string user) => request with { Author = new DecisionAuthor(user, null) { ActingUser = user } };

    [Theory]
    [InlineData("Blocking", "/ProvisioningPolicy/Risk/OverrideBlocking", "", WorkflowState.Approved)]
    [InlineData("Blocking", "/ProvisioningPolicy/Risk/OverrideApproval", "", WorkflowState.BlockedByRisk)]
    [InlineData("ApprovalRequired", "/ProvisioningPolicy/Risk/OverrideApproval", "", WorkflowState.Approved)]
    [InlineData("ApprovalRequired", "/ProvisioningPolicy/Risk/OverrideBlocking", "", WorkflowState.PendingApprovalRisk)]
    [InlineData("Blocking", "/ProvisioningPolicy/Risk", "<Filter Binding=\"Identifier\" Value=\"BuyAndPay\" />", WorkflowState.Approved)]
    [InlineData("Blocking", "/ProvisioningPolicy/Risk", "<Filter Binding=\"Level\" Value=\"99\" />", WorkflowState.BlockedByRisk)]
    public void Risk_IsAWarning_ForWhoMayOverrideIt(string exemption, string permission, string filter, WorkflowState expected)
    {
        using var world = World(Policy(Both($"ExemptionPolicy=\"{exemption}\" Level=\"50\"") + Overriders(permission, filter)));

        var outcome = world.Request("001", "Pay", with: r => As(r, "002"));

        Assert.Equal(expected, outcome.Assignment.WorkflowState);
        Assert.Equal(expected == WorkflowState.Approved, outcome.Next.Contains("It raises the risk 'BuyAndPay' (level 50), which is overridden and only a warning.", StringComparison.Ordinal));
        Assert.Equal(expected == WorkflowState.Approved ? "risk 'BuyAndPay' overridden" : null, Assert.Single(Decisions(world, "001")).Detail);

        // The operator does not override: who takes the responsibility is named.
        using var other = World(Policy(Both($"ExemptionPolicy=\"{exemption}\"") + Overriders(permission, filter)));
        Assert.NotEqual(WorkflowState.Approved, other.Request("001", "Pay").Assignment.WorkflowState);
    }

    [Fact]
    public void Override_OfTheRequester_HoldsForTheStepsThatFollow_AndOneOfTheReviewerToo()
    {
        var policy = Policy(Both("ExemptionPolicy=\"Blocking\"") + Overriders("/ProvisioningPolicy/Risk/OverrideBlocking"), "ApprovalWorkflowType=\"Two\"");
        using var world = World(policy);
        WorkflowState Approve(PolicyWorld of, string user) => of.Decide("001", "Pay", AssignmentVerdict.Approve, author: new DecisionAuthor(user, null) { ActingUser = user }).Assignment.WorkflowState;

        world.Request("001", "Pay", with: r => As(r, "002"));
        Assert.Equal(WorkflowState.PendingApproval2, Approve(world, "001"));
        Assert.Equal(WorkflowState.Approved, Approve(world, "001"));
        Assert.Equal(["risk 'BuyAndPay' overridden", null, null], Decisions(world, "001").Select(d => d.Detail));

        using var other = World(policy.Replace("ExemptionPolicy=\"Blocking\"", "ExemptionPolicy=\"ApprovalRequired\"", StringComparison.Ordinal).Replace("OverrideBlocking", "OverrideApproval", StringComparison.Ordinal));
        other.Request("001", "Pay", with: r => As(r, "001"));
        Approve(other, "001");
        Assert.Equal(WorkflowState.Approved, Approve(other, "002"));
    }

    [Fact]
    public void Override_OfARequestThatWasMadeAgain_IsForgotten()
    {
        using var world = World(Policy(Both("ExemptionPolicy=\"Blocking\"") + Overriders("/ProvisioningPolicy/Risk/OverrideBlocking"), "ApprovalWorkflowType=\"One\""));
        world.Request("001", "Pay", with: r => As(r, "002"));
        world.Decide("001", "Pay", AssignmentVerdict.Decline);

        Assert.Equal(WorkflowState.BlockedByRisk, world.Request("001", "Pay", with: r => As(r, "001")).Assignment.WorkflowState);
    }

    [Fact]
    public void RequestRefusedByARisk_MayBeMadeAgainWhenTheRiskIsGone()
    {
        using var world = World(Policy(Both("ExemptionPolicy=\"Blocking\"")));
        Assert.Equal(WorkflowState.BlockedByRisk, world.Request("001", "Pay").Assignment.WorkflowState);
        world.Job(dirty: true);
        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);

        Assert.Equal(WorkflowState.Approved, world.Request("001", "Pay").Assignment.WorkflowState);
    }

    [Fact]
    public void AutomationRule_DoesNotApprovePastARisk()
    {
        using var world = World(Policy(
            Both("ExemptionPolicy=\"Blocking\"") + "<SingleRoleAutomationRule SingleRole=\"Pay\" WorkflowState=\"PendingApproval\" HoursToWait=\"1\" Decision=\"Approve\" />",
            "ApprovalWorkflowType=\"One\""));
        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);
        world.Request("001", "Pay");
        world.Put("Person", "001", ("Department", "Sales"));
        world.Later(120);

        world.Job(dirty: true);
        world.Job(dirty: true);

        Assert.NotEqual(WorkflowState.Approved, Assert.Single(world.Of("001").Roles, r => r.Role == "Pay").WorkflowState);
        Assert.Equal("", Found(world));
    }

    [Fact]
    public void BlockingSod_OfOneRole_DoesNotFailTheComputation()
    {
        using var world = World(Policy(Both("ExemptionPolicy=\"Blocking\"").Replace("g2", "g1", StringComparison.Ordinal)));

        Assert.Equal("{identifiedRisk:BuyAndPay,owner:001}", Found(world));
        Assert.Empty(world.Warnings);
    }

    [Fact]
    public void Scores_BringLevelsTogether_AndFollowRisksLevelsAndRule()
    {
        static string Risks(int low) => Risk("Low", $"RiskType=\"HighPrivileges\" Level=\"{low}\"", Item("g1")) + Risk("High", "RiskType=\"HighPrivileges\" Level=\"80\"", Item(null, "Login"));
        using var world = World(Policy(Risks(31)));
        Assert.Equal("{riskScore:80,owner:001} {riskScore:80,owner:002}", Scores(world));

        world.Deploy(Policy(Risks(31), context: "RiskFactorType=\"Average\""));
        world.Job(dirty: true);
        Assert.Equal("{riskScore:56,owner:001} {riskScore:80,owner:002}", Scores(world));

        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);
        Assert.Equal("{riskScore:80,owner:001} {riskScore:80,owner:002}", Scores(world));
        var before = world.Snapshot();
        Scores(world, dirty: false);
        Assert.Equal(before, world.Snapshot());

        world.Delete("Person", "002");
        world.Job(dirty: true);
        Assert.Equal("{riskScore:80,owner:001}", Scores(world));

        world.Deploy(Policy(Risks(31), context: ""));
        world.Job(dirty: true);
        Assert.Equal("", Scores(world));
    }

    [Theory]
    [InlineData("<Rule><Item ResourceType=\"User\" Property=\"Groups\" Resource=\"g1\" /></Rule>", "needs 2")]
    [InlineData("", "has no Rule")]
    [InlineData("<Rule><Item ResourceType=\"User\" Property=\"Nothing\" /><Item ResourceType=\"User\" Property=\"Groups\" /></Rule>", "no property 'Nothing'")]
    [InlineData("<Rule><Item ResourceType=\"User\" Property=\"Title\" Resource=\"g1\" /><Item ResourceType=\"User\" Property=\"Groups\" /></Rule>", "not a link")]
    public void WrongRisk_IsRefused(string rules, string expected)
    {
        var risk = $"<Risk Identifier=\"R\" DisplayName_L1=\"R\" EntityType=\"Person\" Policy=\"P\">{rules}</Risk>";
        var xml = $"<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">{Given.Model}{Policy(risk)}</ConfigurationFile>";

        var loaded = ConfigurationLoader.LoadText([("Conf.xml", xml)]);

        Assert.Contains(loaded.Diagnostics, d => d.ToString().Contains(expected, StringComparison.Ordinal));
        Assert.Null(loaded.Model);
    }
}
