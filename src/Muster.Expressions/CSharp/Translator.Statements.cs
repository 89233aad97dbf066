using System.Linq.Expressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Muster.Expressions.Runtime;

namespace Muster.Expressions.CSharp;

/// <summary>Statements.</summary>
internal sealed partial class Translator
{
    private BlockExpression Block(IBlockOperation block)
    {
        var variables = block.Locals.Select(l => Declare(l, block.Syntax)).ToList();
        var statements = new List<Expression>();
        foreach (var function in block.Operations.OfType<ILocalFunctionOperation>())
        {
            variables.Add(DeclareFunction(function));
        }

        foreach (var function in block.Operations.OfType<ILocalFunctionOperation>())
        {
            var variable = _variables[function.Symbol];
            var body = function.Body ?? throw Refusal.NotSupported(function.Syntax, "A function without a body");
            statements.Add(Expression.Assign(variable, Lambda(function.Symbol, body, variable.Type)));
        }

        statements.AddRange(block.Operations.Where(o => o is not ILocalFunctionOperation).Select(Statement));
        return Expression.Block(typeof(void), variables, statements.Count == 0 ? [Expression.Empty()] : statements);
    }

    private ParameterExpression DeclareFunction(ILocalFunctionOperation function)
    {
        if (function.Symbol.Parameters.Any(p => types.HoldsEntity(p.Type)))
        {
            throw new Refusal(ExpressionCodes.EntityArgument, function.Syntax,
                $"The function '{function.Symbol.Name}' takes entities as arguments, which only the listed LINQ operators may. Pass their properties.");
        }

        var signature = function.Symbol.Parameters.Select(p => TypeOf(p.Type, function.Syntax))
            .Append(function.Symbol.ReturnsVoid ? typeof(void) : TypeOf(function.Symbol.ReturnType, function.Syntax));
        var variable = Expression.Variable(Expression.GetDelegateType([.. signature]), function.Symbol.Name);
        _variables[function.Symbol] = variable;
        return variable;
    }

    private Expression Statement(IOperation? operation)
    {
        EnsureStack();
        switch (operation)
        {
            case null or IEmptyOperation:
                return Expression.Empty();
            case IBlockOperation block:
                return Block(block);
            case IVariableDeclarationGroupOperation group:
                return Sequence(group.Declarations.SelectMany(d => d.Declarators).Select(Declarator));
            case IVariableDeclarationOperation declaration:
                return Sequence(declaration.Declarators.Select(Declarator));
            case IExpressionStatementOperation expression:
                return Expression.Block(typeof(void), Value(expression.Operation));
            case IReturnOperation { ReturnedValue: null }:
                return Expression.Return(_function.Return);
            case IReturnOperation { Kind: OperationKind.Return } result:
                return Expression.Block(
                    typeof(void),
                    Expression.Assign(_function.Given!, To(Value(result.ReturnedValue!), _function.Result)),
                    Expression.Goto(_function.Return));
            case IConditionalOperation condition:
                return Expression.IfThenElse(Value(condition.Condition), Statement(condition.WhenTrue), Statement(condition.WhenFalse));
            case IWhileLoopOperation loop:
                return While(loop);
            case IForLoopOperation loop:
                return For(loop);
            case IForEachLoopOperation loop:
                return ForEach(loop);
            case IBranchOperation { BranchKind: BranchKind.Break or BranchKind.Continue } branch:
                return Expression.Goto(Label(branch.Target));
            case ISwitchOperation choice:
                return Switch(choice);
            default:
                throw Refusal.NotSupported(operation.Syntax, $"A statement of the kind '{operation.Kind}'");
        }
    }

    private static Expression Sequence(IEnumerable<Expression> statements)
    {
        Expression[] all = [.. statements];
        return all.Length == 0 ? Expression.Empty() : Expression.Block(typeof(void), all);
    }

    private Expression Declarator(IVariableDeclaratorOperation declarator)
    {
        var variable = Variable(declarator.Symbol, declarator.Syntax);
        var initializer = declarator.GetVariableInitializer();
        return initializer is null
            ? Expression.Assign(variable, Expression.Default(variable.Type))
            : Expression.Assign(variable, To(Value(initializer.Value), variable.Type));
    }

    private LoopExpression Repeat(ILoopOperation loop, Expression? test, Expression body, Expression? next, bool testsFirst)
    {
        var exit = Label(loop.ExitLabel);
        var round = new List<Expression> { Frame(nameof(EvaluationFrame.Step)) };
        var check = test is null ? Expression.Empty() : (Expression)Expression.IfThen(Expression.Not(test), Expression.Break(exit));
        if (testsFirst)
        {
            round.Add(check);
        }

        round.Add(body);
        round.Add(Expression.Label(Label(loop.ContinueLabel)));
        if (next is not null)
        {
            round.Add(next);
        }

        if (!testsFirst)
        {
            round.Add(check);
        }

        return Expression.Loop(Expression.Block(typeof(void), round), exit);
    }

