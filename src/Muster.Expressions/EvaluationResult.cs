using Muster.Expressions.Resources;

namespace Muster.Expressions;

/// <summary>What one evaluation gave. Faults of data and of the expression are results (<see cref="Error"/>), never exceptions.</summary>
public readonly record struct EvaluationResult
{
    private readonly IReadOnlyList<IResource>? _resources;

    /// <summary>Scalar and correlation key: canonical text, converted to the result type; null for null.</summary>
    public string? Value { get; init; }

    /// <summary>Boolean: the answer; false for null.</summary>
    public bool Flag { get; init; }

    /// <summary>Resources, without duplicates; empty for null. In the order of the expression, for bindings by ascending id.</summary>
    public IReadOnlyList<IResource> Resources
    {
        get => _resources ?? [];
        init => _resources = value;
    }

    /// <summary>Dictionary: the texts by key; null for null.</summary>
    public IReadOnlyDictionary<string, string>? Dictionary { get; init; }

    /// <summary>Why there is no value, for a person; null if the evaluation succeeded. Holds no values of resources.</summary>
    public string? Error { get; init; }

    /// <summary>
    /// True if a binding led to several resources where one value was needed, so that the one with the lowest id was taken
    /// (rolemodel.md 4.1): the consumer logs a warning.
    /// </summary>
    public bool IsAmbiguous { get; init; }

    public bool IsError => Error is not null;

    internal static EvaluationResult Failed(string error) => new() { Error = error };
}
