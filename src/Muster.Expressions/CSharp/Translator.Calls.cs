using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Muster.Expressions.Runtime;

namespace Muster.Expressions.CSharp;

/// <summary>Calls: of listed members only, and with entities as arguments only for the listed LINQ operators (rolemodel.md 4.5).</summary>
internal sealed partial class Translator
{
    private static readonly FrozenSet<string> EntityOperators = new[]
    {
        "Max", "Min", "Count", "Select", "Any", "All", "Where", "First", "Last", "Single", "OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending",
        "Skip", "SkipLast", "Contains", "FirstOrDefault", "LastOrDefault", "SingleOrDefault", "ToList", "ToArray", "ToHashSet",
    }.ToFrozenSet();

    private Expression Invocation(IInvocationOperation invocation)
    {
        var symbol = invocation.TargetMethod;
        RefuseEntities(symbol, invocation.Arguments, invocation.Syntax);
        switch (symbol.MethodKind)
        {
            case MethodKind.DelegateInvoke:
                return Expression.Invoke(Receiver(invocation.Instance, "Invoke").Single(), Arguments(invocation.Arguments));
            case MethodKind.LocalFunction:
                return Expression.Invoke(Variable(symbol, invocation.Syntax), Arguments(invocation.Arguments));
        }

        if (TypeMap.MetadataName(symbol.ContainingType) == SurrogateSource.Namespace + ".IQueryHandler")
        {
            return Query(invocation);
        }

        if (types.HoldsEntity(invocation.Instance?.Type) && symbol.Name != "ToArray")
        {
            throw types.EntityTypeOf(invocation.Instance!.Type) is null
                ? EntityArgument(symbol, invocation.Syntax)
                : Refusal.NotAuthorized(invocation.Syntax, symbol);
        }

        if (types.IsVariables(invocation.Instance?.Type) && !types.IsVariables(symbol.ContainingType))
        {
            throw Refusal.NotAuthorized(invocation.Syntax, symbol);
        }

        var method = MemberTable.Find(symbol) ?? throw Refusal.NotAuthorized(invocation.Syntax, symbol);
        List<Expression> arguments = [.. Receiver(invocation.Instance, symbol.Name), .. Arguments(invocation.Arguments)];
        return Call(method, symbol, arguments, invocation.Syntax);
    }

    private Expression Query(IInvocationOperation invocation)
    {
        if (types.EntityTypeOf(invocation.TargetMethod.TypeArguments[0]) is not { } entityType)
        {
            throw Refusal.NotSupported(invocation.Syntax, "A query of this type");
        }

        return Expression.Call(typeof(QueryHandler), nameof(QueryHandler.Select), null,
            _frame, Expression.Constant(entityType), Value(invocation.Arguments[0].Value));
    }

    private static Refusal EntityArgument(IMethodSymbol symbol, SyntaxNode syntax) => new(ExpressionCodes.EntityArgument, syntax,
        $"The method '{symbol.Name}' of class '{symbol.ContainingType?.Name}' in namespace '{symbol.ContainingNamespace?.ToDisplayString()}' is not authorized"
        + " to receive entities. Pass their properties instead, for example after 'Select'.");

    private void RefuseEntities(IMethodSymbol symbol, ImmutableArray<IArgumentOperation> arguments, SyntaxNode syntax)
    {
        var receives = arguments.Any(a => types.HoldsEntity(a.Parameter?.Type) || types.HoldsEntity(a.Value.Type));
        var isOperator = TypeMap.MetadataName(symbol.ContainingType ?? symbol.ContainingSymbol.ContainingType) == "System.Linq.Enumerable"
            && EntityOperators.Contains(symbol.Name);
        if (receives && !isOperator)
        {
            throw EntityArgument(symbol, syntax);
        }
    }

    private List<Expression> Arguments(ImmutableArray<IArgumentOperation> arguments)
    {
        var values = new List<Expression>();
        foreach (var argument in arguments.OrderBy(a => a.Parameter!.Ordinal))
        {
            values.Add(argument.Parameter!.RefKind switch
            {
                RefKind.None => Argument(argument.Value),
                RefKind.Out => OutArgument(argument.Value),
                _ => throw Refusal.NotSupported(argument.Syntax, "An argument by reference"),
            });
        }

        return values;
    }

