using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Muster.Expressions.Runtime;

namespace Muster.Expressions.CSharp;

/// <summary>
/// The closed list of members that expressions may use (rolemodel.md 4.5), each with the method of ours that stands for it. A member that is
/// not here cannot be called, whatever it is.
/// </summary>
internal static class MemberTable
{
    /// <summary>Members of the library that need no charging: they are cheap, and the same on every host.</summary>
    private static readonly (Type Type, string[] Names)[] Plain =
    [
        (typeof(char),
        [
            "IsLetter", "IsDigit", "IsLetterOrDigit", "IsUpper", "IsLower", "IsWhiteSpace", "IsPunctuation", "IsNumber", "IsSymbol", "IsSeparator",
            "IsControl", "IsAscii", "IsAsciiLetter", "IsAsciiDigit", "IsAsciiLetterOrDigit", "IsAsciiLetterUpper", "IsAsciiLetterLower",
            "ToUpperInvariant", "ToLowerInvariant", "GetNumericValue", "ToString", "Equals", "CompareTo",
        ]),
        (typeof(Convert),
        [
            "ToBoolean", "ToByte", "ToSByte", "ToInt16", "ToUInt16", "ToInt32", "ToUInt32", "ToInt64", "ToUInt64", "ToDouble", "ToSingle", "ToDecimal",
            "ToChar", "ToString",
        ]),
    ];

    private static readonly FrozenSet<Type> PlainParameters = new[]
    {
        typeof(string), typeof(bool), typeof(char), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long),
        typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(object), typeof(IFormatProvider),
    }.ToFrozenSet();

    private static readonly FrozenDictionary<string, MethodInfo> Methods = Collect().ToFrozenDictionary();

    public static MethodInfo? Find(IMethodSymbol symbol)
    {
        var definition = (symbol.ReducedFrom ?? symbol).OriginalDefinition;
        var kind = definition.MethodKind switch
        {
            MethodKind.PropertyGet => "get ",
            MethodKind.PropertySet => "set ",
            MethodKind.Constructor => "new ",
            MethodKind.Ordinary or MethodKind.ReducedExtension => "",
            _ => null,
        };
        if (kind is null || definition.ContainingType is not { } type)
        {
            return null;
        }

        var name = definition.AssociatedSymbol is IPropertySymbol property
            ? (property.IsIndexer ? "Item" : property.Name)
            : kind == "new " ? "New" : definition.Name;
        var typeParameters = TypeParameters(type).Concat(definition.TypeParameters).ToArray();
        var shapes = definition.Parameters
            .Select(p => p.RefKind switch
            {
                RefKind.None => TypeMap.Shape(p.Type, typeParameters),
                RefKind.Out => "out " + TypeMap.Shape(p.Type, typeParameters),
                _ => "ref",
            });
        if (!definition.IsStatic && kind != "new ")
        {
            shapes = shapes.Prepend(TypeMap.Shape(type, typeParameters));
        }

        return Methods.GetValueOrDefault($"{kind}{TypeMap.MetadataName(type)}.{name}({string.Join(',', shapes)})");
    }

    private static IEnumerable<ITypeParameterSymbol> TypeParameters(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? TypeParameters(outer).Concat(type.TypeParameters) : type.TypeParameters;

    private static Dictionary<string, MethodInfo> Collect()
    {
        var methods = new Dictionary<string, MethodInfo>(StringComparer.Ordinal);
        foreach (var type in typeof(MemberTable).Assembly.GetTypes())
        {
            foreach (var of in type.GetCustomAttributes<MembersOfAttribute>())
            {
                foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
                {
                    methods.Add(Key(method, of.TypeName), method);
                }
            }
        }

        foreach (var (type, names) in Plain)
        {
            AddPlain(methods, type, names);
        }

        return methods;
    }

    private static void AddPlain(Dictionary<string, MethodInfo> methods, Type type, string[] names)
    {
        foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance))
        {
            var parameters = method.GetParameters();
            if (!names.Contains(method.Name) || method.IsGenericMethod || !Array.TrueForAll(parameters, p => PlainParameters.Contains(p.ParameterType)))
            {
                continue;
            }

            var shapes = parameters.Select(p => TypeMap.Shape(p.ParameterType));
            if (!method.IsStatic)
            {
                shapes = shapes.Prepend(TypeMap.Shape(type));
            }

            methods.TryAdd($"{type.FullName}.{method.Name}({string.Join(',', shapes)})", method);
        }
    }

    private static string Key(MethodInfo method, string typeName)
    {
        var kind = method.IsDefined(typeof(GetterAttribute)) ? "get "
            : method.IsDefined(typeof(SetterAttribute)) ? "set "
            : method.IsDefined(typeof(ConstructorAttribute)) ? "new "
            : "";
        var shapes = method.GetParameters().Select(p => p.ParameterType).Where(t => t != typeof(EvaluationFrame)).Select(TypeMap.Shape);
        return string.Create(CultureInfo.InvariantCulture, $"{kind}{typeName}.{method.Name}({string.Join(',', shapes)})");
    }
}
