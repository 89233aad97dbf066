namespace Muster.Expressions.Runtime;

/// <summary>
/// <c>System.Linq.Enumerable</c>: sums, extremes and averages of numbers, and the operators that make and combine sequences of plain values.
/// </summary>
[MembersOf("System.Linq.Enumerable")]
internal static class LinqNumberMembers
{
    public static int Min(EvaluationFrame f, IEnumerable<int> source) => LinqMembers.Counted(f, source).Min();

    public static int Min<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, int> selector) => LinqMembers.Counted(f, source).Min(selector);

    public static long Min(EvaluationFrame f, IEnumerable<long> source) => LinqMembers.Counted(f, source).Min();

    public static long Min<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, long> selector) => LinqMembers.Counted(f, source).Min(selector);

    public static double Min(EvaluationFrame f, IEnumerable<double> source) => LinqMembers.Counted(f, source).Min();

    public static double Min<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, double> selector) => LinqMembers.Counted(f, source).Min(selector);

    public static int? Min(EvaluationFrame f, IEnumerable<int?> source) => LinqMembers.Counted(f, source).Min();

    public static int? Min<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, int?> selector) => LinqMembers.Counted(f, source).Min(selector);

    public static long? Min(EvaluationFrame f, IEnumerable<long?> source) => LinqMembers.Counted(f, source).Min();

    public static long? Min<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, long?> selector) => LinqMembers.Counted(f, source).Min(selector);

    public static double? Min(EvaluationFrame f, IEnumerable<double?> source) => LinqMembers.Counted(f, source).Min();

    public static double? Min<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, double?> selector) => LinqMembers.Counted(f, source).Min(selector);

    public static int Max(EvaluationFrame f, IEnumerable<int> source) => LinqMembers.Counted(f, source).Max();

    public static int Max<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, int> selector) => LinqMembers.Counted(f, source).Max(selector);

    public static long Max(EvaluationFrame f, IEnumerable<long> source) => LinqMembers.Counted(f, source).Max();

    public static long Max<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, long> selector) => LinqMembers.Counted(f, source).Max(selector);

    public static double Max(EvaluationFrame f, IEnumerable<double> source) => LinqMembers.Counted(f, source).Max();

    public static double Max<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, double> selector) => LinqMembers.Counted(f, source).Max(selector);

    public static int? Max(EvaluationFrame f, IEnumerable<int?> source) => LinqMembers.Counted(f, source).Max();

    public static int? Max<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, int?> selector) => LinqMembers.Counted(f, source).Max(selector);

    public static long? Max(EvaluationFrame f, IEnumerable<long?> source) => LinqMembers.Counted(f, source).Max();

    public static long? Max<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, long?> selector) => LinqMembers.Counted(f, source).Max(selector);

    public static double? Max(EvaluationFrame f, IEnumerable<double?> source) => LinqMembers.Counted(f, source).Max();

    public static double? Max<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, double?> selector) => LinqMembers.Counted(f, source).Max(selector);

    public static int Sum(EvaluationFrame f, IEnumerable<int> source) => LinqMembers.Counted(f, source).Sum();

    public static int Sum<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, int> selector) => LinqMembers.Counted(f, source).Sum(selector);

    public static long Sum(EvaluationFrame f, IEnumerable<long> source) => LinqMembers.Counted(f, source).Sum();

    public static long Sum<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, long> selector) => LinqMembers.Counted(f, source).Sum(selector);

    public static double Sum(EvaluationFrame f, IEnumerable<double> source) => LinqMembers.Counted(f, source).Sum();

    public static double Sum<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, double> selector) => LinqMembers.Counted(f, source).Sum(selector);

    public static int? Sum(EvaluationFrame f, IEnumerable<int?> source) => LinqMembers.Counted(f, source).Sum();

    public static int? Sum<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, int?> selector) => LinqMembers.Counted(f, source).Sum(selector);

    public static long? Sum(EvaluationFrame f, IEnumerable<long?> source) => LinqMembers.Counted(f, source).Sum();

    public static long? Sum<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, long?> selector) => LinqMembers.Counted(f, source).Sum(selector);

    public static double? Sum(EvaluationFrame f, IEnumerable<double?> source) => LinqMembers.Counted(f, source).Sum();

    public static double? Sum<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, double?> selector) => LinqMembers.Counted(f, source).Sum(selector);

    public static double Average(EvaluationFrame f, IEnumerable<int> source) => LinqMembers.Counted(f, source).Average();

    public static double Average<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, int> selector) => LinqMembers.Counted(f, source).Average(selector);

    public static double Average(EvaluationFrame f, IEnumerable<long> source) => LinqMembers.Counted(f, source).Average();

    public static double Average<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, long> selector) => LinqMembers.Counted(f, source).Average(selector);

    public static double Average(EvaluationFrame f, IEnumerable<double> source) => LinqMembers.Counted(f, source).Average();

    public static double Average<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, double> selector) => LinqMembers.Counted(f, source).Average(selector);

    public static double? Average(EvaluationFrame f, IEnumerable<int?> source) => LinqMembers.Counted(f, source).Average();

    public static double? Average<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, int?> selector) => LinqMembers.Counted(f, source).Average(selector);

    public static double? Average(EvaluationFrame f, IEnumerable<long?> source) => LinqMembers.Counted(f, source).Average();

    public static double? Average<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, long?> selector) => LinqMembers.Counted(f, source).Average(selector);

    public static double? Average(EvaluationFrame f, IEnumerable<double?> source) => LinqMembers.Counted(f, source).Average();

    public static double? Average<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, double?> selector) => LinqMembers.Counted(f, source).Average(selector);

    public static IEnumerable<int> Range(int start, int count) => Enumerable.Range(start, count);

    public static IEnumerable<T> Repeat<T>(T value, int count) => Enumerable.Repeat(value, count);

    public static IEnumerable<T> Empty<T>() => [];

    public static IEnumerable<TResult> SelectMany<T, TResult>(EvaluationFrame f, IEnumerable<T> source, Func<T, IEnumerable<TResult>> selector) =>
        LinqMembers.Counted(f, source).SelectMany(e => LinqMembers.Counted(f, selector(e)));

    public static IEnumerable<T> Concat<T>(EvaluationFrame f, IEnumerable<T> first, IEnumerable<T> second) =>
        LinqMembers.Counted(f, first).Concat(LinqMembers.Counted(f, second));

    public static IEnumerable<T> Append<T>(EvaluationFrame f, IEnumerable<T> source, T value) => LinqMembers.Counted(f, source).Append(value);

    public static IEnumerable<T> Prepend<T>(EvaluationFrame f, IEnumerable<T> source, T value) => LinqMembers.Counted(f, source).Prepend(value);

    public static IEnumerable<T> Union<T>(EvaluationFrame f, IEnumerable<T> first, IEnumerable<T> second) =>
        LinqMembers.Counted(f, first, 64).Union(LinqMembers.Counted(f, second, 64), LinqMembers.EqualityOf<T>(f));

    public static IEnumerable<T> Intersect<T>(EvaluationFrame f, IEnumerable<T> first, IEnumerable<T> second) =>
        LinqMembers.Counted(f, first, 64).Intersect(LinqMembers.Counted(f, second, 64), LinqMembers.EqualityOf<T>(f));

    public static IEnumerable<T> Except<T>(EvaluationFrame f, IEnumerable<T> first, IEnumerable<T> second) =>
        LinqMembers.Counted(f, first, 64).Except(LinqMembers.Counted(f, second, 64), LinqMembers.EqualityOf<T>(f));

    public static bool SequenceEqual<T>(EvaluationFrame f, IEnumerable<T> first, IEnumerable<T> second) =>
        LinqMembers.Counted(f, first).SequenceEqual(LinqMembers.Counted(f, second), LinqMembers.EqualityOf<T>(f));

    public static IEnumerable<T?> DefaultIfEmpty<T>(EvaluationFrame f, IEnumerable<T> source) => LinqMembers.Counted(f, source).DefaultIfEmpty();

    public static IEnumerable<T> DefaultIfEmpty<T>(EvaluationFrame f, IEnumerable<T> source, T value) => LinqMembers.Counted(f, source).DefaultIfEmpty(value);

    public static IEnumerable<(T First, TOther Second)> Zip<T, TOther>(EvaluationFrame f, IEnumerable<T> first, IEnumerable<TOther> second) =>
        LinqMembers.Counted(f, first).Zip(LinqMembers.Counted(f, second));

    public static T Aggregate<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, T, T> next) => LinqMembers.Counted(f, source).Aggregate(next);

    public static TResult Aggregate<T, TResult>(EvaluationFrame f, IEnumerable<T> source, TResult seed, Func<TResult, T, TResult> next) =>
        LinqMembers.Counted(f, source).Aggregate(seed, next);

    public static IEnumerable<IGrouping<TKey, T>> GroupBy<T, TKey>(EvaluationFrame f, IEnumerable<T> source, Func<T, TKey> key) =>
        LinqMembers.Counted(f, source, 96).GroupBy(key, LinqMembers.EqualityOf<TKey>(f));

    public static Dictionary<TKey, T> ToDictionary<T, TKey>(EvaluationFrame f, IEnumerable<T> source, Func<T, TKey> key)
        where TKey : notnull => LinqMembers.Counted(f, source, 96).ToDictionary(key);

    public static Dictionary<TKey, TValue> ToDictionary<T, TKey, TValue>(
        EvaluationFrame f, IEnumerable<T> source, Func<T, TKey> key, Func<T, TValue> value)
        where TKey : notnull => LinqMembers.Counted(f, source, 96).ToDictionary(key, value);

    public static Dictionary<TKey, TValue> ToDictionary<T, TKey, TValue>(
        EvaluationFrame f, IEnumerable<T> source, Func<T, TKey> key, Func<T, TValue> value, IEqualityComparer<TKey>? comparer)
        where TKey : notnull => LinqMembers.Counted(f, source, 96).ToDictionary(key, value, comparer);
}
