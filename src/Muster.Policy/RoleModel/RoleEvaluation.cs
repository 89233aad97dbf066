using Muster.Configuration.Model;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>A role that entitles its owner, with its period.</summary>
internal sealed record HeldRole(SingleRole Role, Period Period);

/// <summary>Single roles by context (rolemodel.md 5.4, phase 3). Composite roles, requests and automation come with a later issue.</summary>
internal static class RoleEvaluation
{
    private static readonly ILookup<Dimension, string> NothingGiven = Array.Empty<int>().ToLookup(_ => (Dimension)null!, _ => "");

    public static List<AssignedSingleRole> Evaluate(OwnerInput owner, BatchFacts facts)
    {
        var rules = owner.Resource is null ? [] : facts.Policy.SingleRoleRulesBySource[facts.Source];
        var grants = rules.Where(r => r.CompositeRole is null).GroupBy(r => r.Role)
            .ToDictionary(g => g.Key.Identifier, g => Grants(g.Key, [.. g], owner, facts), StringComparer.Ordinal);
        var stored = owner.Stored.Roles.ToLookup(r => r.Role, StringComparer.Ordinal);
        var rows = new List<AssignedSingleRole>();
        foreach (var role in grants.Keys.Union(owner.Stored.Roles.Select(r => r.Role)).Order(StringComparer.Ordinal))
        {
            rows.AddRange(Rows(role, grants.GetValueOrDefault(role, []), [.. stored[role]], owner, facts));
        }

        return rows;
    }

    /// <summary>The roles whose rows entitle the owner, now or later.</summary>
    public static IReadOnlyList<HeldRole> Held(IEnumerable<AssignedSingleRole> rows, BatchFacts facts)
    {
        var roles = facts.Policy.SingleRolesByIdentifier;
        return
        [
            .. rows.Where(r => r.WorkflowState.IsEffective() && r.EndDate > facts.Now && roles.ContainsKey(r.Role))
                .Select(r => new HeldRole(roles[r.Role], new Period(r.StartDate, r.EndDate))),
        ];
    }

    /// <summary>
    /// In each context only the rules with the smallest Priority count, and among them a deny beats a grant (rolemodel.md 5.4).
    /// </summary>
    private static List<(RoleExpectation Expectation, Period Period)> Grants(
        SingleRole role, IReadOnlyList<SingleRoleRule> rules, OwnerInput owner, BatchFacts facts)
    {
        var found = new List<(RoleExpectation, Period)>();
        foreach (var context in owner.Contexts.Contexts)
        {
            var matching = rules.Where(r => Criteria.Match(r.Criteria, context, NothingGiven, facts.DimensionKeys)).ToList();
            if (matching.Count == 0)
            {
                continue;
            }

            var priority = matching.Min(r => r.Priority);
            var deciding = matching.Where(r => r.Priority == priority).ToList();
            if (!deciding.Exists(r => r.IsDenied))
            {
                found.Add((Expect(role, deciding, context, facts.Now), context.Period));
            }
        }

        return found;
    }

    private static RoleExpectation Expect(SingleRole role, List<SingleRoleRule> rules, OwnerContext context, DateTime now)
    {
        var type = rules.Min(r => r.Type);
        if (type == RuleType.Suggested)
        {
            return RoleExpectation.Suggested;
        }

        if (type == RuleType.RequestedAutomatically)
        {
            return context.Period.Start > now ? RoleExpectation.RequestedForNew : RoleExpectation.RequestedForExisting;
        }

        var known = role.RequiredParameters.All(d =>
            context.Values.ContainsKey(d) || rules.Exists(r => r.Criteria.Any(c => c.Dimension == d)));
        return known ? RoleExpectation.Required : RoleExpectation.MissingParameters;
    }

    private static List<AssignedSingleRole> Rows(
        string role,
        List<(RoleExpectation Expectation, Period Period)> grants,
        List<AssignedSingleRole> stored,
        OwnerInput owner,
        BatchFacts facts)
    {
        if (facts.Policy.SingleRolesByIdentifier.TryGetValue(role, out var definition) && (definition.Policy.IsExternal || definition.EntityType != facts.Source))
        {
            return stored;
        }

        // What entitles comes before what only suggests.
        var expectation = grants.Where(g => g.Period.End > facts.Now).Select(g => g.Expectation).DefaultIfEmpty(RoleExpectation.None).Min();
        var periods = expectation == RoleExpectation.None
            ? []
            : Period.Union(grants.Where(g => g.Expectation == expectation).Select(g => g.Period)).Where(p => p.End > facts.Now).ToList();
        var rows = new List<AssignedSingleRole>();
        var free = stored.ToList();
        foreach (var period in periods)
        {
            var existing = free.Find(r => period.Overlaps(new Period(r.StartDate, r.EndDate)));
            if (existing is not null)
            {
                free.Remove(existing);
            }

            if (Next(role, existing, expectation, period, owner, facts) is { } row)
            {
                rows.Add(row);
            }
        }

        foreach (var existing in free)
        {
            var period = new Period(existing.StartDate, existing.EndDate);
            if (Next(role, existing, RoleExpectation.None, period, owner, facts) is { } row)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    private static AssignedSingleRole? Next(
        string role, AssignedSingleRole? existing, RoleExpectation expectation, Period period, OwnerInput owner, BatchFacts facts)
    {
        if (owner.Resource is null)
        {
            return null;
        }

        var transition = RoleTransitions.For(new RoleSituation(
            expectation,
            existing is not null,
            existing?.WorkflowState ?? WorkflowState.None,
            existing is not null && existing.EndDate <= facts.Now,
            owner.Contexts.HasDeparted(facts.Now)));
        if (transition.Ends)
        {
            return null;
        }

        var workflow = transition.Workflow ?? existing?.WorkflowState ?? WorkflowState.PolicyApproved;
        var isOfPolicy = transition.Workflow is not null;
        return new AssignedSingleRole
        {
            Id = existing?.Id ?? 0,
            Owner = owner.Id,
            Role = role,
            WorkflowState = workflow,
            StartDate = isOfPolicy || existing is null ? period.Start : existing.StartDate,
            EndDate = isOfPolicy || existing is null ? period.End : existing.EndDate,
        };
    }
}
