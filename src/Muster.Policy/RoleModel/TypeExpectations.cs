using Muster.Configuration.Model;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>A period in which a resource type is wanted.</summary>
/// <param name="Period">With what values before and after it extend it by (rolemodel.md 7.2).</param>
/// <param name="Bases">What rules and roles give: the offsets of values are measured from these.</param>
internal sealed record ExpectedPeriod(Period Period, Expectation Expectation, IReadOnlyList<Period> Bases);

/// <summary>
/// When an owner shall have a resource type: by type rules, and by roles whose navigation or scalar rules need it (rolemodel.md 5.4,
/// phase 4, and decisions 3 and 4 of section 11).
/// </summary>
internal static class TypeExpectations
{
    public static IReadOnlyList<ExpectedPeriod> Of(CompiledResourceType type, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts)
    {
        var granted = new List<Period>();
        var denied = new List<Period>();
        foreach (var context in owner.Contexts.Contexts)
        {
            var given = Given(held, context.Period, facts);
            foreach (var rule in type.Definition.TypeRules.Where(r => r.Type == RuleType.Required))
            {
                List<Period> periods = Criteria.Match(rule.Criteria, context, given, facts.DimensionKeys) && (rule.IsDenied || TypeSuggestions.IsKnown(type, rule, context, owner))
                    ? [.. Periods(rule.SingleRole, context.Period, held).SelectMany(p => RuleOffsets.Of(p, rule.Offset))]
                    : [];
                facts.Trace?.Of(type).TypeRules.Add((rule, context, given, periods));
                (rule.IsDenied ? denied : granted).AddRange(periods);
            }
        }

        var induced = Induced(type, owner, held, facts);
        var byRule = Period.Subtract(Period.Union(granted), denied);
        var bases = Period.Subtract(Period.Union(granted.Concat(induced)), denied)
            .Select(p => (Base: p, Extended: RuleOffsets.Extended(type, p, owner, held, facts)))
            .ToList();
        IReadOnlyList<ExpectedPeriod> expected =
        [
            .. Period.Union(bases.Select(b => b.Extended))
                .Where(p => p.End > facts.Now)
                .Select(p => new ExpectedPeriod(
                    p,
                    byRule.Exists(r => r.Overlaps(p)) ? Expectation.TypeRule : Expectation.Role,
                    [.. bases.Where(b => b.Extended.Overlaps(p)).Select(b => b.Base)])),
        ];
        if (facts.Trace is { } trace)
        {
            trace.Of(type).Expected = expected;
        }

        return expected;
    }

    /// <summary>When rules of values need the resource type because their role is held.</summary>
    private static List<Period> Induced(CompiledResourceType type, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts)
    {
        var periods = new List<Period>();
        foreach (var rule in type.ScalarRules.Select(r => r.Definition).Where(r => r.SingleRole is not null))
        {
            Add(rule, rule.SingleRole!, Periods(rule.SingleRole, Period.Always, held));
        }

        foreach (var rule in type.NavigationRulesFor([.. held.Select(h => h.Role)]).Where(r => r.SingleRole is not null && !r.IsDenied))
        {
            Add(rule, rule.SingleRole!, Of(rule, owner, held, facts));
        }

        return periods;

        void Add(ResourceTypeRule rule, SingleRole role, IEnumerable<Period> by)
        {
            foreach (var period in by)
            {
                periods.Add(period);
                facts.Trace?.Of(type).Induced.Add((rule, role, period));
            }
        }
    }

    /// <summary>When a navigation rule applies: its criteria hold in a context, and its role is held.</summary>
    public static IEnumerable<Period> Of(NavigationRule rule, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts) =>
        Applying(rule, owner, held, facts).Select(a => a.Period);

    /// <summary>
    /// When a navigation rule of a resource type applies: in the contexts of its criteria, moved as the type rules that give the resource type there move
    /// them (rolemodel.md 7.2: offsets of a type rule apply to all its properties). What a role gives holds only while the role is held.
    /// </summary>
    public static IEnumerable<Period> Of(
        CompiledResourceType type, NavigationRule rule, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts) =>
        rule.SingleRole is not null || !type.Definition.TypeRules.Any(RuleOffsets.HasOffset)
            ? Of(rule, owner, held, facts)
            : Applying(rule, owner, held, facts).SelectMany(a => Moved(type, a.Context, a.Period, owner, held, facts));

    private static List<Period> Moved(
        CompiledResourceType type, OwnerContext context, Period period, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts)
    {
        var given = Given(held, context.Period, facts);
        List<Period> moved =
        [
            .. type.Definition.TypeRules
                .Where(r => r.Type == RuleType.Required && !r.IsDenied
                    && Criteria.Match(r.Criteria, context, given, facts.DimensionKeys) && TypeSuggestions.IsKnown(type, r, context, owner))
                .SelectMany(r => Periods(r.SingleRole, period, held).SelectMany(p => RuleOffsets.Of(p, r.Offset))),
        ];
        return moved.Count > 0 ? moved : [period];
    }

    /// <summary>The same without the offsets of type rules, with the context in which it applies.</summary>
    public static IEnumerable<(OwnerContext Context, Period Period)> Applying(
        NavigationRule rule, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts) =>
        rule.SingleRole is { } needed && !held.Any(h => h.Role == needed) ? []
        : rule.SingleRole is { } role && held.Any(h => h.Role == role && h.Parameters is not null)
            ? owner.Contexts.Contexts.SelectMany(c => held
                .Where(h => h.Role == role && Criteria.Match(rule.Criteria, With(c, h, facts), Given(held, c.Period, facts), facts.DimensionKeys))
                .Select(h => (Context: c, Period: h.Period.Intersect(c.Period)))
                .Where(p => !p.Period.IsEmpty))
            : owner.Contexts.Contexts
                .Where(c => Criteria.Match(rule.Criteria, c, Given(held, c.Period, facts), facts.DimensionKeys))
                .SelectMany(c => Periods(rule.SingleRole, c.Period, held).Select(p => (c, p)));

    /// <summary>The parameters of a role stand for the owner's own values, in the rules that carry the role and nowhere else (rolemodel.md 3.10).</summary>
    internal static OwnerContext With(OwnerContext context, HeldRole held, BatchFacts facts)
    {
        if (held.Parameters is null)
        {
            return context;
        }

        var values = new Dictionary<Dimension, IReadOnlyList<IResource>>(context.Values);
        foreach (var (name, key) in AssignmentParameters.Parse(held.Parameters))
        {
            if (facts.ParameterValues.TryGetValue((name, key), out var known))
            {
                values[known.Dimension] = [known.Value];
            }
        }

        return context with { Values = values };
    }

    /// <summary>When a rule with an optional role applies inside a period.</summary>
    public static IEnumerable<Period> Periods(SingleRole? role, Period within, IReadOnlyList<HeldRole> held) =>
        role is null
            ? [within]
            : held.Where(h => h.Role == role).Select(h => h.Period.Intersect(within)).Where(p => !p.IsEmpty);

    /// <summary>Dimension values that held roles give (<c>SingleRole/@D0</c>).</summary>
    internal static ILookup<Dimension, IResource> Given(IReadOnlyList<HeldRole> held, Period within, BatchFacts facts) =>
        held.Where(h => h.Period.Overlaps(within))
            .SelectMany(h => h.Role.GivenDimensions)
            .Where(facts.GivenValues.ContainsKey)
            .ToLookup(g => g.Dimension, g => facts.GivenValues[g]);
}
