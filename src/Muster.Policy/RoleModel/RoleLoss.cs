using System.Runtime.CompilerServices;
using System.Text.Json;
using Muster.Configuration.Model;
using Muster.Policy.Compilation;

namespace Muster.Policy.RoleModel;

/// <summary>
/// Why a role was lost (rolemodel.md 7.5): beside each role that rules give stands what rules these were. If the rules of the role are the same
/// as then, the owner's data changed. If they are others, and one of the former would still give the role, it was lost by the change of rules.
/// </summary>
internal static class RoleLoss
{
    private sealed record Stored(string Set, IReadOnlyList<StoredRule> By);

    private sealed record StoredRule(string? Composite, IReadOnlyList<StoredCriterion> Criteria);

    private sealed record StoredCriterion(int Dimension, string Value, bool Inherited);

    private static readonly ConditionalWeakTable<RoleRule, string> Texts = [];

    /// <summary>What is kept beside a role.</summary>
    public static string TextOf(RoleRuleSet rules, IEnumerable<RoleRule> by) =>
        $$"""{"Set":"{{rules.Fingerprint}}","By":[{{string.Join(',', by.Distinct().Select(TextOf).Order(StringComparer.Ordinal))}}]}""";

    private static string TextOf(RoleRule rule) => Texts.GetValue(rule, static r => JsonSerializer.Serialize(new StoredRule(
        r.CompositeRole?.Identifier, [.. r.Criteria.Select(c => new StoredCriterion(c.Dimension.Index, c.Value, c.IsInherited))])));

    public static bool IsByRuleChange(
        string? stored, RoleRuleSet rules, OwnerInput owner, BatchFacts facts, IReadOnlyList<HeldComposite> held)
    {
        if (stored is null || JsonSerializer.Deserialize<Stored>(stored) is not { } before || before.Set == rules.Fingerprint)
        {
            return false;
        }

        return owner.Contexts.Contexts
            .Where(c => c.Period.End > facts.Now)
            .Any(context => before.By.Any(rule => WouldGive(rule, context, facts, held)));
    }

    /// <summary>A composite role or dimension that the configuration has no more cannot have been lost by the owner's data.</summary>
    private static bool WouldGive(StoredRule rule, OwnerContext context, BatchFacts facts, IReadOnlyList<HeldComposite> held)
    {
        var isHeld = rule.Composite is not { } composite
            || !facts.Policy.CompositeRolesByIdentifier.ContainsKey(composite)
            || held.Any(h => h.Role.Identifier == composite && h.Period.Overlaps(context.Period));
        return isHeld && rule.Criteria.All(c =>
            facts.Policy.Model.Dimensions.FirstOrDefault(d => d.Index == c.Dimension) is not { } dimension
            || Criteria.Match([new DimensionCriterion(dimension, c.Value, c.Inherited, default)], context, RoleGrants.NoValues, facts.DimensionKeys));
    }
}
