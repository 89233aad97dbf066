using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Resources;

namespace Muster.Expressions;

/// <summary>A value of the configuration, ready to be evaluated on resources. Immutable and thread-safe.</summary>
public sealed class CompiledValue
{
    private readonly Func<IResource?, EvaluationContext, EvaluationResult> _evaluate;

    internal CompiledValue(ValueSource source, ReadSet reads, Func<IResource?, EvaluationContext, EvaluationResult> evaluate)
    {
        Source = source;
        Reads = reads;
        _evaluate = evaluate;
    }

    public ValueSource Source { get; }

    /// <summary>What the value depends on, from analysis: what must be loaded, and what makes it dirty.</summary>
    public ReadSet Reads { get; }

    /// <summary>
    /// The value for one resource; <paramref name="input"/> is null only where <see cref="ValueSource.Root"/> is. Faults of data or of
    /// the expression, and exhausted budgets, are in the result's <see cref="EvaluationResult.Error"/>.
    /// </summary>
    public EvaluationResult Evaluate(IResource? input, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _evaluate(input, context);
    }
}
