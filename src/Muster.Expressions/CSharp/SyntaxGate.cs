using System.Collections.Frozen;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Muster.Expressions.CSharp;

/// <summary>
/// The first gate: only these kinds of syntax reach the compiler's binder. It also bounds nesting, since binding nested lambdas takes time that
/// grows exponentially with their depth.
/// </summary>
internal static class SyntaxGate
{
    private const int MaxLambdaDepth = 5;
    private const int MaxDepth = 400;

    private static readonly FrozenSet<SyntaxKind> Allowed = new[]
    {
        // Statements.
        SyntaxKind.Block, SyntaxKind.LocalDeclarationStatement, SyntaxKind.VariableDeclaration, SyntaxKind.VariableDeclarator,
        SyntaxKind.EqualsValueClause, SyntaxKind.ExpressionStatement, SyntaxKind.ReturnStatement, SyntaxKind.IfStatement, SyntaxKind.ElseClause,
        SyntaxKind.WhileStatement, SyntaxKind.DoStatement, SyntaxKind.ForStatement, SyntaxKind.ForEachStatement, SyntaxKind.BreakStatement,
        SyntaxKind.ContinueStatement, SyntaxKind.EmptyStatement, SyntaxKind.SwitchStatement, SyntaxKind.SwitchSection, SyntaxKind.CaseSwitchLabel,
        SyntaxKind.CasePatternSwitchLabel, SyntaxKind.DefaultSwitchLabel, SyntaxKind.LocalFunctionStatement, SyntaxKind.ArrowExpressionClause,
        SyntaxKind.ParameterList, SyntaxKind.Parameter,

        // Names and types.
        SyntaxKind.IdentifierName, SyntaxKind.GenericName, SyntaxKind.TypeArgumentList, SyntaxKind.QualifiedName, SyntaxKind.AliasQualifiedName,
        SyntaxKind.PredefinedType, SyntaxKind.NullableType, SyntaxKind.ArrayType, SyntaxKind.ArrayRankSpecifier, SyntaxKind.OmittedArraySizeExpression,
        SyntaxKind.TupleType, SyntaxKind.TupleElement,

        // Literals.
        SyntaxKind.StringLiteralExpression, SyntaxKind.CharacterLiteralExpression, SyntaxKind.NumericLiteralExpression, SyntaxKind.TrueLiteralExpression,
        SyntaxKind.FalseLiteralExpression, SyntaxKind.NullLiteralExpression, SyntaxKind.DefaultLiteralExpression, SyntaxKind.DefaultExpression,
        SyntaxKind.InterpolatedStringExpression, SyntaxKind.InterpolatedStringText, SyntaxKind.Interpolation, SyntaxKind.InterpolationAlignmentClause,
        SyntaxKind.InterpolationFormatClause,

        // Access and calls.
        SyntaxKind.SimpleMemberAccessExpression, SyntaxKind.ConditionalAccessExpression, SyntaxKind.MemberBindingExpression,
        SyntaxKind.ElementAccessExpression, SyntaxKind.ElementBindingExpression, SyntaxKind.BracketedArgumentList, SyntaxKind.InvocationExpression,
        SyntaxKind.ArgumentList, SyntaxKind.Argument, SyntaxKind.NameColon, SyntaxKind.ObjectCreationExpression, SyntaxKind.ImplicitObjectCreationExpression,
        SyntaxKind.ArrayCreationExpression, SyntaxKind.ImplicitArrayCreationExpression, SyntaxKind.ArrayInitializerExpression,
        SyntaxKind.CollectionInitializerExpression, SyntaxKind.ObjectInitializerExpression, SyntaxKind.ComplexElementInitializerExpression,
        SyntaxKind.ImplicitElementAccess, SyntaxKind.TupleExpression, SyntaxKind.ParenthesizedExpression, SyntaxKind.CastExpression,
        SyntaxKind.SimpleLambdaExpression, SyntaxKind.ParenthesizedLambdaExpression, SyntaxKind.DeclarationExpression,
        SyntaxKind.SingleVariableDesignation, SyntaxKind.ParenthesizedVariableDesignation, SyntaxKind.DiscardDesignation,

        // Operators.
        SyntaxKind.AddExpression, SyntaxKind.SubtractExpression, SyntaxKind.MultiplyExpression, SyntaxKind.DivideExpression, SyntaxKind.ModuloExpression,
        SyntaxKind.LeftShiftExpression, SyntaxKind.RightShiftExpression, SyntaxKind.LogicalOrExpression, SyntaxKind.LogicalAndExpression,
        SyntaxKind.BitwiseOrExpression, SyntaxKind.BitwiseAndExpression, SyntaxKind.ExclusiveOrExpression, SyntaxKind.EqualsExpression,
        SyntaxKind.NotEqualsExpression, SyntaxKind.LessThanExpression, SyntaxKind.LessThanOrEqualExpression, SyntaxKind.GreaterThanExpression,
        SyntaxKind.GreaterThanOrEqualExpression, SyntaxKind.IsExpression, SyntaxKind.CoalesceExpression, SyntaxKind.ConditionalExpression,
        SyntaxKind.UnaryPlusExpression, SyntaxKind.UnaryMinusExpression, SyntaxKind.LogicalNotExpression, SyntaxKind.BitwiseNotExpression,
        SyntaxKind.PreIncrementExpression, SyntaxKind.PreDecrementExpression, SyntaxKind.PostIncrementExpression, SyntaxKind.PostDecrementExpression,
        SyntaxKind.SuppressNullableWarningExpression, SyntaxKind.SimpleAssignmentExpression, SyntaxKind.AddAssignmentExpression,
        SyntaxKind.SubtractAssignmentExpression, SyntaxKind.MultiplyAssignmentExpression, SyntaxKind.DivideAssignmentExpression,
        SyntaxKind.ModuloAssignmentExpression, SyntaxKind.AndAssignmentExpression, SyntaxKind.OrAssignmentExpression, SyntaxKind.ExclusiveOrAssignmentExpression,
        SyntaxKind.CoalesceAssignmentExpression,

        // Patterns.
        SyntaxKind.IsPatternExpression, SyntaxKind.ConstantPattern, SyntaxKind.DeclarationPattern, SyntaxKind.VarPattern, SyntaxKind.DiscardPattern,
        SyntaxKind.NotPattern, SyntaxKind.AndPattern, SyntaxKind.OrPattern, SyntaxKind.RelationalPattern, SyntaxKind.TypePattern,
        SyntaxKind.ParenthesizedPattern, SyntaxKind.RecursivePattern, SyntaxKind.PropertyPatternClause, SyntaxKind.SwitchExpression,
        SyntaxKind.SwitchExpressionArm, SyntaxKind.WhenClause,
    }.ToFrozenSet();

