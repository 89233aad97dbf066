using System.Runtime.CompilerServices;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Tests.Resolution;

/// <summary>The configurations below <c>examples/</c> load, validate against the XSD, and survive an export.</summary>
public class ExampleTests
{
    public static TheoryData<string> Directories => [.. Directory.GetDirectories(Examples(), "Conf", SearchOption.AllDirectories)];

    [Theory]
    [MemberData(nameof(Directories))]
    public void Load_Example_HasNoErrors(string directory)
    {
        var result = ConfigurationLoader.Load(directory);

        Assert.True(result.Model is not null, string.Join('\n', result.Diagnostics));
        Assert.NotEmpty(result.Model.Jobs);
    }

    [Theory]
    [MemberData(nameof(Directories))]
    public void Export_OfExample_LoadsToTheSameFingerprint(string directory)
    {
        var model = ConfigurationLoader.Load(directory).Model!;
        var expanded = ConfigurationLoader.Load(directory).Expanded;

        Assert.Equal(model.Fingerprint, ConfigurationLoader.LoadText(("E.xml", ConfigurationWriter.ToText(model.Elements))).Model!.Fingerprint);
        Assert.Equal(model.Fingerprint, ConfigurationLoader.LoadText(("E.xml", ConfigurationWriter.ToText(expanded))).Model!.Fingerprint);
        Assert.True(ConfigurationDifference.Between(expanded, ConfigurationLoader.LoadElements(model.Elements).Expanded).IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Directories))]
    public void Schema_Example_Validates(string directory)
    {
        using var text = new StringWriter();
        ConfigurationSchema.Write(text);
        var schema = new XmlSchemaSet { XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(text.ToString()));
        schema.Add(null, reader);
        var messages = new List<string>();
        var expanded = XDocument.Parse(ConfigurationWriter.ToText(ConfigurationLoader.Load(directory).Expanded));
        foreach (var document in Directory.GetFiles(directory, "*.xml", SearchOption.AllDirectories).Select(f => XDocument.Load(f)).Append(expanded))
        {
            document.Validate(schema, (_, e) => messages.Add(e.Message));
        }

        Assert.Empty(messages);
    }

    private static string Examples([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "examples"));
}
