using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;

namespace Muster.Expressions.CSharp;

/// <summary>
/// Finds what a body reads. Every value that may hold resources carries the set of paths on which they may have been reached; variables collect
/// the sets of all that is assigned to them, whatever the order, until nothing grows. Where a path would not end (a loop that climbs a hierarchy),
/// the entity type counts as enumerated. So what is reported is never less than what evaluation can read.
/// </summary>
internal sealed partial class ReadAnalysis(EntityType? root, IReadOnlyList<EntityProperty> start, TypeMap types)
{
    private const int MaxSteps = 12;
    private const int MaxRepeats = 3;
    private const int MaxOrigins = 64;

    private static readonly ImmutableHashSet<Origin> None = [];

    private readonly HashSet<ReadPath> _paths = [];
    private readonly HashSet<EntityType> _enumerated = [];
    private readonly Dictionary<ISymbol, ImmutableHashSet<Origin>> _variables = new(SymbolEqualityComparer.Default);

    /// <summary>What was stored into arrays, whichever they are.</summary>
    private ImmutableHashSet<Origin> _stored = None;
    private bool _readsClock;
    private bool _grew;

    public ReadSet Analyse(IOperation body, ISymbol? input, ITypeSymbol? inputType)
    {
        if (start.Count > 0)
        {
            _paths.Add(new ReadPath(root!, start));
        }

        if (input is not null && types.EntityTypesIn(inputType).FirstOrDefault() is { } inputEntity)
        {
            _variables[input] = [new Origin(inputEntity, start)];
        }

        do
        {
            _grew = false;
            Visit(body);
        }
        while (_grew);

        return new ReadSet(_paths, _enumerated, _readsClock);
    }

    private ImmutableHashSet<Origin> Visit(IOperation? operation)
    {
        switch (operation)
        {
            case null:
                return None;
            case IParameterReferenceOperation parameter:
                return Variable(parameter.Parameter);
            case ILocalReferenceOperation local:
                return types.EntityTypeOf(local.Type) is null ? Fitting(Variable(local.Local).Union(_stored), local.Type) : Variable(local.Local);
            case IPropertyReferenceOperation property:
                return Property(property);
            case IFieldReferenceOperation field:
                return Fitting(Visit(field.Instance), field.Type);
            case IInvocationOperation invocation:
                return Invocation(invocation);
            case IVariableDeclaratorOperation declarator:
                Add(declarator.Symbol, Visit(declarator.Initializer?.Value));
                return None;
            case ISimpleAssignmentOperation or ICompoundAssignmentOperation or ICoalesceAssignmentOperation or IDeconstructionAssignmentOperation:
                return Assignment((IAssignmentOperation)operation);
            case IForEachLoopOperation forEach:
                return ForEach(forEach);
            case IIsPatternOperation or ISwitchExpressionOperation or ISwitchOperation:
                return Pattern(operation);
            case IConditionalAccessOperation access:
                return ConditionalAccess(access);
            case IConditionalAccessInstanceOperation:
                return _accessed.TryPeek(out var accessed) ? accessed : None;
            case IAnonymousFunctionOperation lambda:
                return VisitAll(lambda.Body);
            default:
                return Fitting(VisitAll(operation), operation.Type);
        }
    }

    private readonly Stack<ImmutableHashSet<Origin>> _accessed = new();

    private ImmutableHashSet<Origin> ConditionalAccess(IConditionalAccessOperation access)
    {
        _accessed.Push(Visit(access.Operation));
        var result = Visit(access.WhenNotNull);
        _accessed.Pop();
        return result;
    }

    /// <summary>Values of all children together; a block's are those of what it returns, and more.</summary>
    private ImmutableHashSet<Origin> VisitAll(IOperation operation)
    {
        var all = None;
        foreach (var child in operation.ChildOperations)
        {
            var found = Visit(child);
            all = operation is not IExpressionStatementOperation ? all.Union(found) : all;
        }

        return all;
    }

