using Muster.Configuration.Model;
using Muster.Policy.Decisions;
using Muster.Policy.RoleModel;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.Explanations;

/// <summary>Explains the roles of an owner: those that it has, and one that it has not.</summary>
internal sealed class RoleExplainer(Evaluated evaluated, ExplanationNames names)
{
    private readonly RuleConditions _conditions = new(evaluated, names);

    public IReadOnlyList<RoleExplanation> Composites() =>
        Explain(evaluated.Result.Assignments.CompositeRoles, evaluated.Stored.CompositeRoles, AssignmentKind.CompositeRole, evaluated.Policy.CompositeRolesByIdentifier);

    public IReadOnlyList<RoleExplanation> Singles() =>
        Explain(evaluated.Result.Assignments.Roles, evaluated.Stored.Roles, AssignmentKind.SingleRole, evaluated.Policy.SingleRolesByIdentifier);

    private List<RoleExplanation> Explain<TRow, TRole>(
        IReadOnlyList<TRow> rows, IReadOnlyList<TRow> stored, AssignmentKind kind, IReadOnlyDictionary<string, TRole> roles)
        where TRow : AssignedRole
        where TRole : Role
    {
        var before = stored.ToDictionary(r => r.Id);
        bool IsShown(TRow row) => evaluated.Sight.Assignments.Sees(AssignmentEntry.Of(kind, row));
        var explained = rows.Where(IsShown).Select(r => Explain(r, before.GetValueOrDefault(r.Id), kind, roles.GetValueOrDefault(r.Role)));
        var kept = rows.Select(r => r.Id).ToHashSet();
        var ended = stored.Where(r => !kept.Contains(r.Id) && IsShown(r)).Select(r => Ending(r, kind, roles.GetValueOrDefault(r.Role)));
        return [.. explained.Concat(ended).OrderBy(r => r.Role, StringComparer.Ordinal).ThenBy(r => r.Start, StringComparer.Ordinal)];
    }

    private RoleExplanation Explain(AssignedRole row, AssignedRole? stored, AssignmentKind kind, Role? role)
    {
        var trace = evaluated.Trace.OfRow(row);
        var isOfRules = row.WorkflowState is WorkflowState.PolicyApproved or WorkflowState.CalculatedMissingParameters or WorkflowState.Suggested
            or WorkflowState.SuggestedExisting or WorkflowState.RequestedAutomatically;
        var period = new Period(row.StartDate, row.EndDate);
        return Plain(stored ?? row, kind) with
        {
            Start = ExplanationNames.Date(row.StartDate),
            End = ExplanationNames.Date(row.EndDate),
            Reason = trace?.Transition,
            Section = trace?.Source,
            Rules = role is null ? [] : [.. Rules(role).Where(r => r.Rule.Counts && r.Periods.Exists(period.Overlaps)).Select(r => r.Rule)],
            DeducedFrom = role is not null && row.WorkflowState.IsNonConforming() ? DeducedFrom(role) : [],
            Notes = [.. Notes(row, stored, role, isOfRules)],
        };
    }

    private RoleExplanation Ending(AssignedRole row, AssignmentKind kind, Role? role)
    {
        var ended = role is null ? default : evaluated.Trace.Of(role).Ended.Find(e => e.Row.Id == row.Id);
        return Plain(row, kind) with
        {
            Start = ExplanationNames.Date(row.StartDate),
            End = ExplanationNames.Date(row.EndDate),
            Reason = ended.Transition ?? (role is null ? "the configuration has no such role any more" : "the owner is gone"),
            Section = ended.Source,
            Notes = ["The next evaluation ends it."],
        };
    }

    private RoleExplanation Plain(AssignedRole row, AssignmentKind kind) => new()
    {
        Kind = kind.Title(),
        Role = row.Role,
        Id = row.Id,
        WorkflowState = StateExplanation.Of(row.WorkflowState),
        IsIndirect = row.IsIndirect,
        Parameters = AssignmentParameters.Parse(row.ParametersValues) is { Count: > 0 } parameters ? parameters : null,
        Decisions = ExplanationNames.Of(evaluated.DecisionsOn(row.Id, kind.ToString(), row.Role)),
    };

