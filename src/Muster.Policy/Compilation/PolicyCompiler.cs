using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Configuration.Naming;
using Muster.Expressions;
using Muster.Expressions.Dependencies;

namespace Muster.Policy.Compilation;

/// <summary>
/// Prepares every expression and binding of a configuration, once, and lists what each computation reads. Errors carry their place in the
/// XML file; a configuration whose bag holds errors must not be used.
/// </summary>
public sealed class PolicyCompiler
{
    private readonly ConfigurationModel _model;
    private readonly DiagnosticBag _bag;
    private readonly ExpressionCompiler _expressions;
    private readonly Dictionary<string, ExpressionKey> _keys = new(StringComparer.Ordinal);
    private List<(ValueSource Source, ValueUse Use)>? _collected;

    private PolicyCompiler(ConfigurationModel model, DiagnosticBag bag)
    {
        _model = model;
        _bag = bag;
        _expressions = new ExpressionCompiler(model.EntityTypes);
    }

    /// <summary>Compiles the whole configuration. Diagnostics of severity error in the bag mean that the result is not complete.</summary>
    public static CompiledPolicy Compile(ConfigurationModel model, DiagnosticBag bag)
    {
        var compiler = new PolicyCompiler(model, bag);
        compiler.Prepare();
        var compiled = compiler.Compile();
        compiled = compiled with { Computations = [.. OwnComputations(compiled), .. RoleMappingComputations.Of(compiled), .. RoleModelComputations.Of(compiled), .. ProfileComputations.Of(compiled)] };
        PolicyChecks.Check(compiled, bag);
        return compiled;
    }

    /// <summary>The stable identifier of a correlation expression.</summary>
    public static string KeyId(ValueSource source)
    {
        var text = $"{source.Root?.Identifier}\0{source.Binding}\0{source.Expression}";
        return $"{source.Root?.Identifier}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..20]}";
    }

    private static IEnumerable<Computation> OwnComputations(CompiledPolicy policy) =>
    [
        .. policy.PropertyExpressions.Select(e => new Computation
        {
            Kind = ConsumerKinds.UpdateEntityPropertyExpressions,
            EntityType = e.EntityType,
            Reads = e.Reads,
            Lookups = e.Lookup is { } lookup ? [lookup] : [],
            Signature = Signatures.Of(e.Definition),
        }),
        .. policy.ExpressionKeys.Values.Select(k => new Computation
        {
            Kind = ConsumerKinds.ComputeCorrelationKeys,
            EntityType = k.EntityType,
            Reads = k.Value.Reads,
            Signature = k.Id,
        }),
        .. policy.ClassificationRulesByTarget.SelectMany(g => g).Select(r => new Computation
        {
            Kind = ConsumerKinds.UpdateClassification,
            EntityType = r.Definition.ResourceType.TargetEntityType,
            Reads = r.Target?.Reads ?? ReadSet.Empty,
            Signature = Signatures.Of(r.Definition),
        }),
    ];

    /// <summary>A first round that compiles nothing and only collects the values, since preparing them together is several times cheaper.</summary>
    private void Prepare()
    {
        _collected = [];
        Compile();
        _expressions.Prepare(_collected);
        _collected = null;
    }

    private CompiledPolicy Compile()
    {
        var properties = PropertyExpressionOrder.Sort([.. _model.PropertyExpressions.Select(Property).OfType<CompiledPropertyExpression>()], _bag);
        var contexts = ContextRules();
        var types = _model.ResourceTypes.Where(t => IsComputed(t.Policy)).Select(Type).ToList();
        var classification = _model.ResourceTypes.Where(t => IsComputed(t.Policy)).SelectMany(t => t.ClassificationRules).Select(Classification).ToList();
        var profiles = _model.ProfileRuleContexts.Select(Profiles).ToList();
        var singleRules = _model.SingleRoleRules.Where(r => IsComputed(r.Policy)).ToList();
        var compositeRules = _model.CompositeRoleRules.Where(r => IsComputed(r.Policy)).ToList();
        return new CompiledPolicy
        {
            Model = _model,
            SingleRolesByIdentifier = _model.SingleRoles.DistinctBy(r => r.Identifier).ToDictionary(r => r.Identifier, StringComparer.Ordinal),
            CompositeRolesByIdentifier = _model.CompositeRoles.DistinctBy(r => r.Identifier).ToDictionary(r => r.Identifier, StringComparer.Ordinal),
            SingleRolesBySource = _model.SingleRoles.OrderBy(r => r.Identifier, StringComparer.Ordinal).ToLookup(r => r.EntityType),
            CompositeRolesBySource = CompositeRoleOrder.Sort(_model.CompositeRoles, compositeRules).ToLookup(g => g.Roles[0].EntityType),
            SingleRolesOf = singleRules.Where(r => r.CompositeRole is not null).ToLookup(r => r.CompositeRole!),
            RoleRules = singleRules.GroupBy(r => (Role)r.Role, r => (RoleRule)r).Concat(compositeRules.GroupBy(r => (Role)r.Role, r => (RoleRule)r))
                .ToDictionary(g => g.Key, g => RoleRuleSet.Of([.. g])),
            ResourceTypesByIdentifier = types.DistinctBy(t => t.Identifier).ToDictionary(t => t.Identifier, StringComparer.Ordinal),
            PropertyExpressions = properties,
            ExpressionKeys = _keys,
            ContextRules = contexts,
            ResourceTypesBySource = types.ToLookup(t => t.Definition.SourceEntityType),
            ClassificationRulesByTarget = classification
                .OrderByDescending(r => r.Definition.Confidence)
                .ThenBy(r => r.Definition.ResourceType.Identifier, StringComparer.Ordinal)
                .ToLookup(r => r.Definition.ResourceType.TargetEntityType),
            ProfileContexts = profiles,
            RoleMappings = [.. _model.RoleMappings.Where(NamedRoles.IsApplied).Select(Mapping)],
            RisksBySource = _model.Risks.Where(r => IsComputed(r.Policy)).ToLookup(r => r.EntityType),
            AutomationRules = [.. _model.AutomationRules.Select(AutomationRuleStates.Compile).OfType<CompiledAutomationRule>()],
            Computations = [],
        };
    }

