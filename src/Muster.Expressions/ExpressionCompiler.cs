using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Expressions.Bindings;
using Muster.Expressions.CSharp;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Functions;

namespace Muster.Expressions;

/// <summary>
/// Compiles bindings, predefined functions, literals and C# expressions against an entity model (rolemodel.md 4). All is checked here, at
/// deployment; evaluation later needs no compiler. One instance serves a whole configuration, since what C# needs is prepared once. Not
/// thread-safe; what it compiles is.
/// </summary>
public sealed class ExpressionCompiler
{
    private readonly BindingParser _bindings;
    private readonly CSharpCompiler _csharp;

    public ExpressionCompiler(IReadOnlyList<EntityType> entityTypes)
    {
        ArgumentNullException.ThrowIfNull(entityTypes);
        _bindings = new BindingParser(entityTypes.DistinctBy(t => t.Identifier).ToDictionary(t => t.Identifier));
        _csharp = new CSharpCompiler(entityTypes);
    }

    /// <summary>
    /// Parses and binds the C# among <paramref name="values"/> together, so that <see cref="Compile"/> of each is several times cheaper; it says the
    /// same with and without. Reports nothing.
    /// </summary>
    public void Prepare(IEnumerable<(ValueSource Source, ValueUse Use)> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var unreported = new DiagnosticBag();
        _csharp.Prepare(
            from value in values
            let source = WithExpression(value.Source)
            where source.Expression is { } expression && CSharpText.HasPrefix(expression) && PlainPath.Of(source, value.Use) is null
            let binding = source.Binding is null ? null : _bindings.Parse(source.Binding, source.Root, source.BindingLocation, unreported)
            where source.Binding is null || (binding is not null && CanBeRead(binding, source, unreported))
            select (source, binding, value.Use));
    }

    /// <summary>
    /// Compiles <paramref name="source"/>. Findings go to <paramref name="bag"/> with their place in the XML file; null if there was an error.
    /// </summary>
    /// <param name="resultType">Type of the property that is written; null where any text will do.</param>
    /// <param name="allowLiteral">Whether <c>Literal:</c> may stand here (rolemodel.md 4.2).</param>
    /// <param name="allowPredefined">Whether a predefined function may stand here (rolemodel.md 4.2).</param>
    public CompiledValue? Compile(
        ValueSource source,
        ValueUse use,
        PropertyType? resultType,
        DiagnosticBag bag,
        bool allowLiteral = true,
        bool allowPredefined = true)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(bag);
        if (source.IsEmpty)
        {
            bag.Error(ExpressionCodes.Empty, source.ExpressionLocation, "There is neither a binding nor an expression. Give one of them.");
            return null;
        }

        source = WithExpression(source);
        BindingPath? binding = null;
        if (source.Binding is not null)
        {
            binding = _bindings.Parse(source.Binding, source.Root, source.BindingLocation, bag);
            if (binding is null || !CanBeRead(binding, source, bag))
            {
                return null;
            }
        }

        if (source.Expression is not { } expression)
        {
            return CompileBinding(source, binding!, use, resultType, bag);
        }

        if (resultType == PropertyType.Binary)
        {
            bag.Error(ExpressionCodes.BindingResult, source.ExpressionLocation, "A file can only be bound: no expression can make one. Write a Binding that leads to a property of type Binary.");
            return null;
        }

        if (CSharpText.HasPrefix(expression))
        {
            if (PlainPath.Of(source, use) is { } path)
            {
                return new CompiledValue(source, PlainPath.ReadsOf(path), (input, _) => ValueConversion.FromBinding(path, input, use, resultType));
            }

            return _csharp.Compile(source, binding, use, resultType, bag);
        }

