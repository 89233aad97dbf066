using Muster.Configuration.Diagnostics;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Elements;

/// <summary>
/// An element of the format as it was written, with typed attributes: one record per element kind, one property per attribute
/// (<see cref="FieldAttribute"/>) or kind of child (<see cref="ChildrenAttribute"/>). References are still text here;
/// <see cref="Model.ConfigurationModel"/> has them resolved. A required attribute that is missing is the empty text, and was reported.
/// </summary>
public abstract record ElementRecord
{
    /// <summary>What the record was read from.</summary>
    public ConfigurationElement Source { get; internal set; } = null!;

    public SourceLocation Location => Source.Location;

    /// <summary>The place of an attribute's value, or of the element if the attribute is not written.</summary>
    public SourceLocation At(string attribute) => Source.Find(attribute)?.Location ?? Source.Location;
}

/// <summary>One attribute whose name holds a number in base32hex: <c>D0</c>, <c>B1A</c> (rolemodel.md 3.1).</summary>
/// <param name="Number">0 to 127.</param>
public sealed record NumberedValue<T>(int Number, T Value, SourceLocation Location);