    public static void Check(BlockSyntax body)
    {
        if (body.ContainsDirectives)
        {
            throw Refusal.NotSupported(body, "A preprocessor directive (a line that starts with '#')");
        }

        Check(body, 0, 0);
    }

    private static void Check(SyntaxNode node, int depth, int lambdas)
    {
        if (depth > MaxDepth && node.Parent is not BinaryExpressionSyntax)
        {
            throw new Refusal(ExpressionCodes.TooComplex, node, "The expression is nested too deeply. Split it into statements.");
        }

        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!Allowed.Contains(node.Kind()))
        {
            throw Refusal.NotSupported(node, $"C# syntax of the kind '{node.Kind()}'");
        }

        CheckModifiers(node);
        var inLambda = node is LambdaExpressionSyntax or LocalFunctionStatementSyntax ? lambdas + 1 : lambdas;
        if (inLambda > MaxLambdaDepth)
        {
            throw new Refusal(ExpressionCodes.TooComplex, node, "Lambdas are nested too deeply. Keep intermediate results in variables.");
        }

        foreach (var child in node.ChildNodes())
        {
            Check(child, depth + 1, inLambda);
        }
    }

    private static void CheckModifiers(SyntaxNode node)
    {
        var modifiers = node switch
        {
            LocalDeclarationStatementSyntax local => local.Modifiers.Concat(Tokens(local.UsingKeyword, local.AwaitKeyword)),
            LocalFunctionStatementSyntax function => function.Modifiers.Where(m => !m.IsKind(SyntaxKind.StaticKeyword)),
            LambdaExpressionSyntax lambda => lambda.Modifiers.Where(m => !m.IsKind(SyntaxKind.StaticKeyword)),
            ForEachStatementSyntax forEach => Tokens(forEach.AwaitKeyword),
            ParameterSyntax parameter => parameter.Modifiers,
            ArgumentSyntax argument => Tokens(argument.RefKindKeyword).Where(t => !t.IsKind(SyntaxKind.OutKeyword)),
            _ => [],
        };
        if (modifiers.FirstOrDefault() is { RawKind: not 0 } modifier)
        {
            throw Refusal.NotSupported(node, $"The keyword '{modifier.Text}' here");
        }
    }

    private static IEnumerable<SyntaxToken> Tokens(params SyntaxToken[] tokens) => tokens.Where(t => t.RawKind != 0);
}