    private ImmutableHashSet<Origin> Property(IPropertyReferenceOperation reference)
    {
        var instance = Visit(reference.Instance);
        foreach (var argument in reference.Arguments)
        {
            Visit(argument);
        }

        if (reference.Property.ContainingType.ToDisplayString() == "System.DateTime" && reference.Property.Name is "Now" or "UtcNow" or "Today")
        {
            _readsClock = true;
        }

        if (types.EntityTypeOf(reference.Instance?.Type) is not { } holder)
        {
            return Fitting(reference.Instance is null ? None : instance, reference.Type);
        }

        return holder.FindProperty(reference.Property.Name) is { } property ? Read(instance, holder, property) : None;
    }

    /// <summary>Reading one property of resources from the given origins.</summary>
    private ImmutableHashSet<Origin> Read(ImmutableHashSet<Origin> origins, EntityType holder, EntityProperty property)
    {
        var result = None;
        if (origins.IsEmpty)
        {
            // A resource from nowhere that the analysis knows: any of its type.
            origins = [Enumerated(holder)];
        }

        foreach (var origin in origins)
        {
            if (origin.Steps is null)
            {
                result = property.TargetEntityType is { } any ? result.Add(Enumerated(any)) : result;
                continue;
            }

            EntityProperty[] steps = [.. origin.Steps, property];
            var path = new ReadPath(root!, steps);
            _grew |= _paths.Add(path);
            if (property.TargetEntityType is not { } target)
            {
                continue;
            }

            var isEndless = steps.Length > MaxSteps || steps.Count(s => s == property) > MaxRepeats;
            result = result.Add(isEndless ? Enumerated(target) : new Origin(target, steps));
        }

        return result;
    }

    private Origin Enumerated(EntityType entityType)
    {
        _grew |= _enumerated.Add(entityType);
        return new Origin(entityType, null);
    }

    private ImmutableHashSet<Origin> Invocation(IInvocationOperation invocation)
    {
        var method = invocation.TargetMethod;
        if (method.ContainingType.Name == "IQueryHandler" && types.EntityTypeOf(method.TypeArguments.FirstOrDefault()) is { } queried)
        {
            Visit(invocation.Arguments[0].Value);
            Query(invocation.Arguments[0].Value, queried);
            return [Enumerated(queried)];
        }

        var receiver = Visit(invocation.Instance);
        var values = receiver;
        var returned = None;
        var hasLambda = false;
        foreach (var argument in invocation.Arguments)
        {
            if (Lambda(argument.Value) is { } lambda)
            {
                hasLambda = true;
                foreach (var parameter in lambda.Symbol.Parameters)
                {
                    Add(parameter, Fitting(values, parameter.Type));
                }

                returned = returned.Union(Visit(lambda));
            }
            else
            {
                values = values.Union(Visit(argument.Value));
            }
        }

        var isProjection = hasLambda && method.Name is "Select" or "SelectMany";
        return Fitting(isProjection ? returned : values.Union(returned), invocation.Type);
    }

    private static IAnonymousFunctionOperation? Lambda(IOperation value) => value switch
    {
        IAnonymousFunctionOperation lambda => lambda,
        IDelegateCreationOperation creation => Lambda(creation.Target),
        IConversionOperation conversion => Lambda(conversion.Operand),
        _ => null,
    };

    private ImmutableHashSet<Origin> Assignment(IAssignmentOperation assignment)
    {
        var value = Visit(assignment.Value);
        if (assignment is ICompoundAssignmentOperation or ICoalesceAssignmentOperation)
        {
            value = value.Union(Visit(assignment.Target));
        }

        Store(assignment.Target, value);
        return Fitting(value, assignment.Type);
    }

    private void Store(IOperation target, ImmutableHashSet<Origin> value)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                Add(local.Local, Fitting(value, local.Type));
                break;
            case IParameterReferenceOperation parameter:
                Add(parameter.Parameter, Fitting(value, parameter.Type));
                break;
            case ITupleOperation or IDeclarationExpressionOperation:
                foreach (var element in target.ChildOperations)
                {
                    Store(element, value);
                }

