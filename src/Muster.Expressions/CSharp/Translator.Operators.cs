using System.Linq.Expressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;
using Muster.Expressions.Runtime;

namespace Muster.Expressions.CSharp;

/// <summary>Operators, assignments and null handling.</summary>
internal sealed partial class Translator
{
    private static readonly Type[] Operands =
    [
        typeof(bool), typeof(char), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(decimal), typeof(DateTime), typeof(TimeSpan), typeof(Guid),
    ];

    private Expression Binary(IBinaryOperation operation)
    {
        if (operation.OperatorKind == BinaryOperatorKind.Add && operation.Type?.SpecialType == SpecialType.System_String)
        {
            var texts = new List<Expression>();
            Texts(operation, texts);
            return Concat([.. texts]);
        }

        return Combine(operation.OperatorKind, Value(Compared(operation.LeftOperand)), Value(Compared(operation.RightOperand)), operation.Syntax);
    }

    /// <summary>Two entities are compared as objects by the compiler, and by id here; implicit variables are compared with null.</summary>
    private IOperation Compared(IOperation operand) =>
        operand is IConversionOperation { IsImplicit: true, Type.SpecialType: SpecialType.System_Object } conversion
        && (types.EntityTypeOf(conversion.Operand.Type) is not null || types.IsVariables(conversion.Operand.Type))
            ? conversion.Operand
            : operand;

    private void Texts(IOperation operation, List<Expression> texts)
    {
        EnsureStack();
        if (operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String, ConstantValue.HasValue: false } sum)
        {
            Texts(sum.LeftOperand, texts);
            Texts(sum.RightOperand, texts);
            return;
        }

