using Muster.Policy.Compilation;
using Muster.Policy.Correlation;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// The rows of one owner and one resource type: expected periods are matched with stored rows and with correlated targets, and each pair
/// goes through the tables of rolemodel.md 6 (5.4, phases 4 to 8).
/// </summary>
/// <param name="place">The resource type's place among <see cref="BatchFacts.Types"/>.</param>
/// <param name="rows">The owner's rows so far; those of this resource type are added.</param>
internal sealed class TypeEvaluation(
    int place, OwnerInput owner, IReadOnlyList<HeldRole> held, SituationPlan? plan, BatchFacts facts, OwnerFindings findings, List<AssignedType> rows)
{
    private readonly CompiledResourceType _type = facts.Types[place];

    /// <param name="suggestion">What rules only suggest or ask for; null for nothing.</param>
    public void Evaluate(IReadOnlyList<ExpectedPeriod> expected, ExpectedPeriod? suggestion = null)
    {
        var slots = Match(expected);
        new TargetPlacement(_type, owner, facts, findings).Correlate(slots, expected);
        if (suggestion is not null && !slots.Exists(IsDecided))
        {
            var slot = slots.Find(s => s is { Target: null, Stored.Row: { } row } && (RequestTransitions.IsSuggestion(row.WorkflowState) || row.WorkflowState == WorkflowState.CalculatedMissingParameters));
            if (slot is null)
            {
                slots.Add(slot = new TypeSlot(null, null));
            }

            slot.Suggestion = suggestion;
        }

        foreach (var slot in slots)
        {
            Write(slot);
        }
    }

    /// <summary>Wanted, asked for or declined by a person: nothing is suggested beside it.</summary>
    private static bool IsDecided(TypeSlot slot) =>
        slot.Expected is not null
        || (slot.Stored?.Row is { } row && (row.WorkflowState.IsManual() || row.WorkflowState.IsPending()
            || (row.WorkflowState is WorkflowState.Declined or WorkflowState.BlockedByRisk && !TargetClaims.IsDeclinedProposal(row))));

    /// <summary>Phase 5: each expected period takes the stored row that overlaps it, one with a target first.</summary>
    private List<TypeSlot> Match(IReadOnlyList<ExpectedPeriod> expected)
    {
        List<AssignedType> own = [];
        foreach (var stored in owner.Stored.Types)
        {
            if (stored.Row.ResourceType == _type.Identifier)
            {
                own.Add(stored);
            }
        }

        var slots = new List<TypeSlot>(Math.Max(expected.Count, own.Count));
        if (expected.Count == 1 && own.Count == 1 && !TargetClaims.IsDeclinedProposal(own[0].Row) && Fits(own[0].Row, expected[0].Period)
            && !_type.Definition.CorrelateMultipleResources)
        {
            // Most of them.
            slots.Add(new TypeSlot(expected[0], own[0]));
            return slots;
        }

        var free = own.Where(t => !TargetClaims.IsDeclinedProposal(t.Row))
            .OrderBy(t => Preference(t.Row))
            .ThenBy(t => t.Row.Id)
            .ToList();
        foreach (var period in expected)
        {
            var fitting = free.Where(t => Fits(t.Row, period.Period)).ToList();
            var taken = _type.Definition.CorrelateMultipleResources ? WithTarget(fitting) : [];
            if (taken.Count == 0)
            {
                taken = [.. fitting.Take(1)];
            }

            slots.AddRange(taken.Select(t => new TypeSlot(period, t)));
            if (taken.Count == 0)
            {
                slots.Add(new TypeSlot(period, null));
            }

            free.RemoveAll(taken.Contains);
        }

        // A declined proposal remembers that this target is not the owner's; what is wanted is another matter.
        slots.AddRange(free.Select(t => new TypeSlot(ManualPeriod(t.Row), t)));
        slots.AddRange(own.Where(t => TargetClaims.IsDeclinedProposal(t.Row)).Select(t => new TypeSlot(null, t)));
        return slots;
    }

    /// <summary>
    /// What one owner of several targets has. What is gone is not wanted again as long as another is there: one that never was would not be
    /// wanted either.
    /// </summary>
    private List<AssignedType> WithTarget(List<AssignedType> fitting)
    {
        var known = fitting.Where(t => t.Row.Resource is not null && t.Row.WorkflowState != WorkflowState.Cancellation).ToList();
        var existing = known.Where(t => facts.Targets.ContainsKey(t.Row.Resource!.Value)).ToList();
        return existing.Count > 0 ? existing : [.. known.Take(1)];
    }

    /// <summary>What the owner has comes before what is only proposed: what a person has confirmed is never given up for another proposal.</summary>
    private static int Preference(AssignedResourceType row) =>
        (row.Resource is null ? 4 : 0) + (row.WorkflowState == WorkflowState.Cancellation ? 2 : 0) + (TargetClaims.IsHold(row) ? 0 : 1);

    private static bool Fits(AssignedResourceType row, Period period) =>
        period.Overlaps(new Period(row.StartDate, row.EndDate)) || row.WorkflowState.IsNonConforming();

    private ExpectedPeriod? ManualPeriod(AssignedResourceType row) =>
        IsGivenByHand(row) && owner.Resource is not null
        && owner.Contexts.Within(new Period(row.StartDate, row.EndDate), row.IsContextBound) is { } period && period.End > facts.Now
            ? new ExpectedPeriod(period, Expectation.Manual, [period])
            : null;

    /// <summary>Approved; also while its removal waits for an approval.</summary>
    private static bool IsGivenByHand(AssignedResourceType row) => row.WorkflowState.IsManual() || (row.AsksRemoval && row.WorkflowState.IsPending());

    private void Write(TypeSlot slot)
    {
        var stored = slot.Stored?.Row;
        var knowledge = Knowledge(slot);
        if (stored is null && slot is { Expected: null, Target: null, Suggestion: null })
        {
            return;
        }

        var executed = stored is { ProvisioningState: ProvisioningState.Executed } ? stored.OrderAt : null;
        var situation = new TypeSituation
        {
            Expectation = (slot.Expected ?? slot.Suggestion)?.Expectation ?? Expectation.None,
            Target = knowledge,
            HasRow = stored is not null && !(slot.LostTarget && slot.Expected is not null),
            W = stored?.WorkflowState ?? WorkflowState.None,
            S = slot.LostTarget ? ProvisioningState.None : StateOf(stored),
            AllowAdd = _type.Definition.AllowAdd,
            AllowRemove = _type.Definition.AllowRemove,
            RemoveOrphans = _type.Definition.RemoveOrphans,
            OwnerDeleted = owner.Resource is null,
            HasDeparted = owner.Contexts.HasDeparted(facts.Now),
            SynchronizedSince = facts.IsSynchronizedSince(_type.Definition, executed),
            AsksRemoval = stored?.AsksRemoval ?? false,
            IsManualOver = stored is not null && stored.WorkflowState.IsManual() && ManualPeriod(stored)?.Period.Contains(facts.Now) != true,
        };
        var transition = TypeTransitions.For(situation);
        Apply(slot, situation, transition);
    }

    private void Apply(TypeSlot slot, TypeSituation situation, TypeTransition transition)
    {
        var stored = slot.Stored?.Row;
        if (stored is not null && (stored.Resource != slot.Target || transition.Next is Next.Drop or Next.Replace or Next.Orphan))
        {
            facts.GiveBack(stored);
        }

        switch (transition.Next)
        {
            case Next.Drop:
                if (stored is not null)
                {
                    facts.Trace?.Of(_type).Ended.Add((stored, transition.Name, transition.Source));
                }

                return;
            case Next.Replace:
                Write(new TypeSlot(slot.Expected, null));
                return;
            default:
                break;
        }

        var told = facts.Trace is { } trace ? new SlotTrace(stored) { Expected = slot.Expected, Situation = situation } : null;
        var row = new AssignedTypeBuilder(place, owner, held, plan, facts, findings, told)
            .Build(slot.Expected ?? slot.Suggestion, WithoutValuesOfAnother(slot.Stored, slot, situation), situation, transition, situation.Exists ? slot.Target : null, slot.Confidence);
        if (row.Row.Resource is { } target)
        {
            if (TargetClaims.IsHold(row.Row))
            {
                // A hold that becomes firm takes what the weaker one left to others.
                var isNew = stored?.Resource != target || !TargetClaims.IsHold(stored) || (TargetClaims.IsFirm(row.Row) && !TargetClaims.IsFirm(stored));
                Claim(target, row.Row, isNew);
            }
            else
            {
                facts.Claims.Propose(target, new SourceOwner(facts.Source, owner.Id));
            }
        }

        if (told is not null)
        {
            told.Result = row;
            facts.Trace!.Of(_type).Slots.Add(told);
            facts.Trace.Row(row, transition.Name, transition.Source);
        }

        rows.Add(row);
    }

    /// <summary>
    /// Values that were compared with a mere proposal say nothing once there is no target, or it is confirmed; those of one target say nothing
    /// of another; and what was under way for a creation is not for a proposal.
    /// </summary>
    private static AssignedType? WithoutValuesOfAnother(AssignedType? stored, TypeSlot slot, TypeSituation situation)
    {
        if (stored is null)
        {
            return null;
        }

        var wasProposed = stored.Row.Resource is not null && !TargetClaims.IsHold(stored.Row);
        var isProposed = situation.Target == TargetKnowledge.Proposed;
        var isSame = stored.Row.Resource == slot.Target;
        var isAnother = !isSame && stored.Row.Resource is not null && slot.Target is not null;
        return isAnother || ((wasProposed || isProposed) && !(wasProposed && isProposed && isSame))
            ? stored with { Row = stored.Row with { BlockReason = null }, Scalars = [], Navigations = [] }
            : stored;
    }

    private void Claim(long target, AssignedResourceType row, bool isNew)
    {
        var holder = new TargetHolder(row.Id, row.Owner is { } id ? new SourceOwner(facts.Source, id) : null, owner.ClaimKey, TargetClaims.IsFirm(row), row.Confidence ?? Candidate.Automatic);
        foreach (var loser in facts.Claims.Claim(target, holder))
        {
            if (loser.Owner is { } displaced)
            {
                findings.Displaced.Add(displaced);
            }
            else
            {
                findings.EndedOrphans.Add(loser.Row);
            }
        }

        if (isNew)
        {
            findings.Displaced.UnionWith(facts.Claims.ProposedTo(target, owner.Id));
        }
    }

    private TargetKnowledge Knowledge(TypeSlot slot)
    {
        if (slot.Target is not { } target)
        {
            return TargetKnowledge.None;
        }

        if (!facts.Targets.ContainsKey(target))
        {
            return TargetKnowledge.Gone;
        }

        // What was owned before says nothing about another target (invariant 10: a suggestion never becomes an owner without a review).
        return slot.Confidence is < Candidate.Automatic && !(slot.Stored?.Row is { IsOwned: true, Resource: { } before } && before == target)
            ? TargetKnowledge.Proposed
            : TargetKnowledge.Correlated;
    }

    /// <summary>An order that has had no answer for too long counts as an error (TransmittedStateValidityPeriod).</summary>
    private ProvisioningState StateOf(AssignedResourceType? row) =>
        row is null ? ProvisioningState.None
        : Elapsed.Is(_type.Definition, row.ProvisioningState, row.OrderAt, facts.Now) ? ProvisioningState.Errored
        : row.ProvisioningState;
}
