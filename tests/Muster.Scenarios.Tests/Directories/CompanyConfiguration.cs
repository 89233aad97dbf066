namespace Muster.Scenarios.Tests.Directories;

/// <summary>
/// The configuration of <see cref="CompanyWorld"/>: everybody in HR has an account in the unit of their department and is in its group; who leaves is
/// disabled and moved away, and deleted thirty days later.
/// </summary>
internal static class CompanyConfiguration
{
    private const string Thresholds =
        "MaximumInsertedLines=\"0\" MaximumUpdatedLines=\"0\" MaximumDeletedLines=\"0\" MaximumLinkInsertedLines=\"0\" MaximumLinkDeletedLines=\"0\" "
        + "MaxPercentageInsertedLines=\"0\" MaxPercentageUpdatedLines=\"0\" MaxPercentageDeletedLines=\"0\" MaxLinkPercentageInsertedLines=\"0\" MaxLinkPercentageDeletedLines=\"0\"";

    public static string Of(DirectoryKind kind, string unit)
    {
        var isDomain = kind == DirectoryKind.ActiveDirectory;
        var (package, table, key, type) = isDomain
            ? ("Usercube.AD@0000001", "dir_entries", "objectGUID", "ActiveDirectory")
            : ("Usercube.OpenLDAP@0000001", "dir_entry", "entryUUID", "Changes");
        var (login, state, active, gone) = isDomain ? ("sAMAccountName", "userAccountControl", "512", "514") : ("uid", "employeeType", "active", "gone");
        var classes = isDomain ? "top&#xA;person&#xA;organizationalPerson&#xA;user" : "top&#xA;person&#xA;organizationalPerson&#xA;inetOrgPerson";

        // A domain spells names in its own way.
        var (cn, groups) = isDomain ? ("CN", $"OU=Groups,{unit}") : ("cn", $"ou=Groups,{unit}");
        return $"""
            <?xml version="1.0" encoding="utf-8"?>
            <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
              <Language Code="en-GB" IndicatorNumber="1" />
              <Agent Identifier="Local" DisplayName_L1="Local" />
              <Profile Identifier="Watch" DisplayName_L1="Watch" />
              <OpenIdClient Identifier="Job" DisplayName_L1="Jobs" HashedSecret="rVqb3K2rD0mQf0yqBqk0Jm8l1wq1kq9dDq2b2m0yq5E=" Profile="Watch" />
              <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local" {Thresholds} />
              <Connection Identifier="staff" Connector="HR" DisplayName_L1="Staff" Package="Usercube.CSV.Complete@0000001" />
              <Connection Identifier="departments" Connector="HR" DisplayName_L1="Departments" Package="Usercube.CSV.Complete@0000001" />
              <EntityType Identifier="Department" DisplayName_L1="Department">
                <Property Identifier="Code" DisplayName_L1="Code" Type="String" IsKey="true" />
                <Property Identifier="Staff" DisplayName_L1="Staff" Type="ForeignKey" />
              </EntityType>
              <EntityType Identifier="Person" DisplayName_L1="Person">
                <Property Identifier="Login" DisplayName_L1="Login" Type="String" IsKey="true" />
                <Property Identifier="FirstName" DisplayName_L1="First name" Type="String" />
                <Property Identifier="LastName" DisplayName_L1="Last name" Type="String" />
                <Property Identifier="Start" DisplayName_L1="Start" Type="DateTime" />
                <Property Identifier="End" DisplayName_L1="End" Type="DateTime" />
                <Property Identifier="Department" DisplayName_L1="Department" Type="ForeignKey" />
              </EntityType>
              <EntityTypeMapping Identifier="Department" Connector="HR" ConnectionTable="departments">
                <Property Identifier="Code" ConnectionColumn="code" IsPrimaryKey="true" />
              </EntityTypeMapping>
              <EntityTypeMapping Identifier="Person" Connector="HR" ConnectionTable="staff">
                <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true" />
                <Property Identifier="FirstName" ConnectionColumn="first" />
                <Property Identifier="LastName" ConnectionColumn="last" />
                <Property Identifier="Start" ConnectionColumn="start" />
                <Property Identifier="End" ConnectionColumn="end" />
              </EntityTypeMapping>
              <EntityAssociation Identifier="Person_Department" IsProperty1Collection="true" Property1="Department:Staff" Property2="Person:Department" />
              <EntityAssociationMapping Identifier="Person_Department" Connector="HR" ConnectionTable="staff"
                  Column1="department" EntityPropertyMapping1="Department:Code" Column2="login" EntityPropertyMapping2="Person:Login" />

              <Connector Identifier="Dir" DisplayName_L1="Directory" Agent="Local" {Thresholds} />
              <Connection Identifier="dir" Connector="Dir" DisplayName_L1="Directory" Package="{package}" />
              <EntityType Identifier="Dir_Entry" DisplayName_L1="Entry">
                <Property Identifier="dn" DisplayName_L1="Name" Type="String" IsKey="true" />
                <Property Identifier="uuid" DisplayName_L1="Id" Type="Guid" />
                <Property Identifier="classes" DisplayName_L1="Classes" Type="String" />
                <Property Identifier="ou" DisplayName_L1="Unit" Type="String" />
                <Property Identifier="cn" DisplayName_L1="Common name" Type="String" />
                <Property Identifier="sn" DisplayName_L1="Surname" Type="String" />
                <Property Identifier="givenName" DisplayName_L1="Given name" Type="String" />
                <Property Identifier="login" DisplayName_L1="Login" Type="String" />
                <Property Identifier="mail" DisplayName_L1="Mail" Type="String" />
                <Property Identifier="state" DisplayName_L1="State" Type="String" />
            {EntryLinks.Properties}
              </EntityType>
              <EntityTypeMapping Identifier="Dir_Entry" Connector="Dir" ConnectionTable="{table}">
                <Property Identifier="uuid" ConnectionColumn="{key}" Format="guid" IsPrimaryKey="true" />
                <Property Identifier="dn" ConnectionColumn="dn" IsUniqueKey="true" />
                <Property Identifier="classes" ConnectionColumn="objectClass" Format="multivaluedtext" />
                <Property Identifier="ou" ConnectionColumn="ou" />
                <Property Identifier="cn" ConnectionColumn="cn" />
                <Property Identifier="sn" ConnectionColumn="sn" />
                <Property Identifier="givenName" ConnectionColumn="givenName" />
                <Property Identifier="login" ConnectionColumn="{login}" />
                <Property Identifier="mail" ConnectionColumn="mail" />
                <Property Identifier="state" ConnectionColumn="{state}" />
              </EntityTypeMapping>
            {EntryLinks.Associations(table)}

              <Policy Identifier="Default" DisplayName_L1="Default" IsProvisioningEnabled="true" />
              <Dimension Identifier="Department" DisplayName_L1="Department" EntityType="Department" ColumnMapping="0" />
              <ContextRule Identifier="Person" DisplayName_L1="Person" Policy="Default" SourceEntityType="Person" B0="Person:Department"
                  ResourcesStartBinding="Person:Start" ResourcesEndBinding="Person:End" />
              <SingleRole Identifier="Everybody" DisplayName_L1="Everybody" EntityType="Person" Policy="Default" />
              <SingleRole Identifier="One" DisplayName_L1="One" EntityType="Person" Policy="Default" />
              <SingleRole Identifier="Two" DisplayName_L1="Two" EntityType="Person" Policy="Default" />
              <SingleRoleRule Role="Everybody" Policy="Default" />
              <SingleRoleRule Role="One" Policy="Default" D0="D1" />
              <SingleRoleRule Role="Two" Policy="Default" D0="D2" />
              <ResourceType Identifier="Account" DisplayName_L1="Account" Policy="Default" BlockProvisioning="false" RemoveOrphans="true"
                  MaximumInsertPercent="0" MaximumUpdatePercent="0" MaximumDeletePercent="0" MaximumInsert="99" MaximumUpdate="99" MaximumDelete="99"
                  SourceEntityType="Person" TargetEntityType="Dir_Entry" ApprovalWorkflowType="ManualAssignmentNotAllowed">
                <TypeRule />
                <ScalarRule Property="login" Binding="Person:Login" />
                <ScalarRule Property="cn" Expression="C#:p:return p.LastName + &quot;, &quot; + p.FirstName;" />
                <ScalarRule Property="sn" Binding="Person:LastName" />
                <ScalarRule Property="givenName" Binding="Person:FirstName" />
                <ScalarRule Property="mail" Expression="C#:p:return p.Login + &quot;@company.test&quot;;" />
                <ScalarRule Property="state" Expression="Literal:{active}" />
                <ScalarRule Property="state" Expression="Literal:{gone}" TimeOffsetReference="After" TimeOffsetBeforeReference="0" TimeOffsetAfterReference="43200" />
                <QueryRule Property="parent" SourceExpression="Literal:Gone" TargetBinding="Dir_Entry:ou" TargetMatchedConfidenceLevel="100"
                    TimeOffsetReference="After" TimeOffsetBeforeReference="0" TimeOffsetAfterReference="43200" />
                <QueryRule Property="parent" SourceBinding="Person:Department.Code" TargetBinding="Dir_Entry:ou" TargetMatchedConfidenceLevel="100" />
                <NavigationRule Property="memberOf" Resource="{cn}=All,{groups}" SingleRole="Everybody" />
                <NavigationRule Property="memberOf" Resource="{cn}=One,{groups}" SingleRole="One" />
                <NavigationRule Property="memberOf" Resource="{cn}=Two,{groups}" SingleRole="Two" />
              </ResourceType>
              <ResourceCorrelationRule ResourceType="Account" Policy="Default" SourceBinding="Person:Login" TargetBinding="Dir_Entry:login" SourceMatchedConfidenceLevel="100" />
              <PasswordResetSettings Identifier="Passwords" Mode="One-Way" AutoGenerate="true" GeneratedLength="16" />
              <LdapResourceTypeMapping Identifier="Account" Connection="dir" DefaultObjectClass="{classes}" RDNAttributeIdentifier="cn" PasswordResetSetting="Passwords">
                <Property Property="cn" IsRDNProperty="true" />
                <Property Property="parent" IsParentProperty="true" />
                <Property Property="memberOf" DataSourceBacklinkColumnName="member" />
                {(isDomain ? "<Property Property=\"state\" IsUserAccountControlProperty=\"true\" />" : "")}
              </LdapResourceTypeMapping>
            {Job("Initial", " IsInitializationJob=\"true\"", " IgnoreCookieFile=\"true\"", "Initial", "", " ForceSynchronization=\"true\"", "", " ForceProvisioning=\"true\"")}
            {Job("Incremental", " IsIncremental=\"true\"", "", "Incremental", $" Type=\"{type}\"", " DoNotDeleteChanges=\"true\"", " Dirty=\"true\"", "")}
            </ConfigurationFile>
            """;
    }

