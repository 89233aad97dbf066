using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;

namespace Muster.Expressions.CSharp;

/// <summary>The compilation unit around one body, and the way back from its positions into the XML file.</summary>
internal sealed class BodySource
{
    private const string Usings =
        "using System; using System.Collections.Generic; using System.Globalization; using System.Linq; using System.Text.RegularExpressions;"
        + " using Microsoft.Extensions.Logging; using Usercube.Expressions.Functions;";

    private readonly string _foot = "\n} } }";

    public BodySource(CSharpText text, string? parameterType, ValueUse use)
    {
        Text = text;
        HasInput = text.Parameter is not null && parameterType is not null;
        var result = use switch
        {
            ValueUse.Boolean => "bool?",
            ValueUse.Dictionary => "global::System.Collections.Generic.Dictionary<string, string>?",
            _ => "object?",
        };
        var head = new StringBuilder($"namespace {SurrogateSource.EntityNamespace} {{ {Usings} file static class Body__ {{ static {result} Run__(");
        var parameters = Translator.Implicit.Where(i => !HasInput || i.Name != text.Parameter).Select(i => $"{i.Type} {i.Name}");
        if (HasInput)
        {
            parameters = parameters.Prepend($"{parameterType} {text.Parameter}");
        }

        head.AppendJoin(", ", parameters).Append(") {");
        BodyStart = head.Length;
        Source = head.Append(text.Body).Append(_foot).ToString();
    }

    public CSharpText Text { get; }

    public bool HasInput { get; }

    public string Source { get; }

    public int BodyStart { get; }

    /// <summary>The body's block, if the braces of the unit are where they were put; null if the body breaks out of them.</summary>
    public BlockSyntax? Body(SyntaxTree tree)
    {
        var unit = (CompilationUnitSyntax)tree.GetRoot();
        var body = unit.Members is [NamespaceDeclarationSyntax { Members: [ClassDeclarationSyntax { Members: [MethodDeclarationSyntax method] }] }]
            ? method.Body
            : null;
        return body?.OpenBraceToken.SpanStart == BodyStart - 1 && body.CloseBraceToken.SpanStart == BodyStart + Text.Body.Length + 1 ? body : null;
    }

    /// <summary>
    /// The place in the file of a position in the unit, through line breaks and character references of the attribute.
    /// </summary>
    public SourceLocation Locate(ValueSource source, int position)
    {
        var start = source.ExpressionLocation;
        if (start.Line == 0)
        {
            return start;
        }

        var offset = Math.Clamp(position - BodyStart, 0, Text.Body.Length) + Text.BodyOffset;
        if (source.ExpressionAttribute is { } attribute)
        {
            return attribute.At(offset);
        }

        var (line, column) = Text.Position(offset);
        return start with { Line = start.Line + line, Column = line == 0 ? start.Column + column : column + 1 };
    }
}
