using System.IO.Enumeration;
using System.Xml;
using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Xml;

/// <summary>
/// Reads configuration files into elements (configuration.md, Files). A file that cannot be read is reported and left out; the others
/// are read all the same.
/// </summary>
internal sealed class ConfigurationFileReader(DiagnosticBag bag)
{
    /// <summary>The namespace of every element of the format.</summary>
    public const string Namespace = "urn:schemas-usercube-com:configuration";

    /// <summary>The name of the root element.</summary>
    public const string Root = "ConfigurationFile";

    private const int MaximumDepth = 32;
    private const int MaximumAttributes = 1024;
    private const string SchemaInstanceNamespace = "http://www.w3.org/2001/XMLSchema-instance";

    private readonly List<ConfigurationElement> _elements = [];
    private readonly HashSet<string> _withoutNamespace = [];

    /// <summary>The elements below the roots of all files read so far.</summary>
    public IReadOnlyList<ConfigurationElement> Elements => _elements;

    /// <summary>Reads every <c>*.xml</c> below a directory, in ordinal order of their relative paths; linked directories are not followed.</summary>
    public void ReadDirectory(string directory)
    {
        if (!Directory.Exists(directory))
        {
            bag.Error(
                DiagnosticCodes.DirectoryMissing,
                new SourceLocation(directory, 0, 0),
                $"The configuration directory '{directory}' does not exist. Name a directory that holds the XML files with --config.");
            return;
        }

        var files = Files(directory);
        if (files.Count == 0)
        {
            bag.Error(
                DiagnosticCodes.NoFiles,
                new SourceLocation(directory, 0, 0),
                $"There is no XML file below the configuration directory '{directory}'. Name the directory that holds the XML files.");
        }

        foreach (var file in files)
        {
            ReadFile(file);
        }
    }

    /// <summary>Reads one document that is at hand as text.</summary>
    public void ReadText(string file, string xml)
    {
        if (xml.Length > SafeXml.MaximumLength)
        {
            ReportSize(file);
            return;
        }

        Read(file, () => SafeXml.Open(new StringReader(xml)), () => new StringReader(xml));
    }

