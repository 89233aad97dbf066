namespace Muster.Configuration.Tests.Resolution;

/// <summary>Configurations that several tests build on.</summary>
internal static class Samples
{
    /// <summary>synchronization.md 3.8.</summary>
    public const string HumanResources = """
        <Agent Identifier="Local" DisplayName_L1="Local" />
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local" />
        <Connection Identifier="HRPeople" Connector="HR" DisplayName_L1="HR People" Package="Usercube.CSV.Complete@0000001" />
        <EntityType Identifier="HR_Person" DisplayName_L1="HR - Person">
          <Property Identifier="EmployeeId" Type="String" TargetColumnIndex="4" IsKey="true" />
          <Property Identifier="LastName" Type="String" TargetColumnIndex="5" />
          <Property Identifier="Organization" Type="ForeignKey" TargetColumnIndex="128" />
        </EntityType>
        <EntityType Identifier="HR_Organization" DisplayName_L1="HR - Organization">
          <Property Identifier="Code" Type="String" TargetColumnIndex="4" IsKey="true" />
          <Property Identifier="Persons" Type="ForeignKey" />
        </EntityType>
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRPeople">
          <Property Identifier="EmployeeId" ConnectionColumn="Employee Id" IsPrimaryKey="true" />
          <Property Identifier="LastName" ConnectionColumn="Last name" />
        </EntityTypeMapping>
        <EntityAssociation Identifier="HR_Person_Organization" IsProperty1Collection="true"
            Property1="HR_Organization:Persons" Property2="HR_Person:Organization" />
        <EntityAssociationMapping Identifier="HR_Person_Organization" Connector="HR" ConnectionTable="HRPeople"
            Column1="Organization" EntityPropertyMapping1="HR_Organization:Code"
            Column2="Employee Id" EntityPropertyMapping2="HR_Person:EmployeeId" />
        """;

