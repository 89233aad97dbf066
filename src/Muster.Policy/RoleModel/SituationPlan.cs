using System.Collections.Concurrent;
using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// What follows from an <see cref="OwnerSituation"/> in which the roles stay as they are: which roles are held, and, worked out when it is first asked
/// for, what resource types and values are wanted and when. Thread-safe; each answer is that of the evaluation itself.
/// </summary>
internal sealed class SituationPlan
{
    private readonly int[] _composites;
    private readonly int[] _singles;
    private readonly IReadOnlyList<ExpectedPeriod>?[] _expected;
    private readonly ConcurrentDictionary<(int Type, Period Row, ExpectedPeriod Expected), ValuePlan> _values = [];

    private SituationPlan(int[] composites, int[] singles, IReadOnlyList<HeldRole> held, int types)
    {
        _composites = composites;
        _singles = singles;
        Held = held;
        HeldRoles = held.Select(h => h.Role).ToHashSet();
        _expected = new IReadOnlyList<ExpectedPeriod>?[types];
    }

    public IReadOnlyList<HeldRole> Held { get; }

    public IReadOnlySet<SingleRole> HeldRoles { get; }

    /// <summary>Null: the roles do not stay as they are.</summary>
    public static SituationPlan? Of(OwnerInput owner, BatchFacts facts, OwnerRoles roles, IReadOnlyList<HeldRole> held) =>
        Places(owner.Stored.CompositeRoles, roles.Composites) is { } composites && Places(owner.Stored.Roles, roles.Singles) is { } singles
            ? new SituationPlan(composites, singles, held, facts.Types.Count)
            : null;

    /// <summary>The rows of an owner in this situation, in the order of the evaluation.</summary>
    public OwnerRoles RolesOf(OwnerAssignments stored) => new(At(stored.CompositeRoles, _composites), At(stored.Roles, _singles));

    /// <summary>When the owner shall have a resource type.</summary>
    /// <param name="type">Its place among <see cref="BatchFacts.Types"/>.</param>
    public IReadOnlyList<ExpectedPeriod> Expected(int type, OwnerInput owner, BatchFacts facts)
    {
        var compiled = facts.Types[type];
        return compiled.Definition.RequiredParameters.Count > 0
            ? TypeExpectations.Of(compiled, owner, Held, facts)
            : _expected[type] ??= TypeExpectations.Of(compiled, owner, Held, facts);
    }

    /// <summary>Which values are wanted in a period of an assigned resource type; null: that depends on the owner alone.</summary>
    public ValuePlan? Values(int type, OwnerInput owner, Period row, ExpectedPeriod expected, BatchFacts facts)
    {
        var compiled = facts.Types[type];
        if (!compiled.IsOfSituation || (compiled.HasMonoNavigations && owner.Contexts.Contexts.Count > 1) || !(_expected[type]?.Contains(expected) ?? false))
        {
            return null;
        }

        return _values.TryGetValue((type, row, expected), out var known)
            ? known
            : _values.GetOrAdd((type, row, expected), ValuePlan.Of(compiled, owner, Held, facts, row, expected.Bases));
    }

    private static int[]? Places<T>(IReadOnlyList<T> stored, IReadOnlyList<T> rows)
        where T : AssignedRole
    {
        if (stored.Count != rows.Count)
        {
            return null;
        }

        var places = new int[rows.Count];
        for (var index = 0; index < places.Length; index++)
        {
            places[index] = PlaceOf(rows[index], stored);
            if (places[index] < 0)
            {
                return null;
            }
        }

        return places;
    }

    private static int PlaceOf<T>(T row, IReadOnlyList<T> stored)
        where T : AssignedRole
    {
        for (var index = 0; index < stored.Count; index++)
        {
            if (stored[index].Id == row.Id)
            {
                return stored[index].Equals(row) ? index : -1;
            }
        }

        return -1;
    }

    private static T[] At<T>(IReadOnlyList<T> stored, int[] places)
    {
        var rows = new T[places.Length];
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index] = stored[places[index]];
        }

        return rows;
    }
}

