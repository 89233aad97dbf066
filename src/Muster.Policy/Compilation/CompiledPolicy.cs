using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;

namespace Muster.Policy.Compilation;

/// <summary>
/// Every expression and binding of a configuration, prepared once, with typed look-ups for those who evaluate them. Immutable and shared.
/// What did not compile is absent and stands in the diagnostics.
/// </summary>
public sealed record CompiledPolicy
{
    private ILookup<EntityType, SingleRole>? _ruled;

    public required ConfigurationModel Model { get; init; }

    /// <summary>The same without the roles that naming rules have made; null: this is it. See <see cref="Naming.NamedPolicy"/>.</summary>
    public CompiledPolicy? Declared { get; init; }

    /// <summary>Naming rules, in order of declaration; only those of computed policies.</summary>
    public IReadOnlyList<CompiledRoleMapping> RoleMappings { get; init; } = [];

    public required IReadOnlyDictionary<string, SingleRole> SingleRolesByIdentifier { get; init; }

    public required IReadOnlyDictionary<string, CompositeRole> CompositeRolesByIdentifier { get; init; }

    /// <summary>By who can receive them, by identifier.</summary>
    public required ILookup<EntityType, SingleRole> SingleRolesBySource { get; init; }

    /// <summary>By who can receive them: each group after those whose roles its rules need.</summary>
    public required ILookup<EntityType, CompositeRoleGroup> CompositeRolesBySource { get; init; }

    /// <summary>What each composite role packages: the computed rules that name it.</summary>
    public required ILookup<CompositeRole, SingleRoleRule> SingleRolesOf { get; init; }

    /// <summary>The rules of each role that has any; only those of computed policies.</summary>
    public required IReadOnlyDictionary<Role, RoleRuleSet> RoleRules { get; init; }

    /// <summary>Of computed policies.</summary>
    public required IReadOnlyDictionary<string, CompiledResourceType> ResourceTypesByIdentifier { get; init; }

    /// <summary>Computed properties in the order in which they must be evaluated (rolemodel.md 5.1).</summary>
    public required IReadOnlyList<CompiledPropertyExpression> PropertyExpressions { get; init; }

    /// <summary>Distinct correlation expressions, by <see cref="ExpressionKey.Id"/> (rolemodel.md 5.2).</summary>
    public required IReadOnlyDictionary<string, ExpressionKey> ExpressionKeys { get; init; }

    /// <summary>Everything that is stored by resource as a key: of correlation expressions, and of what computed links look for.</summary>
    public IEnumerable<string> StoredKeys =>
        ExpressionKeys.Keys.Concat(PropertyExpressions.Select(e => e.Lookup?.ExpressionKey).OfType<string>());

    public required IReadOnlyDictionary<EntityType, CompiledContextRule> ContextRules { get; init; }

    /// <summary>By source entity type, in order of declaration; only those of computed policies.</summary>
    public required ILookup<EntityType, CompiledResourceType> ResourceTypesBySource { get; init; }

    /// <summary>By target entity type; highest confidence first, then the resource type's identifier.</summary>
    public required ILookup<EntityType, CompiledClassificationRule> ClassificationRulesByTarget { get; init; }

    public required IReadOnlyList<CompiledProfileContext> ProfileContexts { get; init; }

    /// <summary>Everything that is computed and what it reads: what the dependency graph is made of.</summary>
    public required IReadOnlyList<Computation> Computations { get; init; }

    /// <summary>The dependency graph of <see cref="Computations"/>, built at first use.</summary>
    public DependencyGraph Graph => field ??= new DependencyGraph(Computations);

    /// <summary>The compiled form of a resource type of a computed policy; null for the others.</summary>
    public CompiledResourceType? Find(ResourceType type) => ResourceTypesBySource[type.SourceEntityType].FirstOrDefault(t => t.Definition == type);

