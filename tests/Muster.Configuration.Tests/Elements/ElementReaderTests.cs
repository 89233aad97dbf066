using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Tests.Resolution;

namespace Muster.Configuration.Tests.Elements;

public class ElementReaderTests
{
    [Theory]
    [InlineData("<EntityTyp Identifier=\"A\" />", "EntityType")]
    [InlineData("<entitytype Identifier=\"A\" />", "EntityType")]
    [InlineData("<EntityType Identifier=\"A\"><Proprety Identifier=\"B\" /></EntityType>", "Property")]
    [InlineData("<DisplayTabel />", "DisplayTable")]
    [InlineData("<Xyzzyxyzzy />", null)]
    public void Read_UnknownElement_IsAnErrorWithTheNearestName(string xml, string? suggestion)
    {
        var finding = Load.Finding(xml, DiagnosticCodes.UnknownElement);

        Assert.Equal((DiagnosticSeverity.Error, suggestion), (finding.Severity, finding.Suggestion));
        Assert.Equal(2, finding.Location.Line);
    }

    [Theory]
    [InlineData("<Job Identifier=\"A\" DisplayName_L1=\"A\" CrontabExpression=\"* * * * *\" />", "CronTabExpression")]
    [InlineData("<Agent Identifer=\"A\" DisplayName_L1=\"A\" />", "Identifier")]
    [InlineData("<Agent Identifier=\"A\" DisplayName_L17=\"A\" />", "DisplayName_L1")]
    [InlineData("<Agent Identifier=\"A\" DisplayName=\"A\" />", "DisplayName")]
    [InlineData("<ContextRule Identifier=\"A\" Policy=\"P\" SourceEntityType=\"T\" B40=\"x\" />", "B0")]
    public void Read_UnknownAttribute_IsAnErrorWithTheNearestName(string xml, string suggestion)
    {
        var finding = Load.Finding(xml, DiagnosticCodes.UnknownAttribute);

        Assert.Equal(suggestion, finding.Suggestion);
        Assert.True(finding.Location.Column > 2);
    }

    [Theory]
    [InlineData("<EntityType />")]
    [InlineData("<EntityType Identifier=\"\" />")]
    [InlineData("<Connection Identifier=\"A\" Connector=\"\" Package=\"Muster.Csv\" />")]
    public void Read_MissingAttribute_IsAnError(string xml) =>
        Assert.Equal(DiagnosticSeverity.Error, Load.Finding(xml, DiagnosticCodes.MissingAttribute).Severity);

    [Theory]
    [InlineData("<Connector Identifier=\"A\" IsDeactivated=\"yes\" />", null)]
    [InlineData("<Connector Identifier=\"A\" MaximumDeletedLines=\"many\" />", null)]
    [InlineData("<Connector Identifier=\"A\" CompleteJob=\"4\" />", null)]
    [InlineData("<Connector Identifier=\"A\" CompleteJob=\"OnlySynchronisation\" />", "OnlySynchronization")]
    public void Read_ValueOfAnotherType_IsAnError(string xml, string? suggestion)
    {
        var finding = Load.Finding(xml, DiagnosticCodes.BadValue);

        Assert.Equal(suggestion, finding.Suggestion);
        Assert.Equal((2, 27), (finding.Location.Line, finding.Location.Column));
    }

    [Fact]
    public void Read_MisspelledEnumerationOfTheDocumentation_IsAccepted() =>
        Assert.DoesNotContain(
            Load.Text("<ResourceType Identifier=\"A\" Policy=\"P\" SourceEntityType=\"S\" TargetEntityType=\"T\"><TypeRule TimeOffsetReference=\"Arround\" /></ResourceType>").Diagnostics,
            d => d.Code == DiagnosticCodes.BadValue);

    [Fact]
    public void Read_OldDimensionSpelling_IsAcceptedWithAWarning()
    {
        var text = Samples.RoleModel.Replace("DA=\"X\"", "Dimension10=\"X\"", StringComparison.Ordinal)
            .Replace("B0=\"Record:Department\"", "Dimension0Binding=\"Record:Department\"", StringComparison.Ordinal);

        Assert.Equal(2, Load.Findings(text, DiagnosticCodes.ObsoleteAttribute).Count(d => d.Severity == DiagnosticSeverity.Warning));
        var model = Load.Model(text);
        Assert.Equal("Ten", model.SingleRoleRules[0].Criteria[1].Dimension.Identifier);
        Assert.Equal(Load.Model(Samples.RoleModel).Fingerprint, model.Fingerprint);
    }

