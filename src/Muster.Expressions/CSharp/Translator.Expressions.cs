using System.Linq.Expressions;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Muster.Expressions.Runtime;

namespace Muster.Expressions.CSharp;

/// <summary>Expressions, except operators and calls.</summary>
internal sealed partial class Translator
{
    private static readonly MethodInfo ConcatTwo =
        typeof(StringJoiningMembers).GetMethod(nameof(StringJoiningMembers.Concat), [typeof(EvaluationFrame), typeof(string), typeof(string)])!;

    private static readonly MethodInfo ConcatMany =
        typeof(StringJoiningMembers).GetMethod(nameof(StringJoiningMembers.Concat), [typeof(EvaluationFrame), typeof(string[])])!;

    private readonly Stack<Expression> _initialized = new();

    /// <summary>Whether values may become <c>object</c> although they hold entities: only where resources are the result.</summary>
    public bool GivesResources { get; init; }

    private Expression Value(IOperation operation)
    {
        EnsureStack();
        // A null may name any type in a conversion or default value, so those are looked at as they stand.
        var isTypedNull = operation is (IConversionOperation or IDefaultValueOperation) and { ConstantValue.Value: null };
        if (operation.ConstantValue.HasValue && !isTypedNull && operation is not ISimpleAssignmentOperation)
        {
            return Constant(operation);
        }

        switch (operation)
        {
            case ILocalReferenceOperation local:
                return Variable(local.Local, local.Syntax);
            case IParameterReferenceOperation parameter:
                return Variable(parameter.Parameter, parameter.Syntax);
            case IPropertyReferenceOperation property:
                return Property(property);
            case IFieldReferenceOperation field:
                return Field(field);
            case IArrayElementReferenceOperation element:
                return ArrayElement(element);
            case IInvocationOperation invocation:
                return Invocation(invocation);
            case IObjectCreationOperation creation:
                return Creation(creation);
            case IArrayCreationOperation creation:
                return ArrayCreation(creation);
            case ITupleOperation tuple:
                return Tuple(tuple);
            case IConversionOperation conversion:
                return Conversion(conversion);
            case IDelegateCreationOperation creation:
                return Delegate(creation, isArgument: false);
            case IInterpolatedStringOperation interpolated:
                return Interpolated(interpolated);
            case IDefaultValueOperation:
                return Expression.Default(TypeOf(operation.Type, operation.Syntax));
            default:
                return Operator(operation);
        }
    }

