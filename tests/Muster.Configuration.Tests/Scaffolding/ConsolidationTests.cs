using Muster.Configuration.Scaffolding;

namespace Muster.Configuration.Tests.Scaffolding;

/// <summary>Adjustment of generated items by written ones (configuration.md, Scaffoldings and their adjustment).</summary>
public class ConsolidationTests
{
    private const string Scaffolding = """<CreateConnectorSynchroIncremental Connector="AD" JobIdentifier="J" />""";
    private const string RoleModel = "J_ComputeRoleModel1_WithDirty";

    [Fact]
    public void Absent_ReplacesTheItemWhollyInItsPlace()
    {
        var job = Given.Job(Scaffolding + $"""
            <ComputeRoleModelTask Identifier="{RoleModel}" DisplayName_L1="Mine" BlockProvisioning="true"><TaskEntityType EntityType="HR_Person" /></ComputeRoleModelTask>
            """);

        var task = Given.Task(job, RoleModel);
        Assert.Equal(("Mine", "true", null, "6", null), (task["DisplayName_L1"], task["BlockProvisioning"], task["Dirty"], task["Level"], task.MadeBy));
        Assert.Equal(["HR_Person"], Given.EntityTypes(task));
        Assert.Empty(Given.Parents(task));
    }

    [Fact]
    public void Merge_AddsAttributesAndChildrenAndTheWrittenOneWins()
    {
        var job = Given.Job(Scaffolding + $"""
            <ComputeRoleModelTask Identifier="{RoleModel}" DisplayName_L1="Mine" ConsolidationMode="Merge">
              <TaskEntityType EntityType="HR_Person" /><TaskEntityType Identifier="Directory_User" />
            </ComputeRoleModelTask>
            """);

        var task = Given.Task(job, RoleModel);
        Assert.Equal(("Mine", "Evaluation du modèle de rôles", "true", "6"), (task["DisplayName_L1"], task["DisplayName_L2"], task["Dirty"], task["Level"]));
        Assert.Equal(["J_SetRecentlyModifiedFlag"], Given.Parents(task));
        Assert.Equal(["Directory_User", "HR_Person"], task.Children.Where(c => c.Name == "TaskEntityType").Select(c => c["EntityType"] ?? c["Identifier"]));
        Assert.Null(task["ConsolidationMode"]);
    }

    [Fact]
    public void Update_ReplacesAttributesAndKeepsChildren()
    {
        var job = Given.Job(Scaffolding + $"""<ComputeRoleModelTask Identifier="{RoleModel}" DisplayName_L1="Mine" ConsolidationMode="update"><TaskEntityType EntityType="HR_Person" /></ComputeRoleModelTask>""");

        var task = Given.Task(job, RoleModel);
        Assert.Equal(("Mine", null, null), (task["DisplayName_L1"], task["DisplayName_L2"], task["Dirty"]));
        Assert.Equal(["Directory_User"], Given.EntityTypes(task));
        Assert.Equal(["J_SetRecentlyModifiedFlag"], Given.Parents(task));
    }

    [Fact]
    public void Delete_RemovesTheTaskAndWhatWasGeneratedToDependOnIt()
    {
        var job = Given.Job(Scaffolding + """<SetRecentlyModifiedFlagTask Identifier="J_SetRecentlyModifiedFlag" ConsolidationMode="Delete" />""");

        Assert.DoesNotContain(job.Children, t => t["Identifier"] == "J_SetRecentlyModifiedFlag");
        Assert.Empty(Given.Parents(Given.Task(job, RoleModel)));
    }

    [Fact]
    public void Delete_OfTheJob_RemovesItWithItsTasks()
    {
        var (report, diagnostics) = Given.Expanded(Scaffolding + """<Job Identifier="J" ConsolidationMode="Delete" />""");

        Assert.Empty(diagnostics);
        Assert.DoesNotContain(report.Elements, e => e.Name == "Job");
        Assert.Null(report.Find("J")!.After);
        Assert.Null(report.Find(RoleModel)!.After);
        Assert.Equal(11, report.Find("J")!.Before.Children.Count);
    }

    [Fact]
    public void Merge_OfTheJob_ReplacesTasksByIdentifierAndAddsOthers()
    {
        var job = Given.Job(Scaffolding + $"""
            <Job Identifier="J" CronTabExpression="0 * * * *" ConsolidationMode="Merge">
              <ComputeRoleModelTask Identifier="{RoleModel}" DisplayName_L1="Mine" Level="6" />
              <SynchronizeTask Identifier="J_SynchronizeActiveDirectory_AD_DoNotDeleteChanges" Orphans="true" ConsolidationMode="Merge" />
              <UpdateClassificationTask Identifier="J_UpdateClassification_WithDirty" ConsolidationMode="Delete" />
              <Step Identifier="Shared_RoleModel" Level="20" />
            </Job>
            """);

        Assert.Equal(("0 * * * *", "true"), (job["CronTabExpression"], job["IsIncremental"]));
        Assert.Empty(Given.Task(job, RoleModel).Children);
        var synchronize = Given.Task(job, "J_SynchronizeActiveDirectory_AD_DoNotDeleteChanges");
        Assert.Equal(("true", "true", "AD"), (synchronize["Orphans"], synchronize["DoNotDeleteChanges"], synchronize["Connector"]));
        Assert.DoesNotContain(job.Children, t => t.Name == "UpdateClassificationTask");
        Assert.Equal("20 Shared_RoleModel", Given.Outline(job).Last());
        Assert.All(job.Children, t => Assert.Null(t["ConsolidationMode"]));
    }

