using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Makes <see cref="ValueSource"/>s from pairs of binding and expression attributes.</summary>
internal static class ValueSources
{
    /// <summary>
    /// The source that two attributes of a record describe; null if neither is written. A binding that holds a C# text is an old spelling
    /// of an expression (rolemodel.md 4.2).
    /// </summary>
    public static ValueSource? Of(ElementRecord record, EntityType root, string? bindingAttribute, string? expressionAttribute)
    {
        var binding = bindingAttribute is null ? null : record.Source.Find(bindingAttribute);
        var expression = expressionAttribute is null ? null : record.Source.Find(expressionAttribute);
        binding = string.IsNullOrWhiteSpace(binding?.Value) ? null : binding;
        expression = string.IsNullOrWhiteSpace(expression?.Value) ? null : expression;
        if (expression is null && expressionAttribute is not null && binding is not null && IsCode(binding.Value))
        {
            (binding, expression) = (null, binding);
        }

        return binding is null && expression is null
            ? null
            : new ValueSource(
                root, binding?.Value.Trim(), expression?.Value, binding?.ValueLocation ?? record.Location, expression?.ValueLocation ?? record.Location)
            {
                ExpressionAttribute = expression,
            };
    }

    /// <summary>The source of a path alone.</summary>
    public static ValueSource OfPath(EntityType root, NumberedValue<string> path) =>
        new(root, path.Value.Trim(), null, path.Location, path.Location);

    public static bool IsLiteral(ValueSource? source) =>
        source?.Expression?.TrimStart().StartsWith("Literal:", StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsCode(string text) => text.TrimStart().StartsWith("C#:", StringComparison.OrdinalIgnoreCase);
}
