using Muster.Configuration.Model;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>A role that the links of an owner's targets show, though nothing gives it.</summary>
/// <param name="Parameters">The values of its parameters that the links speak of, see <see cref="AssignmentParameters"/>; null: the owner's own.</param>
internal sealed record DeducedRole(Role Role, Period Period, string? Parameters = null);

/// <summary>A role that would give a link, with the values of its parameters with which it would.</summary>
internal sealed record RoleCandidate(SingleRole Role, string? Parameters);

/// <summary>
/// Deduction of roles from existing data, "rules in reverse" (rolemodel.md 5.5): a link that no rule wants and that only one role would give means
/// that the owner has the role. It is deduced anew at each evaluation, from what would be unexpected without any deduced role, so that a role
/// whose last link has gone goes with it.
/// </summary>
internal static class RoleDeduction
{
    /// <summary>A link that no rule wants, and the roles that would give it.</summary>
    private sealed record Unexpected(AssignedResourceType Type, EntityProperty Property, long Resource, IReadOnlyList<RoleCandidate> Roles, Period Period);

    /// <summary>Whether one of the targets that the owner has or may get shows a link of a role that it does not hold; if not, nothing is deduced.</summary>
    /// <param name="roles">The roles of <paramref name="held"/>, if they are known.</param>
    public static bool MayFind(OwnerInput owner, BatchFacts facts, IReadOnlyList<HeldRole> held, IReadOnlySet<SingleRole>? roles = null)
    {
        if (facts.RulesByLink.Count == 0 || owner.Resource is null)
        {
            return false;
        }

        roles ??= held.Select(h => h.Role).ToHashSet();
        foreach (var type in owner.Stored.Types)
        {
            if ((type.Row.Resource ?? (owner.Created.TryGetValue(type.Row.Id, out var made) ? made : null)) is { } target && MayFind(target, owner, facts, held, roles))
            {
                return true;
            }
        }

        return owner.Candidates.Count > 0 && owner.Candidates.SelectMany(c => c).Any(c => MayFind(c.Resource, owner, facts, held, roles));
    }

