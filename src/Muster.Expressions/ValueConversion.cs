using System.Globalization;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Expressions.Bindings;
using Muster.Expressions.Functions;
using Muster.Expressions.Resources;

namespace Muster.Expressions;

/// <summary>Turns what was read or computed into what the consumer needs (rolemodel.md 4.3).</summary>
internal static class ValueConversion
{
    public static EvaluationResult FromBinding(BindingPath binding, IResource? input, ValueUse use, PropertyType? resultType)
    {
        if (input is null)
        {
            return default;
        }

        var text = binding.Scalar(input, out var isAmbiguous);
        return FromText(text, use, resultType) with { IsAmbiguous = isAmbiguous };
    }

    public static EvaluationResult FromFunction(
        PredefinedFunction function, BindingPath binding, IResource? input, ValueUse use, PropertyType? resultType)
    {
        var isAmbiguous = false;
        if (input is null || binding.Scalar(input, out isAmbiguous) is not { } text)
        {
            return new EvaluationResult { IsAmbiguous = isAmbiguous };
        }

        try
        {
            return FromClr(function.Apply(text), use, resultType) with { IsAmbiguous = isAmbiguous };
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            return EvaluationResult.Failed(exception.Message) with { IsAmbiguous = isAmbiguous };
        }
    }

    /// <summary>The result of a scalar, Boolean or key from a value of the CLR.</summary>
    public static EvaluationResult FromClr(object? value, ValueUse use, PropertyType? resultType) =>
        FromText(value is decimal or float ? Number(value) : CanonicalText.Format(value), use, resultType);

    private static string Number(object value) => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);

    private static EvaluationResult FromText(string? text, ValueUse use, PropertyType? resultType)
    {
        var type = use == ValueUse.Boolean ? PropertyType.Bool : resultType;
        if (type is null or PropertyType.String or PropertyType.Binary)
        {
            return new EvaluationResult { Value = string.IsNullOrEmpty(text) ? null : text };
        }

        return CanonicalText.TryNormalize(type.Value, text, out var canonical)
            ? new EvaluationResult { Value = canonical, Flag = canonical == "true" }
            : EvaluationResult.Failed($"The result is not a value of type {type}.");
    }
}