    private IEnumerable<string> Notes(AssignedRole row, AssignedRole? stored, Role? role, bool isOfRules)
    {
        if (stored is null)
        {
            yield return "It is not stored yet: the next evaluation gives it.";
        }
        else if (stored.WorkflowState != row.WorkflowState)
        {
            yield return $"The next evaluation makes it {row.WorkflowState} ({StateWords.Of(row.WorkflowState)}).";
        }

        if (row.WorkflowState == WorkflowState.Prolonged)
        {
            yield return $"Its grace period ends {ExplanationNames.Date(row.EndDate) ?? "never"}; until then it entitles as before.";
        }

        if (row.IsContextBound)
        {
            yield return "It ends with the owner's contexts.";
        }

        if (row is { AsksRemoval: true } && row.WorkflowState.IsPending())
        {
            yield return "What waits is its removal; until then it entitles as before.";
        }

        if (!row.IsEffective())
        {
            yield return "In this state it entitles to nothing.";
        }
        else if (row.StartDate > evaluated.Facts.Now)
        {
            yield return "It has not begun yet.";
        }

        if (!isOfRules && role is not null && row.WorkflowState.IsManual() && Rules(role).Exists(r => r.Rule.Counts))
        {
            yield return "A rule gives it as well.";
        }

        foreach (var (_, state, rule, due) in evaluated.Trace.Waiting.Where(w => w.Item == row.Role && w.State == row.WorkflowState))
        {
            yield return $"The automation rule '{rule}' {(rule.Declines ? "declines" : "approves")} it {ExplanationNames.Date(due)}.";
        }
    }

    /// <summary>Every rule of a role in every context, with what became of it.</summary>
    public List<(RuleExplanation Rule, List<Period> Periods)> Rules(Role role)
    {
        var trace = evaluated.Trace.Of(role);
        var rules = new List<(RuleExplanation, List<Period>)>();
        foreach (var (rule, context, periods) in trace.Rules)
        {
            var decisions = trace.Decisions.Where(d => ReferenceEquals(d.Context, context) && d.Matching.Contains(rule)).ToList();
            var giving = decisions.Where(d => d.Grant is { } grant && grant.By.Contains(rule)).ToList();
            var union = Period.Union(giving.Select(g => g.Period));
            var shown = giving.Count > 0 ? union : Period.Union(periods);
            rules.Add((
                new RuleExplanation
                {
                    Rule = rule.Identifier,
                    Counts = giving.Count > 0,
                    Outcome = Outcome(rule, periods, decisions, giving.Count > 0 ? giving[0].Grant : null),
                    Context = evaluated.NumberOf(context),
                    Start = shown.Count > 0 ? ExplanationNames.Date(shown[0].Start) : null,
                    End = shown.Count > 0 ? ExplanationNames.Date(shown[^1].End) : null,
                    Conditions = _conditions.Of(rule, context),
                },
                union));
        }

        return rules;
    }

    private string Outcome(
        RoleRule rule,
        IReadOnlyList<Period> periods,
        List<(OwnerContext Context, Period Period, IReadOnlyList<RoleRule> Deciding, IReadOnlyList<RoleRule> Matching, RoleGrant? Grant)> decisions,
        RoleGrant? grant)
    {
        if (periods.Count == 0)
        {
            return "does not apply";
        }

        if (grant is not null)
        {
            return periods[^1].End <= evaluated.Facts.Now ? "gave it, and its time is over"
                : grant.Expectation switch
                {
                    RoleExpectation.Suggested => "suggests it",
                    RoleExpectation.RequestedForExisting or RoleExpectation.RequestedForNew => "asks for it: a person decides",
                    RoleExpectation.MissingParameters => "gives it, but a required parameter has no value",
                    _ => "gives it",
                };
        }

        var deciding = decisions.SelectMany(d => d.Deciding).FirstOrDefault(d => d != rule);
        return rule.IsDenied && decisions.Exists(d => d.Deciding.Contains(rule)) ? "denies it"
            : decisions.Exists(d => d.Grant is null && d.Deciding.Contains(rule)) ? $"applies, and '{deciding?.Identifier}' of the same priority denies it"
            : decisions.Exists(d => d.Deciding.Contains(rule)) ? $"applies, and '{deciding?.Identifier}' entitles to more"
            : $"applies, and '{deciding?.Identifier}' of a smaller priority decides";
    }

