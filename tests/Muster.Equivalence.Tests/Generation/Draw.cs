namespace Muster.Equivalence.Tests.Generation;

/// <summary>Random choices, the same for the same seed everywhere.</summary>
internal sealed class Draw(int seed)
{
    private readonly Random _random = new(seed);

    public int Int(int from, int to) => _random.Next(from, to + 1);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public T Of<T>(params IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    /// <summary>Some of the values, in their order.</summary>
    public IReadOnlyList<T> Some<T>(IEnumerable<T> values, double probability) => [.. values.Where(_ => Chance(probability))];
}
