using System.Linq.Expressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;
using Muster.Expressions.Runtime;

namespace Muster.Expressions.CSharp;

/// <summary>Patterns and the expressions that use them.</summary>
internal sealed partial class Translator
{
    private static readonly System.Reflection.MethodInfo StringEquals =
        typeof(string).GetMethod(nameof(string.Equals), [typeof(string), typeof(string)])!;

    private static readonly Type[] Ordered = [typeof(int), typeof(long), typeof(double), typeof(decimal), typeof(char), typeof(byte), typeof(short)];

    private BlockExpression IsPattern(IIsPatternOperation operation)
    {
        var value = Value(operation.Value);
        var matched = Expression.Variable(value.Type, "matched");
        return Expression.Block([matched], Expression.Assign(matched, value), Pattern(operation.Pattern, matched));
    }

    private BlockExpression SwitchExpression(ISwitchExpressionOperation operation)
    {
        var type = TypeOf(operation.Type, operation.Syntax);
        var value = Value(operation.Value);
        var switched = Expression.Variable(value.Type, "switched");
        var variables = operation.Arms.SelectMany(a => a.Locals).Select(l => Declare(l, operation.Syntax)).Prepend(switched).ToList();
        Expression result = Expression.Throw(
            Expression.Constant(new EvaluationFault("No arm of a switch expression fits the value. Add an arm '_ => …'.")), type);
        foreach (var arm in operation.Arms.Reverse())
        {
            var test = Pattern(arm.Pattern, switched);
            if (arm.Guard is not null)
            {
                test = Expression.AndAlso(test, Value(arm.Guard));
            }

            result = Expression.Condition(test, To(Value(arm.Value), type), result, type);
        }

        return Expression.Block(type, variables, Expression.Assign(switched, value), result);
    }

    /// <summary>The test; <paramref name="value"/> is a variable, so it may be looked at more than once.</summary>
    private Expression Pattern(IPatternOperation pattern, Expression value)
    {
        EnsureStack();
        switch (pattern)
        {
            case IDiscardPatternOperation:
                return Expression.Constant(true);
            case IConstantPatternOperation constant:
                return Matches(value, constant.Value);
            case INegatedPatternOperation negated:
                return Expression.Not(Pattern(negated.Pattern, value));
            case IBinaryPatternOperation binary:
                var left = Pattern(binary.LeftPattern, value);
                var right = Pattern(binary.RightPattern, value);
                return binary.OperatorKind == BinaryOperatorKind.And ? Expression.AndAlso(left, right) : Expression.OrElse(left, right);
            case IRelationalPatternOperation relational:
                return Relational(relational, value);
            case ITypePatternOperation type:
                return IsOfType(value, TypeOf(type.MatchedType, pattern.Syntax), pattern);
            case IDeclarationPatternOperation declaration:
                var matched = declaration.MatchesNull ? value.Type : TypeOf(declaration.MatchedType, pattern.Syntax);
                var test = declaration.MatchesNull ? Expression.Constant(true) : IsOfType(value, matched, pattern);
                return Bind(test, declaration.DeclaredSymbol, value, pattern);
            case IRecursivePatternOperation { PropertySubpatterns.IsEmpty: true, DeconstructionSubpatterns.IsEmpty: true } recursive:
                return Bind(IsOfType(value, TypeOf(recursive.MatchedType, pattern.Syntax), pattern), recursive.DeclaredSymbol, value, pattern);
            default:
                throw Refusal.NotSupported(pattern.Syntax, "This pattern");
        }
    }

    private Expression Bind(Expression test, ISymbol? symbol, Expression value, IOperation pattern)
    {
        if (symbol is null)
        {
            return test;
        }

        var variable = Variable(symbol, pattern.Syntax);
        return Expression.AndAlso(
            test, Expression.Block(Expression.Assign(variable, Expression.Convert(value, variable.Type)), Expression.Constant(true)));
    }

    private static Expression IsOfType(Expression value, Type type, IOperation pattern)
    {
        if (value.Type == type || Nullable.GetUnderlyingType(value.Type) == type)
        {
            return Expression.Not(IsNull(value));
        }

        // Scalars arrive as 'object' only from the body itself; no class of ours is visible there.
        return value.Type == typeof(object)
            ? Expression.TypeIs(value, type)
            : throw Refusal.NotSupported(pattern.Syntax, "A test for this type");
    }

    private static Expression IsNull(Expression value) => value.Type.IsValueType && Nullable.GetUnderlyingType(value.Type) is null
        ? Expression.Constant(false)
        : Expression.Equal(value, Expression.Constant(null, value.Type));

    private static Expression Matches(Expression value, IOperation constant)
    {
        if (!constant.ConstantValue.HasValue)
        {
            throw Refusal.NotSupported(constant.Syntax, "A case that is not a constant");
        }

        if (constant.ConstantValue.Value is not { } wanted)
        {
            return IsNull(value);
        }

        if (value.Type == typeof(string) && wanted is string)
        {
            return Expression.Call(StringEquals, value, Expression.Constant(wanted));
        }

        if (value.Type == typeof(object))
        {
            return Expression.Call(typeof(object), nameof(object.Equals), null, value, Expression.Constant(wanted, typeof(object)));
        }

        var type = Nullable.GetUnderlyingType(value.Type) ?? value.Type;
        return Expression.Equal(value, Expression.Convert(Expression.Constant(ConstantOf(wanted, type)), value.Type));
    }

    private static Expression Relational(IRelationalPatternOperation pattern, Expression value)
    {
        var type = Nullable.GetUnderlyingType(value.Type) ?? value.Type;
        if (!Ordered.Contains(type) || pattern.Value.ConstantValue.Value is not { } limit)
        {
            throw Refusal.NotSupported(pattern.Syntax, "This comparison");
        }

        var right = Expression.Convert(Expression.Constant(ConstantOf(limit, type)), value.Type);
        return Compare(pattern.OperatorKind, value, right, pattern.Syntax);
    }

    private static object ConstantOf(object value, Type type) =>
        type.IsEnum ? Enum.ToObject(type, value) : Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture);

    private static Expression Compare(BinaryOperatorKind kind, Expression left, Expression right, SyntaxNode syntax) => kind switch
    {
        BinaryOperatorKind.LessThan => Expression.LessThan(left, right),
        BinaryOperatorKind.LessThanOrEqual => Expression.LessThanOrEqual(left, right),
        BinaryOperatorKind.GreaterThan => Expression.GreaterThan(left, right),
        BinaryOperatorKind.GreaterThanOrEqual => Expression.GreaterThanOrEqual(left, right),
        _ => throw Refusal.NotSupported(syntax, $"The operator '{syntax.Kind()}'"),
    };
}