/// <summary>Which values an assigned resource type shall have in a period, as far as that does not depend on the owner's own values.</summary>
/// <param name="Scalars">By <see cref="CompiledResourceType.ScalarGroups"/>; null where no rule holds.</param>
/// <param name="Links">By <see cref="CompiledResourceType.GovernedNavigations"/>.</param>
/// <param name="Next">When that changes next by itself; null: never.</param>
internal sealed record ValuePlan(IReadOnlyList<ScalarChoice?> Scalars, IReadOnlyList<IReadOnlyList<WantedLink>> Links, DateTime? Next)
{
    public static ValuePlan Of(
        CompiledResourceType type, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts, Period row, IReadOnlyList<Period> bases, SlotTrace? trace = null, OwnerFindings? findings = null)
    {
        findings ??= new OwnerFindings(facts.Now);
        var choices = new ScalarChoices(held, facts, findings, row, bases, trace);
        var links = new LinkExpectations(type, owner, held, facts, findings, row, bases, trace);
        return new ValuePlan(
            [.. type.ScalarGroups.Select(choices.Of)],
            [.. type.GovernedNavigations.Select(p => p.Kind == PropertyKind.MonoNavigation ? links.Of(p) : InOrder(links.Of(p)))],
            findings.Next);
    }

    private static List<WantedLink> InOrder(List<WantedLink> links)
    {
        links.Sort(static (left, right) => left.Resource.CompareTo(right.Resource));
        return links;
    }
}

/// <summary>The rule that gives a scalar its value, and from when to when.</summary>
internal sealed record ScalarChoice(CompiledScalarRule Rule, Period Period);

/// <summary>Finds the rule for each scalar of an assigned resource type (rolemodel.md 5.4, 7.2).</summary>
/// <param name="row">The period of the assigned resource type.</param>
internal sealed class ScalarChoices(
    IReadOnlyList<HeldRole> held, BatchFacts facts, OwnerFindings findings, Period row, IReadOnlyList<Period> bases, SlotTrace? trace)
{
    private DateTime Instant => facts.Now < row.Start ? row.Start : facts.Now;

    /// <summary>A rule with a role comes before one without; then by offset; then the one declared first.</summary>
    public ScalarChoice? Of(ScalarGroup group)
    {
        var holds = group.Rules.SelectMany(r => Holds(r.Definition).Select(h => (Rule: r, h.Period, h.Rank))).ToList();
        var holding = holds
            .Where(h => h.Period.Contains(Instant))
            .OrderBy(h => h.Rule.Definition.SingleRole is null ? 1 : 0)
            .ThenBy(h => h.Rank)
            .Select(h => new ScalarChoice(h.Rule, h.Period))
            .FirstOrDefault();
        Tell(group, holds, holding);
        return holding;
    }

    private void Tell(ScalarGroup group, List<(CompiledScalarRule Rule, Period Period, int Rank)> holds, ScalarChoice? chosen)
    {
        if (trace is null)
        {
            return;
        }

        foreach (var rule in group.Rules)
        {
            var periods = Period.Union(holds.Where(h => h.Rule == rule).Select(h => h.Period));
            trace.Scalars.Add((rule, periods, periods.Exists(p => p.Contains(Instant)), chosen?.Rule == rule));
        }
    }

    /// <summary>
    /// When a rule for a scalar holds. One without offset holds in the period that gave the resource type before all others, and where others
    /// extend that period, if none of them holds.
    /// </summary>
    private List<(Period Period, int Rank)> Holds(ScalarRule rule)
    {
        List<(Period Period, int Rank)> holds = RuleOffsets.HasOffset(rule)
            ? [.. bases.SelectMany(b => TypeExpectations.Periods(rule.SingleRole, b, held)).SelectMany(p => RuleOffsets.Of(p, rule.Offset)).Select(p => (p.Intersect(row), RuleOffsets.Rank(rule.Offset)))]
            : [.. bases.SelectMany(b => TypeExpectations.Periods(rule.SingleRole, b.Intersect(row), held)).Select(p => (p, 0)), .. TypeExpectations.Periods(rule.SingleRole, row, held).Select(p => (p, 4))];
        foreach (var (period, _) in holds)
        {
            findings.Bound(period);
        }

        return holds;
    }
}
