namespace Muster.Policy.Tests;

/// <summary>A small configuration: people in departments, accounts and groups of a directory.</summary>
internal static class Given
{
    public const string Model =
        """
        <Language Code="en" IndicatorNumber="1" />
        <Agent Identifier="Local" DisplayName_L1="Local" />
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local" />
        <Connector Identifier="LDAP" DisplayName_L1="LDAP" Agent="Local" />
        <Connection Identifier="Files" Connector="HR" DisplayName_L1="HR" Package="Usercube.CSV@0000001" />
        <Connection Identifier="Directory" Connector="LDAP" DisplayName_L1="LDAP" Package="Muster.Ldif" />
        <EntityType Identifier="Department" DisplayName_L1="Department">
          <Property Identifier="Code" Type="String" IsKey="true" />
          <Property Identifier="Parent" Type="ForeignKey" />
          <Property Identifier="Children" Type="ForeignKey" />
          <Property Identifier="People" Type="ForeignKey" />
        </EntityType>
        <EntityType Identifier="Person" DisplayName_L1="Person">
          <Property Identifier="Number" Type="String" IsKey="true" />
          <Property Identifier="Name" Type="String" />
          <Property Identifier="Login" Type="String" />
          <Property Identifier="Title" Type="String" />
          <Property Identifier="IsDraft" Type="Bool" />
          <Property Identifier="Start" Type="DateTime" />
          <Property Identifier="End" Type="DateTime" />
          <Property Identifier="Department" Type="ForeignKey" />
        </EntityType>
        <EntityType Identifier="Account" DisplayName_L1="Account">
          <Property Identifier="Dn" Type="String" IsKey="true" />
          <Property Identifier="Login" Type="String" />
          <Property Identifier="Title" Type="String" />
          <Property Identifier="Secret" Type="String" />
          <Property Identifier="Groups" Type="ForeignKey" />
        </EntityType>
        <EntityType Identifier="Group" DisplayName_L1="Group">
          <Property Identifier="Name" Type="String" IsKey="true" />
          <Property Identifier="Members" Type="ForeignKey" />
        </EntityType>
        <EntityTypeMapping Identifier="Department" Connector="HR" ConnectionTable="Departments">
          <Property Identifier="Code" ConnectionColumn="Code" IsPrimaryKey="true" />
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="Person" Connector="HR" ConnectionTable="People">
          <Property Identifier="Number" ConnectionColumn="Number" IsPrimaryKey="true" />
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="Account" Connector="LDAP" ConnectionTable="entries">
          <Property Identifier="Dn" ConnectionColumn="dn" IsPrimaryKey="true" />
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="Group" Connector="LDAP" ConnectionTable="entries">
          <Property Identifier="Name" ConnectionColumn="cn" IsPrimaryKey="true" />
        </EntityTypeMapping>
        <EntityAssociation Identifier="Department_Parent" Property1="Department:Children" IsProperty1Collection="true" Property2="Department:Parent" />
        <EntityAssociation Identifier="Person_Department" Property1="Department:People" IsProperty1Collection="true" Property2="Person:Department" />
        <EntityAssociation Identifier="Account_Groups" Property1="Group:Members" IsProperty1Collection="true" Property2="Account:Groups" IsProperty2Collection="true" />
        <Policy Identifier="P" DisplayName_L1="P" IsProvisioningEnabled="true" />
        <Dimension Identifier="Department" EntityType="Department" ColumnMapping="0" IsHierarchical="true" ParentProperty="Parent" DisplayName_L1="Department" />
        """;

    public const string Context =
        """
        <ContextRule Identifier="Context" DisplayName_L1="Context" Policy="P" SourceEntityType="Person" B0="Person:Department"
            ResourcesStartBinding="Person:Start" ResourcesEndBinding="Person:End" />
        """;

    /// <summary>One resource type over accounts with everything: roles by department, groups by role, correlation by login.</summary>
    public static string Accounts(string attributes = "BlockProvisioning=\"false\"", string more = "", string scalars = "") =>
        $"""
        {Context}
        <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" />
        <SingleRoleRule Role="Staff" Policy="P" D0="Sales" L0="true" />
        <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" {attributes}>
          <TypeRule Policy="P" />
          <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
          <ScalarRule Policy="P" Property="Title" Binding="Person:Title" />
          {scalars}
          <NavigationRule Policy="P" Property="Groups" Resource="sales-staff" SingleRole="Staff" />
        </ResourceType>
        <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
        {more}
        """;
}
