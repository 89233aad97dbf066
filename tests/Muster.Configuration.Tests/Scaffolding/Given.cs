using Muster.Configuration.Diagnostics;
using Muster.Configuration.Scaffolding;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Tests.Scaffolding;

/// <summary>A configuration of several connectors on one agent, and its expansion with the scaffoldings under test.</summary>
internal static class Given
{
    /// <summary>
    /// HR gives full extracts from two files; the directory is Muster's own, with records; AD, Entra ID and LDAP are provisioned; LDAP
    /// gives no changes; tickets are fulfilled by hand, onboarding by workflows.
    /// </summary>
    public const string SeveralConnectors = """
        <Agent Identifier="Local" DisplayName_L1="Local agent" />
        <Connector Identifier="HR" DisplayName_L1="Human Resources" DisplayName_L2="Ressources humaines" Agent="Local" />
        <Connection Identifier="HRPeople" Connector="HR" Package="Usercube.CSV.Complete@0000001" />
        <Connection Identifier="HROrganizations" Connector="HR" Package="Usercube.CSV.Complete@0000001" />
        <EntityTypeMapping Identifier="HR_Person" Connector="HR" />
        <EntityTypeMapping Identifier="HR_Organization" Connector="HR" />
        <Connector Identifier="Directory" DisplayName_L1="Directory" Agent="Local" />
        <Connection Identifier="DirectoryInternal" Connector="Directory" Package="Usercube.InternalResources@0000001" />
        <EntityTypeMapping Identifier="Directory_User" Connector="Directory" />
        <EntityTypeMapping Identifier="Directory_UserRecord" Connector="Directory" />
        <EntityTypeMapping Identifier="Directory_Organization" Connector="Directory" />
        <EntityAssociation Identifier="User_Records" Property1="Directory_User:Records" Property2="Directory_UserRecord:User" />
        <EntityAssociation Identifier="User_Organization" Property1="Directory_User:Organization" Property2="Directory_Organization:Users" />
        <ContextRule Identifier="Users" SourceEntityType="Directory_User" ResourcesBinding="Records" />
        <Connector Identifier="AD" DisplayName_L1="Active Directory" />
        <Connection Identifier="ADExport" Connector="AD" Package="Usercube.AD@0000001" />
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" />
        <Connector Identifier="Entra" DisplayName_L1="Entra ID" DisplayName_L2="Entra" Agent="Local" />
        <Connection Identifier="EntraCloud" Connector="Entra" Package="Usercube.MicrosoftEntraID@0000001" />
        <EntityTypeMapping Identifier="Entra_User" Connector="Entra" />
        <Connector Identifier="LDAP" DisplayName_L1="LDAP" Agent="Local" />
        <Connection Identifier="LDAPServer" Connector="LDAP" Package="Usercube.LDAP@0000001" />
        <EntityTypeMapping Identifier="LDAP_Entry" Connector="LDAP" />
        <Connector Identifier="Onboarding" DisplayName_L1="Onboarding" Agent="Local" IsWorkflowProvisioning="true" />
        <EntityTypeMapping Identifier="Onboarding_Case" Connector="Onboarding" />
        <ResourceType Identifier="Organizations_HR" SourceEntityType="HR_Organization" TargetEntityType="Directory_Organization" />
        <ResourceType Identifier="Users_HR" SourceEntityType="HR_Person" TargetEntityType="Directory_User">
          <QueryRule Property="Organization" />
        </ResourceType>
        <ResourceType Identifier="AD_Nominative" SourceEntityType="Directory_User" TargetEntityType="AD_Entry" />
        <ResourceType Identifier="Entra_Nominative" SourceEntityType="Directory_User" TargetEntityType="Entra_User" />
        <ResourceType Identifier="LDAP_Nominative" SourceEntityType="Directory_User" TargetEntityType="LDAP_Entry" />
        <ResourceType Identifier="Onboarding_New" SourceEntityType="Directory_User" TargetEntityType="Onboarding_Case" />
        <ResourceCorrelationRule ResourceType="AD_Nominative" />
        <ResourceCorrelationRule ResourceType="LDAP_Nominative" />
        <ResourceClassificationRule ResourceType="AD_Nominative" />
        <ProfileRuleContext ResourceType="AD_Nominative" />
        <EntityPropertyExpression Identifier="E1" EntityType="Directory_User" Property="Login" />
        <EntityPropertyExpression Identifier="E2" EntityType="AD_Entry" Property="sAMAccountName" />
        <EntityPropertyExpression Identifier="E3" EntityType="Directory_UserRecord" Property="Mail" />
        <EntityPropertyExpression Identifier="E4" EntityType="HR_Person" Property="InternalDisplayName" />
        <ComputeRoleModelTask Identifier="Shared_RoleModel" DisplayName_L1="Shared"><TaskDependsOnTask ParentTask="J_SetRecentlyModifiedFlag" /></ComputeRoleModelTask>

        """;

    public static (ScaffoldingReport Report, IReadOnlyList<Diagnostic> Diagnostics) Expanded(string scaffoldings, string configuration = SeveralConnectors)
    {
        var bag = new DiagnosticBag();
        return (ScaffoldingExpander.Report(ConfigurationText.Parse(configuration + scaffoldings), bag), bag.Items);
    }

    /// <summary>The only job that the scaffoldings make, without any diagnostic.</summary>
    public static ConfigurationElement Job(string scaffoldings, string configuration = SeveralConnectors)
    {
        var (report, diagnostics) = Expanded(scaffoldings, configuration);
        Assert.Empty(diagnostics);
        return Assert.Single(report.Elements, e => e.Name == "Job");
    }

    /// <summary><c>level identifier</c> of each element of a job.</summary>
    public static IEnumerable<string> Outline(ConfigurationElement job) => job.Children.Select(c => $"{c["Level"]} {c["Identifier"]}");

    public static ConfigurationElement Task(ConfigurationElement job, string identifier) =>
        Assert.Single(job.Children, c => c["Identifier"] == identifier);

    public static IEnumerable<string?> EntityTypes(ConfigurationElement task) =>
        task.Children.Where(c => c.Name == "TaskEntityType").Select(c => c["EntityType"]);

    public static IEnumerable<string?> ResourceTypes(ConfigurationElement task) =>
        task.Children.Where(c => c.Name == "TaskResourceType").Select(c => c["ResourceType"]);

    public static IEnumerable<string?> Parents(ConfigurationElement task) =>
        task.Children.Where(c => c.Name == "TaskDependsOnTask").Select(c => c["ParentTask"]);
}
