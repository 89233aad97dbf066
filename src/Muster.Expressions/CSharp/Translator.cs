using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Muster.Configuration.Model;
using Muster.Expressions.Resources;
using Muster.Expressions.Runtime;

namespace Muster.Expressions.CSharp;

/// <summary>
/// Translates a bound body into an expression tree of our own making. It knows a closed list of operations, types (<see cref="TypeMap"/>) and members
/// (<see cref="MemberTable"/>); what is not on them is refused, so what is not translated cannot run. The user's C# is never emitted or loaded.
/// </summary>
[SuppressMessage("Performance", "CA1859:Use concrete types", Justification = "Trees are put together of expressions; their node types say nothing here.")]
internal sealed partial class Translator(TypeMap types)
{
    /// <summary>Names of the variables that every body may use (rolemodel.md 4.5), with their types in C#.</summary>
    public static readonly IReadOnlyList<(string Name, string Type)> Implicit =
    [
        ("queryHandler", "global::Muster.Surrogates.IQueryHandler"),
        ("logger", "global::Microsoft.Extensions.Logging.ILogger"),
        ("assignment", "global::Muster.Surrogates.AssignmentInformation"),
        ("provisioningOrder", "global::Muster.Surrogates.ProvisioningOrder?"),
        ("iteration", "int"),
    ];

    private readonly ParameterExpression _frame = Expression.Parameter(typeof(EvaluationFrame), "frame");
    private readonly Dictionary<ISymbol, Expression> _variables = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ILabelSymbol, LabelTarget> _labels = new(SymbolEqualityComparer.Default);
    private readonly Stack<Expression> _accessed = new();
    private Function _function = null!;

    /// <summary>One body that returns: the whole expression, a lambda or a local function.</summary>
    private sealed class Function(Type result)
    {
        public Type Result { get; } = result;

        /// <summary>Holds the result until the end of the body: a tree cannot jump out of a loop with a value.</summary>
        public ParameterExpression? Given { get; } = result == typeof(void) ? null : Expression.Variable(result, "result");

        public LabelTarget Return { get; } = Expression.Label();

        /// <summary>Variables that no block declares.</summary>
        public List<ParameterExpression> Extra { get; } = [];
    }

    /// <summary>The delegate's tree: <paramref name="read"/> turns the input object into the parameter's value.</summary>
    public Expression<Func<EvaluationFrame, object?, object?>> Translate(
        IBlockOperation body, IMethodSymbol method, IParameterSymbol? parameter, Func<Expression, Expression>? read)
    {
        var input = Expression.Parameter(typeof(object), "input");
        var variables = new List<ParameterExpression>();
        var statements = new List<Expression>();
        foreach (var symbol in method.Parameters)
        {
            if (SymbolEqualityComparer.Default.Equals(symbol, parameter))
            {
                var variable = Expression.Variable(TypeOf(symbol.Type, null), symbol.Name);
                variables.Add(variable);
                statements.Add(Expression.Assign(variable, read!(input)));
                _variables[symbol] = variable;
            }
            else
            {
                _variables[symbol] = ImplicitVariable(symbol.Name);
            }
        }

        _function = new Function(TypeOf(method.ReturnType, null));
        var block = Block(body);
        statements.Add(block);
        statements.Add(Expression.Label(_function.Return));
        statements.Add(_function.Given!);
        variables.Add(_function.Given!);
        variables.AddRange(_function.Extra);
        var result = Expression.Convert(Expression.Block(_function.Result, variables, statements), typeof(object));
        return Expression.Lambda<Func<EvaluationFrame, object?, object?>>(result, _frame, input);
    }

    private Expression ImplicitVariable(string name) => name switch
    {
        "queryHandler" => Expression.Constant(QueryHandler.Instance),
        "logger" => Expression.Constant(ExpressionLog.Instance),
        "assignment" => Expression.Property(_frame, nameof(EvaluationFrame.Assignment)),
        "provisioningOrder" => Expression.Property(_frame, nameof(EvaluationFrame.Order)),
        _ => Expression.Property(_frame, nameof(EvaluationFrame.Iteration)),
    };

    private Type TypeOf(ITypeSymbol? type, SyntaxNode? syntax)
    {
        if (type is null)
        {
            throw Refusal.NotSupported(syntax, "A value without a type");
        }

        return types.Find(type) ?? throw Refusal.TypeNotAuthorized(syntax, type);
    }

    private Expression Frame(string method, params Expression[] arguments) => Expression.Call(_frame, method, null, arguments);

    /// <summary>Brings a value to a type that it is assignable or convertible to without a change of meaning.</summary>
    private static Expression To(Expression value, Type type) => value.Type == type ? value : Expression.Convert(value, type);