    private Expression While(IWhileLoopOperation loop)
    {
        if (loop.ConditionIsUntil)
        {
            throw Refusal.NotSupported(loop.Syntax, "This loop");
        }

        var variables = loop.Locals.Select(l => Declare(l, loop.Syntax)).ToList();
        var test = Value(loop.Condition!);
        return Expression.Block(typeof(void), variables, Repeat(loop, test, Statement(loop.Body), null, loop.ConditionIsTop));
    }

    private Expression For(IForLoopOperation loop)
    {
        var variables = loop.Locals.Concat(loop.ConditionLocals).Select(l => Declare(l, loop.Syntax)).ToList();
        var before = Sequence(loop.Before.Select(Statement));
        var test = loop.Condition is null ? null : Value(loop.Condition);
        var body = Statement(loop.Body);
        return Expression.Block(typeof(void), variables, before, Repeat(loop, test, body, Sequence(loop.AtLoopBottom.Select(Statement)), true));
    }

    private Expression ForEach(IForEachLoopOperation loop)
    {
        if (loop.IsAsynchronous || loop.LoopControlVariable is not IVariableDeclaratorOperation control)
        {
            throw Refusal.NotSupported(loop.Syntax, "This form of foreach");
        }

        var collection = Value(loop.Collection);
        var sequence = SequenceType(collection.Type) ?? throw Refusal.NotSupported(loop.Collection.Syntax, "A loop over this value");
        var element = sequence.GetGenericArguments()[0];
        var enumerator = Expression.Variable(typeof(IEnumerator<>).MakeGenericType(element), "each");
        var notNull = Expression.Call(typeof(EvaluationFrame), nameof(EvaluationFrame.NotNull), [sequence],
            To(collection, sequence), Expression.Constant("foreach"));
        var variables = loop.Locals.Select(l => Declare(l, loop.Syntax)).ToList();
        var variable = Variable(control.Symbol, loop.Syntax);
        var test = Expression.Call(enumerator, typeof(System.Collections.IEnumerator).GetMethod(nameof(System.Collections.IEnumerator.MoveNext))!);
        var body = Expression.Block(
            typeof(void),
            variables,
            Expression.Assign(variable, To(Expression.Property(enumerator, nameof(IEnumerator<int>.Current)), variable.Type)),
            Statement(loop.Body));
        return Expression.Block(
            typeof(void),
            [enumerator],
            Expression.Assign(enumerator, Expression.Call(notNull, sequence.GetMethod(nameof(IEnumerable<int>.GetEnumerator))!)),
            Repeat(loop, test, body, null, true));
    }

    private static Type? SequenceType(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>))
        {
            return type;
        }

        return type.GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .OrderBy(i => i.GetGenericArguments()[0].IsGenericType)
            .FirstOrDefault();
    }

    private Expression Switch(ISwitchOperation choice)
    {
        var value = Value(choice.Value);
        var switched = Expression.Variable(value.Type, "switched");
        var variables = choice.Locals.Concat(choice.Cases.SelectMany(c => c.Locals)).Distinct<ILocalSymbol>(SymbolEqualityComparer.Default)
            .Select(l => Declare(l, choice.Syntax)).Prepend(switched).ToList();
        var jumps = new List<Expression> { Expression.Assign(switched, value) };
        var bodies = new List<Expression>();
        var exit = Label(choice.ExitLabel);
        var other = exit;
        foreach (var section in choice.Cases)
        {
            var start = Expression.Label();
            foreach (var clause in section.Clauses)
            {
                if (clause is IDefaultCaseClauseOperation)
                {
                    other = start;
                }
                else
                {
                    jumps.Add(Expression.IfThen(Clause(clause, switched), Expression.Goto(start)));
                }
            }

            bodies.Add(Expression.Label(start));
            bodies.AddRange(section.Body.Select(Statement));
            bodies.Add(Expression.Goto(exit));
        }

        jumps.Add(Expression.Goto(other));
        return Expression.Block(typeof(void), variables, [.. jumps, .. bodies, Expression.Label(exit)]);
    }

    private Expression Clause(ICaseClauseOperation clause, Expression switched)
    {
        switch (clause)
        {
            case ISingleValueCaseClauseOperation single:
                return Matches(switched, single.Value);
            case IPatternCaseClauseOperation pattern:
                var test = Pattern(pattern.Pattern, switched);
                return pattern.Guard is null ? test : Expression.AndAlso(test, Value(pattern.Guard));
            default:
                throw Refusal.NotSupported(clause.Syntax, "This case");
        }
    }
}
