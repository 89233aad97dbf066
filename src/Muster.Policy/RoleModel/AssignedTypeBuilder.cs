using Muster.Policy.Compilation;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>Makes one assigned resource type with its values from the outcome of the tables.</summary>
/// <param name="place">The resource type's place among <see cref="BatchFacts.Types"/>.</param>
internal sealed class AssignedTypeBuilder(
    int place, OwnerInput owner, IReadOnlyList<HeldRole> held, SituationPlan? plan, BatchFacts facts, OwnerFindings findings, SlotTrace? trace = null)
{
    private readonly CompiledResourceType _type = facts.Types[place];
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
            ResourceType = _type.Identifier,
            Resource = target,
            WorkflowState = workflow,
            Confidence = target is null ? null : confidence,
            StartDate = period.Start,
            EndDate = period.End,
            ParametersValues = before?.ParametersValues,
            StateSince = before is not null && before.WorkflowState == workflow ? before.StateSince : null,
            IsContextBound = isByHand && before!.IsContextBound,
            AsksRemoval = before is { AsksRemoval: true } && workflow == before.WorkflowState,
            IsOwned = (before is { IsOwned: true } && (target is null || before.Resource == target)) || (situation.IsExpected && situation.Target == TargetKnowledge.Correlated) || IsMadeFor(before, target),
            Order = before?.Order,
            OrderAt = before?.OrderAt,
            Attempts = before?.Attempts ?? 0,
        };
        var reasons = BlockDecision.Reasons(_type.Definition, facts.Blocks, stored, situation);
        trace?.BlockReasons.AddRange(reasons);
        var progress = WithoutProgress(stored, situation, transition);
        var values = Values(row, expected, progress, situation, reasons.Count > 0, target);
        if (!ReferenceEquals(progress, stored))
        {
            values = values with { Stored = -1 };
        }

        return Finish(row, situation, transition, stored, values, reasons);
    }

    /// <summary>The dates that a person gave; an end that follows the contexts moves with them.</summary>
    private Period ByHand(AssignedResourceType row) =>
        new(row.StartDate, row.IsContextBound && owner.Contexts.Hull is { } hull && hull.End > row.StartDate ? hull.End : row.EndDate);

    /// <summary>What was created for the owner is the owner's, though it may not be wanted any more when it is seen.</summary>
    private bool IsMadeFor(AssignedResourceType? before, long? target) =>
        before is { Resource: null } && owner.Created.TryGetValue(before.Id, out var made) && made == target;

    private EvaluatedValues Values(
        AssignedResourceType row, ExpectedPeriod? expected, AssignedType? stored, TypeSituation situation, bool isBlocked, long? target)
    {
        // Without an expected assignment there are no values (rolemodel.md 5.4): a removal concerns the target as a whole.
        if (expected is null || !situation.IsExpected || row.WorkflowState is WorkflowState.Cancellation or WorkflowState.Declined || owner.Resource is null)
        {
            return EvaluatedValues.None;
        }

        var resource = target is { } id ? facts.Targets.GetValueOrDefault(id) : null;
        var period = new Period(row.StartDate, row.EndDate);
        var wanted = trace is null ? plan?.Values(place, owner, period, expected, facts) : null;
        if (wanted?.Next is { } next)
        {
            findings.Bound(next);
        }

        wanted ??= ValuePlan.Of(_type, owner, held, facts, period, expected.Bases, trace, findings);
        return new ValueEvaluation(_type, owner, wanted, facts, findings, row, stored, isBlocked || situation.Target == TargetKnowledge.Proposed, resource, trace).Evaluate();
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
        EvaluatedValues values,
        IReadOnlyList<string> reasons)
    {
        var state = transition.Next switch
        {
            Next.Consolidate => Consolidation.OfValues(_type, values.Scalars, values.Navigations),
            Next.Orphan => ProvisioningState.Blocked,
            Next.Retry when row.Attempts + 1 >= Nexts.MaximumAttempts => ProvisioningState.Errored,
            Next.Retry => Next.Due.Resolve(situation.S, reasons.Count > 0),
            _ => transition.Next.Resolve(situation.S, reasons.Count > 0),
        };
        var retried = transition.Next == Next.Retry;
        var consolidated = Consolidation.Of(_type, row.WorkflowState, state, values.Scalars, values.Navigations);
        row = row with
        {
            ProvisioningState = state,
            Attempts = retried ? row.Attempts + 1 : state == ProvisioningState.Verified ? 0 : row.Attempts,
            Message = MessageOf(situation, transition, state, stored?.Row),
            ConsolidatedProvisioningState = consolidated.Provisioning,
            ConsolidatedWorkflowReviewState = row.WorkflowState,
            BlockedCount = consolidated.Blocked,
            ConsolidatedWorkflowFoundState = consolidated.Found,
            FoundCount = consolidated.FoundCount,
            BlockReason = consolidated.Blocked == 0 ? null : stored?.Row.BlockReason ?? Reason(row, situation, reasons),
            AwaitsSince = Consolidation.AwaitsSince(_type, state, row.OrderAt, values.Scalars, values.Navigations),
        };
        return IsAsStored(row, stored, values) ? stored! : new AssignedType(row, values.Scalars, values.Navigations);
    }

    /// <summary>Nothing is to be written: the same row, with values that are all the stored ones.</summary>
    private static bool IsAsStored(AssignedResourceType row, AssignedType? stored, EvaluatedValues values) =>
        stored is not null
        && values.Stored == values.Scalars.Count + values.Navigations.Count
        && values.Scalars.Count == stored.Scalars.Count
        && values.Navigations.Count == stored.Navigations.Count
        && row.Equals(stored.Row);

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
        List<string> reasons = [];
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
        || stored.Scalars.Any(static s => s.ProvisioningState == ProvisioningState.Blocked && !s.WorkflowState.IsNonConforming())
        || stored.Navigations.Any(static n => n.ProvisioningState == ProvisioningState.Blocked && !n.WorkflowState.IsNonConforming());
}
