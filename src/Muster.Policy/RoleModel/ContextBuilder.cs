using System.Globalization;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Expressions;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// Makes the contexts of owners (rolemodel.md 5.3): one per context resource, with its dates. The period algebra of record sections has
/// its place here and comes with a later issue.
/// </summary>
internal static class ContextBuilder
{
    private static readonly IReadOnlyDictionary<Dimension, IReadOnlyList<IResource>> NoValues =
        new Dictionary<Dimension, IReadOnlyList<IResource>>();

    /// <summary>Without a context rule there is one context without values and without dates (rolemodel.md 3.5).</summary>
    public static OwnerContexts Build(CompiledContextRule? rule, IResource owner, EvaluationContext evaluation)
    {
        if (rule is null)
        {
            return new OwnerContexts([new OwnerContext(Period.Always, NoValues)], false, null);
        }

        if (rule is { Exclude: { } exclude, IsExcludeOfContextResource: false } && Excludes(exclude, owner, evaluation, out var error))
        {
            return new OwnerContexts([], true, error);
        }

        IReadOnlyList<IResource> resources = [owner];
        if (rule.Resources is { } binding)
        {
            var result = binding.Evaluate(owner, evaluation);
            if (result.IsError)
            {
                return new OwnerContexts([], true, $"ResourcesBinding or ResourcesExpression: {result.Error}");
            }

            resources = result.Resources;
        }

        return OfResources(rule, resources, evaluation);
    }

    private static OwnerContexts OfResources(CompiledContextRule rule, IReadOnlyList<IResource> resources, EvaluationContext evaluation)
    {
        var contexts = new List<OwnerContext>();
        var excluded = 0;
        foreach (var resource in resources)
        {
            if (rule is { Exclude: { } exclude, IsExcludeOfContextResource: true } && Excludes(exclude, resource, evaluation, out var error))
            {
                if (error is not null)
                {
                    return new OwnerContexts([], true, error);
                }

                excluded++;
                continue;
            }

            if (OfResource(rule, resource, evaluation, out var context) is { } fault)
            {
                return new OwnerContexts([], true, fault);
            }

            if (!context!.Period.IsEmpty)
            {
                contexts.Add(context);
            }
        }

        return new OwnerContexts(contexts, resources.Count > 0 && excluded == resources.Count, null);
    }

    /// <summary>The context of one resource; returns an error text if a value could not be computed.</summary>
    private static string? OfResource(CompiledContextRule rule, IResource resource, EvaluationContext evaluation, out OwnerContext? context)
    {
        context = null;
        if (Date(rule.Start, resource, evaluation, SentinelDates.Minimum, out var start) is { } startFault)
        {
            return $"the start of validity: {startFault}";
        }

        if (Date(rule.End, resource, evaluation, SentinelDates.Maximum, out var end) is { } endFault)
        {
            return $"the end of validity: {endFault}";
        }

        var values = new Dictionary<Dimension, IReadOnlyList<IResource>>();
        foreach (var binding in rule.Bindings)
        {
            if (binding.Value is not { } value)
            {
                values[binding.Dimension] = [resource];
                continue;
            }

            var result = value.Evaluate(resource, evaluation);
            if (result.IsError)
            {
                return $"dimension '{binding.Dimension}': {result.Error}";
            }

            if (result.Resources.Count > 0)
            {
                values[binding.Dimension] = result.Resources;
            }
        }

        context = new OwnerContext(new Period(start, end), values) { From = [resource] };
        return null;
    }

    private static bool Excludes(CompiledValue exclude, IResource resource, EvaluationContext evaluation, out string? error)
    {
        var result = exclude.Evaluate(resource, evaluation);
        error = result.IsError ? $"ExcludeExpression: {result.Error}" : null;
        return result.IsError || result.Flag;
    }

    private static string? Date(CompiledValue? value, IResource resource, EvaluationContext evaluation, DateTime sentinel, out DateTime date)
    {
        date = sentinel;
        if (value is null)
        {
            return null;
        }

        var result = value.Evaluate(resource, evaluation);
        if (result.IsError)
        {
            return result.Error;
        }

        if (result.Value is not { } text)
        {
            return null;
        }

        if (CanonicalText.ToClr(PropertyType.DateTime, text) is DateTime parsed)
        {
            date = parsed < SentinelDates.Minimum ? SentinelDates.Minimum : parsed > SentinelDates.Maximum ? SentinelDates.Maximum : parsed;
            return null;
        }

        return string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a date.");
    }
}
