using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>Copies of elements, because the expansion leaves its input as it is.</summary>
internal static class ElementCopy
{
    /// <summary>The element with its attributes and children, down to the leaves.</summary>
    public static ConfigurationElement Of(ConfigurationElement element)
    {
        var copy = WithoutChildren(element);
        foreach (var child in element.Children)
        {
            copy.Children.Add(Of(child));
        }

        return copy;
    }

    /// <summary>The element with its attributes only.</summary>
    public static ConfigurationElement WithoutChildren(ConfigurationElement element)
    {
        var copy = new ConfigurationElement(element.Name, element.Location) { MadeBy = element.MadeBy };
        foreach (var attribute in element.Attributes)
        {
            copy.Attributes.Add(attribute);
        }

        return copy;
    }
}
