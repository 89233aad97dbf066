using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Tests.Resolution;

/// <summary>One change to a good configuration each, and the finding that it must give.</summary>
public class ResolutionDiagnosticsTests
{
    /// <summary>Text to replace in <see cref="Samples.RoleModel"/>, its replacement, the expected code and suggestion.</summary>
    public static TheoryData<string, string, string, string?> Changes => new()
    {
        { "Connector Identifier=\"AD\"", "Connector Identifier=\"DIRECTORY\"", "MUS1202", null },
        { "EntityType Identifier=\"Record\"", "EntityType Identifier=\"Person\"", "MUS1201", null },
        { "Property Identifier=\"Login\"", "Property Identifier=\"Name\"", "MUS1201", null },
        { "Property Identifier=\"Login\"", "Property Identifier=\"String\"", "MUS1203", null },
        { "Property Identifier=\"RecordId\"", "Property Identifier=\"id\"", "MUS1203", null },
        { "Property Identifier=\"RecordId\"", "Property Identifier=\"2nd\"", "MUS1204", null },
        { "Identifier=\"ADLdif\" Connector", "Identifier=\"AD/Ldif\" Connector", "MUS1204", null },
        { "Connector=\"AD\" DisplayName_L1", "Connector=\"ADD\" DisplayName_L1", "MUS1205", "AD" },
        { "SourceEntityType=\"Person\" TargetEntityType", "SourceEntityType=\"Persons\" TargetEntityType", "MUS1205", "Person" },
        { "<SingleRoleRule Role=\"Staff\"", "<SingleRoleRule Role=\"Stuff\"", "MUS1205", "Staff" },
        { "NavigationRule Property=\"memberOf\" Resource=\"CN=Staff\" SingleRole=\"Staff\"", "NavigationRule Property=\"memberOf\" Resource=\"CN=Staff\" SingleRole=\"staff\"", "MUS1205", "Staff" },
        { "Property1=\"Person:Records\"", "Property1=\"Person:Recrods\"", "MUS1206", "Records" },
        { "Property1=\"Person:Records\"", "Property1=\"Records\"", "MUS1206", "Person:Records" },
        { "ScalarRule Property=\"cn\"", "ScalarRule Property=\"nc\"", "MUS1206", "cn" },
        { "ScalarRule Property=\"cn\"", "ScalarRule Property=\"manager\"", "MUS1207", null },
        { "ScalarRule Property=\"cn\"", "ScalarRule Property=\"photo\"", "MUS1207", null },
        { "NavigationRule Property=\"memberOf\"", "NavigationRule Property=\"cn\"", "MUS1207", null },
        { "DependsOnOwnerProperty=\"Person:EmployeeId\"", "DependsOnOwnerProperty=\"AD_Entry:cn\"", "MUS1207", null },
        { "PropertyCriteria=\"Department:Code\"", "PropertyCriteria=\"Person:Name\"", "MUS1207", null },
        { "<ResourceType Identifier=\"AD_User\"", "<ResourceType P10=\"true\" Identifier=\"AD_User\"", "MUS1529", null },
        { "Property2=\"AD_Entry:manager\"", "Property2=\"AD_Entry:memberOf\"", "MUS1301", null },
        { "Property2=\"AD_Entry:manager\"", "Property2=\"AD_Entry:reports\"", "MUS1301", null },
        { "Property Identifier=\"cn\" />", "Property Identifier=\"cn\" Type=\"ForeignKey\" />", "MUS1302", null },
        { "<Property Identifier=\"RecordId\" IsKey=\"true\" />", "<Property Identifier=\"RecordId\" />", "MUS1303", null },
        { "<Property Identifier=\"Name\" />", "<Property Identifier=\"Name\" TargetColumnIndex=\"3\" /><Property Identifier=\"N2\" TargetColumnIndex=\"3\" />", "MUS1304", null },
        { "<Property Identifier=\"Name\" />", "<Property Identifier=\"Name\" TargetColumnIndex=\"128\" />", "MUS1305", null },
        { "<Property Identifier=\"MainDepartment\" />", "<Property Identifier=\"MainDepartment\" TargetColumnIndex=\"153\" />", "MUS1305", null },
        { "Identifier=\"PersonDepartment\" EntityType=\"Person\" Property=\"MainDepartment\"", "Identifier=\"PersonDepartment\" EntityType=\"Person\" Property=\"Records\"", "MUS1308", null },
        { "Property=\"Login\" Expression=\"C#:person:return person.Name;\"", "Property=\"Login\"", "MUS1308", null },
        { "ConnectionColumn=\"dn\" IsPrimaryKey=\"true\"", "ConnectionColumn=\"dn\"", "MUS1401", null },
        { "ConnectionColumn=\"cn\"", "ConnectionColumn=\"cn\" IsPrimaryKey=\"true\"", "MUS1401", null },
        { "<Property Identifier=\"dn\" ConnectionColumn=\"dn\" IsPrimaryKey=\"true\" />", "<Property Identifier=\"dn\" IsPrimaryKey=\"true\" />", "MUS1401", null },
        { "<Property Identifier=\"dn\" ConnectionColumn=\"dn\" IsPrimaryKey=\"true\" />", "<Property Identifier=\"manager\" ConnectionColumn=\"dn\" IsPrimaryKey=\"true\" />", "MUS1408", null },
        { "ConnectionColumn=\"dn\" IsPrimaryKey=\"true\"", "ConnectionColumn=\"dn\" IsUniqueKey=\"true\"", "MUS1402", null },
        { "EntityPropertyMapping2=\"AD_Entry:dn\"", "EntityPropertyMapping2=\"AD_Entry:cn\"", "MUS1404", null },
        { "EntityPropertyMapping2=\"AD_Entry:dn\"", "EntityPropertyMapping2=\"Person:EmployeeId\"", "MUS1207", "AD_Entry:dn" },
        { "Package=\"Muster.Ldif\"", "Package=\"Muster.Ldiff@0000001\"", "MUS1405", "Muster.Ldif" },
        { "Package=\"Muster.Ldif\"", "Package=\"Usercube.AzureAD@0000001\"", "MUS1406", null },
        { "ConnectionTable=\"members\"", "C0=\"\"", "MUS1411", null },
        { "ConnectionTable=\"entries.csv\"", "C0=\"x\"", "MUS1411", null },
        { "Identifier=\"ADLdif\" Connector", "Identifier=\"AD_Ldif\" Connector", "MUS1412", null },
        { "ColumnMapping=\"32\"", "ColumnMapping=\"10\"", "MUS1501", null },
        { "ColumnMapping=\"32\"", "ColumnMapping=\"128\"", "MUS1501", null },
        { " ParentProperty=\"Parent\"", "", "MUS1502", null },
        { "ParentProperty=\"Parent\"", "ParentProperty=\"Children\"", "MUS1502", null },
        { "D10=\"Y\"", "D11=\"Y\"", "MUS1503", null },
        { "DA=\"X\"", "DA=\"X\" LA=\"true\"", "MUS1504", null },
        { "DA=\"X\"", "L10=\"true\" L1=\"true\"", "MUS1504", null },
        { "<SingleRole Identifier", "<ContextRule Identifier=\"Second\" Policy=\"Default\" SourceEntityType=\"Person\" /><SingleRole Identifier", "MUS1505", null },
        { "ScalarRule Property=\"mail\" Binding=\"C#:person:return person.Mail;\"", "ScalarRule Property=\"mail\"", "MUS1506", null },
        { "SourceBinding=\"Mail\" TargetBinding=\"AD_Entry:mail\"", "SourceBinding=\"Mail\"", "MUS1506", null },
        { " SourceBinding=\"Records.Person.Login\"", "", "MUS1506", null },
        { "<ProfileRuleContext ResourceType=\"AD_User\"", "<ProfileRuleContext", "MUS1506", null },
        { "ResourcesBinding=\"Records\"", "ResourcesBinding=\"Recordss\"", "MUS1507", "Records" },
        { "ResourcesBinding=\"Records\"", "ResourcesBinding=\"Name\"", "MUS1507", null },
        { "DependsOnOwnerProperty=", "AllowRemove=\"false\" RemoveOrphans=\"true\" DependsOnOwnerProperty=", "MUS1508", null },
        { "QueryRule Property=\"manager\"", "QueryRule Property=\"memberOf\"", "MUS1509", null },
        { "TargetBinding=\"AD_Entry:cn\"", "TargetExpression=\"Literal:x\"", "MUS1510", null },
        { "SourceBinding=\"Mail\"", "SourceExpression=\"Literal:x\"", "MUS1510", null },
        { "Identifier=\"All\" DisplayName_L1=\"All\" Policy=\"Default\"", "Identifier=\"All\" DisplayName_L1=\"All\" Policy=\"Default\" Parent=\"IT / Base\"", "MUS1511", null },
        { "DependsOnOwnerProperty=", "DependsOn=\"AD_User\" DependsOnOwnerProperty=", "MUS1511", null },
        { "Identifier=\"Staff\" DisplayName_L1=\"Staff\" EntityType=\"Person\"", "Identifier=\"Staff\" DisplayName_L1=\"Staff\" EntityType=\"Record\"", "MUS1512", null },
        { " IsProvisioningEnabled=\"true\"", "", "MUS1513", null },
        { "TargetMatchedConfidenceLevel=\"100\"", "TargetMatchedConfidenceLevel=\"151\"", "MUS1515", null },
        { "RDNAttributeIdentifier=\"CN\"", "", "MUS1103", null },
        { "Connection=\"ADLdif\" DefaultObjectClass", "DefaultObjectClass", "MUS1103", null },
        { "ResourceTypeIdentificationConfidenceLevel=\"90\"", "Policy2=\"x\"", "MUS1102", "Policy" },
        { "<ResourceCorrelationRule ResourceType=\"AD_User\" Policy=\"Default\"", "<ResourceCorrelationRule ResourceType=\"AD_User\"", "MUS1103", null },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Load_OneMistake_IsFound(string part, string replacement, string code, string? suggestion)
    {
        Assert.Contains(part, Samples.RoleModel, StringComparison.Ordinal);

        var result = Load.Text(Samples.RoleModel.Replace(part, replacement, StringComparison.Ordinal));

        var finding = result.Diagnostics.FirstOrDefault(d => d.Code == code);
        Assert.True(finding is not null, $"{code} is not among:\n{string.Join('\n', result.Diagnostics)}");
        Assert.Equal(suggestion, finding.Suggestion);
        Assert.Equal("Conf.xml", finding.Location.File);
        Assert.True(finding.Location.Line > 1);
        Assert.EndsWith(".", finding.Text, StringComparison.Ordinal);
        Assert.Equal(result.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error), result.Model is null);
    }

