using Muster.Configuration.Model;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.ProvisioningState;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Tests.Transitions;

/// <summary>
/// The rows of the tables of rolemodel.md section 6, each by its table and number, read from the specification and not from the code: the
/// situation of the row, and the states that it must give (workflow/provisioning by number).
/// </summary>
public sealed class SpecificationRowTests
{
    private const bool Blocks = true;

    private static string Value(ValueSituation s, bool isBlocked = false) =>
        ValueTransitions.For(s) is var t && t.Next == Next.Drop ? "ended" : Text(t.Workflow ?? s.W, t.Next.Resolve(s.S, isBlocked));

    private static string Link(LinkSituation s, bool isBlocked = false) =>
        LinkTransitions.For(s) is var t && t.Next == Next.Drop ? "ended" : Text(t.Workflow ?? s.W, t.Next.Resolve(s.S, isBlocked));

    private static string Type(TypeSituation s, bool isBlocked = false) => TypeTransitions.For(s) is var t ? t.Next switch
    {
        Next.Drop => "ended",
        Next.Orphan => $"{(int)t.Resolve(s)}/5 without owner",
        Next.Consolidate => $"{(int)t.Resolve(s)}/its values",
        _ => Text(t.Resolve(s), t.Next.Resolve(s.S, isBlocked)),
    } : "";

    private static string Role(RoleSituation s) => RoleTransitions.For(s) is { Ends: true } ? "ended" : $"{(int)(RoleTransitions.For(s).Workflow ?? s.W)}";

    private static string Ask(RequestEvent happens, WorkflowState state, ApprovalWorkflowType approval = ApprovalWorkflowType.One, RiskVerdict risk = RiskVerdict.None, bool lacks = false, bool isImplicit = false) =>
        RequestTransitions.For(new RequestSituation { Event = happens, W = state, Approval = approval, Risk = risk, LacksParameters = lacks, IsImplicit = isImplicit }) is { To: { } to } ? $"{(int)to}" : "refused";

    private static string Review(ReviewKind kind, ReviewVerdict verdict, WorkflowState workflow, ProvisioningState state) =>
        ReviewTransitions.For(new ReviewSituation(kind, verdict, workflow, state)) is var t ? Text(t.Workflow ?? workflow, t.Provisioning ?? state) : "";

    private static string Text(WorkflowState workflow, ProvisioningState state) => $"{(int)workflow}/{(int)state}";

    private static ValueSituation Row(WorkflowState workflow, ProvisioningState state) =>
        new() { HasRow = true, W = workflow, S = state, TargetExists = true, IsMapped = true, SynchronizedSince = true };

    private static readonly ValueSituation NoRow = new() { W = PolicyApproved, IsMapped = true };

    private static LinkSituation Links(bool expected, bool current, bool hasRow = true, WorkflowState workflow = PolicyApproved, ProvisioningState state = Verified) =>
        new() { IsExpected = expected, IsCurrent = current, HasRow = hasRow, W = workflow, S = hasRow ? state : ProvisioningState.None, TargetExists = true, WasCurrent = hasRow && state == Verified };

    private static TypeSituation Types(Expectation expectation, TargetKnowledge target, WorkflowState? workflow = null, ProvisioningState state = ProvisioningState.None) => new()
    {
        Expectation = expectation,
        Target = target,
        HasRow = workflow is not null,
        W = workflow ?? WorkflowState.None,
        S = state,
        AllowAdd = true,
        AllowRemove = true,
        SynchronizedSince = true,
    };

    private static RoleSituation Roles(RoleExpectation expectation, WorkflowState? row = null) => new() { Expectation = expectation, HasRow = row is not null, W = row ?? WorkflowState.None };

