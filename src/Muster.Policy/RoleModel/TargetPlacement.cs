using Muster.Policy.Compilation;
using Muster.Policy.Correlation;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>Which targets the rows of one owner and one resource type have: what was created for them, and what correlation finds (rolemodel.md 5.4, phase 7; 5.6).</summary>
internal sealed class TargetPlacement(CompiledResourceType type, OwnerInput owner, BatchFacts facts, OwnerFindings findings)
{
    /// <summary>Phase 7: rows without a firm target look for one; what was found and never reviewed is looked for again.</summary>
    public void Correlate(List<TypeSlot> slots, IReadOnlyList<ExpectedPeriod> expected)
    {
        if (owner.Resource is not null && !owner.Candidates.Contains(type.Identifier) && slots.TrueForAll(IsSettled))
        {
            // Each has its target, and there is no other: most of them.
            return;
        }

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

    private bool IsSettled(TypeSlot slot) => slot.Stored is { } stored && !IsOpen(stored.Row) && !(slot.Expected is not null && IsGone(slot));

    /// <summary>Why a target that correlation rules found cannot be the owner's; null if it can.</summary>
    private string? Refusal(Candidate candidate, List<TypeSlot> slots, bool isExpected) =>
        slots.Exists(s => s.Target == candidate.Resource) ? "it is the owner's already"
        : findings.Taken.Contains(candidate.Resource) ? "the owner has it by another resource type"
        : IsReserved(candidate.Resource) ? "somebody has just given it back"
        : !facts.Claims.IsFree(candidate.Resource, owner.Id, owner.ClaimKey, isExpected, candidate.Confidence) ? "another owner has it, or a stronger claim to it"
        : null;

    private void Tell(List<TypeSlot> slots, bool isExpected, bool hasTarget, IReadOnlyList<CorrelationDecision> decisions)
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

    private bool IsGone(TypeSlot slot) =>
        slot is { Target: { } target, Stored.Row.WorkflowState: not (WorkflowState.Cancellation or WorkflowState.Declined) }
        && !facts.Targets.ContainsKey(target);

    /// <summary>What was created for the owner is the owner's, before any rule is asked: its values may have changed since.</summary>
    private void TakeCreated(List<TypeSlot> open)
    {
        foreach (var slot in open.ToList())
        {
            if (slot is { Target: null, Stored.Row: { Resource: null } row }
                && owner.Created.TryGetValue(row.Id, out var resource)
                && !findings.Taken.Contains(resource)
                && !facts.Claims.IsReleased(resource)
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
        facts.Claims.IsReleased(target) && !owner.Stored.Types.Any(t => t.Row.Resource == target && TargetClaims.IsHold(t.Row));

    /// <summary>A deleted or departed owner correlates no more: what was found stays until it is cancelled or orphaned.</summary>
    private static void KeepFindings(List<TypeSlot> open)
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
        IReadOnlyList<CorrelationDecision> decisions, List<TypeSlot> slots, List<TypeSlot> open, IReadOnlyList<ExpectedPeriod> expected)
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
                slot = new TypeSlot(expected.Count > 0 ? expected[0] : null, null);
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
    private static void GiveExpectations(List<TypeSlot> slots, List<TypeSlot> open, IReadOnlyList<ExpectedPeriod> expected)
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

    private void Place(CorrelationDecision decision, TypeSlot slot)
    {
        slot.Target = decision.Candidate.Resource;
        slot.Confidence = decision.IsSuggestion ? Math.Min(decision.Candidate.Confidence, Candidate.Automatic - 1) : decision.Candidate.Confidence;
        slot.LostTarget = false;
        findings.Taken.Add(decision.Candidate.Resource);
    }
}
