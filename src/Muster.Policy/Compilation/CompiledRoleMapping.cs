using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Repository.Resources;

namespace Muster.Policy.Compilation;

/// <summary>A naming rule with its prepared expressions (rolemodel.md 3.15). Their input is the value.</summary>
public sealed class CompiledRoleMapping
{
    public required RoleMapping Definition { get; init; }

    public CompiledValue? Where { get; init; }

    public CompiledValue? RoleIdentifier { get; init; }

    public CompiledValue? RoleDisplayName { get; init; }

    public CompiledValue? CategoryIdentifier { get; init; }

    public CompiledValue? CategoryDisplayName { get; init; }

    public CompiledValue? ParentCategoryIdentifier { get; init; }

    /// <summary>The declared rules by which a role gives the navigation's values: such a value has its role already.</summary>
    public IEnumerable<NavigationRule> DeclaredRules =>
        Definition.ResourceType.NavigationRules.Where(r => r.Property == Definition.Property && r is { SingleRole: not null, IsDenied: false });

    /// <summary>The consumer that builds it.</summary>
    public string Kind => ConsumerKinds.BuildRoleModelOf(Definition);

    public ReadSet Reads => field ??= ReadPaths.OfRoleMapping(this);

    internal IEnumerable<CompiledValue> Values =>
        new[] { Where, RoleIdentifier, RoleDisplayName, CategoryIdentifier, CategoryDisplayName, ParentCategoryIdentifier }.OfType<CompiledValue>();

    /// <summary>What is read of the value itself: what conditions compare, and its names.</summary>
    internal IEnumerable<EntityProperty> Properties =>
        Definition.Rules.SelectMany(r => r.Conditions).Select(c => c.Property)
            .Concat(ReadPaths.KeysOf(Definition.ValueType))
            .Append(DisplayNameRule.PropertyOf(Definition.ValueType))
            .OfType<EntityProperty>()
            .Distinct();
}
