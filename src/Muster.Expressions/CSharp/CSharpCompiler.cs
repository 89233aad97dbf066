using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Expressions.Bindings;
using Diagnostic = Microsoft.CodeAnalysis.Diagnostic;
using DiagnosticSeverity = Microsoft.CodeAnalysis.DiagnosticSeverity;

namespace Muster.Expressions.CSharp;

/// <summary>
/// Compiles <c>C#:</c> expressions (rolemodel.md 4.5): parsed, passed through <see cref="SyntaxGate"/>, bound against the surrogates, analysed for what they
/// read, and translated by <see cref="Translator"/>.
/// </summary>
internal sealed class CSharpCompiler
{
    private const int MaxLength = 32 * 1024;

    private readonly IReadOnlyDictionary<string, EntityType> _entityTypes;
    private readonly TypeMap _types;
    private readonly Lazy<SurrogateCompilation> _surrogates;
    private readonly Dictionary<string, (BlockSyntax Body, BodyBatch Batch)> _prepared = new(StringComparer.Ordinal);
    private int _parsed;

    public CSharpCompiler(IReadOnlyList<EntityType> entityTypes)
    {
        _entityTypes = entityTypes.DistinctBy(t => t.Identifier).ToDictionary(t => t.Identifier);
        _types = new TypeMap(_entityTypes);
        _surrogates = new Lazy<SurrogateCompilation>(() => new SurrogateCompilation([.. _entityTypes.Values]));
    }

    /// <summary>
    /// Parses the bodies, and binds together those that may be bound; the others are refused one by one when they are compiled.
    /// </summary>
    public void Prepare(IEnumerable<(ValueSource Source, BindingPath? Binding, ValueUse Use)> values)
    {
        var bodies = new Dictionary<string, BlockSyntax>(StringComparer.Ordinal);
        foreach (var (source, binding, use) in values)
        {
            var unit = new BodySource(CSharpText.Parse(source.Expression!), ParameterType(source, binding), use);
            if (!_prepared.ContainsKey(unit.Source) && !bodies.ContainsKey(unit.Source) && Admit(unit) is { } body)
            {
                bodies.Add(unit.Source, body);
            }
        }

        if (bodies.Count == 0)
        {
            return;
        }

        var batch = new BodyBatch(_surrogates.Value, bodies.Values);
        foreach (var (text, body) in bodies)
        {
            _prepared.Add(text, (body, batch));
        }
    }

    public CompiledValue? Compile(ValueSource source, BindingPath? binding, ValueUse use, PropertyType? resultType, DiagnosticBag bag)
    {
        var text = CSharpText.Parse(source.Expression!);
        if (text.Parameter is not null && source.Root is null && binding is null)
        {
            bag.Error(ExpressionCodes.InputMissing, source.ExpressionLocation,
                $"The expression names an input '{text.Parameter}', but there is no entity here. Remove the name, as in 'C#:return …;'.");
            return null;
        }

        var unit = new BodySource(text, ParameterType(source, binding), use);
        try
        {
            return Compile(unit, source, binding, use, resultType, bag);
        }
        catch (Refusal refusal)
        {
            bag.Error(refusal.Code, unit.Locate(source, refusal.Syntax?.SpanStart ?? unit.BodyStart), refusal.Message);
        }
        catch (InsufficientExecutionStackException)
        {
            bag.Error(ExpressionCodes.TooComplex, source.ExpressionLocation, "The expression is nested too deeply. Split it into statements.");
        }

        return null;
    }

    private static string? ParameterType(ValueSource source, BindingPath? binding)
    {
        if (binding is null)
        {
            return source.Root is null ? null : $"global::{SurrogateSource.EntityNamespace}.@{source.Root.Identifier}";
        }

        return binding.EndsInNavigation && binding.IsMultiValued
            ? SurrogateSource.ManyOf(binding.Last.TargetEntityType!)
            : SurrogateSource.TypeOf(binding.Last);
    }

    private CompiledValue? Compile(
        BodySource unit, ValueSource source, BindingPath? binding, ValueUse use, PropertyType? resultType, DiagnosticBag bag)
    {
        if (!_prepared.TryGetValue(unit.Source, out var prepared))
        {
            var tree = Parse(unit);
            if (Report(tree.GetDiagnostics(), unit, source, bag))
            {
                return null;
            }

            var single = Gate(unit, tree);
            prepared = (single, new BodyBatch(_surrogates.Value, [single]));
        }

        var (body, batch) = prepared;
        if (Report(batch.Findings(body), unit, source, bag))
        {
            return null;
        }

        var model = batch.Model(body);
        var method = (IMethodSymbol)model.GetDeclaredSymbol((MethodDeclarationSyntax)body.Parent!)!;
        var operation = (IBlockOperation)model.GetOperation(body)!;
        return Translate(operation, method, unit, source, binding, use, resultType, bag);
    }