    private Expression Operator(IOperation operation) => operation switch
    {
        IBinaryOperation binary => Binary(binary),
        IUnaryOperation unary => Unary(unary),
        IIncrementOrDecrementOperation step => Increment(step),
        ISimpleAssignmentOperation assignment => Assignment(assignment),
        ICompoundAssignmentOperation assignment => Compound(assignment),
        ICoalesceAssignmentOperation assignment => CoalesceAssignment(assignment),
        IDeconstructionAssignmentOperation assignment => Deconstruction(assignment),
        ICoalesceOperation coalesce => Coalesce(coalesce),
        IConditionalOperation condition => Conditional(condition),
        IConditionalAccessOperation access => ConditionalAccess(access),
        IConditionalAccessInstanceOperation => _accessed.Peek(),
        IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } => _initialized.Peek(),
        IIsPatternOperation pattern => IsPattern(pattern),
        IIsTypeOperation type => IsType(type),
        ISwitchExpressionOperation choice => SwitchExpression(choice),
        _ => throw Refusal.NotSupported(operation.Syntax, $"An expression of the kind '{operation.Kind}'"),
    };

    private ConstantExpression Constant(IOperation operation)
    {
        var value = operation.ConstantValue.Value;
        if (operation.Type is null)
        {
            return Expression.Constant(null, typeof(object));
        }

        var type = TypeOf(operation.Type, operation.Syntax);
        if (value is null)
        {
            return Expression.Constant(null, type);
        }

        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return Expression.Constant(plain == typeof(object) ? value : ConstantOf(value, plain), type);
    }

    private Expression Property(IPropertyReferenceOperation reference)
    {
        if (reference.Instance is { } holder && types.EntityTypeOf(holder.Type) is { } entityType)
        {
            return Entity(reference, entityType, Value(holder));
        }

        if (reference.Property.GetMethod is not { } getter || MemberTable.Find(getter) is not { } method)
        {
            // Strings' and arrays' length is declared on their own types in every framework.
            throw Refusal.NotAuthorized(reference.Syntax, reference.Property);
        }

        List<Expression> arguments = [.. Receiver(reference.Instance, reference.Property.Name), .. reference.Arguments.Select(a => Value(a.Value))];
        return Call(method, getter, arguments, reference.Syntax);
    }

    private IEnumerable<Expression> Receiver(IOperation? instance, string member)
    {
        if (instance is null)
        {
            return [];
        }

        var value = Value(instance);
        return value.Type.IsValueType || value is ConstantExpression { Value: not null }
            ? [value]
            : [Expression.Call(typeof(EvaluationFrame), nameof(EvaluationFrame.NotNull), [value.Type], value, Expression.Constant(member))];
    }

    private Expression Field(IFieldReferenceOperation reference)
    {
        var field = reference.Field;
        if (reference.Instance is { Type.IsTupleType: true } tuple)
        {
            return Expression.Field(Value(tuple), (field.CorrespondingTupleField ?? field).Name);
        }

        return (TypeMap.MetadataName(field.ContainingType), field.Name) switch
        {
            ("System.String", "Empty") => Expression.Constant(""),
            ("System.DateTime", "MinValue") => Expression.Constant(DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc)),
            ("System.DateTime", "MaxValue") => Expression.Constant(DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)),
            ("System.DateTime", "UnixEpoch") => Expression.Constant(DateTime.UnixEpoch),
            ("System.TimeSpan", "Zero") => Expression.Constant(TimeSpan.Zero),
            ("System.Guid", "Empty") => Expression.Constant(Guid.Empty),
            _ => throw Refusal.NotAuthorized(reference.Syntax, field),
        };
    }

    private IndexExpression ArrayElement(IArrayElementReferenceOperation element)
    {
        if (element.Indices.Length != 1)
        {
            throw Refusal.NotSupported(element.Syntax, "An array of several dimensions");
        }

        return Expression.ArrayAccess(Value(element.ArrayReference), To(Value(element.Indices[0]), typeof(int)));
    }

    private Expression Creation(IObjectCreationOperation creation)
    {
        var type = TypeOf(creation.Type, creation.Syntax);
        if (type.IsValueType && creation.Arguments.IsEmpty && creation.Initializer is null)
        {
            return Expression.Default(type);
        }

        RefuseEntities(creation.Constructor!, creation.Arguments, creation.Syntax);
        var method = MemberTable.Find(creation.Constructor!) ?? throw Refusal.NotAuthorized(creation.Syntax, creation.Constructor!);
        var created = Call(method, creation.Constructor!, Arguments(creation.Arguments), creation.Syntax);
        if (creation.Initializer is not { } initializer)
        {
            return created;
        }

        var variable = Expression.Variable(type, "created");
        _initialized.Push(variable);
        var statements = new List<Expression> { Expression.Assign(variable, created) };
        statements.AddRange(initializer.Initializers.Select(Value));
        statements.Add(variable);
        _initialized.Pop();
        return Expression.Block(type, [variable], statements);
    }

    private Expression ArrayCreation(IArrayCreationOperation creation)
    {
        if (creation.DimensionSizes.Length != 1 || creation.Type is not IArrayTypeSymbol array)
        {
            throw Refusal.NotSupported(creation.Syntax, "An array of several dimensions");
        }

        var element = TypeOf(array.ElementType, creation.Syntax);
        var size = To(Value(creation.DimensionSizes[0]), typeof(int));
        var created = Expression.Call(_frame, nameof(EvaluationFrame.Array), [element], size);
        if (creation.Initializer is not { } initializer)
        {
            return created;
        }

        var variable = Expression.Variable(element.MakeArrayType(), "created");
        var statements = new List<Expression> { Expression.Assign(variable, created) };
        for (var i = 0; i < initializer.ElementValues.Length; i++)
        {
            statements.Add(Expression.Assign(Expression.ArrayAccess(variable, Expression.Constant(i)), To(Value(initializer.ElementValues[i]), element)));
        }

        statements.Add(variable);
        return Expression.Block(variable.Type, [variable], statements);
    }

    private Expression Tuple(ITupleOperation tuple)
    {
        var type = TypeOf(tuple.Type, tuple.Syntax);
        var elements = tuple.Elements.Select((e, i) => To(Value(e), type.GetGenericArguments()[i]));
        return Expression.New(type.GetConstructor(type.GetGenericArguments())!, elements);
    }

    private Expression Conversion(IConversionOperation conversion)
    {
        var type = TypeOf(conversion.Type, conversion.Syntax);
        var operand = conversion.Operand;
        if (operand.ConstantValue is { HasValue: true, Value: null })
        {
            if (operand.Type is not null)
            {
                // Only for what it refuses.
                Value(operand);
            }

            return Expression.Default(type);
        }

        if (conversion.OperatorMethod is { } method && method.ContainingType.SpecialType != SpecialType.System_Decimal)
        {
            throw Refusal.NotAuthorized(conversion.Syntax, method);
        }

        var isHidden = types.HoldsEntity(operand.Type) && !types.HoldsEntity(conversion.Type);
        if (isHidden && !(GivesResources && type == typeof(object)))
        {
            throw new Refusal(ExpressionCodes.EntityArgument, conversion.Syntax,
                "An entity is used where a plain value is needed. Use one of its properties.");
        }

        if (type == typeof(object))
        {
            RefuseVariables(operand);
        }

        var value = Value(operand);
        if (value.Type == type || (type.IsAssignableFrom(value.Type) && !value.Type.IsValueType))
        {
            return To(value, type);
        }

        // Reference conversions downwards could uncover what stands behind an interface; only plain values come out of 'object'.
        var isDown = !type.IsValueType && value.Type != typeof(object);
        if (!conversion.IsImplicit && !type.IsValueType && (isDown || types.HoldsEntity(conversion.Type)))
        {
            throw Refusal.NotSupported(conversion.Syntax, "This conversion");
        }

        if (type.IsGenericType && Nullable.GetUnderlyingType(type) is null)
        {
            throw Refusal.NotSupported(conversion.Syntax, "This conversion");
        }

        return Expression.Convert(value, type);
    }

    private Expression Interpolated(IInterpolatedStringOperation interpolated)
    {
        var parts = interpolated.Parts.Select(part => part switch
        {
            IInterpolatedStringTextOperation text => Expression.Constant(text.Text.ConstantValue.Value as string ?? ""),
            IInterpolationOperation hole => Hole(hole),
            _ => throw Refusal.NotSupported(part.Syntax, "This part of a text"),
        }).ToArray();
        return Concat(parts);
    }

    private Expression Hole(IInterpolationOperation hole)
    {
        RefuseEntity(hole.Expression);
        var value = Value(hole.Expression);
        if (hole.Alignment is null && hole.FormatString is null)
        {
            return AsText(value);
        }

        var alignment = hole.Alignment?.ConstantValue.Value is int width ? width : 0;
        var format = hole.FormatString is { } text ? text.ConstantValue.Value as string : null;
        return Expression.Call(typeof(FormatSafety), nameof(FormatSafety.Part), null,
            _frame, To(value, typeof(object)), Expression.Constant(alignment), Expression.Constant(format, typeof(string)));
    }

    private static Expression AsText(Expression value) => value.Type == typeof(string)
        ? value
        : Expression.Call(typeof(EvaluationFrame), nameof(EvaluationFrame.Text), null, To(value, typeof(object)));

    private Expression Concat(Expression[] texts) => texts.Length == 2
        ? Expression.Call(ConcatTwo, _frame, texts[0], texts[1])
        : Expression.Call(ConcatMany, _frame, Expression.NewArrayInit(typeof(string), texts));

    private void RefuseVariables(IOperation value)
    {
        if (types.IsVariables(value.Type))
        {
            throw new Refusal(ExpressionCodes.ResultType, value.Syntax,
                $"'{value.Type!.Name}' is used where a plain value is needed. Use one of its members.");
        }
    }

    private void RefuseEntity(IOperation value)
    {
        RefuseVariables(value);
        if (types.HoldsEntity(value.Type))
        {
            throw new Refusal(ExpressionCodes.EntityArgument, value.Syntax,
                "An entity is used where a plain value is needed. Use one of its properties.");
        }
    }
}
