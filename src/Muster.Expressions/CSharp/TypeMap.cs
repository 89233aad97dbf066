using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Muster.Configuration.Model;
using Muster.Expressions.Resources;
using Muster.Expressions.Runtime;

namespace Muster.Expressions.CSharp;

/// <summary>The closed list of types that expressions may use, and what stands for each at run time.</summary>
internal sealed class TypeMap(IReadOnlyDictionary<string, EntityType> entityTypes)
{
    private const string Surrogates = SurrogateSource.Namespace + ".";

    private static readonly FrozenDictionary<string, Type> Types = Closed().ToFrozenDictionary();

    private static readonly FrozenDictionary<Type, string> SurrogateNames = Types
        .Where(p => p.Key.StartsWith(Surrogates, StringComparison.Ordinal) || p.Key.StartsWith("Microsoft.", StringComparison.Ordinal))
        .ToFrozenDictionary(p => p.Value, p => p.Key);

    /// <summary>The type at run time, or null if expressions may not use it.</summary>
    public Type? Find(ITypeSymbol? type)
    {
        switch (type)
        {
            case IArrayTypeSymbol { Rank: 1 } array:
                return Find(array.ElementType)?.MakeArrayType();
            case INamedTypeSymbol named when EntityTypeOf(named) is not null:
                return typeof(IResource);
            case INamedTypeSymbol { IsTupleType: true } tuple:
                return Generic(tuple.TupleUnderlyingType ?? tuple);
            case INamedTypeSymbol { IsGenericType: true } generic:
                return Generic(generic);
            case INamedTypeSymbol { TypeKind: not TypeKind.Dynamic } named:
                return Types.GetValueOrDefault(MetadataName(named));
            default:
                return null;
        }
    }

    public EntityType? EntityTypeOf(ITypeSymbol? type) =>
        type is INamedTypeSymbol { IsGenericType: false } named && named.ContainingAssembly?.Name == SurrogateCompilation.AssemblyName
        && named.ContainingNamespace.ToDisplayString() == SurrogateSource.EntityNamespace
            ? entityTypes.GetValueOrDefault(named.Name)
            : null;

    /// <summary>The entity types that a value of the type may hold.</summary>
    public IEnumerable<EntityType> EntityTypesIn(ITypeSymbol? type)
    {
        switch (type)
        {
            case IArrayTypeSymbol array:
                return EntityTypesIn(array.ElementType);
            case INamedTypeSymbol named when EntityTypeOf(named) is { } entityType:
                return [entityType];
            case INamedTypeSymbol named:
                return named.TypeArguments.SelectMany(EntityTypesIn);
            default:
                return [];
        }
    }

    public bool HoldsEntity(ITypeSymbol? type) => EntityTypesIn(type).Any();

    /// <summary>Whether the type is that of an implicit variable, or of something that it gives: it has members, but no value of its own.</summary>
    public bool IsVariables(ITypeSymbol? type) =>
        type is INamedTypeSymbol { ContainingAssembly.Name: SurrogateCompilation.AssemblyName } named && EntityTypeOf(named) is null;

    /// <summary>How a type is written in the keys of <see cref="MemberTable"/>; type parameters are numbered.</summary>
    public static string Shape(ITypeSymbol type, IReadOnlyList<ITypeParameterSymbol> parameters)
    {
        switch (type)
        {
            case IArrayTypeSymbol array:
                return Shape(array.ElementType, parameters) + "[]";
            case ITypeParameterSymbol parameter:
                var index = parameters.ToList().FindIndex(p => p.Name == parameter.Name && p.TypeParameterKind == parameter.TypeParameterKind);
                return string.Create(CultureInfo.InvariantCulture, $"!{index}");
            case INamedTypeSymbol named:
                var shape = new StringBuilder(MetadataName(named.OriginalDefinition));
                var arguments = AllArguments(named);
                if (arguments.Count > 0)
                {
                    shape.Append('<').AppendJoin(',', arguments.Select(a => Shape(a, parameters))).Append('>');
                }

                return shape.ToString();
            default:
                return type.ToDisplayString();
        }
    }