    /// <summary>Source entity types whose role model can be computed.</summary>
    public IEnumerable<EntityType> SourceEntityTypes =>
        ResourceTypesBySource.Select(g => g.Key)
            .Concat(SingleRolesBySource.Select(g => g.Key))
            .Concat(CompositeRolesBySource.Select(g => g.Key))
            .Distinct();

    /// <summary>Automation rules whose workflow state is known.</summary>
    public IReadOnlyList<CompiledAutomationRule> AutomationRules { get; init; } = [];

    /// <summary>By whom they are about; only those of computed policies.</summary>
    public ILookup<EntityType, Risk> RisksBySource { get; init; } = Array.Empty<Risk>().ToLookup(r => r.EntityType);

    /// <summary>
    /// The roles of a source entity type that an owner may come to have, in the order of their identifiers: those that rules give, and some that it
    /// has or that are deduced. Of many roles that people ask for, an owner has few.
    /// </summary>
    public IEnumerable<SingleRole> SingleRolesFor(EntityType source, IEnumerable<string> others)
    {
        _ruled ??= SingleRolesBySource.SelectMany(g => g).Where(RoleRules.ContainsKey).ToLookup(r => r.EntityType);
        var added = others.Select(r => SingleRolesByIdentifier.GetValueOrDefault(r)).OfType<SingleRole>().Where(r => r.EntityType == source && !RoleRules.ContainsKey(r)).Distinct().ToList();
        return added.Count == 0 ? _ruled[source] : _ruled[source].Concat(added).OrderBy(r => r.Identifier, StringComparer.Ordinal);
    }

    /// <summary>The computed rules of a role.</summary>
    public RoleRuleSet RulesOf(Role role) => RoleRules.GetValueOrDefault(role, RoleRuleSet.Empty);
}

/// <summary>An automation rule with the state that it waits for.</summary>
public sealed record CompiledAutomationRule(AutomationRule Definition, WorkflowState State);

/// <summary>A computed property with its prepared value.</summary>
public sealed record CompiledPropertyExpression(EntityPropertyExpression Definition, CompiledValue Value)
{
    public EntityProperty Property => Definition.Property;

    public EntityType EntityType => Definition.EntityType;

    /// <summary>What the expression reads and, where it looks its target up, the target's criterion through the link that it writes.</summary>
    public ReadSet Reads => Definition.PropertyCriteria is { } criteria
        ? Value.Reads with { Paths = Value.Reads.Paths.Append(new ReadPath(EntityType, [Property, criteria])).ToHashSet() }
        : Value.Reads;

    /// <summary>For a navigation with <c>PropertyCriteria</c>: how a target that comes to have the value is noticed.</summary>
    public KeyLookup? Lookup => Definition.PropertyCriteria is { } criteria ? new KeyLookup($"lookup:{Definition.Identifier}", criteria) : null;
}

/// <summary>
/// A distinct correlation expression: rules with the same entity type, binding and expression text share one, and its stored keys.
/// </summary>
/// <param name="Id">Stable: made from entity type, binding and text alone, so that a changed text is another key.</param>
public sealed record ExpressionKey(string Id, EntityType EntityType, CompiledValue Value, SourceLocation Location);

/// <summary>A context rule (rolemodel.md 3.5).</summary>
public sealed class CompiledContextRule
{
    public required ContextRule Definition { get; init; }

    /// <summary>From the source resource; null: the source resource is the context resource.</summary>
    public CompiledValue? Resources { get; init; }

    public CompiledValue? Start { get; init; }

    public CompiledValue? End { get; init; }

    public CompiledValue? Exclude { get; init; }

    /// <summary>True if <see cref="Exclude"/> is asked of each context resource rather than of the owner.</summary>
    public bool IsExcludeOfContextResource { get; init; }

    public required IReadOnlyList<CompiledDimensionBinding> Bindings { get; init; }

