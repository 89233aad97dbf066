using Muster.Policy.Transitions;
using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.ProvisioningState;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Tests.Transitions;

/// <summary>The table of rolemodel.md 6.3 and 6.1, row by row.</summary>
public sealed class ValueTransitionTests
{
    private static ValueSituation New => new() { IsMapped = true, W = PolicyApproved };

    private static ValueSituation Target(ProvisioningState state, WorkflowState workflow = PolicyApproved) =>
        new() { IsMapped = true, HasRow = true, TargetExists = true, W = workflow, S = state };

    private static ValueSituation NoTarget(ProvisioningState state) => Target(state) with { TargetExists = false };

    private static ValueSituation CreateOnly(ProvisioningState state) => Target(state) with { IsMapped = false };

    private static readonly (string Name, ValueSituation Situation, WorkflowState? Workflow, Next Next)[] Cases =
    [
        ("create-only, target exists without a row", New with { IsMapped = false, TargetExists = true }, null, Next.Drop),
        ("create-only, changed by hand to the policy value", CreateOnly(Executed) with { W = PolicyApprovedWithChanges, CurrentIsPolicy = true }, PolicyApproved, Next.Keep),
        ("create-only, executed, policy value changed", CreateOnly(Executed) with { PolicyChanged = true }, PolicyApprovedWithChanges, Next.Keep),
        ("create-only, executed", CreateOnly(Executed) with { CurrentIsPolicy = true }, null, Next.Keep),
        ("create-only, creation not sent, target exists by now", CreateOnly(Pending), null, Next.Drop),
        ("create-only, creation under way, target exists by now", CreateOnly(Transmitted), null, Next.Keep),
        ("no row, no target", New, PolicyApproved, Next.Due),
        ("no target, not sent yet", NoTarget(Blocked) with { PolicyChanged = true }, PolicyApproved, Next.Keep),
        ("no target, sent, policy value changed", NoTarget(Transmitted) with { PolicyChanged = true }, PolicyApproved, Next.Due),
        ("no target, sent", NoTarget(Transmitted), PolicyApproved, Next.Keep),
        ("no target, errored, policy value changed", NoTarget(Errored) with { PolicyChanged = true }, PolicyApproved, Next.Review),
        ("no target, errored", NoTarget(Errored), PolicyApproved, Next.Keep),
        ("no target, executed, policy value changed", NoTarget(Executed) with { PolicyChanged = true }, PolicyApproved, Next.Due),
        ("no target, executed", NoTarget(Executed), PolicyApproved, Next.Keep),
        ("no target, any other state", NoTarget(RuntimeErrored), PolicyApproved, Next.Due),
        ("no row, current equals policy", New with { TargetExists = true, CurrentIsPolicy = true }, PolicyApproved, Next.Verified),
        ("no row, current differs", New with { TargetExists = true }, PolicyApproved, Next.Due),
        ("declined, current equals policy", Target(ProvisioningState.None, Declined) with { CurrentIsPolicy = true }, PolicyApproved, Next.Verified),
        ("declined, source changed", Target(ProvisioningState.None, Declined) with { PolicyChanged = true }, PolicyApproved, Next.Review),
        ("declined", Target(ProvisioningState.None, Declined), null, Next.Keep),
        ("found, current equals policy", Target(Blocked, Found) with { CurrentIsPolicy = true }, PolicyApproved, Next.Verified),
        ("pre-existing, kept as it is", Target(Verified, Historic), null, Next.Keep),
        ("found, still different", Target(Blocked, Historic) with { PolicyChanged = true }, null, Next.Review),
        ("approved, source changed, manual values discarded", Target(Verified, ApprovedQuestioned) with { PolicyChanged = true, Discards = true }, PolicyApproved, Next.Due),
        ("approved, current changed again", Target(Verified, Approved) with { CurrentChanged = true }, Found, Next.Review),
        ("approved, source changed", Target(Verified, Approved) with { PolicyChanged = true }, ApprovedQuestioned, Next.Keep),
        ("questioned, current equals policy", Target(Verified, ApprovedQuestioned) with { CurrentIsPolicy = true }, Approved, Next.Verified),
        ("approved", Target(Verified, Approved), null, Next.Keep),
        ("current equals policy", Target(Transmitted) with { CurrentIsPolicy = true }, PolicyApproved, Next.Verified),
        ("evaluation failed before", Target(RuntimeErrored), PolicyApproved, Next.Due),
        ("verified, source changed", Target(Verified) with { PolicyChanged = true, CurrentIsPrevious = true }, PolicyApproved, Next.Due),
        ("executed, source changed", Target(Executed) with { PolicyChanged = true }, PolicyApproved, Next.Due),
        ("verified, changed in the managed system", Target(Verified), Found, Next.Review),
        ("executed, differs after synchronisation", Target(Executed) with { SynchronizedSince = true }, Found, Next.Review),
        ("executed, not synchronised since", Target(Executed), PolicyApproved, Next.Keep),
        ("both changed, manual values discarded", Target(Verified) with { PolicyChanged = true, Discards = true }, PolicyApproved, Next.Due),
        ("both changed", Target(Verified) with { PolicyChanged = true }, Found, Next.Review),
        ("difference being fixed", Target(Blocked) with { PolicyChanged = true }, PolicyApproved, Next.Keep),
        ("sent, policy value changed", Target(Transmitted) with { PolicyChanged = true }, PolicyApproved, Next.Due),
        ("sent", Target(Transmitted), PolicyApproved, Next.Keep),
        ("errored, policy value changed", Target(Errored) with { PolicyChanged = true }, PolicyApproved, Next.Review),
        ("errored", Target(Errored), PolicyApproved, Next.Keep),
        ("no state or inactive", Target(ProvisioningState.Inactive), PolicyApproved, Next.Due),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void For_Situation_TakesItsRow(string name)
    {
        var expected = Cases.Single(c => c.Name == name);

        var transition = ValueTransitions.For(expected.Situation);

        Assert.Equal((name, expected.Workflow, expected.Next), (transition.Name, transition.Workflow, transition.Next));
    }

    [Fact]
    public void Table_EveryRow_IsTested() =>
        Assert.Equal(ValueTransitions.Table.Select(t => t.Name), Cases.Select(c => c.Name));

    /// <summary>What a transition gives, it must keep when nothing else changes: else a second run would write.</summary>
    [Fact]
    public void For_ItsOwnResult_ChangesNothing()
    {
        foreach (var situation in Cases.Select(c => c.Situation).SelectMany(s => new[] { s, s with { SynchronizedSince = true } }))
        {
            var first = ValueTransitions.For(situation);
            if (first.Next == Next.Drop)
            {
                continue;
            }

            var after = situation with
            {
                HasRow = true,
                W = first.Workflow ?? situation.W,
                S = first.Next.Resolve(situation.S, isBlocked: false),
                PolicyChanged = false,
                CurrentChanged = false,
                CurrentIsPrevious = situation.CurrentIsPolicy,
            };
            var second = ValueTransitions.For(after);
            Assert.True(
                (second.Workflow ?? after.W) == after.W && second.Next.Resolve(after.S, false) == after.S,
                $"'{first.Name}' gives {after.W}/{after.S}, then '{second.Name}' changes it.");
        }
    }
}
