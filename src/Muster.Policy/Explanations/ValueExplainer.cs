using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;
using Muster.Repository.CorrelationKeys;

namespace Muster.Policy.Explanations;

/// <summary>Explains the values and links of one assigned resource type.</summary>
internal sealed class ValueExplainer(Evaluated evaluated, CompiledResourceType type, SlotTrace? slot, CorrelationKeyStore keys, ExplanationNames names)
{
    private readonly RuleConditions _conditions = new(evaluated, names);

    public IReadOnlyList<ValueExplanation> Explain(AssignedType assigned) =>
    [
        .. assigned.Scalars.Where(s => IsVisible(assigned, s.Property)).Select(s => Explain(assigned, s)).OrderBy(v => v.Property, StringComparer.Ordinal),
        .. assigned.Navigations.Where(n => IsVisible(assigned, n.Property)).Select(Explain).OrderBy(v => v.Property, StringComparer.Ordinal).ThenBy(v => v.Policy ?? v.Current, StringComparer.Ordinal),
    ];

    private bool IsVisible(AssignedType assigned, string property) =>
        evaluated.Sight.IsVisible(type.Definition.TargetEntityType, assigned.Row.Resource, property);

    private ValueExplanation Explain(AssignedType assigned, AssignedResourceScalar value)
    {
        var chosen = slot?.Scalars.Where(s => s.IsChosen && s.Rule.Definition.Property.Identifier == value.Property).Select(s => s.Rule).FirstOrDefault();
        var trace = evaluated.Trace.OfRow(value);
        return new ValueExplanation
        {
            Property = value.Property,
            Id = value.Id,
            Policy = value.PolicyValue,
            Current = value.CurrentValue,
            WorkflowState = StateExplanation.Of(value.WorkflowState),
            ProvisioningState = StateExplanation.Of(value.ProvisioningState),
            Start = ExplanationNames.Date(value.StartDate),
            End = ExplanationNames.Date(value.EndDate),
            Reason = trace?.Transition,
            Section = trace?.Source,
            Rules = slot is null ? [] : [.. ScalarRules(value.Property).Where(r => r.Counts)],
            Expression = chosen is null ? null : ExplanationNames.Text(chosen.Definition.Source),
            Inputs = chosen is null ? [] : names.Inputs(chosen.Value, evaluated.Owner.Resource),
            Message = evaluated.Sight.Hides(chosen?.Value, evaluated.Owner.Resource) || evaluated.Sight.Resources.HidesAny(type.Definition.TargetEntityType, assigned.Row.Resource) ? null : value.Message,
            Decisions = DecisionsOn(value.Id),
        };
    }

    private ValueExplanation Explain(AssignedResourceNavigation link)
    {
        var property = type.Definition.TargetEntityType.FindProperty(link.Property);
        var trace = evaluated.Trace.OfRow(link);
        var query = slot?.Queries.Find(q => q.Rule.Definition.Property == property && link.Resource is { } id && q.Taken.Contains(id)).Rule;
        return new ValueExplanation
        {
            Property = link.Property,
            Id = link.Id,
            Policy = Name(property, link.Resource),
            Current = Name(property, link.CurrentResource),
            PolicyName = DisplayName(property, link.Resource),
            CurrentName = DisplayName(property, link.CurrentResource),
            WorkflowState = StateExplanation.Of(link.WorkflowState),
            ProvisioningState = StateExplanation.Of(link.ProvisioningState),
            Start = ExplanationNames.Date(link.StartDate),
            End = ExplanationNames.Date(link.EndDate),
            Reason = trace?.Transition,
            Section = trace?.Source,
            Rules = property is null || slot is null ? [] : [.. LinkRules(property, link.Resource).Where(r => r.Counts)],
            Expression = query is null ? null : ExplanationNames.Text(query.Definition.Source),
            Inputs = query is null ? [] : names.Inputs(query.Source.Value, evaluated.Owner.Resource),
            Message = link.Message,
            Decisions = DecisionsOn(link.Id),
        };
    }

    private string? Name(EntityProperty? property, long? resource) =>
        resource is { } id && property?.TargetEntityType is { } pointed ? names.KeyOf(pointed, id) : null;

    private string? DisplayName(EntityProperty? property, long? resource) =>
        resource is { } id && property?.TargetEntityType is { } pointed ? names.NameOf(pointed, id) : null;

    private IReadOnlyList<DecisionExplanation> DecisionsOn(long id) => id == 0 ? [] : ExplanationNames.Of(evaluated.Decisions[id]);

