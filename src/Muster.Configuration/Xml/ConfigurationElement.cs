using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Xml;

/// <summary>
/// One XML element of the configuration as it was written, with its place: the form on which scaffoldings work (elements in, elements
/// out) before the typed records are read from it. Comments and white space are not kept.
/// </summary>
public sealed class ConfigurationElement
{
    public ConfigurationElement(string name, SourceLocation location = default)
    {
        Name = name;
        Location = location;
    }

    /// <summary>The local name: <c>EntityType</c>, <c>SynchronizeTask</c>.</summary>
    public string Name { get; }

    public SourceLocation Location { get; }

    /// <summary>The attributes in the order in which they were written.</summary>
    public IList<ConfigurationAttribute> Attributes { get; } = [];

    public IList<ConfigurationElement> Children { get; } = [];

    /// <summary>The identifier of the scaffolding element that made this one; null where a person wrote it.</summary>
    public string? MadeBy { get; init; }

    public string? this[string attribute] => Find(attribute)?.Value;

    public ConfigurationAttribute? Find(string attribute) => Attributes.FirstOrDefault(a => a.Name == attribute);

    /// <summary>Sets an attribute, in place where it exists, else at the end; null removes it. Returns this element.</summary>
    public ConfigurationElement Set(string attribute, string? value)
    {
        for (var index = 0; index < Attributes.Count; index++)
        {
            if (Attributes[index].Name == attribute)
            {
                if (value is null)
                {
                    Attributes.RemoveAt(index);
                }
                else
                {
                    Attributes[index] = Attributes[index] with { Value = value };
                }

                return this;
            }
        }

        if (value is not null)
        {
            Attributes.Add(new ConfigurationAttribute(attribute, value, Location));
        }

        return this;
    }

    public ConfigurationElement Add(ConfigurationElement child)
    {
        Children.Add(child);
        return this;
    }

    public override string ToString() => $"<{Name} {this["Identifier"]}> at {Location}";
}

/// <summary>One attribute with its place.</summary>
public sealed record ConfigurationAttribute(string Name, string Value, SourceLocation Location)
{
    /// <summary>Where the value's text starts, behind the quote; <see cref="Location"/> if it is not known.</summary>
    public SourceLocation ValueLocation
    {
        get => field == default ? Location : field;
        init;
    }

    /// <summary>The places of the value's characters, where they were followed (for C#); null if they stand one behind the other.</summary>
    public AttributePlaces? Places { get; init; }

    /// <summary>The place of one character of the value.</summary>
    public SourceLocation At(int offset) =>
        Places?.At(ValueLocation, offset) ?? ValueLocation with { Column = ValueLocation.Column + offset };
}
