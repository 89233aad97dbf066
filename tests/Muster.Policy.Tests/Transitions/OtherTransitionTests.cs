using Muster.Policy.Transitions;
using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.ProvisioningState;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Tests.Transitions;

/// <summary>The tables of rolemodel.md 6.2, 6.4 and 6.5, row by row.</summary>
public sealed class OtherTransitionTests
{
    private static LinkSituation Link(bool expected, bool current, ProvisioningState state, WorkflowState workflow = PolicyApproved) =>
        new() { IsExpected = expected, IsCurrent = current, HasRow = true, W = workflow, S = state, TargetExists = true, WasCurrent = true };

    private static readonly (string Name, LinkSituation Situation, WorkflowState? Workflow, Next Next)[] Links =
    [
        ("expected, current, approved", Link(true, true, Verified, Approved), null, Next.Verified),
        ("pre-existing, kept as it is", Link(false, true, Verified, Historic), null, Next.Keep),
        ("found, with its role", Link(true, true, Blocked, Historic) with { IsOfFoundRole = true }, null, Next.Review),
        ("of a role that was deduced", new LinkSituation { IsExpected = true, IsCurrent = true, W = PolicyApproved, IsOfFoundRole = true, TargetExists = true }, Found, Next.Review),
        ("expected, current", Link(true, true, Executed), PolicyApproved, Next.Verified),
        ("expected, declined", Link(true, false, ProvisioningState.None, Declined), null, Next.Keep),
        ("expected, missing, no row", new LinkSituation { IsExpected = true, W = PolicyApproved }, PolicyApproved, Next.Due),
        ("expected, missing, found before", Link(true, false, Blocked, Found), PolicyApproved, Next.Due),
        ("expected again during removal", Link(true, false, Executed, Cancellation), PolicyApproved, Next.Due),
        ("expected, deleted outside", Link(true, false, Verified), null, Next.Review),
        ("expected, executed, missing after synchronisation", Link(true, false, Executed) with { SynchronizedSince = true }, null, Next.Review),
        ("expected, under way", Link(true, false, Executed), null, Next.Keep),
        ("expected, missing, any other state", Link(true, false, ProvisioningState.Inactive), null, Next.Due),
        ("unexpected, current, no row, owner departed", new LinkSituation { IsCurrent = true, W = PolicyApproved, TargetExists = true, HasDeparted = true }, Cancellation, Next.Due),
        ("unexpected, current, no row", new LinkSituation { IsCurrent = true, W = PolicyApproved, TargetExists = true }, Found, Next.Review),
        ("unexpected, current, approved", Link(false, true, Verified, Approved), null, Next.Verified),
        ("unexpected, current, declined", Link(false, true, ProvisioningState.None, Declined), Cancellation, Next.Due),
        ("found, owner departed", Link(false, true, Blocked, Found) with { HasDeparted = true }, Cancellation, Next.Due),
        ("found", Link(false, true, Blocked, Historic), null, Next.Review),
        ("removal executed, still there after synchronisation", Link(false, true, Executed, Cancellation) with { SynchronizedSince = true }, null, Next.Review),
        ("removal under way", Link(false, true, Executed, Cancellation), null, Next.Keep),
        ("rule lost", Link(false, true, Verified), Cancellation, Next.Due),
        ("gone, addition was under way", Link(false, false, Transmitted) with { WasCurrent = false }, Cancellation, Next.Due),
        ("gone, taking back an addition", Link(false, false, Pending, Cancellation) with { WasCurrent = false }, null, Next.Keep),
        ("gone", Link(false, false, Executed, Cancellation), null, Next.Drop),
    ];

    private static TypeSituation Type(
        Expectation expectation, TargetKnowledge target, ProvisioningState state, WorkflowState workflow = PolicyApproved) => new()
        {
            Expectation = expectation,
            Target = target,
            HasRow = true,
            W = workflow,
            S = state,
            AllowAdd = true,
            AllowRemove = true,
        };

