using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Policy.Decisions;
using Muster.Policy.RoleModel;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;
using Muster.Repository.CorrelationKeys;
using Muster.Repository.Resources;

namespace Muster.Policy.Explanations;

/// <summary>Explains the resource types of an owner: those that it has, one that it has not, and values.</summary>
internal sealed class TypeExplainer(Evaluated evaluated, RoleExplainer roles, CorrelationKeyStore keys, ResourceReader reader, ExplanationNames names)
{
    private readonly RuleConditions _conditions = new(evaluated, names);
    private readonly CorrelationExplainer _correlation = new(evaluated, keys, names);

    public IReadOnlyList<TypeExplanation> Types(Func<AssignedResourceType, bool>? wanted = null)
    {
        var before = evaluated.Stored.Types.ToDictionary(t => t.Row.Id, t => t.Row);
        var rows = evaluated.Result.Assignments.Types;
        bool IsShown(AssignedType type) => (wanted is null || wanted(type.Row)) && evaluated.Sight.Assignments.Sees(AssignmentEntry.Of(type));
        var kept = rows.Select(t => t.Row.Id).ToHashSet();
        var explained = rows.Where(IsShown).Select(t => Explain(t, before.GetValueOrDefault(t.Row.Id)));
        var ended = evaluated.Stored.Types.Where(t => !kept.Contains(t.Row.Id) && IsShown(t)).Select(Ending);
        return [.. explained.Concat(ended).OrderBy(t => t.ResourceType, StringComparer.Ordinal).ThenBy(t => t.Start, StringComparer.Ordinal).ThenBy(t => t.Target, StringComparer.Ordinal)];
    }

    private CompiledResourceType? Find(AssignedResourceType row) => evaluated.Policy.ResourceTypesByIdentifier.GetValueOrDefault(row.ResourceType);

    private SlotTrace? SlotOf(CompiledResourceType type, AssignedType assigned) =>
        evaluated.Trace.Of(type).Slots.Find(s => ReferenceEquals(s.Result, assigned));

    private TypeExplanation Explain(AssignedType assigned, AssignedResourceType? stored)
    {
        var row = assigned.Row;
        var plain = Plain(row, stored ?? row);
        if (Find(row) is not { } type)
        {
            return plain with { Notes = ["Its policy is not computed: it stays as it is."] };
        }

        var slot = SlotOf(type, assigned);
        var trace = evaluated.Trace.OfRow(assigned);
        IReadOnlyList<Period> bases = slot?.Expected?.Bases ?? (RequestTransitions.IsSuggestion(row.WorkflowState) ? [new Period(row.StartDate, row.EndDate)] : []);
        return plain with
        {
            Target = row.Resource is { } target ? names.KeyOf(type.Definition.TargetEntityType, target) : null,
            TargetName = row.Resource is { } named ? names.NameOf(type.Definition.TargetEntityType, named) : null,
            Reason = trace?.Transition,
            Section = trace?.Source,
            Rules = [.. Rules(type).Where(r => r.Rule.Counts && r.Periods.Exists(p => bases.Any(p.Overlaps))).Select(r => r.Rule)],
            Correlation = _correlation.Explain(type, row),
            Values = new ValueExplainer(evaluated, type, slot, keys, names).Explain(assigned),
            Notes = [.. Notes(type, assigned, stored, slot)],
        };
    }

    private TypeExplanation Ending(AssignedType assigned)
    {
        var row = assigned.Row;
        var type = Find(row);
        var ended = type is null ? default : evaluated.Trace.Of(type).Ended.Find(e => e.Row.Id == row.Id);
        return Plain(row, row) with
        {
            Target = row.Resource is { } target && type is not null ? names.KeyOf(type.Definition.TargetEntityType, target) : null,
            Reason = ended.Transition ?? (type is null ? "the configuration has no such resource type any more" : null),
            Section = ended.Source,
            Notes = ["The next evaluation ends it."],
        };
    }

    private TypeExplanation Plain(AssignedResourceType row, AssignedResourceType stored) => new()
    {
        ResourceType = row.ResourceType,
        Id = row.Id,
        WorkflowState = StateExplanation.Of(stored.WorkflowState),
        ProvisioningState = StateExplanation.Of(stored.ProvisioningState),
        Start = ExplanationNames.Date(row.StartDate),
        End = ExplanationNames.Date(row.EndDate),
        Correlation = new CorrelationExplanation("", row.Confidence, [], []),
        BlockReason = row.BlockReason,
        Message = Find(row) is { Definition: { } type } && (evaluated.Sight.Resources.HidesAny(type.TargetEntityType, row.Resource) || evaluated.Sight.Resources.HidesAny(type.SourceEntityType, evaluated.Owner.Id)) ? null : row.Message,
        Decisions = ExplanationNames.Of(evaluated.DecisionsOn(row.Id, nameof(AssignmentKind.ResourceType), row.ResourceType)),
    };

