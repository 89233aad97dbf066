using Muster.Policy.Compilation;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>Makes one assigned resource type with its values from the outcome of the tables.</summary>
internal sealed class AssignedTypeBuilder(
    CompiledResourceType type, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts, OwnerFindings findings, SlotTrace? trace = null)
{
    private const string DeletedOutside = "The target was deleted in the managed system, not by Muster.";
    private const string NotObserved = "Executed, but not observed in the managed system.";

    public AssignedType Build(
        ExpectedPeriod? expected, AssignedType? stored, TypeSituation situation, TypeTransition transition, long? target, int? confidence)
    {
        var before = stored?.Row;
        var workflow = transition.Resolve(situation);
        var isByHand = before is not null && (workflow.IsManual() || workflow.IsPending());
        var period = isByHand ? ByHand(before!) : expected?.Period ?? (before is null ? Period.Always : new Period(before.StartDate, before.EndDate));
        var row = new AssignedResourceType
        {
            Id = before?.Id ?? 0,
            Owner = transition.Next == Next.Orphan ? null : owner.Id,
            ResourceType = type.Identifier,
            Resource = target,
            WorkflowState = workflow,
            Confidence = target is null ? null : confidence,
            StartDate = period.Start,
            EndDate = period.End,
            ParametersValues = before?.ParametersValues,
            IsContextBound = isByHand && before!.IsContextBound,
            AsksRemoval = before is { AsksRemoval: true } && workflow == before.WorkflowState,
            IsOwned = (before is { IsOwned: true } && (target is null || before.Resource == target)) || (situation.IsExpected && situation.Target == TargetKnowledge.Correlated) || IsMadeFor(before, target),
            Order = before?.Order,
            OrderAt = before?.OrderAt,
            Attempts = before?.Attempts ?? 0,
        };
        var reasons = BlockDecision.Reasons(type.Definition, facts.Blocks, stored, situation);
        trace?.BlockReasons.AddRange(reasons);
        var values = Values(row, expected, WithoutProgress(stored, situation, transition), situation, reasons.Count > 0, target);
        return Finish(row, situation, transition, stored, values, reasons);
    }

    /// <summary>The dates that a person gave; an end that follows the contexts moves with them.</summary>
    private Period ByHand(AssignedResourceType row) =>
        new(row.StartDate, row.IsContextBound && owner.Contexts.Hull is { } hull && hull.End > row.StartDate ? hull.End : row.EndDate);

    /// <summary>What was created for the owner is the owner's, though it may not be wanted any more when it is seen.</summary>
    private bool IsMadeFor(AssignedResourceType? before, long? target) =>
        before is { Resource: null } && owner.Created.TryGetValue(before.Id, out var made) && made == target;

    private (IReadOnlyList<AssignedResourceScalar> Scalars, IReadOnlyList<AssignedResourceNavigation> Navigations) Values(
        AssignedResourceType row, ExpectedPeriod? expected, AssignedType? stored, TypeSituation situation, bool isBlocked, long? target)
    {
        // Without an expected assignment there are no values (rolemodel.md 5.4): a removal concerns the target as a whole.
        if (expected is null || !situation.IsExpected || row.WorkflowState is WorkflowState.Cancellation or WorkflowState.Declined || owner.Resource is null)
        {
            return ([], []);
        }

        var resource = target is { } id ? facts.Targets.GetValueOrDefault(id) : null;
        var evaluation = new ValueEvaluation(type, owner, held, facts, findings, row, expected.Bases, stored, isBlocked || situation.Target == TargetKnowledge.Proposed, resource, trace);
        return (evaluation.Scalars(), evaluation.Navigations());
    }

    /// <summary>A creation that is repeated goes out whole: what was sent of the former one is to be sent again.</summary>
    private static AssignedType? WithoutProgress(AssignedType? stored, TypeSituation situation, TypeTransition transition) =>
        stored is not null && (situation.Target == TargetKnowledge.Gone || (situation.Target == TargetKnowledge.None && transition.Next == Next.Retry))
            ? stored with
            {
                Scalars = [.. stored.Scalars.Select(s => s with { ProvisioningState = ProvisioningState.None })],
                Navigations = [.. stored.Navigations.Select(n => n with { ProvisioningState = ProvisioningState.None })],
            }
            : stored;

    private AssignedType Finish(
        AssignedResourceType row,
        TypeSituation situation,
        TypeTransition transition,
        AssignedType? stored,
        (IReadOnlyList<AssignedResourceScalar> Scalars, IReadOnlyList<AssignedResourceNavigation> Navigations) values,
        IReadOnlyList<string> reasons)
    {
        var state = transition.Next switch
        {
            Next.Consolidate => Consolidation.OfValues(type, values.Scalars, values.Navigations),
            Next.Orphan => ProvisioningState.Blocked,
            Next.Retry when row.Attempts + 1 >= Nexts.MaximumAttempts => ProvisioningState.Errored,
            Next.Retry => Next.Due.Resolve(situation.S, reasons.Count > 0),
            _ => transition.Next.Resolve(situation.S, reasons.Count > 0),
        };
        var retried = transition.Next == Next.Retry;
        row = row with
        {
            ProvisioningState = state,
            Attempts = retried ? row.Attempts + 1 : state == ProvisioningState.Verified ? 0 : row.Attempts,
            Message = MessageOf(situation, transition, state, stored?.Row),
        };
        row = Consolidation.Of(type, row, values.Scalars, values.Navigations);
        row = row with
        {
            BlockReason = row.BlockedCount == 0 ? null : stored?.Row.BlockReason ?? Reason(row, situation, reasons),
            AwaitsSince = Consolidation.AwaitsSince(type, row, values.Scalars, values.Navigations),
        };
        return new AssignedType(row, values.Scalars, values.Navigations);
    }

    private static string? MessageOf(TypeSituation situation, TypeTransition transition, ProvisioningState state, AssignedResourceType? stored)
    {
        if (transition.Next == Next.Retry)
        {
            return NotObserved;
        }

        if (situation is { Target: TargetKnowledge.Gone, IsExpected: true })
        {
            return DeletedOutside;
        }

        if (state == ProvisioningState.Errored && stored is { ProvisioningState: not ProvisioningState.Errored })
        {
            return Elapsed.Message;
        }

        return state is ProvisioningState.Verified or ProvisioningState.Executed ? null : stored?.Message;
    }

    private static string Reason(AssignedResourceType row, TypeSituation situation, IReadOnlyList<string> reasons)
    {
        if (situation.Target == TargetKnowledge.Proposed)
        {
            return $"The target is only proposed, with confidence {row.Confidence}: a person confirms it.";
        }

        if (row.WorkflowState.IsNonConforming())
        {
            return "No rule supports it: a person decides.";
        }

        return situation.Target == TargetKnowledge.Gone ? DeletedOutside : reasons.Count > 0 ? reasons[0] : "A value waits for a review.";
    }
}