    /// <summary>A policy whose roles are managed elsewhere is never added to, updated or deleted from here (rolemodel.md 3.2).</summary>
    private static bool IsComputed(Configuration.Model.Policy policy) => policy.IsProvisioningEnabled && !policy.IsExternal;

    private CompiledValue? Value(ValueSource? source, ValueUse use, PropertyType? type = null, bool literal = true, bool predefined = true)
    {
        if (source is null || source.IsEmpty)
        {
            return null;
        }

        if (_collected is not null)
        {
            _collected.Add((source, use));
            return null;
        }

        return _expressions.Compile(source, use, type, _bag, literal, predefined);
    }

    private CompiledPropertyExpression? Property(EntityPropertyExpression definition)
    {
        var property = definition.Property;
        var value = property.Kind is PropertyKind.MonoNavigation or PropertyKind.MultiNavigation && definition.PropertyCriteria is null
            ? Value(definition.Source, ValueUse.Resources)
            : Value(definition.Source, ValueUse.Scalar, definition.PropertyCriteria?.Type ?? property.Type);
        if (value is null)
        {
            return null;
        }

        return new CompiledPropertyExpression(definition, value);
    }

    private Dictionary<EntityType, CompiledContextRule> ContextRules()
    {
        var rules = new Dictionary<EntityType, CompiledContextRule>();
        foreach (var definition in _model.ContextRules.Where(r => IsComputed(r.Policy)))
        {
            rules.TryAdd(definition.SourceEntityType, Context(definition));
        }

        return rules;
    }

    private CompiledContextRule Context(ContextRule definition)
    {
        var resources = Value(definition.Resources, ValueUse.Resources);
        var bindings = Dimensions(definition.Bindings);

        // Record sections have the dates then (rolemodel.md 3.5).
        var hasDates = definition.Sections.Count == 0;
        return new CompiledContextRule
        {
            Definition = definition,
            Resources = resources,
            Start = hasDates ? Value(definition.Start, ValueUse.Scalar, PropertyType.DateTime, literal: false) : null,
            End = hasDates ? Value(definition.End, ValueUse.Scalar, PropertyType.DateTime, literal: false) : null,
            Exclude = Value(definition.Exclude, ValueUse.Boolean, literal: false),
            IsExcludeOfContextResource = definition.Exclude?.Root is { } root && root == definition.ContextEntityType,
            Bindings = bindings,
            Sections = [.. definition.Sections.Select(s => Section(s, definition.Sections, bindings))],
        };
    }

    private CompiledRecordSection Section(RecordSection definition, IReadOnlyList<RecordSection> all, IReadOnlyList<CompiledDimensionBinding> bindings) => new()
    {
        Definition = definition,
        InstanceKey = Value(definition.InstanceKey, ValueUse.Scalar, PropertyType.String, literal: false),
        SortKey = Value(definition.SortKey, ValueUse.Scalar, PropertyType.String, literal: false),
        Bindings = [.. bindings.Where(b => IsOf(b, definition, all)).Select(b => new CompiledSectionBinding(b, IsExtendable(b, definition)))],
    };

    /// <summary>A path belongs to the section that has its first property; what no other section has is the default section's.</summary>
    private static bool IsOf(CompiledDimensionBinding binding, RecordSection section, IReadOnlyList<RecordSection> all) =>
        FirstOf(binding) is not { } first ? section.IsDefault
        : section.IsDefault ? !section.Excluded.Contains(first) && !all.Any(s => s.Properties.ContainsKey(first))
        : section.Properties.ContainsKey(first);