    private IEnumerable<string> Notes(CompiledResourceType type, AssignedType assigned, AssignedResourceType? stored, SlotTrace? slot)
    {
        var row = assigned.Row;
        if (stored is null)
        {
            yield return "It is not stored yet: the next evaluation gives it.";
        }
        else if (stored.WorkflowState != row.WorkflowState || stored.ProvisioningState != row.ProvisioningState)
        {
            yield return $"The next evaluation makes it {row.WorkflowState} and {row.ProvisioningState}.";
        }

        if (row.WorkflowState.IsManual() && slot?.Expected is null)
        {
            yield return "It was given by hand, and its time is not now.";
        }

        if (slot?.Expected is { } expected && expected.Bases.Any(b => b != expected.Period))
        {
            yield return $"Rules and roles give it {string.Join(" and ", expected.Bases.Select(ExplanationNames.Text))}; values that are due before or after extend it.";
        }

        if (row.Resource is null && row.ProvisioningState == ProvisioningState.Pending && Dependency(type.Definition) is { } waits)
        {
            yield return waits;
        }

        foreach (var (_, state, rule, due) in evaluated.Trace.Waiting.Where(w => w.Item == row.ResourceType && w.State == row.WorkflowState))
        {
            yield return $"The automation rule '{rule}' {(rule.Declines ? "declines" : "approves")} it {ExplanationNames.Date(due)}.";
        }
    }

    /// <summary>What its creation waits for (rolemodel.md 5.9).</summary>
    private string? Dependency(ResourceType type)
    {
        var owner = evaluated.Owner;
        if (type.DependsOn is { } other
            && !owner.Stored.Types.Any(t => t.Row.ResourceType == other.Identifier && t.Row.IsLogin()))
        {
            return $"Its creation waits until the owner has a provisioned '{other.Identifier}' (DependsOn).";
        }

        return type.DependsOnOwnerProperty is { } property
            && evaluated.Sight.Resources.IsVisible(type.SourceEntityType, owner.Id, property)
            && reader.Load(type.SourceEntityType, [owner.Id], [new(type.SourceEntityType, [property])]) is [var resource]
            && string.IsNullOrEmpty(resource.GetScalar(property))
            ? $"Its creation waits until '{property.QualifiedName}' has a value (DependsOnOwnerProperty)."
            : null;
    }

    /// <summary>Every rule that gives a resource type, in every context, and every rule of a value whose role needs it.</summary>
    private List<(RuleExplanation Rule, List<Period> Periods)> Rules(CompiledResourceType type)
    {
        var trace = evaluated.Trace.Of(type);
        var bases = trace.Expected.SelectMany(e => e.Bases).ToList();
        var rules = new List<(RuleExplanation, List<Period>)>();
        foreach (var (rule, context, given, periods) in trace.TypeRules)
        {
            var isRequired = rule.Type == RuleType.Required;
            var counts = !rule.IsDenied && (isRequired ? periods.Any(p => bases.Exists(p.Overlaps)) : bases.Count == 0 && periods.Any(p => p.End > evaluated.Facts.Now));
            rules.Add((
                new RuleExplanation
                {
                    Rule = rule.Identifier,
                    Counts = counts,
                    Outcome = periods.Count == 0 ? "does not apply"
                        : rule.IsDenied ? "denies it"
                        : counts ? isRequired ? "gives it" : rule.Type == RuleType.Suggested ? "suggests it" : "asks for it: a person decides"
                        : periods[^1].End <= evaluated.Facts.Now ? "gave it, and its time is over"
                        : "applies, and another rule denies it",
                    Context = evaluated.NumberOf(context),
                    Start = periods.Count > 0 ? ExplanationNames.Date(periods[0].Start) : null,
                    End = periods.Count > 0 ? ExplanationNames.Date(periods[^1].End) : null,
                    Conditions = _conditions.Of(rule, context, given),
                },
                [.. periods]));
        }

        foreach (var induced in trace.Induced.GroupBy(i => i.Rule))
        {
            var role = induced.First().Role;
            var periods = Period.Union(induced.Select(i => i.Period));
            rules.Add((
                new RuleExplanation
                {
                    Rule = induced.Key.Identifier,
                    Counts = periods.Exists(p => bases.Exists(p.Overlaps)),
                    Outcome = $"needs it, because the single role '{role.Identifier}' is held",
                    Start = ExplanationNames.Date(periods[0].Start),
                    End = ExplanationNames.Date(periods[^1].End),
                    Conditions = _conditions.OfRole(induced.Key, role, Period.Always),
                },
                periods));
        }

        return rules;
    }