        return expression.StartsWith("Literal:", StringComparison.OrdinalIgnoreCase)
            ? CompileLiteral(source, use, resultType, bag, allowLiteral)
            : CompileFunction(source, binding, use, resultType, bag, allowPredefined);
    }

    /// <summary>Older configurations write C# into the binding attribute.</summary>
    private static ValueSource WithExpression(ValueSource source) =>
        source.Expression is null && source.Binding is { } binding && CSharpText.HasPrefix(binding)
            ? source with { Binding = null, Expression = binding, ExpressionLocation = source.BindingLocation }
            : source;

    private static bool CanBeRead(BindingPath binding, ValueSource source, DiagnosticBag bag)
    {
        if (binding.Last.Kind != PropertyKind.Binary || source.Expression is null)
        {
            return true;
        }

        bag.Error(ExpressionCodes.BindingResult, source.BindingLocation,
            $"The binding '{source.Binding}' leads to a file, which no expression can read. Remove the expression.");
        return false;
    }

    private static CompiledValue? CompileBinding(
        ValueSource source, BindingPath binding, ValueUse use, PropertyType? resultType, DiagnosticBag bag)
    {
        var reads = ReadsOf(binding);
        var isFile = binding.Last.Kind == PropertyKind.Binary;
        if (use is ValueUse.Scalar or ValueUse.CorrelationKey && isFile != (resultType == PropertyType.Binary))
        {
            bag.Error(ExpressionCodes.BindingResult, source.BindingLocation, isFile
                ? $"The binding '{source.Binding}' leads to a file, of which only a BinaryRule can make something. Bind a scalar property."
                : $"The binding '{source.Binding}' does not lead to a file, which is needed here. Bind a property of type Binary.");
            return null;
        }

        switch (use)
        {
            case ValueUse.Resources when binding.EndsInNavigation:
                return new CompiledValue(source, reads, (input, _) =>
                    input is null ? default : new EvaluationResult { Resources = binding.Resources(input) });
            case ValueUse.Boolean when binding.Last.Type == PropertyType.Bool && !binding.EndsInNavigation:
                return new CompiledValue(source, reads, (input, _) =>
                    ValueConversion.FromBinding(binding, input, use, PropertyType.Bool));
            case ValueUse.Scalar or ValueUse.CorrelationKey:
                return new CompiledValue(source, reads, (input, _) => ValueConversion.FromBinding(binding, input, use, resultType));
            default:
                var wanted = use switch
                {
                    ValueUse.Resources => "a navigation",
                    ValueUse.Boolean => "a property of type Bool",
                    _ => "a dictionary, which only C# can give",
                };
                bag.Error(ExpressionCodes.BindingResult, source.BindingLocation,
                    $"The binding '{source.Binding}' leads to '{binding.Last.QualifiedName}', but here it must lead to {wanted}.");
                return null;
        }
    }

    private static CompiledValue? CompileLiteral(
        ValueSource source, ValueUse use, PropertyType? resultType, DiagnosticBag bag, bool allowLiteral)
    {
        var text = source.Expression!["Literal:".Length..];
        if (!allowLiteral || use is ValueUse.Resources or ValueUse.Dictionary || resultType is PropertyType.DateTime or PropertyType.Binary)
        {
            var reason = resultType is PropertyType.DateTime or PropertyType.Binary ? $"for a value of type {resultType}" : "here";
            bag.Error(ExpressionCodes.LiteralNotAllowed, source.ExpressionLocation,
                $"A literal cannot be given {reason}. Use a binding, or an expression in C#.");
            return null;
        }

        var type = use == ValueUse.Boolean ? PropertyType.Bool : resultType ?? PropertyType.String;
        if (!CanonicalText.TryNormalize(type, text, out var canonical) || (canonical is null && type != PropertyType.String))
        {
            bag.Error(ExpressionCodes.LiteralValue, source.ExpressionLocation, $"The literal '{text}' is not a value of type {type}. Correct it.");
            return null;
        }

        var result = new EvaluationResult { Value = canonical, Flag = canonical == "true" };
        return new CompiledValue(source, ReadSet.Empty, (_, _) => result);
    }

    private static CompiledValue? CompileFunction(
        ValueSource source, BindingPath? binding, ValueUse use, PropertyType? resultType, DiagnosticBag bag, bool allowPredefined)
    {
        var expression = source.Expression!;
        if (!PredefinedFunction.IsNamedBy(expression))
        {
            UnknownFunction(source, bag);
            return null;
        }

        if (!allowPredefined || use is not (ValueUse.Scalar or ValueUse.CorrelationKey))
        {
            bag.Error(ExpressionCodes.FunctionNotAllowed, source.ExpressionLocation,
                $"The predefined function '{expression}' cannot be used here. Write the expression in C#, as 'C#:name:return …;'.");
            return null;
        }

        if (PredefinedFunction.Parse(expression, source.ExpressionLocation, bag) is not { } function)
        {
            return null;
        }

        if (binding is null)
        {
            bag.Error(ExpressionCodes.FunctionWithoutBinding, source.ExpressionLocation,
                $"The predefined function '{expression}' has no value to work on. Give a binding beside it.");
            return null;
        }

        return new CompiledValue(source, ReadsOf(binding), (input, _) =>
            ValueConversion.FromFunction(function, binding, input, use, resultType));
    }

    private static void UnknownFunction(ValueSource source, DiagnosticBag bag)
    {
        var expression = source.Expression!;
        if (expression.Contains(';', StringComparison.Ordinal) || expression.Contains("return", StringComparison.Ordinal))
        {
            bag.Error(ExpressionCodes.MissingPrefix, source.ExpressionLocation,
                "The expression looks like C# but lacks its prefix. Write it as 'C#:name:return …;'.");
            return;
        }

        var name = expression.Split(':', 2)[0];
        bag.Error(ExpressionCodes.UnknownFunction, source.ExpressionLocation,
            $"'{name}' is not a predefined function. Use one of the predefined functions, 'C#:name:return …;' or 'Literal:text'.",
            NearestName.Find(name, PredefinedFunction.Names));
    }

    private static ReadSet ReadsOf(BindingPath binding) =>
        ReadSet.Empty with { Paths = new HashSet<ReadPath> { binding.ToReadPath() } };
}
