using Muster.Configuration.Diagnostics;
using Muster.Configuration.Scaffolding;

namespace Muster.Configuration.Tests.Scaffolding;

/// <summary>The worked example of scaffoldings.md, held whole.</summary>
public class WorkedExampleTests
{
    internal const string Configuration = """
        <Agent Identifier="Local" DisplayName_L1="Local" />
        <Connector Identifier="MicrosoftEntraID" DisplayName_L1="Microsoft Entra ID" Agent="Local" />
        <Connection Identifier="MicrosoftEntraIDExportFulfillment" Connector="MicrosoftEntraID" DisplayName_L1="Microsoft Entra ID" Package="Usercube.MicrosoftEntraID@0000001" />
        <EntityTypeMapping Identifier="MicrosoftEntraID_DirectoryObject" Connector="MicrosoftEntraID" />
        <EntityPropertyExpression Identifier="A" EntityType="MicrosoftEntraID_DirectoryObject" Property="InternalDisplayName" />
        <EntityPropertyExpression Identifier="B" EntityType="Directory_User" Property="InternalDisplayName" />
        <EntityPropertyExpression Identifier="C" EntityType="Directory_Guest" Property="InternalDisplayName" />
        <EntityPropertyExpression Identifier="D" EntityType="HR_Person" Property="InternalDisplayName" />
        <ResourceType Identifier="MicrosoftEntraID_DirectoryObject_NominativeUser" SourceEntityType="Directory_User" TargetEntityType="MicrosoftEntraID_DirectoryObject" />
        <ResourceType Identifier="MicrosoftEntraID_DirectoryObject_Guest" SourceEntityType="Directory_Guest" TargetEntityType="MicrosoftEntraID_DirectoryObject" />
        <ResourceCorrelationRule ResourceType="MicrosoftEntraID_DirectoryObject_NominativeUser" />
        <ResourceCorrelationRule ResourceType="MicrosoftEntraID_DirectoryObject_Guest" />
        """;

    private const string Scaffolding = """
        <CreateConnectorSynchroIncremental Connector="MicrosoftEntraID" DisplayName_L1="Microsoft Entra ID - Synchronization (delta)" JobIdentifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding" />
        """;

