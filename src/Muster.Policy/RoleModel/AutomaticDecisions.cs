using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Policy.Decisions;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;

namespace Muster.Policy.RoleModel;

/// <summary>
/// What automation rules decide on an owner's roles and resource types (rolemodel.md 3.14; 5.4, phases 3 and 4): as a person would, through the
/// same table, once the state has lasted long enough.
/// </summary>
internal static class AutomaticDecisions
{
    /// <summary>The owner with what is due decided, and what was decided.</summary>
    public static (OwnerInput Owner, IReadOnlyList<Decision> Decisions) Apply(OwnerInput owner, BatchFacts facts)
    {
        var decisions = new List<Decision>();
        foreach (var entry in Decidable(owner, owner.Stored, facts))
        {
            if (Rule(entry, owner, facts) is { } rule && Due(entry, rule, facts) <= facts.Now && Decide(entry, rule, owner, facts) is { } after)
            {
                owner = owner with { Stored = after.In(owner.Stored, facts.Policy) };
                if (rule.Definition.Declines && entry.Kind == AssignmentKind.SingleRole && entry.WorkflowState.IsNonConforming())
                {
                    owner = owner with { Stored = FoundRoleLinks.Remove(owner.Stored, entry.Item, entry.ParametersValues, facts.Policy, r => facts.Resolved.GetValueOrDefault(r)) };
                }
                else if (rule.Definition.Declines && entry.Kind == AssignmentKind.CompositeRole && entry.WorkflowState.IsNonConforming())
                {
                    owner = owner with { Stored = FoundRoleLinks.RemoveComposite(owner.Stored, entry.Item, facts.Policy, r => facts.Resolved.GetValueOrDefault(r)) };
                }

                decisions.Add(new Decision
                {
                    By = $"automation rule '{rule.Definition}'",
                    Kind = rule.Definition.Declines ? DecisionKind.Decline : DecisionKind.Approve,
                    EntityType = facts.Source.Identifier,
                    Owner = owner.Id,
                    OwnerKey = owner.Key,
                    Assignment = entry.Id,
                    ItemKind = entry.Kind.ToString(),
                    Item = entry.Item,
                    Detail = entry.ParametersValues,
                    From = entry.WorkflowState.ToString(),
                    To = after.WorkflowState.ToString(),
                });
            }
        }

        return (owner, decisions);
    }

    /// <summary>When a rule will decide on something of the result; null for never. Not later than now: in the next round of this run.</summary>
    public static DateTime? NextDue(OwnerInput owner, OwnerAssignments result, BatchFacts facts)
    {
        var before = new Dictionary<long, AssignmentEntry>();
        DateTime? next = null;
        foreach (var entry in Decidable(owner, result, facts))
        {
            if (Rule(entry, owner, facts) is not { } rule || Decide(entry, rule, owner, facts) is null)
            {
                continue;
            }

            if (before.Count == 0)
            {
                before = AssignmentEntry.Of(owner.Stored).Where(e => e.Id != 0).ToDictionary(e => e.Id);
            }

            var hasLasted = before.TryGetValue(entry.Id, out var old) && old.WorkflowState == entry.WorkflowState;
            var due = Due(entry with { StateSince = hasLasted ? old!.StateSince : facts.Now }, rule, facts);
            facts.Trace?.Waiting.Add((entry.Item, entry.WorkflowState, rule.Definition, due));
            next = next is { } known && known < due ? known : due;
        }

        return next;
    }

    private static List<AssignmentEntry> Decidable(OwnerInput owner, OwnerAssignments assignments, BatchFacts facts)
    {
        if (facts.Policy.AutomationRules.Count == 0 || facts.IsTrial || owner.Resource is null || owner.Contexts.IsExcluded)
        {
            return [];
        }

        var states = facts.Policy.AutomationRules.Select(r => r.State).ToHashSet();
        return AssignmentEntry.Of(assignments).Where(e => states.Contains(e.WorkflowState)).ToList();
    }

