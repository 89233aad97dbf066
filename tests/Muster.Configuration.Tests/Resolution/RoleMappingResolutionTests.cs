using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Naming;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Tests.Resolution;

/// <summary>Naming rules (rolemodel.md 3.15): what is resolved, one finding for each mistake, and what is made of named values.</summary>
public sealed class RoleMappingResolutionTests
{
    private const string Model =
        """
        <Connector Identifier="LDAP" DisplayName_L1="LDAP" Agent="Local" />
        <Agent Identifier="Local" DisplayName_L1="Local" />
        <EntityType Identifier="Person" DisplayName_L1="Person"><Property Identifier="Number" Type="String" IsKey="true" /></EntityType>
        <EntityType Identifier="Account" DisplayName_L1="Account">
          <Property Identifier="Dn" Type="String" IsKey="true" /><Property Identifier="Groups" Type="ForeignKey" /><Property Identifier="Main" Type="ForeignKey" />
        </EntityType>
        <EntityType Identifier="Group" DisplayName_L1="Group">
          <Property Identifier="Name" Type="String" IsKey="true" /><Property Identifier="Size" Type="Int32" />
          <Property Identifier="Members" Type="ForeignKey" /><Property Identifier="MainOf" Type="ForeignKey" />
        </EntityType>
        <EntityAssociation Identifier="A" Property1="Group:Members" IsProperty1Collection="true" Property2="Account:Groups" IsProperty2Collection="true" />
        <EntityAssociation Identifier="B" Property1="Group:MainOf" IsProperty1Collection="true" Property2="Account:Main" />
        <Policy Identifier="P" DisplayName_L1="P" IsProvisioningEnabled="true" />
        <Policy Identifier="Q" DisplayName_L1="Q" IsProvisioningEnabled="true" />
        <Policy Identifier="X" DisplayName_L1="X" IsExternal="true" />
        <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account">
          <QueryRule Property="Main" SourceBinding="Person:Number" TargetBinding="Group:Name" TargetMatchedConfidenceLevel="100" />
        </ResourceType>

        """;

    private const string Good =
        """
        <RoleMapping Identifier="M" Policy="P" RolePolicy="Q" ResourceType="User" Property="Account:Groups" CategoryIdentifierBinding="Group:Name" CategoryDisplayNameBinding="Group:Name">
          <Rule><Item Property="Size" Operator="NotEqual" Value="007" /></Rule>
          <Rule><Item Property="Group:Name" Operator="StartsWith" Value="SG_" /></Rule>
        </RoleMapping>
        """;

    [Fact]
    public void Mapping_IsResolved()
    {
        Assert.DoesNotContain(Load.Text(Model + Good).Diagnostics, d => d.Code is DiagnosticCodes.NotSupportedYet or DiagnosticCodes.RoleMapping);
        var mapping = Assert.Single(Load.Model(Model + Good).RoleMappings);

        Assert.Equal(("P", "Q", "User", "Account:Groups", "Group"),
            (mapping.Policy.Identifier, mapping.RolePolicy.Identifier, mapping.ResourceType.Identifier, mapping.Property.QualifiedName, mapping.ValueType.Identifier));
        Assert.Equal(
            [new RoleMappingCondition(mapping.ValueType.FindProperty("Size")!, QueryComparisonOperator.NotEqual, "7"),
                new RoleMappingCondition(mapping.ValueType.FindProperty("Name")!, QueryComparisonOperator.StartWith, "SG_")],
            mapping.Rules.Select(r => Assert.Single(r.Conditions)));
        Assert.Equal(("Group", "Group:Name"), (mapping.CategoryIdentifier!.Root!.Identifier, mapping.CategoryIdentifier.Binding));
        Assert.Null(mapping.RoleIdentifier);
    }

    [Theory]
    [InlineData("Property=\"Account:Groups\"", "Property=\"Dn\"", DiagnosticCodes.WrongProperty)]
    [InlineData("Property=\"Account:Groups\"", "Property=\"Nothing\"", DiagnosticCodes.UnknownProperty)]
    [InlineData("Property=\"Account:Groups\"", "Property=\"Main\"", DiagnosticCodes.NavigationAndQuery)]
    [InlineData("ResourceType=\"User\"", "ResourceType=\"Usr\"", DiagnosticCodes.UnknownReference)]
    [InlineData("RolePolicy=\"Q\"", "RolePolicy=\"R\"", DiagnosticCodes.UnknownReference)]
    [InlineData("RolePolicy=\"Q\"", "RolePolicy=\"X\"", DiagnosticCodes.RoleMapping)]
    [InlineData("CategoryIdentifierBinding=\"Group:Name\"", "", DiagnosticCodes.RoleMapping)]
    [InlineData("Operator=\"StartsWith\"", "Operator=\"Like\"", DiagnosticCodes.BadValue)]
    [InlineData("Property=\"Size\"", "Property=\"Members\"", DiagnosticCodes.WrongProperty)]
    [InlineData("Value=\"007\"", "Value=\"many\"", DiagnosticCodes.BadValue)]
    [InlineData("Value=\"SG_\"", "", DiagnosticCodes.MissingAttribute)]
    public void Mapping_OneMistake_IsFound(string part, string replacement, string code)
    {
        Assert.Contains(part, Good, StringComparison.Ordinal);

        var found = Load.Finding(Model + Good.Replace(part, replacement, StringComparison.Ordinal), code);

        Assert.EndsWith(".", found.Text, StringComparison.Ordinal);
        Assert.Equal("Conf.xml", found.Location.File);
    }

    [Fact]
    public void NamedValues_AsElements_LoadToTheSameRoles()
    {
        var loaded = Load.Text(Model + Good);
        NamedValue[] values =
        [
            new() { Mapping = "M", Value = 2, Key = "SG_b", Role = "b", DisplayName = "B", Category = "c", CategoryName = "C", ParentCategory = "top" },
            new() { Mapping = "M", Value = 1, Key = "SG_a & <x>", Role = "a", DisplayName = "A" },
            new() { Mapping = "Gone", Value = 3, Key = "z", Role = "z", DisplayName = "Z" },
        ];
        var named = NamedRoles.Of(loaded.Model!, values);
        var elements = NamedElements.Added(loaded.Expanded, named);
        var again = ConfigurationLoader.LoadText(("Conf.xml", ConfigurationWriter.ToText(elements))).Model!;

        Assert.Equal(["a", "b"], again.SingleRoles.Select(r => r.Identifier));
        Assert.Equal(("Q", "c", "top"), (again.SingleRoles[1].Policy.Identifier, again.SingleRoles[1].Category!.Identifier, again.SingleRoles[1].Category!.Parent!.Identifier));
        Assert.Equal([("SG_a & <x>", "a"), ("SG_b", "b")], again.ResourceTypes.Single().NavigationRules.Select(r => (r.Resource, r.SingleRole!.Identifier)));

        // What is declared is not made again.
        Assert.Empty(NamedRoles.Of(again, values).Roles);
        Assert.Empty(NamedRoles.Of(again, values).Categories);
    }
}
