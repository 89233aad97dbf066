using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Expressions;

namespace Muster.Policy.Compilation;

/// <summary>What only the compiled configuration shows to be wrong, or worth knowing.</summary>
internal static class PolicyChecks
{
    public static void Check(CompiledPolicy policy, DiagnosticBag bag)
    {
        ComputedInFull(policy, bag);
        CyclicCompositeRoles(policy, bag);
        AutomationRuleStates.Check(policy.Model, bag);
        ConstantKeys(policy, bag);
        ContextDates(policy, bag);
    }

    /// <summary>A key that reads nothing of the resource is the same for all: it finds everything, or nothing (rolemodel.md 3.10, 4.2).</summary>
    private static void ConstantKeys(CompiledPolicy policy, DiagnosticBag bag)
    {
        var types = policy.ResourceTypesBySource.SelectMany(g => g).ToList();
        var keys = types.SelectMany(t => t.QueryRules).Select(r => (Key: r.Target, Of: "The target key of a QueryRule"))
            .Concat(types.SelectMany(t => t.CorrelationRules).SelectMany(r => new[]
            {
                (Key: r.Source, Of: "The source key of a ResourceCorrelationRule"),
                (Key: r.Target, Of: "The target key of a ResourceCorrelationRule"),
            }));
        foreach (var (key, of) in keys.Where(k => k.Key.Value.Reads.Paths.Count == 0).DistinctBy(k => k.Key))
        {
            bag.Error(
                PolicyCodes.ConstantKey,
                key.Value.Source.ExpressionLocation,
                $"{of} reads no property of '{key.EntityType}', so that it is the same for all of them. Use a property in it.");
        }
    }

    private static void ContextDates(CompiledPolicy policy, DiagnosticBag bag)
    {
        foreach (var rule in policy.ContextRules.Values)
        {
            foreach (var date in new[] { rule.Start, rule.End }.OfType<CompiledValue>().Where(d => d.Source.Expression is null))
            {
                var property = date.Reads.Paths.Select(p => p.Steps[^1]).FirstOrDefault();
                if (property is not null && property.Type is not (PropertyType.DateTime or PropertyType.String))
                {
                    bag.Error(
                        PolicyCodes.ContextDateType,
                        date.Source.BindingLocation,
                        $"The binding '{date.Source.Binding}' leads to '{property.QualifiedName}' of type {property.Type}, but here it must lead to a date. Name a property of type DateTime.");
                }
            }
        }
    }

    private static void CyclicCompositeRoles(CompiledPolicy policy, DiagnosticBag bag)
    {
        foreach (var group in policy.CompositeRolesBySource.SelectMany(g => g).Where(g => g.IsCycle))
        {
            var roles = group.Roles.ToHashSet();
            var inside = group.Roles.SelectMany(r => policy.RulesOf(r).Rules).Where(r => r.CompositeRole is { } needed && roles.Contains(needed)).ToList();
            var names = string.Join(", ", group.Roles.Select(r => $"'{r}'"));
            if (inside.Find(r => r.IsDenied) is { } denying)
            {
                bag.Error(
                    PolicyCodes.CyclicCompositeRoles,
                    denying.Location,
                    $"The composite roles {names} need one another by ParentRole, and this rule denies one of them where another is held, which has no answer. Remove the rule or open the cycle.");
            }
            else
            {
                bag.Warning(
                    PolicyCodes.CyclicCompositeRoles,
                    inside[0].Location,
                    $"The composite roles {names} need one another by ParentRole: they are held only where a rule without ParentRole, or with one from outside the cycle, gives one of them.");
            }
        }
    }

    private static void ComputedInFull(CompiledPolicy policy, DiagnosticBag bag)
    {
        var values = policy.PropertyExpressions.Select(e => e.Value)
            .Concat(policy.ExpressionKeys.Values.Select(k => k.Value))
            .Concat(policy.ResourceTypesBySource.SelectMany(g => g).SelectMany(t => t.ScalarRules).Select(r => r.Value));
        foreach (var source in values.Where(v => v.Reads.ReadsClock).Select(v => v.Source).Distinct())
        {
            bag.Notice(
                PolicyCodes.ComputedInFull,
                source.ExpressionLocation,
                $"The expression reads the clock: its value may change without any change of data, so it is computed again for all resources of '{source.Root}' at every run.");
        }
    }
}