    [Fact]
    public void Read_DimensionTwice_IsAnError() => Load.Finding(
        "<ContextRule Identifier=\"A\" Policy=\"P\" SourceEntityType=\"T\" BA=\"x\" Ba=\"y\" />", DiagnosticCodes.AttributeTwice);

    [Fact]
    public void Read_LegacyTypeOfResourceTypes_IsAWarning() => Assert.Equal(
        DiagnosticSeverity.Warning,
        Load.Finding("<ResourceType Identifier=\"A\" Policy=\"P\" SourceEntityType=\"S\" TargetEntityType=\"T\" Type=\"x\" />", DiagnosticCodes.ObsoleteAttribute).Severity);

    [Fact]
    public void Read_ElementsWithoutEffect_GiveOneNoticePerName()
    {
        var result = Load.Text("<MenuItem Identifier=\"a\" Unknown=\"x\"><Any /></MenuItem>\n<MenuItem />\n<Tile />");

        Assert.NotNull(result.Model);
        Assert.Equal(["MUS1901 2", "MUS1901 4"], result.Diagnostics.Select(d => $"{d.Code} {d.Location.Line}"));
        Assert.Contains("2 times", result.Diagnostics[0].Text, StringComparison.Ordinal);
        Assert.Equal(3, result.Model.Elements.Count);
    }

    [Theory]
    [InlineData("<Policy Identifier=\"P\" IsProvisioningEnabled=\"1\" /><EntityType Identifier=\"T\" /><CompleteRole />", false)]
    [InlineData("<Policy Identifier=\"P\" IsProvisioningEnabled=\"1\" /><EntityType Identifier=\"T\" /><MiningRule Policy=\"P\" EntityType=\"T\" /><MiningRule Policy=\"P\" EntityType=\"T\" />", true)]
    [InlineData("<EntityType Identifier=\"T\"><Property Identifier=\"A\" GroupByProperty=\"B\" /></EntityType>", false)]
    [InlineData("<Policy Identifier=\"P\" MaxDuration=\"60\" />", false)]
    [InlineData("<IndirectResourceRule ResourceType=\"R\" Property=\"P\" />", true)]
    public void Read_WhatIsNotEvaluatedYet_GivesAWarning(string xml, bool isReported)
    {
        var findings = Load.Findings(xml, DiagnosticCodes.NotSupportedYet);

        Assert.Equal(isReported ? 1 : 0, findings.Count);
        Assert.All(findings, f => Assert.StartsWith("not supported yet: ", f.Text, StringComparison.Ordinal));
        Assert.All(findings, f => Assert.Equal(DiagnosticSeverity.Warning, f.Severity));
    }

    [Fact]
    public void Read_LanguageWithoutDeclaration_IsAWarning()
    {
        Assert.Single(Load.Findings("<Agent Identifier=\"A\" DisplayName_L1=\"A\" DisplayName_L2=\"B\" />", DiagnosticCodes.UnknownLanguage));
        Assert.Empty(Load.Findings(
            "<Language Code=\"fr-FR\" IndicatorNumber=\"2\" /><Language Code=\"en-US\" IndicatorNumber=\"1\" /><Agent Identifier=\"A\" DisplayName_L2=\"B\" />",
            DiagnosticCodes.UnknownLanguage));
    }

    [Fact]
    public void Read_LaterElements_AreKeptAsRecords()
    {
        var model = Load.Model(
            """
            <EntityType Identifier="T"><Property Identifier="K" IsKey="1" /></EntityType>
            <Policy Identifier="P" IsProvisioningEnabled="1" />
            <MiningRule EntityType="T" Policy="P" />
            """);

        Assert.Equal("T", Assert.Single(model.RecordsOf<MiningRuleElement>()).EntityType);
    }

    [Fact]
    public void Catalogue_TopLevelElements_HaveOneMeaningPerName()
    {
        var names = ElementCatalogue.TopLevel.SelectMany(s => s.Meta.Aliases.Prepend(s.Name)).ToList();

        Assert.Equal(names.Distinct().Count(), names.Count);
        Assert.DoesNotContain(names, ReadOverElements.Names.Contains);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("V", 31)]
    [InlineData("v", 31)]
    [InlineData("10", 32)]
    [InlineData("1A", 42)]
    [InlineData("20", 64)]
    [InlineData("3V", 127)]
    [InlineData("40", null)]
    [InlineData("00", null)]
    [InlineData("W", null)]
    [InlineData("", null)]
    public void Base32Hex_Text_HasItsNumber(string text, int? number)
    {
        Assert.Equal(number is not null, Base32Hex.TryParse(text, out var parsed));
        if (number is not null)
        {
            Assert.Equal(number, parsed);
            Assert.Equal(text.ToUpperInvariant(), Base32Hex.Format(parsed));
        }
    }
}