    private List<string> DeducedFrom(Role role) =>
    [
        .. evaluated.Trace.UnexpectedLinks.Where(l => l.Roles.Any(r => r == role) && evaluated.Sight.Resources.IsVisible(l.Property.EntityType, l.Target, l.Property)).Select(l => Text(l)
            + (l.Roles.Count > 1 ? $", which {string.Join(" and ", l.Roles.Where(r => r != role).Select(r => $"'{r.Identifier}'"))} would give as well" : "")),
    ];

    private string Text(UnexpectedLink link) =>
        $"{link.ResourceType} '{names.KeyOf(link.Property.EntityType, link.Target)}' has {link.Property.Identifier} '{names.KeyOf(link.Property.TargetEntityType!, link.Resource)}', which no rule wants";

    /// <summary>Whether the owner holds a role, and which condition of which rule fails if not.</summary>
    /// <param name="asked">What was asked before, so that roles that need one another in a circle come to an end.</param>
    public AnswerExplanation Answer(Role role, IReadOnlyList<Role>? asked = null)
    {
        var kind = role is CompositeRole ? AssignmentKind.CompositeRole : AssignmentKind.SingleRole;
        AssignedRole[] rows = role is CompositeRole
            ? [.. evaluated.Result.Assignments.CompositeRoles.Where(r => r.Role == role.Identifier)]
            : [.. evaluated.Result.Assignments.Roles.Where(r => r.Role == role.Identifier)];
        if (asked is null)
        {
            evaluated.Sight.Assignments.Require(rows.Select(r => AssignmentEntry.Of(kind, r)).DefaultIfEmpty(
                new AssignmentEntry { Kind = kind, Owner = evaluated.Owner.Id, Item = role.Identifier, StartDate = SentinelDates.Minimum, EndDate = SentinelDates.Maximum }));
        }

        var now = evaluated.Facts.Now;
        var held = rows.Where(r => r.IsEffective() && r.StartDate <= now && r.EndDate > now).ToList();
        var rules = Rules(role);
        var chain = asked is null ? [role] : asked.Append(role).ToList();
        var needed = evaluated.Policy.RulesOf(role).Rules
            .Select(r => r.CompositeRole)
            .OfType<CompositeRole>()
            .Where(c => !evaluated.Trace.HeldComposites.Any(h => h.Role == c) && !chain.Contains(c))
            .Distinct();
        return new AnswerExplanation
        {
            Question = $"{kind.Title()} '{role.Identifier}'",
            Has = held.Count > 0,
            Verdict = held.Count > 0 ? $"It is held: {string.Join("; ", held.Select(h => $"{h.WorkflowState}, {StateWords.Of(h.WorkflowState)}").Distinct())}." : Verdict(role, rows, rules),
            Rules = [.. rules.Select(r => r.Rule)],
            Decisions = ExplanationNames.Of(evaluated.DecisionsOn(0, kind.ToString(), role.Identifier)),
            Needs = held.Count > 0 ? [] : [.. needed.Select(c => Answer(c, chain))],
        };
    }

    private string Verdict(Role role, AssignedRole[] rows, List<(RuleExplanation Rule, List<Period> Periods)> rules)
    {
        if (OwnerNotes.WhyNothing(evaluated, role.EntityType, role.Policy) is { } general)
        {
            return general;
        }

        if (rows.FirstOrDefault(r => r.WorkflowState == WorkflowState.Declined) is not null)
        {
            return "A person has declined it: it stays declined, whatever rules say, until it is requested again.";
        }

        if (rows.FirstOrDefault(r => r.IsEffective() && r.StartDate > evaluated.Facts.Now) is { } later)
        {
            return $"It begins {ExplanationNames.Date(later.StartDate)}.";
        }

        if (rows.FirstOrDefault() is { } row)
        {
            return $"It is {row.WorkflowState}: {StateWords.Of(row.WorkflowState)}. In this state it entitles to nothing.";
        }

        var count = evaluated.Policy.RulesOf(role).Rules.Count;
        return count == 0 ? "No rule gives it, and nobody has requested it."
            : rules.Exists(r => r.Rule.Outcome.StartsWith("denies", StringComparison.Ordinal)) ? "A rule denies it."
            : rules.Exists(r => r.Rule.Outcome.Contains("its time is over", StringComparison.Ordinal)) ? "The time for which a rule gave it is over."
            : $"{(count == 1 ? "Its rule does not apply" : $"None of its {count} rules applies")}, and nobody has requested it.";
    }
}
