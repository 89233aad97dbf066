using System.Collections.Frozen;

namespace Muster.Configuration.Elements;

/// <summary>Every element kind that Muster knows: those with a record, and those of the format that it reads over.</summary>
public static class ElementCatalogue
{
    private static readonly FrozenDictionary<Type, ElementSchema> ByRecord = typeof(ElementRecord).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(ElementRecord)) && !type.IsAbstract)
        .ToFrozenDictionary(type => type, type => new ElementSchema(type));

    private static readonly FrozenDictionary<string, ElementSchema> ByName = ByRecord.Values.Where(s => s.Meta.IsTopLevel)
        .SelectMany(s => s.Meta.Aliases.Prepend(s.Name).Select(name => (name, schema: s)))
        .ToFrozenDictionary(p => p.name, p => p.schema, StringComparer.Ordinal);

    /// <summary>The kinds that stand directly below the root, by name.</summary>
    public static IReadOnlyList<ElementSchema> TopLevel { get; } =
        [.. ByRecord.Values.Where(s => s.Meta.IsTopLevel).OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>All kinds, children too, by name.</summary>
    public static IReadOnlyList<ElementSchema> All { get; } = [.. ByRecord.Values.OrderBy(s => s.Record.Name, StringComparer.Ordinal)];

    /// <summary>Names of top-level elements with a record, aliases included.</summary>
    public static IEnumerable<string> KnownNames => ByName.Keys;

    /// <summary>The kind of a top-level element, by its name or an alias; null if there is none.</summary>
    public static ElementSchema? Find(string name) => ByName.GetValueOrDefault(name);

    public static ElementSchema Of(Type record) => ByRecord[record];

    internal static IEnumerable<ElementSchema> Derived(Type record) =>
        ByRecord.Values.Where(s => s.Record.IsSubclassOf(record)).OrderBy(s => s.Name, StringComparer.Ordinal);
}