    [Fact]
    public void Absent_OnTheJob_ReplacesItWithAllItsTasks()
    {
        var job = Given.Job(Scaffolding + """<Job Identifier="J" DisplayName_L1="Mine"><Step Identifier="Shared_RoleModel" /></Job>""");

        Assert.Equal(["Shared_RoleModel"], job.Children.Select(c => c["Identifier"]));
    }

    [Theory]
    [InlineData("<Job Identifier=\"Other\" ConsolidationMode=\"Merge\" />", ScaffoldingDiagnostics.NothingToAdjust, null)]
    [InlineData("<FulfillTask Identifier=\"J_Fulfil1\" ConsolidationMode=\"Delete\" />", ScaffoldingDiagnostics.NothingToAdjust, "J_Fulfill1")]
    [InlineData("<SingleRole Identifier=\"Badge\" ConsolidationMode=\"Update\" />", ScaffoldingDiagnostics.NothingToAdjust, null)]
    [InlineData("<Job Identifier=\"Own\"><FulfillTask Identifier=\"J_Fulfill1\" ConsolidationMode=\"Merge\" /></Job>", ScaffoldingDiagnostics.NothingToAdjust, "J_Fulfill1")]
    [InlineData("<Job Identifier=\"J\" ConsolidationMode=\"Merge\" /><Job Identifier=\"J\" ConsolidationMode=\"Delete\" />", ScaffoldingDiagnostics.AdjustedTwice, null)]
    [InlineData("<Job Identifier=\"J\" ConsolidationMode=\"Merge\"><FulfillTask Identifier=\"J_Fulfill1\" /></Job><FulfillTask Identifier=\"J_Fulfill1\" ConsolidationMode=\"Delete\" />", ScaffoldingDiagnostics.AdjustedTwice, null)]
    [InlineData("<Job Identifier=\"J\" ConsolidationMode=\"Megre\" />", ScaffoldingDiagnostics.UnknownConsolidationMode, "Merge")]
    [InlineData("<ExportTask Identifier=\"J_Fulfill1\" ConsolidationMode=\"Merge\" />", ScaffoldingDiagnostics.AdjustsAnotherKind, null)]
    public void Adjustment_ThatFitsNothing_IsAnErrorWithTheNearest(string written, string code, string? suggestion)
    {
        var (report, diagnostics) = Given.Expanded(Scaffolding + written);

        var error = Assert.Single(diagnostics);
        Assert.Equal((code, suggestion), (error.Code, error.Suggestion));
        Assert.True(error.Location.Line > 1);
        Assert.DoesNotContain(report.Elements.SelectMany(e => e.Children.Prepend(e)), e => e["ConsolidationMode"] is not null);
    }

    [Fact]
    public void Report_Find_ShowsAnItemBeforeAndAfter()
    {
        var (report, _) = Given.Expanded(Scaffolding + $"""<ComputeRoleModelTask Identifier="{RoleModel}" BlockProvisioning="true" ConsolidationMode="Merge" />""");

        var item = report.Find(RoleModel)!;
        Assert.Equal(("J", null, "true"), (item.MadeBy, item.Before["BlockProvisioning"], item.After!["BlockProvisioning"]));
        Assert.Null(report.Find("Nothing"));
        Assert.Contains(RoleModel, report.GeneratedIdentifiers);
    }

    [Fact]
    public void Expand_WithAdjustments_LeavesItsInputAndRepeats()
    {
        var xml = Given.SeveralConnectors + Scaffolding + $"""
            <Job Identifier="J" ConsolidationMode="Merge"><FulfillTask Identifier="J_Fulfill1" BatchSize="3" /></Job><ComputeRoleModelTask Identifier="{RoleModel}" />
            """;
        var elements = ConfigurationText.Parse(xml);
        var before = ConfigurationText.Print(elements);

        var first = ConfigurationText.Print(ScaffoldingExpander.Expand(elements, new()));
        var second = ConfigurationText.Print(ScaffoldingExpander.Expand(elements, new()));

        Assert.Equal(before, ConfigurationText.Print(elements));
        Assert.Equal(first, second);
    }
}
