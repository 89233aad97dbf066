using System.Text;
using System.Xml;

namespace Muster.Configuration.Xml;

/// <summary>Writes elements as one <c>ConfigurationFile</c> document that loads to the same configuration.</summary>
public static class ConfigurationWriter
{
    /// <summary>Writes the elements in the given order, indented, attributes as they are written.</summary>
    public static void Write(IEnumerable<ConfigurationElement> elements, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(elements);
        ArgumentNullException.ThrowIfNull(output);
        var settings = new XmlWriterSettings
        {
            Indent = true,
            IndentChars = "  ",
            NewLineChars = "\n",
            NewLineHandling = NewLineHandling.Entitize,
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            OmitXmlDeclaration = true,
        };
        output.Write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        using (var writer = XmlWriter.Create(output, settings))
        {
            writer.WriteStartElement(ConfigurationFileReader.Root, ConfigurationFileReader.Namespace);
            foreach (var element in elements)
            {
                Write(writer, element);
            }

            writer.WriteEndElement();
        }

        output.Write('\n');
    }

    /// <summary>The document as a text.</summary>
    public static string ToText(IEnumerable<ConfigurationElement> elements)
    {
        using var text = new StringWriter();
        Write(elements, text);
        return text.ToString();
    }

    private static void Write(XmlWriter writer, ConfigurationElement element)
    {
        writer.WriteStartElement(element.Name, ConfigurationFileReader.Namespace);
        foreach (var attribute in element.Attributes)
        {
            writer.WriteAttributeString(attribute.Name, attribute.Value);
        }

        foreach (var child in element.Children)
        {
            Write(writer, child);
        }

        writer.WriteEndElement();
    }
}