    private static bool IsExtendable(CompiledDimensionBinding binding, RecordSection section) =>
        section.IsDefault || FirstOf(binding) is not { } first || section.Properties[first];

    /// <summary>The property of the record that a path begins with; null: the record itself.</summary>
    private static EntityProperty? FirstOf(CompiledDimensionBinding binding) => binding.Value?.Reads.Paths.Select(p => p.Steps[0]).FirstOrDefault();

    private List<CompiledDimensionBinding> Dimensions(IEnumerable<DimensionBinding> bindings) =>
    [
        .. from binding in bindings
           let isItself = IsItself(binding.Source)
           let value = isItself ? null : Value(binding.Source, ValueUse.Resources, literal: false)
           where isItself || value is not null
           select new CompiledDimensionBinding(binding.Dimension, value),
    ];

    /// <summary>The format writes the resource itself as a pseudo property <c>Id</c>.</summary>
    private static bool IsItself(ValueSource source) =>
        source is { Expression: null, Root: { } root }
        && (source.Binding == "Id" || source.Binding == $"{root.Identifier}:Id")
        && root.FindProperty("Id") is null;

    private CompiledResourceType Type(ResourceType definition) => new()
    {
        Definition = definition,
        ScalarRules = [.. definition.ScalarRules.Select(Scalar).OfType<CompiledScalarRule>()],
        QueryRules =
        [
            .. from rule in definition.QueryRules
               orderby rule.TargetMatchedConfidenceLevel descending
               let source = Key(rule.Source, literal: true)
               let target = Key(rule.Target)
               where source is not null && target is not null
               select new CompiledQueryRule(rule, source, target),
        ],
        CorrelationRules =
        [
            .. from rule in definition.CorrelationRules
               orderby rule.Confidence descending
               let source = Key(rule.Source)
               let target = Key(rule.Target)
               where source is not null && target is not null
               select new CompiledCorrelationRule(rule, source, target),
        ],
        Arguments = Value(definition.Arguments, ValueUse.Dictionary, literal: false, predefined: false),
        NamedNavigations = [.. _model.RoleMappings.Where(m => m.ResourceType == definition && NamedRoles.IsApplied(m)).Select(m => m.Property).Distinct()],
    };

    private CompiledRoleMapping Mapping(RoleMapping definition) => new()
    {
        Definition = definition,
        Where = Value(definition.Where, ValueUse.Boolean),
        RoleIdentifier = Value(definition.RoleIdentifier, ValueUse.Scalar, PropertyType.String),
        RoleDisplayName = Value(definition.RoleDisplayName, ValueUse.Scalar, PropertyType.String),
        CategoryIdentifier = Value(definition.CategoryIdentifier, ValueUse.Scalar, PropertyType.String),
        CategoryDisplayName = Value(definition.CategoryDisplayName, ValueUse.Scalar, PropertyType.String),
        ParentCategoryIdentifier = Value(definition.ParentCategoryIdentifier, ValueUse.Scalar, PropertyType.String),
    };

    private CompiledScalarRule? Scalar(ScalarRule rule)
    {
        if (Value(rule.Source, ValueUse.Scalar, rule.Property.Type) is not { } value)
        {
            return null;
        }

        return new CompiledScalarRule(rule, value);
    }

    /// <summary>The shared key of an expression.</summary>
    /// <param name="literal">Only the source of a query rule may be the same for all owners (rolemodel.md 4.2).</param>
    private ExpressionKey? Key(ValueSource source, bool literal = false)
    {
        if (source.Root is null)
        {
            return null;
        }

        var location = source.Expression is null ? source.BindingLocation : source.ExpressionLocation;
        var id = KeyId(source);
        if (!_keys.TryGetValue(id, out var key))
        {
            if (Value(source, ValueUse.CorrelationKey, PropertyType.String, literal: literal) is not { } value)
            {
                return null;
            }

            key = new ExpressionKey(id, source.Root, value, location);
            _keys.Add(id, key);
        }

        return key;
    }

    private CompiledClassificationRule Classification(ClassificationRule rule)
    {
        var value = Value(rule.Target, ValueUse.Boolean, literal: false, predefined: false);
        return new CompiledClassificationRule(rule, value);
    }

    private CompiledProfileContext Profiles(ProfileRuleContext definition) => new()
    {
        Definition = definition,
        Root = Value(definition.RootBinding, ValueUse.Resources, literal: false),
        Sub = Value(definition.SubBinding, ValueUse.Resources, literal: false),
        Rules =
        [
            .. definition.Rules.Select(rule => new CompiledProfileRule
            {
                Definition = rule,
                RootExpression = Value(rule.RootExpression, ValueUse.Boolean, literal: false, predefined: false),
                SubExpression = Value(rule.SubExpression, ValueUse.Boolean, literal: false, predefined: false),
                Bindings = Dimensions(rule.Bindings),
            }),
        ],
    };
}
