namespace Muster.Expressions.Runtime;

/// <summary><c>List&lt;T&gt;</c>. Elements are charged as they are added.</summary>
[MembersOf("System.Collections.Generic.List`1")]
internal static class ListMembers
{
    private const int Element = 32;

    [Constructor]
    public static List<T> New<T>(EvaluationFrame f)
    {
        f.Allocate(64);
        return [];
    }

    [Constructor]
    public static List<T> New<T>(EvaluationFrame f, int capacity)
    {
        f.Allocate(64 + (16L * capacity));
        return new List<T>(capacity);
    }

    [Constructor]
    public static List<T> New<T>(EvaluationFrame f, IEnumerable<T> source) => LinqMembers.ToList(f, source);

    [Getter]
    public static int Count<T>(List<T> self) => self.Count;

    [Getter]
    public static T Item<T>(List<T> self, int index) => self[index];

    [Setter]
    public static void Item<T>(List<T> self, int index, T value) => self[index] = value;

    public static void Add<T>(EvaluationFrame f, List<T> self, T item)
    {
        f.Allocate(Element);
        f.Step();
        self.Add(item);
    }

    public static void AddRange<T>(EvaluationFrame f, List<T> self, IEnumerable<T> items) => self.AddRange(LinqMembers.ToArray(f, items));

    public static void Insert<T>(EvaluationFrame f, List<T> self, int index, T item)
    {
        f.Allocate(Element);
        f.Work(self.Count);
        self.Insert(index, item);
    }

    public static bool Remove<T>(EvaluationFrame f, List<T> self, T item)
    {
        var index = IndexOf(f, self, item);
        if (index >= 0)
        {
            self.RemoveAt(index);
        }

        return index >= 0;
    }

    public static void RemoveAt<T>(EvaluationFrame f, List<T> self, int index)
    {
        f.Work(self.Count);
        self.RemoveAt(index);
    }

    public static void Clear<T>(List<T> self) => self.Clear();

    public static bool Contains<T>(EvaluationFrame f, List<T> self, T item) => LinqMembers.Contains(f, self, item);

    public static int IndexOf<T>(EvaluationFrame f, List<T> self, T item)
    {
        var equality = LinqMembers.EqualityOf<T>(f);
        for (var i = 0; i < self.Count; i++)
        {
            f.Step();
            if (equality.Equals(self[i], item))
            {
                return i;
            }
        }

        return -1;
    }

    public static void Reverse<T>(EvaluationFrame f, List<T> self)
    {
        f.Work(self.Count);
        self.Reverse();
    }

    public static void Sort<T>(EvaluationFrame f, List<T> self)
    {
        var sorted = LinqMembers.ToArray(f, LinqMembers.OrderBy(f, self, e => e));
        self.Clear();
        self.AddRange(sorted);
    }

    public static T[] ToArray<T>(EvaluationFrame f, List<T> self) => LinqMembers.ToArray(f, self);
}

/// <summary><c>HashSet&lt;T&gt;</c>.</summary>
[MembersOf("System.Collections.Generic.HashSet`1")]
internal static class HashSetMembers
{
    [Constructor]
    public static HashSet<T> New<T>(EvaluationFrame f) => LinqMembers.ToHashSet<T>(f, []);

    [Constructor]
    public static HashSet<T> New<T>(EvaluationFrame f, IEqualityComparer<T>? comparer) => LinqMembers.ToHashSet(f, [], comparer);

    [Constructor]
    public static HashSet<T> New<T>(EvaluationFrame f, IEnumerable<T> source) => LinqMembers.ToHashSet(f, source);

    [Constructor]
    public static HashSet<T> New<T>(EvaluationFrame f, IEnumerable<T> source, IEqualityComparer<T>? comparer) =>
        LinqMembers.ToHashSet(f, source, comparer);

    [Getter]
    public static int Count<T>(HashSet<T> self) => self.Count;

    public static bool Add<T>(EvaluationFrame f, HashSet<T> self, T item)
    {
        f.Allocate(64);
        f.Step();
        return self.Add(item);
    }

    public static bool Contains<T>(EvaluationFrame f, HashSet<T> self, T item)
    {
        f.Step();
        return self.Contains(item);
    }

    public static bool Remove<T>(HashSet<T> self, T item) => self.Remove(item);

    public static void Clear<T>(HashSet<T> self) => self.Clear();
}

/// <summary><c>Dictionary&lt;TKey, TValue&gt;</c>.</summary>
[MembersOf("System.Collections.Generic.Dictionary`2")]
internal static class DictionaryMembers
{
    private const int Entry = 96;

    [Constructor]
    public static Dictionary<TKey, TValue> New<TKey, TValue>(EvaluationFrame f)
        where TKey : notnull => New<TKey, TValue>(f, (IEqualityComparer<TKey>?)null);

    [Constructor]
    public static Dictionary<TKey, TValue> New<TKey, TValue>(EvaluationFrame f, IEqualityComparer<TKey>? comparer)
        where TKey : notnull
    {
        f.Allocate(Entry);
        return new Dictionary<TKey, TValue>(comparer);
    }

    [Getter]
    public static int Count<TKey, TValue>(Dictionary<TKey, TValue> self)
        where TKey : notnull => self.Count;