    private ParameterExpression Declare(ILocalSymbol local, SyntaxNode? syntax)
    {
        if (local.IsRef || local.IsConst)
        {
            throw Refusal.NotSupported(syntax, "A reference or constant variable");
        }

        if (local.Type.TypeKind == TypeKind.Delegate && types.HoldsEntity(local.Type))
        {
            throw new Refusal(ExpressionCodes.EntityArgument, syntax,
                $"The variable '{local.Name}' holds a function that takes or gives entities. Write the lambda where it is used.");
        }

        var variable = Expression.Variable(TypeOf(local.Type, syntax), local.Name);
        _variables[local] = variable;
        return variable;
    }

    private Expression Variable(ISymbol symbol, SyntaxNode syntax)
    {
        if (_variables.TryGetValue(symbol, out var variable))
        {
            return variable;
        }

        if (symbol is not ILocalSymbol local)
        {
            throw Refusal.NotSupported(syntax, $"'{symbol.Name}'");
        }

        var declared = Declare(local, syntax);
        _function.Extra.Add(declared);
        return declared;
    }

    private LabelTarget Label(ILabelSymbol symbol)
    {
        if (!_labels.TryGetValue(symbol, out var label))
        {
            _labels[symbol] = label = Expression.Label();
        }

        return label;
    }

    /// <summary>A lambda or local function as a delegate of the given type.</summary>
    private LambdaExpression Lambda(IMethodSymbol symbol, IBlockOperation body, Type delegateType)
    {
        if (symbol.IsAsync || symbol.IsGenericMethod || symbol.ReturnsByRef || symbol.Parameters.Any(p => p.RefKind != RefKind.None || p.IsParams))
        {
            throw Refusal.NotSupported(body.Syntax, "An asynchronous, generic or by-reference function");
        }

        var parameters = symbol.Parameters.Select(p =>
        {
            var parameter = Expression.Parameter(TypeOf(p.Type, body.Syntax), p.Name);
            _variables[p] = parameter;
            return parameter;
        }).ToArray();
        var outer = _function;
        _function = new Function(symbol.ReturnsVoid ? typeof(void) : TypeOf(symbol.ReturnType, body.Syntax));
        var statements = new List<Expression> { Frame(nameof(EvaluationFrame.Enter)) };
        if (SingleReturn(body) is { } value)
        {
            statements.Add(To(Value(value), _function.Result));
        }
        else
        {
            statements.Add(Block(body));
            statements.Add(Expression.Label(_function.Return));
            if (_function.Given is { } given)
            {
                statements.Add(given);
                _function.Extra.Add(given);
            }
        }

        var lambda = Expression.Lambda(delegateType, Expression.Block(_function.Result, _function.Extra, statements), symbol.Name, parameters);
        _function = outer;
        return lambda;
    }

    private static IOperation? SingleReturn(IBlockOperation body) =>
        body.Operations is [IReturnOperation { ReturnedValue: { } value }] && body.Locals.IsEmpty ? value : null;

    private static void EnsureStack() => RuntimeHelpers.EnsureSufficientExecutionStack();

    private Expression Entity(IPropertyReferenceOperation reference, EntityType holder, Expression instance)
    {
        var name = reference.Property.Name;
        if (holder.FindProperty(name) is not { } property)
        {
            return name == "Id"
                ? Expression.Call(typeof(EntityAccess), nameof(EntityAccess.Id), null, instance)
                : throw Refusal.NotAuthorized(reference.Syntax, reference.Property);
        }

        var constant = Expression.Constant(property);
        return property.Kind switch
        {
            PropertyKind.MonoNavigation => Expression.Call(typeof(EntityAccess), nameof(EntityAccess.One), null, instance, constant),
            PropertyKind.MultiNavigation => Expression.Call(typeof(EntityAccess), nameof(EntityAccess.Many), null, instance, constant),
            _ => Typed(property.Type, Expression.Call(typeof(EntityAccess), nameof(EntityAccess.Text), null, instance, constant)),
        };
    }

    /// <summary>A canonical text as a value of the type that the surrogate's property has.</summary>
    public static Expression Typed(PropertyType type, Expression text)
    {
        var reader = type switch
        {
            PropertyType.String => null,
            PropertyType.Bytes => nameof(EntityAccess.ToBytes),
            PropertyType.Int32 => nameof(EntityAccess.ToInt32),
            PropertyType.DateTime => nameof(EntityAccess.ToDateTime),
            PropertyType.Bool => nameof(EntityAccess.ToBool),
            PropertyType.Guid => nameof(EntityAccess.ToGuid),
            PropertyType.Double => nameof(EntityAccess.ToDouble),
            PropertyType.Byte => nameof(EntityAccess.ToByte),
            PropertyType.Int16 => nameof(EntityAccess.ToInt16),
            _ => nameof(EntityAccess.ToInt64),
        };
        return reader is null ? text : Expression.Call(typeof(EntityAccess), reader, null, text);
    }

    /// <summary>Whether a value is a resource, one of our stand-ins for entities.</summary>
    private static bool IsResource(Expression value) => value.Type == typeof(IResource);
}
