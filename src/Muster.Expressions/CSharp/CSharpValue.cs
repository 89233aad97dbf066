using System.Globalization;
using System.Linq.Expressions;
using System.Text.RegularExpressions;
using Muster.Configuration.Model;
using Muster.Expressions.Bindings;
using Muster.Expressions.Resources;
using Muster.Expressions.Runtime;

namespace Muster.Expressions.CSharp;

/// <summary>A translated body, ready to run. The tree becomes a delegate at its first use.</summary>
internal sealed class CSharpValue(
    Expression<Func<EvaluationFrame, object?, object?>> tree,
    BindingPath? binding,
    ValueUse use,
    PropertyType? resultType,
    int seed,
    IReadOnlyDictionary<string, EntityType> entityTypes)
{
    private readonly Lazy<Func<EvaluationFrame, object?, object?>> _body = new(() => Compile(tree));

    /// <summary>How the body's parameter is made from the object that <see cref="Evaluate"/> passes.</summary>
    public static Expression ReadInput(Expression input, BindingPath? binding)
    {
        if (binding is null)
        {
            return Expression.Convert(input, typeof(IResource));
        }

        if (!binding.EndsInNavigation)
        {
            return Translator.Typed(binding.Last.Type, Expression.Convert(input, typeof(string)));
        }

        return Expression.Convert(input, binding.IsMultiValued ? typeof(IEnumerable<IResource>) : typeof(IResource));
    }

    public EvaluationResult Evaluate(IResource? input, EvaluationContext context)
    {
        var isAmbiguous = false;
        var culture = CultureInfo.CurrentCulture;
        var isForeign = !ReferenceEquals(culture, CultureInfo.InvariantCulture);
        try
        {
            if (isForeign)
            {
                // Formatting and parsing must not depend on the host.
                CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            }

            var value = Input(input, ref isAmbiguous);
            var frame = new EvaluationFrame(context, unchecked(seed + (int)(input?.Id ?? 0)), entityTypes);
            return Result(_body.Value(frame, value)) with { IsAmbiguous = isAmbiguous };
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return EvaluationResult.Failed(Explain(exception)) with { IsAmbiguous = isAmbiguous };
        }
        finally
        {
            if (isForeign)
            {
                CultureInfo.CurrentCulture = culture;
            }
        }
    }

    private static Func<EvaluationFrame, object?, object?> Compile(Expression<Func<EvaluationFrame, object?, object?>> tree)
    {
        try
        {
            return tree.Compile();
        }
        catch (InvalidOperationException exception)
        {
            throw new EvaluationFault($"The expression was translated wrongly, which is a fault of Muster: {exception.Message}");
        }
    }

    private static string Explain(Exception exception) => exception switch
    {
        EvaluationFault => exception.Message,
        NullReferenceException => "A value is null where the expression needs one. Check for null before, for example with '?.'.",
        RegexMatchTimeoutException => "A regular expression took too long on a value. Make its pattern simpler.",
        RegexParseException => "A regular expression is not well formed. Correct its pattern.",
        FormatException => "A text does not have the form that the expression expects of it.",
        OverflowException or DivideByZeroException => "A number is out of range, or divided by zero.",
        KeyNotFoundException => "A dictionary was asked for a key that it does not hold.",
        ArgumentException or IndexOutOfRangeException => "A position or an argument is out of range.",
        InvalidOperationException => "A sequence has no element that fits, or too many, or a value is null.",
        InsufficientExecutionStackException => "The expression is nested too deeply.",
        _ => $"The expression failed: {exception.GetType().Name}.",
    };

    private object? Input(IResource? input, ref bool isAmbiguous)
    {
        if (binding is null || input is null)
        {
            return input;
        }

        if (!binding.EndsInNavigation)
        {
            return binding.Scalar(input, out isAmbiguous);
        }

        var resources = binding.Resources(input);
        return binding.IsMultiValued ? resources : resources.Count == 0 ? null : resources[0];
    }

    private EvaluationResult Result(object? value) => use switch
    {
        ValueUse.Boolean => new EvaluationResult { Flag = value is true, Value = value is bool flag ? (flag ? "true" : "false") : null },
        ValueUse.Dictionary => new EvaluationResult { Dictionary = Copy((Dictionary<string, string>?)value) },
        ValueUse.Resources => new EvaluationResult { Resources = Resources(value) },
        _ => value is IResource or System.Collections.IEnumerable and not (string or byte[])
            ? EvaluationResult.Failed("The expression returned something that is not a plain value.")
            : ValueConversion.FromClr(value, use, resultType),
    };

    private static Dictionary<string, string>? Copy(Dictionary<string, string>? values) =>
        values is null ? null : new Dictionary<string, string>(values.Where(p => p.Value is not null), values.Comparer);

    /// <summary>Enumerates here, while the budget still counts.</summary>
    private static List<IResource> Resources(object? value) => value switch
    {
        null => [],
        IResource one => [one],
        IEnumerable<IResource?> many => [.. many.OfType<IResource>().DistinctBy(r => r.Id)],
        _ => throw new EvaluationFault("The expression returned something that is not a resource."),
    };
}
