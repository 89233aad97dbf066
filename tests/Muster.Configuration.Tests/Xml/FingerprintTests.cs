using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Tests.Resolution;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Tests.Xml;

public class FingerprintTests
{
    [Theory]
    [InlineData(Samples.HumanResources)]
    [InlineData(Samples.RoleModel)]
    public void Fingerprint_OfAnExport_IsThatOfTheOriginal(string elements)
    {
        var model = Load.Model(elements);

        var again = ConfigurationLoader.LoadText(("Export.xml", ConfigurationWriter.ToText(model.Elements))).Model!;

        Assert.Equal(64, model.Fingerprint.Length);
        Assert.Equal(model.Fingerprint, again.Fingerprint);
        Assert.Equal(ConfigurationWriter.ToText(model.Elements), ConfigurationWriter.ToText(again.Elements));
    }

    [Fact]
    public void Fingerprint_OfShuffledElementsAndAttributes_IsTheSame()
    {
        var wanted = Load.Model(Samples.RoleModel).Fingerprint;

        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var root = XElement.Parse(Load.Document(Samples.RoleModel));
            var elements = root.Elements().ToArray();
            random.Shuffle(elements);
            foreach (var element in root.DescendantsAndSelf().Where(e => e != root))
            {
                var attributes = element.Attributes().ToArray();
                random.Shuffle(attributes);
                element.ReplaceAttributes(attributes);
            }

            root.ReplaceNodes(elements.Cast<object>().ToArray());
            return ConfigurationLoader.LoadText(("S.xml", root.ToString())).Model?.Fingerprint == wanted;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10));
    }

    [Theory]
    [InlineData("<Connector Identifier=\"A\" />", "<Connector Identifier=\"A\" MaximumDeletedLines=\"100\" IsDeactivated=\"0\" CompleteJob=\"Used\" />")]
    [InlineData("<Connector Identifier=\"A\" IsDeactivated=\"1\" />", "<Connector IsDeactivated=\"TRUE\" Identifier=\"A\" />")]
    [InlineData("<Connector Identifier=\"A\" CompleteJob=\"2\" />", "<Connector Identifier=\"A\" CompleteJob=\"onlysynchronization\" />")]
    [InlineData("<Menu A=\"1\" B=\"2\"><I/></Menu>", "<Menu B=\"2\" A=\"1\"><I/></Menu>")]
    public void Fingerprint_OfTheSameMeaning_IsTheSame(string one, string other) =>
        Assert.Equal(Load.Model(one).Fingerprint, Load.Model(other).Fingerprint);

    [Theory]
    [InlineData("<Connector Identifier=\"A\" MaximumDeletedLines=\"101\" />")]
    [InlineData("<Connector Identifier=\"B\" />")]
    [InlineData("<Connector Identifier=\"A\" DisplayName_L1=\"x\" />")]
    public void Fingerprint_OfAnotherMeaning_Differs(string other) =>
        Assert.NotEqual(Load.Model("<Connector Identifier=\"A\" />").Fingerprint, Load.Model(other).Fingerprint);

    [Fact]
    public void Write_SpecialCharacters_ComeBack()
    {
        var element = new ConfigurationElement("Menu").Set("Text", "a\n\t\"b\" <c> & 'd' é\u00A0");

        var again = ConfigurationLoader.LoadText(("A.xml", ConfigurationWriter.ToText([element]))).Expanded[0];

        Assert.Equal(element["Text"], again["Text"]);
    }

    [Fact]
    public void Between_Configurations_ListsWhatDiffers()
    {
        var deployed = Load.Text(Samples.HumanResources).Expanded;
        var wanted = Load.Text(Samples.HumanResources
            .Replace("TargetColumnIndex=\"5\"", "TargetColumnIndex=\"6\"", StringComparison.Ordinal)
            .Replace("<Connector Identifier=\"HR\"", "<Connector Identifier=\"HR\" MaximumDeletedLines=\"5\"", StringComparison.Ordinal)
            .Replace("<Agent Identifier=\"Local\" DisplayName_L1=\"Local\" />", "<Profile Identifier=\"P\" />", StringComparison.Ordinal)).Expanded;

        var difference = ConfigurationDifference.Between(deployed, wanted);

        Assert.Equal(
            ["Removed Agent Local ", "Changed Connector HR MaximumDeletedLines", "Changed EntityType HR_Person Property[LastName]/TargetColumnIndex", "Added Profile P "],
            difference.Changes.Select(c => $"{c.Kind} {c.Element} {c.Identifier} {string.Join(',', c.Attributes)}"));
        Assert.True(ConfigurationDifference.Between(wanted, wanted).IsEmpty);
        Assert.Equal(wanted.Count, ConfigurationDifference.Between(null, wanted).Added.Count());
    }

    [Fact]
    public void Between_RulesWithoutIdentifier_ComparesThemAsWholes()
    {
        var one = Load.Text("<SingleRoleRule Role=\"A\" Policy=\"P\" D0=\"X\" /><SingleRoleRule Role=\"A\" Policy=\"P\" D0=\"Y\" />").Expanded;
        var other = Load.Text("<SingleRoleRule Role=\"A\" Policy=\"P\" D0=\"Z\" /><SingleRoleRule Policy=\"P\" Role=\"A\" D0=\"X\" />").Expanded;

        Assert.Equal(
            ["Removed D0=Y Policy=P Role=A", "Added D0=Z Policy=P Role=A"],
            ConfigurationDifference.Between(one, other).Changes.Select(c => $"{c.Kind} {c.Identifier}"));
    }
}
