using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;

namespace Muster.Policy.Compilation;

/// <summary>
/// The order in which computed properties are evaluated: what an expression reads comes before it, over all entity types; among free ones
/// the smallest Priority, then the identifier (rolemodel.md 5.1).
/// </summary>
internal static class PropertyExpressionOrder
{
    public static IReadOnlyList<CompiledPropertyExpression> Sort(IReadOnlyList<CompiledPropertyExpression> expressions, DiagnosticBag bag)
    {
        var byProperty = expressions.SelectMany(e => WrittenBy(e).Select(p => (p, e))).ToLookup(w => w.p, w => w.e);
        var needs = expressions.ToDictionary(e => e, e => Producers(e, byProperty));
        var sorted = new List<CompiledPropertyExpression>(expressions.Count);
        var done = new HashSet<CompiledPropertyExpression>();
        while (sorted.Count < expressions.Count)
        {
            var free = expressions.Where(e => !done.Contains(e) && needs[e].IsSubsetOf(done)).ToList();
            if (free.Count == 0)
            {
                Report(Cycle(expressions.First(e => !done.Contains(e)), needs, done), bag);
                return [.. sorted, .. expressions.Where(e => !done.Contains(e)).OrderBy(e => e.Definition.Priority)];
            }

            // What enumerates a whole entity type waits, where it can, until that type's own computed properties are done.
            var next = free
                .OrderBy(e => Unfinished(e, expressions, done))
                .ThenBy(e => e.Definition.Priority)
                .ThenBy(e => e.Definition.Identifier, StringComparer.Ordinal)
                .First();
            sorted.Add(next);
            done.Add(next);
        }

        return sorted;
    }

    /// <summary>What an expression changes: its property, and where that is a link also the property at the link's other end.</summary>
    public static IEnumerable<EntityProperty> WrittenBy(CompiledPropertyExpression expression) =>
        expression.Property.Navigation is { } end ? [end.Property, end.Opposite.Property] : [expression.Property];

    /// <summary>
    /// The keys that decide which resources an expression finds: those of the mapped associations that it reads along, because their links
    /// follow the keys (synchronization.md 9.6), and the one that it looks its target up by.
    /// </summary>
    public static IEnumerable<EntityProperty> KeysOf(CompiledPropertyExpression expression) =>
        expression.Value.Reads.Paths
            .SelectMany(p => p.Steps)
            .Select(s => s.Navigation?.Association.Mapping)
            .OfType<EntityAssociationMapping>()
            .SelectMany(m => new[] { m.Key1, m.Key2 })
            .Concat(expression.Definition.PropertyCriteria is { } criteria ? [criteria] : []);

    private static HashSet<CompiledPropertyExpression> Producers(
        CompiledPropertyExpression expression, ILookup<EntityProperty, CompiledPropertyExpression> byProperty) =>
        [.. expression.Value.Reads.Paths.SelectMany(p => p.Steps).Concat(KeysOf(expression)).SelectMany(s => byProperty[s])];

    private static bool Unfinished(
        CompiledPropertyExpression expression, IReadOnlyList<CompiledPropertyExpression> all, HashSet<CompiledPropertyExpression> done) =>
        expression.Value.Reads.EnumeratedEntityTypes.Count > 0
        && all.Any(e => e != expression && !done.Contains(e) && expression.Value.Reads.EnumeratedEntityTypes.Contains(e.EntityType));

    /// <summary>Follows unfinished producers until one comes again.</summary>
    private static List<CompiledPropertyExpression> Cycle(
        CompiledPropertyExpression start,
        Dictionary<CompiledPropertyExpression, HashSet<CompiledPropertyExpression>> needs,
        HashSet<CompiledPropertyExpression> done)
    {
        var way = new List<CompiledPropertyExpression>();
        var current = start;
        while (!way.Contains(current))
        {
            way.Add(current);
            current = needs[current].Where(e => !done.Contains(e)).OrderBy(e => e.Definition.Identifier, StringComparer.Ordinal).First();
        }

        return way[way.IndexOf(current)..];
    }

    private static void Report(List<CompiledPropertyExpression> cycle, DiagnosticBag bag)
    {
        var names = string.Join(" reads ", cycle.Append(cycle[0]).Select(e => $"'{e.Property.QualifiedName}'"));
        var places = string.Join(", ", cycle.Select(e => $"'{e.Definition.Identifier}' at {e.Definition.Location}"));
        bag.Error(
            PolicyCodes.CyclicComputedProperties,
            cycle[0].Definition.Location,
            cycle.Count == 1
                ? $"The computed property {names}: it would change at every run. Take its own value out of the expression '{cycle[0].Definition.Identifier}'."
                : $"There are cyclic computed properties: {names}. Break the cycle in one of the expressions {places}.");
    }
}