    /// <summary>The same for a type of the CLR.</summary>
    public static string Shape(Type type)
    {
        if (type.IsByRef)
        {
            return "out " + Shape(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Shape(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericMethodParameter)
        {
            return string.Create(CultureInfo.InvariantCulture, $"!{type.GenericParameterPosition}");
        }

        if (SurrogateNames.TryGetValue(type, out var surrogate))
        {
            return surrogate;
        }

        return type.IsGenericType
            ? $"{type.GetGenericTypeDefinition().FullName}<{string.Join(',', type.GetGenericArguments().Select(Shape))}>"
            : type.FullName!;
    }

    public static string MetadataName(INamedTypeSymbol type)
    {
        if (type.ContainingType is { } outer)
        {
            return MetadataName(outer) + "+" + type.MetadataName;
        }

        return type.ContainingNamespace is { IsGlobalNamespace: false } space ? $"{space.ToDisplayString()}.{type.MetadataName}" : type.MetadataName;
    }

    private static List<ITypeSymbol> AllArguments(INamedTypeSymbol type) =>
        [.. type.ContainingType is { } outer ? AllArguments(outer) : [], .. type.TypeArguments];

    private Type? Generic(INamedTypeSymbol type)
    {
        if (!Types.TryGetValue(MetadataName(type.OriginalDefinition), out var definition))
        {
            return null;
        }

        var arguments = AllArguments(type).ConvertAll(a => Find(a));
        return arguments.Contains(null) ? null : definition.MakeGenericType([.. arguments.OfType<Type>()]);
    }

    private static Dictionary<string, Type> Closed()
    {
        Type[] types =
        [
            typeof(object), typeof(string), typeof(bool), typeof(char), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint),
            typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(DateTime), typeof(TimeSpan), typeof(Guid), typeof(void),
            typeof(DayOfWeek), typeof(DateTimeKind), typeof(StringComparison), typeof(StringSplitOptions), typeof(StringComparer), typeof(IFormatProvider),
            typeof(CultureInfo), typeof(NumberStyles), typeof(NormalizationForm), typeof(Random), typeof(Array), typeof(Base64FormattingOptions),
            typeof(Nullable<>), typeof(Regex), typeof(RegexOptions), typeof(Match), typeof(MatchCollection), typeof(Group), typeof(GroupCollection),
            typeof(Capture), typeof(CaptureCollection), typeof(MatchEvaluator),
            typeof(List<>), typeof(HashSet<>), typeof(Dictionary<,>), typeof(Dictionary<,>.KeyCollection), typeof(Dictionary<,>.ValueCollection),
            typeof(KeyValuePair<,>), typeof(IEnumerable<>), typeof(ICollection<>), typeof(IList<>), typeof(IReadOnlyCollection<>), typeof(IReadOnlyList<>),
            typeof(IDictionary<,>), typeof(IReadOnlyDictionary<,>), typeof(IOrderedEnumerable<>), typeof(IGrouping<,>), typeof(IComparer<>),
            typeof(IEqualityComparer<>), typeof(Func<>), typeof(Func<,>), typeof(Func<,,>), typeof(Func<,,,>), typeof(ValueTuple<>), typeof(ValueTuple<,>),
            typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>), typeof(ValueTuple<,,,,>),
        ];
        var closed = types.ToDictionary(t => t.FullName!);
        closed[Surrogates + "IQueryHandler"] = typeof(QueryHandler);
        closed[Surrogates + "AssignmentInformation"] = typeof(AssignmentInformation);
        closed[Surrogates + "ProvisioningOrder"] = typeof(OrderFacts);
        closed[Surrogates + "OrderChange"] = typeof(OrderChange);
        closed["Microsoft.Extensions.Logging.ILogger"] = typeof(ExpressionLog);
        return closed;
    }
}
