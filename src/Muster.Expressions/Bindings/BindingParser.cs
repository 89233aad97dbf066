using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;

namespace Muster.Expressions.Bindings;

/// <summary>
/// Reads <c>[EntityType:]step{.step}</c> with <c>step = [EntityType:]property</c> (rolemodel.md 4.1) against the entity model.
/// </summary>
internal sealed class BindingParser(IReadOnlyDictionary<string, EntityType> entityTypes)
{
    public BindingPath? Parse(string text, EntityType? root, SourceLocation location, DiagnosticBag bag)
    {
        var start = root;
        var current = root;
        var steps = new List<EntityProperty>();
        var offset = 0;
        foreach (var part in text.Split('.'))
        {
            var at = location.Line == 0 ? location : location with { Column = location.Column + offset };
            offset += part.Length + 1;
            if (!SplitStep(part, out var prefix, out var name))
            {
                bag.Error(ExpressionCodes.BindingSyntax, at,
                    $"The binding '{text}' is not a path of properties. Write it as 'EntityType:Property.Property'.");
                return null;
            }

            if (prefix is not null && !TryPrefix(prefix, steps.Count == 0, ref current, text, at, bag))
            {
                return null;
            }

            start ??= current;
            if (steps.Count > 0 && steps[^1].TargetEntityType is null)
            {
                bag.Error(ExpressionCodes.NotANavigation, at,
                    $"The binding '{text}' goes on after '{steps[^1].QualifiedName}', which is not a navigation. End the binding there.");
                return null;
            }

            if (Step(current, name, text, at, bag) is not { } step)
            {
                return null;
            }

            steps.Add(step);
            current = step.TargetEntityType;
        }

        return new BindingPath(start!, steps);
    }

    private static bool SplitStep(string part, out string? prefix, out string name)
    {
        var pieces = part.Split(':', StringSplitOptions.TrimEntries);
        prefix = pieces.Length == 2 ? pieces[0] : null;
        name = pieces[^1];
        return pieces.Length <= 2 && Array.TrueForAll(pieces, p => p.Length > 0);
    }

    private static EntityProperty? Step(EntityType? current, string name, string text, SourceLocation at, DiagnosticBag bag)
    {
        if (current is null)
        {
            bag.Error(ExpressionCodes.BindingWithoutRoot, at,
                $"The binding '{text}' does not say which entity type it starts from. Write 'EntityType:' before it.");
            return null;
        }

        if (current.FindProperty(name) is { } property)
        {
            return property;
        }

        bag.Error(ExpressionCodes.UnknownProperty, at,
            $"The entity type '{current.Identifier}' has no property '{name}', which the binding '{text}' names.",
            NearestName.Find(name, current.Properties.Select(p => p.Identifier)));
        return null;
    }

    private bool TryPrefix(string prefix, bool isFirst, ref EntityType? current, string text, SourceLocation at, DiagnosticBag bag)
    {
        if (!entityTypes.TryGetValue(prefix, out var named))
        {
            bag.Error(ExpressionCodes.UnknownEntityType, at,
                $"The entity type '{prefix}', which the binding '{text}' names, does not exist.", NearestName.Find(prefix, entityTypes.Keys));
            return false;
        }

        if (current is not null && current != named)
        {
            bag.Error(ExpressionCodes.UnknownEntityType, at, isFirst
                ? $"The binding '{text}' starts from '{prefix}', but '{current.Identifier}' is expected here. Start it from '{current.Identifier}'."
                : $"The binding '{text}' names '{prefix}' after a navigation that leads to '{current.Identifier}'. Remove the prefix.");
            return false;
        }

        current = named;
        return true;
    }
}
