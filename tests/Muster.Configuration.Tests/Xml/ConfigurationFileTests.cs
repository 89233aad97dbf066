using Muster.Configuration.Diagnostics;
using Muster.Configuration.Tests.Resolution;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Tests.Xml;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("muster-conf-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Load_MalformedFile_IsReportedWithItsPlaceAndTheOthersAreChecked()
    {
        Write("A.xml", "<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">\n  <Agent Identifier=\"A\">\n</ConfigurationFile>");
        Write("Sub/B.xml", Load.Document("<Agnet Identifier=\"B\" />"));

        var result = ConfigurationLoader.Load(_directory);

        Assert.Null(result.Model);
        var malformed = Assert.Single(result.Diagnostics, d => d.Code == DiagnosticCodes.NotWellFormed);
        Assert.Equal((Path.Combine(_directory, "A.xml"), 3), (malformed.Location.File, malformed.Location.Line));
        Assert.True(malformed.Location.Column > 0);
        Assert.Equal("Agent", Assert.Single(result.Diagnostics, d => d.Code == DiagnosticCodes.UnknownElement).Suggestion);
    }

    [Theory]
    [InlineData("<!DOCTYPE ConfigurationFile [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><ConfigurationFile>&x;</ConfigurationFile>")]
    [InlineData("<!DOCTYPE ConfigurationFile SYSTEM \"http://localhost/x.dtd\"><ConfigurationFile/>")]
    public void Load_DocumentType_IsRefused(string xml)
    {
        var result = ConfigurationLoader.LoadText(("Bad.xml", xml));

        Assert.Null(result.Model);
        var finding = Assert.Single(result.Diagnostics);
        Assert.Equal(DiagnosticCodes.DocumentType, finding.Code);
        Assert.Equal(1, finding.Location.Line);
    }

    [Fact]
    public void Load_UndeclaredEntity_IsNotWellFormed() =>
        Assert.Equal(DiagnosticCodes.NotWellFormed, Assert.Single(ConfigurationLoader.LoadText(("A.xml", Load.Document("&x;"))).Diagnostics).Code);

    [Fact]
    public void Load_WithoutNamespace_IsAcceptedWithANotice()
    {
        var result = ConfigurationLoader.LoadText(("A.xml", "<ConfigurationFile><Agent Identifier=\"A\" DisplayName_L1=\"A\" /></ConfigurationFile>"));

        Assert.Equal("A", Assert.Single(result.Model!.Agents).Identifier);
        Assert.Equal((DiagnosticCodes.MissingNamespace, DiagnosticSeverity.Notice), (result.Diagnostics[0].Code, result.Diagnostics[0].Severity));
    }

    [Theory]
    [InlineData("<Configuration xmlns=\"urn:schemas-usercube-com:configuration\"/>")]
    [InlineData("<ConfigurationFile xmlns=\"urn:something-else\"/>")]
    public void Load_AnotherRoot_IsAnError(string xml) =>
        Assert.Equal(DiagnosticCodes.WrongRoot, Assert.Single(ConfigurationLoader.LoadText(("A.xml", xml)).Diagnostics).Code);

    [Fact]
    public void Load_ElementInAnotherNamespace_IsAnErrorAndTheRestIsRead()
    {
        var result = Load.Text("<x:Agent xmlns:x=\"urn:x\" Identifier=\"A\"><x:B /></x:Agent><Agent Identifier=\"B\" DisplayName_L1=\"B\" />");

        Assert.Equal(DiagnosticCodes.WrongNamespace, Assert.Single(result.Diagnostics).Code);
        Assert.Equal("B", Assert.Single(result.Expanded)["Identifier"]);
    }

    [Fact]
    public void Load_SchemaLocation_IsLeftAside()
    {
        var xml = $"<ConfigurationFile xmlns=\"{Load.Namespace}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"a b\"/>";

        Assert.Empty(ConfigurationLoader.LoadText(("A.xml", xml)).Diagnostics);
    }

    [Fact]
    public void Load_FileOver64MiB_IsRefusedUnread()
    {
        var file = Path.Combine(_directory, "Big.xml");
        using (var stream = File.Create(file))
        {
            stream.SetLength(SafeXml.MaximumLength + 1);
        }

        Assert.Equal(DiagnosticCodes.FileTooLarge, Assert.Single(ConfigurationLoader.Load(_directory).Diagnostics).Code);
    }

    [Fact]
    public void Load_TooDeep_IsAnError()
    {
        var xml = Load.Document(string.Concat(Enumerable.Repeat("<Menu>", 60)) + string.Concat(Enumerable.Repeat("</Menu>", 60)));

        Assert.Single(ConfigurationLoader.LoadText(("A.xml", xml)).Diagnostics, d => d.Code == DiagnosticCodes.TooComplex);
    }

    [Fact]
    public void Load_TextInsideAnElement_IsAWarning() =>
        Assert.Equal(2, Load.Finding("<Agent Identifier=\"A\" DisplayName_L1=\"A\"> x </Agent>", DiagnosticCodes.UnexpectedText).Location.Line);

    [Fact]
    public void Load_MissingDirectory_IsAnError() =>
        Assert.Equal(DiagnosticCodes.DirectoryMissing, Assert.Single(ConfigurationLoader.Load(Path.Combine(_directory, "none")).Diagnostics).Code);

    [Fact]
    public void Load_EmptyDirectory_IsAnError() =>
        Assert.Equal(DiagnosticCodes.NoFiles, Assert.Single(ConfigurationLoader.Load(_directory).Diagnostics).Code);

    [Fact]
    public void Load_Directory_ReadsFilesBelowInOrdinalOrder()
    {
        Write("b/Z.xml", Load.Document("<Agent Identifier=\"3\" DisplayName_L1=\"3\" />"));
        Write("B.xml", Load.Document("<Agent Identifier=\"1\" DisplayName_L1=\"1\" />"));
        Write("a.XML", Load.Document("<Agent Identifier=\"2\" DisplayName_L1=\"2\" />"));
        Write("ignored.txt", "nothing");

        Assert.Equal(["1", "2", "3"], ConfigurationLoader.Load(_directory).Model!.Agents.Select(a => a.Identifier));
    }

    [Fact]
    public void Load_LinkedDirectoryThatLeadsBack_EndsWithEachFileOnce()
    {
        Write("A.xml", Load.Document("<Agent Identifier=\"1\" DisplayName_L1=\"1\" />"));
        Directory.CreateSymbolicLink(Path.Combine(_directory, "loop"), _directory);

        Assert.Single(ConfigurationLoader.Load(_directory).Model!.Agents);
    }

    [Fact]
    public void Load_Attribute_KeepsItsPlaceAndThatOfItsValue()
    {
        var element = Assert.Single(Load.Text("<Agent\n   Identifier = 'A' DisplayName_L1=\"A\" />").Expanded);

        Assert.Equal(new SourceLocation("Conf.xml", 2, 2), element.Location);
        Assert.Equal(new SourceLocation("Conf.xml", 3, 4), element.Find("Identifier")!.Location);
        Assert.Equal(new SourceLocation("Conf.xml", 3, 18), element.Find("Identifier")!.ValueLocation);
    }

    [Fact]
    public void Load_CodeWithLineBreaksAndReferences_KnowsThePlaceOfEachCharacter()
    {
        const string code = "C#:a:\n    var b = &quot;x&quot;;&#xA;return\n a &lt; 1;";
        var attribute = Assert.Single(Load.Text($"<Menu A=\"{code}\" />").Expanded).Find("A")!;

        Assert.Equal((2, 10), Place(attribute, "C#"));
        Assert.Equal((3, 5), Place(attribute, "var"));
        Assert.Equal((3, 13), Place(attribute, "\"x"));
        Assert.Equal((3, 19), Place(attribute, "x\""));
        Assert.Equal((3, 26), Place(attribute, ";\nreturn"));
        Assert.Equal((3, 32), Place(attribute, "return"));
        Assert.Equal((4, 4), Place(attribute, "< 1"));
        Assert.Equal((4, 9), Place(attribute, "1;"));
    }

    private static (int Line, int Column) Place(ConfigurationAttribute attribute, string text)
    {
        var place = attribute.At(attribute.Value.IndexOf(text, StringComparison.Ordinal));
        return (place.Line, place.Column);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
