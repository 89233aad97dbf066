using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// The rows of one role of one owner: what rules grant is matched with the stored rows, and each pair goes through the table of
/// rolemodel.md 6.5.
/// </summary>
/// <param name="create">Makes an empty row of the kind.</param>
internal sealed class RoleRows<T>(
    Role role, RoleRuleSet rules, OwnerInput owner, BatchFacts facts, IReadOnlyList<HeldComposite> composites, Func<T> create)
    where T : AssignedRole
{
    /// <param name="deduced">For how long the owner's targets show the role, and with which parameters; empty: they do not.</param>
    public List<T> Of(IEnumerable<T> stored, IReadOnlyList<DeducedRole> deduced)
    {
        var free = stored.ToList();
        facts.Trace?.Begin(role);
        if (role.Policy.IsExternal || !role.Policy.IsProvisioningEnabled || role.EntityType != facts.Source)
        {
            // Managed elsewhere, not computed, or of other owners: never added, updated or deleted here (rolemodel.md 3.2).
            return free;
        }

        if (owner.Resource is null)
        {
            return [];
        }

        if (rules.Rules.Count == 0 && free.Count == 0 && deduced.Count == 0)
        {
            return [];
        }

        var grants = RoleGrants.Of(role, rules, owner, facts, composites);
        grants.RemoveAll(g => g.Period.End <= facts.Now);
        if (grants.Count == 0 && free.Count == 0 && deduced.Count == 0)
        {
            // Most roles of most owners.
            return [];
        }

        var expectation = grants.Select(g => g.Expectation).DefaultIfEmpty(RoleExpectation.None).Min();
        grants.RemoveAll(g => g.Expectation != expectation);
        var byHand = free.Where(IsByHand).Select(Moved).ToList();
        free.RemoveAll(IsByHand);

        // What a person has declined stays declined, whatever rules say (rolemodel.md 5.4); what was given by hand stays given by hand.
        var isDeclined = free.Exists(r => r.WorkflowState == WorkflowState.Declined);
        var periods = isDeclined ? [] : Without(Period.Union(grants.Select(g => g.Period)), byHand);
        var rows = new List<T>();
        foreach (var period in periods)
        {
            // What was found conforms only to what entitles; beside the rest, and with parameters of its own, it stays found as long as it shows.
            var existing = free.Find(r => period.Overlaps(new Period(r.StartDate, r.EndDate))
                && (!r.WorkflowState.IsNonConforming() || (expectation == RoleExpectation.Required && r.ParametersValues is null)));
            if (existing is not null)
            {
                free.Remove(existing);
            }

            AddIfAny(rows, Given(existing, expectation, period, [.. grants.Where(g => g.Period.Overlaps(period))]));
        }

        foreach (var shown in deduced)
        {
            if (facts.Trace is { } trace)
            {
                trace.Of(role).IsDeduced = true;
            }

            AddDeduced(rows, free, shown);
        }

        foreach (var existing in byHand.Concat(free))
        {
            AddIfAny(rows, Kept(existing, isHeldOtherwise: periods.Count > 0 || deduced.Count > 0));
        }

        return rows;
    }

    /// <summary>The row that was found before goes on, else one that entitled to nothing, else a new one comes.</summary>
    private void AddDeduced(List<T> rows, List<T> free, DeducedRole deduced)
    {
        var period = deduced.Period;
        bool IsSuggested(T row) => RoleDeduction.IsOnlySuggested(row.WorkflowState) && (deduced.Parameters is null || row.ParametersValues == deduced.Parameters);
        var suggested = rows.Where(IsSuggested).ToList();
        rows.RemoveAll(suggested.Contains);
        var existing = free.Find(r => r.WorkflowState.IsNonConforming() && r.ParametersValues == deduced.Parameters)
            ?? free.Find(IsSuggested)
            ?? suggested.Find(r => r.Id != 0);
        if (existing is not null)
        {
            free.Remove(existing);
        }

        var transition = RoleTransitions.For(Situation(existing) with { IsDeduced = true, IsOver = false });
        rows.Add(Told(
            (existing ?? create()) with
            {
                Owner = owner.Id,
                Role = role.Identifier,
                WorkflowState = transition.Workflow ?? existing!.WorkflowState,
                StartDate = period.Start,
                EndDate = period.End,
                IsIndirect = false,
                ParametersValues = deduced.Parameters,
                Rules = null,
            },
            transition));
    }

    /// <summary>Approved; also while its removal waits for an approval.</summary>
    private static bool IsByHand(T row) => row.WorkflowState.IsManual() || (row.AsksRemoval && row.WorkflowState.IsPending());

    /// <summary>An end that follows the contexts moves with them.</summary>
    private T Moved(T row) =>
        row.IsContextBound && owner.Contexts.Hull is { } hull && hull.End > row.StartDate ? row with { EndDate = hull.End } : row;

    /// <summary>What rules give beside what was given by hand: before and after it, from now on.</summary>
    private List<Period> Without(List<Period> periods, List<T> byHand)
    {
        foreach (var row in byHand.Where(r => r.ParametersValues is null && r.EndDate > facts.Now))
        {
            if (owner.Contexts.Within(new Period(row.StartDate, row.EndDate), false) is { } hole)
            {
                periods = [.. periods.SelectMany(p => p.Without(hole)).Where(p => p.End > facts.Now)];
            }
        }

        return periods;
    }

    private static void AddIfAny(List<T> rows, T? row)
    {
        if (row is not null)
        {
            rows.Add(row);
        }
    }

    private T? Given(T? existing, RoleExpectation expectation, Period period, List<RoleGrant> grants)
    {
        if (expectation == RoleExpectation.MissingParameters && existing is not null && IsComplete(existing))
        {
            expectation = RoleExpectation.Required;
        }

        var transition = RoleTransitions.For(Situation(existing) with { Expectation = expectation });
        if (transition.Ends)
        {
            return Ended(existing, transition);
        }

        if (transition.Workflow is not { } workflow)
        {
            return existing is null ? null : Told(existing, transition);
        }

        return Told(
            (existing ?? create()) with
            {
                Owner = owner.Id,
                Role = role.Identifier,
                WorkflowState = workflow,
                StartDate = period.Start,
                EndDate = period.End,
                IsIndirect = grants.TrueForAll(g => g.IsInferred),
                Rules = RoleLoss.TextOf(rules, grants.SelectMany(g => g.By)),
                IsContextBound = false,
                AsksRemoval = false,
            },
            transition);
    }

    private T Told(T row, RoleTransition transition)
    {
        facts.Trace?.Row(row, transition.Name, transition.Source);
        return row;
    }

    private T? Ended(T? existing, RoleTransition transition)
    {
        if (existing is not null)
        {
            facts.Trace?.Of(role).Ended.Add((existing, transition.Name, transition.Source));
        }

        return null;
    }

    /// <summary>A person has given what a rule lacks.</summary>
    private bool IsComplete(T row)
    {
        var known = AssignmentParameters.Parse(row.ParametersValues);
        return role.RequiredParameters.All(d => known.ContainsKey(d.Identifier));
    }

    private T? Kept(T existing, bool isHeldOtherwise)
    {
        var situation = Situation(existing);

        // Only the table's rows for what is over or cancelled ask what the managed systems have: the rest does not depend on it.
        situation = situation with
        {
            IsStillThere = !isHeldOtherwise && (situation.IsOver || situation.W == WorkflowState.Cancellation) && IsStillThere(),
            IsLostByRuleChange = !isHeldOtherwise && IsOfRules(existing) && RoleLoss.IsByRuleChange(existing.Rules, rules, owner, facts, composites),
        };
        var transition = RoleTransitions.For(situation);
        if (transition.Ends)
        {
            return Ended(existing, transition);
        }

        var row = existing with { WorkflowState = transition.Workflow ?? existing.WorkflowState };
        if (transition.Workflow == WorkflowState.Prolonged)
        {
            // A grace period is a number of minutes: it does not depend on the second in which a run came to this owner.
            var graceEnd = new DateTime(facts.Now.Ticks - (facts.Now.Ticks % TimeSpan.TicksPerMinute), facts.Now.Kind) + role.GracePeriod;
            row = row with { EndDate = graceEnd < existing.EndDate ? graceEnd : existing.EndDate };
        }

        return Told(row, transition);
    }

    private RoleSituation Situation(T? existing) => new()
    {
        Expectation = RoleExpectation.None,
        HasRow = existing is not null,
        W = existing?.WorkflowState ?? WorkflowState.None,
        IsOver = existing is not null && (existing.EndDate <= facts.Now || owner.Contexts.HasDeparted(facts.Now)),
        HasGracePeriod = role.GracePeriod > TimeSpan.Zero,
    };

    private static bool IsOfRules(T row) =>
        row.WorkflowState is WorkflowState.PolicyApproved or WorkflowState.CalculatedMissingParameters or WorkflowState.Prolonged;

    /// <summary>Whether the managed systems still have one of the links that the role gives.</summary>
    private bool IsStillThere() =>
        role is SingleRole single && owner.Stored.Types.Any(t =>
            t.Row.Resource is { } target
            && facts.Targets.TryGetValue(target, out var resource)
            && facts.Policy.ResourceTypesByIdentifier.TryGetValue(t.Row.ResourceType, out var type)
            && type.NavigationRules.Any(r =>
                r.SingleRole == single && !r.IsDenied && facts.Resolved.GetValueOrDefault(r) is { } given && CurrentLinks.Has(resource, r.Property, given)));
}
