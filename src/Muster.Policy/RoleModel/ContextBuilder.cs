using System.Globalization;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Expressions;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// Makes the contexts of owners (rolemodel.md 5.3): one per context resource, with its dates; with record sections those that the
/// <see cref="PeriodAlgebra"/> makes of the records.
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
        var counting = new List<IResource>(resources.Count);
        foreach (var resource in resources)
        {
            if (rule is { Exclude: { } exclude, IsExcludeOfContextResource: true } && Excludes(exclude, resource, evaluation, out var error))
            {
                if (error is not null)
                {
                    return new OwnerContexts([], true, error);
                }

                continue;
            }

            counting.Add(resource);
        }

        if (resources.Count > 0 && counting.Count == 0)
        {
            return new OwnerContexts([], true, null);
        }

        return rule.Sections.Count > 0 ? new RecordReader(rule, evaluation).Read(counting) : OfEach(rule, counting, evaluation);
    }

    /// <summary>Without record sections each resource makes a context of its own.</summary>
    private static OwnerContexts OfEach(CompiledContextRule rule, List<IResource> resources, EvaluationContext evaluation)
    {
        var contexts = new List<OwnerContext>();
        foreach (var resource in resources)
        {
            if (OfResource(rule, resource, evaluation, out var context) is { } fault)
            {
                return new OwnerContexts([], true, fault);
            }

            if (!context!.Period.IsEmpty)
            {
                contexts.Add(resources.Count == 1 ? context : Ranked(context, resource));
            }
        }

        return new OwnerContexts(contexts, false, null);
    }

    private static OwnerContext Ranked(OwnerContext context, IResource resource) =>
        context with { Ranks = [new RankedPeriod(context.Period, new ContextRank([], context.Period.Start, [ResourceNames.ForOrder(resource)]))] };

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
            if (ValuesOf(binding, resource, evaluation, out var found) is { } fault)
            {
                return fault;
            }

            if (found.Count > 0)
            {
                values[binding.Dimension] = found;
            }
        }

        context = new OwnerContext(new Period(start, end), values) { From = [resource] };
        return null;
    }

    /// <summary>The values of a dimension that a context resource leads to; returns an error text if they could not be computed.</summary>
    public static string? ValuesOf(CompiledDimensionBinding binding, IResource resource, EvaluationContext evaluation, out IReadOnlyList<IResource> values)
    {
        values = [resource];
        if (binding.Value is not { } value)
        {
            return null;
        }

        var result = value.Evaluate(resource, evaluation);
        values = result.IsError ? [] : result.Resources;
        return result.IsError ? $"dimension '{binding.Dimension}': {result.Error}" : null;
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
