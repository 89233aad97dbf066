using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// What type rules only suggest or ask for (<c>TypeRule/@Type</c>, rolemodel.md 5.4, 6.2): a row by which people know, and which entitles to nothing.
/// </summary>
internal static class TypeSuggestions
{
    /// <summary>The first stretch of time that is not over, of the strongest rules that apply in it; null for none.</summary>
    public static ExpectedPeriod? Of(CompiledResourceType type, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts)
    {
        if (!type.MaySuggest)
        {
            return null;
        }

        foreach (var rules in type.Definition.TypeRules.Where(r => !r.IsDenied).GroupBy(r => r.Type).OrderBy(g => g.Key))
        {
            var denied = type.Definition.TypeRules.Where(r => r.IsDenied).SelectMany(r => Periods(type, r, owner, held, facts)).ToList();
            var periods = Period.Union(rules.SelectMany(r => Periods(type, r, owner, held, facts)));
            foreach (var hole in denied)
            {
                periods = [.. periods.SelectMany(p => p.Without(hole))];
            }

            if (periods.FindIndex(p => p.End > facts.Now) is >= 0 and var first)
            {
                return new ExpectedPeriod(periods[first], Expect(rules.Key, owner, facts), [periods[first]]);
            }
        }

        return null;
    }

    /// <summary>
    /// Whether all required parameters of a resource type have a value: of the context, named by the rule, or given by a person.
    /// </summary>
    public static bool IsKnown(CompiledResourceType type, TypeRule rule, OwnerContext context, OwnerInput owner) =>
        type.Definition.RequiredParameters.Count == 0
        || type.Definition.RequiredParameters.All(d => context.Values.ContainsKey(d) || rule.Criteria.Any(c => c.Dimension == d) || GivenByHand(type, owner).ContainsKey(d.Identifier));

    private static IReadOnlyDictionary<string, string> GivenByHand(CompiledResourceType type, OwnerInput owner) =>
        AssignmentParameters.Parse(owner.Stored.Types.Where(t => t.Row.ResourceType == type.Identifier).Select(t => t.Row.ParametersValues).FirstOrDefault(p => p is not null));

    private static List<Period> Periods(CompiledResourceType type, TypeRule rule, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts)
    {
        var all = new List<Period>();
        foreach (var context in owner.Contexts.Contexts)
        {
            var given = TypeExpectations.Given(held, context.Period, facts);
            var applies = Criteria.Match(rule.Criteria, context, given, facts.DimensionKeys)
                && (rule.Type != RuleType.Required || rule.IsDenied || !IsKnown(type, rule, context, owner));
            List<Period> periods = applies
                ? [.. TypeExpectations.Periods(rule.SingleRole, context.Period, held).SelectMany(p => RuleOffsets.Of(p, rule.Offset))]
                : [];
            if (rule.Type != RuleType.Required)
            {
                facts.Trace?.Of(type).TypeRules.Add((rule, context, given, periods));
            }

            all.AddRange(periods);
        }

        return all;
    }

    private static Expectation Expect(RuleType type, OwnerInput owner, BatchFacts facts) =>
        type == RuleType.Required ? Expectation.MissingParameters
        : type == RuleType.Suggested ? Expectation.Suggested
        : owner.Contexts.Hull is { } hull && hull.Start > facts.Now ? Expectation.RequestedForNew
        : Expectation.RequestedForExisting;
}