    [Getter]
    public static Dictionary<TKey, TValue>.KeyCollection Keys<TKey, TValue>(Dictionary<TKey, TValue> self)
        where TKey : notnull => self.Keys;

    [Getter]
    public static Dictionary<TKey, TValue>.ValueCollection Values<TKey, TValue>(Dictionary<TKey, TValue> self)
        where TKey : notnull => self.Values;

    [Getter]
    public static TValue Item<TKey, TValue>(EvaluationFrame f, Dictionary<TKey, TValue> self, TKey key)
        where TKey : notnull => self.TryGetValue(key, out var value)
            ? value
            : throw new EvaluationFault("A dictionary was asked for a key that it does not hold. Use TryGetValue.");

    [Setter]
    public static void Item<TKey, TValue>(EvaluationFrame f, Dictionary<TKey, TValue> self, TKey key, TValue value)
        where TKey : notnull
    {
        f.Allocate(Entry);
        f.Step();
        self[key] = value;
    }

    public static void Add<TKey, TValue>(EvaluationFrame f, Dictionary<TKey, TValue> self, TKey key, TValue value)
        where TKey : notnull
    {
        f.Allocate(Entry);
        f.Step();
        self.Add(key, value);
    }

    public static bool TryAdd<TKey, TValue>(EvaluationFrame f, Dictionary<TKey, TValue> self, TKey key, TValue value)
        where TKey : notnull
    {
        f.Allocate(Entry);
        f.Step();
        return self.TryAdd(key, value);
    }

    public static bool ContainsKey<TKey, TValue>(Dictionary<TKey, TValue> self, TKey key)
        where TKey : notnull => self.ContainsKey(key);

    public static bool TryGetValue<TKey, TValue>(Dictionary<TKey, TValue> self, TKey key, out TValue? value)
        where TKey : notnull => self.TryGetValue(key, out value);

    public static bool Remove<TKey, TValue>(Dictionary<TKey, TValue> self, TKey key)
        where TKey : notnull => self.Remove(key);

    public static void Clear<TKey, TValue>(Dictionary<TKey, TValue> self)
        where TKey : notnull => self.Clear();
}

/// <summary><c>CollectionExtensions</c>.</summary>
[MembersOf("System.Collections.Generic.CollectionExtensions")]
internal static class CollectionExtensionMembers
{
    public static TValue? GetValueOrDefault<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> self, TKey key) => self.GetValueOrDefault(key);

    public static TValue GetValueOrDefault<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> self, TKey key, TValue other) =>
        self.GetValueOrDefault(key, other);
}

/// <summary>What the interfaces of collections offer without a call.</summary>
[MembersOf("System.Collections.Generic.ICollection`1")]
internal static class CollectionInterfaceMembers
{
    [Getter]
    public static int Count<T>(ICollection<T> self) => self.Count;
}

/// <summary>What the interfaces of collections offer without a call.</summary>
[MembersOf("System.Collections.Generic.IReadOnlyCollection`1")]
internal static class ReadOnlyCollectionMembers
{
    [Getter]
    public static int Count<T>(IReadOnlyCollection<T> self) => self.Count;
}

/// <summary>What the interfaces of collections offer without a call.</summary>
[MembersOf("System.Collections.Generic.IReadOnlyList`1")]
internal static class ReadOnlyListMembers
{
    [Getter]
    public static T Item<T>(IReadOnlyList<T> self, int index) => self[index];
}

/// <summary><c>KeyValuePair</c>.</summary>
[MembersOf("System.Collections.Generic.KeyValuePair`2")]
internal static class KeyValuePairMembers
{
    [Getter]
    public static TKey Key<TKey, TValue>(KeyValuePair<TKey, TValue> self) => self.Key;

    [Getter]
    public static TValue Value<TKey, TValue>(KeyValuePair<TKey, TValue> self) => self.Value;
}

/// <summary><c>IGrouping</c>.</summary>
[MembersOf("System.Linq.IGrouping`2")]
internal static class GroupingMembers
{
    [Getter]
    public static TKey Key<TKey, T>(IGrouping<TKey, T> self) => self.Key;
}

/// <summary>Arrays.</summary>
[MembersOf("System.Array")]
internal static class ArrayMembers
{
    [Getter]
    public static int Length(Array self) => self.Length;
}

/// <summary><c>StringComparer</c>: the comparers that do not depend on the host's culture.</summary>
[MembersOf("System.StringComparer")]
internal static class StringComparerMembers
{
    [Getter]
    public static StringComparer Ordinal() => StringComparer.Ordinal;

    [Getter]
    public static StringComparer OrdinalIgnoreCase() => StringComparer.OrdinalIgnoreCase;

    [Getter]
    public static StringComparer InvariantCulture() => StringComparer.InvariantCulture;

    [Getter]
    public static StringComparer InvariantCultureIgnoreCase() => StringComparer.InvariantCultureIgnoreCase;
}

/// <summary><c>CultureInfo</c>: only the culture that is the same everywhere.</summary>
[MembersOf("System.Globalization.CultureInfo")]
internal static class CultureMembers
{
    [Getter]
    public static System.Globalization.CultureInfo InvariantCulture() => System.Globalization.CultureInfo.InvariantCulture;
}