    private static readonly (string Name, TypeSituation Situation, WorkflowState Workflow, Next Next)[] Types =
    [
        ("declined by hand", Type(Expectation.TypeRule, TargetKnowledge.Correlated, ProvisioningState.None, Declined), Declined, Next.Keep),
        ("declined by reviewer, still there after synchronisation", Type(Expectation.TypeRule, TargetKnowledge.Correlated, Executed, Cancellation) with { AsksRemoval = true, SynchronizedSince = true }, Cancellation, Next.Retry),
        ("declined by reviewer, removal under way", Type(Expectation.TypeRule, TargetKnowledge.Correlated, Pending, Cancellation) with { AsksRemoval = true }, Cancellation, Next.Keep),
        ("declined by reviewer, target gone", Type(Expectation.TypeRule, TargetKnowledge.Gone, Executed, Cancellation) with { AsksRemoval = true }, Declined, Next.None),
        ("requested, not decided", Type(Expectation.None, TargetKnowledge.None, ProvisioningState.None, PendingApproval), PendingApproval, Next.None),
        ("wanted, deletion executed, target gone", Type(Expectation.TypeRule, TargetKnowledge.Gone, Executed, Cancellation), Cancellation, Next.Replace),
        ("wanted, target deleted outside", Type(Expectation.TypeRule, TargetKnowledge.Gone, Verified), PolicyApproved, Next.Review),
        ("wanted, no row, no target", new TypeSituation { Expectation = Expectation.Role, AllowAdd = true }, GivenByRole, Next.Due),
        ("wanted, no row, people create it", new TypeSituation { Expectation = Expectation.TypeRule }, PolicyApproved, Next.None),
        ("wanted again, deletion under way", Type(Expectation.TypeRule, TargetKnowledge.Correlated, Transmitted, Cancellation), Cancellation, Next.Keep),
        ("wanted again, deletion executed", Type(Expectation.TypeRule, TargetKnowledge.Correlated, Executed, Cancellation), Cancellation, Next.Keep),
        ("wanted, proposed target", Type(Expectation.TypeRule, TargetKnowledge.Proposed, Pending), PolicyApproved, Next.Review),
        ("wanted, correlated", Type(Expectation.TypeRule, TargetKnowledge.Correlated, Verified, Approved), Approved, Next.Consolidate),
        ("wanted again, not created yet", Type(Expectation.TypeRule, TargetKnowledge.None, Pending, Cancellation), PolicyApproved, Next.Due),
        ("wanted, created, not seen after synchronisation", Type(Expectation.TypeRule, TargetKnowledge.None, Executed) with { SynchronizedSince = true }, PolicyApproved, Next.Retry),
        ("wanted, creation under way", Type(Expectation.TypeRule, TargetKnowledge.None, Transmitted), PolicyApproved, Next.Keep),
        ("wanted, people create it", Type(Expectation.TypeRule, TargetKnowledge.None, ProvisioningState.None) with { AllowAdd = false }, PolicyApproved, Next.None),
        ("wanted, any other state", Type(Expectation.TypeRule, TargetKnowledge.None, ProvisioningState.Inactive), PolicyApproved, Next.Due),
        ("given by a rule, parameter missing", Type(Expectation.MissingParameters, TargetKnowledge.None, ProvisioningState.None, Suggested), CalculatedMissingParameters, Next.None),
        ("suggested", Type(Expectation.Suggested, TargetKnowledge.None, ProvisioningState.None, Suggested), Suggested, Next.None),
        ("requested automatically before", Type(Expectation.RequestedForExisting, TargetKnowledge.None, ProvisioningState.None, RequestedAutomatically), RequestedAutomatically, Next.None),
        ("requested automatically for a present worker", Type(Expectation.RequestedForExisting, TargetKnowledge.None, ProvisioningState.None, Suggested), SuggestedExisting, Next.None),
        ("requested automatically for a new worker", Type(Expectation.RequestedForNew, TargetKnowledge.None, ProvisioningState.None, WorkflowState.None), RequestedAutomatically, Next.None),
        ("target gone", Type(Expectation.None, TargetKnowledge.Gone, Executed, Cancellation), Cancellation, Next.Drop),
        ("lost, creation under way", Type(Expectation.None, TargetKnowledge.None, Transmitted), Cancellation, Next.Keep),
        ("never provisioned", Type(Expectation.None, TargetKnowledge.None, Blocked), PolicyApproved, Next.Drop),
        ("removal executed, still there after synchronisation", Type(Expectation.None, TargetKnowledge.Correlated, Executed, Cancellation) with { SynchronizedSince = true }, Cancellation, Next.Retry),
        ("removal under way", Type(Expectation.None, TargetKnowledge.Correlated, Blocked, Cancellation), Cancellation, Next.Keep),
        ("owner deleted, orphans are removed", Type(Expectation.None, TargetKnowledge.Correlated, Verified) with { OwnerDeleted = true, RemoveOrphans = true }, Cancellation, Next.Due),
        ("owner deleted", Type(Expectation.None, TargetKnowledge.Correlated, Verified) with { OwnerDeleted = true }, Found, Next.Orphan),
        ("owner deleted, only proposed", Type(Expectation.None, TargetKnowledge.Proposed, Blocked) with { OwnerDeleted = true }, PolicyApproved, Next.Drop),
        ("lost, creation executed and found later", Type(Expectation.None, TargetKnowledge.Correlated, Verified, Cancellation), Cancellation, Next.Due),
        ("found, owner departed", Type(Expectation.None, TargetKnowledge.Correlated, Blocked, Found) with { HasDeparted = true }, Cancellation, Next.Due),
        ("unauthorised account", new TypeSituation { Target = TargetKnowledge.Correlated, AllowRemove = true }, Found, Next.Review),
        ("pre-existing, kept as it is", Type(Expectation.None, TargetKnowledge.Correlated, Verified, Historic), Historic, Next.Keep),
        ("found", Type(Expectation.None, TargetKnowledge.Correlated, Blocked, Historic), Historic, Next.Review),
        ("rule lost", Type(Expectation.None, TargetKnowledge.Correlated, Verified, GivenByRole), Cancellation, Next.Due),
        ("rule lost, people remove it", Type(Expectation.None, TargetKnowledge.Correlated, Verified) with { AllowRemove = false }, Found, Next.Review),
    ];