    private Expression Argument(IOperation value)
    {
        var inner = value;
        while (inner is IConversionOperation { IsImplicit: true } conversion)
        {
            inner = conversion.Operand;
        }

        return inner is IDelegateCreationOperation creation ? Delegate(creation, isArgument: true) : Value(value);
    }

    private Expression OutArgument(IOperation value)
    {
        switch (value)
        {
            case IDeclarationExpressionOperation declaration:
                return OutArgument(declaration.Expression);
            case ILocalReferenceOperation local:
                return Variable(local.Local, local.Syntax);
            case IDiscardOperation discard:
                var unused = Expression.Variable(TypeOf(discard.Type, discard.Syntax), "unused");
                _function.Extra.Add(unused);
                return unused;
            default:
                throw Refusal.NotSupported(value.Syntax, "This 'out' argument");
        }
    }

    private LambdaExpression Delegate(IDelegateCreationOperation creation, bool isArgument)
    {
        if (!isArgument && types.HoldsEntity(creation.Type))
        {
            throw new Refusal(ExpressionCodes.EntityArgument, creation.Syntax,
                "A function that takes or gives entities cannot be kept. Write the lambda where it is used.");
        }

        var type = TypeOf(creation.Type, creation.Syntax);
        switch (creation.Target)
        {
            case IAnonymousFunctionOperation lambda:
                return Lambda(lambda.Symbol, lambda.Body, type);
            case IMethodReferenceOperation reference when types.HoldsEntity(creation.Type):
                throw EntityArgument(reference.Method, creation.Syntax);
            case IMethodReferenceOperation reference:
                return MethodGroup(reference, type);
            default:
                throw Refusal.NotSupported(creation.Syntax, "This function");
        }
    }

    private LambdaExpression MethodGroup(IMethodReferenceOperation reference, Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        var parameters = invoke.GetParameters().Select(p => Expression.Parameter(p.ParameterType, p.Name)).ToArray();
        Expression body;
        if (reference.Method.MethodKind == MethodKind.LocalFunction)
        {
            body = Expression.Invoke(Variable(reference.Method, reference.Syntax), parameters.AsEnumerable());
        }
        else
        {
            if (reference.Method.Parameters.Any(p => types.HoldsEntity(p.Type)) || types.HoldsEntity(reference.Instance?.Type))
            {
                throw EntityArgument(reference.Method, reference.Syntax);
            }

            var method = MemberTable.Find(reference.Method) ?? throw Refusal.NotAuthorized(reference.Syntax, reference.Method);
            body = Call(method, reference.Method, [.. Receiver(reference.Instance, reference.Method.Name), .. parameters], reference.Syntax);
        }

        return Expression.Lambda(type, Expression.Block(invoke.ReturnType, Frame(nameof(EvaluationFrame.Enter)), To(body, invoke.ReturnType)), parameters);
    }

    /// <summary>Calls the method of ours that stands for a member.</summary>
    private Expression Call(MethodInfo method, IMethodSymbol symbol, IReadOnlyList<Expression> arguments, SyntaxNode syntax)
    {
        if (method.IsGenericMethodDefinition)
        {
            var of = AllTypeArguments(symbol.ContainingType).Concat(symbol.TypeArguments).Select(t => TypeOf(t, syntax)).ToArray();
            method = method.MakeGenericMethod(of);
        }

        var parameters = method.GetParameters();
        var values = new List<Expression>();
        var next = 0;
        if (!method.IsStatic)
        {
            return Expression.Call(arguments[0], method, arguments.Skip(1).Select((a, i) => Fit(a, parameters[i].ParameterType)));
        }

        foreach (var parameter in parameters)
        {
            values.Add(parameter.ParameterType == typeof(EvaluationFrame) ? _frame : Fit(arguments[next++], parameter.ParameterType));
        }

        return Expression.Call(method, values);
    }

    private static IEnumerable<ITypeSymbol> AllTypeArguments(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? AllTypeArguments(outer).Concat(type.TypeArguments) : type.TypeArguments;

    private static Expression Fit(Expression argument, Type type) =>
        type.IsByRef || argument.Type == type || (!argument.Type.IsValueType && type.IsAssignableFrom(argument.Type)) ? argument : Expression.Convert(argument, type);
}
