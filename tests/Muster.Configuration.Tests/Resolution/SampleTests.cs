using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;

namespace Muster.Configuration.Tests.Resolution;

public class SampleTests
{
    [Fact]
    public void Load_MinimalExampleOfTheSpecification_GivesItsModel()
    {
        var result = Load.Text(Samples.HumanResources);

        Assert.Empty(result.Diagnostics);
        var model = result.Model!;
        var person = model.FindEntityType("HR_Person")!;
        var organization = model.FindEntityType("HR_Organization")!;
        Assert.Equal("HRPeople", person.Mapping!.ConnectionTable);
        Assert.Equal("EmployeeId", person.Mapping.PrimaryKey.Property.Identifier);
        Assert.Equal(["EmployeeId", "LastName"], person.Mapping.Properties.Select(p => p.Property.Identifier));
        Assert.Null(organization.Connector);
        Assert.Null(organization.Mapping);
        Assert.Equal(PropertyKind.MonoNavigation, person.FindProperty("Organization")!.Kind);
        Assert.Same(organization, person.FindProperty("Organization")!.TargetEntityType);
        Assert.Equal(PropertyKind.MultiNavigation, organization.FindProperty("Persons")!.Kind);
        var association = Assert.Single(model.Associations);
        Assert.Equal("HR_Organization:Code", association.Mapping!.Key1.QualifiedName);
        Assert.Equal("Employee Id", association.Mapping.Column2);
        var connector = Assert.Single(model.Connectors);
        Assert.Equal("Local", connector.Agent!.Identifier);
        Assert.Equal(100, connector.Thresholds.MaximumDeleted);
        Assert.Equal(1000, connector.Thresholds.MaximumLinkInserted);
        Assert.Equal(5, connector.Thresholds.MaximumLinkDeletedPercent);
        Assert.Equal(0, person.Mapping.Thresholds.MaximumDeleted);
        Assert.Same(association.Mapping, Assert.Single(connector.AssociationMappings));
        Assert.Equal("HRPeople", Assert.Single(connector.Connections).Identifier);
        Assert.Equal("HR - Person", person.DisplayNames.Default);
        Assert.Equal(new Language("en-US", 1), Assert.Single(model.Languages));
    }

    [Fact]
    public void Load_InternalConnector_LeavesTheMappingNull()
    {
        var person = Load.Model(Samples.RoleModel).FindEntityType("Person")!;

        Assert.Equal("Directory", person.Connector!.Identifier);
        Assert.Null(person.Mapping);
    }

    [Fact]
    public void Load_TableWithExtension_StripsIt() =>
        Assert.Equal("entries", Load.Model(Samples.RoleModel).FindEntityType("AD_Entry")!.Mapping!.ConnectionTable);

    [Fact]
    public void Load_AssociationThresholdInLinkSpelling_IsTaken()
    {
        var mapping = Load.Model(Samples.RoleModel).Associations.First(a => a.Identifier == "AD_Members").Mapping!;

        Assert.Equal(7, mapping.Thresholds.MaximumLinkDeleted);
        Assert.Equal(0, mapping.Thresholds.MaximumLinkInserted);
    }

    [Fact]
    public void Load_NumberedAttributes_AreBase32Hex()
    {
        // rolemodel.md 12, invariant 18: DA is dimension 10, D10 is dimension 32.
        var rule = Assert.Single(Load.Model(Samples.RoleModel).SingleRoleRules);

        Assert.Equal([("Department", "RD", true), ("Ten", "X", false), ("ThirtyTwo", "Y", false)],
            rule.Criteria.Select(c => (c.Dimension.Identifier, c.Value, c.IsInherited)));
        Assert.Equal(-1, rule.Priority);
        Assert.Equal(RuleType.Suggested, rule.Type);
        Assert.Equal("Staff/SingleRoleRule/1", rule.Identifier);
    }

    [Fact]
    public void Load_SingleRole_HasItsDimensionsAndParameters()
    {
        var role = Assert.Single(Load.Model(Samples.RoleModel).SingleRoles);

        Assert.Equal("R1", Assert.Single(role.GivenDimensions).Value);
        Assert.Equal("Ten", Assert.Single(role.RequiredParameters).Identifier);
        Assert.Equal("All", role.Category!.Parent!.Identifier);
        Assert.Equal(ApprovalWorkflowType.One, role.ApprovalWorkflowType);
    }

    [Fact]
    public void Load_ContextRule_StandsOnTheRecords()
    {
        var model = Load.Model(Samples.RoleModel);
        var rule = Assert.Single(model.ContextRules);

        Assert.Equal("Person", rule.SourceEntityType.Identifier);
        Assert.Equal("Record", rule.ContextEntityType.Identifier);
        Assert.Equal("Person", rule.Resources!.Root!.Identifier);
        Assert.Equal("Record", rule.Start!.Root!.Identifier);
        Assert.Equal("Record", rule.Exclude!.Root!.Identifier);
        var binding = Assert.Single(rule.Bindings);
        Assert.Equal("Department", binding.Dimension.Identifier);
        Assert.Equal("Record:Department", binding.Source.Binding);
        Assert.Equal("Record", binding.Source.Root!.Identifier);
    }