    /// <summary>Whether the owner has a resource type, and which condition of which rule fails if not.</summary>
    public AnswerExplanation Answer(ResourceType definition)
    {
        RequireSeen(definition);
        var rows = evaluated.Result.Assignments.Types.Where(t => t.Row.ResourceType == definition.Identifier).ToList();
        var wanted = rows.Where(t => IsWanted(t.Row)).Select(t => t.Row).ToList();
        var answer = new AnswerExplanation
        {
            Question = $"resource type '{definition.Identifier}'",
            Has = wanted.Count > 0,
            Verdict = "",
            Decisions = ExplanationNames.Of(evaluated.DecisionsOn(0, nameof(AssignmentKind.ResourceType), definition.Identifier)),
        };
        if (evaluated.Policy.ResourceTypesByIdentifier.GetValueOrDefault(definition.Identifier) is not { } type || definition.SourceEntityType != evaluated.Facts.Source)
        {
            return answer with { Verdict = OwnerNotes.WhyNothing(evaluated, definition.SourceEntityType, definition.Policy) ?? "It is not computed." };
        }

        var rules = Rules(type);
        return answer with
        {
            Verdict = wanted.Count > 0 ? $"It is there: {string.Join("; ", wanted.Select(w => $"{w.WorkflowState}, {StateWords.Of(w.WorkflowState)}").Distinct())}." : Verdict(type, rows, rules),
            Rules = [.. rules.Select(r => r.Rule), .. wanted.Count > 0 ? [] : NotInduced(type)],
            Needs = wanted.Count > 0 ? [] :
            [
                .. type.Definition.TypeRules.Where(r => !r.IsDenied).Select(r => r.SingleRole).OfType<SingleRole>()
                    .Where(r => !evaluated.Trace.Held.Any(h => h.Role == r))
                    .Distinct()
                    .Select(r => roles.Answer(r)),
            ],
        };
    }

    /// <summary>Throws where the assignment may not be seen, or one that is asked after could not.</summary>
    private void RequireSeen(ResourceType definition)
    {
        var rows = evaluated.Result.Assignments.Types.Where(t => t.Row.ResourceType == definition.Identifier).Select(AssignmentEntry.Of).DefaultIfEmpty(
            new AssignmentEntry { Kind = AssignmentKind.ResourceType, Owner = evaluated.Owner.Id, Item = definition.Identifier, StartDate = SentinelDates.Minimum, EndDate = SentinelDates.Maximum });
        evaluated.Sight.Assignments.Require(rows);
    }

    private static bool IsWanted(AssignedResourceType row) =>
        row.WorkflowState.IsManual() || row.WorkflowState is WorkflowState.PolicyApproved or WorkflowState.GivenByRole;

    /// <summary>Rules of values whose role would need the resource type, and is not held.</summary>
    private IEnumerable<RuleExplanation> NotInduced(CompiledResourceType type)
    {
        var told = evaluated.Trace.Of(type).Induced.Select(i => i.Rule).ToHashSet();
        var rules = type.ScalarRules.Select(r => ((ResourceTypeRule)r.Definition, r.Definition.SingleRole))
            .Concat(type.NavigationRules.Where(r => !r.IsDenied).Select(r => ((ResourceTypeRule)r, r.SingleRole)));
        foreach (var (rule, role) in rules.Where(r => r.SingleRole is not null && !told.Contains(r.Item1)))
        {
            yield return new RuleExplanation { Rule = rule.Identifier, Outcome = "does not need it", Conditions = _conditions.OfRole(rule, role, Period.Always) };
        }
    }

    private string Verdict(CompiledResourceType type, List<AssignedType> rows, List<(RuleExplanation Rule, List<Period> Periods)> rules)
    {
        if (OwnerNotes.WhyNothing(evaluated, type.Definition.SourceEntityType, type.Definition.Policy) is { } general)
        {
            return general;
        }

        if (rows.FirstOrDefault()?.Row is { } row)
        {
            return $"It is {row.WorkflowState}: {StateWords.Of(row.WorkflowState)}.";
        }

        return rules.Exists(r => r.Rule.Outcome.StartsWith("denies", StringComparison.Ordinal)) ? "A rule denies it."
            : rules.Exists(r => r.Rule.Outcome.Contains("its time is over", StringComparison.Ordinal)) ? "The time for which a rule gave it is over."
            : type.Definition.TypeRules.Count == 0 ? "It has no type rule, and no role that is held needs it."
            : "No type rule applies, no role that is held needs it, and nobody has requested it.";
    }