    private const string Expected = """
        <Job Agent="Local" DisplayName_L1="Microsoft Entra ID - Synchronization (delta)" Identifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding" IsIncremental="true">
          <ExportTask Agent="Local" Connection="MicrosoftEntraIDExportFulfillment" Connector="MicrosoftEntraID" ContinueOnError="true" DisplayName_L1="Microsoft Entra ID - Extract Changes" DisplayName_L2="Microsoft Entra ID - Extraction des modifications" Identifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_Export_MicrosoftEntraID_Incremental_MicrosoftEntraIDExportFulfillment" Level="0" OpenIdClient="Job" />
          <PrepareSynchronizationTask Agent="Local" Connector="MicrosoftEntraID" DisplayName_L1="Microsoft Entra ID - Incremental Synchronization (agent side)" DisplayName_L2="Microsoft Entra ID - Synchronisation incrémentale (côté agent)" Identifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_PrepareSynchronizationChanges_MicrosoftEntraID_Incremental" Level="1" OpenIdClient="Job" SynchronizationMode="Incremental" Type="Changes">
            <TaskDependsOnTask ParentTask="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_Export_MicrosoftEntraID_Incremental_MicrosoftEntraIDExportFulfillment" />
          </PrepareSynchronizationTask>
          <SynchronizeTask Connector="MicrosoftEntraID" DisplayName_L1="Microsoft Entra ID - Synchronization (changes server side)" DisplayName_L2="Microsoft Entra ID - Synchronisation (changements côté serveur)" DoNotDeleteChanges="true" Identifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_SynchronizeChanges_MicrosoftEntraID_DoNotDeleteChanges" Level="2" Type="Changes">
            <TaskDependsOnTask ParentTask="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_PrepareSynchronizationChanges_MicrosoftEntraID_Incremental" />
          </SynchronizeTask>
          <SetRecentlyModifiedFlagTask DisplayName_L1="Tag Modified Objects" DisplayName_L2="Marquage des objets modifiés" Identifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_SetRecentlyModifiedFlag" Level="3">
            <TaskDependsOnTask ParentTask="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_SynchronizeChanges_MicrosoftEntraID_DoNotDeleteChanges" />
          </SetRecentlyModifiedFlagTask>
          <UpdateEntityPropertyExpressionsTask Dirty="true" DisplayName_L1="Update Computed Properties" DisplayName_L2="Mise à jour des propriétés calculées" Identifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_UpdateEntityPropertyExpressions1_WithDirty" Level="4">
            <TaskEntityType EntityType="MicrosoftEntraID_DirectoryObject" />
            <TaskEntityType EntityType="Directory_Guest" />
            <TaskEntityType EntityType="Directory_User" />
          </UpdateEntityPropertyExpressionsTask>
          <ComputeCorrelationKeysTask Dirty="true" DisplayName_L1="Compute all Correlations" DisplayName_L2="Calcul des corrélations" Identifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_ComputeCorrelationKeys1_AllEntities_WithDirty" Level="5">
            <TaskDependsOnTask ParentTask="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_SetRecentlyModifiedFlag" />
            <TaskEntityType EntityType="MicrosoftEntraID_DirectoryObject" />
            <TaskEntityType EntityType="Directory_Guest" />
            <TaskEntityType EntityType="Directory_User" />
          </ComputeCorrelationKeysTask>
          <ComputeRoleModelTask Dirty="true" DisplayName_L1="Apply the Role Model" DisplayName_L2="Evaluation du modèle de rôles" Identifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_ComputeRoleModel1_WithDirty" Level="6">
            <TaskDependsOnTask ParentTask="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_SetRecentlyModifiedFlag" />
            <TaskEntityType EntityType="Directory_Guest" />
            <TaskEntityType EntityType="Directory_User" />
          </ComputeRoleModelTask>
          <GenerateProvisioningOrdersTask DisplayName_L1="Generate Provisioning Orders - Microsoft Entra ID" DisplayName_L2="Génération des ordres de provisioning - Microsoft Entra ID" Identifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_GenerateProvisioningOrders1" Level="7">
            <TaskResourceType ResourceType="MicrosoftEntraID_DirectoryObject_Guest" />
            <TaskResourceType ResourceType="MicrosoftEntraID_DirectoryObject_NominativeUser" />
          </GenerateProvisioningOrdersTask>
          <FulfillTask Agent="Local" ContinueOnError="true" Dirty="true" DisplayName_L1="Fulfillment - Microsoft Entra ID" DisplayName_L2="Alimentation - Microsoft Entra ID" Identifier="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_Fulfill1" Level="8" OpenIdClient="Job">
            <TaskDependsOnTask ParentTask="MicrosoftEntraID_Synchronize_Incremental_Scaffolding_GenerateProvisioningOrders1" />
            <TaskResourceType ResourceType="MicrosoftEntraID_DirectoryObject_Guest" />
            <TaskResourceType ResourceType="MicrosoftEntraID_DirectoryObject_NominativeUser" />
          </FulfillTask>
        </Job>
        """;

    [Fact]
    public void Expand_WorkedExample_GivesExactlyItsNineTasks()
    {
        var bag = new DiagnosticBag();

        var job = Assert.Single(ScaffoldingExpander.Expand(ConfigurationText.Parse(Configuration + Scaffolding), bag), e => e.Name == "Job");

        Assert.Empty(bag.Items);
        Assert.Equal(Expected.ReplaceLineEndings("\n"), ConfigurationText.Print(job));
        Assert.Equal("MicrosoftEntraID_Synchronize_Incremental_Scaffolding", job.MadeBy);
        Assert.All(job.Children, t => Assert.Equal(job.MadeBy, t.MadeBy));
    }

    [Fact]
    public void Expand_PrintedAndPastedBack_GivesTheSame()
    {
        var expanded = ScaffoldingExpander.Expand(ConfigurationText.Parse(Configuration + Scaffolding), new DiagnosticBag());

        var again = ScaffoldingExpander.Expand(ConfigurationText.Parse(ConfigurationText.Print(expanded)), new DiagnosticBag());

        Assert.Equal(ConfigurationText.Print(expanded), ConfigurationText.Print(again));
    }

    [Fact]
    public void Expand_Twice_GivesTheSameAndLeavesItsInput()
    {
        var elements = ConfigurationText.Parse(Configuration + Scaffolding);
        var before = ConfigurationText.Print(elements);

        var first = ConfigurationText.Print(ScaffoldingExpander.Expand(elements, new DiagnosticBag()));
        var second = ConfigurationText.Print(ScaffoldingExpander.Expand(elements, new DiagnosticBag()));

        Assert.Equal(first, second);
        Assert.Equal(before, ConfigurationText.Print(elements));
    }
}