/// <summary>Why something new must pass a review (rolemodel.md 5.7); the first reason is told.</summary>
internal static class BlockDecision
{
    public const string OfResourceType = "The resource type has BlockProvisioning.";

    public static IReadOnlyList<string> Reasons(
        Configuration.Model.ResourceType type, BlockOptions options, AssignedType? stored, TypeSituation situation)
    {
        var reasons = new List<string>();
        if (type.BlockProvisioning && !options.NoProvisioningReview)
        {
            reasons.Add(OfResourceType);
        }

        if (options.BlockProvisioning)
        {
            reasons.Add("The task has BlockProvisioning.");
        }

        if (options.BlockAllResourceTypes)
        {
            reasons.Add("The task has BlockAllResourceTypeProvisioning.");
        }

        if (situation.Target == TargetKnowledge.Proposed)
        {
            reasons.Add("The target is only proposed.");
        }

        if (stored is not null && IsBlockedAlready(stored, situation))
        {
            reasons.Add("Another order of the same resource is blocked.");
        }

        return reasons;
    }

    private static bool IsBlockedAlready(AssignedType stored, TypeSituation situation) =>
        (situation is { Target: TargetKnowledge.None, S: ProvisioningState.Blocked } && !stored.Row.WorkflowState.IsNonConforming())
        || stored.Scalars.Any(s => s.ProvisioningState == ProvisioningState.Blocked && !s.WorkflowState.IsNonConforming())
        || stored.Navigations.Any(n => n.ProvisioningState == ProvisioningState.Blocked && !n.WorkflowState.IsNonConforming());
}
