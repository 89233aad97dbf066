using Muster.Configuration.Diagnostics;
using Muster.Configuration.Jobs;
using Muster.Configuration.Scaffolding;
using Muster.Configuration.Tests.Resolution;

namespace Muster.Configuration.Tests.Scaffolding;

/// <summary>Scaffoldings through the whole loader: what they make is read, resolved and found right.</summary>
public class LoadedScaffoldingTests
{
    [Fact]
    public void Load_EveryScaffolding_AddsNoFindingAndResolvesItsJobs()
    {
        var before = Load.Text(Samples.RoleModel).Diagnostics.Select(d => d.Code).ToList();

        var result = Load.Text(Samples.RoleModel + """
            <CreateConnectorSynchroIncremental Connector="AD"><OpenIdIdentifier Identifier="Job" /></CreateConnectorSynchroIncremental>
            <CreateConnectorSynchroComplete Connector="AD"><CronTabExpression CronTab="0 0 2 * * *" /></CreateConnectorSynchroComplete>
            <CreateAgentSynchroIncremental IncludeFullExtracts="true" />
            <CreateAgentSynchroComplete><FormatPropertiesInResource /></CreateAgentSynchroComplete>
            <CreateInitializationJob><PrincipalDataConnector ConnectorIdentifier="Directory" /><Configuration Path="Conf" /></CreateInitializationJob>
            <CreateConnectorsJobs />
            <CleanDatabaseJob />
            """);

        Assert.Equal(string.Join('\n', before), string.Join('\n', result.Diagnostics.Select(d => before.Contains(d.Code) ? d.Code : d.ToString())));
        Assert.Equal(8, result.Model!.Jobs.Count);
        var incremental = result.Model.FindJob("AD_Synchronize_Incremental")!;
        Assert.Equal(Enumerable.Range(0, incremental.Steps.Count), incremental.Steps.Select(s => s.Level));
        Assert.IsType<ExportTask>(incremental.Steps[0].Task);
        Assert.Contains(incremental.Steps, s => s.Task is FulfillTask { ResourceTypes.Count: > 0 });
    }

    [Theory]
    [InlineData("<CreateConnectorSynchroIncremental Connector=\"AD\" ConnectorX=\"1\" />")]
    [InlineData("<CreateConnectorSynchroIncremental />")]
    [InlineData("<CreateConnectorSynchroIncremental Connector=\"Nowhere\" />")]
    [InlineData("<CreateAgentSynchroComplete><NoProvisioning /></CreateAgentSynchroComplete>")]
    [InlineData("<CreateAgentSynchroComplete><CronTabExpression CronTab=\"0 99 * * *\" /></CreateAgentSynchroComplete>")]
    [InlineData("<CreateAgentSynchroComplete><CronTabExpression CronTab=\"0 9 * * *\" CronTimeZone=\"Mars\" /></CreateAgentSynchroComplete>")]
    [InlineData("<CreateAgentSynchroComplete><AddTask Task=\"X\" TaskToCompareWith=\"ExportTask\" After=\"true\" /></CreateAgentSynchroComplete>")]
    public void Load_WrongScaffolding_IsOneErrorWithItsPlace(string scaffolding)
    {
        var errors = Load.Text(Samples.RoleModel + "\n" + scaffolding).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToList();

        Assert.True(errors.Count == 1, string.Join('\n', errors));
        Assert.True(errors.Count == 1 && errors[0].Location is { File: "Conf.xml", Line: > 10, Column: > 0 });
    }

    [Fact]
    public void Load_TaskWithUnknownAttribute_IsOneErrorWithTheNearestName()
    {
        var error = Assert.Single(
            Load.Text(Samples.RoleModel + """<SetRecentlyModifiedFlagTask Identifier="T" DisplayName_L1="T" ContinueOnError="true" />""").Diagnostics,
            d => d.Severity == DiagnosticSeverity.Error);

        Assert.Contains("ContinueOnError", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CrontabExpressionOfTheGuides_SuggestsTheAttributeOfTheFormat()
    {
        var error = Assert.Single(
            Load.Text(Samples.RoleModel + """<Job Identifier="J" DisplayName_L1="J" CrontabExpression="0 2 * * *" />""").Diagnostics,
            d => d.Severity == DiagnosticSeverity.Error);

        Assert.Equal("CronTabExpression", error.Suggestion);
    }

    [Fact]
    public void EveryTaskElement_HasAnElementRecord()
    {
        var names = TaskElements.Elements.Select(e => e.Name).Concat(TaskElements.Aliases.Select(a => a.Name)).Concat(ScaffoldingElements.Jobs);

        Assert.DoesNotContain(names, n => Configuration.Elements.ElementCatalogue.Find(n) is null);
    }
}
