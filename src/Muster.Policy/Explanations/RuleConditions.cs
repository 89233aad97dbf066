using Muster.Configuration.Model;
using Muster.Expressions.Resources;
using Muster.Policy.RoleModel;

namespace Muster.Policy.Explanations;

/// <summary>The conditions of a rule with what there is, each decided by the same predicates that the evaluation asks.</summary>
internal sealed class RuleConditions(Evaluated evaluated, ExplanationNames names)
{
    public List<ConditionExplanation> Of(RoleRule rule, OwnerContext context)
    {
        var conditions = Of(rule.Criteria, context, RoleGrants.NoValues);
        if (rule.CompositeRole is { } composite)
        {
            var held = Period.Union(evaluated.Trace.HeldComposites.Where(h => h.Role == composite).Select(h => h.Period.Intersect(context.Period)));
            conditions.Add(new ConditionExplanation($"the composite role '{composite.Identifier}' is held", held.Count > 0, Held(held)));
        }

        return conditions;
    }

    public List<ConditionExplanation> Of(TypeRule rule, OwnerContext context, ILookup<Dimension, IResource> given)
    {
        var conditions = Of(rule.Criteria, context, given);
        AddRole(conditions, rule.SingleRole, context.Period);
        AddOffset(conditions, rule);
        return conditions;
    }

    public List<ConditionExplanation> Of(NavigationRule rule, OwnerContext context, HeldRole? role)
    {
        var given = TypeExpectations.Given(evaluated.Trace.Held, context.Period, evaluated.Facts);
        var conditions = Of(rule.Criteria, role is null ? context : TypeExpectations.With(context, role, evaluated.Facts), given);
        AddRole(conditions, rule.SingleRole, context.Period);
        AddOffset(conditions, rule);
        return conditions;
    }

    public List<ConditionExplanation> OfRole(ResourceTypeRule rule, SingleRole? role, Period within)
    {
        var conditions = new List<ConditionExplanation>();
        AddRole(conditions, role, within);
        AddOffset(conditions, rule);
        return conditions;
    }

    private void AddRole(List<ConditionExplanation> conditions, SingleRole? role, Period within)
    {
        if (role is not null)
        {
            var held = Period.Union(TypeExpectations.Periods(role, within, evaluated.Trace.Held));
            conditions.Add(new ConditionExplanation($"the single role '{role.Identifier}' is held", held.Count > 0, Held(held)));
        }
    }

    private static void AddOffset(List<ConditionExplanation> conditions, ResourceTypeRule rule)
    {
        if (RuleOffsets.HasOffset(rule))
        {
            var offset = rule.Offset;
            conditions.Add(new ConditionExplanation($"its time is {offset.Reference} the period, moved by {offset.BeforeMinutes} and {offset.AfterMinutes} minutes", true, ""));
        }
    }

    private static string Held(List<Period> held) => held.Count == 0 ? "it is not" : $"it is, {string.Join(" and ", held.Select(ExplanationNames.Text))}";

    private List<ConditionExplanation> Of(IReadOnlyList<DimensionCriterion> criteria, OwnerContext context, ILookup<Dimension, IResource> given) =>
    [
        .. criteria.Where(c => !evaluated.Sight.Hides(c.Dimension, context, evaluated.Policy, evaluated.Facts.Source)).Select(c => new ConditionExplanation(
            $"{c.Dimension.Identifier} is '{c.Value}'{(c.IsInherited && c.Dimension.IsHierarchical ? " or below it" : "")}",
            Criteria.Holds(c, context, given, evaluated.Facts.DimensionKeys),
            Actual(c, context, given))),
    ];

    private string Actual(DimensionCriterion criterion, OwnerContext context, ILookup<Dimension, IResource> given)
    {
        var dimension = criterion.Dimension;
        var own = context.Values.GetValueOrDefault(dimension, []).Select(v => Named(criterion, v));
        var byRole = given[dimension].Select(v => $"{Named(criterion, v)} given by a role");
        var all = own.Concat(byRole).Distinct().ToList();
        return all.Count == 0 ? $"the context has no {dimension.Identifier}" : $"it is {string.Join(" and ", all)}";
    }

    /// <summary>The key of the value, and for a rule that holds below a value what is above it.</summary>
    private string Named(DimensionCriterion criterion, IResource value)
    {
        var key = names.KeyOf(value);
        if (!criterion.IsInherited || !criterion.Dimension.IsHierarchical)
        {
            return $"'{key}'";
        }

        var keys = evaluated.Facts.DimensionKeys;
        var above = keys.Inherited(criterion.Dimension, value).Except(keys.Own(criterion.Dimension, value)).Order(StringComparer.Ordinal).ToList();
        return above.Count == 0 ? $"'{key}'" : $"'{key}' (below {string.Join(", ", above.Select(a => $"'{a}'"))})";
    }
}
