using System.Text;
using System.Xml;
using Muster.Configuration.Xml;

namespace Muster.Cli.Hosting;

/// <summary>Elements as one <c>ConfigurationFile</c> document.</summary>
internal static class ConfigurationXml
{
    private const string Namespace = "urn:schemas-usercube-com:configuration";

    public static string Write(IEnumerable<ConfigurationElement> elements)
    {
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            writer.WriteStartElement("ConfigurationFile", Namespace);
            foreach (var element in elements)
            {
                Write(writer, element);
            }

            writer.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void Write(XmlWriter writer, ConfigurationElement element)
    {
        writer.WriteStartElement(element.Name, Namespace);
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
