using Muster.Configuration.Model;

namespace Muster.Policy.Access;

/// <summary>What a step of a filter's binding leads to (rolemodel.md 9.1).</summary>
public abstract record AccessValue;

/// <summary>A stored resource: further steps are its properties.</summary>
public sealed record ResourceValue(EntityType Type, long Id) : AccessValue
{
    /// <summary>Values of its key properties, where they were asked for.</summary>
    internal IReadOnlyList<(PropertyType Type, string? Value)> Keys { get; init; } = [];
}

/// <summary>A plain value in canonical form.</summary>
/// <param name="Type">How a text that it is compared with is read.</param>
/// <param name="Enumeration">Of a state: its enumeration, so that it is compared by name and by number; <paramref name="Text"/> is the name.</param>
public sealed record TextValue(string? Text, PropertyType Type = PropertyType.String, Type? Enumeration = null) : AccessValue
{
    public static TextValue Of<T>(T state)
        where T : struct, Enum => new(state.ToString(), PropertyType.String, typeof(T));
}

/// <summary>An item of the configuration or of a run, with members that filters can read.</summary>
/// <param name="Kind">Its element or table: <c>SingleRole</c>, <c>Category</c>, <c>JobInstance</c>.</param>
public sealed record ItemValue(string Kind, string Identifier) : AccessValue
{
    /// <summary>By name, read when they are asked for; empty: there is no value.</summary>
    internal IReadOnlyDictionary<string, Func<IReadOnlyList<AccessValue>>> Members { get; init; } = new Dictionary<string, Func<IReadOnlyList<AccessValue>>>();

    /// <summary>What a member leads to; null if there is no such member.</summary>
    public IReadOnlyList<AccessValue>? this[string member] =>
        Members.TryGetValue(member, out var read) ? read() : member == "Identifier" ? [new TextValue(Identifier)] : null;
}
