using Microsoft.CodeAnalysis;

namespace Muster.Expressions.CSharp;

/// <summary>Ends the compilation of one expression with one diagnostic.</summary>
internal sealed class Refusal(string code, SyntaxNode? syntax, string text) : Exception(text)
{
    public string Code { get; } = code;

    public SyntaxNode? Syntax { get; } = syntax;

    public static Refusal NotSupported(SyntaxNode? syntax, string what) =>
        new(ExpressionCodes.NotSupported, syntax, $"{what} is not supported in expressions. See docs/expressions.md for what is.");

    public static Refusal NotAuthorized(SyntaxNode? syntax, ISymbol symbol)
    {
        var container = symbol.ContainingType;
        var kind = symbol switch
        {
            IMethodSymbol { MethodKind: MethodKind.Constructor } => "constructor",
            IMethodSymbol => "method",
            IPropertySymbol => "property",
            IFieldSymbol => "field",
            _ => "member",
        };
        var name = symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } ? container.Name : symbol.Name;
        return new Refusal(ExpressionCodes.NotAuthorized, syntax,
            $"The {kind} '{name}' of class '{container?.Name}' in namespace '{container?.ContainingNamespace?.ToDisplayString()}' is not authorized"
            + " in expressions. See docs/expressions.md for what is.");
    }

    public static Refusal TypeNotAuthorized(SyntaxNode? syntax, ITypeSymbol type) => new(ExpressionCodes.NotAuthorized, syntax,
        $"The class '{type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}' in namespace '{type.ContainingNamespace?.ToDisplayString()}'"
        + " is not authorized in expressions. See docs/expressions.md for what is.");
}
