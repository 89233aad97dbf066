using System.Xml;

namespace Muster.Configuration.Xml;

/// <summary>
/// The one place where XML readers are made: no document types, no external entities, bounded size. All XML that Muster reads comes
/// through here.
/// </summary>
public static class SafeXml
{
    /// <summary>Greatest size of a file in bytes, and of a text in characters.</summary>
    public const long MaximumLength = 64L * 1024 * 1024;

    /// <summary>Opens a reader over octets; the encoding is found as XML says. The reader closes the stream.</summary>
    public static XmlReader Open(Stream stream) => XmlReader.Create(stream, Settings());

    /// <inheritdoc cref="Open(Stream)"/>
    public static XmlReader Open(TextReader text) => XmlReader.Create(text, Settings());

    private static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaximumLength,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        CloseInput = true,
    };
}