    /// <summary>Empty: each context resource makes one context.</summary>
    public IReadOnlyList<CompiledRecordSection> Sections { get; init; } = [];

    /// <summary>What the period algebra has to know of <see cref="Sections"/>.</summary>
    internal IReadOnlyList<SectionRules> SectionRules => field ??=
    [
        .. Sections.Select(s => new SectionRules
        {
            IsDefault = s.Definition.IsDefault,
            IsDefaultBoundaries = s.Definition.IsDefaultBoundaries,
            KeepsMissingDates = s.Definition.KeepsMissingDates,
            IsExtendable = s.Definition.IsExtendable,
            ExtendedSortKey = s.Definition.ExtendedSortKey,
            ExtendableValues = [.. s.Bindings.Select(b => b.IsExtendable)],
        }),
    ];
}

/// <summary>A record section with its prepared expressions, and the dimension values that its properties lead to (rolemodel.md 3.6).</summary>
public sealed class CompiledRecordSection
{
    public required RecordSection Definition { get; init; }

    public CompiledValue? InstanceKey { get; init; }

    public CompiledValue? SortKey { get; init; }

    public required IReadOnlyList<CompiledSectionBinding> Bindings { get; init; }
}

/// <summary>A dimension value that a section gives.</summary>
/// <param name="IsExtendable">It may be copied to where the section has none.</param>
public sealed record CompiledSectionBinding(CompiledDimensionBinding Binding, bool IsExtendable);

/// <summary>A dimension value, as resources of the dimension's entity type.</summary>
/// <param name="Dimension">Which.</param>
/// <param name="Value">Null: the input resource itself (<c>B0="Organization:Id"</c>).</param>
public sealed record CompiledDimensionBinding(Dimension Dimension, CompiledValue? Value);

/// <summary>A resource type with its prepared rules.</summary>
public sealed class CompiledResourceType
{
    /// <summary>What naming rules have made.</summary>
    private IReadOnlyList<NavigationRule> _named = [];

    private IReadOnlyList<NavigationRule>? _navigationRules;
    private IReadOnlyList<EntityProperty>? _governed;
    private IReadOnlyList<ScalarGroup>? _scalarGroups;
    private bool? _hasCreateOnlyScalars;
    private bool? _isOfSituation;
    private bool? _hasMonoNavigations;
    private bool? _maySuggest;
    private ILookup<SingleRole, (NavigationRule Rule, int Index)>? _namedByRole;

    public required ResourceType Definition { get; init; }

    public required IReadOnlyList<CompiledScalarRule> ScalarRules { get; init; }

    /// <summary>By property; highest confidence first, then order of declaration.</summary>
    public required IReadOnlyList<CompiledQueryRule> QueryRules { get; init; }

    /// <summary>Highest confidence first, then order of declaration.</summary>
    public required IReadOnlyList<CompiledCorrelationRule> CorrelationRules { get; init; }

    public CompiledValue? Arguments { get; init; }

    public string Identifier => Definition.Identifier;

    /// <summary>Those that are declared, then those that naming rules have made.</summary>
    public IReadOnlyList<NavigationRule> NavigationRules => _named.Count == 0 ? Definition.NavigationRules : _navigationRules ??= [.. Definition.NavigationRules, .. _named];

    /// <summary>Navigations whose values naming rules give, whether they have made any rule of them or not.</summary>
    public IReadOnlyList<EntityProperty> NamedNavigations { get; init; } = [];

    /// <summary>Scalars of the target that are compared with policy values.</summary>
    public IEnumerable<EntityProperty> ComparedScalars => ScalarRules.Select(r => r.Definition.Property).Distinct();

    /// <summary>Navigations of the target that rules govern.</summary>
    public IReadOnlyList<EntityProperty> GovernedNavigations => _governed ??=
        [.. Definition.NavigationRules.Select(r => r.Property).Concat(QueryRules.Select(r => r.Definition.Property)).Concat(NamedNavigations).Distinct()];

