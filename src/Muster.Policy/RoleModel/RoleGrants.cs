using Muster.Configuration.Model;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Policy.Transitions;

namespace Muster.Policy.RoleModel;

/// <summary>A composite role that its owner holds by rule or by decision, with its period.</summary>
internal sealed record HeldComposite(CompositeRole Role, Period Period);

/// <summary>What rules say about a role in a period.</summary>
/// <param name="IsInferred">Only by a composite role.</param>
/// <param name="By">The rules that decide.</param>
internal sealed record RoleGrant(RoleExpectation Expectation, Period Period, bool IsInferred, IReadOnlyList<RoleRule> By);

/// <summary>What the rules of a role say in the contexts of an owner (rolemodel.md 5.4, phase 3).</summary>
internal static class RoleGrants
{
    public static readonly ILookup<Dimension, IResource> NoValues =
        Array.Empty<IResource>().ToLookup(_ => (Dimension)null!);

    public static List<RoleGrant> Of(
        Role role, RoleRuleSet rules, OwnerInput owner, BatchFacts facts, IReadOnlyList<HeldComposite> held)
    {
        var grants = new List<RoleGrant>();
        foreach (var context in rules.Rules.Count == 0 ? [] : owner.Contexts.Contexts)
        {
            List<(RoleRule Rule, List<Period> Periods)>? applying = null;
            foreach (var rule in rules.Rules)
            {
                var matches = Criteria.Match(rule.Criteria, context, NoValues, facts.DimensionKeys);
                if (!matches && facts.Trace is null)
                {
                    continue;
                }

                var periods = matches ? Periods(rule, context.Period, held) : [];
                facts.Trace?.Of(role).Rules.Add((rule, context, periods));
                if (periods.Count > 0)
                {
                    (applying ??= []).Add((rule, periods));
                }
            }

            if (applying is not null)
            {
                grants.AddRange(Decide(role, applying, context, owner, facts));
            }
        }

        return grants;
    }

    private static List<Period> Periods(RoleRule rule, Period within, IReadOnlyList<HeldComposite> held) =>
        rule.CompositeRole is not { } composite
            ? [within]
            : Period.Union(held.Where(h => h.Role == composite).Select(h => h.Period.Intersect(within)));

    /// <summary>
    /// Wherever one of the rules begins or ends to apply, it is decided anew: only the rules with the smallest Priority count, and among them a
    /// deny beats a grant.
    /// </summary>
    private static IEnumerable<RoleGrant> Decide(
        Role role, List<(RoleRule Rule, List<Period> Periods)> applying, OwnerContext context, OwnerInput owner, BatchFacts facts)
    {
        var cuts = applying.SelectMany(a => a.Periods).SelectMany(p => new[] { p.Start, p.End }).Distinct().Order().ToList();
        for (var index = 0; index + 1 < cuts.Count; index++)
        {
            var matching = applying.Where(a => a.Periods.Exists(p => p.Contains(cuts[index]))).Select(a => a.Rule).ToList();
            if (matching.Count == 0)
            {
                continue;
            }

            var priority = matching.Min(r => r.Priority);
            var deciding = matching.Where(r => r.Priority == priority).ToList();
            var period = new Period(cuts[index], cuts[index + 1]);
            if (deciding.Exists(r => r.IsDenied))
            {
                facts.Trace?.Of(role).Decisions.Add((context, period, deciding, matching, null));
                continue;
            }

            // What entitles comes before what only suggests.
            var type = deciding.Min(r => r.Type);
            var by = deciding.Where(r => r.Type == type).ToList();
            var isNew = owner.Contexts.Hull is { } hull && hull.Start > facts.Now;
            var grant = new RoleGrant(Expect(role, type, by, context, isNew), period, by.TrueForAll(r => r.CompositeRole is not null), by);
            facts.Trace?.Of(role).Decisions.Add((context, period, deciding, matching, grant));
            yield return grant;
        }
    }

    /// <param name="isNew">The owner is yet to arrive.</param>
    private static RoleExpectation Expect(Role role, RuleType type, List<RoleRule> rules, OwnerContext context, bool isNew)
    {
        if (type == RuleType.Suggested)
        {
            return RoleExpectation.Suggested;
        }

        if (type == RuleType.RequestedAutomatically)
        {
            return isNew ? RoleExpectation.RequestedForNew : RoleExpectation.RequestedForExisting;
        }

        var known = role.RequiredParameters.All(d =>
            context.Values.ContainsKey(d) || rules.Exists(r => r.Criteria.Any(c => c.Dimension == d)));
        return known ? RoleExpectation.Required : RoleExpectation.MissingParameters;
    }
}
