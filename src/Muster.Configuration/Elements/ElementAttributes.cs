namespace Muster.Configuration.Elements;

/// <summary>What Muster does with an element kind.</summary>
public enum ElementSupport
{
    /// <summary>Read, resolved and acted on.</summary>
    Full,

    /// <summary>Read and kept, without effect on what Muster computes, and harmless to ignore.</summary>
    Kept,

    /// <summary>Read and kept; the engine does not evaluate it yet, which <c>config check</c> says as a warning.</summary>
    NotYet,
}

/// <summary>Names the XML element that a record is read from, with the text that documentation and the XSD show for it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ElementAttribute(string name, string text) : Attribute
{
    public string Name { get; } = name;

    public string Text { get; } = text;

    /// <summary>True for elements that stand directly below <c>ConfigurationFile</c>.</summary>
    public bool IsTopLevel { get; init; }

    /// <summary>Other names of the same element, accepted on reading.</summary>
    public string[] Aliases { get; init; } = [];

    public ElementSupport Support { get; init; }

    /// <summary>Attributes that identify the element where it has no <c>Identifier</c>, joined by a line feed for comparison.</summary>
    public string[] Key { get; init; } = ["Identifier"];

    /// <summary>True if two elements may have the same <see cref="Key"/>.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>The documented elements with this record's identifiers in one space with those of another record; null for its own.</summary>
    public Type? IdentifierSpace { get; init; }
}

/// <summary>Describes one XML attribute of a record: its text, whether it must be there, and what it refers to.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldAttribute(string text) : Attribute
{
    public string Text { get; } = text;

    /// <summary>The XML name where it differs from the property's; for numbered attributes the letters around the number: <c>D#</c>.</summary>
    public string? Name { get; init; }

    public bool Required { get; init; }

    /// <summary>The kind of element that the value names, checked after reading; null for plain values.</summary>
    public Type? Refers { get; init; }

    /// <summary>True if the value is a property as <c>EntityType:Property</c>.</summary>
    public bool RefersToProperty { get; init; }

    /// <summary>Accepted other spellings of the attribute.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>A tolerated leftover of old configurations: read without effect, with a warning.</summary>
    public bool IsObsolete { get; init; }
}

/// <summary>A list of child elements of one kind.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ChildrenAttribute(string text) : Attribute
{
    public string Text { get; } = text;

    public bool AtMostOne { get; init; }
}

/// <summary>Another accepted spelling of an enumeration member.</summary>
[AttributeUsage(AttributeTargets.Field, AllowMultiple = true)]
public sealed class SpellingAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}
