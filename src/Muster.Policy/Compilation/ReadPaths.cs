using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Dependencies;

namespace Muster.Policy.Compilation;

/// <summary>Arithmetic of read paths.</summary>
internal static class ReadPaths
{
    /// <summary>
    /// What a context rule reads, from the owner: the way to the context resources, what is read on each of them, and the keys of the
    /// dimension values, because criteria name values by key.
    /// </summary>
    public static ReadSet OfContext(CompiledContextRule rule)
    {
        var records = rule.Definition.ContextEntityType;
        var own = new[] { rule.Start, rule.End, rule.Exclude }.Reads()
            .Concat(rule.Bindings.Select(b => OfDimension(b, records)))
            .Concat(rule.Sections.SelectMany(s => new[] { s.InstanceKey, s.SortKey }).Reads())
            .Append(ReadSet.Empty with { Paths = Dates(rule).Concat(Names(rule)).Select(p => new ReadPath(records, [p])).ToHashSet() });
        var read = Union(own);
        if (rule.Resources is null)
        {
            return read;
        }

        var ways = rule.Resources.Reads.Paths.Where(p => p.Steps[^1].TargetEntityType == rule.Definition.ContextEntityType).ToList();
        var below = read.Paths
            .Where(p => p.Root == rule.Definition.ContextEntityType)
            .SelectMany(p => ways.Select(way => Append(way, p.Steps)));
        var above = read.Paths.Where(p => p.Root != rule.Definition.ContextEntityType || p.Root == rule.Definition.SourceEntityType);
        return Union([rule.Resources.Reads, read with { Paths = below.Concat(above).ToHashSet() }]);
    }

    private static IEnumerable<EntityProperty> Dates(CompiledContextRule rule) =>
        rule.Sections.SelectMany(s => new[] { s.Definition.StartProperty, s.Definition.EndProperty }).OfType<EntityProperty>();

    /// <summary>Where there may be several context resources, their names decide among contexts that are else alike.</summary>
    private static IEnumerable<EntityProperty> Names(CompiledContextRule rule) =>
        rule.Resources is not null && rule.Definition.ContextEntityType.IdentityProperty is { } identity ? [identity] : [];

    /// <summary>
    /// What a profile context reads: from users, what is read on them and on what the bindings lead to; from login accounts, what is read on them.
    /// </summary>
    public static ReadSet OfProfiles(CompiledProfileContext context)
    {
        var users = context.Definition.EntityType;
        var rules = Union(context.Rules.SelectMany(r => r.Bindings.Select(b => b.Value).Append(r.RootExpression).Append(r.SubExpression)).Reads());
        var bindings = Union(new[] { context.Root, context.Sub }.Reads());
        var below = bindings.Paths
            .Where(way => way.Root == users)
            .SelectMany(way => rules.Paths.Where(p => p.Root == way.Steps[^1].TargetEntityType).Select(p => Append(way, p.Steps)));
        return Union([rules, bindings, ReadSet.Empty with { Paths = below.ToHashSet() }]);
    }

    /// <summary>What a naming rule reads of a value: its expressions, conditions, keys and name.</summary>
    public static ReadSet OfRoleMapping(CompiledRoleMapping mapping) => Union(
    [
        .. mapping.Values.Select(v => v.Reads),
        ReadSet.Empty with { Paths = mapping.Properties.Select(p => new ReadPath(mapping.Definition.ValueType, [p])).ToHashSet() },
    ]);

    private static IEnumerable<ReadSet> Reads(this IEnumerable<CompiledValue?> values) => values.OfType<CompiledValue>().Select(v => v.Reads);

    public static ReadSet Union(IEnumerable<ReadSet> sets)
    {
        var paths = new HashSet<ReadPath>();
        var enumerated = new HashSet<EntityType>();
        var clock = false;
        foreach (var set in sets)
        {
            paths.UnionWith(set.Paths);
            enumerated.UnionWith(set.EnumeratedEntityTypes);
            clock |= set.ReadsClock;
        }

        return new ReadSet(paths, enumerated, clock);
    }

    /// <summary>What a dimension binding reads, with the keys of the value.</summary>
    public static ReadSet OfDimension(CompiledDimensionBinding binding, EntityType root) =>
        binding.Value is { } value
            ? WithKeys(value.Reads, binding.Dimension.EntityType)
            : ReadSet.Empty with { Paths = KeysOf(root).Select(k => new ReadPath(root, [k])).ToHashSet() };

    /// <summary>The paths, and for those that end in a resource of the given type its key properties too.</summary>
    public static ReadSet WithKeys(ReadSet reads, EntityType type)
    {
        var keys = KeysOf(type).ToList();
        return reads with
        {
            Paths = reads.Paths
                .Concat(reads.Paths
                    .Where(p => p.Steps[^1].TargetEntityType == type)
                    .SelectMany(p => keys.Select(k => Append(p, [k]))))
                .ToHashSet(),
        };
    }

    /// <summary>The properties by which the configuration may name a resource of the type.</summary>
    public static IEnumerable<EntityProperty> KeysOf(EntityType type) =>
        type.KeyProperties.Append(type.IdentityProperty).OfType<EntityProperty>().Distinct();

    private static ReadPath Append(ReadPath path, IEnumerable<EntityProperty> steps) => new(path.Root, [.. path.Steps, .. steps]);
}
