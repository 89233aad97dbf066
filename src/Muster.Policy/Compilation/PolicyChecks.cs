using Muster.Configuration.Diagnostics;

namespace Muster.Policy.Compilation;

/// <summary>What only the compiled configuration shows to be wrong, or worth knowing.</summary>
internal static class PolicyChecks
{
    public static void Check(CompiledPolicy policy, DiagnosticBag bag)
    {
        ComputedInFull(policy, bag);
        CyclicCompositeRoles(policy, bag);
        AutomationRuleStates.Check(policy.Model, bag);
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