    [Fact]
    public void Load_GoodConfiguration_HasNoFindings() => Assert.Empty(Load.Text(Samples.RoleModel).Diagnostics);

    [Fact]
    public void Load_ComputedTwice_IsAnError() => Load.Finding(
        Samples.RoleModel + "<EntityPropertyExpression Identifier=\"Again\" EntityType=\"Person\" Property=\"Person:Login\" Binding=\"Name\" />",
        DiagnosticCodes.ComputedTwice);

    [Fact]
    public void Load_MappedAndComputed_IsAWarning() => Assert.Equal(DiagnosticSeverity.Warning, Load.Finding(
        Samples.RoleModel + "<EntityPropertyExpression Identifier=\"Mail\" EntityType=\"AD_Entry\" Property=\"mail\" Binding=\"cn\" />",
        DiagnosticCodes.MappedAndComputed).Severity);

    [Fact]
    public void Load_ComputedDisplayName_BecomesAProperty()
    {
        var model = Load.Model(
            Samples.RoleModel + "<EntityPropertyExpression Identifier=\"D\" EntityType=\"Person\" Property=\"InternalDisplayName\" Binding=\"Name\" />");

        Assert.True(model.FindEntityType("Person")!.FindProperty("InternalDisplayName")!.IsComputed);
        Assert.Null(model.FindEntityType("Record")!.FindProperty("InternalDisplayName"));
    }

