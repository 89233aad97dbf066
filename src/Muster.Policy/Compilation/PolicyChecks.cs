using Muster.Configuration.Diagnostics;

namespace Muster.Policy.Compilation;

/// <summary>What only the compiled configuration shows to be wrong, or worth knowing.</summary>
internal static class PolicyChecks
{
    public static void Check(CompiledPolicy policy, DiagnosticBag bag)
    {
        ComputedInFull(policy, bag);
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
