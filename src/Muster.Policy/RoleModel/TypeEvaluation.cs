using Muster.Policy.Compilation;
using Muster.Policy.Correlation;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// The rows of one owner and one resource type: expected periods are matched with stored rows and with correlated targets, and each pair
/// goes through the tables of rolemodel.md 6 (5.4, phases 4 to 8).
/// </summary>
internal sealed class TypeEvaluation(CompiledResourceType type, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts, OwnerFindings findings)
{
    private readonly List<AssignedType> _rows = [];

    /// <summary>One row to be: an expected period or none, a stored row or none, and the target it will have.</summary>
    private sealed class Slot(ExpectedPeriod? expected, AssignedType? stored)
    {
        public ExpectedPeriod? Expected { get; set; } = expected;

        public AssignedType? Stored { get; } = stored;

        public long? Target { get; set; } = stored?.Row.Resource;

        public int? Confidence { get; set; } = stored?.Row.Confidence;

        /// <summary>The stored target was an unreviewed proposal or finding that matches no more.</summary>
        public bool LostTarget { get; set; }

        /// <summary>What rules only suggest or ask for.</summary>
        public ExpectedPeriod? Suggestion { get; set; }
    }

    /// <param name="suggestion">What rules only suggest or ask for; null for nothing.</param>
    public IReadOnlyList<AssignedType> Evaluate(IReadOnlyList<ExpectedPeriod> expected, ExpectedPeriod? suggestion = null)
    {
        var slots = Match(expected);
        Correlate(slots, expected);
        if (suggestion is not null && !slots.Exists(IsDecided))
        {
            var slot = slots.Find(s => s is { Target: null, Stored.Row: { } row } && (RequestTransitions.IsSuggestion(row.WorkflowState) || row.WorkflowState == WorkflowState.CalculatedMissingParameters));
            if (slot is null)
            {
                slots.Add(slot = new Slot(null, null));
            }

            slot.Suggestion = suggestion;
        }

        foreach (var slot in slots)
        {
            Write(slot);
        }

        return _rows;
    }

    /// <summary>Wanted, asked for or declined by a person: nothing is suggested beside it.</summary>
    private static bool IsDecided(Slot slot) =>
        slot.Expected is not null
        || (slot.Stored?.Row is { } row && (row.WorkflowState.IsManual() || row.WorkflowState.IsPending()
            || (row.WorkflowState is WorkflowState.Declined or WorkflowState.BlockedByRisk && !TargetClaims.IsDeclinedProposal(row))));