    /// <summary>
    /// At most one rule decides: those about the role or resource type come before those about its category, the nearest first, and these before
    /// those about its policy; a decline wins among several, then the one that waits least.
    /// </summary>
    private static CompiledAutomationRule? Rule(AssignmentEntry entry, OwnerInput owner, BatchFacts facts)
    {
        if (AssignmentItem.TryFind(facts.Policy.Model, entry.Kind, entry.Item) is not { } item || item.OwnerType != facts.Source
            || item.Policy is not { IsProvisioningEnabled: true, IsExternal: false })
        {
            return null;
        }

        return facts.Policy.AutomationRules
            .Where(r => r.State == entry.WorkflowState && (r.Definition.EntityType is null || r.Definition.EntityType == facts.Source))
            .Select(r => (Rule: r, Distance: Distance(r.Definition, item)))
            .Where(r => r.Distance is not null && Holds(r.Rule.Definition, owner, facts))
            .OrderBy(r => r.Distance)
            .ThenBy(r => r.Rule.Definition.Declines ? 0 : 1)
            .ThenBy(r => r.Rule.Definition.HoursToWait)
            .Select(r => r.Rule)
            .FirstOrDefault();
    }

    /// <summary>0 for the thing itself, 1 and more for its categories, the greatest number for its policy; null: not about it.</summary>
    private static int? Distance(AutomationRule rule, AssignmentItem item)
    {
        if (rule.Role is { } role)
        {
            return item.ResourceType is null && role.Identifier == item.Identifier && (role is CompositeRole) == (item.Kind == AssignmentKind.CompositeRole) ? 0 : null;
        }

        if (rule.ResourceType is { } type)
        {
            return item.ResourceType == type ? 0 : null;
        }

        if (rule.Category is not { } category)
        {
            return rule.Policy == item.Policy ? int.MaxValue : null;
        }

        var distance = 1;
        for (var own = item.Category; own is not null; own = own.Parent)
        {
            if (own == category)
            {
                return distance;
            }

            distance++;
        }

        return null;
    }

    private static bool Holds(AutomationRule rule, OwnerInput owner, BatchFacts facts) =>
        rule.Criteria.Count == 0
        || owner.Contexts.Contexts.Any(c => c.Period.End > facts.Now && Criteria.Match(rule.Criteria, c, RoleGrants.NoValues, facts.DimensionKeys));

    private static DateTime Due(AssignmentEntry entry, CompiledAutomationRule rule, BatchFacts facts)
    {
        var since = entry.StateSince ?? SentinelDates.Minimum;
        var due = since.AddHours(Math.Min(rule.Definition.HoursToWait, (SentinelDates.Maximum - since).TotalHours));
        return due < facts.Now ? facts.Now : due;
    }

    private static AssignmentEntry? Decide(AssignmentEntry entry, CompiledAutomationRule rule, OwnerInput owner, BatchFacts facts)
    {
        var isGap = entry.WorkflowState.IsNonConforming() || entry.WorkflowState is WorkflowState.ApprovedQuestioned or WorkflowState.Prolonged;
        var situation = new RequestSituation
        {
            Event = rule.Definition.Declines ? isGap ? RequestEvent.Remove : RequestEvent.Decline : isGap ? RequestEvent.Keep : RequestEvent.Approve,
            W = entry.WorkflowState,
            AsksRemoval = entry.AsksRemoval,
            IsProvisioned = entry.IsProvisioned,
            Risk = !rule.Definition.Declines && entry.Id != 0 && (entry.WorkflowState.IsPending() || RequestTransitions.IsSuggestion(entry.WorkflowState))
                ? RaisedRisks.Of(owner, facts, (entry with { WorkflowState = WorkflowState.Approved, AsksRemoval = false }).In(owner.Stored, facts.Policy)).Verdict()
                : RiskVerdict.None,
        };

        // A target that is only proposed is for a person to decide on.
        return entry.Type is { } type && type.Row.Resource is not null && !TargetClaims.IsHold(type.Row)
            ? null
            : DecidedEntry.Of(entry, RequestTransitions.For(situation), situation, facts.Policy);
    }
}
