using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;

namespace Muster.Policy.Compilation;

/// <summary>What the role model of each source entity type reads (rolemodel.md 5.0): one computation per rule.</summary>
internal static class RoleModelComputations
{
    /// <summary>
    /// The consumer of dirty <em>targets</em> and pointed-to resources for the owners of one source entity type: its markers must not be
    /// shared with those of another source entity type.
    /// </summary>
    public static string TargetsKind(EntityType source) => $"{ConsumerKinds.ComputeRoleModel}:{source.Identifier}";

    public static IEnumerable<Computation> Of(CompiledPolicy policy)
    {
        foreach (var source in policy.SourceEntityTypes)
        {
            if (policy.ContextRules.TryGetValue(source, out var context))
            {
                yield return OfContext(context);
            }

            foreach (var computation in OfRoles(policy, source))
            {
                yield return computation;
            }

            foreach (var computation in policy.ResourceTypesBySource[source].SelectMany(t => OfType(source, t)))
            {
                yield return computation;
            }

            foreach (var mapping in policy.RoleMappings.Where(m => m.Definition.ResourceType.SourceEntityType == source))
            {
                yield return Plain(source, Signatures.Of(mapping.Definition)) with { Compared = GroupsOf(mapping.Definition.Property) };
            }

            foreach (var type in TargetTypes(policy, source))
            {
                yield return new Computation
                {
                    Kind = TargetsKind(source),
                    EntityType = type,
                    Reads = ReadSet.Empty,
                    Signature = $"targets of {source.Identifier}",
                };
            }
        }
    }

    private static IEnumerable<Computation> OfRoles(CompiledPolicy policy, EntityType source)
    {
        foreach (var role in policy.SingleRolesBySource[source])
        {
            // The values of parameters, and who is above a value that a role gives, are not reached from its owners: where it matters, all are computed when the hierarchy changes.
            var hierarchies = role.GivenDimensions.Select(g => g.Dimension).Where(d => d.IsHierarchical && IsInherited(policy, source, d));
            yield return Plain(source, Signatures.Of(role, role.GivenDimensions)) with
            {
                Reads = ReadSet.Empty with { EnumeratedEntityTypes = hierarchies.Concat(role.RequiredParameters).Select(d => d.EntityType).ToHashSet() },
                References = [.. role.GivenDimensions.Select(g => new KeyReference(g.Dimension.EntityType, g.Value))],
            };
        }

        foreach (var rule in policy.AutomationRules)
        {
            yield return Plain(source, Signatures.Of(rule.Definition));
        }

        foreach (var risk in policy.RisksBySource[source])
        {
            yield return Plain(source, Signatures.Of(risk)) with
            {
                References =
                [
                    .. risk.Rules.SelectMany(r => r.Items)
                        .Where(i => i.Resource is not null && i.Property.TargetEntityType is not null)
                        .Select(i => new KeyReference(i.Property.TargetEntityType!, i.Resource!)),
                ],
            };
        }

        foreach (var role in policy.CompositeRolesBySource[source].SelectMany(g => g.Roles))
        {
            yield return Plain(source, Signatures.Of(role, []));
        }

        foreach (var rule in policy.RoleRules.Where(r => r.Key.EntityType == source).SelectMany(r => r.Value.Rules))
        {
            yield return Plain(source, Signatures.Of(rule));
        }
    }

    /// <summary>Whether a rule that values given by roles count for asks for a value and all below it.</summary>
    private static bool IsInherited(CompiledPolicy policy, EntityType source, Dimension dimension) =>
        policy.ResourceTypesBySource[source]
            .SelectMany(t => t.Definition.TypeRules.SelectMany(r => r.Criteria).Concat(t.Definition.NavigationRules.SelectMany(r => r.Criteria)))
            .Any(c => c.Dimension == dimension && c.IsInherited);

    /// <summary>
    /// Entity types whose resources are targets of the source's resource types, or that targets' links lead to. Those of navigation rules
    /// concern owners when they go; those of query rules are noticed by their keys, and where several have one key by their names too.
    /// </summary>
    public static IEnumerable<EntityType> TargetTypes(CompiledPolicy policy, EntityType source) =>
        policy.ResourceTypesBySource[source]
            .SelectMany(t => t.Definition.NavigationRules.Select(r => r.Property.TargetEntityType)
                .Concat(t.NamedNavigations.Select(p => p.TargetEntityType))
                .Concat(t.QueryRules.Where(IsChoosing).Select(r => r.Definition.Property.TargetEntityType))
                .Prepend(t.Definition.TargetEntityType))
            .OfType<EntityType>()
            .Distinct();

    /// <summary>True if the rule takes one of the resources that it finds: the first by name.</summary>
    public static bool IsChoosing(CompiledQueryRule rule) => rule.Definition.Property.Kind == PropertyKind.MonoNavigation;

    private static Computation OfContext(CompiledContextRule rule)
    {
        var reads = ReadPaths.OfContext(rule);
        return Plain(rule.Definition.SourceEntityType, Signatures.Of(rule.Definition)) with
        {
            Reads = reads,
            Hierarchies =
            [
                .. from dimension in rule.Bindings.Select(b => b.Dimension).Distinct()
                   where dimension.IsHierarchical && dimension.ParentProperty is not null
                   from path in reads.Paths
                   where path.Root == rule.Definition.SourceEntityType && path.Steps[^1].TargetEntityType == dimension.EntityType
                   select new HierarchyRead(path, dimension.ParentProperty!),
            ],
        };
    }

    private static IEnumerable<Computation> OfType(EntityType source, CompiledResourceType type)
    {
        yield return Plain(source, Signatures.Of(type.Definition));
        foreach (var rule in type.Definition.TypeRules)
        {
            yield return Plain(source, Signatures.Of(rule));
        }

        foreach (var rule in type.ScalarRules)
        {
            yield return Plain(source, Signatures.Of(rule.Definition)) with { Reads = rule.Value.Reads };
        }

        foreach (var rule in type.Definition.NavigationRules)
        {
            // Criteria of a rule with a role may be the values of the role's parameters, which are not reached from owners.
            var values = rule.SingleRole is null ? [] : rule.Criteria;
            yield return Plain(source, Signatures.Of(rule)) with
            {
                Reads = ReadSet.Empty with
                {
                    EnumeratedEntityTypes = values.Where(c => c.IsInherited && c.Dimension.IsHierarchical).Select(c => c.Dimension.EntityType).ToHashSet(),
                },
                References =
                [
                    .. rule.Property.TargetEntityType is { } target ? [new KeyReference(target, rule.Resource)] : Array.Empty<KeyReference>(),
                    .. values.Select(c => new KeyReference(c.Dimension.EntityType, c.Value)),
                ],
                Compared = GroupsOf(rule.Property),
            };
        }

        foreach (var rule in type.QueryRules)
        {
            yield return Plain(source, Signatures.Of(rule.Definition)) with { Reads = rule.Source.Value.Reads, Compared = GroupsOf(rule.Definition.Property) };
        }

        foreach (var rule in type.CorrelationRules)
        {
            yield return Plain(source, Signatures.Of(rule.Definition)) with { Reads = rule.Source.Value.Reads };
        }
    }

    private static IReadOnlyList<EntityProperty> GroupsOf(EntityProperty navigation) => navigation.GroupBy is { } group ? [group] : [];

    private static Computation Plain(EntityType source, string signature) => new()
    {
        Kind = ConsumerKinds.ComputeRoleModel,
        EntityType = source,
        Reads = ReadSet.Empty,
        Signature = signature,
    };
}