    private static string Job(string name, string kind, string cookie, string mode, string type, string synchronize, string dirty, string orders) => $"""
          <Job Identifier="{name}" DisplayName_L1="{name}" Agent="Local"{kind}>
            <ExportTask Identifier="{name}_Export_staff" DisplayName_L1="Export" Level="0" Agent="Local" OpenIdClient="Job" Connector="HR" Connection="staff"{cookie} />
            <ExportTask Identifier="{name}_Export_departments" DisplayName_L1="Export" Level="0" Agent="Local" OpenIdClient="Job" Connector="HR" Connection="departments"{cookie} />
            <ExportTask Identifier="{name}_Export_dir" DisplayName_L1="Export" Level="0" Agent="Local" OpenIdClient="Job" Connector="Dir" Connection="dir"{cookie} />
            <PrepareSynchronizationTask Identifier="{name}_Prepare_HR" DisplayName_L1="Prepare" Level="1" Agent="Local" OpenIdClient="Job" Connector="HR" SynchronizationMode="{mode}" />
            <PrepareSynchronizationTask Identifier="{name}_Prepare_Dir" DisplayName_L1="Prepare" Level="1" Agent="Local" OpenIdClient="Job" Connector="Dir" SynchronizationMode="{mode}"{type} />
            <SynchronizeTask Identifier="{name}_Synchronize_HR" DisplayName_L1="Synchronize" Level="2" Connector="HR"{synchronize} />
            <SynchronizeTask Identifier="{name}_Synchronize_Dir" DisplayName_L1="Synchronize" Level="2" Connector="Dir"{type}{synchronize} />
            {(dirty.Length == 0 ? "" : "<SetRecentlyModifiedFlagTask Identifier=\"Flag\" DisplayName_L1=\"Flag\" Level=\"3\" />")}
            <ComputeCorrelationKeysTask Identifier="{name}_Keys" DisplayName_L1="Keys" Level="4"{dirty}>
              <TaskEntityType EntityType="Department" />
              <TaskEntityType EntityType="Person" />
              <TaskEntityType EntityType="Dir_Entry" />
            </ComputeCorrelationKeysTask>
            <ComputeRoleModelTask Identifier="{name}_RoleModel" DisplayName_L1="Roles" Level="5"{dirty}>
              <TaskEntityType EntityType="Person" />
            </ComputeRoleModelTask>
            <GenerateProvisioningOrdersTask Identifier="{name}_Orders" DisplayName_L1="Orders" Level="6"{orders}>
              <TaskResourceType ResourceType="Account" />
            </GenerateProvisioningOrdersTask>
            <FulfillTask Identifier="{name}_Fulfill" DisplayName_L1="Fulfil" Level="7" Agent="Local" OpenIdClient="Job" ContinueOnError="true"{dirty}>
              <TaskResourceType ResourceType="Account" />
            </FulfillTask>
          </Job>
        """;
}
