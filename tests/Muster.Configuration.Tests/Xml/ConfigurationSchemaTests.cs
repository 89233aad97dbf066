using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Muster.Configuration.Tests.Resolution;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Tests.Xml;

public class ConfigurationSchemaTests
{
    private static readonly XmlSchemaSet Schema = Compile();

    [Theory]
    [InlineData(Samples.HumanResources)]
    [InlineData(Samples.RoleModel)]
    [InlineData("<Connector Identifier=\"A\" CompleteJob=\"2\" IncrementalJob=\"onlyPROVISIONING\" IsDeactivated=\"True\" MaxPercentageDeletedLines=\"2.5\" />")]
    [InlineData("<ContextRule Identifier=\"A\" Policy=\"P\" SourceEntityType=\"T\" B0=\"X\" B3V=\"Y\" BA=\"Z\" />")]
    [InlineData("<Resource Type=\"T\" Id=\"3\" C4=\"x\" C3V=\"y\" I4O=\"300\" />")]
    [InlineData("<TypeRuleless/>", false)]
    [InlineData("<Menu Identifier=\"x\" Any=\"thing\"><MenuItem At=\"all\"><Deep/></MenuItem></Menu>")]
    [InlineData("<Job Identifier=\"J\"><ExportTask Agent=\"A\" OpenIdClient=\"Job\" Dirty=\"1\" /></Job>", false)]
    [InlineData("<Job Identifier=\"J\"><Step Identifier=\"X\" Level=\"3\" /><UpdateClassificationTaskOverride Identifier=\"U\" Dirty=\"1\"><TaskEntityType Identifier=\"E\" /></UpdateClassificationTaskOverride></Job>")]
    [InlineData("<SynchronizeTask Identifier=\"J_S\" ConsolidationMode=\"Delete\" />")]
    [InlineData("<EntityType />", false)]
    [InlineData("<EntityType Identifier=\"A\"><Property Identifier=\"B\" Type=\"Strin\" /></EntityType>", false)]
    [InlineData("<EntityType Identifier=\"A\"><Property Identifier=\"B\" Type=\"13\" /></EntityType>", false)]
    [InlineData("<EntityType Identifier=\"A\"><Property Identifier=\"B\" Type=\"12\" IsKey=\"0\" /></EntityType>")]
    [InlineData("<EntityType Identifier=\"A\"><Property Identifier=\"B\" IsKey=\"yes\" /></EntityType>", false)]
    [InlineData("<RoleMapping Identifier=\"A\" Policy=\"P\" Property=\"X\" ResourceType=\"R\"><Rule><Item Property=\"A\" Operator=\"StartWith\" Value=\"x\" /></Rule></RoleMapping>")]
    [InlineData("<CreateAgentSynchroIncremental DisplayName_L16=\"x\"><NotUsed ConnectorIdentifier=\"C\" /><CronTabExpression CronTab=\"0 0 * * *\" CronTimeZone=\"1\" /></CreateAgentSynchroIncremental>")]
    public void Schema_OfADocument_AcceptsWhatLoads(string elements, bool isValid = true)
    {
        var messages = Validate(Load.Document(elements));

        Assert.True(isValid == (messages.Count == 0), string.Join('\n', messages));
    }

    [Fact]
    public void Schema_HasDocumentationForEveryAttribute()
    {
        using var text = new StringWriter();
        ConfigurationSchema.Write(text);
        var xs = XNamespace.Get("http://www.w3.org/2001/XMLSchema");
        var bare = XDocument.Parse(text.ToString()).Descendants(xs + "complexType").Elements(xs + "attribute")
            .Where(a => !a.Descendants(xs + "documentation").Any()).Select(a => (string?)a.Attribute("name"));

        Assert.Empty(bare);
    }

    private static List<string> Validate(string xml)
    {
        var messages = new List<string>();
        XDocument.Parse(xml).Validate(Schema, (_, e) => messages.Add(e.Message));
        return messages;
    }

    private static XmlSchemaSet Compile()
    {
        using var text = new StringWriter();
        ConfigurationSchema.Write(text);
        var set = new XmlSchemaSet { XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(text.ToString()));
        set.Add(null, reader);
        set.Compile();
        return set;
    }
}
