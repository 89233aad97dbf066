using System.Xml;
using System.Xml.Linq;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Tests;

/// <summary>Elements from XML text and back, for tests that speak XML: a few elements without root, in the file <c>Conf.xml</c>.</summary>
internal static class ConfigurationText
{
    public static IReadOnlyList<ConfigurationElement> Parse(string xml) =>
        [.. XDocument.Parse($"<R>{xml}</R>", LoadOptions.SetLineInfo).Root!.Elements().Select(Read)];

    /// <summary>A stable text of elements: attributes sorted by name, children in order.</summary>
    public static string Print(IEnumerable<ConfigurationElement> elements) =>
        string.Join('\n', elements.Select(e => Write(e).ToString())).ReplaceLineEndings("\n");

    public static string Print(ConfigurationElement element) => Print([element]);

    private static ConfigurationElement Read(XElement element)
    {
        var result = new ConfigurationElement(element.Name.LocalName, Location(element));
        foreach (var attribute in element.Attributes())
        {
            result.Attributes.Add(new ConfigurationAttribute(attribute.Name.LocalName, attribute.Value, Location(attribute)));
        }

        foreach (var child in element.Elements())
        {
            result.Add(Read(child));
        }

        return result;
    }

    private static SourceLocation Location(IXmlLineInfo place) => new("Conf.xml", place.LineNumber, place.LinePosition);

    private static XElement Write(ConfigurationElement element) => new(
        element.Name,
        element.Attributes.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => new XAttribute(a.Name, a.Value)),
        element.Children.Select(Write));
}