    private SyntaxTree Parse(BodySource unit)
    {
        if (unit.Text.Text.Length > MaxLength)
        {
            throw new Refusal(ExpressionCodes.TooComplex, null, $"The expression is longer than {MaxLength} characters. Shorten it.");
        }

        var tree = CSharpSyntaxTree.ParseText(
            unit.Source, SurrogateCompilation.ParseOptions, string.Create(CultureInfo.InvariantCulture, $"{++_parsed}"));
        if (unit.Body(tree) is { } body && !Returns(body))
        {
            throw new Refusal(ExpressionCodes.NoReturn, body, "The expression has no 'return'. Write 'return' before the value, and ';' after it.");
        }

        return tree;
    }

    /// <summary>The body, if it may be bound; null if not, for whatever reason.</summary>
    private BlockSyntax? Admit(BodySource unit)
    {
        try
        {
            var tree = Parse(unit);
            return tree.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error) ? null : Gate(unit, tree);
        }
        catch (Exception exception) when (exception is Refusal or InsufficientExecutionStackException)
        {
            return null;
        }
    }

    /// <summary>The body, if it may be bound.</summary>
    private static BlockSyntax Gate(BodySource unit, SyntaxTree tree)
    {
        var body = unit.Body(tree) ?? throw new Refusal(ExpressionCodes.CompilerError, null, "The braces of the expression do not match. Correct them.");
        SyntaxGate.Check(body);
        return body;
    }

    private CompiledValue Translate(
        IBlockOperation operation,
        IMethodSymbol method,
        BodySource unit,
        ValueSource source,
        BindingPath? binding,
        ValueUse use,
        PropertyType? resultType,
        DiagnosticBag bag)
    {
        var parameter = unit.HasInput ? method.Parameters[0] : null;
        ResultCheck.Check(operation, use, _types);
        var expression = new Translator(_types) { GivesResources = use == ValueUse.Resources }
            .Translate(operation, method, parameter, input => CSharpValue.ReadInput(input, binding));
        var reads = new ReadAnalysis(source.Root ?? binding?.Root, binding?.Steps ?? [], _types).Analyse(operation, parameter, parameter?.Type);
        if (reads.EnumeratedEntityTypes.Count > 0)
        {
            var names = string.Join(", ", reads.EnumeratedEntityTypes.Select(t => $"'{t.Identifier}'").Order(StringComparer.Ordinal));
            bag.Notice(ExpressionCodes.ReadsEverything, source.ExpressionLocation,
                $"The expression may read any resource of {names}: it is computed in full whenever one of them changes.");
        }

        var value = new CSharpValue(expression, binding, use, resultType, Seed(source.Expression!), _entityTypes);
        return new CompiledValue(source, reads, value.Evaluate);
    }

    /// <summary>A return of the body itself, not of a lambda or function in it.</summary>
    private static bool Returns(BlockSyntax body) => body
        .DescendantNodes(n => n is not (LambdaExpressionSyntax or LocalFunctionStatementSyntax))
        .Any(n => n is ReturnStatementSyntax);

    private static int Seed(string text) => text.Aggregate(17, (seed, letter) => unchecked((seed * 31) + letter));

    /// <summary>Passes on what the compiler found: all errors, and the first possible null. True if there was an error.</summary>
    private static bool Report(IEnumerable<Diagnostic> found, BodySource unit, ValueSource source, DiagnosticBag bag)
    {
        var diagnostics = found.ToList();
        foreach (var error in diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error))
        {
            var message = error.GetMessage(CultureInfo.InvariantCulture);
            bag.Error(ExpressionCodes.CompilerError, unit.Locate(source, error.Location.SourceSpan.Start),
                $"The expression does not compile: {error.Id}: {message}");
        }

        if (diagnostics.Exists(d => d.Severity == DiagnosticSeverity.Error))
        {
            return true;
        }

        if (diagnostics.Find(d => d.Id == "CS8602") is { } warning)
        {
            bag.Warning(ExpressionCodes.PossibleNull, unit.Locate(source, warning.Location.SourceSpan.Start),
                "A value may be null here, and then there is an error for the resource. Check for null before, for example with '?.'.");
        }

        return false;
    }
}
