using Muster.Configuration.Model;
using Muster.Policy.Compilation;

namespace Muster.Policy.RoleModel;

/// <summary>A link that rules want.</summary>
/// <param name="Period">When: now, or else the next time.</param>
/// <param name="Confidence">Of a query rule.</param>
/// <param name="IsOfFoundRole">Only because of roles that were found in data.</param>
/// <param name="Rank">Of its offset, see <see cref="RuleOffsets.Rank"/>.</param>
/// <param name="Context">The first of the contexts that want it; of a mono-valued navigation only.</param>
internal sealed record WantedLink(
    long Resource, Period Period, int? Confidence, bool IsOfFoundRole = false, int Rank = 0, ContextRank? Context = null);

/// <summary>The links that an owner's target shall have by navigation and query rules (rolemodel.md 5.4, phase 4).</summary>
/// <param name="row">The period of the assigned resource type.</param>
/// <param name="trace">Is told what each rule gives.</param>
internal sealed class LinkExpectations(
    CompiledResourceType type,
    OwnerInput owner,
    IReadOnlyList<HeldRole> held,
    BatchFacts facts,
    OwnerFindings findings,
    Period row,
    IReadOnlyList<Period> bases,
    SlotTrace? trace)
{
    private DateTime Instant => facts.Now < row.Start ? row.Start : facts.Now;

    /// <summary>What rules give of one link.</summary>
    private sealed record Grant(List<Period> Periods, bool IsOfFoundRole, int Rank, ContextRank? Context)
    {
        public Grant With(Grant other) => new(
            [.. Periods, .. other.Periods],
            IsOfFoundRole && other.IsOfFoundRole,
            Math.Min(Rank, other.Rank),
            Context is null || other.Context?.CompareTo(Context) < 0 ? other.Context : Context);
    }

    /// <summary>The resources that rules want the property to contain, in the order of the rules.</summary>
    public List<WantedLink> Of(EntityProperty property)
    {
        var wanted = OfNavigationRules(property);
        foreach (var rule in type.QueryRules.Where(r => r.Definition.Property == property))
        {
            var found = owner.QueryMatches.GetValueOrDefault(rule.Definition, []);
            if (Holds(rule.Definition) is not { } period)
            {
                trace?.Queries.Add((rule, found, [], "its time is not now"));
                continue;
            }

            IReadOnlyList<long> taken = property.Kind == PropertyKind.MonoNavigation ? [.. found.Take(1)] : found;
            trace?.Queries.Add((rule, found, taken, null));
            foreach (var resource in taken.Where(r => !wanted.Exists(w => w.Resource == r)))
            {
                wanted.Add(new WantedLink(resource, period, rule.Definition.TargetMatchedConfidenceLevel, Rank: RuleOffsets.Rank(rule.Definition.Offset)));
            }

            if (found.Count > 0)
            {
                break;
            }
        }

        return property.GroupBy is null ? wanted : OneOfEachGroup(property, wanted);
    }

    /// <summary>
    /// At most one link of a group at a time: the one that starts first, and of those that start together the one whose rule comes first; the
    /// others hold where it does not (rolemodel.md 5.4, phase 4).
    /// </summary>
    private List<WantedLink> OneOfEachGroup(EntityProperty property, List<WantedLink> wanted)
    {
        var kept = new List<WantedLink>();
        var taken = new Dictionary<string, List<WantedLink>>(StringComparer.Ordinal);
        foreach (var link in wanted.OrderBy(w => w.Period.Start))
        {
            if (facts.LinkGroups.Of(property, link.Resource) is not { } group)
            {
                kept.Add(link);
                continue;
            }

            var others = taken.TryGetValue(group, out var known) ? known : taken[group] = [];
            var free = Period.Subtract([link.Period], others.Select(o => o.Period)).Find(p => p.End > facts.Now);
            if (free != link.Period)
            {
                findings.Warnings.Add(
                    $"'{owner.Key}': rules of resource type '{type.Identifier}' give several links of '{property.QualifiedName}' to resources whose "
                    + $"'{property.GroupBy!.Identifier}' is '{group}'; only one of them holds at a time.");
                trace?.Grouped.Add((property, link.Resource, group, free.IsEmpty));
            }

            if (!free.IsEmpty)
            {
                var placed = link with { Period = free };
                findings.Bound(free);
                others.Add(placed);
                kept.Add(placed);
            }
        }

        return kept;
    }

    /// <summary>What rules deny is not wanted for as long as they do.</summary>
    private List<WantedLink> OfNavigationRules(EntityProperty property)
    {
        var granted = new Dictionary<long, Grant>();
        var order = new List<long>();
        var denied = new List<(long Resource, Period Period)>();
        var candidates = trace is null ? type.NavigationRulesFor([.. held.Select(h => h.Role)]) : type.NavigationRules;
        var rules = candidates.Where(r => r.Property == property).ToList();
        var times = rules.Where(r => facts.Resolved.GetValueOrDefault(r) is not null).ToDictionary(r => r, Holds);
        if (property.Kind == PropertyKind.MonoNavigation)
        {
            FillExtensions(rules, times);
        }

        foreach (var rule in rules)
        {
            if (facts.Resolved.GetValueOrDefault(rule) is not { } resource)
            {
                trace?.Navigations.Add((rule, null, [], false));
                continue;
            }

            var holds = times[rule];
            var isAhead = holds.Exists(p => p.End > facts.Now);
            trace?.Navigations.Add((rule, resource, holds, isAhead));
            if (rule.IsDenied)
            {
                denied.AddRange(holds.Select(p => (resource, p)));
            }
            else if (isAhead)
            {
                var grant = new Grant(holds, IsOfFoundRole(rule), RuleOffsets.Rank(rule.Offset), property.Kind == PropertyKind.MonoNavigation ? RankOf(rule) : null);
                if (granted.TryGetValue(resource, out var known))
                {
                    granted[resource] = known.With(grant);
                }
                else
                {
                    granted.Add(resource, grant);
                    order.Add(resource);
                }
            }
        }

        var wanted = new List<WantedLink>();
        foreach (var resource in order)
        {
            var grant = granted[resource];
            var periods = Period.Subtract(Period.Union(grant.Periods), denied.Where(d => d.Resource == resource).Select(d => d.Period));
            if (periods.Find(p => p.End > facts.Now) is { IsEmpty: false } period)
            {
                wanted.Add(new WantedLink(resource, period, null, grant.IsOfFoundRole, grant.Rank, grant.Context));
            }
        }

        return wanted;
    }

    /// <summary>
    /// As a scalar, the one link of a mono-valued property that everybody has who has the resource type also holds where others extend the
    /// assignment, if none of them gives a link then: an account that comes early, or stays longer, is somewhere.
    /// </summary>
    private void FillExtensions(List<NavigationRule> rules, Dictionary<NavigationRule, List<Period>> times)
    {
        var general = rules.Find(r => times.ContainsKey(r) && !r.IsDenied && r.SingleRole is null && r.Criteria.Count == 0 && !RuleOffsets.HasOffset(r));
        if (general is null)
        {
            return;
        }

        var gaps = Period.Subtract([row], times.Where(t => !t.Key.IsDenied).SelectMany(t => t.Value));
        if (gaps.Count > 0)
        {
            gaps.ForEach(findings.Bound);
            times[general] = Period.Union(times[general].Concat(gaps));
        }
    }

    /// <summary>When a navigation rule held, holds and will hold.</summary>
    private List<Period> Holds(NavigationRule rule)
    {
        var holds = (RuleOffsets.HasOffset(rule) ? RuleOffsets.Of(type, rule, bases, owner, held, facts) : TypeExpectations.Of(type, rule, owner, held, facts))
            .Select(p => p.Intersect(row)).ToList();
        if (RuleOffsets.HasOffset(rule) || type.Definition.TypeRules.Any(RuleOffsets.HasOffset))
        {
            holds.ForEach(findings.Bound);
        }

        return Period.Union(holds);
    }

    /// <summary>The first of the contexts that want what a rule gives, at the instant or else at all.</summary>
    private ContextRank? RankOf(NavigationRule rule)
    {
        if (owner.Contexts.Contexts.Count < 2)
        {
            return null;
        }

        var applying = TypeExpectations.Applying(rule, owner, held, facts).ToList();
        var now = applying.Where(a => a.Period.Contains(Instant)).ToList();
        return (now.Count > 0 ? now : applying).Select(a => a.Context.RankAt(a.Period.Contains(Instant) ? Instant : a.Period.Start)).Min();
    }

    /// <summary>When a query rule holds; null: not now, and of a multi-valued property not later either.</summary>
    private Period? Holds(QueryRule rule)
    {
        if (!RuleOffsets.HasOffset(rule))
        {
            return row;
        }

        var holds = bases.SelectMany(b => RuleOffsets.Of(b, rule.Offset)).Select(p => p.Intersect(row)).ToList();
        holds.ForEach(findings.Bound);
        return holds.Where(h => h.Contains(Instant) || (rule.Property.Kind != PropertyKind.MonoNavigation && h.Start > facts.Now))
            .Select(h => (Period?)h)
            .FirstOrDefault();
    }

    /// <summary>Whether the role gives the link only as it was found, with the values with which it does.</summary>
    private bool IsOfFoundRole(NavigationRule rule) =>
        rule.SingleRole is { } role
        && held.Where(h => h.Role == role && (rule.Criteria.Count == 0 || TypeExpectations.Applying(rule, owner, [h], facts).Any())).All(h => h.IsFound);
}