    private static List<string> Files(string directory)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };
        var files = new FileSystemEnumerable<string>(directory, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && entry.FileName.EndsWith(".xml", StringComparison.OrdinalIgnoreCase),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return [.. files.OrderBy(f => Path.GetRelativePath(directory, f).Replace('\\', '/'), StringComparer.Ordinal)];
    }

    private void ReadFile(string file)
    {
        try
        {
            if (new FileInfo(file).Length > SafeXml.MaximumLength)
            {
                ReportSize(file);
                return;
            }

            Read(file, () => SafeXml.Open(File.OpenRead(file)), () => new StreamReader(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            bag.Error(
                DiagnosticCodes.FileUnreadable,
                new SourceLocation(file, 0, 0),
                $"The file '{file}' cannot be read: {exception.Message} Check that it exists and that Muster may read it.");
        }
    }

    private void ReportSize(string file) => bag.Error(
        DiagnosticCodes.FileTooLarge,
        new SourceLocation(file, 0, 0),
        $"The file '{file}' is larger than 64 MiB and was not read. Divide it into several files.");

    private void Read(string file, Func<XmlReader> open, Func<TextReader> openText)
    {
        using var reader = open();
        try
        {
            reader.MoveToContent();
            var root = Element(reader, file, 0);
            if (root is not null && CheckRoot(root, reader.NamespaceURI, file))
            {
                Children(reader, root, file, 1);
                while (reader.Read())
                {
                    // To the end, so that what follows the root is checked too.
                }

                FollowCode(root.Children, new Lazy<IReadOnlyList<string>>(() => Lines(openText)));
                _elements.AddRange(root.Children);
            }
        }
        catch (XmlException exception)
        {
            ReportXml(file, exception, openText);
        }
    }

    private void ReportXml(string file, XmlException exception, Func<TextReader> openText)
    {
        var location = new SourceLocation(file, exception.LineNumber, exception.LinePosition);
        if (exception.Message.Contains("DTD", StringComparison.Ordinal))
        {
            bag.Error(
                DiagnosticCodes.DocumentType,
                DocumentType(file, openText),
                $"The file '{file}' has a document type (DTD), which is not accepted. Remove the '<!DOCTYPE …>' declaration.");
            return;
        }

        bag.Error(
            DiagnosticCodes.NotWellFormed,
            location,
            $"The file '{file}' is not well-formed XML and was not read: {exception.Message}");
    }

    /// <summary>The reader refuses a document type without saying where it is; it can only stand at the start of the file.</summary>
    private static SourceLocation DocumentType(string file, Func<TextReader> openText)
    {
        using var text = openText();
        for (var number = 1; number <= 1000 && text.ReadLine() is { } line; number++)
        {
            var column = line.IndexOf("<!DOCTYPE", StringComparison.Ordinal);
            if (column >= 0)
            {
                return new SourceLocation(file, number, column + 1);
            }
        }

        return new SourceLocation(file, 1, 1);
    }

    /// <summary>Code is long, broken into lines and full of quotes: its errors must still point at the right place of the file.</summary>
    private static void FollowCode(IEnumerable<ConfigurationElement> elements, Lazy<IReadOnlyList<string>> lines)
    {
        foreach (var element in elements)
        {
            for (var index = 0; index < element.Attributes.Count; index++)
            {
                var attribute = element.Attributes[index];
                if (attribute.Value.TrimStart().StartsWith("C#:", StringComparison.OrdinalIgnoreCase))
                {
                    var places = AttributePlaces.Follow(attribute.Value, attribute.ValueLocation, lines.Value);
                    element.Attributes[index] = attribute with { Places = places };
                }
            }

            FollowCode(element.Children, lines);
        }
    }

    private static List<string> Lines(Func<TextReader> openText)
    {
        using var text = openText();
        var lines = new List<string>();
        while (text.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    private bool CheckRoot(ConfigurationElement root, string @namespace, string file)
    {
        if (root.Name != Root || @namespace is not ("" or Namespace))
        {
            bag.Error(
                DiagnosticCodes.WrongRoot,
                root.Location,
                $"The root of '{file}' is '{root.Name}' in namespace '{@namespace}'. "
                + $"Write <{Root} xmlns=\"{Namespace}\">, or move the file out of the configuration directory.");
            return false;
        }

        if (@namespace.Length == 0)
        {
            _withoutNamespace.Add(file);
            bag.Notice(
                DiagnosticCodes.MissingNamespace,
                root.Location,
                $"The root of '{file}' has no namespace; it is read as if it had. Write xmlns=\"{Namespace}\" on '{Root}'.");
        }

        return true;
    }

    /// <summary>The element at the reader, without its children; the reader stays on it.</summary>
    private ConfigurationElement? Element(XmlReader reader, string file, int depth)
    {
        var location = Here(reader, file);
        if (depth > MaximumDepth || reader.AttributeCount > MaximumAttributes)
        {
            bag.Error(
                DiagnosticCodes.TooComplex,
                location,
                $"The element '{reader.LocalName}' is nested deeper than {MaximumDepth} levels or has more than {MaximumAttributes} "
                + "attributes; it was not read. Simplify the file.");
            return null;
        }

        var element = new ConfigurationElement(reader.LocalName, location);
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix is "xmlns" or "xml" || reader.Name == "xmlns" || reader.NamespaceURI == SchemaInstanceNamespace)
            {
                continue;
            }

            var place = Here(reader, file);
            var name = reader.Name;
            if (reader.NamespaceURI.Length > 0)
            {
                bag.Error(
                    DiagnosticCodes.WrongNamespace,
                    place,
                    $"The attribute '{name}' is in namespace '{reader.NamespaceURI}', which has no meaning here. Remove it.");
                continue;
            }

            var value = reader.Value;
            var valuePlace = reader.ReadAttributeValue() ? Here(reader, file) : place;
            element.Attributes.Add(new ConfigurationAttribute(name, value, place) { ValueLocation = valuePlace });
        }

        reader.MoveToElement();
        return element;
    }

    /// <summary>Reads the children of the element at the reader, and moves to its end.</summary>
    private void Children(XmlReader reader, ConfigurationElement parent, string file, int depth)
    {
        if (reader.IsEmptyElement)
        {
            return;
        }

        var expected = _withoutNamespace.Contains(file) ? "" : Namespace;
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                bag.Warning(
                    DiagnosticCodes.UnexpectedText,
                    Here(reader, file),
                    $"The element '{parent.Name}' holds text, which has no meaning here. Remove it, or write it as an attribute.");
                continue;
            }

            var foreign = reader.NamespaceURI != expected;
            if (foreign)
            {
                bag.Error(
                    DiagnosticCodes.WrongNamespace,
                    Here(reader, file),
                    $"The element '{reader.Name}' is in namespace '{reader.NamespaceURI}' and not in '{expected}'. Remove its 'xmlns'.");
            }

            var child = foreign ? null : Element(reader, file, depth);
            if (child is null)
            {
                Skip(reader);
                continue;
            }

            parent.Children.Add(child);
            Children(reader, child, file, depth + 1);
        }
    }

    /// <summary>Moves to the end of the element at the reader.</summary>
    private static void Skip(XmlReader reader)
    {
        if (reader.IsEmptyElement)
        {
            return;
        }

        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            // Over everything inside.
        }
    }

    private static SourceLocation Here(XmlReader reader, string file)
    {
        var place = (IXmlLineInfo)reader;
        return new SourceLocation(file, place.LineNumber, place.LinePosition);
    }
}
