using Muster.Expressions.Resources;

namespace Muster.Expressions.Runtime;

/// <summary>
/// <c>System.Linq.Enumerable</c>: the operators that filter, project, sort and pick. Texts sort by the invariant culture, and resources are
/// equal by id.
/// </summary>
[MembersOf("System.Linq.Enumerable")]
internal static class LinqMembers
{
    /// <summary>Bytes charged per element where an operator keeps the elements.</summary>
    private const int Kept = 32;

    public static IEnumerable<T> Where<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).Where(predicate);

    public static IEnumerable<T> Where<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, int, bool> predicate) => Counted(f, source).Where(predicate);

    public static IEnumerable<TResult> Select<T, TResult>(EvaluationFrame f, IEnumerable<T> source, Func<T, TResult> selector) =>
        Counted(f, source).Select(selector);

    public static IEnumerable<TResult> Select<T, TResult>(EvaluationFrame f, IEnumerable<T> source, Func<T, int, TResult> selector) =>
        Counted(f, source).Select(selector);

    public static bool Any<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source).Any();

    public static bool Any<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).Any(predicate);

    public static bool All<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).All(predicate);

    public static int Count<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source).Count();

    public static int Count<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).Count(predicate);

    public static T First<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source).First();

    public static T First<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).First(predicate);

    public static T? FirstOrDefault<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source).FirstOrDefault();

    public static T FirstOrDefault<T>(EvaluationFrame f, IEnumerable<T> source, T other) => Counted(f, source).FirstOrDefault(other);

    public static T? FirstOrDefault<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).FirstOrDefault(predicate);

    public static T Last<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source).Last();

    public static T Last<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).Last(predicate);

    public static T? LastOrDefault<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source).LastOrDefault();

    public static T? LastOrDefault<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).LastOrDefault(predicate);

    public static T Single<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source).Single();

    public static T Single<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).Single(predicate);

    public static T? SingleOrDefault<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source).SingleOrDefault();

    public static T? SingleOrDefault<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).SingleOrDefault(predicate);

    public static T ElementAt<T>(EvaluationFrame f, IEnumerable<T> source, int index) => Counted(f, source).ElementAt(index);

    public static T? ElementAtOrDefault<T>(EvaluationFrame f, IEnumerable<T> source, int index) => Counted(f, source).ElementAtOrDefault(index);

    public static IOrderedEnumerable<T> OrderBy<T, TKey>(EvaluationFrame f, IEnumerable<T> source, Func<T, TKey> key) =>
        OrderedSequence<T>.By(f, source, key, null, false);

    public static IOrderedEnumerable<T> OrderBy<T, TKey>(EvaluationFrame f, IEnumerable<T> source, Func<T, TKey> key, IComparer<TKey>? comparer) =>
        OrderedSequence<T>.By(f, source, key, comparer, false);

    public static IOrderedEnumerable<T> OrderByDescending<T, TKey>(EvaluationFrame f, IEnumerable<T> source, Func<T, TKey> key) =>
        OrderedSequence<T>.By(f, source, key, null, true);

    public static IOrderedEnumerable<T> OrderByDescending<T, TKey>(
        EvaluationFrame f, IEnumerable<T> source, Func<T, TKey> key, IComparer<TKey>? comparer) =>
        OrderedSequence<T>.By(f, source, key, comparer, true);

    public static IOrderedEnumerable<T> ThenBy<T, TKey>(IOrderedEnumerable<T> source, Func<T, TKey> key) =>
        ((OrderedSequence<T>)source).ThenBy(key, null, false);

    public static IOrderedEnumerable<T> ThenBy<T, TKey>(IOrderedEnumerable<T> source, Func<T, TKey> key, IComparer<TKey>? comparer) =>
        ((OrderedSequence<T>)source).ThenBy(key, comparer, false);

    public static IOrderedEnumerable<T> ThenByDescending<T, TKey>(IOrderedEnumerable<T> source, Func<T, TKey> key) =>
        ((OrderedSequence<T>)source).ThenBy(key, null, true);

    public static IEnumerable<T> Skip<T>(EvaluationFrame f, IEnumerable<T> source, int count) => Counted(f, source).Skip(count);

    public static IEnumerable<T> SkipLast<T>(EvaluationFrame f, IEnumerable<T> source, int count) => Counted(f, source, Kept).SkipLast(count);

    public static IEnumerable<T> SkipWhile<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).SkipWhile(predicate);

    public static IEnumerable<T> Take<T>(EvaluationFrame f, IEnumerable<T> source, int count) => Counted(f, source).Take(count);

    public static IEnumerable<T> TakeLast<T>(EvaluationFrame f, IEnumerable<T> source, int count) => Counted(f, source, Kept).TakeLast(count);

    public static IEnumerable<T> TakeWhile<T>(EvaluationFrame f, IEnumerable<T> source, Func<T, bool> predicate) => Counted(f, source).TakeWhile(predicate);

    public static bool Contains<T>(EvaluationFrame f, IEnumerable<T> source, T value) => Counted(f, source).Contains(value, EqualityOf<T>(f));

    public static bool Contains<T>(EvaluationFrame f, IEnumerable<T> source, T value, IEqualityComparer<T>? comparer) =>
        Counted(f, source).Contains(value, comparer ?? EqualityOf<T>(f));

    public static List<T> ToList<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source, Kept).ToList();

    public static T[] ToArray<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source, Kept).ToArray();

    public static HashSet<T> ToHashSet<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source, 2 * Kept).ToHashSet(EqualityOf<T>(f));

    public static HashSet<T> ToHashSet<T>(EvaluationFrame f, IEnumerable<T> source, IEqualityComparer<T>? comparer) =>
        Counted(f, source, 2 * Kept).ToHashSet(comparer);

    public static IEnumerable<T> Reverse<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source, Kept).Reverse();

    public static IEnumerable<T> Reverse<T>(EvaluationFrame f, T[] source) => Counted(f, source, Kept).Reverse();

    public static IEnumerable<T> Distinct<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source, 2 * Kept).Distinct(EqualityOf<T>(f));

    public static IEnumerable<T> Distinct<T>(EvaluationFrame f, IEnumerable<T> source, IEqualityComparer<T>? comparer) =>
        Counted(f, source, 2 * Kept).Distinct(comparer);

    public static T? Min<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source).Min(ComparerOf<T>(f));

    public static T? Max<T>(EvaluationFrame f, IEnumerable<T> source) => Counted(f, source).Max(ComparerOf<T>(f));

    public static TResult? Min<T, TResult>(EvaluationFrame f, IEnumerable<T> source, Func<T, TResult> selector) =>
        Counted(f, source).Select(selector).Min(ComparerOf<TResult>(f));

    public static TResult? Max<T, TResult>(EvaluationFrame f, IEnumerable<T> source, Func<T, TResult> selector) =>
        Counted(f, source).Select(selector).Max(ComparerOf<TResult>(f));

    internal static IEnumerable<T> Counted<T>(EvaluationFrame frame, IEnumerable<T> source, int bytes = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        frame.Allocate(256);
        return new CountedSequence<T>(frame, source, bytes);
    }

    internal static IComparer<TKey> ComparerOf<TKey>(EvaluationFrame frame) =>
        typeof(TKey) == typeof(string) ? (IComparer<TKey>)(object)new CountedStringComparer(frame, StringComparer.InvariantCulture) : Comparer<TKey>.Default;

    internal static IEqualityComparer<T> EqualityOf<T>(EvaluationFrame frame)
    {
        if (typeof(T) == typeof(IResource))
        {
            return (IEqualityComparer<T>)(object)ResourceComparer.Instance;
        }

        return typeof(T) == typeof(string)
            ? (IEqualityComparer<T>)(object)new CountedStringComparer(frame, StringComparer.Ordinal)
            : EqualityComparer<T>.Default;
    }

    internal sealed class ResourceComparer : IEqualityComparer<IResource?>
    {
        public static ResourceComparer Instance { get; } = new();

        public bool Equals(IResource? x, IResource? y) => EntityAccess.Same(x, y);

        public int GetHashCode(IResource? obj) => obj?.Id.GetHashCode() ?? 0;
    }

    /// <summary>Comparing long texts is work too.</summary>
    internal sealed class CountedStringComparer(EvaluationFrame frame, StringComparer comparer) : IComparer<string?>, IEqualityComparer<string?>
    {
        public int Compare(string? x, string? y)
        {
            frame.Work(Math.Min(x?.Length ?? 0, y?.Length ?? 0));
            return comparer.Compare(x, y);
        }

        public bool Equals(string? x, string? y)
        {
            frame.Work(Math.Min(x?.Length ?? 0, y?.Length ?? 0));
            return comparer.Equals(x, y);
        }

        public int GetHashCode(string? obj)
        {
            frame.Work(obj?.Length ?? 0);
            return obj is null ? 0 : comparer.GetHashCode(obj);
        }
    }
}