    private static RoleSituation Role(RoleExpectation expectation, WorkflowState? workflow = null) =>
        new() { Expectation = expectation, HasRow = workflow is not null, W = workflow ?? WorkflowState.None };

    private static readonly (string Name, RoleSituation Situation, WorkflowState? Workflow, bool Ends)[] Roles =
    [
        ("declined by hand", Role(RoleExpectation.Required, Declined), null, false),
        ("expired, still there", Role(RoleExpectation.None, PolicyApproved) with { IsOver = true, IsStillThere = true }, WorkflowState.Inactive, false),
        ("expired", Role(RoleExpectation.None, Approved) with { IsOver = true }, null, true),
        ("approved by hand", Role(RoleExpectation.Required, Approved), null, false),
        ("requested, and a rule gives it meanwhile", Role(RoleExpectation.Required, PendingApproval), PolicyApproved, false),
        ("under review", Role(RoleExpectation.None, PendingApproval1Of3), null, false),
        ("given by a rule", Role(RoleExpectation.Required, Found), PolicyApproved, false),
        ("given by a rule, parameter missing", Role(RoleExpectation.MissingParameters), CalculatedMissingParameters, false),
        ("found", Role(RoleExpectation.None, Historic) with { IsDeduced = true }, null, false),
        ("deduced from data", Role(RoleExpectation.None) with { IsDeduced = true }, Found, false),
        ("cancelled, still there", Role(RoleExpectation.None, Cancellation) with { IsStillThere = true }, null, false),
        ("suggested", Role(RoleExpectation.Suggested), Suggested, false),
        ("requested automatically before", Role(RoleExpectation.RequestedForExisting, RequestedAutomatically), null, false),
        ("requested automatically for a present worker", Role(RoleExpectation.RequestedForExisting), SuggestedExisting, false),
        ("requested automatically for a new worker", Role(RoleExpectation.RequestedForNew), RequestedAutomatically, false),
        ("in its grace period", Role(RoleExpectation.None, Prolonged) with { IsLostByRuleChange = true, HasGracePeriod = true }, null, false),
        ("rule changed, grace period", Role(RoleExpectation.None, PolicyApproved) with { IsLostByRuleChange = true, HasGracePeriod = true }, Prolonged, false),
        ("rule lost", Role(RoleExpectation.None, PolicyApproved), null, true),
    ];