    [Fact]
    public void Load_ResourceType_HasItsRules()
    {
        var type = Assert.Single(Load.Model(Samples.RoleModel).ResourceTypes);

        Assert.Equal(["AD_User/TypeRule/1", "AD_User/TypeRule/2"], type.TypeRules.Select(r => r.Identifier));
        Assert.True(type.TypeRules[1].IsDenied);
        Assert.Equal("Staff", type.TypeRules[0].SingleRole!.Identifier);
        Assert.Equal("Default", type.TypeRules[0].Policy.Identifier);
        Assert.Equal(("Person:Name", "Simplify"), (type.ScalarRules[0].Source.Binding, type.ScalarRules[0].Source.Expression));
        Assert.Equal(ComparisonType.IgnoreCase, type.ScalarRules[0].ComparisonType);
        Assert.False(type.ScalarRules[1].IsMapped);
        Assert.Equal("CN=Staff", type.NavigationRules[0].Resource);
        Assert.Equal("Person", type.QueryRules[0].Source.Root!.Identifier);
        Assert.Equal("AD_Entry", type.QueryRules[0].Target.Root!.Identifier);
        Assert.Equal("AD_Entry", type.CorrelationRules[0].Target.Root!.Identifier);
        Assert.Equal("Person", type.CorrelationRules[0].Source.Root!.Identifier);
        Assert.Equal(90, type.ClassificationRules[0].Confidence);
        Assert.Equal("AD_Entry", type.ClassificationRules[0].Target!.Root!.Identifier);
        Assert.Equal("EmployeeId", type.DependsOnOwnerProperty!.Identifier);
        Assert.True(type.BlockProvisioning);
        Assert.Equal(30, type.Thresholds.MaximumDeletePercent);
        Assert.Equal("AD", type.Connector!.Identifier);
    }

    [Fact]
    public void Load_BindingWithCode_IsAnExpression()
    {
        var rule = Load.Model(Samples.RoleModel).ResourceTypes[0].ScalarRules[1];

        Assert.Null(rule.Source.Binding);
        Assert.Equal("C#:person:return person.Mail;", rule.Source.Expression);
    }

    [Fact]
    public void Load_ResourceTypeMapping_IsOneModelForAllVariants()
    {
        var mapping = Load.Model(Samples.RoleModel).ResourceTypes[0].Mapping!;

        Assert.Equal("LdapResourceTypeMapping", mapping.Kind);
        Assert.Equal(["top", "person", "user"], mapping.DefaultObjectClasses);
        Assert.Equal("CN", mapping.Settings["RDNAttributeIdentifier"]);
        Assert.Equal("ADLdif", mapping.Connection!.Identifier);
        Assert.True(Assert.Single(mapping.Properties).Has("IsDNProperty"));
    }

    [Fact]
    public void Load_ComputedNavigation_HasItsCriteria()
    {
        var model = Load.Model(Samples.RoleModel);
        var expression = model.PropertyExpressions.First(e => e.Identifier == "PersonDepartment");

        Assert.Equal("Department:Code", expression.PropertyCriteria!.QualifiedName);
        Assert.Equal("Person", expression.Source.Root!.Identifier);
        Assert.True(expression.Property.IsComputed);
        Assert.Equal(3, expression.Priority);
    }

    [Fact]
    public void Load_ProfileRuleContext_ReadsDimensionsWhereItIsApplied()
    {
        var context = Assert.Single(Load.Model(Samples.RoleModel).ProfileRuleContexts);
        var rule = Assert.Single(context.Rules);

        Assert.Equal("Person", context.EntityType.Identifier);
        Assert.Equal("Person", rule.RootExpression!.Root!.Identifier);
        Assert.Equal("Department", rule.SubExpression!.Root!.Identifier);
        Assert.Equal("Department", Assert.Single(rule.Bindings).Source.Root!.Identifier);
    }

    [Fact]
    public void Load_ExpressionLocation_IsBehindTheQuote()
    {
        var expression = Load.Model("<EntityType Identifier=\"A\"><Property Identifier=\"B\" IsKey=\"1\" /></EntityType>\n"
            + "<EntityPropertyExpression Identifier=\"E\" EntityType=\"A\" Property=\"B\"\n  Expression=\"Literal:x\" />").PropertyExpressions[0];

        Assert.Equal(new SourceLocation("Conf.xml", 4, 15), expression.Source.ExpressionLocation);
    }

    [Fact]
    public void Load_Enumerations_AreAcceptedByNumberAndName()
    {
        var model = Load.Model(
            """
            <Connector Identifier="A" DisplayName_L1="A" CompleteJob="2" IncrementalJob="onlyprovisioning" OnWatermarkLost="Stop" />
            <EntityType Identifier="T"><Property Identifier="K" Type="4" IsKey="1" /><Property Identifier="L" Type="int32" /></EntityType>
            """);

        Assert.Equal(JobIntegrationRule.OnlySynchronization, model.Connectors[0].CompleteJob);
        Assert.Equal(JobIntegrationRule.OnlyProvisioning, model.Connectors[0].IncrementalJob);
        Assert.Equal(WatermarkLost.Stop, model.Connectors[0].OnWatermarkLost);
        Assert.Equal([PropertyType.DateTime, PropertyType.Int32], model.EntityTypes[0].Properties.Select(p => p.Type));
    }
}