    /// <summary>People owned by Muster with records, a department tree, a directory with accounts and groups, and a whole policy.</summary>
    public const string RoleModel = """
        <Agent Identifier="Local" DisplayName_L1="Local" />
        <Connector Identifier="Directory" DisplayName_L1="Directory" Agent="Local" />
        <Connection Identifier="Internal" Connector="Directory" DisplayName_L1="Internal" Package="Usercube.InternalResources@0000001" />
        <Connector Identifier="AD" DisplayName_L1="AD" Agent="Local" />
        <Connection Identifier="ADLdif" Connector="AD" DisplayName_L1="AD" Package="Muster.Ldif" />
        <EntityType Identifier="Person">
          <Property Identifier="EmployeeId" IsKey="true" />
          <Property Identifier="Name" />
          <Property Identifier="Login" />
          <Property Identifier="Mail" />
          <Property Identifier="Records" />
          <Property Identifier="MainDepartment" />
        </EntityType>
        <EntityType Identifier="Record">
          <Property Identifier="RecordId" IsKey="true" />
          <Property Identifier="Person" />
          <Property Identifier="Department" />
          <Property Identifier="Start" Type="DateTime" />
          <Property Identifier="End" Type="DateTime" />
          <Property Identifier="IsDraft" Type="Bool" />
        </EntityType>
        <EntityType Identifier="Department">
          <Property Identifier="Code" IsKey="true" />
          <Property Identifier="Parent" />
          <Property Identifier="Children" />
          <Property Identifier="Records" />
          <Property Identifier="MainPersons" />
        </EntityType>
        <EntityAssociation Identifier="Person_Records" Property1="Person:Records" Property2="Record:Person" IsProperty1Collection="1" />
        <EntityAssociation Identifier="Record_Department" Property1="Department:Records" Property2="Record:Department" IsProperty1Collection="True" />
        <EntityAssociation Identifier="Department_Parent" Property1="Department:Children" Property2="Department:Parent" IsProperty1Collection="true" />
        <EntityAssociation Identifier="Person_Department" Property1="Department:MainPersons" Property2="Person:MainDepartment" IsProperty1Collection="true" />
        <EntityTypeMapping Identifier="Person" Connector="Directory" />
        <EntityTypeMapping Identifier="Record" Connector="Directory" />
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" IsKey="true" />
          <Property Identifier="cn" />
          <Property Identifier="mail" />
          <Property Identifier="photo" Type="Binary" />
          <Property Identifier="memberOf" />
          <Property Identifier="members" />
          <Property Identifier="manager" />
          <Property Identifier="reports" />
        </EntityType>
        <EntityAssociation Identifier="AD_Members" Property1="AD_Entry:members" Property2="AD_Entry:memberOf" IsProperty1Collection="true" IsProperty2Collection="true" />
        <EntityAssociation Identifier="AD_Manager" Property1="AD_Entry:reports" Property2="AD_Entry:manager" IsProperty1Collection="true" />
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="entries.csv">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true" />
          <Property Identifier="cn" ConnectionColumn="cn" />
          <Property Identifier="mail" ConnectionColumn="mail" />
        </EntityTypeMapping>
        <EntityAssociationMapping Identifier="AD_Members" Connector="AD" ConnectionTable="members" Column1="dn" EntityPropertyMapping1="AD_Entry:dn"
            Column2="member" EntityPropertyMapping2="AD_Entry:dn" MaximumLinkDeletedLines="7" />
        <EntityPropertyExpression Identifier="PersonLogin" EntityType="Person" Property="Login" Expression="C#:person:return person.Name;" />
        <EntityPropertyExpression Identifier="PersonDepartment" EntityType="Person" Property="MainDepartment" Binding="Records.Department.Code"
            PropertyCriteria="Department:Code" Priority="3" />
        <Policy Identifier="Default" DisplayName_L1="Default" IsProvisioningEnabled="true" />
        <Category Identifier="All" DisplayName_L1="All" Policy="Default" />
        <Category Identifier="IT / Base" DisplayName_L1="IT" Policy="Default" Parent="All" />
        <Dimension Identifier="Department" EntityType="Department" ColumnMapping="0" IsHierarchical="true" ParentProperty="Parent" DisplayName_L1="Department" />
        <Dimension Identifier="Ten" EntityType="Department" ColumnMapping="10" />
        <Dimension Identifier="ThirtyTwo" EntityType="Department" ColumnMapping="32" />
        <ContextRule Identifier="PersonContext" DisplayName_L1="Context" Policy="Default" SourceEntityType="Person" ResourcesBinding="Records"
            ResourcesStartBinding="Record:Start" ResourcesEndBinding="Record:End" B0="Record:Department" ExcludeExpression="C#:record:return record.IsDraft == true;" />
        <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="Default" Category="IT / Base" ApprovalWorkflowType="One" D0="R1" RA="1" />
        <SingleRoleRule Role="Staff" Policy="Default" D0="RD" L0="true" DA="X" D10="Y" Priority="-1" Type="2" />
        <ResourceType Identifier="AD_User" DisplayName_L1="AD account" Policy="Default" SourceEntityType="Person" TargetEntityType="AD_Entry"
            DependsOnOwnerProperty="Person:EmployeeId" ApprovalWorkflowType="ManualAssignmentNotAllowed" ArgumentsExpression="C#:person:return null;">
          <TypeRule SingleRole="Staff" />
          <TypeRule D0="RD" Type="Suggested" IsDenied="true" />
          <ScalarRule Property="cn" Binding="Person:Name" Expression="Simplify" ComparisonType="IgnoreCase" />
          <ScalarRule Property="mail" Binding="C#:person:return person.Mail;" IsMapped="false" />
          <NavigationRule Property="memberOf" Resource="CN=Staff" SingleRole="Staff" />
          <QueryRule Property="manager" SourceBinding="Records.Person.Login" TargetBinding="AD_Entry:cn" TargetMatchedConfidenceLevel="100" />
        </ResourceType>
        <ResourceCorrelationRule ResourceType="AD_User" Policy="Default" SourceBinding="Mail" TargetBinding="AD_Entry:mail" SourceMatchedConfidenceLevel="100" />
        <ResourceClassificationRule ResourceType="AD_User" Policy="Default" TargetExpression="C#:entry:return true;" ResourceTypeIdentificationConfidenceLevel="90" />
        <LdapResourceTypeMapping Identifier="AD_User" Connection="ADLdif" DefaultObjectClass="top&#xA;person&#xA;user" RDNAttributeIdentifier="CN">
          <Property Property="dn" IsDNProperty="true" />
        </LdapResourceTypeMapping>
        <Profile Identifier="Manager" DisplayName_L1="Manager" />
        <ProfileRuleContext ResourceType="AD_User" SubBinding="Person:MainDepartment" IsAppliedToRoot="false">
          <ProfileRule Profile="Manager" B0="Department:Id" RootExpression="C#:person:return true;" SubExpression="C#:department:return true;" />
        </ProfileRuleContext>
        """;
}
