using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Muster.Expressions.CSharp;

/// <summary>Checks at deployment that what a body returns is something its consumer can take.</summary>
internal static class ResultCheck
{
    public static void Check(IBlockOperation body, ValueUse use, TypeMap types)
    {
        if (use is ValueUse.Boolean or ValueUse.Dictionary)
        {
            // The compiler has checked these.
            return;
        }

        foreach (var result in Returns(body))
        {
            Check(result, use, types);
        }
    }

    private static IEnumerable<IOperation> Returns(IOperation operation)
    {
        if (operation is IReturnOperation { ReturnedValue: { } value })
        {
            yield return value;
            yield break;
        }

        if (operation is IAnonymousFunctionOperation or ILocalFunctionOperation)
        {
            yield break;
        }

        foreach (var found in operation.ChildOperations.SelectMany(Returns))
        {
            yield return found;
        }
    }

    private static void Check(IOperation value, ValueUse use, TypeMap types)
    {
        while (value is IConversionOperation { IsImplicit: true, Type.SpecialType: SpecialType.System_Object } conversion)
        {
            value = conversion.Operand;
        }

        if (value.ConstantValue is { HasValue: true, Value: null } || value.Type is null || value.Type.SpecialType == SpecialType.System_Object)
        {
            return;
        }

        var holdsEntity = types.HoldsEntity(value.Type);
        var fits = use == ValueUse.Resources ? holdsEntity && IsResources(value.Type, types) : IsScalar(value.Type);
        if (!fits)
        {
            var wanted = use == ValueUse.Resources ? "an entity or a sequence of entities" : "a plain value, such as a text, a number or a date";
            throw new Refusal(ExpressionCodes.ResultType, value.Syntax,
                $"The expression returns '{value.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}', but here it must return {wanted}.");
        }
    }

    private static bool IsResources(ITypeSymbol type, TypeMap types) => type switch
    {
        IArrayTypeSymbol array => types.EntityTypeOf(array.ElementType) is not null,
        INamedTypeSymbol { TypeArguments: [var element] } => types.EntityTypeOf(element) is not null && !type.IsTupleType,
        _ => types.EntityTypeOf(type) is not null,
    };

    private static bool IsScalar(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType.SpecialType == SpecialType.System_Byte,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => IsScalar(nullable.TypeArguments[0]),
        _ => type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_String or SpecialType.System_DateTime
            || type.ToDisplayString() == "System.Guid",
    };
}
