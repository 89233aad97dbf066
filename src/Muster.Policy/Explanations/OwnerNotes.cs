using Muster.Configuration.Model;

namespace Muster.Policy.Explanations;

/// <summary>What holds for an owner as a whole.</summary>
internal static class OwnerNotes
{
    public static IEnumerable<string> Of(Evaluated evaluated)
    {
        var contexts = evaluated.Owner.Contexts;
        if (evaluated.Owner.Resource is null)
        {
            yield return "The owner does not exist any more.";
        }

        if (contexts.IsExcluded)
        {
            yield return contexts.Error is { } error && !evaluated.Sight.Resources.HidesAny(evaluated.Facts.Source, evaluated.Owner.Id)
                ? $"It is left out of the role model, because something failed: {error} What it has stays as it is."
                : contexts.Error is not null ? "It is left out of the role model, because something failed. What it has stays as it is."
                : "It is left out of the role model by the ExcludeExpression of its context rule: what it has stays as it is.";
        }
        else if (contexts.Contexts.Count == 0)
        {
            yield return "It has no context: no rule can apply.";
        }
        else if (contexts.HasDeparted(evaluated.Facts.Now))
        {
            yield return "Its validity is over: it is entitled to nothing any more.";
        }
    }

    /// <summary>Why nothing of a kind can be computed for the owner; null if it can.</summary>
    public static string? WhyNothing(Evaluated evaluated, EntityType ownerType, Configuration.Model.Policy policy)
    {
        if (ownerType != evaluated.Facts.Source)
        {
            return $"It is for '{ownerType.Identifier}', and this is a '{evaluated.Facts.Source.Identifier}'.";
        }

        return !policy.IsProvisioningEnabled ? $"Its policy '{policy.Identifier}' is not computed (IsProvisioningEnabled)."
            : policy.IsExternal ? $"Its policy '{policy.Identifier}' is managed elsewhere (IsExternal)."
            : Of(evaluated).FirstOrDefault();
    }
}
