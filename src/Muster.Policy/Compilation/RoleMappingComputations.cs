using Muster.Expressions.Dependencies;

namespace Muster.Policy.Compilation;

/// <summary>What naming rules read (rolemodel.md 3.15): one consumer for each, over its values.</summary>
internal static class RoleMappingComputations
{
    public static IEnumerable<Computation> Of(CompiledPolicy policy)
    {
        foreach (var mapping in policy.RoleMappings)
        {
            yield return new Computation
            {
                Kind = mapping.Kind,
                EntityType = mapping.Definition.ValueType,
                Reads = mapping.Reads,
                References = [.. mapping.DeclaredRules.Select(r => new KeyReference(mapping.Definition.ValueType, r.Resource)).Distinct()],
                Signature = Signatures.OfNaming(mapping),
            };
        }
    }
}
