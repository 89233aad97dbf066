using System.Collections;

namespace Muster.Expressions.Runtime;

/// <summary>
/// A sequence whose elements are charged as they pass. Every LINQ operator puts one between itself and its source, so that no chain of operators
/// runs, buffers or nests without being counted.
/// </summary>
internal sealed class CountedSequence<T>(EvaluationFrame frame, IEnumerable<T> source, int bytesPerElement) : IEnumerable<T>
{
    public IEnumerator<T> GetEnumerator()
    {
        frame.Enter();
        return new Enumerator(frame, source.GetEnumerator(), bytesPerElement);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class Enumerator(EvaluationFrame frame, IEnumerator<T> source, int bytesPerElement) : IEnumerator<T>
    {
        public T Current => source.Current;

        object? IEnumerator.Current => Current;

        public bool MoveNext()
        {
            frame.Enter();
            if (bytesPerElement > 0)
            {
                frame.Allocate(bytesPerElement);
            }

            return source.MoveNext();
        }

        public void Reset() => throw new NotSupportedException();

        public void Dispose() => source.Dispose();
    }
}

/// <summary>A sorted sequence. Its levels are a flat list, since nested ones could be made deeper than the stack.</summary>
internal sealed class OrderedSequence<T>(EvaluationFrame frame, IEnumerable<T> source, IReadOnlyList<OrderedSequence<T>.Level> levels)
    : IOrderedEnumerable<T>
{
    private const int MaxLevels = 32;

    /// <summary>Computes the keys of all elements and compares them by position.</summary>
    public delegate Comparison<int> Level(T[] elements);

    public static OrderedSequence<T> By<TKey>(
        EvaluationFrame frame, IEnumerable<T> source, Func<T, TKey> key, IComparer<TKey>? comparer, bool isDescending) =>
        new(frame, source, [LevelBy(frame, key, comparer, isDescending)]);

    public OrderedSequence<T> ThenBy<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer, bool isDescending)
    {
        if (levels.Count >= MaxLevels)
        {
            throw new EvaluationFault($"A sequence cannot be sorted by more than {MaxLevels} keys.");
        }

        return new OrderedSequence<T>(frame, source, [.. levels, LevelBy(frame, key, comparer, isDescending)]);
    }

    public IOrderedEnumerable<T> CreateOrderedEnumerable<TKey>(Func<T, TKey> keySelector, IComparer<TKey>? comparer, bool descending) =>
        ThenBy(keySelector, comparer, descending);

    public IEnumerator<T> GetEnumerator()
    {
        frame.Enter();
        var elements = new CountedSequence<T>(frame, source, 48).ToArray();
        var comparisons = levels.Select(l => l(elements)).ToArray();
        var order = Enumerable.Range(0, elements.Length).ToArray();
        Array.Sort(order, (left, right) =>
        {
            frame.Step();
            foreach (var comparison in comparisons)
            {
                if (comparison(left, right) is var result && result != 0)
                {
                    return result;
                }
            }

            return left.CompareTo(right);
        });
        return order.Select(i => elements[i]).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Level LevelBy<TKey>(EvaluationFrame frame, Func<T, TKey> key, IComparer<TKey>? comparer, bool isDescending) => elements =>
    {
        var used = comparer ?? LinqMembers.ComparerOf<TKey>(frame);
        var keys = Array.ConvertAll(elements, e => key(e));
        return (left, right) => isDescending ? used.Compare(keys[right], keys[left]) : used.Compare(keys[left], keys[right]);
    };
}
