using Muster.Configuration.Model;
using Muster.Policy.Compilation;

namespace Muster.Policy.Properties;

/// <summary>
/// Consecutive expressions of one entity type that can be evaluated in one pass over its resources: none of them reads, on another
/// resource, what one before it in the group computes.
/// </summary>
internal sealed record PropertyGroup(EntityType EntityType, IReadOnlyList<CompiledPropertyExpression> Expressions)
{
    /// <summary>The scalars that are computed, each once.</summary>
    public IReadOnlyList<EntityProperty> Scalars { get; } = [.. Expressions.Where(IsScalar).Select(e => e.Property).Distinct()];

    /// <summary>
    /// True if evaluating a batch needs nothing from the store but the batch, and what is written of it is read by no other batch: the next one can be read meanwhile.
    /// </summary>
    public bool IsIndependent => Expressions.All(e => IsScalar(e) && e.Value.Reads.EnumeratedEntityTypes.Count == 0);

    public static bool IsScalar(CompiledPropertyExpression expression) =>
        expression.Property.Kind is not (PropertyKind.MonoNavigation or PropertyKind.MultiNavigation);

    public static IReadOnlyList<PropertyGroup> Of(IReadOnlyList<CompiledPropertyExpression> ordered)
    {
        var groups = new List<PropertyGroup>();
        var current = new List<CompiledPropertyExpression>();
        foreach (var expression in ordered)
        {
            if (current.Count > 0 && (current[0].EntityType != expression.EntityType || ReadsElsewhere(expression, current)))
            {
                groups.Add(new PropertyGroup(current[0].EntityType, current));
                current = [];
            }

            current.Add(expression);
        }

        if (current.Count > 0)
        {
            groups.Add(new PropertyGroup(current[0].EntityType, current));
        }

        return groups;
    }

    /// <summary>
    /// True if a value that the group computes is read beyond the resource itself, or if it is a link: those are seen by the next group,
    /// which reads them from the store. The same for keys by which the expression finds resources.
    /// </summary>
    private static bool ReadsElsewhere(CompiledPropertyExpression expression, List<CompiledPropertyExpression> group)
    {
        var computed = group.SelectMany(PropertyExpressionOrder.WrittenBy).ToHashSet();
        return expression.Value.Reads.EnumeratedEntityTypes.Contains(expression.EntityType)
            || PropertyExpressionOrder.KeysOf(expression).Any(computed.Contains)
            || expression.Value.Reads.Paths.Any(path => path.Steps
                .Select((step, index) => (step, index))
                .Any(s => computed.Contains(s.step) && (s.index > 0 || s.step.Kind != PropertyKind.Scalar)));
    }
}
