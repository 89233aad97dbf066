using Muster.Policy.Compilation;
using Muster.Policy.Correlation;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// The role model of one owner as a function of what was read: no store, no clock of its own (rolemodel.md 5.4). Only targets are shared: one that an
/// owner takes is not free for the next.
/// </summary>
internal static class OwnerEvaluation
{
    /// <summary>An owner's roles with those that count for resource types; the plan, where the owner is in a known situation.</summary>
    private readonly record struct Entitled(OwnerRoles Roles, IReadOnlyList<HeldRole> Held, SituationPlan? Plan);

    public static OwnerResult Evaluate(OwnerInput owner, BatchFacts facts)
    {
        var findings = new OwnerFindings(facts.Now);
        var decided = AutomaticDecisions.Apply(owner, facts);
        owner = decided.Owner;
        if (owner.Contexts.Error is { } error)
        {
            findings.Errors.Add($"'{owner.Key}' of '{facts.Source}' is left out: {error}");
        }

        var isFrozen = owner.Contexts.IsExcluded && owner.Resource is not null;
        var (roles, held, plan) = isFrozen ? new Entitled(Frozen(owner, facts), [], null) : Roles(owner, facts);
        if (facts.Trace is { } trace)
        {
            trace.Held = held;
        }

        var types = Types(owner, facts, held, plan, findings, isFrozen);
        var assignments = new OwnerAssignments(owner.Id, roles.Singles, types) { CompositeRoles = roles.Composites };
        var waits = AutomaticDecisions.NextDue(owner, assignments, facts);
        if (waits is { } at)
        {
            findings.Bound(at);
        }

        if (waits <= facts.Now)
        {
            // What came to be in this evaluation is decided in the next round of the same run.
            findings.Displaced.Add(new SourceOwner(facts.Source, owner.Id));
        }

        return new OwnerResult(
            assignments,
            Due(owner, facts, roles, types, findings),
            findings.Errors,
            findings.HasWarnings ? [.. findings.Warnings] : [],
            [.. findings.Displaced],
            [.. findings.EndedOrphans],
            decided.Decisions,
            [.. RiskFindings.Of(assignments, facts).Select(f => f.Risk.Identifier)]);
    }

    /// <summary>
    /// The roles by rules and decisions, and those that the links of the owner's targets show: for these it is tried what would be unexpected
    /// without them (rolemodel.md 5.5).
    /// </summary>
    private static Entitled Roles(OwnerInput owner, BatchFacts facts)
    {
        var entitled = WithoutDeduced(owner, facts);
        if (!RoleDeduction.MayFind(owner, facts, entitled.Held, entitled.Plan?.HeldRoles))
        {
            return entitled;
        }

        var deduced = RoleDeduction.Of(
            owner, facts, entitled.Roles, Types(owner, facts.Trial(), entitled.Held, entitled.Plan, new OwnerFindings(facts.Now), isFrozen: false));
        if (deduced.Count == 0)
        {
            return entitled;
        }

        var roles = RoleEvaluation.Evaluate(owner, facts, deduced);
        return new Entitled(roles, RoleEvaluation.Held(roles.Singles, owner, facts), null);
    }

    private static Entitled WithoutDeduced(OwnerInput owner, BatchFacts facts)
    {
        var situation = facts.Plans is { IsOn: true } && facts.Trace is null && IsPlain(owner, facts) ? OwnerSituation.Of(owner) : null;
        if (situation is not null && facts.Plans!.Find(situation) is { } known)
        {
            return new Entitled(known.RolesOf(owner.Stored), known.Held, known);
        }

        var roles = RoleEvaluation.Evaluate(owner, facts, []);
        var held = RoleEvaluation.Held(roles.Singles, owner, facts);
        var plan = situation is null ? null : SituationPlan.Of(owner, facts, roles, held);
        if (plan is not null)
        {
            facts.Plans!.Add(situation!, plan);
        }

        return new Entitled(plan?.RolesOf(owner.Stored) ?? roles, held, plan);
    }

    /// <summary>Nothing but contexts and stored roles decides about the roles: what is over or cancelled also asks what the managed systems have.</summary>
    private static bool IsPlain(OwnerInput owner, BatchFacts facts)
    {
        if (owner.Resource is null || owner.Contexts.IsExcluded || owner.Contexts.HasDeparted(facts.Now))
        {
            return false;
        }

        foreach (var role in owner.Stored.Roles)
        {
            if (role.EndDate <= facts.Now || role.WorkflowState == WorkflowState.Cancellation)
            {
                return false;
            }
        }

        return true;
    }

    private static OwnerRoles Frozen(OwnerInput owner, BatchFacts facts) => new(
        [.. owner.Stored.CompositeRoles.Where(r => r.EndDate > facts.Now)],
        [.. owner.Stored.Roles.Where(r => r.EndDate > facts.Now)]);