    /// <summary>The rules of a scalar property: the one that gives it, and why others do not.</summary>
    public IEnumerable<RuleExplanation> ScalarRules(string property)
    {
        foreach (var (rule, periods, isHolding, isChosen) in slot!.Scalars.Where(s => s.Rule.Definition.Property.Identifier == property))
        {
            var definition = rule.Definition;
            yield return new RuleExplanation
            {
                Rule = definition.Identifier,
                Counts = isChosen,
                Outcome = isChosen ? "gives the value"
                    : isHolding ? "holds, and another rule comes first"
                    : periods.Count > 0 ? $"does not hold now, but {string.Join(" and ", periods.Select(ExplanationNames.Text))}"
                    : "does not hold",
                Start = periods.Count > 0 ? ExplanationNames.Date(periods[0].Start) : null,
                End = periods.Count > 0 ? ExplanationNames.Date(periods[^1].End) : null,
                Conditions = _conditions.OfRole(definition, definition.SingleRole, Period.Always),
            };
        }
    }

    /// <summary>The rules of a navigation that are about a resource; about any, if it is null.</summary>
    public IEnumerable<RuleExplanation> LinkRules(EntityProperty property, long? resource)
    {
        var isDenied = slot!.Navigations.Any(n => n.Rule.Property == property && n.Rule.IsDenied && n.Counts && n.Resource == resource);
        foreach (var (rule, named, periods, counts) in slot.Navigations.Where(n => n.Rule.Property == property && (resource is null || n.Resource == resource)))
        {
            var (context, conditions) = BestContext(rule);
            var grouped = slot.Grouped.Find(g => g.Property == property && g.Resource == named);
            yield return new RuleExplanation
            {
                Rule = rule.Identifier,
                Counts = counts && !rule.IsDenied && !isDenied && !grouped.IsLeftOut,
                Outcome = named is null ? $"names '{rule.Resource}', which does not exist"
                    : !counts ? periods.Count > 0 ? "its time is over, or not now" : "does not apply"
                    : rule.IsDenied ? "denies the link"
                    : isDenied ? "applies, and another rule denies the link"
                    : grouped.Group is { } group ? $"applies, and another link to one of the group '{group}' comes first"
                    : "gives the link",
                Context = conditions.Count == 0 || context is null ? null : evaluated.NumberOf(context),
                Start = periods.Count > 0 ? ExplanationNames.Date(periods[0].Start) : null,
                End = periods.Count > 0 ? ExplanationNames.Date(periods[^1].End) : null,
                Conditions = conditions,
            };
        }

        foreach (var rule in QueryRules(property, resource))
        {
            yield return rule;
        }
    }

    private IEnumerable<RuleExplanation> QueryRules(EntityProperty property, long? resource)
    {
        foreach (var (rule, found, taken, passed) in slot!.Queries.Where(q => q.Rule.Definition.Property == property))
        {
            var key = Key(rule.Source, evaluated.Owner.Id);
            var other = resource is { } id ? Key(rule.Target, id) : null;
            var counts = resource is { } wanted ? taken.Contains(wanted) : taken.Count > 0;
            yield return new RuleExplanation
            {
                Rule = rule.Definition.Identifier,
                Counts = counts,
                Outcome = counts ? "gives the link"
                    : passed ?? (found.Count == 0 ? "finds nothing" : $"finds {string.Join(" and ", found.Select(f => $"'{Name(property, f)}'"))}"),
                Conditions =
                [
                    new ConditionExplanation(
                        $"a key equals that of the owner, which is {(key is null ? "missing" : $"'{key}'")} ({ExplanationNames.Text(rule.Definition.Source)})",
                        counts,
                        resource is null ? $"{found.Count} found" : other is null ? "the resource has no key" : $"the resource's is '{other}'"),
                ],
            };
        }
    }

    private string? Key(ExpressionKey expression, long id) =>
        keys.KeysOf(expression.Id, [id]).GetValueOrDefault(id) is not { } key ? null
        : evaluated.Sight.Hides(expression, id) ? ExplanationSight.NotShown
        : key;

    /// <summary>The context in which most conditions of a rule hold, with them; a parametrised role speaks with its own values.</summary>
    private (OwnerContext? Context, List<ConditionExplanation> Conditions) BestContext(NavigationRule rule)
    {
        var parametrised = evaluated.Trace.Held.Where(h => h.Role == rule.SingleRole && h.Parameters is not null).Cast<HeldRole?>().DefaultIfEmpty(null).ToList();
        return evaluated.Owner.Contexts.Contexts
            .SelectMany(c => parametrised.Select(h => (Context: (OwnerContext?)c, Conditions: _conditions.Of(rule, c, h))))
            .OrderBy(c => c.Conditions.Count(x => !x.Holds))
            .ThenBy(c => c.Context!.Period.Contains(evaluated.Facts.Now) ? 0 : 1)
            .FirstOrDefault((null, []));
    }
}