    /// <summary>The rules for scalars by the property that they give, in order of declaration.</summary>
    internal IReadOnlyList<ScalarGroup> ScalarGroups => _scalarGroups ??=
        [.. ScalarRules.GroupBy(r => r.Definition.Property).Select(g => new ScalarGroup(g.Key, [.. g], g.All(r => !r.Definition.IsMapped)))];

    internal bool HasCreateOnlyScalars => _hasCreateOnlyScalars ??= ScalarGroups.Any(g => g.IsCreateOnly);

    /// <summary>
    /// Which rules for values hold, and when, follows from an owner's contexts and roles alone: nothing is looked up by the owner's keys, given by a
    /// person, or divided by a group.
    /// </summary>
    internal bool IsOfSituation => _isOfSituation ??=
        QueryRules.Count == 0 && Definition.RequiredParameters.Count == 0 && GovernedNavigations.All(p => p.GroupBy is null);

    internal bool HasMonoNavigations => _hasMonoNavigations ??= GovernedNavigations.Any(p => p.Kind == PropertyKind.MonoNavigation);

    /// <summary>A rule may only suggest it, or lack a parameter.</summary>
    internal bool MaySuggest => _maySuggest ??= Definition.RequiredParameters.Count > 0 || Definition.TypeRules.Any(r => r.Type != RuleType.Required);

    /// <summary>The navigation rules that can apply to who holds some roles, in the order of <see cref="NavigationRules"/>.</summary>
    public IEnumerable<NavigationRule> NavigationRulesFor(IReadOnlyCollection<SingleRole> roles)
    {
        if (_named.Count == 0)
        {
            return Definition.NavigationRules;
        }

        _namedByRole ??= _named.Select((rule, index) => (Rule: rule, Index: index)).ToLookup(r => r.Rule.SingleRole!);
        return Definition.NavigationRules.Concat(roles.Distinct().SelectMany(r => _namedByRole[r]).OrderBy(r => r.Index).Select(r => r.Rule));
    }

    /// <summary>The same with rules that naming rules have made.</summary>
    public CompiledResourceType With(IReadOnlyList<NavigationRule> named)
    {
        var copy = (CompiledResourceType)MemberwiseClone();
        copy._named = named;
        (copy._navigationRules, copy._namedByRole, copy._isOfSituation, copy._hasMonoNavigations) = (null, null, null, null);
        return copy;
    }
}

/// <summary>The rules for one scalar.</summary>
/// <param name="IsCreateOnly">Written with the creation, and never compared.</param>
internal sealed record ScalarGroup(EntityProperty Property, IReadOnlyList<CompiledScalarRule> Rules, bool IsCreateOnly);

public sealed record CompiledScalarRule(ScalarRule Definition, CompiledValue Value);

public sealed record CompiledQueryRule(QueryRule Definition, ExpressionKey Source, ExpressionKey Target);

public sealed record CompiledCorrelationRule(CorrelationRule Definition, ExpressionKey Source, ExpressionKey Target);

/// <param name="Definition">The rule.</param>
/// <param name="Target">Null: true for all resources of the target entity type.</param>
public sealed record CompiledClassificationRule(ClassificationRule Definition, CompiledValue? Target);

/// <summary>A profile rule context with its prepared bindings (rolemodel.md 5.12).</summary>
public sealed class CompiledProfileContext
{
    public required ProfileRuleContext Definition { get; init; }

    public CompiledValue? Root { get; init; }

    public CompiledValue? Sub { get; init; }

    public required IReadOnlyList<CompiledProfileRule> Rules { get; init; }
}

public sealed class CompiledProfileRule
{
    public required ProfileRule Definition { get; init; }

    public CompiledValue? RootExpression { get; init; }

    public CompiledValue? SubExpression { get; init; }

    public required IReadOnlyList<CompiledDimensionBinding> Bindings { get; init; }
}