                break;
            default:
                Visit(target);
                var stored = _stored.Union(value);
                _grew |= stored.Count != _stored.Count;
                _stored = stored;
                break;
        }
    }

    private ImmutableHashSet<Origin> ForEach(IForEachLoopOperation loop)
    {
        var collection = Visit(loop.Collection);
        foreach (var local in loop.Locals)
        {
            Add(local, Fitting(collection, local.Type));
        }

        Visit(loop.Body);
        return None;
    }

    /// <summary>Variables that patterns declare get what is matched.</summary>
    private ImmutableHashSet<Origin> Pattern(IOperation operation)
    {
        var matched = operation switch
        {
            IIsPatternOperation isPattern => Visit(isPattern.Value),
            ISwitchExpressionOperation expression => Visit(expression.Value),
            ISwitchOperation statement => Visit(statement.Value),
            _ => None,
        };
        foreach (var pattern in operation.Descendants())
        {
            var declared = pattern switch
            {
                IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
                IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
                _ => null,
            };
            if (declared is ILocalSymbol local)
            {
                Add(local, Fitting(matched, local.Type));
            }
        }

        return operation is ISwitchExpressionOperation ? Fitting(VisitAll(operation), operation.Type) : Ignore(VisitAll(operation));
    }

    private static ImmutableHashSet<Origin> Ignore(ImmutableHashSet<Origin> _) => None;

    private ImmutableHashSet<Origin> Variable(ISymbol symbol) => _variables.GetValueOrDefault(symbol, None);

    private void Add(ISymbol symbol, ImmutableHashSet<Origin> origins)
    {
        var known = Variable(symbol);
        var all = known.Union(origins);
        if (all.Count == known.Count)
        {
            return;
        }

        if (all.Count > MaxOrigins)
        {
            // Widened once, it stays so: origins of an enumerated type add nothing.
            var wide = all.Select(o => Enumerated(o.EntityType)).ToImmutableHashSet();
            all = known.SetEquals(wide) ? known : wide;
        }

        if (known.Any(o => o.Steps is null))
        {
            all = [.. all.Where(o => o.Steps is null || !all.Contains(new Origin(o.EntityType, null)))];
        }

        _grew |= !all.SetEquals(known);
        _variables[symbol] = all;
    }

    /// <summary>Only origins of entity types that a value of the type can hold.</summary>
    private ImmutableHashSet<Origin> Fitting(ImmutableHashSet<Origin> origins, ITypeSymbol? type)
    {
        if (origins.IsEmpty || type is null)
        {
            return origins;
        }

        if (type.SpecialType == SpecialType.System_Object)
        {
            return origins;
        }

        var held = types.EntityTypesIn(type).ToHashSet();
        return held.Count == 0 ? None : [.. origins.Where(o => held.Contains(o.EntityType))];
    }

    /// <summary>What the condition of a query may look at, besides the queried type itself.</summary>
    private void Query(IOperation text, EntityType queried)
    {
        var literals = text.DescendantsAndSelf().Where(o => o is ILiteralOperation or IInterpolatedStringTextOperation).ToList();
        var isPlain = text is ILiteralOperation or IInterpolatedStringOperation;
        if (!isPlain)
        {
            Reachable(queried);
            return;
        }

        foreach (var literal in literals)
        {
            foreach (Match match in DottedName().Matches(literal.Syntax.ToString()))
            {
                Follow(queried, match.Value.Split('.'));
            }
        }
    }

    private void Follow(EntityType from, string[] names)
    {
        EntityType? current = from;
        foreach (var name in names)
        {
            current = current?.FindProperty(name.Trim())?.TargetEntityType;
            if (current is null)
            {
                return;
            }

            Enumerated(current);
        }
    }

    private void Reachable(EntityType from)
    {
        var seen = new HashSet<EntityType>();
        var next = new Stack<EntityType>([from]);
        while (next.TryPop(out var current))
        {
            if (!seen.Add(current))
            {
                continue;
            }

            Enumerated(current);
            foreach (var navigation in current.Navigations)
            {
                next.Push(navigation.TargetEntityType!);
            }
        }
    }

    [GeneratedRegex(@"\w+(\s*\.\s*\w+)*")]
    private static partial Regex DottedName();
}