        var value = operation is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand : operation;
        RefuseEntity(value);
        texts.Add(AsText(Value(value)));
    }

    private static Expression Combine(BinaryOperatorKind kind, Expression left, Expression right, SyntaxNode syntax)
    {
        if (kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals)
        {
            var equal = Equality(left, right, syntax);
            return kind == BinaryOperatorKind.Equals ? equal : Expression.Not(equal);
        }

        if (!IsOperand(left.Type) || !IsOperand(right.Type))
        {
            throw Refusal.NotSupported(syntax, $"The operator '{syntax.Kind()}' on these values");
        }

        return kind switch
        {
            BinaryOperatorKind.Add => Expression.Add(left, right),
            BinaryOperatorKind.Subtract => Expression.Subtract(left, right),
            BinaryOperatorKind.Multiply => Expression.Multiply(left, right),
            BinaryOperatorKind.Divide => Expression.Divide(left, right),
            BinaryOperatorKind.Remainder => Expression.Modulo(left, right),
            BinaryOperatorKind.LeftShift => Expression.LeftShift(left, right),
            BinaryOperatorKind.RightShift => Expression.RightShift(left, right),
            BinaryOperatorKind.And => Expression.And(left, right),
            BinaryOperatorKind.Or => Expression.Or(left, right),
            BinaryOperatorKind.ExclusiveOr => Expression.ExclusiveOr(left, right),
            BinaryOperatorKind.ConditionalAnd => Expression.AndAlso(left, right),
            BinaryOperatorKind.ConditionalOr => Expression.OrElse(left, right),
            _ => Compare(kind, left, right, syntax),
        };
    }

    private static bool IsOperand(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return Operands.Contains(plain) || plain.IsEnum;
    }

    private static Expression Equality(Expression left, Expression right, SyntaxNode syntax)
    {
        if (IsNullConstant(right))
        {
            return IsNull(left);
        }

        if (IsNullConstant(left))
        {
            return IsNull(right);
        }

        if (IsResource(left) && IsResource(right))
        {
            return Expression.Call(typeof(EntityAccess), nameof(EntityAccess.Same), null, left, right);
        }

        if (left.Type == typeof(string) && right.Type == typeof(string))
        {
            return Expression.Call(StringEquals, left, right);
        }

        return IsOperand(left.Type) && IsOperand(right.Type)
            ? Expression.Equal(left, right)
            : throw Refusal.NotSupported(syntax, "The comparison of these values");
    }

    private static bool IsNullConstant(Expression value) => value switch
    {
        ConstantExpression { Value: null } => true,
        DefaultExpression => !value.Type.IsValueType || Nullable.GetUnderlyingType(value.Type) is not null,
        _ => false,
    };

    private Expression Unary(IUnaryOperation operation)
    {
        var operand = Value(operation.Operand);
        if (!IsOperand(operand.Type))
        {
            throw Refusal.NotSupported(operation.Syntax, "This operator");
        }

        return operation.OperatorKind switch
        {
            UnaryOperatorKind.Plus => operand,
            UnaryOperatorKind.Minus => Expression.Negate(operand),
            UnaryOperatorKind.Not or UnaryOperatorKind.BitwiseNegation => Expression.Not(operand),
            _ => throw Refusal.NotSupported(operation.Syntax, "This operator"),
        };
    }

    /// <summary>Something that can be read and written; its parts are evaluated once.</summary>
    private sealed record Place(List<ParameterExpression> Variables, List<Expression> Before, Expression Read, Func<Expression, Expression> Write);

    private Place PlaceOf(IOperation target)
    {
        switch (target)
        {
            case ILocalReferenceOperation or IParameterReferenceOperation:
                var variable = Value(target) as ParameterExpression ?? throw Refusal.NotSupported(target.Syntax, "An assignment to this variable");
                return new Place([], [], variable, v => Expression.Assign(variable, v));
            case IDeclarationExpressionOperation declaration:
                return PlaceOf(declaration.Expression);
            case IDiscardOperation:
                return new Place([], [], Expression.Empty(), v => v);
            case IArrayElementReferenceOperation element:
                return Element(ArrayElement(element));
            case IPropertyReferenceOperation { Property.SetMethod: { } setter } property when !types.HoldsEntity(property.Instance?.Type):
                return Property(property, setter);
            default:
                throw Refusal.NotSupported(target.Syntax, "An assignment to this");
        }
    }

    private static Place Element(IndexExpression access)
    {
        var array = Expression.Variable(access.Object!.Type, "array");
        var index = Expression.Variable(typeof(int), "index");
        var element = Expression.ArrayAccess(array, index);
        return new Place(
            [array, index],
            [Expression.Assign(array, access.Object), Expression.Assign(index, access.Arguments[0])],
            element,
            v => Expression.Assign(element, v));
    }

    private Place Property(IPropertyReferenceOperation reference, IMethodSymbol setter)
    {
        var set = MemberTable.Find(setter) ?? throw Refusal.NotAuthorized(reference.Syntax, reference.Property);
        Expression[] parts = [.. Receiver(reference.Instance, reference.Property.Name), .. reference.Arguments.Select(a => Value(a.Value))];
        var variables = parts.Select(p => Expression.Variable(p.Type)).ToList();
        var before = parts.Select((p, i) => (Expression)Expression.Assign(variables[i], p)).ToList();
        var getter = reference.Property.GetMethod;
        var read = getter is not null && MemberTable.Find(getter) is { } get ? Call(get, getter, variables, reference.Syntax) : Expression.Empty();
        var type = TypeOf(reference.Type, reference.Syntax);
        return new Place(variables, before, read, value =>
        {
            var written = Expression.Variable(type, "written");
            return Expression.Block(
                type,
                [written],
                Expression.Assign(written, value),
                Call(set, setter, [.. variables, written], reference.Syntax),
                written);
        });
    }

    private static Expression Use(Place place, Expression body) =>
        place.Variables.Count == 0 ? body : Expression.Block(body.Type, place.Variables, [.. place.Before, body]);

    private Expression Assignment(ISimpleAssignmentOperation assignment)
    {
        if (assignment.IsRef)
        {
            throw Refusal.NotSupported(assignment.Syntax, "An assignment by reference");
        }

        var place = PlaceOf(assignment.Target);
        var value = Value(assignment.Value);
        return Use(place, place.Write(place.Read.Type == typeof(void) ? value : To(value, place.Read.Type)));
    }

    private Expression Compound(ICompoundAssignmentOperation assignment)
    {
        var place = PlaceOf(assignment.Target);
        if (assignment.Type?.SpecialType == SpecialType.System_String)
        {
            var operand = assignment.Value is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand : assignment.Value;
            RefuseEntity(operand);
            return Use(place, place.Write(Concat([place.Read, AsText(Value(operand))])));
        }

        var value = Value(assignment.Value);
        var isShift = assignment.OperatorKind is BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift;
        var left = assignment.OperatorMethod is null && !isShift && IsOperand(value.Type) ? To(place.Read, value.Type) : place.Read;
        return Use(place, place.Write(To(Combine(assignment.OperatorKind, left, value, assignment.Syntax), place.Read.Type)));
    }

    private Expression Increment(IIncrementOrDecrementOperation step)
    {
        var place = PlaceOf(step.Target);
        var type = place.Read.Type;
        if (!IsOperand(type))
        {
            throw Refusal.NotSupported(step.Syntax, "This operator");
        }

        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var wide = plain == typeof(long) || plain == typeof(double) || plain == typeof(decimal) ? plain : typeof(int);
        var wideType = plain == type ? wide : typeof(Nullable<>).MakeGenericType(wide);
        var one = Expression.Convert(Expression.Constant(1), wideType);
        var old = Expression.Variable(type, "old");
        var wideOld = To(old, wideType);
        var changed = step.Kind == OperationKind.Increment ? Expression.Add(wideOld, one) : Expression.Subtract(wideOld, one);
        var write = place.Write(To(changed, type));
        var body = step.IsPostfix
            ? Expression.Block(type, [old], Expression.Assign(old, place.Read), write, old)
            : Expression.Block(type, [old], Expression.Assign(old, place.Read), write);
        return Use(place, body);
    }

    private Expression CoalesceAssignment(ICoalesceAssignmentOperation assignment)
    {
        var place = PlaceOf(assignment.Target);
        var type = place.Read.Type;
        var value = To(Value(assignment.Value), type);
        var result = TypeOf(assignment.Type, assignment.Syntax);
        return Use(place, To(Expression.Condition(IsNull(place.Read), place.Write(value), place.Read, type), result));
    }

    private Expression Deconstruction(IDeconstructionAssignmentOperation assignment)
    {
        var target = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : assignment.Target;
        var value = Value(assignment.Value);
        if (target is not ITupleOperation tuple || !value.Type.IsGenericType || !value.Type.Name.StartsWith("ValueTuple", StringComparison.Ordinal))
        {
            throw Refusal.NotSupported(assignment.Syntax, "This deconstruction");
        }

        var whole = Expression.Variable(value.Type, "whole");
        var statements = new List<Expression> { Expression.Assign(whole, value) };
        for (var i = 0; i < tuple.Elements.Length; i++)
        {
            var place = PlaceOf(tuple.Elements[i]);
            var item = Expression.Field(whole, $"Item{i + 1}");
            statements.Add(Use(place, place.Write(place.Read.Type == typeof(void) ? item : To(item, place.Read.Type))));
        }

        statements.Add(whole);
        return Expression.Block(value.Type, [whole], statements);
    }

    private Expression Coalesce(ICoalesceOperation coalesce)
    {
        var type = TypeOf(coalesce.Type, coalesce.Syntax);
        var value = Value(coalesce.Value);
        if (value.Type.IsValueType && Nullable.GetUnderlyingType(value.Type) is null)
        {
            throw Refusal.NotSupported(coalesce.Syntax, "This use of '??'");
        }

        if (types.HoldsEntity(coalesce.Value.Type) && !types.HoldsEntity(coalesce.Type) && !GivesResources)
        {
            RefuseEntity(coalesce.Value);
        }

        var found = Expression.Variable(value.Type, "found");
        return Expression.Block(
            type,
            [found],
            Expression.Assign(found, value),
            Expression.Condition(IsNull(found), To(Value(coalesce.WhenNull), type), To(found, type), type));
    }

    private Expression Conditional(IConditionalOperation condition)
    {
        var type = TypeOf(condition.Type, condition.Syntax);
        return Expression.Condition(
            Value(condition.Condition),
            To(Value(condition.WhenTrue), type),
            To(Value(condition.WhenFalse ?? throw Refusal.NotSupported(condition.Syntax, "This condition")), type),
            type);
    }

    private Expression ConditionalAccess(IConditionalAccessOperation access)
    {
        var value = Value(access.Operation);
        var found = Expression.Variable(value.Type, "found");
        _accessed.Push(Nullable.GetUnderlyingType(value.Type) is { } plain ? Expression.Convert(found, plain) : found);
        var then = Value(access.WhenNotNull);
        _accessed.Pop();
        if (then.Type == typeof(void))
        {
            return Expression.Block(typeof(void), [found], Expression.Assign(found, value), Expression.IfThen(Expression.Not(IsNull(found)), then));
        }

        var type = access.Type?.SpecialType == SpecialType.System_Void ? then.Type : TypeOf(access.Type, access.Syntax);
        return Expression.Block(
            type,
            [found],
            Expression.Assign(found, value),
            Expression.Condition(IsNull(found), Expression.Default(type), To(then, type), type));
    }

    private Expression IsType(IIsTypeOperation operation)
    {
        if (operation.IsNegated)
        {
            throw Refusal.NotSupported(operation.Syntax, "This test");
        }

        var value = Value(operation.ValueOperand);
        var tested = Expression.Variable(value.Type, "tested");
        return Expression.Block(
            [tested],
            Expression.Assign(tested, value),
            IsOfType(tested, TypeOf(operation.TypeOperand, operation.Syntax), operation));
    }
}