    [Fact]
    public void Load_AllThresholdsOff_IsAWarningPerOperation()
    {
        var text = Samples.HumanResources.Replace(
            "<Connector Identifier=\"HR\"", "<Connector Identifier=\"HR\" MaximumDeletedLines=\"0\" MaxPercentageDeletedLines=\"0\"", StringComparison.Ordinal);

        Assert.Contains("deletions of resources", Load.Finding(text, DiagnosticCodes.ThresholdsOff).Text, StringComparison.Ordinal);
        Assert.Empty(Load.Findings(
            text.Replace("ConnectionTable=\"HRPeople\">", "ConnectionTable=\"HRPeople\" MaximumDeletedLines=\"5\">", StringComparison.Ordinal),
            DiagnosticCodes.ThresholdsOff));
    }

    [Fact]
    public void Load_ConnectorWithoutSourceColumns_IsOwnedByMuster()
    {
        var model = Load.Model(
            """
            <Connector Identifier="C" DisplayName_L1="C" />
            <EntityType Identifier="T"><Property Identifier="K" IsKey="1" /></EntityType>
            <EntityTypeMapping Identifier="T" Connector="C"><Property Identifier="K" /></EntityTypeMapping>
            """);

        Assert.Equal("C", model.EntityTypes[0].Connector!.Identifier);
        Assert.Null(model.EntityTypes[0].Mapping);
    }

    [Theory]
    [InlineData("<Transformation Type=\"ConcatColumns\" Column=\"A\" InputColumn=\"B\" />", "ConcatColumns", 0)]
    [InlineData("<Transformation Type=\"TransformDate\" Column=\"A\" InputColumn=\"B\" InputColumn2=\"C\" ConcatSeparator=\" \" />", "ConcatColumns", 1)]
    [InlineData("<Transformation Type=\"WhereValue\" Column=\"A\" WhereOperator=\"CotContains\" WhereValue=\"x\" />", "WhereValue", 0)]
    public void Load_Transformations_AreNormalised(string xml, string type, int warnings)
    {
        var result = Load.Text(
            $"<Connector Identifier=\"C\" DisplayName_L1=\"C\" /><Connection Identifier=\"X\" Connector=\"C\" DisplayName_L1=\"X\" Package=\"Muster.Csv\">{xml}</Connection>");

        var transformation = Assert.Single(result.Model!.Connectors[0].Connections[0].Transformations);
        Assert.Equal(type, transformation.Type);
        Assert.Equal(warnings, result.Diagnostics.Count);
        Assert.True(!transformation.Attributes.TryGetValue("WhereOperator", out var comparison) || comparison == "NotContains");
    }

    [Fact]
    public void Load_SeveralMistakes_AreReportedAtOnceInOrder()
    {
        var result = Load.Text("<Connector Identifier=\"A\" Agent=\"X\" />\n<Connector Identifier=\"A\" />\n<Nonsense />");

        Assert.Equal(["MUS1205", "MUS1201", "MUS1101"], result.Diagnostics.Select(d => d.Code));
        Assert.Equal([2, 3, 4], result.Diagnostics.Select(d => d.Location.Line));
    }
}