    private static readonly (string Row, Func<string> Got, string Expected)[] Rows =
    [
        ("6.1 (1) nothing yet, not blocked", () => Value(NoRow), "18/1"),
        ("6.1 (2) nothing yet, blocked", () => Value(NoRow, Blocks), "18/5"),
        ("6.1 (3) target equals policy, from any state", () => string.Join(' ', new[] { ProvisioningState.None, Pending, Transmitted, Errored, Blocked, Executed }.Select(s => Value(Row(PolicyApproved, s) with { CurrentIsPolicy = true })).Distinct()), "18/4"),
        ("6.1 (4) blocked, reviewer approves", () => Review(ReviewKind.Value, ReviewVerdict.Approve, PolicyApproved, Blocked), "18/1"),
        ("6.1 (5) blocked, reviewer declines", () => Review(ReviewKind.Value, ReviewVerdict.Decline, PolicyApproved, Blocked), "17/0"),
        ("6.1 (6) blocked, reviewer postpones", () => Review(ReviewKind.Value, ReviewVerdict.Postpone, PolicyApproved, Blocked), "18/5"),
        ("6.1 (9) inactive, period becomes current", () => Value(Row(PolicyApproved, ProvisioningState.Inactive)) + " " + Value(Row(PolicyApproved, ProvisioningState.Inactive), Blocks), "18/1 18/5"),
        ("6.1 (13) errored, unblocked", () => Review(ReviewKind.Value, ReviewVerdict.Approve, PolicyApproved, Errored), "18/1"),
        ("6.1 (14) errored, policy value changes", () => Value(Row(PolicyApproved, Errored) with { PolicyChanged = true }), "18/5"),
        ("6.1 (16) evaluation failed, next one does not", () => Value(Row(PolicyApproved, RuntimeErrored)) + " " + Value(Row(PolicyApproved, RuntimeErrored), Blocks), "18/1 18/5"),
        ("6.1 (17) executed, synchronisation confirms", () => Value(Row(PolicyApproved, Executed) with { CurrentIsPolicy = true }), "18/4"),
        ("6.1 (18) executed, not mapped", () => Value(Row(PolicyApproved, Executed) with { IsMapped = false, CurrentIsPolicy = true }), "18/8"),
        ("6.1 (19) verified or executed, policy value changes", () => Value(Row(PolicyApproved, Verified) with { PolicyChanged = true, CurrentIsPrevious = true }) + " " + Value(Row(PolicyApproved, Executed) with { PolicyChanged = true, CurrentIsPrevious = true }, Blocks), "18/1 18/5"),
        ("6.1 (20) verified, target changed outside", () => Value(Row(PolicyApproved, Verified) with { CurrentChanged = true }), "1/5"),
        ("6.1 (21) pending or blocked, policy value changes before sending", () => Value(Row(PolicyApproved, Pending) with { PolicyChanged = true }, Blocks) + " " + Value(Row(PolicyApproved, Blocked) with { PolicyChanged = true }), "18/1 18/5"),
        ("6.1 (22) transmitted, policy value changes before feedback", () => Value(Row(PolicyApproved, Transmitted) with { PolicyChanged = true }) + " " + Value(Row(PolicyApproved, Transmitted) with { PolicyChanged = true }, Blocks), "18/1 18/5"),

        ("6.2 (1) type rule, nothing there", () => Type(Types(Expectation.TypeRule, TargetKnowledge.None)) + " " + Type(Types(Expectation.TypeRule, TargetKnowledge.None), Blocks) + " " + Type(Types(Expectation.TypeRule, TargetKnowledge.None) with { AllowAdd = false }), "18/1 18/5 18/0"),
        ("6.2 (2) induced by a role, nothing there", () => Type(Types(Expectation.Role, TargetKnowledge.None)), "118/1"),
        ("6.2 (3) approved request, nothing there", () => Type(Types(Expectation.Manual, TargetKnowledge.None, Approved)), "16/1"),
        ("6.2 (4) wanted and correlated", () => string.Join(' ', new[] { Type(Types(Expectation.TypeRule, TargetKnowledge.Correlated, PolicyApproved, Verified)), Type(Types(Expectation.Role, TargetKnowledge.Correlated, GivenByRole, Verified)), Type(Types(Expectation.TypeRule, TargetKnowledge.Correlated, Approved, Verified)) }), "18/its values 118/its values 16/its values"),
        ("6.2 (5) wanted, only proposed", () => Type(Types(Expectation.TypeRule, TargetKnowledge.Proposed)), "18/5"),
        ("6.2 (6) not wanted, correlated, no row", () => Type(Types(Expectation.None, TargetKnowledge.Correlated)), "1/5"),
        ("6.2 (7) not wanted, correlated, found before", () => Type(Types(Expectation.None, TargetKnowledge.Correlated, Found, Blocked)) + " " + Type(Types(Expectation.None, TargetKnowledge.Correlated, Historic, Blocked)), "1/5 3/5"),
        ("6.2 (8) rule lost, provisioned", () => Type(Types(Expectation.None, TargetKnowledge.Correlated, PolicyApproved, Verified)) + " " + Type(Types(Expectation.None, TargetKnowledge.Correlated, GivenByRole, Verified), Blocks) + " " + Type(Types(Expectation.None, TargetKnowledge.Correlated, PolicyApproved, Verified) with { AllowRemove = false }), "20/1 20/5 1/5"),
        ("6.2 (9) rule lost, never provisioned", () => string.Join(' ', new[] { Pending, Blocked, ProvisioningState.Inactive }.Select(s => Type(Types(Expectation.None, TargetKnowledge.None, PolicyApproved, s))).Distinct()), "ended"),
        ("6.2 (10) declined by a reviewer, provisioned", () => Ask(RequestEvent.Decline, Approved) + " " + (RequestTransitions.For(new RequestSituation { Event = RequestEvent.Decline, W = PolicyApproved, IsProvisioned = true }).To is { } to ? $"{(int)to}" : ""), "17 20"),
        ("6.2 (11) cancelled, target gone after synchronisation", () => Type(Types(Expectation.None, TargetKnowledge.Gone, Cancellation, Executed)), "ended"),
        ("6.2 (12) owner deleted", () => Type(Types(Expectation.None, TargetKnowledge.Correlated, PolicyApproved, Verified) with { OwnerDeleted = true, RemoveOrphans = true }) + " " + Type(Types(Expectation.None, TargetKnowledge.Correlated, PolicyApproved, Verified) with { OwnerDeleted = true }), "20/1 1/5 without owner"),

        ("6.3 (1) no row, no target", () => Value(NoRow) + " " + Value(NoRow, Blocks), "18/1 18/5"),
        ("6.3 (2) no row, current equals policy", () => Value(NoRow with { TargetExists = true, CurrentIsPolicy = true }), "18/4"),
        ("6.3 (3) no row, current differs", () => Value(NoRow with { TargetExists = true }) + " " + Value(NoRow with { TargetExists = true }, Blocks), "18/1 18/5"),
        ("6.3 (4) source changed", () => Value(Row(PolicyApproved, Verified) with { PolicyChanged = true, CurrentIsPrevious = true }) + " " + Value(Row(PolicyApproved, Executed) with { PolicyChanged = true, CurrentIsPrevious = true }), "18/1 18/1"),
        ("6.3 (5) changed in the managed system", () => Value(Row(PolicyApproved, Verified) with { CurrentChanged = true }), "1/5"),
        ("6.3 (6) executed, differs", () => Value(Row(PolicyApproved, Executed)) + " " + Value(Row(PolicyApproved, Executed) with { SynchronizedSince = false }), "1/5 18/8"),
        ("6.3 (7) both changed", () => Value(Row(PolicyApproved, Verified) with { PolicyChanged = true, CurrentChanged = true }) + " " + Value(Row(PolicyApproved, Verified) with { PolicyChanged = true, CurrentChanged = true, Discards = true }), "1/5 18/1"),
        ("6.3 (8) found, equals policy", () => Value(Row(Found, Blocked) with { CurrentIsPolicy = true }) + " " + Value(Row(Historic, Blocked) with { CurrentIsPolicy = true }), "18/4 18/4"),
        ("6.3 (9) found, still different", () => Value(Row(Found, Blocked) with { PolicyChanged = true }) + " " + Value(Row(Historic, Blocked) with { CurrentChanged = true }), "1/5 3/5"),
        ("6.3 (10) reviewer keeps the current value", () => Review(ReviewKind.FoundValue, ReviewVerdict.Keep, Found, Blocked), "16/4"),
        ("6.3 (11) reviewer takes the proposed value", () => Review(ReviewKind.FoundValue, ReviewVerdict.Remove, Historic, Blocked), "18/1"),
        ("6.3 (12) approved, policy changes", () => Value(Row(Approved, Verified) with { PolicyChanged = true }), "24/4"),
        ("6.3 (13) approved or questioned, policy changes, discarded", () => Value(Row(Approved, Verified) with { PolicyChanged = true, Discards = true }) + " " + Value(Row(ApprovedQuestioned, Verified) with { PolicyChanged = true, Discards = true }, Blocks), "18/1 18/5"),
        ("6.3 (14) approved or questioned, current changes again", () => Value(Row(Approved, Verified) with { CurrentChanged = true }) + " " + Value(Row(ApprovedQuestioned, Verified) with { CurrentChanged = true }), "1/5 1/5"),
        ("6.3 (15) not mapped, executed, policy changes", () => Value(Row(PolicyApproved, Executed) with { IsMapped = false, PolicyChanged = true }), "28/8"),
        ("6.3 (16) difference being fixed", () => Value(Row(PolicyApproved, Pending)) + " " + Value(Row(PolicyApproved, Blocked)), "18/1 18/5"),

        ("6.4 (1) expected, current", () => Link(Links(true, true)) + " " + Link(Links(true, true, workflow: Approved)), "18/4 16/4"),
        ("6.4 (2) expected, missing", () => Link(Links(true, false, hasRow: false)) + " " + Link(Links(true, false, workflow: Found, state: Blocked), Blocks), "18/1 18/5"),
        ("6.4 (3) expected, deleted outside", () => Link(Links(true, false)), "18/5"),
        ("6.4 (4) unexpected, current, no row", () => Link(Links(false, true, hasRow: false)), "1/5"),
        ("6.4 (5) rule or role lost, and stays so until the link is gone", () => string.Join(' ', Link(Links(false, true)), Link(Links(false, true), Blocks), Link(Links(false, true, workflow: Cancellation, state: Executed))), "20/1 20/5 20/8"),
        ("6.4 (6) removed and gone", () => Link(Links(false, false, workflow: Cancellation, state: Executed)), "ended"),
        ("6.4 (7) reviewed: keep", () => Review(ReviewKind.FoundLink, ReviewVerdict.Keep, Found, Blocked), "16/4"),
        ("6.4 (8) reviewed: delete", () => Review(ReviewKind.FoundLink, ReviewVerdict.Remove, Historic, Blocked), "20/1"),
        ("6.4 (9) denied: as rule lost", () => Link(Links(false, true)), "20/1"),

        ("6.5 (1) a rule gives it", () => Role(Roles(RoleExpectation.Required)) + " " + Role(Roles(RoleExpectation.MissingParameters)), "18 5"),
        ("6.5 (2) suggested or requested automatically", () => string.Join(' ', new[] { RoleExpectation.Suggested, RoleExpectation.RequestedForExisting, RoleExpectation.RequestedForNew }.Select(e => Role(Roles(e)))), "21 22 23"),
        ("6.5 (3) request, no approval", () => Ask(RequestEvent.Request, WorkflowState.None, ApprovalWorkflowType.None), "16"),
        ("6.5 (3) request, one step", () => Ask(RequestEvent.Request, WorkflowState.None) + " " + Ask(RequestEvent.Approve, PendingApproval), "8 16"),
        ("6.5 (3) request, two steps", () => string.Join(' ', Ask(RequestEvent.Request, WorkflowState.None, ApprovalWorkflowType.Two), Ask(RequestEvent.Approve, PendingApproval1), Ask(RequestEvent.Approve, PendingApproval2)), "9 10 16"),
        ("6.5 (3) request, three steps", () => string.Join(' ', Ask(RequestEvent.Request, WorkflowState.None, ApprovalWorkflowType.Three), Ask(RequestEvent.Approve, PendingApproval1Of3), Ask(RequestEvent.Approve, PendingApproval2Of3), Ask(RequestEvent.Approve, PendingApproval3Of3)), "11 12 13 16"),
        ("6.5 (3) request, declined at any step", () => string.Join(' ', new[] { PendingApproval, PendingApproval1, PendingApproval2, PendingApproval1Of3, PendingApproval2Of3, PendingApproval3Of3, PendingApprovalRisk }.Select(s => Ask(RequestEvent.Decline, s)).Distinct()), "17"),
        ("6.5 (3) request, parameter missing", () => Ask(RequestEvent.Request, WorkflowState.None, lacks: true), "2"),
        ("6.5 (3) request, implicit approval", () => Ask(RequestEvent.Request, WorkflowState.None, ApprovalWorkflowType.Three, isImplicit: true), "16"),
        ("6.5 (3) request, risk", () => string.Join(' ', Ask(RequestEvent.Request, WorkflowState.None, ApprovalWorkflowType.None, RiskVerdict.Approval), Ask(RequestEvent.Approve, PendingApprovalRisk, risk: RiskVerdict.Approval), Ask(RequestEvent.Request, WorkflowState.None, risk: RiskVerdict.Blocking)), "25 116 26"),
        ("6.5 (4) deduced from data, kept or deleted", () => string.Join(' ', Role(Roles(RoleExpectation.None) with { IsDeduced = true }), Ask(RequestEvent.Keep, Found), Ask(RequestEvent.Remove, Historic)), "1 16 20"),
        ("6.5 (5) rule lost", () => string.Join(' ', Role(Roles(RoleExpectation.None, PolicyApproved)), Role(Roles(RoleExpectation.None, PolicyApproved) with { HasGracePeriod = true }), Role(Roles(RoleExpectation.None, PolicyApproved) with { HasGracePeriod = true, IsLostByRuleChange = true })), "ended ended 27"),
        ("6.5 (6) expired", () => Role(Roles(RoleExpectation.None, PolicyApproved) with { IsOver = true, IsStillThere = true }) + " " + Role(Roles(RoleExpectation.None, WorkflowState.Inactive) with { IsOver = true }), "19 ended"),
        ("6.5 (7) a rule gives what was approved", () => Role(Roles(RoleExpectation.Required, Approved)), "16"),
    ];