    private static List<AssignedType> Types(
        OwnerInput owner, BatchFacts facts, IReadOnlyList<HeldRole> held, SituationPlan? plan, OwnerFindings findings, bool isFrozen)
    {
        var rows = new List<AssignedType>(owner.Stored.Types.Count);

        // An excluded owner's assignments stay as they are, except after the end of their validity (rolemodel.md 5.4, phase 2).
        bool IsKept(AssignedType t) => isFrozen && t.Row.EndDate > facts.Now;
        var evaluated = owner;
        if (isFrozen)
        {
            rows.AddRange(owner.Stored.Types.Where(IsKept));
            evaluated = Without(owner, IsKept);
        }

        var expected = new IReadOnlyList<ExpectedPeriod>[facts.Types.Count];
        for (var type = 0; type < expected.Length; type++)
        {
            expected[type] = owner.Resource is null || isFrozen ? []
                : plan?.Expected(type, evaluated, facts) ?? TypeExpectations.Of(facts.Types[type], evaluated, held, facts);
        }

        // What one resource type holds firmly is no candidate for another.
        foreach (var stored in evaluated.Stored.Types)
        {
            if (stored.Row.Resource is { } resource && TargetClaims.IsFirm(stored.Row) && TargetClaims.IsHold(stored.Row))
            {
                findings.Taken.Add(resource);
            }
        }

        foreach (var stored in owner.Stored.Types)
        {
            if (IsOfNoType(stored.Row, facts))
            {
                facts.GiveBack(stored.Row);
            }
        }

        // What is wanted chooses its targets before what is merely found.
        for (var type = 0; type < expected.Length; type++)
        {
            if (expected[type].Count > 0)
            {
                new TypeEvaluation(type, evaluated, held, plan, facts, findings, rows).Evaluate(expected[type]);
            }
        }

        for (var type = 0; type < expected.Length; type++)
        {
            var compiled = facts.Types[type];
            if (expected[type].Count == 0 && MayConcern(compiled, evaluated, facts))
            {
                new TypeEvaluation(type, evaluated, held, plan, facts, findings, rows).Evaluate(
                    [], owner.Resource is null || isFrozen ? null : TypeSuggestions.Of(compiled, evaluated, held, facts));
            }
        }

        foreach (var stored in owner.Stored.Types)
        {
            if (IsOfAnotherPolicy(stored.Row, facts) && !IsKept(stored))
            {
                rows.Add(stored);
            }
        }

        return rows;
    }

    /// <summary>Of many resource types that an owner neither has nor shall have, nothing is left to be said.</summary>
    private static bool MayConcern(CompiledResourceType type, OwnerInput owner, BatchFacts facts)
    {
        if (type.MaySuggest || facts.Trace is not null || owner.Candidates.Contains(type.Identifier))
        {
            return true;
        }

        foreach (var stored in owner.Stored.Types)
        {
            if (stored.Row.ResourceType == type.Identifier)
            {
                return true;
            }
        }

        return false;
    }

    private static OwnerInput Without(OwnerInput owner, Func<AssignedType, bool> kept) => owner with
    {
        Stored = owner.Stored with { Types = [.. owner.Stored.Types.Where(t => !kept(t))] },
        Candidates = Array.Empty<Candidate>().ToLookup(_ => ""),
    };

    /// <summary>
    /// Rows of resource types that are not computed here, or of other owners, stay; those of types that are gone from the configuration end.
    /// </summary>
    private static bool IsOfAnotherPolicy(AssignedResourceType row, BatchFacts facts) =>
        facts.Policy.ResourceTypesByIdentifier.TryGetValue(row.ResourceType, out var type)
            ? type.Definition.SourceEntityType != facts.Source
            : !IsOfNoType(row, facts);

    private static bool IsOfNoType(AssignedResourceType row, BatchFacts facts) =>
        !facts.Policy.ResourceTypesByIdentifier.ContainsKey(row.ResourceType) && facts.Policy.Model.FindResourceType(row.ResourceType) is null;

    /// <summary>The next time at which something of the owner begins or ends.</summary>
    private static DateTime? Due(OwnerInput owner, BatchFacts facts, OwnerRoles roles, List<AssignedType> types, OwnerFindings findings)
    {
        foreach (var context in owner.Contexts.Contexts)
        {
            findings.Bound(context.Period);
            foreach (var rank in context.Ranks)
            {
                findings.Bound(rank.Period.Start);
            }
        }

        foreach (var bound in owner.Contexts.Bounds)
        {
            findings.Bound(bound);
        }

        foreach (var role in roles.Singles)
        {
            findings.Bound(new Period(role.StartDate, role.EndDate));
        }

        foreach (var role in roles.Composites)
        {
            findings.Bound(new Period(role.StartDate, role.EndDate));
        }

        foreach (var type in types)
        {
            // What is left to nobody is not this owner's any more.
            if (type.Row.Owner is not null)
            {
                findings.Bound(new Period(type.Row.StartDate, type.Row.EndDate));
                foreach (var link in type.Navigations)
                {
                    findings.Bound(new Period(link.StartDate, link.EndDate));
                }
            }
        }

        return findings.Next;
    }
}
