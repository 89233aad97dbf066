using System.Globalization;
using System.Xml;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Naming;
using Muster.Expressions;
using Muster.Policy.Compilation;
using Muster.Repository.Resources;

namespace Muster.Policy.Naming;

/// <summary>What a naming rule makes of one value.</summary>
/// <param name="Named">Null: no role.</param>
/// <param name="Error">An expression failed: what was made before stays.</param>
/// <param name="Refusal">There is no role because of what it would be called: a whole sentence.</param>
internal readonly record struct ValueName(NamedValue? Named, string? Error = null, string? Refusal = null)
{
    public static ValueName None { get; } = new(null);
}

/// <summary>Names the role, the category and the category above of values (rolemodel.md 3.15). A pure function of the value.</summary>
internal sealed class ValueNaming(CompiledRoleMapping mapping, EvaluationContext context)
{
    private const int MaximumLength = 442;

    private readonly RoleMapping _definition = mapping.Definition;

    public ValueName Of(StoredResource value)
    {
        if (!IsWanted(value, out var error))
        {
            return error is null ? ValueName.None : new ValueName(null, error);
        }

        var key = KeyOf(value);
        if (Text(mapping.RoleIdentifier, value, ref error) is var role && error is not null)
        {
            return new ValueName(null, error);
        }

        role = mapping.RoleIdentifier is null ? key : role;
        if (Fault(role) is { } fault)
        {
            return new ValueName(null, null, $"The value '{key}' of the role mapping '{_definition}' has no role: {fault}.");
        }

        var name = mapping.RoleDisplayName is null ? value.DisplayName : Text(mapping.RoleDisplayName, value, ref error);
        var category = Text(mapping.CategoryIdentifier, value, ref error);
        var categoryName = Text(mapping.CategoryDisplayName, value, ref error);
        var parent = Text(mapping.ParentCategoryIdentifier, value, ref error);
        if (error is not null)
        {
            return new ValueName(null, error);
        }

        var refusal = category is not null && Fault(category) is { } ofCategory ? $"The role '{role}' of the role mapping '{_definition}' has no category: {ofCategory}."
            : parent is not null && Fault(parent) is { } ofParent ? $"The category '{category}' of the role mapping '{_definition}' has no parent: {ofParent}."
            : null;
        category = category is null || Fault(category) is not null ? null : category;
        return new ValueName(
            new NamedValue
            {
                Mapping = _definition.Identifier,
                Value = value.Id,
                Key = key,
                Role = role!,
                DisplayName = Shown(name) ?? role!,
                Category = category,
                CategoryName = category is null ? null : Shown(categoryName),
                ParentCategory = category is null || parent is null || Fault(parent) is not null ? null : parent,
            },
            null,
            refusal);
    }

    private bool IsWanted(StoredResource value, out string? error)
    {
        error = null;
        if (_definition.Rules.Count > 0 && !_definition.Rules.Any(r => r.Conditions.All(c => Holds(c, value.GetScalar(c.Property)))))
        {
            return false;
        }

        if (mapping.Where is not { } where)
        {
            return true;
        }

        var result = where.Evaluate(value, context);
        error = result.Error;
        return error is null && result.Flag;
    }

    /// <summary>An empty value is no text: it equals another empty one, and neither begins with, ends with nor contains anything.</summary>
    private static bool Holds(RoleMappingCondition condition, string? value)
    {
        const StringComparison Compared = StringComparison.OrdinalIgnoreCase;
        var wanted = condition.Value ?? "";
        var text = value ?? "";
        return condition.Operator switch
        {
            QueryComparisonOperator.Equal => string.Equals(text, wanted, Compared),
            QueryComparisonOperator.NotEqual => !string.Equals(text, wanted, Compared),
            QueryComparisonOperator.StartWith => text.StartsWith(wanted, Compared),
            QueryComparisonOperator.NotStartWith => !text.StartsWith(wanted, Compared),
            QueryComparisonOperator.EndWith => text.EndsWith(wanted, Compared),
            QueryComparisonOperator.NotEndWith => !text.EndsWith(wanted, Compared),
            QueryComparisonOperator.Contain => text.Contains(wanted, Compared),
            _ => !text.Contains(wanted, Compared),
        };
    }

    private string? Text(CompiledValue? source, StoredResource value, ref string? error)
    {
        if (source is null || error is not null)
        {
            return null;
        }

        var result = source.Evaluate(value, context);
        error = result.Error;
        var text = result.Value?.Trim();
        return string.IsNullOrEmpty(text) ? null : text;
    }

    private static string KeyOf(StoredResource value) =>
        ReadPaths.KeysOf(value.EntityType).Select(p => value.GetScalar(p)).FirstOrDefault(k => !string.IsNullOrWhiteSpace(k))
            ?? $"#{value.Id.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Why a text cannot be an identifier: it goes into files, XML and commands.</summary>
    private static string? Fault(string? identifier) =>
        string.IsNullOrEmpty(identifier) ? "its identifier is empty"
        : identifier.Length > MaximumLength ? $"its identifier is longer than {MaximumLength} characters"
        : !IsPlain(identifier) ? "its identifier has characters that no identifier can have (control characters, halves of characters)"
        : null;

    private static bool IsPlain(string text)
    {
        try
        {
            XmlConvert.VerifyXmlChars(text);
            return !text.Any(char.IsControl);
        }
        catch (XmlException)
        {
            return false;
        }
    }

    /// <summary>A name for people, on one line; null if nothing is left of it.</summary>
    private static string? Shown(string? text)
    {
        var shown = text is null ? "" : string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) && !IsPlain(text) ? ' ' : c)).Trim();
        return shown.Length == 0 ? null : shown;
    }
}