    /// <summary>What each row leaves is left by the next evaluation as it is.</summary>
    [Fact]
    public void Role_ItsOwnResult_ChangesNothing()
    {
        foreach (var situation in Roles.Select(c => c.Situation).Where(s => !RoleTransitions.For(s).Ends))
        {
            var after = situation with { HasRow = true, W = RoleTransitions.For(situation).Workflow ?? situation.W };
            var second = RoleTransitions.For(after);
            Assert.True(!second.Ends && (second.Workflow ?? after.W) == after.W, $"{after.W} after '{RoleTransitions.For(situation).Name}' is changed by '{second.Name}'.");
        }
    }

    /// <summary>Lost by a change of the owner's data, or without a grace period, a role goes at once, also out of its grace period.</summary>
    [Theory]
    [InlineData(PolicyApproved, false, true)]
    [InlineData(PolicyApproved, true, false)]
    [InlineData(Prolonged, false, true)]
    [InlineData(GivenByRole, true, true)]
    public void Role_Lost_Goes(WorkflowState state, bool byRules, bool hasGrace) =>
        Assert.Equal("rule lost", RoleTransitions.For(Role(RoleExpectation.None, state) with { IsLostByRuleChange = byRules, HasGracePeriod = hasGrace }).Name);

    public static TheoryData<string> LinkNames => [.. Links.Select(c => c.Name)];

    public static TheoryData<string> TypeNames => [.. Types.Select(c => c.Name)];

    public static TheoryData<string> RoleNames => [.. Roles.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(LinkNames))]
    public void Link_Situation_TakesItsRow(string name)
    {
        var expected = Links.Single(c => c.Name == name);
        var transition = LinkTransitions.For(expected.Situation);
        Assert.Equal((name, expected.Workflow, expected.Next), (transition.Name, transition.Workflow, transition.Next));
    }

    [Theory]
    [MemberData(nameof(TypeNames))]
    public void Type_Situation_TakesItsRow(string name)
    {
        var expected = Types.Single(c => c.Name == name);
        var transition = TypeTransitions.For(expected.Situation);
        Assert.Equal((name, expected.Workflow, expected.Next), (transition.Name, transition.Resolve(expected.Situation), transition.Next));
    }

    [Theory]
    [MemberData(nameof(RoleNames))]
    public void Role_Situation_TakesItsRow(string name)
    {
        var expected = Roles.Single(c => c.Name == name);
        var transition = RoleTransitions.For(expected.Situation);
        Assert.Equal((name, expected.Workflow, expected.Ends), (transition.Name, transition.Workflow, transition.Ends));
    }

    [Fact]
    public void Tables_EveryRow_IsTested()
    {
        Assert.Equal(LinkTransitions.Table.Select(t => t.Name), Links.Select(c => c.Name));
        Assert.Equal(TypeTransitions.Table.Select(t => t.Name), Types.Select(c => c.Name));
        Assert.Equal(RoleTransitions.Table.Select(t => t.Name), Roles.Select(c => c.Name));
    }

    [Fact]
    public void Link_ItsOwnResult_ChangesNothing()
    {
        foreach (var situation in Links.Select(c => c.Situation))
        {
            var first = LinkTransitions.For(situation);
            if (first.Next == Next.Drop)
            {
                continue;
            }

            var after = situation with
            {
                HasRow = true,
                W = first.Workflow ?? situation.W,
                S = first.Next.Resolve(situation.S, false),
                WasCurrent = situation.IsCurrent,
            };
            var second = LinkTransitions.For(after);
            Assert.True(
                (second.Workflow ?? after.W) == after.W && second.Next.Resolve(after.S, false) == after.S && second.Next != Next.Drop,
                $"'{first.Name}' gives {after.W}/{after.S}, then '{second.Name}' changes it.");
        }
    }
}
