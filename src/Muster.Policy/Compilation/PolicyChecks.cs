using Muster.Configuration.Diagnostics;

namespace Muster.Policy.Compilation;

/// <summary>What only the compiled configuration shows to be wrong, or worth knowing.</summary>
internal static class PolicyChecks
{
    public static void Check(CompiledPolicy policy, DiagnosticBag bag)
    {
        ComputedTwice(policy, bag);
        NavigationFedTwice(policy, bag);
        ComputedInFull(policy, bag);
        Thresholds(policy, bag);
    }

    private static void ComputedTwice(CompiledPolicy policy, DiagnosticBag bag)
    {
        foreach (var same in policy.Model.PropertyExpressions.GroupBy(e => e.Property).Where(g => g.Count() > 1))
        {
            var first = same.First();
            foreach (var other in same.Skip(1))
            {
                bag.Error(
                    PolicyCodes.ComputedByTwo,
                    other.Location,
                    $"The property '{other.Property.QualifiedName}' is computed by '{other.Identifier}' and by '{first.Identifier}' at {first.Location}. Keep one of them.");
            }
        }
    }

    /// <summary>One navigation property is fed either by navigation rules or by query rules (rolemodel.md 3.10).</summary>
    private static void NavigationFedTwice(CompiledPolicy policy, DiagnosticBag bag)
    {
        foreach (var type in policy.Model.ResourceTypes)
        {
            var byNavigationRules = type.NavigationRules.Select(r => r.Property).ToHashSet();
            if (type.QueryRules.FirstOrDefault(r => byNavigationRules.Contains(r.Property)) is { } rule)
            {
                bag.Error(
                    PolicyCodes.TwoKindsOfNavigationRules,
                    rule.Location,
                    $"The property '{rule.Property.QualifiedName}' of the resource type '{type.Identifier}' is fed by navigation rules and by query rules. Use one kind of rule for it.");
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

    /// <summary>At least one threshold per action should stay active (rolemodel.md 8).</summary>
    private static void Thresholds(CompiledPolicy policy, DiagnosticBag bag)
    {
        foreach (var type in policy.Model.ResourceTypes)
        {
            var limits = type.Thresholds;
            var off = new List<string>();
            if (limits is { MaximumInsert: 0, MaximumInsertPercent: 0 })
            {
                off.Add("MaximumInsert");
            }

            if (limits is { MaximumUpdate: 0, MaximumUpdatePercent: 0 })
            {
                off.Add("MaximumUpdate");
            }

            if (limits is { MaximumDelete: 0, MaximumDeletePercent: 0 })
            {
                off.Add("MaximumDelete");
            }

            if (off.Count > 0)
            {
                bag.Warning(
                    PolicyCodes.ThresholdsOff,
                    type.Location,
                    $"The resource type '{type.Identifier}' has no threshold for {string.Join(", ", off)}. Set '{off[0]}' or '{off[0]}Percent', so that a fault in the data cannot reach every account.");
            }
        }
    }
}