    public static TheoryData<string> Names => [.. Rows.Select(r => r.Row)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Section6_Row(string row)
    {
        var (_, got, expected) = Rows.Single(r => r.Row == row);

        Assert.Equal(expected, got());
    }

    private static PolicyWorld World(string attributes = "BlockProvisioning=\"false\"")
    {
        var world = new PolicyWorld(Given.Accounts(attributes));
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Clerk"), ("Department", "Sales"));
        world.Job(dirty: true);
        return world;
    }

    [Fact]
    public void Section6_Row_6_1_7_Generation_Transmits()
    {
        using var world = World();

        world.Generate();

        Assert.Equal((Transmitted, Transmitted), (world.Type("001").Row.ProvisioningState, world.Scalar("001", "Title").ProvisioningState));
    }

    [Fact]
    public void Section6_Row_6_1_8_PeriodInThePast_IsInactive()
    {
        using var world = World();
        world.Change("001", t => t with { Row = t.Row with { EndDate = world.Now.AddMinutes(-5) } });

        world.Generate();

        Assert.Equal(ProvisioningState.Inactive, world.Type("001").Row.ProvisioningState);
    }

    [Theory]
    [InlineData(true, Executed)]
    [InlineData(false, Errored)]
    public void Section6_Row_6_1_10_And_11_TheAgentsAnswer_IsExecutedOrErrored(bool isExecuted, ProvisioningState expected)
    {
        using var world = World();
        world.Generate();

        world.Answer(Assert.Single(world.Take()), isExecuted, isExecuted ? null : "No.");

        Assert.Equal((expected, expected), (world.Type("001").Row.ProvisioningState, world.Scalar("001", "Title").ProvisioningState));
    }

    [Fact]
    public void Section6_Row_6_1_12_OlderThanItsValidity_IsErrored()
    {
        using var world = World("BlockProvisioning=\"false\" TransmittedStateValidityPeriod=\"2880\"");
        world.Generate();
        world.Later(2879);
        world.Job(dirty: true);
        Assert.Equal(Transmitted, world.Type("001").Row.ProvisioningState);

        world.Later(2);
        world.Job(dirty: true);

        Assert.Equal(Errored, world.Type("001").Row.ProvisioningState);
    }

    [Fact]
    public void Section6_Row_6_1_15_ExceptionWhileEvaluating_IsRuntimeErrored()
    {
        using var world = new PolicyWorld(Given.Accounts(scalars: """<ScalarRule Policy="P" Property="Secret" Expression="C#:person:return person.Name.Substring(0, 1);" />"""));
        world.Put("Person", "001", ("Login", "anna"));

        world.Job(dirty: true);

        Assert.Equal(RuntimeErrored, world.Scalar("001", "Secret").ProvisioningState);
    }

    [Fact]
    public void Section6_Row_6_1_22_LateAnswerToAnOldOrder_IsIgnored()
    {
        using var world = World();
        world.Generate();
        var order = Assert.Single(world.Take());
        world.Put("Person", "001", ("Title", "Head"));
        world.Job(dirty: true);

        world.Answer(order);

        Assert.Equal(("Head", Pending), (world.Scalar("001", "Title").PolicyValue, world.Scalar("001", "Title").ProvisioningState));
    }

    [Fact]
    public void Section6_Row_6_3_17_RuleNoLongerApplies_EndsTheValue()
    {
        using var world = World();
        world.Deploy(Given.Accounts().Replace("<ScalarRule Policy=\"P\" Property=\"Title\" Binding=\"Person:Title\" />", "", StringComparison.Ordinal));

        world.Job(dirty: true);

        Assert.DoesNotContain(world.Type("001").Scalars, s => s.Property == "Title");
    }

    [Fact]
    public void Section6_Row_6_4_10_TargetGroupDeleted_EndsOnceAndNotAgain()
    {
        using var world = World();
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Single(world.Type("001").Navigations);
        world.Delete("Group", "sales-staff");
        world.Job(dirty: true);
        Assert.Empty(world.Type("001").Navigations);

        world.AssertSettled();
    }
}