    /// <summary>Phase 5: each expected period takes the stored row that overlaps it, one with a target first.</summary>
    private List<Slot> Match(IReadOnlyList<ExpectedPeriod> expected)
    {
        var own = owner.Stored.Types.Where(t => t.Row.ResourceType == type.Identifier).ToList();
        var free = own.Where(t => !TargetClaims.IsDeclinedProposal(t.Row))
            .OrderBy(t => Preference(t.Row))
            .ThenBy(t => t.Row.Id)
            .ToList();
        var slots = new List<Slot>();
        foreach (var period in expected)
        {
            var fitting = free.Where(t => Fits(t.Row, period.Period)).ToList();
            var taken = type.Definition.CorrelateMultipleResources ? WithTarget(fitting) : [];
            if (taken.Count == 0)
            {
                taken = [.. fitting.Take(1)];
            }

            slots.AddRange(taken.Select(t => new Slot(period, t)));
            if (taken.Count == 0)
            {
                slots.Add(new Slot(period, null));
            }

            free.RemoveAll(taken.Contains);
        }

        // A declined proposal remembers that this target is not the owner's; what is wanted is another matter.
        slots.AddRange(free.Select(t => new Slot(ManualPeriod(t.Row), t)));
        slots.AddRange(own.Where(t => TargetClaims.IsDeclinedProposal(t.Row)).Select(t => new Slot(null, t)));
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

    /// <summary>Phase 7: rows without a firm target look for one; what was found and never reviewed is looked for again.</summary>
    private void Correlate(List<Slot> slots, IReadOnlyList<ExpectedPeriod> expected)
    {
        var open = slots.Where(s => s.Stored is not { } stored || IsOpen(stored.Row)).ToList();
        TakeCreated(open);
        var hasTarget = slots.Exists(s => s.Target is { } target && !open.Contains(s) && facts.Targets.ContainsKey(target)
            && !(s.Stored is { } known && TargetClaims.IsDeclinedProposal(known.Row)));
        foreach (var slot in open.Where(s => s.Stored?.Row.Resource is not null))
        {
            // Everything unreviewed gives its target back, and takes it again if it still matches.
            slot.LostTarget = true;
            slot.Target = null;
            slot.Confidence = null;
        }

        if (owner.Resource is null || owner.Contexts.HasDeparted(facts.Now))
        {
            KeepFindings(open);
            return;
        }

        // A wanted row whose target is gone looks for another at once; if there is none, it stays as one whose target is gone.
        var gone = slots.Where(s => s.Expected is not null && !open.Contains(s) && IsGone(s)).ToDictionary(s => s, s => s.Target);
        foreach (var slot in gone.Keys)
        {
            slot.Target = null;
            open.Add(slot);
        }

        var isExpected = expected.Count > 0;
        var candidates = owner.Candidates[type.Identifier].Where(c => Refusal(c, slots, isExpected) is null).ToList();
        var definition = type.Definition;
        var decisions = CorrelationMatrix.Decide(
            definition.CorrelateMultipleResources, definition.SuggestAllCorrelations, hasTarget, candidates);
        Tell(slots, isExpected, hasTarget, decisions);
        Place(decisions, slots, open, expected);
        foreach (var slot in gone.Keys.Where(s => s.Target is null))
        {
            slot.Target = gone[slot];
        }
    }

    /// <summary>Why a target that correlation rules found cannot be the owner's; null if it can.</summary>
    private string? Refusal(Candidate candidate, List<Slot> slots, bool isExpected) =>
        slots.Exists(s => s.Target == candidate.Resource) ? "it is the owner's already"
        : findings.Taken.Contains(candidate.Resource) ? "the owner has it by another resource type"
        : IsReserved(candidate.Resource) ? "somebody has just given it back"
        : !facts.Claims.IsFree(candidate.Resource, owner.Id, owner.ClaimKey, isExpected, candidate.Confidence) ? "another owner has it, or a stronger claim to it"
        : null;

    private void Tell(List<Slot> slots, bool isExpected, bool hasTarget, IReadOnlyList<CorrelationDecision> decisions)
    {
        if (facts.Trace is not { } trace)
        {
            return;
        }

        foreach (var candidate in owner.Candidates[type.Identifier])
        {
            var outcome = Refusal(candidate, slots, isExpected)
                ?? (decisions.Any(d => d.Candidate.Resource == candidate.Resource && d.IsSuggestion) ? "it is proposed: a person confirms it"
                    : decisions.Any(d => d.Candidate.Resource == candidate.Resource) ? "it is the owner's"
                    : hasTarget ? "the owner has a target already"
                    : "a better match comes first");
            trace.Of(type).Candidates.Add(new CandidateTrace(candidate.Resource, candidate.Confidence, outcome));
        }
    }

    private bool IsGone(Slot slot) =>
        slot is { Target: { } target, Stored.Row.WorkflowState: not (WorkflowState.Cancellation or WorkflowState.Declined) }
        && !facts.Targets.ContainsKey(target);

    /// <summary>What was created for the owner is the owner's, before any rule is asked: its values may have changed since.</summary>
    private void TakeCreated(List<Slot> open)
    {
        foreach (var slot in open.ToList())
        {
            if (slot is { Target: null, Stored.Row: { Resource: null } row }
                && owner.Created.TryGetValue(row.Id, out var resource)
                && !findings.Taken.Contains(resource)
                && !facts.Released.Contains(resource)
                && facts.Claims.IsFree(resource, owner.Id, owner.ClaimKey, slot.Expected is not null, Candidate.Automatic))
            {
                var rule = owner.Candidates[type.Identifier].Where(c => c.Resource == resource && c.IsAutomatic).Select(c => (int?)c.Confidence);
                slot.Target = resource;
                slot.Confidence = rule.FirstOrDefault();
                findings.Taken.Add(resource);
                open.Remove(slot);
            }
        }
    }

    /// <summary>
    /// What somebody gave back in this round may be taken in the next one, by the first of all who claim it: otherwise it would depend on
    /// who else is evaluated.
    /// </summary>
    private bool IsReserved(long target) =>
        facts.Released.Contains(target) && !owner.Stored.Types.Any(t => t.Row.Resource == target && TargetClaims.IsHold(t.Row));

    /// <summary>A deleted or departed owner correlates no more: what was found stays until it is cancelled or orphaned.</summary>
    private static void KeepFindings(List<Slot> open)
    {
        foreach (var slot in open.Where(s => s.LostTarget))
        {
            slot.LostTarget = false;
            slot.Target = slot.Stored!.Row.Resource;
            slot.Confidence = slot.Stored.Row.Confidence;
        }
    }

    /// <summary>True for rows whose target is computed: none yet, or neither wanted nor reviewed, or only proposed.</summary>
    private static bool IsOpen(AssignedResourceType row) =>
        row.WorkflowState != WorkflowState.Declined && (row.Resource is null || !TargetClaims.IsFirm(row) || !TargetClaims.IsHold(row));

    /// <summary>
    /// Gives each found target a row: the one that had it, else one that is wanted, else one of its own. Several suggestions are
    /// alternatives for the same want.
    /// </summary>
    private void Place(
        IReadOnlyList<CorrelationDecision> decisions, List<Slot> slots, List<Slot> open, IReadOnlyList<ExpectedPeriod> expected)
    {
        var others = new List<CorrelationDecision>();
        foreach (var decision in decisions)
        {
            if (open.Find(s => s.Target is null && s.Stored?.Row.Resource == decision.Candidate.Resource) is { } slot)
            {
                Place(decision, slot);
            }
            else
            {
                others.Add(decision);
            }
        }

        GiveExpectations(slots, open, expected);
        foreach (var decision in others)
        {
            var slot = open.Find(s => s is { Target: null, Expected: not null })
                ?? open.Find(s => s is { Target: null, Stored.Row: { WorkflowState: WorkflowState.Cancellation, Resource: null } });
            if (slot is null)
            {
                slot = new Slot(expected.Count > 0 ? expected[0] : null, null);
                slots.Add(slot);
                open.Add(slot);
            }

            Place(decision, slot);
        }

        // A want is fulfilled once: what lost its target beside another row for the same want is not to be created anew.
        foreach (var slot in open.Where(s => s is { Target: null, LostTarget: true }))
        {
            if (slots.Exists(s => s != slot && s.Expected is not null && s.Expected == slot.Expected))
            {
                slot.Expected = null;
            }
        }
    }

    /// <summary>Rows that keep their target come before wanted ones that have none; what else is suggested is for the first want.</summary>
    private static void GiveExpectations(List<Slot> slots, List<Slot> open, IReadOnlyList<ExpectedPeriod> expected)
    {
        foreach (var slot in open.Where(s => s is { Target: not null, Expected: null, Stored.Row.WorkflowState: not WorkflowState.Cancellation }))
        {
            if (open.Find(s => s is { Target: null, Expected: not null } && (s.LostTarget || s.Stored is null)) is { } waiting)
            {
                (slot.Expected, waiting.Expected) = (waiting.Expected, null);
            }
            else if (slots.Exists(s => s.Expected is { } known && expected.Contains(known)))
            {
                slot.Expected = expected[0];
            }
        }
    }

    private void Place(CorrelationDecision decision, Slot slot)
    {
        slot.Target = decision.Candidate.Resource;
        slot.Confidence = decision.IsSuggestion ? Math.Min(decision.Candidate.Confidence, Candidate.Automatic - 1) : decision.Candidate.Confidence;
        slot.LostTarget = false;
        findings.Taken.Add(decision.Candidate.Resource);
    }

    private void Write(Slot slot)
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
            AllowAdd = type.Definition.AllowAdd,
            AllowRemove = type.Definition.AllowRemove,
            RemoveOrphans = type.Definition.RemoveOrphans,
            OwnerDeleted = owner.Resource is null,
            HasDeparted = owner.Contexts.HasDeparted(facts.Now),
            SynchronizedSince = facts.IsSynchronizedSince(type.Definition, executed),
            AsksRemoval = stored?.AsksRemoval ?? false,
            IsManualOver = stored is not null && stored.WorkflowState.IsManual() && ManualPeriod(stored)?.Period.Contains(facts.Now) != true,
        };
        var transition = TypeTransitions.For(situation);
        Apply(slot, situation, transition);
    }

    private void Apply(Slot slot, TypeSituation situation, TypeTransition transition)
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
                    facts.Trace?.Of(type).Ended.Add((stored, transition.Name, transition.Source));
                }

                return;
            case Next.Replace:
                Write(new Slot(slot.Expected, null));
                return;
            default:
                break;
        }

        var told = facts.Trace is { } trace ? new SlotTrace(stored) { Expected = slot.Expected, Situation = situation } : null;
        var row = new AssignedTypeBuilder(type, owner, held, facts, findings, told)
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
            facts.Trace!.Of(type).Slots.Add(told);
            facts.Trace.Row(row, transition.Name, transition.Source);
        }

        _rows.Add(row);
    }

    /// <summary>
    /// Values that were compared with a mere proposal say nothing once there is no target, or it is confirmed; those of one target say nothing
    /// of another; and what was under way for a creation is not for a proposal.
    /// </summary>
    private static AssignedType? WithoutValuesOfAnother(AssignedType? stored, Slot slot, TypeSituation situation)
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

    private TargetKnowledge Knowledge(Slot slot)
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
        : Elapsed.Is(type.Definition, row.ProvisioningState, row.OrderAt, facts.Now) ? ProvisioningState.Errored
        : row.ProvisioningState;
}
