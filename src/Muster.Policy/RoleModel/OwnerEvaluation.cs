using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// The role model of one owner as a function of what was read: no store, no clock of its own (rolemodel.md 5.4). Owners are evaluated one
/// after the other, because a target that one takes is not free for the next.
/// </summary>
internal static class OwnerEvaluation
{
    public static OwnerResult Evaluate(OwnerInput owner, BatchFacts facts)
    {
        var findings = new OwnerFindings();
        var decided = AutomaticDecisions.Apply(owner, facts);
        owner = decided.Owner;
        if (owner.Contexts.Error is { } error)
        {
            findings.Errors.Add($"'{owner.Key}' of '{facts.Source}' is left out: {error}");
        }

        var isFrozen = owner.Contexts.IsExcluded && owner.Resource is not null;
        var roles = isFrozen ? Frozen(owner, facts) : Roles(owner, facts);
        var held = isFrozen ? [] : RoleEvaluation.Held(roles.Singles, owner, facts);
        if (facts.Trace is { } trace)
        {
            trace.Held = held;
        }

        var types = Types(owner, facts, held, findings, isFrozen);
        var assignments = new OwnerAssignments(owner.Id, roles.Singles, types) { CompositeRoles = roles.Composites };
        var waits = AutomaticDecisions.NextDue(owner, assignments, facts);
        if (waits is { } at)
        {
            findings.Bounds.Add(at);
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
            [.. findings.Warnings],
            [.. findings.Displaced],
            [.. findings.EndedOrphans],
            decided.Decisions,
            [.. RiskFindings.Of(assignments, facts).Select(f => f.Risk.Identifier)]);
    }

    /// <summary>
    /// The roles by rules and decisions, and those that the links of the owner's targets show: for these it is tried what would be unexpected
    /// without them (rolemodel.md 5.5).
    /// </summary>
    private static OwnerRoles Roles(OwnerInput owner, BatchFacts facts)
    {
        var roles = RoleEvaluation.Evaluate(owner, facts, []);
        var held = RoleEvaluation.Held(roles.Singles, owner, facts);
        if (!RoleDeduction.MayFind(owner, facts, held))
        {
            return roles;
        }

        var deduced = RoleDeduction.Of(owner, facts, roles, Types(owner, facts.Trial(), held, new OwnerFindings(), isFrozen: false));
        return deduced.Count == 0 ? roles : RoleEvaluation.Evaluate(owner, facts, deduced);
    }

    private static OwnerRoles Frozen(OwnerInput owner, BatchFacts facts) => new(
        [.. owner.Stored.CompositeRoles.Where(r => r.EndDate > facts.Now)],
        [.. owner.Stored.Roles.Where(r => r.EndDate > facts.Now)]);

    private static List<AssignedType> Types(
        OwnerInput owner, BatchFacts facts, IReadOnlyList<HeldRole> held, OwnerFindings findings, bool isFrozen)
    {
        var compiled = facts.Policy.ResourceTypesBySource[facts.Source].ToList();
        var rows = new List<AssignedType>();

        // An excluded owner's assignments stay as they are, except after the end of their validity (rolemodel.md 5.4, phase 2).
        bool IsKept(AssignedType t) => isFrozen && t.Row.EndDate > facts.Now;
        rows.AddRange(owner.Stored.Types.Where(IsKept));
        var evaluated = isFrozen ? Without(owner, IsKept) : owner;
        var expected = compiled.ToDictionary(
            t => t, t => owner.Resource is null || isFrozen ? [] : TypeExpectations.Of(t, evaluated, held, facts));

        // What one resource type holds firmly is no candidate for another.
        findings.Taken.UnionWith(evaluated.Stored.Types
            .Where(t => TargetClaims.IsFirm(t.Row) && TargetClaims.IsHold(t.Row))
            .Select(t => t.Row.Resource)
            .OfType<long>());

        foreach (var gone in owner.Stored.Types.Where(t => IsOfNoType(t.Row, facts)))
        {
            facts.GiveBack(gone.Row);
        }

        // What is wanted chooses its targets before what is merely found.
        foreach (var type in compiled.OrderBy(t => expected[t].Count > 0 ? 0 : 1))
        {
            rows.AddRange(new TypeEvaluation(type, evaluated, held, facts, findings).Evaluate(
                expected[type], owner.Resource is null || isFrozen || expected[type].Count > 0 ? null : TypeSuggestions.Of(type, evaluated, held, facts)));
        }

        rows.AddRange(owner.Stored.Types.Where(t => !IsKept(t) && IsOfAnotherPolicy(t.Row, facts)));
        return rows;
    }

    private static OwnerInput Without(OwnerInput owner, Func<AssignedType, bool> kept) => owner with
    {
        Stored = owner.Stored with { Types = [.. owner.Stored.Types.Where(t => !kept(t))] },
        Candidates = Array.Empty<Correlation.Candidate>().ToLookup(_ => ""),
    };

    /// <summary>
    /// Rows of resource types that are not computed here, or of other owners, stay; those of types that are gone from the configuration end.
    /// </summary>
    private static bool IsOfAnotherPolicy(AssignedResourceType row, BatchFacts facts) =>
        facts.Policy.ResourceTypesByIdentifier.TryGetValue(row.ResourceType, out var type)
            ? type.Definition.SourceEntityType != facts.Source
            : !IsOfNoType(row, facts);

    private static bool IsOfNoType(AssignedResourceType row, BatchFacts facts) => facts.Policy.Model.FindResourceType(row.ResourceType) is null;

    private static DateTime? Due(OwnerInput owner, BatchFacts facts, OwnerRoles roles, List<AssignedType> types, OwnerFindings findings)
    {
        // What is left to nobody is not this owner's any more.
        var own = types.Where(t => t.Row.Owner is not null).ToList();
        var bounds = owner.Contexts.Contexts.SelectMany(c => new[] { c.Period.Start, c.Period.End })
            .Concat(owner.Contexts.Bounds)
            .Concat(owner.Contexts.Contexts.SelectMany(c => c.Ranks).Select(r => r.Period.Start))
            .Concat(roles.Singles.Cast<AssignedRole>().Concat(roles.Composites).SelectMany(r => new[] { r.StartDate, r.EndDate }))
            .Concat(own.SelectMany(t => new[] { t.Row.StartDate, t.Row.EndDate }))
            .Concat(own.SelectMany(t => t.Navigations).SelectMany(n => new[] { n.StartDate, n.EndDate }))
            .Concat(findings.Bounds)
            .Where(d => d > facts.Now && d < SentinelDates.Maximum)
            .ToList();
        return bounds.Count == 0 ? null : bounds.Min();
    }
}