    private static bool MayFind(long target, OwnerInput owner, BatchFacts facts, IReadOnlyList<HeldRole> held, IReadOnlySet<SingleRole> roles)
    {
        if (!facts.Targets.TryGetValue(target, out var resource))
        {
            return false;
        }

        foreach (var property in facts.LinksOfRolesByType[resource.EntityType])
        {
            if (property.Kind == PropertyKind.MonoNavigation)
            {
                if (resource.GetOne(property) is { } one && IsNotGiven(property, one.Id, owner, facts, held, roles))
                {
                    return true;
                }

                continue;
            }

            var links = resource.GetMany(property);
            for (var index = 0; index < links.Count; index++)
            {
                if (IsNotGiven(property, links[index].Id, owner, facts, held, roles))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A rule would give the link, and no role that is held does by it; where the rule has criteria, with the values that it is held with.</summary>
    private static bool IsNotGiven(
        EntityProperty property, long link, OwnerInput owner, BatchFacts facts, IReadOnlyList<HeldRole> held, IReadOnlySet<SingleRole> roles)
    {
        foreach (var rule in facts.RulesByLink[(property, link)])
        {
            if (rule.Criteria.Count == 0 ? !roles.Contains(rule.SingleRole!) : !TypeExpectations.Of(rule, owner, held, facts).Any())
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="roles">The owner's roles without any that are deduced.</param>
    /// <param name="trial">The owner's resource types with these roles.</param>
    public static List<DeducedRole> Of(OwnerInput owner, BatchFacts facts, OwnerRoles roles, IReadOnlyList<AssignedType> trial)
    {
        var open = trial.SelectMany(t => Links(t, owner, facts, roles)).ToList();
        facts.Trace?.UnexpectedLinks.AddRange(open.Select(l => new UnexpectedLink(
            l.Type.ResourceType, l.Type.Resource!.Value, l.Property, l.Resource, [.. l.Roles.Select(r => r.Role).Distinct()])));
        var all = open.ToList();
        var found = new List<RoleCandidate>();
        var stored = owner.Stored.Roles.Where(r => r.WorkflowState.IsNonConforming()).Select(r => (r.Role, r.ParametersValues)).ToHashSet();

        // What was found before keeps its state, though another role would explain the link as well by now.
        Choose(open.SelectMany(l => l.Roles).Where(r => stored.Contains((r.Role.Identifier, r.Parameters))));
        while (open.Where(l => l.Roles.Count == 1).Select(l => l.Roles[0]).ToList() is { Count: > 0 } single)
        {
            // A role with values explains its links without criteria too.
            var withValues = single.Where(r => r.Parameters is not null).ToList();
            Choose(withValues.Count > 0 ? withValues : single);
        }

        var singles = found.Select(r => new DeducedRole(r.Role, PeriodOf(r, all), r.Parameters)).ToList();
        return [.. singles, .. Composites(owner, facts, roles, singles)];

        void Choose(IEnumerable<RoleCandidate> chosen)
        {
            var now = chosen.Distinct().Except(found).ToList();
            found.AddRange(now);
            open.RemoveAll(l => l.Roles.Any(now.Contains) || now.Any(r => r.Parameters is not null && Gives(r, l, owner, facts)));
        }
    }

    private static Period PeriodOf(RoleCandidate role, List<Unexpected> links)
    {
        var periods = links.Where(l => l.Roles.Contains(role)).Select(l => l.Period).ToList();
        return new Period(periods.Min(p => p.Start), periods.Max(p => p.End));
    }

    /// <summary>Whether a role with values gives a link.</summary>
    private static bool Gives(RoleCandidate role, Unexpected link, OwnerInput owner, BatchFacts facts) =>
        facts.RulesByLink[(link.Property, link.Resource)].Any(r =>
            r.SingleRole == role.Role && r.ResourceType.Identifier == link.Type.ResourceType && Matches(r, owner, facts, role.Parameters));

    private static IEnumerable<Unexpected> Links(AssignedType type, OwnerInput owner, BatchFacts facts, OwnerRoles roles)
    {
        var row = type.Row;
        if (row.Resource is not { } target
            || !facts.Targets.TryGetValue(target, out var resource)
            || !facts.Policy.ResourceTypesByIdentifier.TryGetValue(row.ResourceType, out var compiled)
            || !TargetClaims.IsHold(row)
            || row.WorkflowState.IsNonConforming()
            || row.WorkflowState is WorkflowState.Cancellation or WorkflowState.Declined)
        {
            yield break;
        }

        foreach (var property in compiled.GovernedNavigations.Where(facts.LinksOfRoles.Contains))
        {
            foreach (var link in CurrentLinks.Of(resource, property).Where(link => IsUnexpected(type, property, link)))
            {
                var candidates = facts.RulesByLink[(property, link)]
                    .Where(r => r.ResourceType == compiled.Definition)
                    .Select(r => Candidate(r, owner, facts))
                    .OfType<RoleCandidate>()
                    .Where(c => IsUsable(c.Role, c.Parameters, owner.Stored.Roles, roles.Singles, facts))
                    .Distinct()
                    .ToList();
                if (candidates.Count > 0)
                {
                    yield return new Unexpected(row, property, link, candidates, new Period(row.StartDate, row.EndDate));
                }
            }
        }
    }

    /// <summary>A link that is being removed, or that a person has decided about, is not.</summary>
    private static bool IsUnexpected(AssignedType type, EntityProperty property, long link)
    {
        var rows = type.Navigations.Where(n => n.Property == property.Identifier);
        return property.Kind == PropertyKind.MonoNavigation
            ? rows.All(n => n.Resource is null && n.WorkflowState.IsNonConforming())
            : rows.Any(n => n.Resource == link && n.WorkflowState.IsNonConforming());
    }

    /// <summary>
    /// The role by which a rule would give its link: as the owner is, or else with the values of the rule's criteria as the parameters of the role
    /// (rolemodel.md 5.5, step 1). Values with which the role was found before stay. Null: with values that do not exist, or for an owner without context.
    /// </summary>
    private static RoleCandidate? Candidate(NavigationRule rule, OwnerInput owner, BatchFacts facts)
    {
        var role = rule.SingleRole!;
        var known = owner.Stored.Roles.Where(r => r.Role == role.Identifier && r.ParametersValues is not null && r.WorkflowState.IsNonConforming()).ToList();
        if (rule.Criteria.Count > 0 && known.Find(r => Matches(rule, owner, facts, r.ParametersValues)) is { } before)
        {
            return new RoleCandidate(role, before.ParametersValues);
        }

        if (Matches(rule, owner, facts, null))
        {
            return new RoleCandidate(role, null);
        }

        var live = owner.Contexts.Contexts.Where(c => c.Period.End > facts.Now).ToList();
        var foreign = rule.Criteria.Where(k => !live.Exists(c => Criteria.Holds(k, c, RoleGrants.NoValues, facts.DimensionKeys))).ToList();
        return new[] { foreign, [.. rule.Criteria] }
            .Where(criteria => criteria.Count > 0)
            .Select(criteria => AssignmentParameters.Format(criteria.DistinctBy(k => k.Dimension).ToDictionary(k => k.Dimension.Identifier, k => k.Value)))
            .Where(parameters => Matches(rule, owner, facts, parameters))
            .Select(parameters => new RoleCandidate(role, parameters))
            .FirstOrDefault();
    }

    private static bool Matches(NavigationRule rule, OwnerInput owner, BatchFacts facts, string? parameters)
    {
        var held = new HeldRole(rule.SingleRole!, Period.Always, true, parameters);
        return owner.Contexts.Contexts.Any(c =>
            c.Period.End > facts.Now && Criteria.Match(rule.Criteria, TypeExpectations.With(c, held, facts), RoleGrants.NoValues, facts.DimensionKeys));
    }

    /// <summary>A role that rules, a request or a decision speak about, with the same values, is not deduced.</summary>
    private static bool IsUsable(Role role, string? parameters, IEnumerable<AssignedRole> stored, IEnumerable<AssignedRole> now, BatchFacts facts) =>
        role.EntityType == facts.Source
        && role.Policy is { IsProvisioningEnabled: true, IsExternal: false }
        && !stored.Any(r => IsOf(r, role, parameters) && r.WorkflowState is WorkflowState.Declined or WorkflowState.Cancellation)
        && now.Where(r => IsOf(r, role, parameters)).All(r => IsOnlySuggested(r.WorkflowState));

    /// <summary>With parameters the row of just these, without any of the role.</summary>
    private static bool IsOf(AssignedRole row, Role role, string? parameters) =>
        row.Role == role.Identifier && (parameters is null || row.ParametersValues == parameters);

    /// <summary>States of rules that entitle to nothing: a deduced role takes their place.</summary>
    public static bool IsOnlySuggested(WorkflowState state) =>
        state is WorkflowState.Suggested or WorkflowState.SuggestedExisting or WorkflowState.RequestedAutomatically or WorkflowState.CalculatedMissingParameters
            or WorkflowState.Inactive;

    /// <summary>A composite role is deduced if all its single roles are held, and at least one of them was deduced.</summary>
    private static IEnumerable<DeducedRole> Composites(OwnerInput owner, BatchFacts facts, OwnerRoles roles, List<DeducedRole> singles)
    {
        if (singles.Count == 0)
        {
            yield break;
        }

        var held = RoleEvaluation.Held(roles.Singles, owner, facts).Select(h => h.Role).ToHashSet();
        var found = singles.GroupBy(s => (SingleRole)s.Role).ToDictionary(g => g.Key, g => g.First().Period);
        foreach (var composite in facts.Policy.CompositeRolesBySource[facts.Source].SelectMany(g => g.Roles))
        {
            var packed = facts.Policy.SingleRolesOf[composite]
                .Where(r => !r.IsDenied && r.Type == RuleType.Required)
                .Where(r => owner.Contexts.Contexts.Any(c => c.Period.End > facts.Now && Criteria.Match(r.Criteria, c, RoleGrants.NoValues, facts.DimensionKeys)))
                .Select(r => r.Role)
                .Distinct()
                .ToList();
            var deduced = packed.Where(found.ContainsKey).Select(r => found[r]).ToList();
            if (deduced.Count > 0
                && packed.TrueForAll(r => held.Contains(r) || found.ContainsKey(r))
                && IsUsable(composite, null, owner.Stored.CompositeRoles, roles.Composites, facts))
            {
                yield return new DeducedRole(composite, new Period(deduced.Max(p => p.Start), deduced.Min(p => p.End)));
            }
        }
    }
}
