using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using Muster.Configuration.Model;

namespace Muster.Configuration.Elements;

/// <summary>How the value of an attribute is read.</summary>
public enum FieldType
{
    Text,
    Boolean,
    Int32,
    Int64,
    Number,
    Enumeration,

    /// <summary>A text per language: <c>DisplayName_L1</c> … <c>_L16</c>.</summary>
    Localized,

    /// <summary>Texts with a base32hex number in the name: <c>D0</c> … <c>D3V</c>.</summary>
    NumberedText,

    /// <summary>Booleans with a base32hex number in the name.</summary>
    NumberedBoolean,
}

/// <summary>One attribute of an element kind.</summary>
/// <param name="Name">The XML name; the stem for localized ones; <c>D#</c> for numbered ones.</param>
/// <param name="Default">The value of a fresh record, for documentation; null where there is none.</param>
/// <param name="Enumeration">The enumeration's type for <see cref="FieldType.Enumeration"/>.</param>
public sealed record FieldSchema(
    string Name, FieldType Type, FieldAttribute Meta, object? Default, Type? Enumeration, PropertyInfo Property)
{
    /// <summary>Text before the number of a numbered attribute.</summary>
    public string Prefix => Name.Split('#')[0];

    /// <summary>Smallest number of a numbered attribute: columns of navigations start at 128 (synchronization.md 2.3).</summary>
    public int Smallest => Prefix == "I" ? 128 : 0;

    /// <summary>Greatest number of a numbered attribute.</summary>
    public int Greatest => Prefix == "I" ? 152 : Base32Hex.Maximum;

    public bool IsNumbered => Type is FieldType.NumberedText or FieldType.NumberedBoolean;
}

/// <summary>One kind of child of an element kind.</summary>
public sealed record ChildSchema(ElementSchema Element, ChildrenAttribute Meta, PropertyInfo Property);

/// <summary>
/// What is known of one element kind, drawn from its record's annotations: reading, checking, the XSD and documentation all use it.
/// Immutable; shared.
/// </summary>
public sealed class ElementSchema
{
    private readonly FrozenDictionary<string, FieldSchema> _fields;
    private readonly Lazy<IReadOnlyList<ChildSchema>> _children;

    internal ElementSchema(Type record)
    {
        Record = record;
        Meta = record.GetCustomAttribute<ElementAttribute>()
            ?? throw new InvalidOperationException($"{record.Name} has no element name.");
        var blank = RuntimeHelpers.GetUninitializedObject(record);
        var fresh = Activator.CreateInstance(record) ?? blank;
        Fields = [.. record.GetProperties().Where(p => p.IsDefined(typeof(FieldAttribute)))
            .OrderBy(p => Depth(record, p.DeclaringType!)).ThenBy(p => p.MetadataToken).Select(p => Field(p, fresh))];
        _fields = Fields.Where(f => !f.IsNumbered && f.Type != FieldType.Localized)
            .SelectMany(f => f.Meta.Aliases.Prepend(f.Name).Select(n => (Name: n, Field: f)))
            .ToFrozenDictionary(p => p.Name, p => p.Field, StringComparer.Ordinal);
        _children = new Lazy<IReadOnlyList<ChildSchema>>(() => [.. record.GetProperties()
            .Where(p => p.IsDefined(typeof(ChildrenAttribute))).OrderBy(p => p.MetadataToken).SelectMany(Child)]);
    }

    public Type Record { get; }

    public ElementAttribute Meta { get; }

    public string Name => Meta.Name;

    public IReadOnlyList<FieldSchema> Fields { get; }

    public IReadOnlyList<ChildSchema> Children => _children.Value;

    /// <summary>The attribute of a name with no suffix or number in it, or null.</summary>
    public FieldSchema? FindField(string name) => _fields.GetValueOrDefault(name);

    /// <summary>Every name that an attribute may be written with, as a suggestion would show it.</summary>
    public IEnumerable<string> KnownAttributes => Fields.SelectMany(f => f.Type switch
    {
        FieldType.Localized => [$"{f.Name}_L1", f.Name],
        FieldType.NumberedText or FieldType.NumberedBoolean => [f.Name.Replace("#", "0", StringComparison.Ordinal)],
        _ => f.Meta.Aliases.Prepend(f.Name),
    });

    public ChildSchema? FindChild(string name) =>
        Children.FirstOrDefault(c => c.Element.Name == name || c.Element.Meta.Aliases.Contains(name));

    public override string ToString() => Name;

    private static int Depth(Type record, Type declaring)
    {
        var depth = 0;
        for (var type = record; type is not null && type != declaring; type = type.BaseType)
        {
            depth++;
        }

        return -depth;
    }

    private static FieldSchema Field(PropertyInfo property, object fresh)
    {
        var meta = property.GetCustomAttribute<FieldAttribute>()!;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var name = meta.Name ?? property.Name;
        var value = property.GetValue(fresh);
        var kind = true switch
        {
            _ when type == typeof(string) => FieldType.Text,
            _ when type == typeof(bool) => FieldType.Boolean,
            _ when type == typeof(int) => FieldType.Int32,
            _ when type == typeof(long) => FieldType.Int64,
            _ when type == typeof(double) => FieldType.Number,
            _ when type.IsEnum => FieldType.Enumeration,
            _ when type == typeof(DisplayNames) => FieldType.Localized,
            _ when type == typeof(IReadOnlyList<NumberedValue<string>>) => FieldType.NumberedText,
            _ when type == typeof(IReadOnlyList<NumberedValue<bool>>) => FieldType.NumberedBoolean,
            _ => throw new InvalidOperationException($"{property.DeclaringType!.Name}.{property.Name} has no readable type."),
        };
        var shown = kind is FieldType.Localized or FieldType.NumberedText or FieldType.NumberedBoolean || value is "" ? null : value;
        return new FieldSchema(name, kind, meta, shown, type.IsEnum ? type : null, property);
    }

    private static IEnumerable<ChildSchema> Child(PropertyInfo property)
    {
        var meta = property.GetCustomAttribute<ChildrenAttribute>()!;
        var record = property.PropertyType.GetGenericArguments()[0];
        var kinds = record.IsAbstract ? ElementCatalogue.Derived(record) : [ElementCatalogue.Of(record)];
        return kinds.Select(kind => new ChildSchema(kind, meta, property));
    }
}
