using System.Globalization;
using Muster.Configuration.Model;

namespace Muster.Policy.Compilation;

/// <summary>
/// Texts that change whenever the meaning of a rule does, so that a deployed change of a rule makes its consumer compute in full
/// (asks.md 25). Places in files do not count.
/// </summary>
internal static class Signatures
{
    public static string Of(ValueSource? source) => source is null ? "-" : $"[{source.Root?.Identifier}|{source.Binding}|{source.Expression}]";

    public static string Of(IEnumerable<DimensionCriterion> criteria) =>
        string.Join(',', criteria.Select(c => $"{c.Dimension.Index}={c.Value}{(c.IsInherited ? "/" : "")}"));

    public static string Of(IEnumerable<DimensionBinding> bindings) =>
        string.Join(',', bindings.Select(b => $"{b.Dimension.Index}:{b.Dimension.ParentProperty?.Identifier}{Of(b.Source)}"));

    public static string Of(EntityPropertyExpression expression) =>
        Join("property", expression.Property.QualifiedName, expression.PropertyCriteria?.QualifiedName, Of(expression.Source));

    public static string Of(ContextRule rule) =>
        Join(
            "context", rule.Identifier, Of(rule.Resources), Of(rule.Start), Of(rule.End), Of(rule.Exclude), Of(rule.Bindings))
        + string.Concat(rule.Sections.Select(Of));

    private static string Of(RecordSection section) =>
        "\u001e" + Join(
            "section", section.Identifier, section.StartProperty?.QualifiedName, section.EndProperty?.QualifiedName, section.KeepsMissingDates, section.IsExtendable,
            Of(section.InstanceKey), Of(section.SortKey), section.ExtendedSortKey, section.IsDefaultBoundaries, section.IsDefault,
            string.Join(',', section.Properties.Select(p => $"{p.Key.Identifier}={p.Value}").Order(StringComparer.Ordinal)),
            string.Join(',', section.Excluded.Select(p => p.Identifier).Order(StringComparer.Ordinal)));

    public static string Of(Role role, IEnumerable<DimensionCriterion> given) =>
        Join(
            "role", role is CompositeRole ? "composite" : "single", role.Identifier, role.Policy.IsExternal, role.Policy.IsProvisioningEnabled,
            string.Join(',', role.RequiredParameters.Select(d => d.Index)), Of(given), role.GracePeriod);

    public static string Of(RoleRule rule) =>
        Join(
            rule is CompositeRoleRule ? "compositeRoleRule" : "singleRoleRule", rule is CompositeRoleRule composite ? composite.Role : ((SingleRoleRule)rule).Role,
            rule.CompositeRole, Of(rule.Criteria), rule.IsDenied, rule.Priority, rule.Type);

    public static string Of(AutomationRule rule) =>
        Join(
            "automation", rule.Role, rule.Role is CompositeRole, rule.ResourceType, rule.Category?.Identifier, rule.Policy?.Identifier, rule.EntityType,
            rule.WorkflowState, rule.HoursToWait, rule.Declines, Of(rule.Criteria));

    public static string Of(ResourceType type) =>
        Join(
            "type", type.Identifier, type.TargetEntityType, type.AllowAdd, type.AllowRemove, type.RemoveOrphans, type.BlockProvisioning,
            type.CorrelateMultipleResources, type.SuggestAllCorrelations, type.DiscardManualAssignments, type.TransmittedStateValidityPeriod,
            string.Join(',', type.RequiredParameters.Select(d => d.Index)));

    public static string Of(TypeRule rule) =>
        Join("typeRule", rule.ResourceType, Of(rule.Criteria), rule.SingleRole, rule.IsDenied, rule.Type, rule.Offset);

    public static string Of(ScalarRule rule) =>
        Join("scalar", rule.ResourceType, rule.Property, Of(rule.Source), rule.SingleRole, rule.ComparisonType, rule.IsMapped, rule.Offset);

    public static string Of(NavigationRule rule) =>
        Join("navigation", rule.ResourceType, rule.Property, rule.Resource, rule.SingleRole, Of(rule.Criteria), rule.IsDenied, rule.Offset, rule.Property.GroupBy);

    /// <summary>What the roles of a naming rule are for the role model; how they are named is data.</summary>
    public static string Of(RoleMapping mapping) =>
        Join(
            "roleMapping", mapping.Identifier, mapping.ResourceType, mapping.Property, mapping.Policy.Identifier, mapping.RolePolicy.Identifier,
            mapping.RolePolicy.IsExternal, mapping.RolePolicy.IsProvisioningEnabled, mapping.RolePolicy.GracePeriod, mapping.Property.GroupBy);

    /// <summary>How a naming rule names.</summary>
    public static string OfNaming(CompiledRoleMapping mapping)
    {
        var definition = mapping.Definition;
        return Join(
            "naming", definition.Identifier, definition.ResourceType, definition.Property, Of(definition.Where), Of(definition.RoleIdentifier), Of(definition.RoleDisplayName),
            Of(definition.CategoryIdentifier), Of(definition.CategoryDisplayName), Of(definition.ParentCategoryIdentifier),
            string.Join('\u001e', definition.Rules.Select(r => string.Join('\u001d', r.Conditions.Select(c => $"{c.Property}|{c.Operator}|{c.Value}")))),
            string.Join('\u001e', mapping.DeclaredRules.Select(r => r.Resource)));
    }

    public static string Of(QueryRule rule) =>
        Join("query", rule.ResourceType, rule.Property, Of(rule.Source), Of(rule.Target), rule.TargetMatchedConfidenceLevel, rule.Offset, rule.Property.GroupBy);

    public static string Of(CorrelationRule rule) =>
        Join("correlation", rule.ResourceType, Of(rule.Source), Of(rule.Target), rule.Confidence);

    public static string Of(ClassificationRule rule) => Join("classification", rule.ResourceType, Of(rule.Target), rule.Confidence);

    public static string Of(ProfileRuleContext context) =>
        Join(
            "profiles", context.Identifier, context.ResourceType, context.ResourceType?.TargetEntityType, context.EntityType, context.IsAppliedToRoot,
            Of(context.RootBinding), Of(context.SubBinding), string.Join('\u001e', context.Rules.Select(Of)));

    /// <summary>What it is found by; what follows from it is not asked for by the role model.</summary>
    public static string Of(Risk risk) =>
        Join("risk", risk.Identifier, string.Join('\u001e', risk.Rules.Select(r => string.Join('\u001d', r.Items.Select(i => $"{i.ResourceType}|{i.Property}|{i.Resource}")))));

    private static string Of(ProfileRule rule) =>
        Join("profile", rule.Profile.Identifier, rule.IsDenied, Of(rule.RootExpression), Of(rule.SubExpression), Of(rule.Bindings));

    private static string Join(params ReadOnlySpan<object?> parts)
    {
        var texts = new List<string>(parts.Length);
        foreach (var part in parts)
        {
            texts.Add(Convert.ToString(part, CultureInfo.InvariantCulture) ?? "");
        }

        return string.Join('\u001f', texts);
    }
}