    /// <summary>Whether the owner's resource type has a value, and which condition of which rule fails if not.</summary>
    public AnswerExplanation Answer(CompiledResourceType type, EntityProperty property, string? value)
    {
        var pointed = property.TargetEntityType;
        var question = $"{property.Identifier}{(value is null ? "" : $" '{value}'")} of resource type '{type.Identifier}'";
        RequireSeen(type.Definition);
        var assigned = evaluated.Result.Assignments.Types.Where(t => t.Row.ResourceType == type.Identifier).OrderBy(t => IsWanted(t.Row) ? 0 : 1).FirstOrDefault();
        evaluated.Sight.Resources.RequireVisible(type.Definition.TargetEntityType, assigned?.Row.Resource, property);
        if (assigned is null || SlotOf(type, assigned) is not { Expected: not null } slot)
        {
            return new AnswerExplanation { Question = question, Has = false, Verdict = "The owner is not to have the resource type itself.", Needs = [Answer(type.Definition)] };
        }

        var values = new ValueExplainer(evaluated, type, slot, keys, names);
        return pointed is null
            ? OfScalar(question, values, assigned, property, value)
            : OfLink(question, values, assigned, property, value, value is null ? null : reader.FindByKey(pointed, value));
    }

    private static AnswerExplanation OfScalar(string question, ValueExplainer values, AssignedType assigned, EntityProperty property, string? value)
    {
        var explained = values.Explain(assigned).FirstOrDefault(v => v.Property == property.Identifier);
        List<RuleExplanation> rules = [.. values.ScalarRules(property.Identifier)];
        var has = explained?.Policy is not null && (value is null || explained.Policy == value);
        return new AnswerExplanation
        {
            Question = question,
            Has = has,
            Verdict = rules.Count == 0 ? "No rule gives the property a value."
                : explained is null ? "No rule for the property holds now, or it is written at the creation only."
                : explained.ProvisioningState.Name == nameof(ProvisioningState.RuntimeErrored) ? $"Its expression failed{(explained.Message is { } message ? $": {message}" : ".")}"
                : explained.Policy is null ? "The rule gives no value."
                : $"The policy wants '{explained.Policy}', and the target has {(explained.Current is { } current ? $"'{current}'" : "nothing")}: {explained.WorkflowState.Meaning}, {explained.ProvisioningState.Meaning}.",
            Rules = rules,
            Decisions = explained?.Decisions ?? [],
            Inputs = explained?.Inputs ?? [],
        };
    }

    private AnswerExplanation OfLink(string question, ValueExplainer values, AssignedType assigned, EntityProperty property, string? value, long? resource)
    {
        List<RuleExplanation> rules = [.. values.LinkRules(property, resource)];
        var links = assigned.Navigations.Where(n => n.Property == property.Identifier && (resource is null || n.Resource == resource)).ToList();
        var has = links.Exists(n => n.WorkflowState.IsManual() || n.WorkflowState == WorkflowState.PolicyApproved) && !(value is not null && resource is null);
        var needed = evaluated.Policy.ResourceTypesByIdentifier[assigned.Row.ResourceType].NavigationRules
            .Where(r => r.Property == property && (resource is null ? value is null || r.Resource == value : evaluated.Facts.Resolved.GetValueOrDefault(r) == resource))
            .Select(r => r.SingleRole)
            .OfType<SingleRole>()
            .Where(r => !evaluated.Trace.Held.Any(h => h.Role == r))
            .Distinct();
        return new AnswerExplanation
        {
            Question = question,
            Has = has,
            Verdict = value is not null && resource is null ? $"There is no '{property.TargetEntityType!.Identifier}' with the key '{value}'."
                : links.Count > 0 ? string.Join(" ", links.Select(n => $"'{names.KeyOf(property.TargetEntityType!, n.Resource ?? n.CurrentResource ?? 0)}': {StateWords.Of(n.WorkflowState)}, {StateWords.Of(n.ProvisioningState)}."))
                : rules.Count == 0 ? "No rule gives it."
                : "No rule that gives it applies.",
            Rules = rules,
            Decisions = links is [var only] && only.Id != 0 ? ExplanationNames.Of(evaluated.Decisions[only.Id]) : [],
            Needs = has ? [] : [.. needed.Select(r => roles.Answer(r))],
        };
    }
}
